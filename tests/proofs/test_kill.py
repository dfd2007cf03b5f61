"""`make prove NAME=kill`: two clusters of django-q2, their workers killed with SIGKILL at every point of sending.

Spark Hire has no idempotency key, so a worker that died may or may not have invited somebody. What keeps us from
inviting twice is to look before asking again, once the vendor must have settled; the control run leaves out that wait
and shows that this proof can fail.
"""

import sys
from pathlib import Path

import pytest

from tests.faults import house, kill_points

pytestmark = [pytest.mark.prove, pytest.mark.usefixtures("postgres", "transactional_db")]

CLUSTERS = [[sys.executable, "-m", "tests.faults.cluster"]] * 2


def test_nobody_is_invited_twice_and_nobody_is_forgotten(tmp_path: Path) -> None:
    outcome = house.run(
        folder=tmp_path,
        requests=300,
        per_point=45,
        chance=0.4,
        pace=house.Pace(lease=8, deadline=2, settle=4, answer_delay=0.25, commit_delay=4, late_commits=40),
        workers=CLUSTERS,
        seconds=400,
    )

    print(f"\nTwo clusters, settle time 4 s:\n{outcome}")
    assert (outcome.duplicates, outcome.lost, outcome.strangers) == (0, 0, 0)
    assert outcome.states == {"sent": 300}
    assert outcome.entries == {"spark_hire.requested": 300}
    for point in kill_points.NAMED:
        assert outcome.kills[point] >= 40, point


def test_without_the_settle_time_people_are_invited_twice(tmp_path: Path) -> None:
    outcome = house.run(
        folder=tmp_path,
        requests=60,
        per_point=10,
        chance=0.4,
        pace=house.Pace(lease=8, deadline=2, settle=0, answer_delay=0.25, commit_delay=4, late_commits=40),
        workers=CLUSTERS,
        seconds=200,
    )

    print(f"\nControl, settle time 0 s:\n{outcome}")
    assert outcome.duplicates > 0
