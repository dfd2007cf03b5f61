"""Expiration Dates: which may be chosen, which instant they mean, and how they are said in words.

A request expires as its date begins, in the company's time zone; the day before is the last day to answer (S10).
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from recruiting.foundation import clock, formatting, text
from recruiting.foundation.errors import InvalidInput

DEFAULT_DAYS = 7
MOST_DAYS = 30
REQUIRED = "An Expiration Date is required for all video interview requests."


def default_for(today: date) -> date:
    """Return the date that the form offers: one week from today."""
    return today + timedelta(days=DEFAULT_DAYS)


def earliest(today: date) -> date:
    """Return the first date that may be chosen: tomorrow, with today as the last day to answer."""
    return today + timedelta(days=1)


def latest(today: date) -> date:
    """Return the last date that may be chosen."""
    return today + timedelta(days=MOST_DAYS)


def parse(typed: str) -> date:
    """Read a date as a form or the API gives it. Raises InvalidInput with what is wrong."""
    day = text.one_line(typed)
    if not day:
        raise _refused(REQUIRED)
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise _refused("That isn't a date. Pick one or write 2026-11-28.") from None


def require_choosable(day: date, *, today: date) -> None:
    """Raise InvalidInput unless `day` may be chosen today."""
    if day < today:
        raise _refused(f"{formatting.day(day, today=today)} has passed.")
    if day == today:
        raise _refused(
            "A request expires as its date begins, so today would expire at once. "
            f"Choose {formatting.day(earliest(today), today=today)} or later."
        )
    if day > latest(today):
        raise _refused(f"Choose a date up to {formatting.day(latest(today), today=today)}, {MOST_DAYS} days at most.")


def invitation_message(*, company: str, instant: datetime, zone: ZoneInfo) -> str:
    """Return what the vendor's invitation says besides its own text: the last day, or the last hour of none's end."""
    local = instant.astimezone(zone)
    if clock.start_of_day(local.date(), zone) == instant:
        last, until = local.date() - timedelta(days=1), "The last day to answer is"
        hour = ""
    else:
        last, until, hour = local.date(), "You can answer until", f" at {formatting.clock_time(local)}"
    return (
        f"{company} invites you to a video interview. "
        f"{until} {last:%A}, {last.day} {last:%B %Y}{hour} ({formatting.zone_name(zone)})."
    )


def instant_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) that an Expiration Date means: the first of that date in `zone`."""
    return clock.start_of_day(day, zone)


def later_in(zone: ZoneInfo, *, day: date | None, instant: datetime) -> datetime | None:
    """Return the instant to which a promised deadline moves in `zone`: a later one, or None where it stays.

    Args:
        zone: the zone that the company, or the rules, now have.
        day: the Expiration Date; None for an exact instant, which moves nowhere.
        instant: what was promised (UTC).
    """
    there = None if day is None else instant_of(day, zone)
    return there if there is not None and there > instant else None


def _refused(sentence_: str) -> InvalidInput:
    return InvalidInput(fields={"expires_on": sentence_}, code="expiration_date")
