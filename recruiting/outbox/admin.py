"""Background work in the Django admin: the outbox, the heartbeat and the schedules.

Also what holds for the whole admin: its name, and a sign-in that goes through the same pages as everybody's, second
factor included.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Min, Q
from django.http import HttpRequest

from recruiting.foundation import adminsite, clock, formatting, zones
from recruiting.foundation.adminsite import ActionsAdmin, AdminAction, ReadOnlyAdmin, ReasonForm, StatusItem, StatusLink
from recruiting.outbox import heartbeat, messages, queue
from recruiting.outbox.models import Heartbeat, OutboxMessage

State = OutboxMessage.State

queue.hide_admin_pages()

STATE_WORDS = {
    State.WAITING: "Waiting",
    State.LEASED: "Being worked on",
    State.ON_HOLD: "Waiting for a person",
    State.DONE: "Done",
    State.DEAD: "Dead",
}


def _retry(request: HttpRequest, message: OutboxMessage, answers: Mapping[str, Any]) -> bool:
    messages.retry(message)
    return True


def _can_retry(message: OutboxMessage) -> bool:
    return message.state in (State.WAITING, State.ON_HOLD, State.DEAD)


def _give_up(request: HttpRequest, message: OutboxMessage, answers: Mapping[str, Any]) -> bool:
    return messages.give_up(message, reason=answers["reason"])


RETRY = AdminAction(
    name="retry",
    label="Retry now",
    verb="Retry",
    sentence="They run as soon as a worker is free, in their order.",
    run=_retry,
    applies_to=_can_retry,
)
GIVE_UP = AdminAction(
    name="give-up",
    label="Give up",
    verb="Give up",
    sentence="What was promised will not be done. People read the reason where they wait for it.",
    run=_give_up,
    form=ReasonForm,
    applies_to=lambda message: message.state in (State.WAITING, State.ON_HOLD),
)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ActionsAdmin, ReadOnlyAdmin):
    """Messages. What they carry is not shown: a mail holds its text, and with it a one-time link."""

    list_display = ("id", "topic", "company", "state_word", "attempts", "next_try", "error")
    list_filter = ("state",)
    lookups = ("attempts__exact", "attempts__gt")
    list_select_related = ("company",)
    search_fields = ("=topic", "=ordering_key", "=channel")
    search_help_text = "A whole topic, ordering key or channel."
    ordering = ("-id",)
    fields = (
        "topic",
        "company",
        "state_word",
        "attempts",
        "next_try",
        "attempt_ended_at",
        "error_class",
        "error",
        "created_at",
        "finished_at",
        "ordering_key",
        "channel",
    )

    def admin_actions(self) -> Sequence[AdminAction]:
        """Return what operators do to messages."""
        return RETRY, GIVE_UP

    @admin.display(description="state", ordering="state")
    def state_word(self, message: OutboxMessage) -> str:
        """Return the state in words."""
        return STATE_WORDS[State(message.state)]

    @admin.display(description="next try", ordering="available_at", empty_value="none")
    def next_try(self, message: OutboxMessage) -> Any:
        """Return when it runs next, None when it does not by itself."""
        return message.available_at if message.state == State.WAITING else None


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Whether a worker runs."""

    list_display = ("name", "beat_at")


@admin.register(queue.Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """What runs every few minutes, as code wrote it."""

    list_display = ("name", "func", "minutes", "next_run")
    fields = ("name", "func", "minutes", "next_run")
    ordering = ("name",)


# ── The status panel ─────────────────────────────────────────────────────────────────────────────────────────────────
def background_work() -> StatusItem:
    """Return whether a worker finished a task lately."""
    age = heartbeat.age()
    url = adminsite.list_url(Heartbeat)
    if heartbeat.is_stale(age):
        since = "No worker has ever reported" if age is None else f"Last heartbeat {_short(age)} ago"
        return StatusItem("Background work", "Stopped", "alert-triangle", "danger", [StatusLink(since, url)])
    assert age is not None
    return StatusItem(
        "Background work", "Running", "circle-check", "success", [StatusLink(f"Heartbeat {_short(age)} ago", url)]
    )


def outbox_state() -> StatusItem:
    """Return how many messages wait, for how long, and how many are dead."""
    # Finished messages are the many; the open and the dead ones have indexes of their own.
    opened = OutboxMessage.objects.filter(state__in=OutboxMessage.OPEN).aggregate(
        waiting=Count("id", filter=Q(state=State.WAITING, attempts=0)),
        oldest=Min("created_at", filter=Q(state=State.WAITING, attempts=0)),
        retrying=Count("id", filter=Q(state=State.WAITING, attempts__gt=0)),
        on_hold=Count("id", filter=Q(state=State.ON_HOLD)),
    )
    dead = OutboxMessage.objects.filter(state=State.DEAD).count()
    oldest = f", oldest {_short(clock.machine_now() - opened['oldest'])}" if opened["oldest"] else ""
    links = [
        StatusLink(
            f"{formatting.number(opened['waiting'])} waiting{oldest}", _outbox("state__exact=waiting&attempts__exact=0")
        ),
        StatusLink(f"{formatting.number(opened['retrying'])} retrying", _outbox("state__exact=waiting&attempts__gt=0")),
        StatusLink(f"{formatting.number(opened['on_hold'])} waiting for a person", _outbox("state__exact=parked")),
        StatusLink(f"{formatting.number(dead)} dead", _outbox("state__exact=dead")),
    ]
    if dead:
        return StatusItem("Outbox", "Some promises are dead", "alert-triangle", "danger", links)
    if opened["retrying"] or opened["on_hold"]:
        return StatusItem("Outbox", "Some promises take longer", "clock-exclamation", "warning", links)
    return StatusItem("Outbox", "Fine", "circle-check", "success", links)


def time_zones() -> StatusItem:
    """Return which release of the time zone rules is in use."""
    if zones.is_old():
        return StatusItem(
            "Time zones", f"Release {zones.release()} is older than a year", "clock-exclamation", "warning"
        )
    return StatusItem("Time zones", f"Release {zones.release()}", "circle-check", "success")


def _outbox(query: str) -> str:
    return adminsite.list_url(OutboxMessage, query)


def _short(span: timedelta) -> str:
    seconds = max(int(span.total_seconds()), 0)
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


adminsite.register_status_item("Background work", background_work)
adminsite.register_status_item("Outbox", outbox_state)
adminsite.register_status_item("Time zones", time_zones)
