"""`make prove NAME=kill`: two clusters of django-q2, their workers killed with SIGKILL at every point of sending.

No vendor has an idempotency key, so a worker that died may or may not have asked somebody. What keeps us from asking
twice is to look before posting again, once the vendor must have settled; the control runs leave out that wait while the
vendor commits after the look, and show that this proof can fail, on any machine. Where the vendor cannot be looked at,
a person has to, and nothing is posted again.
"""

import sys
from pathlib import Path

import pytest

from integrations.requests.lifecycle import Entry
from tests import vendors
from tests.faults import kill_points, killing
from tests.faults.victim import Victim

pytestmark = [pytest.mark.prove, pytest.mark.usefixtures("postgres", "transactional_db")]

VICTIMS = [kind() for kind in vendors.classes("victim", Victim)]
LISTING, NOT_LISTING = ([one for one in VICTIMS if one.can_list is can_list] for can_list in (True, False))
CLUSTERS = [[sys.executable, "-m", "tests.faults.cluster"]] * 2
PACE = killing.Pace(lease=8, deadline=2, settle=4, answer_delay=0.25, commit_delay=4, late_commits=40)
IMPATIENT = killing.Pace(
    lease=8, deadline=2, settle=0, answer_delay=0.25, commit_delay=150, late_commits=20, late="commit_held"
)


@pytest.mark.parametrize("victim", LISTING, ids=lambda victim: victim.name)
def test_nobody_is_asked_twice_and_nobody_is_forgotten(tmp_path: Path, victim: Victim) -> None:
    outcome = killing.run(
        victim,
        folder=tmp_path,
        requests=300,
        per_point=45,
        chance=0.4,
        pace=PACE,
        workers=CLUSTERS,
        seconds=400,
    )

    print(f"\n{victim.name}, two clusters, settle time 4 s:\n{outcome}")
    assert (outcome.duplicates, outcome.lost, outcome.strangers) == (0, 0, 0)
    assert outcome.states == {"sent": 300}
    assert outcome.entries == {victim.verb(Entry.REQUESTED): 300}
    for point in kill_points.NAMED:
        assert outcome.kills[point] >= 40, point


@pytest.mark.parametrize("victim", NOT_LISTING, ids=lambda victim: victim.name)
def test_where_nobody_can_look_each_lost_answer_is_shown_and_none_is_posted_again(
    tmp_path: Path, victim: Victim
) -> None:
    # Each request passes each point once, so that more of them are needed for as many kills.
    outcome = killing.run(
        victim,
        folder=tmp_path,
        requests=400,
        per_point=45,
        chance=0.4,
        pace=PACE,
        workers=CLUSTERS,
        seconds=400,
    )

    print(f"\n{victim.name}, two clusters, settle time 4 s:\n{outcome}")
    assert (outcome.duplicates, outcome.lost, outcome.strangers) == (0, 0, 0)
    assert outcome.states == {"sent": 400 - outcome.uncertain, "uncertain": outcome.uncertain}
    assert outcome.entries == {victim.verb(Entry.REQUESTED): 400, victim.verb(Entry.UNCERTAIN): outcome.uncertain}
    assert outcome.posted_again == 0
    for point in kill_points.NAMED:
        assert outcome.kills[point] >= 40, point


@pytest.mark.parametrize("victim", LISTING, ids=lambda victim: victim.name)
def test_without_the_settle_time_people_are_asked_twice(tmp_path: Path, victim: Victim) -> None:
    outcome = killing.run(
        victim,
        folder=tmp_path,
        requests=60,
        per_point=10,
        chance=0.4,
        pace=IMPATIENT,
        workers=CLUSTERS,
        seconds=200,
    )

    print(f"\n{victim.name}, control, settle time 0 s:\n{outcome}")
    assert outcome.duplicates >= 5
