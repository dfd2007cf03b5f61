"""Everything that changes a reference check, one function and one transaction each.

Locks are taken in one order: the application, then its checks. `states` says what an event does; this module says what
it means for the columns, writes the newsfeed entry and the promise to the vendor. What the worker learned from the
vendor is `outcomes`' business.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from integrations import credentials, live
from integrations.crosschq import activity, announcements, blockers, building, connection, promises, steps, wire
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.states import AT_VENDOR, OPEN, Call, Entry, Event, State, step
from recruiting.applications import services as applications
from recruiting.applications.models import Application, StageTransition
from recruiting.companies.models import Membership
from recruiting.foundation import text
from recruiting.foundation.constraints import refusing
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorNotFound

ONLY_THERE = "This one can only be canceled in Crosschq."


class AlreadyRequested(Conflict):
    """There is a check that a new one would double; `check` is it."""

    code = "already_requested"

    def __init__(self, check: ReferenceCheck, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence, code=code)
        self.check = check


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def start(transition: StageTransition) -> ReferenceCheck | None:
    """Send what the job's tag asks for, because a candidate entered the step.

    Told twice of one move, it sends once. Where nothing can be sent, or a check of the same template is under way or
    complete, the newsfeed says so.

    Returns:
        The new check; None when nothing was sent.
    """
    with transaction.atomic():
        transition.application = application = _lock_application(transition.application_id)
        if ReferenceCheck.objects.filter(transition=transition).exists():
            return None
        found, ready = blockers.look(application)
        if ready is None:
            announcements.not_sent(transition, found[0])
            return None
        stage = transition.to_stage.name if transition.to_stage else "the step"
        try:
            return _create(application, ready, by=transition.moved_by, transition=transition, stage=stage)
        except AlreadyRequested as refusal:
            _tell_once(transition, refusal.check)
    return None


def send(
    *, application: Application, template: Template, by: Membership, requestor: Membership | None = None
) -> ReferenceCheck:
    """*Choose template and send*: whatever the job's tag says.

    Args:
        application: the candidate on the job.
        template: what to ask, and of whom.
        by: who sends.
        requestor: who owns the check; None: the usual one (`people.requestor_of`).

    Raises:
        NotAllowed, NotFound: when the actor may not send requests.
        blockers.Blocked: when something has to be mended first; `.blockers` are all of it.
        AlreadyRequested: when a check with this template is under way or complete.
    """
    with transaction.atomic():
        locked = applications.lock(application, by, Action.SEND_REQUEST)
        ready = _require_ready(locked, template, requestor)
        return _create(locked, ready, by=by)


def send_again(*, check: ReferenceCheck, by: Membership, requestor: Membership | None = None) -> ReferenceCheck:
    """*Send again*: a second check although there is one, with its template. Raises as `send`.

    Raises:
        Conflict: when its template was deleted, or nobody knows yet whether the vendor has the first one.
    """
    with transaction.atomic():
        locked, first = _lock(check, by)
        if first.template is None:
            raise Conflict("The template was deleted. Choose another one.", code="template_deleted")
        if first.state == State.UNCERTAIN:
            raise Conflict("Say first whether Crosschq has the uncertain one.", code="uncertain")
        ready = _require_ready(locked, first.template, requestor)
        holding = ReferenceCheck.objects.filter(application=locked, template=first.template, is_superseded=False)
        return _create(locked, ready, by=by, is_forced=holding.holding().exists())


def try_again(*, check: ReferenceCheck, by: Membership, requestor: Membership | None = None) -> ReferenceCheck:
    """Send a failed one once more, for another requestor where one is given.

    What surely never left us is built anew from its template; what may have is asked for as before, so that it is
    recognized.

    Raises:
        NotAllowed, NotFound, blockers.Blocked, AlreadyRequested: as `send`.
        Conflict: when it has not failed.
    """
    with transaction.atomic():
        application, locked = _lock(check, by)
        taken = step(State(locked.state), Event.TRIED_AGAIN)
        if taken is None or locked.state != State.FAILED:
            raise Conflict("This check has not failed; look at its state now.", code="not_failed")
        _require_free(application, locked.template, again=locked)
        if locked.template is not None and locked.send_attempted_at is None:
            _fill(locked, _require_ready(application, locked.template, requestor), application)
        elif requestor is not None:
            steps.change_requestor(locked, requestor)
        locked.requested_by, locked.failure = by, ""
        with refusing({"referencecheck_one_per_template": _meanwhile()}):
            steps.take(locked, taken, actor=by)
    return locked


# ── Uncertain ones ───────────────────────────────────────────────────────────────────────────────────────────────────
def follow(*, check: ReferenceCheck, vendor_id: str, by: Membership) -> ReferenceCheck:
    """Settle an uncertain one: a person says which request of the vendor it is.

    Args:
        check: the uncertain one.
        vendor_id: one of `check.matches`; where there are none, an id that the person read in Crosschq (asked now).
        by: who says so.

    Raises:
        NotAllowed, NotFound: when the actor may not send requests; Crosschq is not asked then.
        NotFound: when it is none of those that were found, or Crosschq has no such request.
        Conflict: when it is settled already, or the request is another candidate's, or another check's.
        VendorError: when Crosschq could not be asked.
    """
    vendor_id = text.one_line(vendor_id)
    with transaction.atomic():
        _, looked_at = _lock(check, by)
        _require_uncertain(looked_at)
    if not looked_at.matches:
        _require_this_candidate(looked_at, vendor_id)
    with transaction.atomic():
        _, locked = _lock(check, by)
        _require_uncertain(locked)
        if locked.matches and vendor_id not in {match["id"] for match in locked.matches}:
            raise NotFound("Choose one of the requests that Crosschq shows.")
        taken = Conflict("Another check here is this request already.", code="followed_already")
        with refusing({"referencecheck_vendor_id_once": taken}):
            steps.created(locked, vendor_id)
        promises.make(Call.REFRESH, locked)
    return locked


def not_there(*, check: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """Settle an uncertain one: a person looked, the vendor does not have it; it is sent. Raises Conflict when settled.

    The one way in which a lost answer leads to a second POST without our having looked: a person has.
    """
    with transaction.atomic():
        _, locked = _lock(check, by)
        _require_uncertain(locked)
        taken = step(State(locked.state), Event.TRIED_AGAIN)
        assert taken is not None
        locked.send_attempted_at, locked.matches, locked.failure = None, [], ""
        steps.take(locked, taken, actor=by)
    return locked


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def can_cancel(check: ReferenceCheck) -> bool:
    """Return whether *Cancel Request* is offered: it is under way, and the vendor's version can cancel it."""
    if step(State(check.state), Event.CANCEL) is None:
        return False
    never_left = not check.vendor_id and check.send_attempted_at is None
    return never_left or connection.can_cancel(connection.of(check.installation))


