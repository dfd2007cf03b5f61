"""Changes of a request under its lock: its columns, its newsfeed entries and its outbox messages, in one transaction.

Locks are taken in one order: the application, then its requests. For `services`, where people act, and `tasks`, where
the worker notes what it learned from the vendor.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from integrations.requests.activity import ids_of
from integrations.requests.flow import Request, RequestFlow
from integrations.requests.lifecycle import Call, Entry, Event, Transition
from integrations.requests.models import VendorRequest
from newsfeed import feed
from newsfeed.activity import ActivityType
from newsfeed.models import NewsfeedEntry
from recruiting.applications import services as applications
from recruiting.applications.models import Application, StageTransition
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import Action

RELATED = ("installation__company", "company", "application__candidate", "requested_by__user", "canceled_by__user")
_NUMBERS = {2: "two", 3: "three", 4: "four"}


# ── Locks ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def lock(request: Request, by: Membership, action: Action = Action.SEND_REQUEST) -> tuple[Application, Request]:
    """Lock a request and its application for a member who may do `action` on the job.

    Raises:
        NotFound, NotAllowed: as `applications.services.lock`.
    """
    application = applications.lock(request.application, by, action)
    locked = lock_alone(request.flow, request.pk)
    locked.application = application
    return application, locked


def lock_for_worker(flow: RequestFlow[Request], request_id: UUID | str) -> Request:
    """Lock a request and its application."""
    application_id = flow.model._default_manager.values_list("application_id", flat=True).get(pk=request_id)
    Application.objects.select_for_update(no_key=True).get(pk=application_id)
    return lock_alone(flow, request_id)


def lock_application(application_id: UUID) -> Application:
    """Lock an application for an act that no member asked for."""
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("candidate", "job__company", "company", "stage")
        .get(pk=application_id)
    )


def lock_alone(flow: RequestFlow[Request], request_id: UUID | str) -> Request:
    """Lock a request whose application is locked."""
    locked: Request = load(flow, request_id, locked=True)
    return locked


def load(flow: RequestFlow[Request], request_id: UUID | str, *, locked: bool = False) -> Any:
    """Return a request with what its changes and calls read."""
    rows = flow.model._default_manager.select_related(*RELATED, *flow.related)
    return (rows.select_for_update(of=("self",)) if locked else rows).get(pk=request_id)


# ── Newsfeed and outbox ──────────────────────────────────────────────────────────────────────────────────────────────
def write_entry(
    request: VendorRequest,
    entry: Entry,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
    **more: Any,
) -> None:
    """Write the newsfeed entry that an event calls for; `vendor`: the vendor's side did it."""
    if entry == Entry.CANCELED and actor is not None:
        detail = f"{actor.name} canceled the request."
    detail = detail or request.flow.entry_detail(request, entry)
    publish(request.flow.entry_types[entry], request, actor=actor, detail=detail, vendor=vendor, **more)


def publish(
    activity: ActivityType[Any],
    request: VendorRequest,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
    **more: Any,
) -> None:
    """Write one newsfeed entry about a request; `more` goes into its payload."""
    feed.publish(
        activity,
        request.flow.payload(request, detail=detail, **more),
        actor=actor,
        actor_label=request.vendor if vendor else "",
        application=request.application,
        subject_id=request.pk,
        ids=ids_of(request),
    )


def write_not_sent(transition: StageTransition, kind: ActivityType[Any], payload: Any) -> None:
    """Say that entering a step sent nothing; once of one move."""
    if not NewsfeedEntry.objects.filter(verb=kind.verb, subject_id=transition.pk).exists():
        feed.publish(kind, payload, application=transition.application, subject_id=transition.pk)


def enqueue(call: Call, request: VendorRequest) -> None:
    """Enqueue a call to the vendor about a request."""
    request.flow.tasks[call].enqueue(request)


# ── Transitions ──────────────────────────────────────────────────────────────────────────────────────────────────────
def transition_of(request: VendorRequest, event: Event, *, live: bool = True) -> Transition | None:
    """Return what an event does to a request, or None when it changes nothing."""
    return request.lifecycle.transition(request.state, event, live=live)


