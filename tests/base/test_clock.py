"""When a day begins, everywhere; and that only a sandbox moves the time."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from recruiting.foundation import clock


@pytest.fixture(autouse=True)
def own_clock_file(settings: Any, tmp_path: Path) -> Path:
    """Keep these tests' time travel away from everybody else's."""
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "folder" / "clock.json")
    return Path(settings.SANDBOX_CLOCK_FILE)


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        pytest.param("UTC", date(2024, 2, 29), "2024-02-29T00:00", id="plain"),
        pytest.param("Europe/Berlin", date(2024, 1, 15), "2024-01-14T23:00", id="east of UTC"),
        pytest.param("Europe/Berlin", date(2024, 3, 31), "2024-03-30T23:00", id="the change comes after midnight"),
        pytest.param("Europe/Berlin", date(2024, 4, 1), "2024-03-31T22:00", id="the day after the change"),
        pytest.param("America/New_York", date(2024, 7, 4), "2024-07-04T04:00", id="west of UTC"),
        pytest.param("Asia/Kathmandu", date(2024, 7, 4), "2024-07-03T18:15", id="a quarter of an hour"),
        pytest.param("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00", id="no midnight: Sao Paulo"),
        pytest.param("Africa/Cairo", date(2024, 4, 26), "2024-04-25T22:00", id="no midnight: Cairo"),
        pytest.param("Africa/Cairo", date(2024, 11, 1), "2024-10-31T22:00", id="back before midnight: Cairo"),
        pytest.param("Asia/Beirut", date(2022, 3, 27), "2022-03-26T22:00", id="no midnight: Beirut"),
        pytest.param("Asia/Beirut", date(2022, 10, 30), "2022-10-29T22:00", id="back before midnight: Beirut"),
        pytest.param("America/Havana", date(2024, 3, 10), "2024-03-10T05:00", id="no midnight: Havana"),
        pytest.param("America/Havana", date(2024, 11, 3), "2024-11-03T04:00", id="midnight twice: Havana"),
        pytest.param("America/St_Johns", date(2010, 11, 7), "2010-11-07T02:30", id="back over midnight: St. John's"),
        pytest.param("Pacific/Apia", date(2011, 12, 29), "2011-12-29T10:00", id="the day before the missing day"),
        pytest.param("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00", id="a day that never was"),
        pytest.param("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00", id="the day after the missing day"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone: str, day: date, instant: str) -> None:
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)

    assert clock.start_of_day(day, ZoneInfo(zone)) == expected
    assert clock.start_of_day(day, ZoneInfo(zone)).tzinfo is UTC


@pytest.mark.parametrize(
    "zone",
    ["America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "Pacific/Apia", "America/Havana", "Europe/Berlin", "UTC"],
)
@pytest.mark.parametrize("year", [2011, 2018, 2024])
def test_no_instant_before_the_beginning_of_a_day_belongs_to_it(zone: str, year: int) -> None:
    here = ZoneInfo(zone)

    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        start = clock.start_of_day(day, here)
        assert (start - timedelta(microseconds=1)).astimezone(here).date() < day <= start.astimezone(here).date(), day


def test_today_is_the_date_of_the_zone() -> None:
    with time_machine.travel(datetime(2024, 5, 1, 3, 30, tzinfo=UTC), tick=False):
        assert clock.today(ZoneInfo("America/New_York")) == date(2024, 4, 30)
        assert clock.today(ZoneInfo("Europe/Berlin")) == date(2024, 5, 1)


def test_travelling_moves_our_clock_and_not_the_machines(own_clock_file: Path) -> None:
    with time_machine.travel(datetime(2024, 5, 1, 12, 0, tzinfo=UTC), tick=False):
        assert clock.travel(by=timedelta(hours=2)) == datetime(2024, 5, 1, 14, 0, tzinfo=UTC)
        assert clock.travel(by=timedelta(hours=1)) == datetime(2024, 5, 1, 15, 0, tzinfo=UTC)
        assert json.loads(own_clock_file.read_text()) == {"offset_seconds": 10800.0}
        assert clock.travel(to=datetime(2030, 1, 1, tzinfo=UTC)) == datetime(2030, 1, 1, tzinfo=UTC)
        assert clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
        assert clock.machine_now() == datetime(2024, 5, 1, 12, 0, tzinfo=UTC)

        assert clock.reset() == datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
        assert not own_clock_file.exists()


def test_the_clock_stands_still_outside_sandbox_mode(own_clock_file: Path, settings: Any) -> None:
    clock.travel(by=timedelta(days=400))
    before = own_clock_file.read_text()
    settings.SANDBOX_MODE = False

    with pytest.raises(clock.ClockRefused):
        clock.travel(by=timedelta(days=1))
    with pytest.raises(clock.ClockRefused):
        clock.reset()

    assert own_clock_file.read_text() == before
    assert clock.offset() == timedelta(0)
    assert abs(clock.now() - clock.machine_now()) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "content", ["", "no json", "{}", "[]", '{"offset_seconds": "far"}', '{"offset_seconds": null}']
)
def test_a_corrupt_clock_file_means_real_time(own_clock_file: Path, content: str) -> None:
    own_clock_file.parent.mkdir()
    own_clock_file.write_text(content)

    assert clock.offset() == timedelta(0)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-12-01T10:00:00+02:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("2026-12-01T10:00:00", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("9999-12-31T23:59:59.999999Z", None),
        ("2026-02-30T10:00:00Z", None),
        ("\ud800", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_an_instant_that_somebody_else_wrote(written: object, instant: datetime | None) -> None:
    assert clock.read_instant(written) == instant
