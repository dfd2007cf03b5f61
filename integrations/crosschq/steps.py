"""One step of a locked check: its columns, its entry and its promise.

For `checks`, where people act, and `outcomes`, where the worker says what it learned.
"""

from uuid import UUID

from integrations.crosschq import announcements, promises
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.states import HOLDING, OPEN, Call, Event, State, Step, step
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock


def lock_for_worker(check_id: UUID | str) -> ReferenceCheck:
    """Lock a check and its application, in this order."""
    application_id = ReferenceCheck.objects.values_list("application_id", flat=True).get(pk=check_id)
    Application.objects.select_for_update(no_key=True).get(pk=application_id)
    return lock_alone(check_id)


def lock_alone(check_id: UUID | str) -> ReferenceCheck:
    """Lock a check whose application is locked."""
    return (
        ReferenceCheck.objects.select_for_update(of=("self",))
        .select_related("installation", "company", "application__candidate", "template", "owner__user")
        .get(pk=check_id)
    )


def take(
    check: ReferenceCheck, taken: Step, *, actor: Membership | None = None, detail: str = "", vendor: bool = False
) -> None:
    """Put a locked check into a step's state, write its entry and its promise."""
    if taken.to in OPEN:
        check.closed_at = None
    elif taken.to != check.state:
        check.closed_at = clock.now()
    check.state = taken.to
    if taken.call == Call.CANCEL:
        # Only what may have left us has to be taken back at the vendor.
        check.cancel_pending = bool(check.vendor_id or check.send_attempted_at)
    check.save()
    if taken.entry is not None:
        announcements.tell(check, taken.entry, actor=actor, detail=detail, vendor=vendor)
    if taken.call is not None and (taken.call != Call.CANCEL or check.cancel_pending):
        promises.make(taken.call, check)


def created(check: ReferenceCheck, vendor_id: str) -> None:
    """Note on a locked check that the vendor has it, under this id."""
    now = clock.now()
    check.vendor_id, check.matches, check.failure = vendor_id, [], ""
    check.send_attempted_at = check.send_attempted_at or now
    check.sent_at = now
    taken = step(State(check.state), Event.CREATED)
    if taken is None:
        check.save()
        return
    make_way(check, taken.to)
    take(check, taken)


def make_way(check: ReferenceCheck, to: State) -> None:
    """Before an older check holds its template again: step aside for the newer one that was sent meanwhile."""
    if check.state in HOLDING or to not in HOLDING or check.is_forced or check.template is None:
        return
    others = ReferenceCheck.objects.filter(
        application_id=check.application_id, template=check.template, is_forced=False, is_superseded=False
    )
    check.is_superseded = others.holding().exclude(pk=check.pk).exists()


def change_requestor(check: ReferenceCheck, requestor: Membership) -> None:
    """Let somebody else own a locked check; what else it asks for stays."""
    check.owner = requestor
    check.order = {**check.order, "requestor": requestor.user.email}
