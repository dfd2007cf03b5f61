"""Two thousand steps of everything at once; `make prove NAME=model` takes twenty thousand."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.spark_hire import machine

QUICK = settings(
    max_examples=70,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Planted faults are logged in bulk; nobody reads it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def run(chosen: settings, *, steps: int) -> None:
    """Run the machine and print how often each rule and each step of the table was taken."""
    machine.rules.clear()
    machine.taken.clear()
    machine.InterviewMachine.house = None
    run_state_machine_as_test(machine.InterviewMachine, settings=chosen)
    total = sum(machine.rules.values())
    print(f"\n{total} steps")
    for name, times in sorted(machine.rules.items()):
        print(f"{times:>6} {name}")
    for name, times in sorted(machine.taken.items()):
        print(f"{times:>6}   {name}")
    assert total >= steps
    assert min(machine.rules.values()) >= 50, machine.rules


def test_requests_follow_the_table_whatever_happens(transactional_db: None, quiet: None) -> None:
    run(QUICK, steps=2000)
