"""What the fake Crosschq accepts: strict readers of bodies and list parameters, answering as the vendor's framework.

Strict on purpose: a name that the contract does not know is refused, so that a misspelled one (`job_role` for v1's
`jobrole`, `requester`) fails at the first call and not in front of a customer.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from devtools.sandbox.crosschq.records import NewReference, NewRequest, Refused
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS
from devtools.sandbox.host.http import BadRequest, Request
from devtools.sandbox.host.store import timestamp

PAGE_SIZE, MAX_PAGE_SIZE = 25, 100
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
E_164 = re.compile(r"\+[1-9]\d{6,14}")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

REQUIRED = "This field is required."
BLANK = "This field may not be blank."
FLAGS = ("use_sms", "send_past_due_notification", "send_completed_notification")
V1_FIELDS = (
    *("candidate", "jobrole", "requestor", "config_params", "candidate_message", "job_position", "hiring_manager"),
    *FLAGS,
)
V2_FIELDS = (
    *(*V1_FIELDS, "job_role", "external_id", "hiring_managers"),
    *("email_message", "sms_message", "due_date"),
)


class Reader:
    """Reads fields one by one and keeps what is wrong with them; `errors` has the shape of the vendor's."""

    def __init__(self, data: Mapping[str, Any], *, known: tuple[str, ...]) -> None:
        self.data = {name: value for name, value in data.items() if value is not None}
        self.errors: dict[str, Any] = {name: ["Unknown field."] for name in data if name not in known}

    def text(self, name: str, *, required: bool = False, most: int = 5000) -> str:
        value = self.data.get(name)
        if value is None:
            return self.wrong(name, REQUIRED) if required else ""
        if not isinstance(value, str):
            return self.wrong(name, "Not a valid string.")
        if required and not value.strip():
            return self.wrong(name, BLANK)
        if len(value) > most:
            return self.wrong(name, f"Ensure this field has no more than {most} characters.")
        return value.strip()

    def email(self, name: str, *, required: bool = True) -> str:
        value = self.text(name, required=required)
        if value and not EMAIL.fullmatch(value):
            return self.wrong(name, "Enter a valid email address.")
        return value

    def phone(self, name: str) -> str:
        value = self.text(name)
        if value and not E_164.fullmatch(value):
            return self.wrong(name, "Enter a valid phone number, such as +15125550123.")
        return value

    def flag(self, name: str) -> bool:
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "Must be a valid boolean.")
        return value is True

    def counts(self, name: str) -> dict[str, int]:
        value = self.data.get(name)
        if not isinstance(value, dict):
            self.wrong(name, REQUIRED if value is None else "Expected an object.")
            return {}
        wrong = {
            key: ["A valid integer is required."] if key in RELATIONSHIPS else ["Unknown field."]
            for key, count in value.items()
            if key not in RELATIONSHIPS or isinstance(count, bool) or not isinstance(count, int)
        }
        if wrong:
            self.errors[name] = wrong
            return {}
        return {key: value.get(key, 0) for key in RELATIONSHIPS}

    def nested(self, name: str, *, known: tuple[str, ...]) -> "Reader":
        """A reader of a required object within."""
        value = self.data.get(name)
        if isinstance(value, dict):
            return Reader(value, known=known)
        self.wrong(name, REQUIRED if value is None else "Expected an object.")
        return Reader({}, known=())

    def wrong(self, name: str, text: str) -> str:
        self.errors[name] = [text]
        return ""

    def finish(self) -> None:
        if self.errors:
            raise Refused(400, errors=self.errors)


def new_request(request: Request, *, version: str) -> NewRequest:
    """The body of a create; v2 takes all that v1 takes, and more (§2.2)."""
    read = Reader(_object(request), known=V1_FIELDS if version == "v1" else V2_FIELDS)
    candidate = read.nested("candidate", known=("first_name", "last_name", "email", "mobile_phone"))
    person: dict[str, Any] = {name: candidate.text(name, required=True) for name in ("first_name", "last_name")}
    person |= {"email": candidate.email("email"), "mobile_phone": candidate.phone("mobile_phone")}
    use_sms = read.flag("use_sms")
    if use_sms and not candidate.data.get("mobile_phone"):
        candidate.wrong("mobile_phone", "A mobile phone is required for SMS.")
    if candidate.errors:
        read.errors.setdefault("candidate", candidate.errors)
    found: dict[str, Any] = {
        "jobrole": _jobrole(read, version),
        "requestor": read.email("requestor"),
        "config_params": read.counts("config_params"),
        "job_position": read.text("job_position", required=True, most=255),
        "use_sms": use_sms,
        "send_past_due_notification": read.flag("send_past_due_notification"),
        "send_completed_notification": read.flag("send_completed_notification"),
        "candidate_message": read.text("candidate_message"),
        "email_message": read.text("email_message"),
        "sms_message": read.text("sms_message"),
        "hiring_managers": _hiring_managers(read),
        "external_id": read.text("external_id", most=255),
        "due_at": _instant(read, "due_date"),
    }
    read.finish()
    return NewRequest(**person, **found)


