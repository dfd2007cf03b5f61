"""Workers killed with SIGKILL while they send: nobody is invited twice, nobody is forgotten.

The short form of `tests/proofs/test_kill.py`, on PostgreSQL, where several workers work at once.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import house, kill_points

pytestmark = pytest.mark.usefixtures("postgres", "transactional_db")

PACE = house.Pace(lease=2.5, deadline=1.0, settle=1.5, answer_delay=0.15, commit_delay=1.7, late_commits=2)


def test_killed_workers_double_and_lose_nothing(tmp_path: Path) -> None:
    outcome = house.run(
        folder=tmp_path,
        requests=15,
        per_point=2,
        chance=0.5,
        pace=PACE,
        workers=[[sys.executable, "-m", "tests.faults.forks", "4"]],
        seconds=30,
    )

    print(f"\n{outcome}")
    assert (outcome.duplicates, outcome.lost, outcome.strangers) == (0, 0, 0)
    assert outcome.states == {"sent": 15}
    assert outcome.entries == {"spark_hire.requested": 15}
    assert Counter({point: outcome.kills[point] for point in kill_points.NAMED}) == dict.fromkeys(kill_points.NAMED, 2)
