"""Time zones: the release of their rules in use, which is the pinned `tzdata` package's, and which ones to choose from.

Every offset is computed in Python from these rules, never by the database, whose own rules may differ.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import tzdata  # type: ignore[import-untyped]
from django.core import checks

from recruiting.foundation import clock

Choices = Sequence[tuple[str, str | Sequence[tuple[str, str]]]]

_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)  # the rest of the database are aliases kept for old computers
MAX_AGE = timedelta(days=365)
# A release follows the last change of its leap second list within this time: the list changes twice a year.
_LIST_AGE = timedelta(days=184)


def release() -> str:
    """Return the name of the release, such as "2026f"."""
    return str(tzdata.IANA_VERSION)


def published_by() -> date:
    """Return the last day on which the release can have been published.

    A release does not carry its date: it is no later than the end of the year in its name, and no more than about half
    a year later than its list of leap seconds.
    """
    year_end = date(int(release()[:4]), 12, 31)
    listed = re.search(r"^#updated (\d+)", _leap_seconds(), re.MULTILINE)
    if listed is None:
        return year_end
    return min(year_end, (datetime.fromtimestamp(int(listed[1]), UTC) + _LIST_AGE).date())


def is_old() -> bool:
    """Return whether the release is certainly older than a year."""
    return clock.machine_now().date() > published_by() + MAX_AGE


def check_release(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn when the rules are older than a year: some country has changed its clocks since."""
    if not is_old():
        return []
    return [
        checks.Warning(
            f"The time zone rules are those of release {release()}, which is older than a year, so deadlines in "
            "places that changed their clocks since may be an hour wrong.",
            hint="Update the package tzdata: `pip install --upgrade tzdata`, or a newer version of Throughline.",
            id="recruiting.W002",
        )
    ]


def _leap_seconds() -> str:
    try:
        return resources.files("tzdata").joinpath("zoneinfo", "leapseconds").read_text()
    except OSError:
        return ""


def place(time_zone: str) -> str:
    """Return a zone's place as people say it: "New York" for America/New_York."""
    return time_zone.rsplit("/", 1)[-1].replace("_", " ")


@cache
def _zones() -> dict[str, list[tuple[str, str]]]:
    """Return zones by region, each as (name, label)."""
    regions: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for name in sorted(clock.zone_names()):
        region, _, rest = name.partition("/")
        if region in regions and rest:
            regions[region].append((name, rest.replace("_", " ").replace("/", ", ")))
    return regions


def zone_choices(*, current: str) -> Choices:
    """Return all time zones for a select, by region; `current` is among them whatever it is."""
    regions = _zones()
    offered = {name for zones in regions.values() for name, _ in zones}
    others = sorted({"UTC", current} - offered - {""})
    return [*regions.items(), ("Other", [(name, name) for name in others])]
