"""The doorbell: with `cluster`, the only module that knows django-q2.

A lost or doubled ring is harmless, because the sweep drains what is due; so nothing is promised here.
"""

from django.contrib import admin
from django.db import transaction
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

DRAIN = "recruiting.outbox.worker.drain"
BEAT = "recruiting.outbox.heartbeat.beat"

__all__ = ["Schedule", "hide_admin_pages", "ring", "ring_after_commit"]


def ring_after_commit() -> None:
    """Wake a worker once the open transaction has committed; a failure to ring is logged and forgiven."""
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake a worker now."""
    async_task(DRAIN, task_name="drain")


def hide_admin_pages() -> None:
    """Take django-q2's own pages out of the admin: code writes schedules, and its queue promises nothing."""
    import django_q.admin  # noqa: F401  (registered first, so that they can be taken away)

    for model in (Schedule, Success, Failure, OrmQ):
        admin.site.unregister(model)
