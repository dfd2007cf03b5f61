"""Promises: written with the fact, kept by the worker.

`publish` writes a message in the caller's transaction. Handlers are registered by topic and say with an exception what
to do next; the worker decides by that class and never by a vendor's status code. HTTP and mail are the handlers'
business, not this module's.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from recruiting.foundation import clock, ids
from recruiting.foundation.constraints import violated
from recruiting.outbox import queue
from recruiting.outbox.models import OutboxMessage, OutboxSecret

State = OutboxMessage.State


class Postpone(Exception):
    """Run again at `until` (UTC); the attempt does not count (rate limit, settle time, not matched yet).

    `error_class` names the error that is waited out, where it is one after which `hasten` may let it run sooner.
    """

    def __init__(self, until: datetime, reason: str = "", *, error_class: str = "Postpone") -> None:
        super().__init__(reason)
        self.until = until
        self.error_class = error_class


class Park(Exception):
    """Keep the message until a person mends something, then `wake` its channel. `str()` is safe to show."""


class GiveUp(Exception):
    """This can never work: the message is dead at once. `str()` is safe to show."""


class Retry(Exception):
    """Try again with back-off; after the last try the message is dead. `str()` is safe to show."""


TOO_LATE = "Its time was over before it could be done."


@dataclass(frozen=True)
class Secret:
    """What a message carries encrypted, and until when it is of use (UTC, machine time); forgotten then."""

    values: Mapping[str, Any]
    expires_at: datetime


@dataclass(frozen=True)
class Delivery:
    """One attempt at one message, as its handler sees it."""

    message_id: int
    topic: str
    payload: Mapping[str, Any]
    attempt: int
    """1 for the first."""
    previous_ended_at: datetime | None
    """When the attempt before this one was over (UTC), None on the first."""
    written_at: datetime
    """When the promise was made (UTC)."""


def describe(message: OutboxMessage) -> Delivery:
    """Return a message as its handler sees it."""
    return Delivery(
        message_id=message.id,
        topic=message.topic,
        payload=message.payload,
        attempt=message.attempts,
        previous_ended_at=message.attempt_ended_at,
        written_at=message.created_at,
    )


@dataclass(frozen=True)
class Handler:
    """What keeps the promises of one topic.

    `run` does the work outside any transaction and must be safe to run twice. `on_dead(delivery, reason)` runs in the
    transaction that buries the message; `reason` is a sentence. `forget` empties payload and secret once done.
    """

    run: Callable[[Delivery], None]
    on_dead: Callable[[Delivery, str], None] | None = None
    forget: bool = False


_handlers: dict[str, Handler] = {}


def register(topic: str, handler: Handler) -> None:
    """Register the one handler of `topic` (`<app>.<verb>`). Raises ValueError when it has one already."""
    if topic in _handlers and _handlers[topic] != handler:
        raise ValueError(f"The outbox topic {topic} has two handlers.")
    _handlers[topic] = handler


def handler_for(topic: str) -> Handler | None:
    """Return the handler of `topic`, or None."""
    return _handlers.get(topic)


def publish(
    topic: str,
    *,
    payload: Mapping[str, Any],
    ordering_key: str,
    company: models.Model | None = None,
    channel: str = "",
    coalesce_key: str = "",
    available_at: datetime | None = None,
    secret: Secret | None = None,
) -> OutboxMessage | None:
    """Write a promise in the open transaction and ring after its commit.

    Args:
        topic: `<app>.<verb>`, with a registered handler.
        payload: ids and plain values, never secrets.
        ordering_key: messages with the same key run one at a time, oldest first.
        company: whose promise it is.
        channel: what is paused and woken together, such as `installation:<id>`.
        coalesce_key: when a message with this key waits already, nothing is written.
        available_at: the earliest instant (UTC) to run, now by default.
        secret: what the handler reads by `secret_of`; the handler has to `forget`.

    Returns:
        The message, or None when it was coalesced into a waiting one.
    """
    message = OutboxMessage(
        topic=topic,
        payload=dict(payload),
        ordering_key=ordering_key,
        company_id=company.pk if company else None,
        channel=channel,
        coalesce_key=coalesce_key,
        available_at=available_at or clock.machine_now(),
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
            if secret is not None:
                value = json.dumps(dict(secret.values))
                OutboxSecret.objects.create(message=message, value=value, expires_at=secret.expires_at)
    except IntegrityError as error:
        if violated(error) != "outboxmessage_one_waiting_per_coalesce_key":
            raise
        return None
    if available_at is None:
        queue.ring_after_commit()
    return message


def secret_of(delivery: Delivery, *, expired_too: bool = False) -> Mapping[str, Any]:
    """Return what was published as the secret of a message, {} when it has none (any more).

    Raises:
        GiveUp: when its time is over (unless `expired_too`), or the key that it was encrypted with is gone.
    """
    try:
        secret = OutboxSecret.objects.filter(message_id=delivery.message_id).first()
    except InvalidToken as error:
        raise GiveUp("The key that this was encrypted with is not among CREDENTIAL_KEYS any more.") from error
    if secret is None:
        return {}
    if not expired_too and secret.expires_at <= clock.machine_now():
        raise GiveUp(TOO_LATE)
    values: dict[str, Any] = json.loads(secret.value)
    return values


def forget_secret(message: OutboxMessage) -> None:
    """Forget what only the handler of a message was to read."""
    OutboxSecret.objects.filter(message=message).delete()


def forget_expired_secrets() -> int:
    """Forget all secrets whose time is over, and give up what still wanted to use one; return how many."""
    over = OutboxSecret.objects.filter(expires_at__lte=clock.machine_now())
    # What is worked on just now ends by itself, and is looked at again a minute later.
    waiting = OutboxMessage.objects.filter(secret__in=over.values("pk"), state__in=[State.WAITING, State.PARKED])
    for message in waiting.order_by("id")[:500]:
        give_up(message, reason=TOO_LATE)
    forgotten, _ = over.filter(message__state__in=[State.DONE, State.DEAD]).delete()
    return forgotten


def publish_many(messages: Sequence[OutboxMessage], *, batch_size: int = 1000) -> None:
    """Write many promises at once in the open transaction (a sweep's); those that coalesce are left out."""
    if messages:
        OutboxMessage.objects.bulk_create(messages, batch_size=batch_size, ignore_conflicts=True)
        queue.ring_after_commit()


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


def settle(message: OutboxMessage, *, now: datetime | None, **changes: Any) -> bool:
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
    return bool(untouched) or settle(message, now=now, available_at=now, hastened=models.F("hastened") + 1, **ended)


def park(message: OutboxMessage, *, now: datetime, error: str, error_class: str) -> bool:
    """End the lease of a claimed message and keep it for `wake`; run it again at once if it was woken meanwhile."""
    ended = {"attempts": message.attempts - 1, "error": error, "error_class": error_class}
    untouched = OutboxMessage.objects.filter(
        id=message.id, lease_id=message.lease_id, available_at=message.available_at
    ).update(state=State.PARKED, lease_id=None, lease_until=None, attempt_ended_at=now, **ended)
    return bool(untouched) or settle(message, now=now, state=State.WAITING, **ended)


def wake(channel: str) -> int:
    """Let the parked messages of `channel` run now; return how many.

    Those that are worked on just now may have seen what is mended by this; they are marked, so that they do not park.
    """
    OutboxMessage.objects.filter(channel=channel, state=State.LEASED).update(available_at=clock.machine_now())
    woken = OutboxMessage.objects.filter(channel=channel, state=State.PARKED).update(
        state=State.WAITING, available_at=clock.machine_now(), error="", error_class=""
    )
    if woken:
        queue.ring_after_commit()
    return woken


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
        queue.ring_after_commit()
    return hastened


def run_now(ordering_keys: Sequence[str]) -> int:
    """Let what waits or is parked under these keys run now, since what it was about may be over; return how many."""
    if not ordering_keys:
        return 0
    woken = OutboxMessage.objects.filter(
        ordering_key__in=ordering_keys, state__in=[State.WAITING, State.PARKED]
    ).update(state=State.WAITING, available_at=clock.machine_now())
    if woken:
        queue.ring_after_commit()
    return woken


def retry(message: OutboxMessage) -> None:
    """Let one waiting, parked or dead message run now (an operator's act)."""
    with transaction.atomic():
        OutboxMessage.objects.filter(id=message.id, state__in=[State.WAITING, State.PARKED, State.DEAD]).update(
            state=State.WAITING, available_at=clock.machine_now(), finished_at=None
        )
        queue.ring_after_commit()


def hurry(channel: str) -> int:
    """Let everything that waits on `channel` run now, parked or not (an operator's act); return how many."""
    with transaction.atomic():
        hurried = OutboxMessage.objects.filter(channel=channel, state__in=[State.WAITING, State.PARKED]).update(
            state=State.WAITING, available_at=clock.machine_now()
        )
        queue.ring_after_commit()
    return hurried


def hurry_ordered(ordering_key: str) -> int:
    """Let what waits under an ordering key run now, since what it waited for may be there; return how many."""
    hurried = OutboxMessage.objects.filter(ordering_key=ordering_key, state=State.WAITING).update(
        available_at=clock.machine_now()
    )
    if hurried:
        queue.ring_after_commit()
    return hurried


def give_up(message: OutboxMessage, *, reason: str) -> bool:
    """Bury one waiting or parked message (an operator's act), as if its last try had failed.

    Args:
        message: which one.
        reason: a sentence that people may read.

    Returns:
        False when it is being worked on just now, or over already; then nothing changed.
    """
    with transaction.atomic():
        locked = OutboxMessage.objects.select_for_update().get(id=message.id)
        if locked.state not in (State.WAITING, State.PARKED):
            return False
        locked.state, locked.finished_at = State.DEAD, clock.machine_now()
        locked.error, locked.error_class, locked.coalesce_key = reason[:500], "GivenUp", ""
        locked.save(update_fields=["state", "finished_at", "error", "error_class", "coalesce_key"])
        handler = handler_for(locked.topic)
        if handler is not None and handler.on_dead:
            handler.on_dead(describe(locked), reason)
        # What stood behind it in its ordering key may run now.
        queue.ring_after_commit()
    return True
