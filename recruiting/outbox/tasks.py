"""Outbox tasks: what the worker does with a message, and how a message about something is written.

`@task(...)` makes a function the one that runs messages of a topic; `enqueue` writes such a message in the caller's
transaction (a transactional outbox). A task says with an exception what happens next; the worker decides by its class
and never by a vendor's status code.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import IntegrityError, models, transaction

from recruiting.foundation import clock
from recruiting.foundation.constraints import violated
from recruiting.outbox import queue
from recruiting.outbox.models import OutboxMessage, OutboxSecret


class RetryAt(Exception):
    """Run again at `until` (UTC); the attempt does not count (rate limit, settle time, not matched yet).

    `error_class` names the error that is waited out, where it is one after which `messages.hasten` may let it run
    sooner.
    """

    # What messages written by earlier versions hold.
    NAME = "Postpone"

    def __init__(self, until: datetime, reason: str = "", *, error_class: str = NAME) -> None:
        super().__init__(reason)
        self.until = until
        self.error_class = error_class


class Hold(Exception):
    """Keep the message until a person mends something and its channel is released. `str()` is safe to show."""


class Discard(Exception):
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
class Attempt:
    """One attempt at one message, as its task sees it."""

    message_id: int
    topic: str
    payload: Mapping[str, Any]
    number: int
    """1 for the first."""
    previous_ended_at: datetime | None
    """When the attempt before this one was over (UTC), None on the first."""
    written_at: datetime
    """When the message was written (UTC)."""

    @classmethod
    def of(cls, message: OutboxMessage) -> "Attempt":
        """Return a claimed message as its task sees it."""
        return cls(
            message_id=message.id,
            topic=message.topic,
            payload=message.payload,
            number=message.attempts,
            previous_ended_at=message.attempt_ended_at,
            written_at=message.created_at,
        )


@dataclass(frozen=True, eq=False)
class Task:
    """What runs the messages of one topic, and how a message about a subject is addressed.

    A subject is a model's row, or a named row of its columns with at least `id` and `company_id`.
    """

    topic: str
    """`<app>.<verb>`; stands in stored messages."""
    run: Callable[[Attempt], None]
    """Works outside any transaction and must be safe to run twice."""
    about: str = ""
    """Under which name the payload holds the subject's id."""
    order_by: str | Callable[[Any], str] = ""
    """Messages with one ordering key run one at a time, oldest first: a prefix of the subject's id, or a function."""
    coalesce: bool = True
    """Whether one that waits already stands for a new one with the same payload."""
    channel: Callable[[Any], str] | None = None
    """What is paused and released together with the subject, such as `installation:<id>`."""
    on_failure: Callable[[Attempt, str], None] | None = None
    """Called with a sentence, in the transaction that declares the message dead."""
    forget: bool = False
    """Whether payload and secret are emptied once done."""
    pauses: Callable[[], Sequence[float]] = lambda: settings.OUTBOX_BACKOFF_SECONDS
    """Returns the seconds between tries; after the last one the message is dead."""
    retried_by_people: bool = False
    """Whether those whom a failure concerns see it and try again by themselves: a dead message is forgotten then."""

    def ordering_key_of(self, subject: Any) -> str:
        """Return the ordering key of messages about a subject."""
        return self.order_by(subject) if callable(self.order_by) else f"{self.order_by}:{subject.id}"

    def message(self, subject: Any, more: Mapping[str, Any] | None = None) -> OutboxMessage:
        """Return an unsaved message about a subject; `more` stands in its payload besides the subject's id."""
        payload = {**({self.about: str(subject.id)} if self.about else {}), **(more or {})}
        same = ""
        if self.coalesce and subject is not None:
            same = f"{self.topic}:{subject.id}"
            if more:  # it may hold a vendor's id, of any length
                same += f":{hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:32]}"
        return OutboxMessage(
            topic=self.topic,
            payload=payload,
            ordering_key=self.ordering_key_of(subject),
            company_id=getattr(subject, "company_id", None),
            channel=self.channel(subject) if self.channel else "",
            coalesce_key=same,
        )

    def enqueue(
        self,
        subject: Any = None,
        more: Mapping[str, Any] | None = None,
        *,
        company: models.Model | None = None,
        available_at: datetime | None = None,
        secret: Secret | None = None,
    ) -> OutboxMessage | None:
        """Write a message in the open transaction and notify a worker after its commit.

        Args:
            subject: what it is about, if anything.
            more: ids and plain values for the payload, never secrets.
            company: whose message it is, where it is about nothing.
            available_at: the earliest instant (UTC) to run, now by default.
            secret: what the task reads by `secret_of`; the task has to `forget`.

        Returns:
            The message, or None when one that waits already stands for it.
        """
        message = self.message(subject, more)
        if company is not None:
            message.company_id = company.pk
        return write(message, available_at=available_at, secret=secret)

    def enqueue_now(self, subject: Any) -> None:
        """Write a message, and let what is backing off ahead of it in the same order run at once."""
        self.enqueue(subject)
        waiting = OutboxMessage.objects.filter(
            ordering_key=self.ordering_key_of(subject), state=OutboxMessage.State.WAITING
        )
        if waiting.update(available_at=clock.machine_now()):
            queue.notify_worker_on_commit()

    def enqueue_many(
        self,
        subjects: Iterable[Any],
        more: Callable[[Any], Mapping[str, Any] | None] = lambda subject: None,
        *,
        pause: timedelta = timedelta(),
    ) -> int:
        """Write a message about each subject in the open transaction (a sweep's); return how many subjects.

        `pause`: run them that much later. From 1 s on no worker is notified by whoever writes: the cluster looks once
        a second for what fell due, so that many facts in a row cost one wake-up.
        """
        written = [self.message(subject, more(subject)) for subject in subjects]
        for message in written:
            message.available_at = message.created_at + pause
        if written:
            OutboxMessage.objects.bulk_create(written, batch_size=1000, ignore_conflicts=True)
            if pause < timedelta(seconds=1):
                queue.notify_worker_on_commit()
        return len(written)

    def is_pending(self, subject: Any) -> bool:
        """Return whether a message about the subject is written and not over."""
        same = OutboxMessage.objects.filter(ordering_key=self.ordering_key_of(subject), state__in=OutboxMessage.OPEN)
        return same.filter(topic=self.topic).exists()


