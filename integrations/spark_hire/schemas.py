"""Every name that Spark Hire's API v1.0 uses on the wire, and nothing else: a correction is an edit of this file.

Source: spark-hire.md; the number beside each part is its section. Parsing is tolerant (unknown statuses, extra and
missing members), building is strict (only what real clients are known to send).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

from integrations.requests.lifecycle import Event
from integrations.requests.readers import Reader, word
from integrations.spark_hire import VENDOR
from recruiting.foundation import clock, text

_read = Reader(VENDOR, clean=text.person_name, takes_numbers=False)
_text, _required, _object, rows = _read.text, _read.required, _read.object, _read.rows

# §1
RATE_LIMIT_HEADER = "X-Rate-Limit-Try-Again-Seconds"
PAGE_SIZE = 100

# §2 paths
ME = "/me"
JOBS = "/jobs"
QUESTION_SETS = "/question_sets"
INTERVIEWS = "/interviews"
WEBHOOKS = "/webhooks"

# §2.6: the events that we subscribe to; `InterviewCreated` also tells of what was sent from Spark Hire itself.
EVENTS = (
    "InterviewAccepted",
    "InterviewCompleted",
    "InterviewDeleted",
    "InterviewExpired",
    "InterviewRescheduled",
    "InterviewReset",
    "JobUpdated",
    "JobDeleted",
)
JOB_EVENTS = frozenset({"JobUpdated", "JobDeleted"})

# §3: status words, after `readers.word`; the vendor's spelling varies.
_STATUSES = {
    "requested": Event.SEEN_PENDING,
    "pending": Event.SEEN_PENDING,
    "accepted": Event.SEEN_ACCEPTED,
    "in_progress": Event.SEEN_STARTED,
    "completed": Event.SEEN_COMPLETED,
    "expired": Event.SEEN_EXPIRED,
    "canceled": Event.SEEN_CANCELED,
    "cancelled": Event.SEEN_CANCELED,
}


@dataclass(frozen=True)
class Account:
    """The user of a key (§2.1)."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class VendorJob:
    """A job at the vendor (§2.2)."""

    id: str
    title: str
    place: str
    is_active: bool
    created_at: datetime | None = None


@dataclass(frozen=True)
class QuestionSet:
    """A question set (§2.3)."""

    id: str
    name: str
    question_count: int


@dataclass(frozen=True)
class Interview:
    """An interview as the vendor has it (§2.4). `deadline` is UTC; `event` is what its status means to us."""

    id: str
    status: str
    event: Event
    job_id: str
    name: str
    email: str
    deadline: datetime | None
    completed_at: datetime | None
    created_at: datetime | None


@dataclass(frozen=True)
class Webhook:
    """A subscription (§2.6). `url` is "" where the vendor does not show it."""

    id: str
    url: str


def account(data: Any) -> Account:
    """Read `GET /me`. Names may come whole or in parts."""
    member = _object(data)
    name = _text(member, "name") or f"{_text(member, 'first_name')} {_text(member, 'last_name')}".strip()
    return Account(id=_text(member, "uuid"), name=name, email=_text(member, "email"))


def job(data: Any) -> VendorJob:
    """Read a job."""
    member = _object(data)
    return VendorJob(
        id=_required(member, "uuid"),
        title=_text(member, "title"),
        place=_text(member.get("location"), "formatted_address"),
        is_active=word(_text(member, "status")) != "inactive",
        created_at=clock.read_instant(member.get("created_at")),
    )


def question_set(data: Any) -> QuestionSet:
    """Read a question set; its name is `name`, or `title` in one source."""
    member = _object(data)
    questions = member.get("questions")
    return QuestionSet(
        id=_required(member, "uuid"),
        name=_text(member, "name") or _text(member, "title") or "Untitled",
        question_count=len(questions) if isinstance(questions, list) else 0,
    )


def interview(data: Any) -> Interview:
    """Read an interview. `assigned_to` is one object on read, a list on create."""
    member = _object(data[0] if isinstance(data, list) and data else data)
    assigned = member.get("assigned_to")
    candidate = assigned[0] if isinstance(assigned, list) and assigned else assigned
    status = _text(member, "status")
    return Interview(
        id=_required(member, "uuid"),
        status=status[:80],
        event=_STATUSES.get(word(status), Event.SEEN_UNKNOWN),
        job_id=_text(member.get("job_post"), "uuid"),
        name=_text(candidate, "name"),
        email=_text(candidate, "email"),
        deadline=clock.read_instant(member.get("scheduled_at")),
        completed_at=clock.read_instant(member.get("completed_at")),
        created_at=clock.read_instant(member.get("created_at")),
    )


class NewInterview(TypedDict):
    """What an interview is asked for with; the invitation writes `deadline` (aware) in the IANA zone `time_zone`."""

    job_id: str
    name: str
    email: str
    deadline: datetime
    time_zone: str
    question_set_id: str
    message: str
    """Put into the invitation."""


def interview_body(**asked: Unpack[NewInterview]) -> dict[str, Any]:
    """Build `POST /interviews` (§2.4): one candidate, one-way, with a question set."""
    return {
        "type": "one_way",
        "job_post": {"uuid": asked["job_id"]},
        "assigned_to": [{"name": asked["name"], "email": asked["email"]}],
        "scheduled_at": asked["deadline"].astimezone(UTC).isoformat(),
        "timezone": asked["time_zone"],
        "interview_question_set": asked["question_set_id"],
        "email_message": asked["message"],
    }


def reschedule_body(*, deadline: datetime, time_zone: str) -> dict[str, Any]:
    """Build `PUT /interviews/{uuid}` that moves the deadline (§7 row 13)."""
    return {"scheduled_at": deadline.astimezone(UTC).isoformat(), "timezone": time_zone}


def job_body(*, title: str, city: str, region: str, country: str) -> dict[str, Any]:
    """Build `POST /jobs` (§2.2)."""
    return {"title": title, "location": {"city": city, "state": region, "country": country}}


def webhook_body(*, url: str, event: str) -> dict[str, Any]:
    """Build `POST /webhooks` (§2.6): one event per subscription."""
    return {"url": url, "event": event}


def share_url(data: Any) -> str:
    """Read a share link's address (§2.5); "" when there is none yet."""
    member = data[0] if isinstance(data, list) and data else data
    return _text(member, "url")


def subject_id(data: Any) -> str:
    """Return the id of what a webhook's body is about; "" when it has none. The body is used for nothing else."""
    return _text(data, "uuid")


def webhook(data: Any) -> Webhook:
    """Read a subscription (§2.6; older clients call its address otherwise)."""
    member = _object(data)
    urls = (_text(member, name) for name in ("url", "target_url", "subscription_url"))
    return Webhook(id=_required(member, "uuid"), url=next(filter(None, urls), ""))


def webhook_id(data: Any) -> str:
    """Read the id of a subscription."""
    return _required(_object(data), "uuid")
