"""The schedule table equals the code, whatever somebody did to it."""

from typing import Any

import pytest
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import Schedule

from recruiting.outbox import schedules
from recruiting.outbox.schedules import ScheduledTask

pytestmark = pytest.mark.both_engines

TASKS = {
    "tests.first": ScheduledTask(name="tests.first", function="builtins.dict", minutes=5),
    "tests.second": ScheduledTask(name="tests.second", function="builtins.list", minutes=30),
}


@pytest.fixture
def two_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register two schedules and no others."""
    monkeypatch.setattr(schedules, "_tasks", dict(TASKS))


def table() -> list[tuple[Any, ...]]:
    return sorted(Schedule.objects.values_list("name", "func", "schedule_type", "minutes", "repeats", "args", "kwargs"))


EXPECTED = [
    ("tests.first", "builtins.dict", "I", 5, -1, None, None),
    ("tests.second", "builtins.list", "I", 30, -1, None, None),
]


def test_sync_writes_what_is_registered(db: None, two_tasks: None) -> None:
    assert schedules.sync() == 2

    assert table() == EXPECTED


def test_sync_twice_changes_nothing(db: None, two_tasks: None) -> None:
    schedules.sync()
    before = list(Schedule.objects.order_by("id").values())

    assert schedules.sync() == 2

    assert list(Schedule.objects.order_by("id").values()) == before


def test_sync_mends_a_row_and_keeps_when_it_runs_next(db: None, two_tasks: None) -> None:
    schedules.sync()
    before = Schedule.objects.get(name="tests.first")
    Schedule.objects.filter(pk=before.pk).update(
        func="os.remove", args="(malformed", kwargs="{'also': ", minutes=1, repeats=3, schedule_type="O"
    )

    schedules.sync()

    assert table() == EXPECTED
    assert Schedule.objects.get(name="tests.first").next_run == before.next_run


def test_sync_removes_strangers_and_doubles(db: None, two_tasks: None) -> None:
    schedules.sync()
    Schedule.objects.create(name="somebody's own", func="os.getcwd", schedule_type="D", args="(")
    Schedule.objects.create(name="tests.first", func="os.getcwd", schedule_type="D")
    Schedule.objects.create(name=None, func="os.getcwd", schedule_type="O")

    schedules.sync()

    assert table() == EXPECTED


def test_a_name_has_one_schedule(two_tasks: None) -> None:
    schedules.register(TASKS["tests.first"])

    with pytest.raises(ValueError, match=r"Two schedules are called tests\.first"):
        schedules.register(ScheduledTask(name="tests.first", function="builtins.dict", minutes=6))

    assert [task.minutes for task in schedules.registered()] == [5, 30]


def test_every_registered_schedule_names_a_function_without_arguments() -> None:
    names = {task.name for task in schedules.registered()}

    for task in schedules.registered():
        assert callable(import_string(task.function)), task
        assert task.minutes > 0
    assert {"base.drain", "base.heartbeat", "integrations.reconcile", "integrations.forget_old"} <= names


def test_the_command_says_how_many_there_are(db: None, two_tasks: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_schedules")

    assert capsys.readouterr().out == "2 schedules are in place.\n"
    assert table() == EXPECTED
