"""Whether a worker runs: a row that a worker touches every minute.

A process that is merely alive proves nothing (a hung cluster stays alive), so only a finished task counts.
"""

from datetime import datetime, timedelta

from django.conf import settings

from recruiting.foundation import clock
from recruiting.outbox.models import Heartbeat

WORKER = "worker"


def touch() -> None:
    """Write that a worker finished a task just now."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"beat_at": clock.machine_now()})


def last() -> datetime | None:
    """Return when a worker last finished a task (UTC), None when none ever did."""
    return Heartbeat.objects.filter(name=WORKER).values_list("beat_at", flat=True).first()


def age() -> timedelta | None:
    """Return how long ago the last heartbeat was, None when there never was one."""
    beat_at = last()
    return None if beat_at is None else max(clock.machine_now() - beat_at, timedelta(0))


def is_stale(since: timedelta | None) -> bool:
    """Return whether a last heartbeat of this age is too old (or missing) to believe that anybody works."""
    return since is None or since > timedelta(seconds=settings.WORKER_HEARTBEAT_RED_SECONDS)
