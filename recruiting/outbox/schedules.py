"""What runs every few minutes, written by code only.

One malformed row stops all of django-q2's schedules, so nobody edits them: `sync` makes the table equal to what was
registered. Scheduled functions take no arguments and ask what is due, never what time it is.
"""

from dataclasses import dataclass

from django.db import transaction

from recruiting.foundation import clock
from recruiting.outbox.models import Heartbeat
from recruiting.outbox.queue import Schedule


@dataclass(frozen=True)
class ScheduledTask:
    """A function (dotted path, no arguments) that runs every `minutes` minutes."""

    name: str
    function: str
    minutes: int
    at_start: bool = False
    """Whether it also runs whenever workers start: what it looks at changes with the installed version."""


_tasks: dict[str, ScheduledTask] = {}


def register(task: ScheduledTask) -> None:
    """Register a schedule. Raises ValueError when the name is taken by another one."""
    if _tasks.get(task.name, task) != task:
        raise ValueError(f"Two schedules are called {task.name}.")
    _tasks[task.name] = task


def registered() -> list[ScheduledTask]:
    """Return all registered schedules, by name."""
    return [_tasks[name] for name in sorted(_tasks)]


def sync() -> int:
    """Make django-q2's table equal to what is registered; safe to run at once from several places. Return the count."""
    with transaction.atomic():
        # Two processes that start at once sync one after the other.
        Heartbeat.objects.get_or_create(name="schedules", defaults={"beat_at": clock.machine_now()})
        Heartbeat.objects.select_for_update().get(name="schedules")
        rows: dict[str, Schedule] = {}
        for row in Schedule.objects.select_for_update().order_by("id"):
            if row.name in _tasks and row.name not in rows:
                rows[row.name] = row
            else:
                row.delete()
        for task in registered():
            row = rows.get(task.name) or Schedule(name=task.name)
            wanted = {"func": task.function, "schedule_type": Schedule.MINUTES, "minutes": task.minutes, "repeats": -1}
            if any(getattr(row, field) != value for field, value in wanted.items()) or row.args or row.kwargs:
                for field, value in wanted.items():
                    setattr(row, field, value)
                row.args, row.kwargs = None, None
                row.save()
    return len(_tasks)


register(ScheduledTask(name="base.drain", function="recruiting.outbox.worker.drain", minutes=1))
register(ScheduledTask(name="base.forget_done", function="recruiting.outbox.messages.forget_done", minutes=60))
register(ScheduledTask(name="base.forget", function="recruiting.outbox.messages.forget_expired_secrets", minutes=1))
register(
    ScheduledTask(
        name="base.statistics", function="recruiting.foundation.statistics.refresh", minutes=24 * 60, at_start=True
    )
)
register(ScheduledTask(name="base.heartbeat", function="recruiting.outbox.heartbeat.touch", minutes=1))
