"""Format times, deadlines, numbers and names as plain text.

Pure functions that pages, newsfeed entries and mails share. What is true (when something expires) is decided elsewhere;
markup belongs to `templatetags.ui`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from recruiting.foundation import clock

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


# ── Times ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def day(value: date, *, today: date) -> str:
    """Return "Fri 28 Nov", with the year when it is not `today`'s."""
    year = "" if value.year == today.year else f" {value.year}"
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}{year}"


def clock_time(value: datetime) -> str:
    """Return "14:32" of a local time."""
    return f"{value:%H:%M}"


def ago(value: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return a past instant as its reader in `zone` would say it: "5 min ago", "yesterday, 14:32", "21 Nov, 14:32"."""
    passed = now - value
    if timedelta(0) <= passed < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min ago"
    if timedelta(0) <= passed < timedelta(hours=24):
        return f"{passed.seconds // 3600} h ago"
    local, today = value.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today - timedelta(days=1):
        return f"yesterday, {clock_time(local)}"
    if timedelta(0) < today - local.date() < timedelta(days=7):
        return f"{_WEEKDAYS[local.weekday()]}, {clock_time(local)}"
    return moment(value, now=now, zone=zone)


def moment(value: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return "21 Nov, 14:32" in `zone`, with the year when it is not this one."""
    local = value.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}, {clock_time(local)}"


def full_moment(value: datetime, *, zone: tzinfo) -> str:
    """Return "Fri 21 Nov 2026, 14:32 (New York time)"."""
    local = value.astimezone(zone)
    return (
        f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}, "
        f"{clock_time(local)} ({zone_name(zone)})"
    )


def zone_name(zone: tzinfo) -> str:
    """Return "New York time" for America/New_York."""
    place = getattr(zone, "key", str(zone)).rsplit("/", 1)[-1].replace("_", " ")
    return "UTC" if place in {"UTC", "Etc"} else f"{place} time"


def days_in(since: date, *, today: date) -> str:
    """Return how long something has stood there, in local days: "today", "1 day", "12 days"."""
    days = max((today - since).days, 0)
    return "today" if days == 0 else plural(days, "day", "days")


@dataclass(frozen=True)
class Deadline:
    """A deadline in words. `sentence` names the promise's zone; the others are empty where they do not apply."""

    sentence: str
    your_time: str = ""
    left: str = ""
    is_urgent: bool = False
    is_past: bool = False

    def __str__(self) -> str:
        return " ".join(filter(None, (self.sentence, self.your_time, self.left)))


def day_that_begins(promised: date | None, *, expires_at: datetime, zone: ZoneInfo) -> date | None:
    """Return the promised date when the instant is its first in `zone`, else None: then only the hour is true.

    An instant that was promised stays when the rules of its zone change so that the date begins earlier.
    """
    return promised if promised is not None and clock.start_of_day(promised, zone) == expires_at else None


def deadline(
    *, expires_on: date | None, expires_at: datetime, zone: ZoneInfo, reader_zone: tzinfo, now: datetime
) -> Deadline:
    """Return the words for a deadline.

    Args:
        expires_on: the local date that was promised, or None when the vendor gave an exact instant.
        expires_at: the instant, aware.
        zone: the zone in which the promise was made.
        reader_zone: the zone of the person who reads.
        now: the current instant.
    """
    local, today = expires_at.astimezone(zone), now.astimezone(zone).date()
    is_past = now >= expires_at
    promised = day_that_begins(expires_on, expires_at=expires_at, zone=zone)
    if promised is None:
        verb = "Expired" if is_past else "Expires"
        sentence = f"{verb} {day(local.date(), today=today)}, {clock_time(local)} ({zone_name(zone)})."
    else:
        skipped = (local.hour, local.minute) != (0, 0)
        at = clock_time(local) if skipped else "midnight"
        why = " (clocks skip midnight that night)" if skipped else ""
        begins = day(promised, today=today)
        if is_past:
            sentence = f"Expired at {at} as {begins} began{why}."
        else:
            last = day(promised - timedelta(days=1), today=today)
            sentence = f"Expires at {at} as {begins} begins{why}; last day to answer is {last} ({zone_name(zone)})."
    if is_past:
        return Deadline(sentence, is_past=True)
    theirs = expires_at.astimezone(reader_zone)
    your_time = ""
    if theirs.utcoffset() != local.utcoffset():
        your_time = (
            f"That is {day(theirs.date(), today=now.astimezone(reader_zone).date())}, {clock_time(theirs)} your time."
        )
    remaining = expires_at - now
    if remaining >= timedelta(hours=24):
        return Deadline(sentence, your_time)
    hours, minutes = remaining.seconds // 3600, remaining.seconds % 3600 // 60
    left = plural(hours, "hour", "hours") if hours else plural(max(minutes, 1), "minute", "minutes")
    return Deadline(sentence, your_time, f"{left} left.", is_urgent=True)


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def number(value: int, *, limit: int | None = None) -> str:
    """Return "1,204", or "1,000+" from `limit` on, where counting stopped; what was counted to its end has none."""
    return f"{limit:,}+" if limit is not None and value >= limit else f"{value:,}"


def plural(value: int, one: str, many: str, *, zero: str = "", limit: int | None = None) -> str:
    """Return "1 candidate" or "12 candidates"; `zero` is the whole text for none ("No candidates")."""
    if value == 0 and zero:
        return zero
    return f"{number(value, limit=limit)} {one if value == 1 else many}"


def count_word(value: int) -> str:
    """Return a small number as a word that starts a sentence ("Two"), a larger one in figures."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else number(value)


def size(value: int) -> str:
    """Return a file's size: "240 kB", "1.2 MB"."""
    if value < 1000:
        return plural(value, "byte", "bytes")
    if value < 999_500:
        return f"{round(value / 1000)} kB"
    return f"{value / 1_000_000:.1f} MB"


def join_names(names: Sequence[str], *, last: str = "and") -> str:
    """Return "Kim, Sam and Lee"; from four names on, three of them and how many others."""
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} others"
    if len(names) == 4:
        return f"{', '.join(names[:3])} {last} {names[3]}"
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def initials(name: str) -> str:
    """Return the first grapheme of the first and the last name; of a single word two; of a CJK name one; else ""."""
    words = [graphemes(word) for word in name.split()]
    words = [word for word in words if word and (word[0][0].isalnum())]
    if not words:
        return ""
    if _is_cjk(words[0][0]):
        return words[0][0]
    if len(words) == 1:
        return "".join(words[0][:2])
    return (words[0][0] + words[-1][0]).upper()


def graphemes(text: str) -> list[str]:
    """Split a text into what a reader takes for letters: a base character and the marks that belong to it."""
    found: list[str] = []
    joined = False
    for character in text:
        belongs = unicodedata.category(character).startswith("M") or character == "\u200d" or joined
        if belongs and found:
            found[-1] += character
        else:
            found.append(character)
        joined = character == "\u200d"
    return found


def _is_cjk(letter: str) -> bool:
    return unicodedata.name(letter[0], "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
