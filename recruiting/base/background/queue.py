"""The doorbell: the only module that knows django-q2.

A lost or doubled ring is harmless, because the sweep drains what is due; so nothing is promised here.
"""

import logging

from django.db import transaction
from django_q.tasks import async_task

logger = logging.getLogger(__name__)

DRAIN = "recruiting.base.background.worker.drain"


def ring_after_commit() -> None:
    """Wake a worker once the open transaction has committed; a failure to ring is logged and forgiven."""
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake a worker now."""
    async_task(DRAIN, task_name="drain")
