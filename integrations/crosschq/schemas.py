"""Every path and name that Crosschq uses on the wire, and nothing else: a correction is an edit of this file.

Source: crosschq.md; the number beside each part is its section. Parsing is lenient (numbers as text, unknown statuses,
missing and extra members, null for an empty list), save for the id; building sends only what real clients send. Every
path ends with a slash: the vendor redirects others, and a redirected POST is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from integrations.crosschq import VENDOR
from integrations.crosschq.payload import RELATIONSHIPS, Payload, Person
from integrations.requests.lifecycle import Event
from integrations.requests.readers import Reader, number, word
from recruiting.foundation import clock, text

_read = Reader(VENDOR)
_text, _required, _object = _read.text, _read.required, _read.object

# §7 row 4: the token stands in the header without a scheme word.
KEY_HEADER = "Authorization"
PAGE_SIZE = 100
COMPLETE = 100


# ── Paths (§2) ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Paths:
    """Where one version keeps requests; "" for what it cannot do."""

    create: str
    read: str
    cancel: str = ""
    remind: str = ""


PATHS = {
    "v1": Paths(create="/partners/reference-request/", read="/partners/reference-request/{id}/"),
    "v2": Paths(
        create="/api/v2/reference-request/",
        read="/api/v2/reference-request/{id}/",
        cancel="/api/v2/reference-request/{id}/cancel/",
        remind="/api/v2/reference-request/{id}/remind/",
    ),
}
CONFIG = "/partners/config/"
SURVEYS = "/api/v2/settings/jobrole/"
LIST = "/api/v2/reference-request/"
PROSPECTS = "/api/v2/prospects/"

# A field of a refusal (§7 row 8).
REQUESTOR_FIELD = "requestor"

# §3.2: status words, after `readers.word`. Completion is `progress` alone; what is not here is under way.
_PENDING = frozenset({"pending", "sent", "created", "new"})
_OVER = frozenset({"cancelled", "canceled", "declined", "expired", "archived"})
_PAST_DUE = frozenset({"past_due", "overdue"})
_KNOWN = _PENDING | _OVER | _PAST_DUE | {"in_progress", "completed", "complete", "concluded"}
_ANSWERED = frozenset({"completed", "complete"})


# ── What is read ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Survey:
    """A survey (§2.2) with its limits by relationship: least, most, usual."""

    codename: str
    name: str
    limits: Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Reference:
    """One reference of a request. `status` is the vendor's word."""

    first_name: str
    last_name: str
    email: str
    phone: str
    status: str

    @property
    def is_answered(self) -> bool:
        """Whether this reference answered."""
        return word(self.status) in _ANSWERED


@dataclass(frozen=True)
class Check:
    """A request as the vendor has it (§2.1, §2.3). Instants are UTC, texts "" when missing."""

    id: str
    email: str
    position: str
    status: str
    progress: int
    references: tuple[Reference, ...]
    report_url: str
    summary_pdf: str
    full_pdf: str
    created_at: datetime | None
    updated_on: datetime | None
    status_updated_on: datetime | None

    @property
    def event(self) -> Event:
        """What the answer means to us: complete is what has a report, whatever the status says (§3.2)."""
        status = word(self.status)
        if self.progress >= COMPLETE:
            return Event.SEEN_COMPLETED
        if status in _OVER:
            return Event.SEEN_CANCELED
        if status in _PENDING and self.progress == 0 and not self.references:
            return Event.SEEN_PENDING
        return Event.SEEN_STARTED

    @property
    def is_past_due(self) -> bool:
        """Whether the vendor says that it takes too long."""
        return word(self.status) in _PAST_DUE

    @property
    def status_is_unknown(self) -> bool:
        """Whether the status is a word that we do not know."""
        return word(self.status) not in _KNOWN

    @property
    def answered(self) -> int:
        """How many references answered."""
        return sum(reference.is_answered for reference in self.references)


@dataclass(frozen=True)
class Prospect:
    """A prospect (§5; the shape is assumed, §7 row 22). Texts are "" when missing."""

    id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    created_at: datetime | None


@dataclass(frozen=True)
class ProspectPage:
    """One page of prospects; `cursor` "" at the end, `total` None when the vendor does not count."""

    prospects: tuple[Prospect, ...]
    cursor: str
    total: int | None


def minimum_total(data: Any) -> int:
    """Read from the configuration (§2.1) how many references a request needs in all."""
    return number(_object(data).get("min_reference_count"))


def surveys(data: Any) -> list[Survey]:
    """Read the list of surveys: a bare array (§2.2)."""
    return [survey(row) for row in _rows(data)]


def survey(data: Any) -> Survey:
    """Read a survey; its limits are a map, or a list as in v1's configuration."""
    member = _object(data)
    codename = _text(member, "codename") or _required(member, "id")
    found = member.get("relationships")
    if isinstance(found, list):
        found = {_text(row, "id"): row for row in found}
    kinds = found if isinstance(found, Mapping) else {}
    limits = {key: _limits(kinds[key]) for key in RELATIONSHIPS if isinstance(kinds.get(key), Mapping)}
    return Survey(codename=codename[:120], name=(_text(member, "name") or codename)[:200], limits=limits)