def take(
    request: VendorRequest,
    transition: Transition,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
) -> None:
    """Put a locked request into a transition's state, write its entries and its call.

    `detail` is about the transition's own entry, not about those of the states in between.
    """
    before, request.state = request.state, transition.to
    if transition.to in request.lifecycle.open:
        request.closed_at = None
    elif transition.to != before and transition.to in request.lifecycle.closing:
        request.closed_at = clock.now()
    if transition.call == Call.CANCEL:
        # Only what may have left us has to be taken back at the vendor.
        request.cancel_pending = bool(request.vendor_id or request.send_attempted_at)
    request.flow.on_transition(request, before, transition)
    request.save()
    for entry in transition.entries:
        write_entry(request, entry, actor=actor, detail=detail if entry == transition.entry else "", vendor=vendor)
    if transition.call is not None and (transition.call != Call.CANCEL or request.cancel_pending):
        enqueue(transition.call, request)


def created_locked(request: VendorRequest, vendor_id: str, found: Any = None) -> None:
    """Note on a locked request that the vendor has it, under this id."""
    now = clock.now()
    request.vendor_id, request.matches, request.failure = vendor_id, [], ""
    request.send_attempted_at = request.send_attempted_at or now
    request.sent_at = now
    request.flow.on_created(request, found)
    transition = transition_of(request, Event.CREATED)
    if transition is None:
        request.save()
        enqueue(Call.REFRESH, request)
    else:
        supersede(request, transition.to)
        take(request, transition)
    request.flow.after_created(request)


def supersede(request: VendorRequest, to: str) -> VendorRequest | None:
    """Before an older request blocks its application again: let the newer one make way, or let this one step aside.

    Returns:
        The request that made way, of which the newsfeed is still to be told; else None.
    """
    blocking, rivals = request.lifecycle.blocking, request.flow.rivals(request)
    if request.state in blocking or to not in blocking or rivals is None:
        return None
    others = rivals.exclude(pk=request.pk).filter(state__in=blocking, is_superseded=False)
    if not request.lifecycle.replaces:
        request.is_superseded = others.exists()
        return None
    if request.is_superseded:
        return None
    other: VendorRequest | None = others.select_for_update(of=("self",)).select_related(*RELATED).first()
    if other is None:
        return None
    transition = transition_of(other, Event.REPLACED)
    if transition is None:
        request.is_superseded = True
        return None
    other.is_superseded = True
    take(other, replace(transition, entry=None))
    return other


# ── What the worker learned ──────────────────────────────────────────────────────────────────────────────────────────
def begin_sending(flow: RequestFlow[Request], request_id: UUID | str) -> tuple[Request, bool] | None:
    """Note, committed before the first call, that a create goes out.

    Returns:
        The request and whether this is the very first attempt; None when there is nothing to send (any more).
    """
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        flow.before_sending(request)
        may_be_there = request.send_attempted_at is not None and (request.cancel_pending or request.state == "expired")
        if request.vendor_id or not (request.state == "queued" or may_be_there):
            return None
        first = request.send_attempted_at is None
        if first:
            request.send_attempted_at = clock.now()
            request.save(update_fields=["send_attempted_at"])
    return request, first


def clear_attempt(request: VendorRequest) -> None:
    """The vendor surely did not create anything: the next attempt may post without looking first."""
    type(request)._default_manager.filter(pk=request.pk, vendor_id="").update(send_attempted_at=None)


def created(flow: RequestFlow[Request], request_id: UUID, made: Any) -> Request:
    """Note that the vendor has the request, as it answered (with an `id`)."""
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        if not request.vendor_id:
            created_locked(request, made.id, made)
    return request


def adopted(flow: RequestFlow[Request], request_id: UUID, found: Any) -> Request:
    """Note which of the vendor's is a request whose answer was late or lost; much may have happened to it since."""
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        if not request.vendor_id:
            created_locked(request, found.id, found)
        if request.vendor_id == found.id:
            enqueue(Call.REFRESH, request)
    return request


