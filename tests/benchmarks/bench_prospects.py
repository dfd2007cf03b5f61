"""How long 5,000 prospects take to arrive, and how much memory, on SQLite.

Run with `make bench NAME=prospects` on Linux. A list of prospects in memory stands in for the vendor: a tenth are
duplicates in other spellings, a fiftieth have no address, and each becomes a lead on two jobs with two tags. Then the
same export runs again over people who are here, and a third time with the worker killed at every tenth page. Exits 1
when a run takes 60 s or more, when the memory grows with the prospects, or when anybody is taken twice.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

_FOLDER = tempfile.TemporaryDirectory(prefix="throughline-bench-")
os.environ["DATABASE_URL"] = f"sqlite:///{Path(_FOLDER.name) / 'bench.sqlite3'}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from integrations.crosschq import schemas  # noqa: E402
from integrations.crosschq.models import Prospect, ProspectRun  # noqa: E402
from integrations.crosschq.prospects import runs  # noqa: E402
from integrations.crosschq.settings import connection  # noqa: E402
from newsfeed.models import NewsfeedEntry  # noqa: E402
from recruiting.applications.models import Application  # noqa: E402
from recruiting.candidates.models import Candidate  # noqa: E402
from tests import factories  # noqa: E402
from tests.crosschq.prospecting import Killed, Office, Vendor, office_of, several_spellings  # noqa: E402

MOST_SECONDS = 60.0
MOST_MEGABYTES = 25.0
"""By how much the peak may be above that of 1,000 prospects."""


class Answering(Vendor):
    """Makes each page's prospects as it is asked, so that the list itself is no part of what is measured."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.dies_every = 0

    def prospects(self, **query: Any) -> schemas.ProspectPage:
        """Return a page."""
        start = int(query.get("cursor") or 0)
        end = min(start + schemas.PAGE_SIZE, self.count)
        block, within = divmod(start, 1000)
        # A thousand at a time: 100 of them come twice, 20 have no address.
        people = several_spellings(1000, without_email=20, duplicates=100)[within : within + end - start]
        named = [_moved(one, block) for one in people]
        return schemas.ProspectPage(tuple(named), cursor=str(end) if end < self.count else "", total=self.count)


def _moved(one: schemas.Prospect, block: int) -> schemas.Prospect:
    email = one.email.replace("@", f".{block}@") if "@" in one.email else one.email
    return schemas.Prospect(**{**vars(one), "id": f"{block}-{one.id}", "email": email})


def office(count: int) -> tuple[Office, Answering]:
    """Make a company whose vendor has so many prospects."""
    vendor = Answering(count)
    connection.client_for = lambda credential, *, deadline_seconds: vendor  # type: ignore[assignment,return-value]
    return office_of(vendor), vendor


def finish(office: Office) -> float:
    """Let the worker run until the export is over; return the seconds."""
    started = time.perf_counter()
    while office.run.is_running:
        try:
            office.take()
        except Killed:
            continue
    assert office.run.state == ProspectRun.State.DONE, office.run.failure
    return time.perf_counter() - started


def check(office: Office, count: int) -> None:
    """Refuse to go on when anybody is missing or there twice."""
    people = count * 880 // 1000
    found = (
        Candidate.objects.filter(company=office.company).count(),
        Application.objects.filter(company=office.company).count(),
        NewsfeedEntry.objects.filter(company=office.company).count(),
        Prospect.objects.filter(company=office.company).count(),
    )
    assert found == (people, people * 2, people * 2, count), found


def killing(every: int) -> None:
    """Let the worker die after the commit of every so many pages, and before it half a round later."""
    original, pages = runs._take_people, [0]

    def take(run: ProspectRun, prospects: Any) -> None:
        original(run, prospects)
        pages[0] += 1
        if pages[0] % every == every // 2:
            raise Killed

    kept = runs.save_page

    def keep(*args: Any, **more: Any) -> None:
        kept(*args, **more)
        if pages[0] % every == 0:
            pages[0] += 1
            raise Killed

    runs._take_people, runs.save_page = take, keep  # type: ignore[assignment]


def main() -> int:
    """Measure, print, judge."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000, help="prospects, a multiple of 1,000")
    count = parser.parse_args().count
    call_command("migrate", verbosity=0, interactive=False)
    _run(1000)  # loads what a process loads once
    _forget_peak()
    _run(1000)
    few = _peak_megabytes()
    _forget_peak()

    here, first = _run(count)
    above = _peak_megabytes() - few
    runs.start(export=here.export, by=here.dana)
    again = finish(here)
    assert here.counts() == (0, count * 980 // 1000, count * 20 // 1000)
    check(here, count)
    killing(10)
    _, killed = _run(count)

    for what, seconds in (("first export", first), ("again", again), ("killed every tenth page", killed)):
        print(f"{what}: {count:,} prospects in {seconds:.1f} s (under {MOST_SECONDS:.0f})")
    print(f"memory: peak {few:.1f} MB for 1,000, {above:+.1f} MB for {count:,} (at most +{MOST_MEGABYTES:.0f})")
    return 0 if max(first, again, killed) < MOST_SECONDS and above <= MOST_MEGABYTES else 1


def _run(count: int) -> tuple[Office, float]:
    made, _vendor = office(count)
    jobs = [made.job, factories.JobFactory(company=made.company)]
    made.save(jobs=jobs, tags=["prospect", "crosschq"])
    seconds = finish(made)
    check(made, count)
    return made, seconds


def _forget_peak() -> None:
    """Let the kernel (Linux) measure the peak anew: the migrations' would hide ours."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_megabytes() -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
