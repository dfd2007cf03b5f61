"""The outbox table: what may happen to a message between being written (`tasks`) and being done.

For the worker, for operators, and for whoever learns that what messages wait for is there again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from recruiting.foundation import clock, ids
from recruiting.foundation.models import delete_in_batches
from recruiting.outbox import queue
from recruiting.outbox.models import OutboxMessage, OutboxSecret
from recruiting.outbox.tasks import TOO_LATE, Attempt, all_tasks, task_of

State = OutboxMessage.State


def forget_secret(message: OutboxMessage) -> None:
    """Forget what only the handler of a message was to read."""
    OutboxSecret.objects.filter(message=message).delete()


def forget_expired_secrets() -> int:
    """Forget all secrets whose time is over, and give up what still wanted to use one; return how many."""
    over = OutboxSecret.objects.filter(expires_at__lte=clock.machine_now())
    # What is worked on just now ends by itself, and is looked at again a minute later.
    waiting = OutboxMessage.objects.filter(secret__in=over.values("pk"), state__in=[State.WAITING, State.ON_HOLD])
    for message in waiting.order_by("id")[:500]:
        give_up(message, reason=TOO_LATE)
    forgotten, _ = over.filter(message__state__in=[State.DONE, State.DEAD]).delete()
    return forgotten


def forget_done() -> int:
    """Delete what was over more than `OUTBOX_KEEP_DAYS` ago, in batches; return how many. Run by the worker.

    What is dead stays, for an operator may still retry it, unless its task is `retried_by_people`.
    """
    old = OutboxMessage.objects.filter(finished_at__lt=clock.machine_now() - timedelta(days=settings.OUTBOX_KEEP_DAYS))
    dead = old.filter(state=State.DEAD, topic__in=[task.topic for task in all_tasks() if task.retried_by_people])
    return delete_in_batches(old.filter(state=State.DONE)) + delete_in_batches(dead)


def claim(*, now: datetime, lease_seconds: float) -> OutboxMessage | None:
    """Lease what a dead worker left, else what is due for longest, of the heads of ordering keys; None without any.

    The attempt is counted before the work starts, so that a message which kills its worker is counted too.
    """
    with transaction.atomic():
        message = _head(now)
        if message is None:
            return None
        if message.state == State.LEASED:
            message.attempt_ended_at = message.lease_until
        message.state = State.LEASED
        # Whoever asks again from now on writes a message of their own; this one may come back beside it.
        message.coalesce_key = ""
        message.attempts += 1
        message.lease_id = ids.uuid7()
        message.lease_until = now + timedelta(seconds=lease_seconds)
        message.save(update_fields=["state", "coalesce_key", "attempts", "lease_id", "lease_until", "attempt_ended_at"])
    return message


# In SQL, because each turn of each worker asks it and Django takes fifty times as long to compose it as the database
# to answer. The states stand in the text, so that both databases find the partial indexes, which hold what is open
# alone: what is done is kept for a while and is far more.
# Those whose worker died come first: what is new keeps coming.
_DUE = (
    """
    SELECT message.* FROM base_outboxmessage AS message
    WHERE message.state = 'leased' AND message.lease_until <= %(now)s AND {is_head}
    ORDER BY message.lease_until, message.id LIMIT 1 {locking}
    """,
    """
    SELECT message.* FROM base_outboxmessage AS message
    WHERE message.state = 'waiting' AND message.available_at <= %(now)s AND {is_head}
    ORDER BY message.available_at, message.id LIMIT 1 {locking}
    """,
)
_IS_HEAD = """NOT EXISTS (
        SELECT 1 FROM base_outboxmessage AS older
        WHERE older.ordering_key = message.ordering_key AND older.id < message.id
            AND older.state IN ('waiting', 'leased', 'parked')
    )"""


def _head(now: datetime) -> OutboxMessage | None:
    """Lock and return what a dead worker left, else what waits longest, of the heads that nobody else locks."""
    locking = "FOR UPDATE OF message SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    due = {"now": connection.ops.adapt_datetimefield_value(now)}
    asked = (OutboxMessage.objects.raw(sql.format(is_head=_IS_HEAD, locking=locking), due) for sql in _DUE)
    return next((message for found in asked for message in found), None)


def fell_due(*, after: datetime, until: datetime) -> bool:
    """Return whether the pause of a message ended within `(after, until]` (UTC)."""
    ended = OutboxMessage.objects.filter(state=State.WAITING, available_at__gt=after, available_at__lte=until)
    # What was to run at once was rung for when it was written.
    return ended.filter(available_at__gt=models.F("created_at") + timedelta(seconds=1)).exists()


def finish(message: OutboxMessage, *, now: datetime | None, **changes: Any) -> bool:
    """End the lease of a claimed message with `changes`; False when another worker holds it by now.

    `now` is when the attempt ended, None when there was none yet.
    """
    return bool(
        OutboxMessage.objects.filter(id=message.id, lease_id=message.lease_id).update(
            lease_id=None, lease_until=None, attempt_ended_at=now, **changes
        )
    )


def try_again(message: OutboxMessage, *, now: datetime, pause: float, error: str, error_class: str) -> bool:
    """End the lease of a claimed message and run it again in `pause` seconds; at once if it was hastened meanwhile."""
    ended = {"state": State.WAITING, "error": error, "error_class": error_class}
    later = {"lease_id": None, "lease_until": None, "attempt_ended_at": now, "available_at": now + timedelta(0, pause)}
    untouched = OutboxMessage.objects.filter(
        id=message.id, lease_id=message.lease_id, available_at=message.available_at
    ).update(**ended, **later)
    return bool(untouched) or finish(message, now=now, available_at=now, hastened=models.F("hastened") + 1, **ended)


def hold(message: OutboxMessage, *, now: datetime, error: str, error_class: str) -> bool:
    """End the lease of a claimed message and hold it until `release`; run it at once if it was released meanwhile."""
    ended = {"attempts": message.attempts - 1, "error": error, "error_class": error_class}
    untouched = OutboxMessage.objects.filter(
        id=message.id, lease_id=message.lease_id, available_at=message.available_at
    ).update(state=State.ON_HOLD, lease_id=None, lease_until=None, attempt_ended_at=now, **ended)
    return bool(untouched) or finish(message, now=now, state=State.WAITING, **ended)


def release(channel: str) -> int:
    """Let the messages of `channel` that are on hold run now; return how many.

    Those that are worked on just now may have seen what is mended by this; they are marked, so that they are not held.
    """
    OutboxMessage.objects.filter(channel=channel, state=State.LEASED).update(available_at=clock.machine_now())
    released = OutboxMessage.objects.filter(channel=channel, state=State.ON_HOLD).update(
        state=State.WAITING, available_at=clock.machine_now(), error="", error_class=""
    )
    if released:
        queue.notify_worker_on_commit()
    return released


# How many one call of `hasten` lets run; the caller goes on with the next success.
HASTENED_AT_ONCE = 2000


def hasten(channel: str, *, error_classes: Collection[str], silence: timedelta) -> int:
    """Let what waits on `channel` because of these errors run now, in the order of writing; return how many.

    What was hastened before and failed again may fail for a reason of its own, while others succeed. So that this does
    not use up its tries in a minute, it is hastened again only after a silence that is twice as long each time.

    Args:
        channel: whose vendor has answered.
        error_classes: the errors that are over by this.
        silence: for how long it had not answered before.
    """
    again, enough = 0, settings.OUTBOX_BACKOFF_SECONDS[0]
    while enough <= silence.total_seconds() and again < 20:
        again, enough = again + 1, enough * 2
    now = clock.machine_now()
    # One that is worked on just now may be about to say that nobody answers; it is marked, so that it runs again.
    OutboxMessage.objects.filter(channel=channel, state=State.LEASED, hastened=0).update(available_at=now)
    waiting = OutboxMessage.objects.filter(
        channel=channel, state=State.WAITING, error_class__in=error_classes, hastened__lte=again
    ).order_by("id")
    hastened = OutboxMessage.objects.filter(
        id__in=waiting.values("id")[:HASTENED_AT_ONCE], state=State.WAITING, error_class__in=error_classes
    ).update(available_at=now, hastened=models.F("hastened") + 1, error="", error_class="")
    for _ in range(min(hastened, settings.Q_CLUSTER["workers"])):
        queue.notify_worker_on_commit()
    return hastened


def run_now(ordering_keys: Sequence[str]) -> int:
    """Let what waits or is on hold under these keys run now, since what it was about may be over; return how many."""
    if not ordering_keys:
        return 0
    released = OutboxMessage.objects.filter(
        ordering_key__in=ordering_keys, state__in=[State.WAITING, State.ON_HOLD]
    ).update(state=State.WAITING, available_at=clock.machine_now())
    if released:
        queue.notify_worker_on_commit()
    return released


def retry(message: OutboxMessage) -> None:
    """Let one message that waits, is on hold or is dead run now (an operator's act)."""
    with transaction.atomic():
        OutboxMessage.objects.filter(id=message.id, state__in=[State.WAITING, State.ON_HOLD, State.DEAD]).update(
            state=State.WAITING, available_at=clock.machine_now(), finished_at=None
        )
        queue.notify_worker_on_commit()


def run_channel_now(channel: str) -> int:
    """Let everything that waits on `channel` run now, on hold or not (an operator's act); return how many."""
    with transaction.atomic():
        changed = OutboxMessage.objects.filter(channel=channel, state__in=[State.WAITING, State.ON_HOLD]).update(
            state=State.WAITING, available_at=clock.machine_now()
        )
        queue.notify_worker_on_commit()
    return changed


def give_up(message: OutboxMessage, *, reason: str) -> bool:
    """Declare one message dead that waits or is on hold (an operator's act), as if its last try had failed.

    Args:
        message: which one.
        reason: a sentence that people may read.

    Returns:
        False when it is being worked on just now, or over already; then nothing changed.
    """
    with transaction.atomic():
        locked = OutboxMessage.objects.select_for_update().get(id=message.id)
        if locked.state not in (State.WAITING, State.ON_HOLD):
            return False
        locked.state, locked.finished_at = State.DEAD, clock.machine_now()
        locked.error, locked.error_class, locked.coalesce_key = reason[:500], "GivenUp", ""
        locked.save(update_fields=["state", "finished_at", "error", "error_class", "coalesce_key"])
        known = task_of(locked.topic)
        if known is not None and known.on_failure:
            known.on_failure(Attempt.of(locked), reason)
        # What stood behind it in its ordering key may run now.
        queue.notify_worker_on_commit()
    return True