def uncertain(flow: RequestFlow[Request], request_id: UUID, candidates: Sequence[Any] = ()) -> None:
    """Note that nobody can say what became of a create, or that several could be it: a person looks, or chooses."""
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        if request.state != "queued" or request.vendor_id:
            return
        request.matches = [flow.match_of(found) for found in candidates]
        transition = transition_of(request, Event.LOST)
        if transition is None:
            request.save(update_fields=["matches", "updated_at"])
            return
        sentence = f"Please look in {request.vendor}: it didn't confirm, and its {flow.noun_there}s cannot be listed."
        if candidates:
            shown = f"{_NUMBERS.get(len(candidates), len(candidates))} {flow.noun_there}s"
            sentence = f"{request.vendor} shows {shown} for {request.invited_name}. Choose the one to follow."
        request.failure = sentence[:300]
        take(request, transition, detail=sentence)


def refused(flow: RequestFlow[Request], request_id: UUID | str, reason: str) -> None:
    """Note that the request could not be sent, for a reason that people may read."""
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        transition = transition_of(request, Event.REFUSED)
        if transition is not None:
            request.failure = reason[:300]
            take(request, transition, detail=reason)
            flow.after_refused(request)


def cancel_done(flow: RequestFlow[Request], request_id: UUID, *, asked_at: datetime, gone: bool = False) -> None:
    """Note that the vendor knows of our cancel; `gone`: it no longer had the request, so nobody is emailed."""
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        request.cancel_pending = False
        request.seen_at = max(asked_at, request.seen_at or asked_at)
        request.vendor_status = "deleted" if gone else request.vendor_status
        request.save(update_fields=["cancel_pending", "seen_at", "vendor_status"])


def cancel_refused(flow: RequestFlow[Request], request_id: UUID | str, *, sentence: str) -> None:
    """Take our cancel back: the vendor did not carry it out. What has no id there yet stays canceled here."""
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        if not request.cancel_pending:
            return
        request.cancel_pending = False
        transition = transition_of(request, Event.CANCEL_REFUSED) if request.vendor_id else None
        if transition is not None:
            request.canceled_by = None
            supersede(request, transition.to)
            take(request, transition, detail=sentence)
            return
        request.save(update_fields=["cancel_pending"])
        write_entry(request, Entry.NOT_CANCELED, detail=sentence)
        if request.vendor_id:
            enqueue(Call.REFRESH, request)


def apply_seen(flow: RequestFlow[Request], request_id: UUID, *, event: Event, seen: Any, asked_at: datetime) -> Request:
    """Apply what the vendor said about a request, under its lock; no change writes no entry.

    Args:
        flow: whose request.
        request_id: which one.
        event: what the answer means; `SEEN_GONE` without one.
        seen: the request as answered (`flow.Seen`), or None.
        asked_at: when it was asked (UTC). An answer older than what is known already is dropped.
    """
    with transaction.atomic():
        request = lock_for_worker(flow, request_id)
        if request.seen_at is not None and asked_at < request.seen_at:
            return request
        request.seen_at = asked_at
        if seen is not None and flow.is_outdated(request, seen):
            request.save(update_fields=["seen_at"])
            return request
        now = clock.now()
        if seen is not None:
            request.vendor_status = seen.status
        absorbed = flow.absorb(request, event, seen, now)
        transition = transition_of(request, event, live=flow.is_live(request, now))
        if transition is None:
            request.save()
        else:
            if transition.to == "completed":
                request.cancel_pending = False
                request.completed_at = request.completed_at or getattr(seen, "completed_at", None) or asked_at
            made_way = supersede(request, transition.to)
            entry = flow.entry_of(request, transition, absorbed)
            detail = flow.detail_of(request, entry, event, now)
            take(request, replace(transition, entry=entry), detail=detail, vendor=True)
            if made_way is not None:  # told after its cause, so that it stands above it
                write_entry(made_way, Entry.SUPERSEDED)
        flow.after_seen(request, transition, absorbed)
    return request
