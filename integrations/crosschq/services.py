"""Sending reference checks, by a move or by a person, and reminding; one function and one transaction each.

What people do about any vendor's request (cancel, settle, stop tracking) is `integrations.requests.services`.
"""

from typing import cast
from uuid import UUID

from django.db import transaction

from integrations.crosschq import activity, preconditions
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.payload import builder
from integrations.crosschq.payload.builder import Ready
from integrations.crosschq.settings import connection
from integrations.requests import changes
from integrations.requests.lifecycle import Call, Entry, Event, State
from integrations.requests.preconditions import Blocked, Blocker, Remedy
from integrations.requests.services import AlreadyRequested
from recruiting.applications import services as applications
from recruiting.applications.models import Application, StageTransition
from recruiting.companies.models import Membership
from recruiting.extensions import StageAction
from recruiting.foundation import clock
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import StageAutomation

LOOKS_FIRST = "Try that one again: we look first."


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def start(transition: StageTransition) -> ReferenceCheck | None:
    """Send what the job's tag asks for, because a candidate entered the step.

    Told twice of one move, it sends once. Where nothing can be sent, or a check of the same template is under way or
    complete, the newsfeed says so.

    Returns:
        The new check; None when nothing was sent.
    """
    with transaction.atomic():
        transition.application = application = changes.lock_application(transition.application_id)
        if ReferenceCheck.objects.filter(transition=transition).exists():
            return None
        found, ready = preconditions.look(application)
        if ready is None:
            _not_sent(transition, found[0])
            return None
        try:
            return _create(application, ready, by=transition.moved_by, transition=transition)
        except AlreadyRequested as error:
            _write_already_requested(transition, cast(ReferenceCheck, error.request))
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
        Blocked: when something has to be mended first; `.blockers` are all of it.
        AlreadyRequested: when a check with this template is under way or complete.
    """
    with transaction.atomic():
        locked = applications.lock(application, by, Action.SEND_REQUEST)
        ready = _require_ready(locked, template, requestor)
        return _create(locked, ready, by=by)


def send_again(*, request: ReferenceCheck, by: Membership, requestor: Membership | None = None) -> ReferenceCheck:
    """*Send again*: a second check although there is one, with its template. Raises as `send`.

    Raises:
        Conflict: when its template was deleted, or nobody knows yet whether the vendor has the first one.
    """
    with transaction.atomic():
        locked, first = changes.lock(request, by)
        if first.template is None:
            raise Conflict("The template was deleted. Choose another one.", code="template_deleted")
        if first.state == State.UNCERTAIN:
            raise Conflict("Say first whether Crosschq has the uncertain one.", code="uncertain")
        ready = _require_ready(locked, first.template, requestor)
        blocking = ReferenceCheck.objects.filter(application=locked, template=first.template, is_superseded=False)
        return _create(locked, ready, by=by, is_forced=blocking.blocking().exists())


def try_again(*, request: ReferenceCheck, by: Membership, requestor: Membership | None = None) -> ReferenceCheck:
    """Send a failed one once more, for another requestor where one is given.

    What surely never left us is built anew from its template; what may have is asked for as before, so that it is
    recognized.

    Raises:
        NotAllowed, NotFound, Blocked, AlreadyRequested: as `send`.
        Conflict: when it has not failed.
    """
    with transaction.atomic():
        application, locked = changes.lock(request, by)
        transition = changes.transition_of(locked, Event.TRIED_AGAIN)
        if transition is None or locked.state != State.FAILED:
            raise Conflict("This check has not failed; look at its state now.", code="not_failed")
        _require_free(application, locked.template, again=locked)
        if locked.template is not None and locked.send_attempted_at is None:
            _fill(locked, _require_ready(application, locked.template, requestor), application)
        elif requestor is not None:
            _change_requestor(locked, requestor)
        locked.requested_by, locked.failure = by, ""
        with translate_integrity_errors({"referencecheck_one_per_template": _meanwhile()}):
            changes.take(locked, transition, actor=by)
    return locked


# ── Reminding ────────────────────────────────────────────────────────────────────────────────────────────────────────
def can_remind(check: ReferenceCheck) -> bool:
    """Return whether *Remind* is offered: it is at the vendor, whose version can."""
    return check.state in check.lifecycle.at_vendor and bool(connection.of(check.installation).paths.remind)


def require_remindable(*, request: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """Return the check, locked, of which the vendor can remind whoever has not answered. Raises Conflict elsewhere."""
    _, locked = changes.lock(request, by)
    if not can_remind(locked):
        raise Conflict("Crosschq cannot be asked for a reminder here; it reminds every 24 hours by itself.")
    return locked


def reminded(check_id: UUID | str, *, sentence: str = "") -> None:
    """Say that the vendor reminded, or with a sentence why not."""
    with transaction.atomic():
        check = changes.lock_for_worker(ReferenceCheck.flow, check_id)
        changes.publish(activity.TYPES["reminded"], check, detail=sentence, vendor=not sentence)


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _create(
    application: Application,
    ready: Ready,
    *,
    by: Membership | None,
    transition: StageTransition | None = None,
    is_forced: bool = False,
) -> ReferenceCheck:
    """Write a check and enqueue its sending. Raises AlreadyRequested where another stands in its way."""
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
    with translate_integrity_errors(
        {"referencecheck_one_per_template": _meanwhile(), "referencecheck_one_per_move": _meanwhile()}
    ):
        check.save(force_insert=True)
    stage = ""
    if transition is not None:
        stage = transition.to_stage.name if transition.to_stage else "the step"
    changes.write_entry(check, Entry.REQUESTED, actor=by, stage=stage, detail=preconditions.phone_note(application))
    changes.enqueue(Call.CREATE, check)
    return check


def _fill(check: ReferenceCheck, ready: Ready, application: Application) -> None:
    """Fix what is asked for, as of now."""
    payload = builder.payload_for(application, ready)
    check.order, check.owner, check.template_name = payload.to_json(), ready.requestor, ready.template.name
    check.invited_name, check.invited_email = application.candidate.name, payload.candidate.email
    check.position, check.asked_count = payload.position, payload.total


def _require_ready(application: Application, template: Template, requestor: Membership | None) -> Ready:
    if template.company_id != application.company_id:
        raise NotFound("There is no such template in your company.")
    if requestor is not None and not requestor.works_at(application.company_id):
        raise NotFound("There is no such member in your company.")
    found, ready = preconditions.look(application, template=template, requestor=requestor)
    if ready is None:
        raise Blocked(found)
    return ready


def _require_free(application: Application, template: Template | None, *, again: ReferenceCheck | None = None) -> None:
    """Raise AlreadyRequested where a check would double one; `again` does not stand in its own way."""
    if template is None:
        return
    mine = ReferenceCheck.objects.filter(application=application, template=template, is_superseded=False)
    mine = mine.select_related("company").order_by("-id")
    blocking = mine.blocking().first()
    if blocking is not None:
        blocker = preconditions.standing_in_the_way(blocking)
        raise AlreadyRequested(blocking, blocker.sentence, code=blocker.code)
    latest = mine.first()
    if latest is None or latest == again or latest.state != State.FAILED or latest.send_attempted_at is None:
        return
    doubt = f"Crosschq never confirmed the failed request, so {latest.invited_name} may have it."
    raise AlreadyRequested(latest, f"{doubt} {LOOKS_FIRST}", code="failed_in_doubt")


def _write_already_requested(transition: StageTransition, existing: ReferenceCheck) -> None:
    """Say that entering the step sent no second check: as what it is, or as the doubt about a failed one."""
    if existing.is_open or existing.state == State.COMPLETED:
        blocker = preconditions.standing_in_the_way(existing)
        existing.application = transition.application
        changes.publish(activity.TYPES["already_requested"], existing, detail=blocker.sentence)
        return
    doubt = f"Crosschq never confirmed an earlier request, so {existing.invited_name} may have it; nothing was sent."
    remedy = Remedy(preconditions.TRY_AGAIN, existing.pk)
    _not_sent(transition, Blocker("failed_in_doubt", f"{doubt} {LOOKS_FIRST}", (remedy,)))


def _meanwhile() -> Conflict:
    return Conflict("Somebody sent a check a moment ago.", code="already_requested")


def _change_requestor(check: ReferenceCheck, requestor: Membership) -> None:
    """Let somebody else own a locked check; what else it asks for stays."""
    check.owner = requestor
    check.order = {**check.order, "requestor": requestor.email}


def owned_by(check_id: UUID, requestor: Membership) -> ReferenceCheck:
    """Note that the vendor does not know the requestor, and that a create in another one's name goes out."""
    with transaction.atomic():
        check: ReferenceCheck = changes.lock_for_worker(ReferenceCheck.flow, check_id)
        _change_requestor(check, requestor)
        return check.write(owner=check.owner, order=check.order, send_attempted_at=clock.now())


def _not_sent(transition: StageTransition, blocker: Blocker) -> None:
    """Say that entering a step sent nothing, and why."""
    name = transition.application.candidate.name
    changes.write_not_sent(transition, activity.NOT_SENT, activity.NotSentPayload(name, blocker.sentence, blocker.code))


class SendCheck(StageAction):
    """Starts a Crosschq request from the template whose tag the job carries."""

    key = "crosschq.send_check"
    label = "Start a Crosschq request"

    def run(self, *, transition: StageTransition, automation: StageAutomation) -> None:
        """Send it, or say in the newsfeed why not."""
        start(transition)
