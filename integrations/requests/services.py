"""What people do about a request whichever vendor has it: cancel, settle, stop tracking, ask again."""

from django.db import transaction

from integrations.requests import changes
from integrations.requests.flow import Request
from integrations.requests.lifecycle import Call, Event
from integrations.requests.models import VendorRequest
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, NotFound


class AlreadyRequested(Conflict):
    """There is a request that a new one would double; `request` is it."""

    code = "already_requested"

    def __init__(self, request: VendorRequest, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence, code=code)
        self.request = request


def cancel(*, request: Request, by: Membership) -> Request:
    """Cancel a request here and at the vendor.

    Raises:
        NotAllowed, NotFound: when the actor may not.
        AlreadyRequested: when it was completed meanwhile.
        Conflict: when it is over, or the vendor cannot cancel it.
    """
    with transaction.atomic():
        _, locked = changes.lock(request, by)
        flow = locked.flow
        flow.require_may_act(locked, by)
        if locked.state == "completed":
            raise AlreadyRequested(locked, flow.completed_meanwhile(locked), code="already_complete")
        if flow.cancel_with_another_key(locked, by):
            return locked
        transition = changes.transition_of(locked, Event.CANCEL)
        if transition is None or flow.is_over(locked):
            raise Conflict(flow.nothing_to_cancel(locked), code="already_over")
        if not flow.can_cancel(locked):
            raise Conflict(flow.only_there(locked), code="only_there")
        locked.canceled_by = by
        changes.take(locked, transition, actor=by)
    return locked


def stop_tracking(*, request: Request, by: Membership) -> Request:
    """No longer track a request; at the vendor it runs on. Raises Conflict when it is over."""
    with transaction.atomic():
        _, locked = changes.lock(request, by)
        transition = changes.transition_of(locked, Event.STOP)
        if transition is None:
            noun = locked.flow.noun
            raise Conflict(f"This {noun} is over already; there is nothing to follow.", code="already_over")
        changes.take(locked, transition, actor=by)
    return locked


def link_existing(*, request: Request, vendor_id: str, by: Membership) -> Request:
    """Settle an uncertain request: a person says which of the vendor's it is.

    Args:
        request: the uncertain one.
        vendor_id: one of `matches`; where there are none, an id that the person read at the vendor, which is asked now.
        by: who says so.

    Raises:
        NotAllowed, NotFound: when the actor may not send requests; the vendor is not asked then.
        NotFound: when it is none of those that were found, or the vendor has no such request.
        Conflict: when it is settled already, or the vendor's is another candidate's, or another request's.
        VendorError: when the vendor could not be asked.
    """
    vendor_id = text.one_line(vendor_id)
    with transaction.atomic():
        _, looked_at = _lock_uncertain(request, by)
    flow = looked_at.flow
    if not looked_at.matches:
        flow.require_this_candidate(looked_at, vendor_id)
    with transaction.atomic():
        _, locked = _lock_uncertain(request, by)
        if locked.matches and vendor_id not in {match["id"] for match in locked.matches}:
            raise NotFound(f"Choose one of the {flow.noun_there}s that {locked.vendor} shows.")
        taken = Conflict(f"Another {flow.noun} here is this request already.", code="followed_already")
        with translate_integrity_errors({locked.constraint("vendor_id_once"): taken}):
            changes.created_locked(locked, vendor_id)
        changes.enqueue(Call.REFRESH, locked)
    return locked


def confirm_absent(*, request: Request, by: Membership) -> Request:
    """Settle an uncertain request: a person looked, the vendor does not have it; it is sent. Raises Conflict if not.

    The one way in which a lost answer leads to a second POST without our having looked: a person has.
    """
    with transaction.atomic():
        _, locked = _lock_uncertain(request, by)
        transition = changes.transition_of(locked, Event.TRIED_AGAIN)
        assert transition is not None
        locked.send_attempted_at, locked.matches, locked.failure = None, [], ""
        changes.take(locked, transition, actor=by)
    return locked


def check_again(*, request: VendorRequest, by: Membership) -> None:
    """Ask the vendor now how a request stands (through the outbox)."""
    with transaction.atomic():
        _, locked = changes.lock(request, by)
        if locked.vendor_id:
            locked.flow.tasks[Call.REFRESH].enqueue_now(locked)


def _lock_uncertain(request: Request, by: Membership) -> tuple[Application, Request]:
    application, locked = changes.lock(request, by)
    locked.flow.require_may_act(locked, by)
    if not locked.flow.is_uncertain(locked):
        raise Conflict(f"This {locked.flow.noun} is settled already.", code="settled")
    return application, locked
