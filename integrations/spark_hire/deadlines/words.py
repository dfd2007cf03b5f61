"""What is said about the deadline of a request, in whole sentences: in the newsfeed and on the tab."""

from datetime import datetime, timedelta

from integrations.requests.lifecycle import Entry
from integrations.spark_hire import VENDOR, deadlines
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest
from recruiting.companies.models import Membership
from recruiting.foundation import clock, formatting


def detail_of(request: InterviewRequest, entry: Entry | None, now: datetime) -> str:
    """Return what there is to say about what the vendor told us, while the request still has its old state."""
    if entry == Entry.COMPLETED and request.state != State.CANCELED:
        late = heard_late(request, heard_at=now)
        return f" in time; we heard of it {late}" if late else ""
    if entry == Entry.EXPIRED:
        return ended_early(request, at=now) if now < request.expires_at else expired_detail(request)
    if entry == Entry.RESCHEDULED:
        return new_deadline(request)
    if entry == Entry.REOPENED:
        return f"{request.invited_name} can answer in Spark Hire: {_lowered(request)}"
    return ""


def deadline_sentence(request: InterviewRequest) -> str:
    """Say until when the candidate may answer, in the zone of the promise and for everybody who reads it later."""
    now = min(clock.now(), request.expires_at - timedelta(days=1))
    return request.deadline(reader_zone=request.zone, now=now).sentence


def heard_late(request: InterviewRequest, *, heard_at: datetime) -> str:
    """Say when we heard of a finish in time, where that was after the deadline: "at 00:10"; else ""."""
    finished = request.completed_at
    if finished is None or not finished <= request.expires_at <= heard_at:
        return ""
    zone = request.zone
    heard = heard_at.astimezone(zone)
    if heard.date() == request.expires_at.astimezone(zone).date():
        return f"at {formatting.clock_time(heard)}"
    return f"on {formatting.day(heard.date(), today=clock.today(zone))}, {formatting.clock_time(heard)}"


def ended_early(request: InterviewRequest, *, at: datetime) -> str:
    """Say that a request expired at the vendor before the deadline that we know of, and when we heard of it."""
    local = at.astimezone(request.zone)
    heard = f"{formatting.day(local.date(), today=clock.today(request.zone))}, {formatting.clock_time(local)}"
    return (
        f"Expired at {VENDOR} on {heard} ({formatting.zone_name(request.zone)}), before the deadline that was set here."
    )


def expired_detail(request: InterviewRequest, now: datetime | None = None) -> str:
    """Say by when a request was not finished, or in whole sentences that it may not even have been sent."""
    passed = _passed(request, now or clock.now())
    if request.vendor_id:
        return passed
    if request.send_attempted_at is not None:
        return f"{VENDOR} never confirmed the request, which had to be answered {passed}."
    reason = request.failure or f"{VENDOR} could not be reached in time."
    return f"The request was never sent: {reason} It had to leave {passed}."


def _passed(request: InterviewRequest, now: datetime) -> str:
    """Say by when something was not finished: "before midnight as Fri 28 Nov began"."""
    zone = request.zone
    local, today = request.expires_at.astimezone(zone), now.astimezone(zone).date()
    promised = formatting.day_that_begins(request.expires_on, expires_at=request.expires_at, zone=zone)
    if promised is not None and (local.hour, local.minute) == (0, 0):
        return f"before midnight as {formatting.day(promised, today=today)} began"
    return f"before {formatting.day(local.date(), today=today)}, {formatting.clock_time(local)}"


def new_deadline(request: InterviewRequest) -> str:
    """Say the deadline that was set at the vendor."""
    return f"New deadline in Spark Hire: {_lowered(request)}"


def zone_sentence(request: InterviewRequest) -> str:
    """Say the deadline that follows from the company's new time zone."""
    return f"{request.company.name}'s time zone changed; the deadline is now: {_lowered(request)}"


def rules_sentence(request: InterviewRequest) -> str:
    """Say the deadline that follows from new rules of its time zone."""
    return f"The rules of {formatting.zone_name(request.zone)} changed; the deadline is now: {_lowered(request)}"


def _lowered(request: InterviewRequest) -> str:
    words = deadline_sentence(request)
    return f"{words[0].lower()}{words[1:]}"


def preview(text: str, *, member: Membership) -> str:
    """Return the sentence under the date field for what was typed: the deadline in words, or what is wrong with it."""
    company, day = member.company, deadlines.parse(text)
    deadlines.require_choosable(day, today=company.today())
    instant = deadlines.instant_of(day, company.zone)
    zones = {"zone": company.zone, "reader_zone": member.zone}
    return str(formatting.deadline(expires_on=day, expires_at=instant, now=clock.now(), **zones))
