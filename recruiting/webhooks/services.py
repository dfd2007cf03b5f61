"""What Administrators do with subscriptions and deliveries, one function and one transaction each."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, http, ids
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.outbox import messages
from recruiting.outbox.models import OutboxMessage
from recruiting.webhooks import signing, tasks
from recruiting.webhooks.models import PING, Delivery, Subscription, validate_facts

MOST = 20
"""Subscriptions of a company: each fact makes a delivery per subscription."""
ROTATION = timedelta(hours=24)
"""For how long we sign with the secret before as well."""
RULE = "Only Administrators set up webhooks"


def create(*, url: str, facts: Collection[str], by: Membership, connection_id: UUID | None = None) -> Subscription:
    """Tell an address of kinds of facts from now on, within what the actor may see, and ping it.

    Args:
        url: https on the public internet, or within `WEBHOOK_ALLOWED_NETWORKS`.
        facts: names of `newsfeed.facts`.
        by: an Administrator.
        connection_id: of the connected app that acts for them, if any: the webhook ends with it.

    Returns:
        The subscription; its `secret` is to be shown this once.

    Raises:
        NotAllowed: for anybody else.
        InvalidInput: for an address that may not be called, and for no or unknown facts.
        Conflict: when the company has 20 already.
    """
    require_administrator(by, rule=RULE)
    chosen = _cleaned(url, facts)
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=by.company_id)
        if Subscription.objects.for_company(by.company).count() >= MOST:
            raise Conflict(f"There are {MOST} webhooks. Delete one that nobody needs.", code="too_many_webhooks")
        made: Subscription = Subscription.objects.create(
            company_id=by.company_id,
            membership=by,
            connection_id=connection_id,
            secret=signing.new_secret(),
            **chosen,
        )
        _ping(made)
    return made


def edit(
    *,
    subscription: Subscription,
    url: str,
    facts: Collection[str],
    by: Membership,
    connection_id: UUID | None = None,
) -> Subscription:
    """Change address and facts; a change is pinged. From now on the actor's rights decide what is sent.

    It belongs to the app of `connection_id` from then on; without one it stays an app's only while that is connected.

    Raises:
        NotAllowed, InvalidInput: as `create`.
        NotFound: when the company has it no more.
    """
    chosen = _cleaned(url, facts)
    with transaction.atomic():
        locked = lock(subscription, by)
        since: dict[str, object] = (
            {} if chosen["url"] == locked.url else {"quiet_until": None, "url_since": clock.now()}
        )
        if connection_id is None and locked.connection is not None and locked.connection.revoked_at is None:
            connection_id = locked.connection_id
        whose = {"membership_id": by.pk, "connection_id": connection_id}
        if locked.change(**since, **whose, **chosen) and locked.is_on:
            _ping(locked)
    return locked


def rotate(*, subscription: Subscription, by: Membership) -> Subscription:
    """Make a new secret, to be shown this once; for 24 hours deliveries are signed with both."""
    with transaction.atomic():
        locked = lock(subscription, by)
        until = clock.machine_now() + ROTATION
        return locked.write(previous_secret=locked.secret, previous_until=until, secret=signing.new_secret())


def pause(*, subscription: Subscription, by: Membership) -> Subscription:
    """Tell it of nothing from now on, and of nothing that waits; what happens meanwhile is not told later."""
    with transaction.atomic():
        locked = lock(subscription, by)
        locked.change(state=Subscription.State.PAUSED, reason="")
    return locked


def resume(*, subscription: Subscription, by: Membership) -> Subscription:
    """Tell a paused or disabled subscription of what happens from now on, and ping it."""
    with transaction.atomic():
        locked = lock(subscription, by)
        if not locked.is_on:
            locked.write(state=Subscription.State.ON, reason="", quiet_until=None)
            _ping(locked)
    return locked


def delete(*, subscription: Subscription, by: Membership) -> None:
    """Delete a subscription with its log; nothing more is sent."""
    with transaction.atomic():
        lock(subscription, by).delete()


def ping(*, subscription: Subscription, by: Membership) -> Delivery:
    """Send a delivery about nothing. Raises Conflict for a subscription that is not on."""
    with transaction.atomic():
        locked = lock(subscription, by)
        _require_on(locked)
        return _ping(locked)


def redeliver(*, delivery: Delivery, by: Membership) -> Delivery:
    """Send a delivery that is over once more, under its id: a receiver that had it knows it again.

    Raises:
        Conflict: while it is sent by itself, and for a subscription that is not on.
    """
    with transaction.atomic():
        _require_on(lock(delivery.subscription, by))
        locked = Delivery.objects.locked(delivery, by)
        if locked.state == Delivery.State.WAITING:
            raise Conflict("This delivery is waiting and will be sent by itself.", code="delivery_waits")
        locked.write(state=Delivery.State.WAITING, attempts=0, error="")
        tasks.deliver.enqueue(locked)
    return locked


def skip(*, delivery: Delivery, by: Membership) -> Delivery:
    """Give up a delivery that waits, so that what stands behind it goes out.

    Raises:
        Conflict: when it is over, or being sent just now.
    """
    with transaction.atomic():
        lock(delivery.subscription, by)
        waiting = OutboxMessage.objects.filter(
            ordering_key=tasks.order_of(delivery), payload={"delivery": str(delivery.pk)}, state__in=OutboxMessage.OPEN
        )
        reason = f"Skipped by {by.name}."
        message = waiting.first()
        if message is None:
            raise Conflict("This delivery is over already.", code="delivery_is_over")
        if not messages.give_up(message, reason=reason):
            raise Conflict("This delivery is being sent just now. Look again in a minute.", code="delivery_is_sent")
        locked = Delivery.objects.locked(delivery, by)
        return locked.write(state=Delivery.State.SKIPPED, error=reason[:300])


def lock(subscription: Subscription, by: Membership) -> Subscription:
    """Lock a webhook of the actor's company for a change.

    Raises:
        NotAllowed: for everybody but Administrators.
        NotFound: when the company has it no more.
    """
    require_administrator(by, rule=RULE)
    return Subscription.objects.locked(subscription, by)


def _ping(subscription: Subscription) -> Delivery:
    made = Delivery(
        company_id=subscription.company_id,
        subscription=subscription,
        event_id=ids.uuid7(),
        fact=PING,
        data={"webhook": str(subscription.pk)},
    )
    tasks.enqueue([made])
    return made


def _require_on(subscription: Subscription) -> None:
    if not subscription.is_on:
        state = subscription.get_state_display().lower()
        raise Conflict(f"This webhook is {state}. Turn it on first.", code="webhook_is_off")


def _cleaned(url: str, facts: Collection[str]) -> dict[str, object]:
    """Return what is to stand there. Raises InvalidInput."""
    wrong = {}
    try:
        url = http.clean_url(url, networks=settings.WEBHOOK_ALLOWED_NETWORKS)
    except ValueError as error:
        wrong["url"] = str(error)
    chosen = sorted(set(facts))
    try:
        validate_facts(chosen)
    except ValidationError as error:
        wrong["facts"] = error.messages[0]
    if wrong:
        raise InvalidInput(fields=wrong)
    return {"url": url, "facts": chosen}
