"""The one clock of the product.

All code that asks "what time is it" asks here, so that a tester in sandbox mode can try a midnight by hand. The
offset lives in a small file shared by the web process, the workers and the vendor sandbox; outside sandbox mode it is
neither read nor written. What a deadline means in words belongs to the pages, not here.
"""

import json
import os
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

# The offset that was read last, and from which file: a file system's clock may tick too slowly for its time alone.
_cached: tuple[tuple[int, int], timedelta] = ((-1, -1), timedelta(0))


class ClockRefused(RuntimeError):
    """The clock was asked to travel outside sandbox mode."""


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC) + offset()


def machine_now() -> datetime:
    """Return the machine's own instant in UTC: for leases, heartbeats and back-off, which no tester moves."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return today's local date in `zone`."""
    return now().astimezone(zone).date()


@cache
def zone_names() -> frozenset[str]:
    """Return the IANA time zones that this machine knows: asked once, since the answer opens every file of them."""
    return frozenset(available_timezones())


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of the local date `day` in `zone`, in UTC.

    Where 00:00 does not exist that night, it is the next instant that does; where it exists twice, the first.
    """
    midnight = datetime.combine(day, time.min, tzinfo=zone)  # fold=0: the first of two
    instant = midnight.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant
    # 00:00 was skipped that night: the first whole second whose local date is `day` or later.
    low, high = int(instant.timestamp()) - 26 * 3600, int(instant.timestamp()) + 26 * 3600
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).date() >= day:
            high = middle
        else:
            low = middle + 1
    return datetime.fromtimestamp(low, UTC)


def read_instant(value: object) -> datetime | None:
    """Return an instant of RFC 3339 that somebody else wrote, in UTC, which it is in without an offset.

    None for anything else, and at the ends of the calendar: they mean "none" or "never" to some programs, and a zone
    of ours would lead beyond them.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        instant = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if 1900 <= instant.year < 9999 else None


def offset() -> timedelta:
    """Return how far the sandbox moved the clock; always zero outside sandbox mode."""
    global _cached
    if not settings.SANDBOX_MODE:
        return timedelta(0)
    try:
        file = os.stat(settings.SANDBOX_CLOCK_FILE)
    except OSError:
        return timedelta(0)
    version = (file.st_ino, file.st_mtime_ns)
    if version != _cached[0]:
        try:
            seconds = float(json.loads(Path(settings.SANDBOX_CLOCK_FILE).read_text())["offset_seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            return timedelta(0)
        _cached = (version, timedelta(seconds=seconds))
    return _cached[1]


def travel(*, to: datetime | None = None, by: timedelta | None = None) -> datetime:
    """Move the clock to an aware instant or by an amount, for every process of this sandbox; return the new now.

    Raises:
        ClockRefused: outside sandbox mode.
    """
    _require_sandbox()
    moved = offset() + by if by is not None else (to or datetime.now(UTC)) - datetime.now(UTC)
    path = Path(settings.SANDBOX_CLOCK_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.write_text(json.dumps({"offset_seconds": moved.total_seconds()}))
    scratch.replace(path)
    return now()


def reset() -> datetime:
    """Put the clock back to real time; return now. Raises `ClockRefused` outside sandbox mode."""
    _require_sandbox()
    Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)
    return now()


def _require_sandbox() -> None:
    if not settings.SANDBOX_MODE:
        raise ClockRefused("The clock moves in sandbox mode only; set SANDBOX_MODE=true on a machine made for trying.")
