"""Outbox tasks of every vendor's requests: HTTP outside any transaction, the result in a short one.

Creating is not idempotent at a vendor. So the first attempt posts; any later one first waits until the vendor must have
settled what the earlier one did, looks for it, adopts it when it is there, and posts only when nothing is. Where the
vendor cannot list, nothing is ever posted a second time: the request becomes uncertain, and a person looks.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q

from integrations import keys, outbound
from integrations.models import Credential
from integrations.requests import changes, phrases
from integrations.requests.flow import RequestFlow
from integrations.requests.lifecycle import Call, Event
from integrations.requests.models import VendorRequest
from recruiting.foundation import clock
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnreached,
)
from recruiting.outbox import tasks
from recruiting.outbox.tasks import Attempt, Discard, Hold, RetryAt, Task

Flow = RequestFlow[Any]
RECONCILE_AT_ONCE = 5000
# After these, and after what a flow gives up itself, the vendor surely has not acted.
NOT_CREATED = (VendorRateLimited, VendorAuthFailed, VendorRejected, VendorUnreached, Discard)


def register(flow: Flow, topics: Mapping[Call, str]) -> None:
    """Register a flow with its tasks; `topics` stand in stored messages."""
    flow.model.flow = flow
    run: dict[Call, Callable[[Flow, Attempt], None]] = {Call.CREATE: send, Call.CANCEL: cancel, Call.REFRESH: refresh}
    failed = {Call.CREATE: send_failed, Call.CANCEL: cancel_failed}
    flow.tasks = {
        call: tasks.register(
            Task(
                topic,
                partial(run[call], flow),
                about=flow.about,
                order_by=flow.reading_order if call == Call.REFRESH else flow.writing_order,
                channel=outbound.channel_of,
                on_failure=partial(failed[call], flow) if call in failed else None,
            )
        )
        for call, topic in topics.items()
    }


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def send(flow: Flow, attempt: Attempt) -> None:
    """Create the request at the vendor, or adopt what an earlier attempt created."""
    begun = changes.begin_sending(flow, attempt.payload[flow.about])
    if begun is None:
        return
    request, first = begun
    try:
        credential = flow.sender_key(request)
        with outbound.handle_vendor_errors(request.installation, credential):
            client = flow.client(credential)
            if first or _nothing_is_there(flow, attempt, client, credential, request):
                _create(flow, client, request)
    except (Hold, RetryAt):
        # Nothing has left: no key, or a pause. Whoever cancels it now need not look for it at the vendor.
        if first:
            changes.clear_attempt(request)
        raise


def _create(flow: Flow, client: Any, request: VendorRequest) -> None:
    if request.state != "queued":  # nor is it wanted any more
        if request.state != "canceled":
            changes.clear_attempt(request)
        changes.cancel_done(flow, request.pk, asked_at=clock.now())
        return
    try:
        made = flow.create(client, request)
    except NOT_CREATED as error:
        changes.clear_attempt(request)
        if isinstance(error, VendorRejected) and not isinstance(error, VendorForbidden):
            flow.create_refused(request)
        raise
    changes.created(flow, request.pk, made)


def _nothing_is_there(
    flow: Flow, attempt: Attempt, client: Any, credential: Credential, request: VendorRequest
) -> bool:
    """Return whether an earlier attempt surely created nothing; what else there is to say is noted."""
    candidates = _look(flow, attempt, client, credential, request)
    if candidates is None:
        return False
    if len(candidates) == 1:
        changes.adopted(flow, request.pk, candidates[0])
    elif candidates:
        changes.uncertain(flow, request.pk, candidates)
    return not candidates


def _look(
    flow: Flow, attempt: Attempt, client: Any, credential: Credential, request: VendorRequest
) -> Sequence[Any] | None:
    """Return what an earlier attempt may have created; None when nobody can say, which is noted then."""
    if flow.can_list(request):
        outbound.wait_until_settled(attempt, f"{request.vendor} didn't confirm. We look before we send again.")
        try:
            with keys.tell_apart(credential):
                return flow.find(client, request)
        except VendorRejected:
            if flow.lifecycle.transition("queued", Event.LOST) is None:
                raise
            # It says that it can list, and cannot.
    if request.state == "queued":
        changes.uncertain(flow, request.pk)
    else:
        sentence = f"{request.vendor} may have {request.invited_name}'s {flow.noun_there} and cannot list it."
        changes.cancel_refused(flow, request.pk, sentence=f"{sentence} Please look in {request.vendor}.")
    return None


def send_failed(flow: Flow, attempt: Attempt, reason: str) -> None:
    """Note that the request was not sent."""
    changes.refused(flow, attempt.payload[flow.about], reason)


def adopt_if_found(
    flow: Flow, request: VendorRequest, read: Callable[[Any], Any], is_it: Callable[[Any], bool]
) -> None:
    """Ask the vendor about a request that a webhook spoke of, and adopt it where `is_it` says so."""
    credential = flow.unattended_keys(request)[0]
    with outbound.handle_vendor_errors(request.installation, credential):
        try:
            found = read(flow.client(credential))
        except VendorNotFound:
            return
    if is_it(found):
        changes.adopted(flow, request.pk, found)


# ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────
def cancel(flow: Flow, attempt: Attempt) -> None:
    """Withdraw the request at the vendor, unless it is over there."""
    request: VendorRequest = changes.load(flow, attempt.payload[flow.about])
    if not request.cancel_pending:
        return
    credential = flow.canceling_key(request) if request.vendor_id else flow.sender_key(request)
    with outbound.handle_vendor_errors(request.installation, credential):
        client = flow.client(credential)
        if request.vendor_id:
            _cancel(flow, client, credential, request)
        else:
            _cancel_in_doubt(flow, attempt, client, credential, request)


def _cancel(flow: Flow, client: Any, credential: Credential, request: VendorRequest) -> None:
    asked_at = clock.now()
    if not flow.reads:
        try:
            flow.cancel(client, request)
        except VendorNotFound as error:
            if not error.gone:  # it may just as well have no such call
                sentence = f"{request.vendor} cannot cancel it, or no longer has it."
                changes.cancel_refused(flow, request.pk, sentence=sentence)
                return
        changes.cancel_done(flow, request.pk, asked_at=asked_at)
        return
    try:
        seen = flow.read(client, request)
    except VendorNotFound as error:
        if doubt := flow.doubt_absence(request, credential, error):
            changes.cancel_refused(flow, request.pk, sentence=doubt)
        else:
            changes.cancel_done(flow, request.pk, asked_at=asked_at, gone=True)
        return
    if seen.event in flow.over_there:
        changes.apply_seen(flow, request.pk, event=seen.event, seen=seen, asked_at=asked_at)
    else:
        with contextlib.suppress(VendorNotFound):  # it went between the two calls, which is what was wanted
            flow.cancel(client, request)
    changes.cancel_done(flow, request.pk, asked_at=clock.now())


def _cancel_in_doubt(flow: Flow, attempt: Attempt, client: Any, credential: Credential, request: VendorRequest) -> None:
    """Cancel what may or may not have been created: look for it first."""
    candidates = _look(flow, attempt, client, credential, request)
    if candidates is None:
        return
    if len(candidates) == 1:
        changes.adopted(flow, request.pk, candidates[0])
    elif candidates:
        shown = f"{request.vendor} shows {len(candidates)} {flow.noun_there}s for {request.invited_name}; cancel there."
        changes.cancel_refused(flow, request.pk, sentence=shown)
    else:
        changes.cancel_done(flow, request.pk, asked_at=clock.now())


def cancel_failed(flow: Flow, attempt: Attempt, reason: str) -> None:
    """Take the cancel back, since the vendor refused it."""
    changes.cancel_refused(flow, attempt.payload[flow.about], sentence=phrases.not_canceled(reason))


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def refresh(flow: Flow, attempt: Attempt) -> None:
    """Ask the vendor how the request stands and apply it; a 404 counts only when every key that may ask gets it."""
    request: VendorRequest = changes.load(flow, attempt.payload[flow.about])
    if not request.vendor_id or request.state == "stopped" or not flow.reads:
        return
    asked_at = clock.now()
    asked = flow.unattended_keys(request)
    seen = first_answer(request, asked, lambda client: flow.read(client, request))
    if isinstance(seen, VendorNotFound):
        event = flow.event_of_absence(seen)
        if event is None:
            flow.believe_absence(request, asked)
            event, asked_at = Event.SEEN_GONE, clock.now()
        changes.apply_seen(flow, request.pk, event=event, seen=None, asked_at=asked_at)
    else:
        changes.apply_seen(flow, request.pk, event=seen.event, seen=seen, asked_at=asked_at)


def first_answer(request: VendorRequest, asked: Sequence[Credential], question: Callable[[Any], Any]) -> Any:
    """Ask with one key after the other until one sees the request. As `outbound.first_answer`."""
    flow = request.flow
    return outbound.first_answer(
        request.installation,
        asked,
        lambda credential: question(flow.client(credential)),
        settles=lambda absence: flow.event_of_absence(absence) is not None,
    )


def reconcile(flow: Flow, *, now: datetime) -> int:
    """Enqueue refreshes of what the vendor has not spoken of lately; return how many."""
    if not flow.reads:
        return 0
    stale = flow.stale(now)
    wanted = Q(state__in=flow.lifecycle.at_vendor) & stale
    if (also := flow.also_due(now, stale)) is not None:
        wanted |= also
    rows = flow.model._default_manager.exclude(vendor_id="").filter(wanted).order_by("seen_at")[:RECONCILE_AT_ONCE]
    return flow.tasks[Call.REFRESH].enqueue_many(rows.values_list("id", "company_id", "installation_id", named=True))