def cancel(*, check: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """Cancel it here and at the vendor.

    Raises:
        NotAllowed, NotFound: when the actor may not.
        AlreadyRequested: when it was completed meanwhile.
        Conflict: when it is over, or can only be canceled in Crosschq.
    """
    with transaction.atomic():
        _, locked = _lock(check, by)
        if locked.state == State.COMPLETED:
            sentence = "The references answered just before you canceled, so it is kept as complete."
            raise AlreadyRequested(locked, sentence, code="already_complete")
        taken = step(State(locked.state), Event.CANCEL)
        if taken is None:
            raise Conflict("There is nothing to cancel; look at its state now.", code="already_over")
        if not can_cancel(locked):
            raise Conflict(ONLY_THERE, code="only_there")
        locked.canceled_by = by
        steps.take(locked, taken, actor=by)
    return locked


def stop_following(*, check: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """No longer follow it; at the vendor it runs on. Raises Conflict when it is over."""
    with transaction.atomic():
        _, locked = _lock(check, by)
        taken = step(State(locked.state), Event.STOP)
        if taken is None:
            raise Conflict("This check is over already; there is nothing to follow.", code="already_over")
        steps.take(locked, taken, actor=by)
    return locked


# ── Asking the vendor for more ───────────────────────────────────────────────────────────────────────────────────────
def can_remind(check: ReferenceCheck) -> bool:
    """Return whether *Remind* is offered: it is at the vendor, whose version can."""
    return check.state in AT_VENDOR and connection.can_remind(connection.of(check.installation))


def remind(*, check: ReferenceCheck, by: Membership) -> None:
    """Let the vendor remind whoever has not answered. Raises Conflict where that is not offered."""
    with transaction.atomic():
        _, locked = _lock(check, by)
        if not can_remind(locked):
            raise Conflict("Crosschq cannot be asked for a reminder here; it reminds every 24 hours by itself.")
        promises.remind(locked)


def check_again(*, check: ReferenceCheck, by: Membership) -> None:
    """*Check again*: ask the vendor now how it stands (through the outbox)."""
    with transaction.atomic():
        _, locked = _lock(check, by)
        if locked.vendor_id:
            promises.make_now(Call.REFRESH, locked)


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _create(
    application: Application,
    ready: blockers.Ready,
    *,
    by: Membership | None,
    transition: StageTransition | None = None,
    stage: str = "",
    is_forced: bool = False,
) -> ReferenceCheck:
    """Write a check and promise to send it. Raises AlreadyRequested where another stands in its way."""
    if not is_forced:
        _require_free(application, ready.template)
    check = ReferenceCheck(
        company_id=application.company_id,
        installation=ready.connection.installation,
        application=application,
        template=ready.template,
        transition=transition,
        requested_by=by,
        is_forced=is_forced,
        state=State.QUEUED,
    )
    _fill(check, ready, application)
    with refusing({"referencecheck_one_per_template": _meanwhile(), "referencecheck_one_per_move": _meanwhile()}):
        check.save(force_insert=True)
    announcements.tell(check, Entry.REQUESTED, actor=by, stage=stage, detail=blockers.phone_note(application))
    promises.make(Call.CREATE, check)
    return check


def _fill(check: ReferenceCheck, ready: blockers.Ready, application: Application) -> None:
    """Fix what is asked for, as of now."""
    order = building.order_for(
        application,
        ready.template,
        survey=ready.survey,
        requestor=ready.requestor,
        connection=ready.connection,
    )
    check.order, check.owner, check.template_name = order.to_json(), ready.requestor, ready.template.name
    check.invited_name, check.invited_email = application.candidate.name, order.candidate.email
    check.position, check.asked_count = order.position, order.total


def _require_ready(application: Application, template: Template, requestor: Membership | None) -> blockers.Ready:
    if template.company_id != application.company_id:
        raise NotFound("There is no such template in your company.")
    if requestor is not None and (requestor.company_id != application.company_id or not requestor.is_active):
        raise NotFound("There is no such member in your company.")
    found, ready = blockers.look(application, template=template, requestor=requestor)
    if ready is None:
        raise blockers.Blocked(found)
    return ready


def _require_free(application: Application, template: Template | None, *, again: ReferenceCheck | None = None) -> None:
    """Raise AlreadyRequested where a check would double one; `again` does not stand in its own way."""
    mine = ReferenceCheck.objects.filter(application=application, template=template, is_superseded=False)
    mine = mine.select_related("company").order_by("-id")
    if template is None:
        mine = mine.none()
    holding = mine.holding().first()
    if holding is not None:
        blocker = blockers.standing_in_the_way(holding)
        raise AlreadyRequested(holding, blocker.sentence, code=blocker.code)
    latest = mine.first()
    if latest is None or latest == again or latest.state != State.FAILED or latest.send_attempted_at is None:
        return
    raise AlreadyRequested(
        latest,
        f"Crosschq never confirmed the failed request, so {latest.invited_name} may have it. "
        "Try that one again: we look first.",
        code="failed_in_doubt",
    )


def _require_uncertain(check: ReferenceCheck) -> None:
    if check.state != State.UNCERTAIN:
        raise Conflict("This check is settled already.", code="settled")


def _require_this_candidate(check: ReferenceCheck, vendor_id: str) -> None:
    """Ask the vendor whose request an id is, outside any transaction."""
    credential = credentials.of_company(check.installation)
    if credential is None:
        raise VendorAuthFailed("There is no partner key.")
    client = connection.client_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)
    asked = f"crosschq.check:{credential.pk}:{vendor_id}"
    try:
        found: wire.Check = live.read(
            asked, lambda: client.check(vendor_id), vendor=connection.VENDOR, credential=credential, fresh=True
        )
    except VendorNotFound:
        raise NotFound("Crosschq has no request with this id.") from None
    if text.email_key(found.email) != text.email_key(check.invited_email):
        raise Conflict(f"That request is not {check.invited_name}'s.", code="another_candidate")


def _tell_once(transition: StageTransition, standing: ReferenceCheck) -> None:
    """Say that entering the step sent no second check: as what it is, or as the doubt about a failed one."""
    if standing.state in OPEN or standing.state == State.COMPLETED:
        blocker = blockers.standing_in_the_way(standing)
        standing.application = transition.application
        announcements.publish(activity.ALREADY_REQUESTED, standing, detail=blocker.sentence)
        return
    sentence = (
        f"Crosschq never confirmed an earlier request, so {standing.invited_name} may have it; nothing was sent. "
        "Try that one again: we look first."
    )
    way = blockers.WayOut(blockers.Way.TRY_AGAIN, standing.pk)
    announcements.not_sent(transition, blockers.Blocker("failed_in_doubt", sentence, (way,)))


def _meanwhile() -> Conflict:
    return Conflict("Somebody sent a check a moment ago.", code="already_requested")


def _lock_application(application_id: UUID) -> Application:
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("candidate", "job__company", "company", "stage")
        .get(pk=application_id)
    )


def _lock(check: ReferenceCheck, by: Membership) -> tuple[Application, ReferenceCheck]:
    application = applications.lock(check.application, by, Action.SEND_REQUEST)
    locked = steps.lock_alone(check.pk)
    locked.application = application
    return application, locked
