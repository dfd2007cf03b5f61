"""What the fake Spark Hire accepts: strict readers of request bodies and list parameters.

Strict on purpose: whatever the contract does not name is refused with a reason, so that a client built on the wrong
names (the modeled ones above all, spark-hire.md §0) fails at its first call and not in front of a customer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from devtools.sandbox.host.http import Request
from devtools.sandbox.spark_hire.records import EVENTS, MAX_QUESTIONS, ROLES, Question, Refused

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MIN_DAYS, MAX_DAYS = 1, 30

EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
DAYS_FROM_NOW = re.compile(r"(\d+) days? from now")
RANGE = re.compile(r"([1-9]\d*)-([1-9]\d*)")

# The modeled names (§0, §7 row 1) and the right ones.
MODELED_INTERVIEW_NAMES = {
    "job_uuid": "job_post.uuid",
    "candidate_first_name": "assigned_to[].name",
    "candidate_last_name": "assigned_to[].name",
    "candidate_name": "assigned_to[].name",
    "candidate_email": "assigned_to[].email",
    "candidates": "assigned_to",
    "question_set_uuid": "interview_question_set",
    "due_at": "scheduled_at",
    "deadline": "scheduled_at",
    "expires_at": "scheduled_at",
    "message": "email_message",
}


@dataclass(frozen=True, slots=True)
class NewInterview:
    job: str
    candidates: tuple[tuple[str, str], ...]
    deadline: datetime
    timezone: str
    email_message: str
    question_set: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: `order` is SQL made of known parts."""

    order: str
    offset: int
    limit: int


