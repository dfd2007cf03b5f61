"""Four hundred steps of everything at once, always the same; `make prove NAME=model` draws twenty thousand anew."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.spark_hire import machine

QUICK = settings(
    max_examples=3,
    stateful_step_count=130,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Making a failure small takes minutes; add Phase.shrink for that, as the proof does.
    phases=[Phase.generate],
)
# What has to happen, whatever is drawn: the vendor commits when its client is dead or has given up, and we find it.
LATE = ("create: late, kill", "create: late, no answer", "late commit adopted")


@pytest.fixture
def quiet() -> Iterator[None]:
    """Planted faults are logged in bulk; nobody reads it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def run(chosen: settings, *, steps: int, times: int, draw: int | None = None) -> None:
    """Run the machine and print how often each rule and each step of the table was taken.

    Args:
        chosen: how many runs of how many steps.
        steps: how many there must be in all.
        times: how often each rule must have been among them, and each late commit.
        draw: which of the draws that are always the same; None draws anew.
    """
    machine.rules.clear()
    machine.taken.clear()

    class Machine(machine.InterviewMachine):
        """A scenario of its own: the test before took its company away."""

    run_state_machine_as_test(Machine if draw is None else seed(draw)(Machine), settings=chosen)
    total = sum(machine.rules.values())
    print(f"\n{total} steps")
    for name, number in sorted(machine.rules.items()):
        print(f"{number:>6} {name}")
    for name, number in sorted(machine.taken.items()):
        print(f"{number:>6}   {name}")
    assert total >= steps
    assert min(machine.rules.values()) >= times, machine.rules
    assert min(machine.taken[name] for name in LATE) >= times, machine.taken


@pytest.mark.long
def test_requests_follow_the_table_whatever_happens(transactional_db: None, quiet: None) -> None:
    run(QUICK, steps=250, times=7, draw=1)


@pytest.mark.prove
def test_requests_follow_the_table_whatever_is_drawn(transactional_db: None, quiet: None) -> None:
    long = settings(QUICK, max_examples=160, print_blob=True, phases=[Phase.generate, Phase.shrink])
    run(long, steps=20_000, times=50)
