"""Asking candidates for video interviews, and what midnight means for a request; one transaction each.

What people do about any vendor's request (cancel, settle) is `integrations.requests.services`.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from integrations.requests import changes
from integrations.requests.lifecycle import Call, Entry, Event
from integrations.requests.services import AlreadyRequested
from integrations.spark_hire import VENDOR, deadlines, preconditions
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.lifecycle import OPEN, State
from integrations.spark_hire.models import InterviewRequest, JobLink
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.outbox import messages


def request_interview(*, application: Application, expires_on: date, by: Membership) -> InterviewRequest:
    """Ask a candidate for a video interview; Spark Hire mails the invitation.

    Args:
        application: the candidate on the job.
        expires_on: the Expiration Date in the company's calendar: it expires as that date begins.
        by: who asks; their own key sends it.

    Raises:
        NotAllowed: when the actor may not send requests.
        Blocked: when something has to be mended first.
        AlreadyRequested: when a request is open, complete, or waits for the vendor's final status.
        InvalidInput: for a date that may not be chosen.
    """
    with transaction.atomic():
        locked = applications.lock(application, by, Action.SEND_REQUEST)
        _require_none_blocking(locked, clock.now())
        ready = preconditions.require_ready(locked, by)
        deadlines.require_choosable(expires_on, today=locked.company.today())
        request = InterviewRequest(
            company_id=locked.company_id,
            installation=ready.installation,
            application=locked,
            requested_by=by,
            state=State.QUEUED,
            expires_on=expires_on,
            expires_at=deadlines.instant_of(expires_on, locked.company.zone),
            time_zone=locked.company.time_zone,
        )
        _fill(request, ready.link, locked)
        another = Conflict("Somebody sent a request a moment ago.", code="already_requested")
        with translate_integrity_errors({"interviewrequest_one_per_application": another}):
            request.save(force_insert=True)
        changes.write_entry(request, Entry.REQUESTED, actor=by)
        changes.enqueue(Call.CREATE, request)
    return request


def try_again(*, request: InterviewRequest, by: Membership, expires_on: date | None = None) -> InterviewRequest:
    """Send a failed request once more, with the same Expiration Date unless another is given.

    One that may be at the vendor after all is looked for first. So it stays as it was asked for, and its sender's: only
    their key is sure to see it there, on the job and under the name and address by which it is recognized.

    Raises:
        NotAllowed, Blocked, AlreadyRequested, InvalidInput: as `request_interview`.
        Conflict: when the request has not failed.
    """
    with transaction.atomic():
        application, locked = changes.lock(request, by)
        transition = changes.transition_of(locked, Event.TRIED_AGAIN)
        if transition is None:
            raise Conflict("This request has not failed; look at its state now.", code="not_failed")
        _require_none_blocking(application, clock.now(), again=locked)
        ready = preconditions.require_ready(application, by)
        if expires_on is not None:
            company = application.company
            deadlines.require_choosable(expires_on, today=company.today())
            locked.expires_on, locked.time_zone = expires_on, company.time_zone
            locked.expires_at = deadlines.instant_of(expires_on, company.zone)
        elif locked.expires_on is not None:
            deadlines.require_choosable(locked.expires_on, today=clock.today(locked.zone))
        if locked.send_attempted_at is None:
            locked.requested_by = by
            _fill(locked, ready.link, application)
        locked.failure, locked.matches = "", []
        changes.take(locked, transition, actor=by)
    return locked


def require_free(
    application: Application, *, now: datetime, again: InterviewRequest | None = None
) -> InterviewRequest | None:
    """Raise AlreadyRequested where a new request would double one; return the latest, which does not, or None.

    `again` is the failed request that is to be sent once more; it does not stand in its own way. The constraint
    `interviewrequest_one_per_application` keeps the rule where two people press Send at once.
    """
    mine = InterviewRequest.objects.filter(application=application, is_superseded=False)
    mine = mine.select_related("requested_by__user")
    latest = mine.blocking().first() or mine.order_by("-id").first()
    if latest is None:
        return None
    name = application.candidate.name
    if latest.state == State.COMPLETED:
        raise AlreadyRequested(latest, AFTER_COMPLETION, code="already_complete")
    if latest.state_at(now) in OPEN:
        who = latest.requested_by.name if latest.requested_by else "Somebody"
        raise AlreadyRequested(latest, f"{who} sent {name} a request that is still open. Here it is.")
    if latest != again and latest.state == State.FAILED and latest.send_attempted_at is not None:
        doubt = f"{VENDOR} never confirmed the failed request, so {name} may have it."
        sentence = f"{doubt} Try that one again (we look first), or cancel it."
        raise AlreadyRequested(latest, sentence, code="failed_in_doubt")
    if latest.awaiting_final_status(now):
        asking = f"We are asking {VENDOR} whether {name} finished at the last minute. Try again in a few minutes."
        raise AlreadyRequested(latest, asking, code="awaiting_last_word")
    return latest


AFTER_COMPLETION = (
    "You cannot send the candidate a second video interview request from Throughline after they've completed a video "
    "interview. You can send a request directly from Spark Hire; its status will not be tracked in Throughline."
)


def expire_locked(request: InterviewRequest) -> None:
    """Expire a locked request whose deadline has passed; the sweep does the same in bulk."""
    transition = changes.transition_of(request, Event.MIDNIGHT)
    if transition is not None and request.expires_at <= clock.now():
        changes.take(request, transition, detail=words.expired_detail(request))
        stop_waiting([request.application_id])


def stop_waiting(applications: list[UUID]) -> None:
    """Let creates that wait run now and find that their request is over: what is sent after them waits for them."""
    messages.run_now([f"interviews:{application}" for application in applications])


def _require_none_blocking(application: Application, now: datetime, *, again: InterviewRequest | None = None) -> None:
    latest = require_free(application, now=now, again=again)
    if latest is not None and latest.is_open:
        # Past its deadline and not swept yet: expire it now, so that it does not stand in the way.
        expire_locked(changes.lock_alone(latest.flow, latest.pk))


def _fill(request: InterviewRequest, link: JobLink, application: Application) -> None:
    """Fix what is asked for, as of now."""
    request.vendor_job_id = link.vendor_job_id
    request.question_set_id, request.question_set_name = link.question_set_id, link.question_set_name
    request.invited_name, request.invited_email = application.candidate.name, application.candidate.email