def body(request: Request, *, known: Sequence[str], renamed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object of a request, holding known names only."""
    if not request.is_json():
        raise Refused(400, "Content-Type must be application/json.")
    value = request.json()
    if not isinstance(value, dict):
        raise Refused(400, "The body must be a JSON object.")
    for name in value:
        if renamed and name in renamed:
            raise Refused(400, f"Unknown field {name}: use {renamed[name]}.")
        if name not in known:
            raise Refused(400, f"Unknown field {name}.")
    return value


def new_interview(request: Request) -> NewInterview:
    data = body(
        request,
        known=(
            "type",
            "job_post",
            "assigned_to",
            "scheduled_at",
            "timezone",
            "interview_question_set",
            "questions",
            "email_message",
        ),
        renamed=MODELED_INTERVIEW_NAMES,
    )
    if data.get("type") != "one_way":
        raise Refused(400, "type must be one_way.")
    job_post = data.get("job_post")
    if not isinstance(job_post, dict) or not isinstance(job_post.get("uuid"), str):
        raise Refused(400, "job_post.uuid is required.")
    zone = timezone(data)
    question_set = text(data, "interview_question_set")
    asked = questions(data.get("questions", []))
    if not question_set and not asked:
        raise Refused(400, "interview_question_set or questions is required.")
    return NewInterview(
        job=job_post["uuid"],
        candidates=tuple(_candidates(data.get("assigned_to"))),
        deadline=deadline(data.get("scheduled_at"), zone=zone, now=request.now),
        timezone=zone,
        email_message=text(data, "email_message"),
        question_set=question_set,
        questions=asked,
    )


def text(data: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = data.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Refused(400, f"{name} must be a string.")
    if required and not value.strip():
        raise Refused(400, f"{name} is required.")
    return value.strip()


def email(value: object, *, name: str = "email") -> str:
    if not isinstance(value, str) or not EMAIL.fullmatch(value.strip()) or len(value) > 254:
        raise Refused(400, f"{name} must be an email address.")
    return value.strip()


def timezone(data: Mapping[str, Any]) -> str:
    name = text(data, "timezone")
    if name:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Refused(400, f"timezone: {name} is not a time zone.") from error
    return name


def deadline(value: object, *, zone: str, now: datetime) -> datetime:
    """An RFC 3339 instant, or "N days from now" (§1); 1 to 30 calendar days ahead in the deadline's own zone.

    Counted in calendar days, because a recruiter picks a date: the first instant of the thirtieth day from today is
    allowed also where a change of the clocks makes it 30 days and an hour.
    """
    if not isinstance(value, str) or not value:
        raise Refused(400, "scheduled_at is required.")
    relative = DAYS_FROM_NOW.fullmatch(value.strip())
    if relative:
        days = int(relative.group(1))
        if not MIN_DAYS <= days <= MAX_DAYS:
            raise Refused(400, "scheduled_at must be 1 to 30 days from now.")
        return now + timedelta(days=days)
    instant = instant_with_offset(value)
    if instant is None:
        raise Refused(400, "scheduled_at must be a date and time with an offset, or a number of days from now.")
    if instant <= now:
        raise Refused(400, "scheduled_at is in the past.")
    local = ZoneInfo(zone) if zone else instant.tzinfo
    ahead = (instant.astimezone(local).date() - now.astimezone(local).date()).days
    if not MIN_DAYS <= ahead <= MAX_DAYS:
        raise Refused(400, "scheduled_at must be 1 to 30 days from now.")
    return instant


def instant_with_offset(value: str) -> datetime | None:
    """None for anything that is not RFC 3339."""
    if not RFC_3339.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).replace(microsecond=0)
    except ValueError:
        return None


def questions(value: object) -> tuple[Question, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Refused(400, "questions must be a list.")
    if len(value) > MAX_QUESTIONS:
        raise Refused(400, f"A question set holds up to {MAX_QUESTIONS} questions.")
    found = []
    for each in value:
        if not isinstance(each, dict) or set(each) - {"uuid", "text", "time_limit", "takes", "think_time"}:
            raise Refused(400, "A question has text, time_limit, takes and think_time.")
        found.append(
            Question(
                text=text(each, "text", required=True),
                time_limit=_whole(each, "time_limit", default=120, least=1),
                takes=_whole(each, "takes", default=2, least=0),
                think_time=str(_whole(each, "think_time", default=30, least=0)),
            )
        )
    return tuple(found)


def job(request: Request, *, partial: bool) -> dict[str, str]:
    """Columns of a job; all of them, or with `partial` those that were sent."""
    data = body(
        request,
        known=("title", "description", "location", "status"),
        renamed={"name": "title", "city": "location.city", "state": "location.state", "country": "location.country"},
    )
    values: dict[str, str] = {}
    if "title" in data or not partial:
        values["title"] = text(data, "title", required=True)
    if "description" in data or not partial:
        values["description"] = text(data, "description")
    if "location" in data or not partial:
        place = data.get("location")
        if not isinstance(place, dict) or set(place) - {"city", "state", "country"}:
            raise Refused(400, "location needs city, state and country.")
        for part in ("city", "state", "country"):
            if not isinstance(place.get(part), str) or not place[part].strip():
                raise Refused(400, f"location.{part} is required.")
            values[part] = place[part].strip()
    if "status" in data or not partial:
        values["status"] = data.get("status", "active")
        if values["status"] not in ("active", "inactive"):
            raise Refused(400, "status must be active or inactive.")
    return values


def new_user(request: Request) -> dict[str, str]:
    data = body(request, known=("first_name", "last_name", "email", "permission_level"))
    role = data.get("permission_level", "standard")
    if role not in ROLES:
        raise Refused(400, f"permission_level must be one of {', '.join(ROLES)}.")
    return {
        "first_name": text(data, "first_name", required=True),
        "last_name": text(data, "last_name", required=True),
        "email": email(data.get("email")),
        "role": role,
    }


def subscription(request: Request) -> dict[str, Any]:
    """§2.6: the name of the address is uncertain, so `url` and `target_url` are both taken."""
    data = body(request, known=("url", "target_url", "event", "jobs", "create_share_link"))
    if data.get("event") not in EVENTS:
        raise Refused(400, f"event must be one of {', '.join(EVENTS)}.")
    address = data.get("url") or data.get("target_url")
    if not isinstance(address, str) or not _is_web_address(address):
        raise Refused(400, "url must be a web address.")
    jobs = data.get("jobs") or []
    if not isinstance(jobs, list) or not all(isinstance(each, str) for each in jobs):
        raise Refused(400, "jobs must be a list of job uuids.")
    return {
        "event": data["event"],
        "url": address,
        "jobs": jobs,
        "create_share_link": bool(data.get("create_share_link")),
    }


def page(request: Request, *, orders: Mapping[str, str], table: str) -> Page:
    """`range` (1-based, inclusive) and `orderby` (`updated_desc`); §1 and §7 rows 7 and 8.

    `payload` maps the names that may be ordered by to their columns.
    """
    offset, limit = 0, PAGE_SIZE
    if wanted := request.first("range"):
        found = RANGE.fullmatch(wanted)
        if found is None or int(found[2]) < int(found[1]):
            raise Refused(400, "range must look like 1-20.")
        offset = int(found[1]) - 1
        limit = min(int(found[2]) - offset, MAX_PAGE_SIZE)
    name, _, direction = request.first("orderby", "created_desc").rpartition("_")
    if name not in orders or direction not in ("asc", "desc"):
        raise Refused(400, f"orderby must be one of {', '.join(orders)}, with _asc or _desc.")
    return Page(f"{orders[name]} {direction}, {table}.rowid {direction}", offset, limit)


def _candidates(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, list) or not value:
        raise Refused(400, "assigned_to must be a list of candidates.")
    found = []
    for each in value:
        if not isinstance(each, dict):
            raise Refused(400, "assigned_to must be a list of objects with name and email.")
        for name in each:
            if name not in ("name", "email"):
                raise Refused(400, f"Unknown field assigned_to[].{name}.")
        found.append((text(each, "name", required=True), email(each.get("email"), name="assigned_to[].email")))
    return found


def _whole(data: Mapping[str, Any], name: str, *, default: int, least: int) -> int:
    value = data.get(name, default)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 86_400:
        raise Refused(400, f"{name} must be a whole number of at least {least}.")
    return value


def _is_web_address(value: str) -> bool:
    try:
        target = urlsplit(value)
        return target.scheme in ("http", "https") and bool(target.hostname) and (target.port or 1) > 0
    except ValueError:
        return False


def later(data: Mapping[str, Any], *, now: datetime) -> datetime | None:
    """A tester's deadline: `scheduled_at` with an offset, or `days` or `hours` ahead; None when none is given."""
    if data.get("scheduled_at"):
        instant = instant_with_offset(str(data["scheduled_at"]))
        if instant is None:
            raise Refused(400, "scheduled_at must be a date and time with an offset.")
    elif data.get("days") or data.get("hours"):
        try:
            instant = now + timedelta(days=float(data.get("days") or 0), hours=float(data.get("hours") or 0))
        except (ValueError, TypeError, OverflowError) as error:
            raise Refused(400, "days and hours must be numbers.") from error
    else:
        return None
    if instant <= now:
        raise Refused(400, "The new deadline must be in the future.")
    return instant.astimezone(UTC)
