"""From a fact to its deliveries: one outbox message per fact in its transaction, the rest in the worker.

`note` writes the message, and only where somebody is told; `fan_out` makes a delivery per subscription; `deliver`
sends one. What is about one application (or else candidate, or job) goes to one subscription in the order in which it
happened: a delivery that is tried again holds those behind it, until it arrives, fails for good or is skipped.
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from newsfeed.facts import Fact, ends_access
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock, ids
from recruiting.foundation.http import VendorResponse, VendorSession
from recruiting.foundation.models import delete_in_batches
from recruiting.foundation.vendor_errors import VendorUnavailable, VendorUnreached
from recruiting.outbox import tasks
from recruiting.outbox.schedules import ScheduledTask
from recruiting.outbox.schedules import register as schedule
from recruiting.outbox.tasks import Attempt, Discard, Retry, RetryAt
from recruiting.webhooks import selectors, signing
from recruiting.webhooks.models import LOST, Delivery, Subscription, about

State = Delivery.State
SOON = timedelta(seconds=1.1)
QUIET = timedelta(minutes=1)
"""For how long a receiver that did not answer is let alone: all that waits for it would take the deadline each."""
GONE = "The receiver answered 410: nothing is to be sent there any more."
# One sentence for both, and no times, or whoever may name an address could learn what is there in an inner network.
UNREACHED = "The receiver could not be reached at a public address."
_KEEPS = 65_536


def note(facts: Sequence[Fact]) -> None:
    """Write a message for each fact that some subscription is told of, in the open transaction."""
    wanted = selectors.wanted({fact.company_id for fact in facts})
    told = [fact for fact in facts if (fact.company_id, fact.kind.name) in wanted]
    if told:
        fan_out.enqueue_many(told, _described, pause=SOON)


def _described(fact: Fact) -> Mapping[str, Any]:
    things = _things(fact)
    known = {**things, "actor": fact.actor_id, **fact.ids}
    data = {name: str(value) if value is not None else None for name, value in known.items()}
    return {
        "event": str(ids.uuid7()),
        "company": str(fact.company_id),
        "fact": fact.kind.name,
        "audience": str(fact.audience),
        "occurred_at": fact.occurred_at.isoformat(),
        "data": {name: value for name, value in data.items() if value is not None or name not in things},
    }


def _things(fact: Fact) -> dict[str, UUID | None]:
    return {"application": fact.application_id, "job": fact.job_id, "candidate": fact.candidate_id}


@tasks.task(
    "webhooks.fan_out",
    order_by=lambda fact: f"webhooks:{about(_things(fact))[1]}",
    coalesce=False,
)
def fan_out(attempt: Attempt) -> None:
    """Make a delivery for each subscription that is told of a fact now; run twice, it makes them once."""
    told = attempt.payload
    live = Subscription.objects.filter(company=told["company"], state=Subscription.State.ON).order_by("id")
    live = live.only("company_id", "facts")  # secrets are decrypted where they are needed
    with transaction.atomic():
        there = set(Delivery.objects.filter(event_id=told["event"]).values_list("subscription_id", flat=True))
        enqueue(
            [
                Delivery(
                    company_id=subscription.company_id,
                    subscription=subscription,
                    event_id=told["event"],
                    fact=told["fact"],
                    data=told["data"],
                    audience=told["audience"],
                    occurred_at=datetime.fromisoformat(told["occurred_at"]),
                )
                for subscription in live
                if told["fact"] in subscription.facts and subscription.pk not in there
            ]
        )


def enqueue(deliveries: Sequence[Delivery]) -> None:
    """Write new deliveries in the open transaction, to be sent at once."""
    for delivery in deliveries:
        delivery.thing_id = delivery.id_of(about(delivery.data)[0])
    Delivery.objects.bulk_create(deliveries)
    deliver.enqueue_many(deliveries)


def order_of(delivery: Delivery) -> str:
    """Return the ordering key of a delivery: what is about one thing goes out one after the other."""
    return f"webhook:{delivery.subscription_id}:{about(delivery.data)[1]}"


def _given_up(attempt: Attempt, reason: str) -> None:
    waiting = Delivery.objects.filter(pk=attempt.payload["delivery"], state=State.WAITING)
    waiting.update(state=State.FAILED, error=reason[:300], updated_at=clock.now())


@tasks.task(
    "webhooks.deliver",
    about="delivery",
    order_by=order_of,
    coalesce=False,
    on_failure=_given_up,
    pauses=lambda: settings.WEBHOOK_BACKOFF_SECONDS,
    retried_by_people=True,
)
def deliver(attempt: Attempt) -> None:
    """Send a delivery that waits, unless its subscription may not be told of it any more.

    Raises:
        RetryAt: while the receiver is let alone.
        Retry: when the receiver did not take it.
        Discard: when it wants nothing any more, which disables the subscription.
    """
    rows = selectors.waiting(UUID(attempt.payload["delivery"]))
    if not rows:
        return
    delivery, found = rows[0], Delivery.objects.filter(pk=rows[0].pk, state=State.WAITING)
    reason = selectors.why_not(delivery)
    if reason == selectors.NOT_ALLOWED and (known := selectors.known_before(delivery)):
        reason = "" if _tell_the_end(delivery, known) else reason
    if reason:
        found.update(state=State.DROPPED, error=reason, updated_at=clock.now())
        return
    quiet_until = delivery.subscription.quiet_until
    if quiet_until is not None and quiet_until > clock.machine_now():
        raise RetryAt(quiet_until, "The receiver did not answer lately.")
    now, started = clock.now(), time.monotonic()
    answer, error, took_ms = None, "", None
    try:
        answer = _post(delivery)
        error = _refusal(answer.status)
    except VendorUnavailable as silence:
        error = UNREACHED if isinstance(silence, VendorUnreached) else str(silence)
    if error != UNREACHED:
        took_ms = int((time.monotonic() - started) * 1000)
    if answer is None or quiet_until is not None:
        quiet = None if answer else clock.machine_now() + QUIET
        here = Subscription.objects.filter(pk=delivery.subscription_id, url=delivery.subscription.url)
        here.update(quiet_until=quiet)
    found.update(
        state=State.WAITING if error else State.DELIVERED,
        attempts=delivery.attempts + 1,
        tried_at=now,
        updated_at=now,
        answer_code=answer.status if answer else None,
        took_ms=took_ms,
        error=error,
    )
    if answer is not None and answer.status == 410:
        gone = Subscription.objects.filter(pk=delivery.subscription_id, url=delivery.subscription.url)
        gone.filter(state=Subscription.State.ON).update(state=Subscription.State.DISABLED, reason=GONE, updated_at=now)
        raise Discard(GONE)
    if error:
        raise Retry(error)


def _tell_the_end(delivery: Delivery, known: Mapping[str, str]) -> bool:
    """Make a delivery say no more than that access ended; False when it does not wait any more."""
    changes: dict[str, Any] = {"data": known}
    if not ends_access(delivery.fact):
        changes |= {"fact": LOST.name, "occurred_at": clock.now(), "audience": NewsfeedEntry.Audience.EVERYONE}
    for name, value in changes.items():
        setattr(delivery, name, value)
    return bool(Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(**changes))


def body_of(delivery: Delivery) -> bytes:
    """Return what is sent: type, instant (UTC) and ids, as JSON in UTF-8."""
    at = delivery.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": delivery.fact, "timestamp": at, "data": delivery.data}).encode()


def _post(delivery: Delivery) -> VendorResponse:
    body, now = body_of(delivery), clock.machine_now()
    keys = delivery.subscription.secrets_at(now)
    headers = signing.signed(body, webhook_id=delivery.webhook_id, at=now, keys=keys)
    session = VendorSession(
        vendor="The receiver",
        base_url="",
        deadline_seconds=settings.WEBHOOK_DEADLINE_SECONDS,
        max_bytes=_KEEPS,
        networks=settings.WEBHOOK_ALLOWED_NETWORKS,
    )
    return session.post_bytes(delivery.subscription.url, body, {**headers, "Content-Type": "application/json"})


def _refusal(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The receiver answered {status}, a redirect, which is not followed."
    return f"The receiver answered {status}."


def forget_old() -> None:
    """Delete deliveries older than `WEBHOOK_KEEP_DAYS`, in batches, and secrets that were rotated away."""
    now = clock.now()
    over = Subscription.objects.filter(previous_until__lte=clock.machine_now())
    over.update(previous_secret="", previous_until=None)
    old = Delivery.objects.filter(created_at__lt=now - timedelta(days=settings.WEBHOOK_KEEP_DAYS))
    delete_in_batches(old)


schedule(ScheduledTask(name="webhooks.forget", function="recruiting.webhooks.tasks.forget_old", minutes=60))
