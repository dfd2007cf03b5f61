"""Thin adapter over django-q2, which only wakes a worker; besides `cluster` the only module that imports it.

A lost or doubled wake-up is harmless, because a sweep drains what is due.
"""

from django.contrib import admin
from django.db import transaction
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

DRAIN = "recruiting.outbox.worker.drain"
BEAT = "recruiting.outbox.heartbeat.touch"

__all__ = ["Schedule", "hide_admin_pages", "notify_worker", "notify_worker_on_commit"]


def notify_worker_on_commit() -> None:
    """Wake a worker once the open transaction has committed; a failure to do so is logged and forgiven."""
    transaction.on_commit(notify_worker, robust=True)


def notify_worker() -> None:
    """Wake a worker now."""
    async_task(DRAIN, task_name="drain")


def hide_admin_pages() -> None:
    """Take django-q2's own pages out of the admin: code writes schedules, and its queue guarantees nothing."""
    import django_q.admin  # noqa: F401  (registered first, so that they can be taken away)

    for model in (Schedule, Success, Failure, OrmQ):
        admin.site.unregister(model)
