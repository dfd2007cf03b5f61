"""Workers killed with SIGKILL while they send: nobody is asked twice, nobody is forgotten.

The short form of `tests/proofs/test_kill.py`, on PostgreSQL, where several workers work at once.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest

from integrations import registry
from integrations.requests.lifecycle import Entry
from tests import vendors
from tests.faults import kill_points, killing
from tests.faults.victim import Victim

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("postgres", "transactional_db")]

VICTIMS = [kind() for kind in vendors.classes("victim", Victim)]
LISTING, NOT_LISTING = ([one for one in VICTIMS if one.can_list is can_list] for can_list in (True, False))
REQUESTS = 15
PACE = killing.Pace(lease=2.5, deadline=1.0, settle=1.5, answer_delay=0.15, commit_delay=1.7, late_commits=2)
IMPATIENT = killing.Pace(
    lease=2.5, deadline=0.5, settle=0, answer_delay=0, commit_delay=25, late_commits=2, late="commit_held"
)


def killed(victim: Victim, folder: Path, *, requests: int) -> killing.Outcome:
    outcome = killing.run(
        victim,
        folder=folder,
        requests=requests,
        per_point=2,
        chance=0.7,
        pace=PACE,
        workers=[[sys.executable, "-m", "tests.faults.forks", "4"]],
        seconds=30,
    )
    print(f"\n{victim.name}:\n{outcome}")
    assert Counter({point: outcome.kills[point] for point in kill_points.NAMED}) == dict.fromkeys(kill_points.NAMED, 2)
    return outcome


def test_every_registered_integration_is_a_victim() -> None:
    missing = {one.slug for one in registry.all_integrations()} - {victim.slug for victim in VICTIMS}

    assert missing == set(), "write a victim.py in the vendor's folder of tests"


@pytest.mark.parametrize("victim", LISTING, ids=lambda victim: victim.name)
def test_killed_workers_double_and_lose_nothing(tmp_path: Path, victim: Victim) -> None:
    outcome = killed(victim, tmp_path, requests=REQUESTS)

    assert (outcome.duplicates, outcome.lost, outcome.strangers) == (0, 0, 0)
    assert outcome.states == {"sent": REQUESTS}
    assert outcome.entries == {victim.verb(Entry.REQUESTED): REQUESTS}


def test_without_the_settle_time_people_are_asked_twice(tmp_path: Path) -> None:
    victim = LISTING[0]  # the wait is the outbox's; `make prove NAME=kill` leaves it out for every vendor
    outcome = killing.run(
        victim,
        folder=tmp_path,
        requests=3,
        per_point=1,
        chance=0,
        pace=IMPATIENT,
        workers=[[sys.executable, "-m", "tests.faults.forks", "2"]],
        seconds=30,
    )

    print(f"\n{victim.name}, control:\n{outcome}")
    assert outcome.duplicates >= 2


@pytest.mark.parametrize("victim", NOT_LISTING, ids=lambda victim: victim.name)
def test_where_nobody_can_look_each_lost_answer_is_shown_and_none_is_posted_again(
    tmp_path: Path, victim: Victim
) -> None:
    outcome = killed(victim, tmp_path, requests=24)

    assert (outcome.duplicates, outcome.lost, outcome.strangers) == (0, 0, 0)
    assert outcome.states == {"sent": 24 - outcome.uncertain, "uncertain": outcome.uncertain}
    requested, uncertain = victim.verb(Entry.REQUESTED), victim.verb(Entry.UNCERTAIN)
    assert outcome.entries == {requested: 24, uncertain: outcome.entries[uncertain]}
    # More of them only where an answer came after all: to whoever had lost the message by being slow.
    assert outcome.entries[uncertain] >= outcome.uncertain
    assert outcome.posted_again == 0
    assert outcome.uncertain >= sum(outcome.kills[point] for point in (*kill_points.NAMED[:3], kill_points.UNCOMMITTED))