def new_reference(data: Mapping[str, Any]) -> NewReference:
    """A reference as the candidate's form and the tester's call give it. Raises Refused."""
    read = Reader(data, known=("relationship", "first_name", "last_name", "email", "mobile_phone"))
    found = NewReference(
        relationship=read.text("relationship", required=True),
        first_name=read.text("first_name", required=True),
        last_name=read.text("last_name", required=True),
        email=read.email("email"),
        mobile_phone=read.phone("mobile_phone"),
    )
    read.finish()
    return found


def new_references(value: Any) -> list[NewReference]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadRequest("references must be a list of objects.")
    return [new_reference(each) for each in value]


def place(request: Request) -> tuple[int, int]:
    """(limit, offset) of a list; what makes no sense becomes the default, as the vendor's framework does it."""
    limit, offset = request.first("limit"), request.first("offset")
    found = min(int(limit), MAX_PAGE_SIZE) if limit.isdigit() and int(limit) else PAGE_SIZE
    return found, int(offset) if offset.isdigit() else 0


def created_after(request: Request) -> str:
    """The instant as it is kept, "" when none is given."""
    text = request.first("created_after")
    if not text:
        return ""
    if not RFC_3339.fullmatch(text):
        raise Refused(400, errors={"created_after": ["Enter a date and time with an offset."]})
    try:
        return timestamp(datetime.fromisoformat(text))
    except ValueError as error:
        raise Refused(400, errors={"created_after": ["Enter a valid date and time."]}) from error


def cursor(request: Request) -> tuple[str, int]:
    """The place behind which a page of prospects begins; opaque to the client."""
    text = request.first("cursor")
    if not text:
        return "", 0
    try:
        moment, number = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        return str(moment), int(number)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Refused(400, errors={"cursor": ["Invalid cursor."]}) from error


def cursor_of(moment: str, number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([moment, number]).encode()).decode("ascii")


def _object(request: Request) -> dict[str, Any]:
    if not request.is_json():
        media = request.headers.get("Content-Type") or ""
        raise Refused(415, f'Unsupported media type "{media}" in request.')
    try:
        value = request.json()
    except BadRequest as error:
        raise Refused(400, f"JSON parse error: {error}") from error
    if not isinstance(value, dict):
        raise Refused(400, errors={"non_field_errors": ["Invalid data. Expected a dictionary."]})
    return value


def _jobrole(read: Reader, version: str) -> str:
    """v1 spells it `jobrole`; for v2 both spellings are taken (§2.2)."""
    name = "job_role" if version == "v2" and "job_role" in read.data else "jobrole"
    return read.text(name, required=True)


def _hiring_managers(read: Reader) -> tuple[dict[str, str], ...]:
    """v1's `hiring_manager` is one; v2's `hiring_managers` are several, and win over it."""
    found: list[dict[str, str]] = []
    name = "hiring_managers" if "hiring_managers" in read.data else "hiring_manager"
    given = read.data.get(name, [])
    for value in given if isinstance(given, list) else [given]:
        if not isinstance(value, dict):
            read.wrong(name, "Expected an object.")
            continue
        person = Reader(value, known=("first_name", "last_name", "email"))
        names = {part: person.text(part, required=True) for part in ("first_name", "last_name")}
        found.append({**names, "email": person.email("email")})
        if person.errors:
            read.errors[name] = person.errors
    return tuple(found)


def _instant(read: Reader, name: str) -> str | None:
    value = read.text(name)
    if not value:
        return None
    try:
        if not RFC_3339.fullmatch(value):
            raise ValueError
        return timestamp(datetime.fromisoformat(value))
    except ValueError:
        read.wrong(name, "Enter a date and time with an offset.")
        return None