def write(
    message: OutboxMessage, *, available_at: datetime | None = None, secret: Secret | None = None
) -> OutboxMessage | None:
    """Write a message, as `Task.enqueue` does."""
    message.available_at = available_at or clock.machine_now()
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
        queue.notify_worker_on_commit()
    return message


_tasks: dict[str, Task] = {}


def task(topic: str, **how: Any) -> Callable[[Callable[[Attempt], None]], Task]:
    """Make a function the task of `topic`; `how` are the further fields of `Task`.

    Raises:
        ValueError: when the topic has another task already.
    """

    def decorate(run: Callable[[Attempt], None]) -> Task:
        return register(Task(topic, run, **how))

    return decorate


def register(made: Task) -> Task:
    """Register the one task of its topic, and return it. Raises ValueError when the topic has another one."""
    known = _tasks.setdefault(made.topic, made)
    if known.run != made.run:
        raise ValueError(f"The outbox topic {made.topic} has two tasks.")
    return known


def task_of(topic: str) -> Task | None:
    """Return the task of a topic, or None."""
    return _tasks.get(topic)


def all_tasks() -> list[Task]:
    """Return the tasks of all topics."""
    return list(_tasks.values())


def secret_of(attempt: Attempt, *, expired_too: bool = False) -> Mapping[str, Any]:
    """Return what was enqueued as the secret of a message, {} when it has none (any more).

    Raises:
        Discard: when its time is over (unless `expired_too`), or the key that it was encrypted with is gone.
    """
    try:
        secret = OutboxSecret.objects.filter(message_id=attempt.message_id).first()
    except InvalidToken as error:
        raise Discard("The key that this was encrypted with is not among CREDENTIAL_KEYS any more.") from error
    if secret is None:
        return {}
    if not expired_too and secret.expires_at <= clock.machine_now():
        raise Discard(TOO_LATE)
    values: dict[str, Any] = json.loads(secret.value)
    return values