def created_id(data: Any) -> str:
    """Read the answer to a create: `request_id`, or `id` (§7 row 5)."""
    member = _object(data)
    return (_text(member, "request_id") or _required(member, "id"))[:80]


def check(data: Any) -> Check:
    """Read a request, from a GET, a list or a webhook."""
    member = _object(data)
    candidate = member.get("candidate")
    references = member.get("references")
    return Check(
        id=_required(member, "id")[:80],
        email=_text(candidate, "email"),
        position=_text(member, "job_position"),
        status=_text(member, "status")[:80],
        progress=min(number(member.get("progress")), COMPLETE),
        references=tuple(
            _reference(row) for row in (references if isinstance(references, list) else []) if isinstance(row, Mapping)
        ),
        report_url=_text(member, "report_url", most=1000),
        summary_pdf=_text(member, "report_summary_pdf", most=4000),
        full_pdf=_text(member, "report_full_pdf", most=4000),
        created_at=clock.read_instant(member.get("created_at")),
        updated_on=clock.read_instant(member.get("updated_on")),
        status_updated_on=clock.read_instant(member.get("status_updated_on")),
    )


def checks(data: Any) -> tuple[list[Check], bool]:
    """Read one page of the list (§2.2) and whether there are more."""
    if isinstance(data, list):
        return [check(row) for row in data], False
    member = _object(data)
    return [check(row) for row in _rows(member.get("results"))], bool(member.get("next"))


def subject(data: Any) -> tuple[str, str]:
    """Return the id and the candidate's address of what a webhook's body is about; "" for what it lacks."""
    member = data if isinstance(data, Mapping) else {}
    return (_text(member, "id") or _text(member, "request_id"))[:80], _text(member.get("candidate"), "email")


def prospects(data: Any) -> ProspectPage:
    """Read a page of prospects (assumed, §7 row 22); one without an id cannot be told from others and is left out."""
    member = data if isinstance(data, Mapping) else {"data": data}
    rows = member.get("data", member.get("results"))
    total = member.get("total", member.get("count"))
    return ProspectPage(
        prospects=tuple(_prospect(row) for row in _rows(rows) if _text(row, "id")),
        cursor=_text(member, "next_cursor", most=1000),
        total=None if total is None else number(total),
    )


# ── What is sent ─────────────────────────────────────────────────────────────────────────────────────────────────────
def create_body(payload: Payload, *, version: str) -> dict[str, Any]:
    """Build the request of an payload: v1's body, and in v2 the members that v1 lacks (§2.1, §2.2)."""
    candidate = _person(payload.candidate)
    if payload.phone:
        candidate["mobile_phone"] = payload.phone
    body: dict[str, Any] = {
        "candidate": candidate,
        "jobrole": payload.survey,
        "requestor": payload.requestor,
        "use_sms": bool(payload.phone),
        "config_params": {key: payload.counts.get(key, 0) for key in RELATIONSHIPS},
        "send_past_due_notification": payload.vendor_tells_owner,
        "send_completed_notification": payload.vendor_tells_owner,
        "job_position": payload.position,
    }
    if payload.message:
        body["candidate_message"] = payload.message
    if payload.hiring_managers:
        body["hiring_manager"] = _person(payload.hiring_managers[0])
    if version == "v2":
        if payload.sms_message and payload.phone:
            body["sms_message"] = payload.sms_message
        if payload.hiring_managers:
            body["hiring_managers"] = [_person(manager) for manager in payload.hiring_managers]
    return body


def prospects_query(*, created_after: datetime | None, cursor: str, limit: int) -> dict[str, Any]:
    """Build the query of a page of prospects (assumed, §7 row 22)."""
    query: dict[str, Any] = {"limit": limit}
    if created_after is not None:
        query["created_after"] = created_after.astimezone(UTC).isoformat()
    if cursor:
        query["cursor"] = cursor
    return query


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _person(person: Person) -> dict[str, Any]:
    return {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}


def _reference(member: Mapping[str, Any]) -> Reference:
    return Reference(
        first_name=_text(member, "first_name", clean=text.person_name)[:80],
        last_name=_text(member, "last_name", clean=text.person_name)[:80],
        email=_text(member, "email")[:254],
        phone=_text(member, "mobile_phone")[:40],
        status=_text(member, "status")[:80],
    )


def _prospect(member: Mapping[str, Any]) -> Prospect:
    return Prospect(
        id=_text(member, "id")[:80],
        first_name=_text(member, "first_name", clean=text.person_name),
        last_name=_text(member, "last_name", clean=text.person_name),
        email=_text(member, "email"),
        phone=_text(member, "phone"),
        created_at=clock.read_instant(member.get("created_at")),
    )


def _limits(member: Mapping[str, Any]) -> tuple[int, int, int]:
    least = number(member.get("min"))
    most = number(member.get("max"), default=10)
    return least, max(most, least), number(member.get("default"))


def _rows(data: Any) -> list[Any]:
    return [] if data is None else _read.rows(data)
