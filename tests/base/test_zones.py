"""Whose time zone rules count: those of the pinned package, whatever the machine has and whoever asked first."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core import checks

from recruiting.foundation import adminsite, clock, zones
from recruiting.outbox import admin

BASE = Path(settings.BASE_DIR)

# The first instants of 1 and 31 December 2026 by release 2026f. By 2025b, as machines still have it, each is an hour
# off: later in Casablanca, where summer time became none, and everywhere else the other way.
DECEMBER = {
    "America/Edmonton": (datetime(2026, 12, 1, 6, tzinfo=UTC), datetime(2026, 12, 31, 6, tzinfo=UTC)),
    "America/Vancouver": (datetime(2026, 12, 1, 7, tzinfo=UTC), datetime(2026, 12, 31, 7, tzinfo=UTC)),
    "Africa/Casablanca": (datetime(2026, 12, 1, 0, tzinfo=UTC), datetime(2026, 12, 31, 0, tzinfo=UTC)),
    "America/Havana": (datetime(2026, 12, 1, 4, tzinfo=UTC), datetime(2026, 12, 31, 4, tzinfo=UTC)),
}

EARLY = """
import zoneinfo
name, machine = {name!r}, {machine!r}
zoneinfo.reset_tzpath(to=[machine])
early = zoneinfo.ZoneInfo(name)
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "recruiting.settings"
from django.conf import settings
settings.TIME_ZONE  # reads them
from datetime import date
from recruiting.foundation import clock
assert zoneinfo.TZPATH == (), zoneinfo.TZPATH
for zone in (early, zoneinfo.ZoneInfo(name)):
    print(clock.start_of_day(date(2026, 12, 1), zone).hour)
"""


@pytest.mark.parametrize("name", sorted(DECEMBER))
def test_midnights_are_those_of_the_pinned_release(name: str) -> None:
    first, last = DECEMBER[name]

    assert clock.start_of_day(date(2026, 12, 1), ZoneInfo(name)) == first
    assert clock.start_of_day(date(2026, 12, 31), ZoneInfo(name)) == last


def test_a_zone_that_was_made_before_the_settings_is_forgotten(tmp_path: Path) -> None:
    # The machine's file of this zone is another place's: nothing tells rules that are stale from rules that are wrong.
    place = tmp_path / "America"
    place.mkdir()
    tokyo = Path(zones.tzdata.__file__).parent / "zoneinfo" / "Asia" / "Tokyo"
    (place / "Edmonton").write_bytes(tokyo.read_bytes())
    script = EARLY.format(name="America/Edmonton", machine=str(tmp_path))

    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=60
    )

    assert ran.stdout.split() == ["15", "6"], ran.stderr


def test_no_zone_of_the_machine_can_be_chosen() -> None:
    assert {"America/Edmonton", "UTC"} <= clock.zone_names()
    assert "posixrules" not in clock.zone_names()


@pytest.mark.parametrize(
    ("name", "listed", "today", "warned"),
    [
        ("2026f", 1783323897, "2026-11-30", False),
        ("2026f", 1783323897, "2027-12-31", False),
        ("2026f", 1783323897, "2028-01-02", True),
        # Listed in January 2025, so published by July.
        ("2025b", 1736208000, "2026-07-01", False),
        ("2025b", 1736208000, "2026-11-30", True),
        ("2024b", None, "2025-12-31", False),
        ("2024b", None, "2026-01-01", True),
    ],
)
def test_a_release_older_than_a_year_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, name: str, listed: int | None, today: str, warned: bool
) -> None:
    monkeypatch.setattr(zones.tzdata, "IANA_VERSION", name)
    monkeypatch.setattr(zones, "_leap_seconds", lambda: f"#x\n#updated {listed} (…)\n" if listed else "")

    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        found, cell = zones.check_release(None), admin.time_zones()

    assert [name in message.msg for message in found] == ([True] if warned else [])
    assert (cell.tone, name in cell.word) == ("warning" if warned else "success", True)


def test_the_check_and_the_admin_s_cell_are_registered() -> None:
    assert zones.check_release in checks.registry.registry.get_checks()
    assert adminsite._status_items["Time zones"] is admin.time_zones


# What makes a database compute with time zones: by its own rules, which differ from ours.
COMPUTED_THERE = re.compile(
    r"\b(Trunc|TruncDate|TruncDay|TruncHour|TruncTime|TruncMonth|TruncWeek|TruncYear|Extract\w*|date_hierarchy)\b"
    r"|__(date|time|year|month|day|week|week_day|hour|minute)(__\w+)?=|AT TIME ZONE|\.datetimes\(|DateFieldListFilter"
)


def test_no_offset_is_computed_by_the_database() -> None:
    assert all(COMPUTED_THERE.search(line) for line in ("f(sent_at__date=day)", "TruncDay('at')", "at__hour__gt=3"))
    code = [path for folder in ("recruiting", "integrations", "newsfeed") for path in (BASE / folder).rglob("*.py")]

    found = [
        f"{path.relative_to(BASE)}:{number}"
        for path in code
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if COMPUTED_THERE.search(line)
    ]

    assert len(code) > 100
    assert found == []
