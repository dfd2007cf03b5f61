"""What is asked of subscriptions and deliveries: who is told of a fact, and whether they may be."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from newsfeed import facts
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job
from recruiting.webhooks.models import ABOUT, LOST, PING, Delivery, Subscription, about

Audience = NewsfeedEntry.Audience
NOT_ALLOWED = "Not sent: whoever added this webhook may not see what it is about (any more)."
SILENT = "Not sent: {why}."
NOT_ON = "Not sent: the webhook was {state}."


def label_of(fact: str) -> str:
    """Return a kind of fact in words; of one that is gone its name."""
    if fact == PING:
        return "Ping"
    return next((kind.label for kind in facts.all_kinds() if kind.name == fact), fact)


def wanted(company_ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Return which kinds of facts of which companies somebody is to be told of."""
    return {(company_id, name) for company_id, names in _chosen(tuple(company_ids)) for name in names}


@compiled
def _chosen(company_ids: tuple[UUID, ...]) -> QuerySet[Subscription, tuple[UUID, list[str]]]:
    live = Subscription.objects.filter(company__in=company_ids, state=Subscription.State.ON)
    return live.values_list("company_id", "facts")


@compiled
def waiting(delivery_id: UUID) -> QuerySet[Delivery]:
    """Return the delivery if it waits, with its subscription, and whom and what that ends with."""
    joined = ("membership__company", "membership__user", "connection__client")
    found = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.WAITING)
    return found.select_related(*(f"subscription__{name}" for name in joined))


def why_not(delivery: Delivery) -> str:
    """Return why one that waits is not to be sent now, "" when it is: the member's rights of today decide."""
    subscription = delivery.subscription
    if not subscription.is_on:
        return NOT_ON.format(state=subscription.get_state_display().lower())
    if why := subscription.why_silent:
        return SILENT.format(why=why)
    if delivery.fact == PING:
        return ""
    # What ended access is judged by what was told before (`known_before`).
    may_read = not facts.ends_access(delivery.fact) and _may_read(subscription.membership, delivery)
    return "" if may_read else NOT_ALLOWED


def known_before(delivery: Delivery) -> dict[str, str]:
    """Return what a receiver may be told although its member may not see it: that access ended, in ids it had.

    Nothing for one that was not told of the same thing at the address that it has now, or of its end already, and
    nothing while the member sees the thing and only this fact is not for them.
    """
    subscription = delivery.subscription
    is_lost = LOST.name in subscription.facts and not _sees(subscription.membership, delivery)
    if not (is_lost or facts.ends_access(delivery.fact)):
        return {}
    told = Delivery.objects.filter(subscription=delivery.subscription_id, thing_id=delivery.thing_id)
    if subscription.url_since is not None:
        told = told.filter(tried_at__gte=subscription.url_since)
    last = told.filter(state=Delivery.State.DELIVERED).exclude(thing_id=None).order_by("-id").first()
    if last is None or facts.ends_access(last.fact):
        return {}
    return {word: last.data[word] for word in ABOUT if last.data.get(word)}


def _sees(member: Membership, delivery: Delivery) -> bool:
    word, pk = about(delivery.data)
    model: type[Any] | None = {"application": Application, "job": Job, "candidate": Candidate}.get(word)
    return model is not None and bool(_seen(model, UUID(pk), member))


def _may_read(member: Membership, delivery: Delivery) -> bool:
    """Return whether the newsfeed would tell the member of it, and what it is about is still there."""
    if not _sees(member, delivery):
        return False
    job = delivery.id_of("job")
    if delivery.audience == Audience.EVERYONE:
        return True
    if delivery.audience == Audience.ALL_JOBS:
        return member.sees_all_jobs
    has_full_access = bool(job and access.jobs_allowing(Action.READ_FULL_ACCESS_NOTES, member, {job}))
    return delivery.id_of("actor") == member.pk or (delivery.audience == Audience.FULL_ACCESS and has_full_access)


@compiled
def _seen(model: type[Any], pk: UUID, member: Membership) -> QuerySet[Any, Any]:
    return model.objects.visible_to(member).filter(pk=pk).values_list("pk")  # type: ignore[no-any-return]
