"""Runs the messages of the outbox, one after the other, inside a django-q2 worker; decides by exception class only."""

import logging
import random
import time
from typing import Any

from django.conf import settings
from django.db import close_old_connections, transaction

from recruiting.foundation import clock
from recruiting.outbox import heartbeat, messages, queue
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Attempt, Discard, Hold, Retry, RetryAt, Task, task_of

State = OutboxMessage.State
logger = logging.getLogger(__name__)

UNEXPECTED = "Something broke on our side; the operators' log has the details."


def drain() -> int:
    """Work on what is due until nothing is, or the time of one task is spent; return how many messages ran."""
    ended_by = time.monotonic() + settings.OUTBOX_DRAIN_SECONDS
    worked = 0
    while time.monotonic() < ended_by:
        message = messages.claim(now=clock.machine_now(), lease_seconds=settings.OUTBOX_LEASE_SECONDS)
        if message is None:
            break
        perform(message)
        worked += 1
    else:
        close_old_connections()
        queue.notify_worker()
    if worked:
        # The minute's heartbeat may stand behind a long queue of these.
        heartbeat.touch()
    return worked


def perform(message: OutboxMessage) -> None:
    """Run the task of a claimed message and write down how it went."""
    task = task_of(message.topic)
    attempt = Attempt.of(message)
    if task is None:
        _dead_letter(message, attempt, None, f"Nothing here handles {message.topic} any more.", "")
        return
    try:
        task.run(attempt)
    except RetryAt as wish:
        messages.finish(
            message,
            # A look that came too early is no attempt: what waits for the last one to settle must not wait anew.
            now=message.attempt_ended_at,
            state=State.WAITING,
            available_at=wish.until,
            attempts=message.attempts - 1,
            error=str(wish)[:500],
            error_class=wish.error_class,
        )
    except Hold as reason:
        messages.hold(message, now=clock.machine_now(), error=str(reason)[:500], error_class=_named(reason))
    except Discard as reason:
        _dead_letter(message, attempt, task, str(reason), _named(reason))
    except Retry as reason:
        _again(message, attempt, task, str(reason), _named(reason))
    except Exception as error:
        logger.exception("Outbox message %s (%s) failed", message.id, message.topic)
        _again(message, attempt, task, UNEXPECTED, type(error).__name__)
    else:
        now = clock.machine_now()
        done: dict[str, Any] = {"state": State.DONE, "finished_at": now, "error": "", "error_class": ""}
        if not task.forget:
            messages.finish(message, now=now, **done)
            return
        with transaction.atomic():
            if messages.finish(message, now=now, payload={}, **done):
                messages.forget_secret(message)


def _again(message: OutboxMessage, attempt: Attempt, task: Task, reason: str, error_class: str) -> None:
    pauses = task.pauses()
    if message.attempts > len(pauses):
        _dead_letter(message, attempt, task, reason, error_class)
        return
    step = message.attempts
    if message.hastened and not message.error_class:
        # It ran ahead of its pause, and the vendor may be unsteady: the pauses begin anew.
        step = min(step, message.hastened)
    pause = pauses[step - 1] * random.uniform(0.9, 1.2)
    messages.try_again(message, now=clock.machine_now(), pause=pause, error=reason[:500], error_class=error_class)


def _dead_letter(message: OutboxMessage, attempt: Attempt, task: Task | None, reason: str, error_class: str) -> None:
    with transaction.atomic():
        now = clock.machine_now()
        held = messages.finish(
            message, now=now, state=State.DEAD, finished_at=now, error=reason[:500], error_class=error_class
        )
        if held and task is not None and task.on_failure:
            task.on_failure(attempt, reason)


def _named(reason: Exception) -> str:
    """Return the class of the error behind the wish, which is what operators want to see."""
    return type(reason.__cause__ or reason).__name__
