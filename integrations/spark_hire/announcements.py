"""What the newsfeed is told about a video interview request, in words.

Called by `interviews` inside the transaction of the fact; what happened is decided there.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from integrations.spark_hire import activity, deadlines
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import Entry, Event, State
from newsfeed import feed
from newsfeed.activity import ActivityType
from recruiting.companies.models import Membership
from recruiting.foundation import clock, wording

VENDOR = "Spark Hire"


def tell(
    request: InterviewRequest, entry: Entry, *, actor: Membership | None = None, detail: str = "", vendor: bool = False
) -> None:
    """Write the entry that an event calls for. `vendor`: Spark Hire's side did it."""
    if entry == Entry.REQUESTED:
        detail = deadlines.sentence(day=request.expires_on, instant=request.expires_at, zone=request.zone)
    if entry == Entry.CANCELED and actor is not None:
        detail = f"{actor.name} canceled the request."
    publish(activity.BY_ENTRY[entry], request, actor=actor, detail=detail, vendor=vendor)


def publish(
    kind: ActivityType[activity.InterviewPayload],
    request: InterviewRequest,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
) -> None:
    """Write one entry about a request."""
    feed.publish(
        kind,
        activity.InterviewPayload(candidate=request.invited_name, detail=detail),
        company_id=request.company_id,
        actor=actor,
        actor_label=VENDOR if vendor else "",
        application=request.application,
        subject_id=request.pk,
    )


def detail_of(request: InterviewRequest, entry: Entry | None, event: Event, now: datetime) -> str:
    """Return what there is to say about what the vendor told us, while the request still has its old state."""
    if entry == Entry.COMPLETED and request.state != State.CANCELED:
        late = heard_late(request, heard_at=now)
        return f" in time; we heard of it {late}" if late else ""
    if entry == Entry.CANCELED:
        if event == Event.SEEN_GONE:
            return "Removed in Spark Hire. Treated as canceled."
        return f"Canceled in Spark Hire, or {request.invited_name} declined."
    if entry == Entry.EXPIRED:
        return ended_early(request, at=now) if now < request.expires_at else expired_detail(request)
    if entry == Entry.RESCHEDULED:
        return new_deadline(request)
    if entry == Entry.REOPENED:
        return f"{request.invited_name} can answer in Spark Hire: {_lowered(request)}"
    return ""


def heard_late(request: InterviewRequest, *, heard_at: datetime) -> str:
    """Say when we heard of a finish in time, where that was after the deadline: "at 00:10"; else ""."""
    finished = request.completed_at
    if finished is None or not finished <= request.expires_at <= heard_at:
        return ""
    zone = request.zone
    heard = heard_at.astimezone(zone)
    if heard.date() == request.expires_at.astimezone(zone).date():
        return f"at {wording.clock_time(heard)}"
    return f"on {wording.day(heard.date(), today=clock.today(zone))}, {wording.clock_time(heard)}"


def ended_early(request: InterviewRequest, *, at: datetime) -> str:
    """Say that a request expired at the vendor before the deadline that we know of, and when we heard of it."""
    local = at.astimezone(request.zone)
    heard = f"{wording.day(local.date(), today=clock.today(request.zone))}, {wording.clock_time(local)}"
    return f"Expired at {VENDOR} on {heard} ({wording.zone_name(request.zone)}), before the deadline that was set here."


def expired_detail(request: InterviewRequest) -> str:
    """Say by when a request was not finished, or not even sent."""
    return expired_words(
        expires_on=request.expires_on,
        expires_at=request.expires_at,
        zone=request.zone,
        now=clock.now(),
        is_there=bool(request.vendor_id),
        was_tried=request.send_attempted_at is not None,
        why=request.failure,
    )


def expired_words(
    *,
    expires_on: date | None,
    expires_at: datetime,
    zone: ZoneInfo,
    now: datetime,
    is_there: bool,
    was_tried: bool,
    why: str,
) -> str:
    """Say by when something was not finished, or in whole sentences that nobody may have been asked.

    Args:
        expires_on: the date that was promised, if any.
        expires_at: the instant.
        zone: where it was promised.
        now: the current instant.
        is_there: whether the vendor is known to have the request.
        was_tried: whether it may have left us.
        why: why it waited, as said before; "" when the vendor could not be reached.
    """
    passed = _passed(expires_on=expires_on, expires_at=expires_at, zone=zone, now=now)
    if is_there:
        return passed
    if was_tried:
        return f"{VENDOR} never confirmed the request, which had to be answered {passed}."
    reason = why or f"{VENDOR} could not be reached in time."
    return f"The request was never sent: {reason} It had to leave {passed}."


def _passed(*, expires_on: date | None, expires_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Say by when something was not finished: "before midnight as Fri 28 Nov began"."""
    local, today = expires_at.astimezone(zone), now.astimezone(zone).date()
    promised = wording.day_that_begins(expires_on, expires_at=expires_at, zone=zone)
    if promised is not None and (local.hour, local.minute) == (0, 0):
        return f"before midnight as {wording.day(promised, today=today)} began"
    return f"before {wording.day(local.date(), today=today)}, {wording.clock_time(local)}"


def new_deadline(request: InterviewRequest) -> str:
    """Say the deadline that was set at the vendor."""
    return f"New deadline in Spark Hire: {_lowered(request)}"


def zone_sentence(request: InterviewRequest) -> str:
    """Say the deadline that follows from the company's new time zone."""
    return f"{request.company.name}'s time zone changed; the deadline is now: {_lowered(request)}"


def rules_sentence(request: InterviewRequest) -> str:
    """Say the deadline that follows from new rules of its time zone."""
    return f"The rules of {wording.zone_name(request.zone)} changed; the deadline is now: {_lowered(request)}"


def _lowered(request: InterviewRequest) -> str:
    words = deadlines.sentence(day=request.expires_on, instant=request.expires_at, zone=request.zone)
    return f"{words[0].lower()}{words[1:]}"
