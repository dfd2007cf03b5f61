"""The cluster of worker processes, and the watch over it. With `queue`, the only module that knows django-q2.

A cluster can hang while each of its processes lives: a worker that is killed while it waits for a task takes the
queue's lock along, and nobody gets a task any more. So the main process watches what the cluster gets done and ends
all of it when that is nothing, for whoever supervises it to start anew. Messages wait in the outbox meanwhile.
"""

import ctypes
import logging
import os
import signal
import sys
import time
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django_q.cluster import Cluster
from django_q.conf import Conf
from django_q.tasks import async_task

from recruiting.foundation import clock
from recruiting.outbox import heartbeat, messages, queue, schedules

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PR_SET_PDEATHSIG = 1


def run() -> bool:
    """Work until TERM and return True; return False when the cluster died or hung, with nothing of it left."""
    _end_with_parent()
    # The cluster's own scheduler first runs about 30 s after the start; these two say sooner that we work.
    async_task(queue.BEAT, task_name="first heartbeat")
    queue.notify_worker()
    for task in schedules.registered():
        if task.at_start:
            async_task(task.function, task_name=task.name)
    connections.close_all()  # a connection must not be shared through the fork
    cluster = Cluster()
    cluster.start()
    return _watch(cluster)


def _watch(cluster: Cluster) -> bool:
    """Return True when the cluster was told to stop and did, False when it died, or once it was ended for hanging.

    It needs both within the time after which `/healthz/worker` turns red: a task finished by anybody, and its own
    guard at work, without which no schedule runs and no worker is replaced. While the database is away neither can be
    known, and the time begins anew.
    """
    last_touched_at: datetime | None = None
    finished_at: float | None = None
    guarded_at: float | None = None
    looked_at = clock.machine_now()
    while cluster.sentinel.is_alive():
        time.sleep(LOOK_SECONDS)
        now = time.monotonic()
        try:
            close_old_connections()
            touched_at, is_guarded = heartbeat.last(), cluster.stat.status in (Conf.IDLE, Conf.WORKING)
            looked_at = _notify_of_what_is_due(looked_at)
        except DatabaseError:
            finished_at = guarded_at = None
            continue
        if finished_at is None or touched_at != last_touched_at:
            last_touched_at, finished_at = touched_at, now
        if guarded_at is None or is_guarded:
            guarded_at = now
        if now - min(finished_at, guarded_at) > settings.WORKER_HEARTBEAT_RED_SECONDS and not cluster.has_stopped:
            what = "finished no task" if finished_at <= guarded_at else "did not look after its workers"
            logger.critical(
                "The workers %s for %.0f s; all of them are ended.", what, settings.WORKER_HEARTBEAT_RED_SECONDS
            )
            cluster.sentinel.kill()
            return False
    return bool(cluster.has_stopped)


def _notify_of_what_is_due(looked_at: datetime) -> datetime:
    """Wake a worker when a pause has ended since the last look, so that it need not wait for the minute's sweep."""
    now = clock.machine_now()
    if messages.fell_due(after=looked_at, until=now):
        queue.notify_worker()
    return now


def _end_with_parent() -> None:
    """Let no process of the cluster outlive the one that started it (Linux; elsewhere the supervisor sees to it).

    Orphans would go on taking tasks, and nobody could tell them to stop.
    """
    if sys.platform.startswith("linux"):
        prctl = ctypes.CDLL(None).prctl  # loaded before the fork, because loading after one is not safe
        os.register_at_fork(after_in_child=lambda: prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL)))
