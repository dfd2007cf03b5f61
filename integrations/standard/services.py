"""Asking for something at a vendor of the usual kind, by a person or by a move."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from integrations import credentials, installations
from integrations.models import Credential, Installation
from integrations.requests import changes
from integrations.requests.lifecycle import Call, Entry, Event, State
from integrations.requests.preconditions import About, Blocked, Blocker, Remedy, RemedyKind, Who, of_person
from integrations.requests.services import AlreadyRequested
from integrations.standard import activity
from integrations.standard.flow import Product, StandardFlow
from integrations.standard.models import StandardRequest
from recruiting.applications import selectors
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment, StageTransition
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.permissions import Action

Flow = StandardFlow[Any]


def blockers(flow: Flow, application: Application, installation: Installation | None) -> list[Blocker]:
    """Return every reason why nothing can be sent, the most basic first."""
    found = []
    settings = (Remedy(RemedyKind("Open settings", f"{flow.namespace}:settings", About.NOTHING, Who.ADMINISTRATOR)),)
    if installation is None or working_key(installation) is None:
        sentence = (
            f"{installation.name} has no key that works." if installation else f"{flow.title}s are not connected."
        )
        found.append(Blocker("not_connected", sentence, settings))
    elif not installation.is_on or not installations.is_enabled(application.company, flow.slug):
        sentence = f"{installation.name} is switched off, so nothing is sent."
        found.append(Blocker("switched_off", sentence, settings))
    return found + of_person(
        application,
        lead="is a lead; convert to applicant first.",
        closed="Undo that first.",
        no_email="has no email address.",
    )


def working_key(installation: Installation) -> Credential | None:
    """Return the company's key while the vendor accepts it."""
    key = credentials.of_company(installation)
    return key if key is not None and key.state == Credential.State.ACCEPTED else None


def files_to_share(application: Application, by: Membership) -> QuerySet[Attachment]:
    """Return the files that a sender may give a vendor: this application's, and those kept with the person."""
    belongs = Q(application=application) | Q(is_personal=True)
    return selectors.files_of(application, by).filter(belongs).order_by("-id")


def send(
    flow: Flow,
    *,
    application: Application,
    installation: Installation | None,
    product: Product,
    by: Membership,
    file: Attachment | None = None,
) -> StandardRequest:
    """Ask a candidate for something that the vendor offers.

    Args:
        flow: which kind of request.
        application: the candidate on the job.
        installation: over which connection of the company; None where there is none.
        product: what is asked for.
        by: who asks.
        file: what the vendor may open while the request runs, for seven days at most.

    Raises:
        NotAllowed, NotFound: when the actor may not send requests.
        Blocked: when something has to be mended first.
        AlreadyRequested: when a request over this connection is under way.
    """
    with transaction.atomic():
        locked = applications.lock(application, by, Action.SEND_REQUEST)
        if installation is not None and installation.company_id != locked.company_id:
            raise NotFound("There is no such connection in your company.")
        if file is not None and not files_to_share(locked, by).filter(pk=file.pk).exists():
            raise NotFound("There is no such file of this application.")
        if found := blockers(flow, locked, installation):
            raise Blocked(found)
        assert installation is not None
        return _create(flow, locked, installation, product, by=by, file=file)


def start(flow: Flow, *, transition: StageTransition, installation: Installation | None, product: Product) -> None:
    """Ask because a candidate entered a step; where nothing can be sent, the newsfeed says so. Once per move."""
    with transaction.atomic():
        application = changes.lock_application(transition.application_id)
        transition.application = application
        if flow.standard_model._default_manager.filter(transition_id=transition.pk).exists():
            return
        reason = next((blocker.sentence for blocker in blockers(flow, application, installation)), "")
        if not reason and not product.id:
            reason = f"This step does not say which {flow.noun} it sends."
        if not reason:
            assert installation is not None
            stage = transition.to_stage.name if transition.to_stage else "the step"
            try:
                _create(flow, application, installation, product, by=transition.moved_by, move=(transition, stage))
            except AlreadyRequested as error:
                reason = error.message
        if reason:
            payload = activity.NotSentPayload(application.candidate.name, f"{reason} Nothing was sent.")
            changes.write_not_sent(transition, flow.not_sent, payload)


def try_again(*, request: StandardRequest, by: Membership) -> StandardRequest:
    """Send a failed request once more; one that may have left us is looked for, or stays uncertain.

    Raises:
        NotAllowed, NotFound, Blocked, AlreadyRequested: as `send`.
        Conflict: when it has not failed.
    """
    with transaction.atomic():
        application, locked = changes.lock(request, by)
        flow: Flow = locked.flow  # type: ignore[assignment]
        transition = changes.transition_of(locked, Event.TRIED_AGAIN)
        if transition is None or locked.state != State.FAILED:
            raise Conflict(f"This {flow.noun} has not failed; look at its state now.", code="not_failed")
        if found := blockers(flow, application, locked.installation):
            raise Blocked(found)
        _require_free(locked)
        if locked.send_attempted_at is None:
            locked.invited_name, locked.invited_email = application.candidate.name, application.candidate.email
        locked.requested_by, locked.failure = by, ""
        changes.take(locked, transition, actor=by)
    return locked


def _create(
    flow: Flow,
    application: Application,
    installation: Installation,
    product: Product,
    *,
    by: Membership | None,
    move: tuple[StageTransition, str] | None = None,
    file: Attachment | None = None,
) -> StandardRequest:
    request = flow.standard_model(
        company_id=application.company_id,
        installation=installation,
        application=application,
        requested_by=by,
        product_id=product.id,
        product_name=product.name[:200],
        invited_name=application.candidate.name,
        invited_email=application.candidate.email,
        transition=move[0] if move else None,
        file=file,
    )
    _require_free(request)
    request.save(force_insert=True)
    changes.write_entry(request, Entry.REQUESTED, actor=by, stage=move[1] if move else "")
    changes.enqueue(Call.CREATE, request)
    return request


def _require_free(request: StandardRequest) -> None:
    """Raise AlreadyRequested where one over the connection is open, or the latest one failed and may be at the vendor.

    Whoever changes a request holds the lock of its application, as does who asks here.
    """
    same = type(request)._default_manager.filter(application=request.application, installation=request.installation)
    newest_first = same.select_related("installation").order_by("-id")
    if (blocking := newest_first.blocking().first()) is not None:
        there = f"{blocking.invited_name} has an open {blocking.flow.noun} of {blocking.vendor} already."
        raise AlreadyRequested(blocking, there)
    latest = newest_first.first()
    if latest in (None, request) or latest.state != State.FAILED or latest.send_attempted_at is None:
        return
    doubt = f"{latest.vendor} never confirmed the failed request, so {latest.invited_name} may have it."
    raise AlreadyRequested(latest, f"{doubt} Try that one again: we look first.", code="failed_in_doubt")
