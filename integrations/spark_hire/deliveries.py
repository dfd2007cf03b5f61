"""Keeps the promises about video interviews: HTTP outside any transaction, the result in a short one.

Sending is not idempotent at the vendor. So the first attempt posts; any later one first waits until the vendor must
have settled what the earlier one did, looks for it, adopts it when it is there, and posts only when nothing is.
"""

import contextlib
from datetime import datetime, timedelta

from django.conf import settings

from integrations import credentials, keys, outbound
from integrations.models import Credential
from integrations.spark_hire import connection, deadlines, interviews, promises, wire
from integrations.spark_hire.client import SparkHireClient
from integrations.spark_hire.models import InterviewRequest, JobLink
from integrations.spark_hire.states import Event, State
from recruiting.candidates.models import Candidate
from recruiting.foundation import clock, text
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnreached,
)
from recruiting.outbox.outbox import Delivery, GiveUp, Park, Postpone

# How far the vendor's clock may be behind ours when a lost answer is looked for.
CLOCK_SKEW = timedelta(minutes=5)
# How long a recording's link is asked for.
LINK_WITHIN = timedelta(days=14)
LOOK_FIRST = "Spark Hire didn't confirm. We look before we send again."


def send(delivery: Delivery) -> None:
    """Create the interview at the vendor, or adopt what an earlier attempt created."""
    begun = interviews.begin_sending(delivery.payload["request"])
    if begun is None:
        return
    request, first = begun
    try:
        _send(delivery, request, first=first)
    except (Park, Postpone):
        # Nothing has left: no key, or a pause. Whoever cancels it now need not look for it at the vendor.
        if first:
            interviews.forget_attempt(request.pk)
        raise


def _send(delivery: Delivery, request: InterviewRequest, *, first: bool) -> None:
    credential = _sender_key(request)
    with outbound.conversation(request.installation, credential):
        client = connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        if not first:
            outbound.wait_until_settled(delivery, LOOK_FIRST)
            matches = _find(client, request)
            if len(matches) == 1:
                interviews.created(request.pk, matches[0].id, deadline=matches[0].deadline)
                return
            if matches:
                interviews.unsure(request.pk, matches)
                return
        if request.state != State.QUEUED:
            if request.state == State.EXPIRED:
                interviews.forget_attempt(request.pk)  # it surely never left us
            interviews.cancel_done(request.pk, asked_at=clock.now())
            return
        try:
            made = client.create_interview(
                job_id=request.vendor_job_id,
                name=request.invited_name,
                email=request.invited_email,
                deadline=request.expires_at,
                time_zone=request.time_zone,
                question_set_id=request.question_set_id,
                message=deadlines.invitation_message(
                    company=request.company.name, instant=request.expires_at, zone=request.zone
                ),
            )
        except (VendorRateLimited, VendorAuthFailed, VendorRejected, VendorUnreached) as error:
            # It surely did not act: nothing has to be looked for.
            interviews.forget_attempt(request.pk)
            if isinstance(error, VendorRejected) and not isinstance(error, VendorForbidden):
                _look_at_the_job(request)
            raise
        interviews.created(request.pk, made.id, deadline=request.expires_at)


def _look_at_the_job(request: InterviewRequest) -> None:
    """Learn whether the refusal was the job's: inactive or deleted there, and nobody told us."""
    link = JobLink.objects.select_related("installation", "company").filter(
        job_id=request.application.job_id, vendor_job_id=request.vendor_job_id
    )
    if (found := link.first()) is not None:
        promises.about_job(promises.REFRESH_JOB, found)


def send_failed(delivery: Delivery, reason: str) -> None:
    """Note that the request was not sent."""
    interviews.refused(delivery.payload["request"], reason)


def cancel(delivery: Delivery) -> None:
    """Withdraw the interview at the vendor, unless the candidate finished it meanwhile."""
    request = _load(delivery)
    if not request.cancel_pending:
        return
    if not request.vendor_id:
        _cancel_in_doubt(delivery, request)
        return
    credential = _canceling_key(request)
    asked_at = clock.now()
    with outbound.conversation(request.installation, credential):
        client = connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        try:
            seen = client.interview(request.vendor_id)
        except VendorNotFound as error:
            if error.gone or _is_gone(request, unseen_by=credential):
                interviews.cancel_done(request.pk, asked_at=asked_at, gone=True)
            else:
                sender = request.requested_by.name if request.requested_by else "an Administrator"
                interviews.cancel_refused(
                    request.pk,
                    sentence=f"Not canceled: you cannot see this interview in Spark Hire; ask {sender}.",
                )
            return
        if seen.event in (Event.SEEN_COMPLETED, Event.SEEN_CANCELED, Event.SEEN_EXPIRED):
            interviews.apply_seen(request.pk, event=seen.event, seen=seen, asked_at=asked_at)
        else:
            with contextlib.suppress(VendorNotFound):  # it went between the two calls, which is what was wanted
                client.delete_interview(request.vendor_id)
        interviews.cancel_done(request.pk, asked_at=clock.now())


def cancel_failed(delivery: Delivery, reason: str) -> None:
    """Take the cancel back, since the vendor refused it."""
    interviews.cancel_refused(delivery.payload["request"], sentence=f"Not canceled: {reason}")


def refresh(delivery: Delivery) -> None:
    """Ask the vendor how the interview stands and apply it."""
    request = _load(delivery)
    if not request.vendor_id:
        return
    usable, forbidden = _unattended_keys(request), None
    for credential in usable:
        asked_at = clock.now()
        with outbound.conversation(request.installation, credential):
            client = connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
            try:
                with keys.tell_apart(credential):
                    seen = client.interview(request.vendor_id)
            except VendorNotFound as error:
                if error.gone:
                    interviews.apply_seen(request.pk, event=Event.SEEN_EXPIRED, seen=None, asked_at=asked_at)
                    return
                continue
            except VendorForbidden as error:
                forbidden = error
                continue
        interviews.apply_seen(request.pk, event=seen.event, seen=seen, asked_at=asked_at)
        return
    _require_none_forbidden(request, forbidden)
    if not _is_believed(request, usable):
        # It may well be there; the next key that is mended, added or made primary asks again.
        raise Park(
            f"No Spark Hire key that works sees {request.invited_name}'s interview, and the sender's cannot be asked."
        )
    interviews.apply_seen(request.pk, event=Event.SEEN_GONE, seen=None, asked_at=clock.now())


def fetch_share_link(delivery: Delivery) -> None:
    """Get the address at which anybody may watch, and keep it.

    Asked for again more and more seldom; no longer when the interview is gone, nor after `LINK_WITHIN`.
    """
    request = _load(delivery)
    if request.state != State.COMPLETED or request.share_url:
        return
    usable, forbidden = _unattended_keys(request), None
    for credential in usable:
        with outbound.conversation(request.installation, credential):
            client = connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
            try:
                with keys.tell_apart(credential):
                    url = client.share_link(request.vendor_id)
            except VendorNotFound:
                continue
            except VendorForbidden as error:
                forbidden = error
                continue
            if url:
                connection.require_link(url)
                interviews.share_link_known(request.pk, url)
                return
        break
    else:
        _require_none_forbidden(request, forbidden)
        # It is the link that is not there yet, or the interview that is there no more.
        with outbound.conversation(request.installation, usable[0]):
            if _is_gone(request):
                return
    waited = clock.machine_now() - delivery.written_at
    if waited < LINK_WITHIN:
        pause = min(max(waited, timedelta(minutes=1)), timedelta(hours=1))
        raise Postpone(clock.machine_now() + pause, "The recording's link is not there yet.")


def share_link_failed(delivery: Delivery, reason: str) -> None:
    """Keep why the vendor gives no address at which anybody may watch."""
    interviews.share_link_refused(delivery.payload["request"], reason)


def move_deadline(delivery: Delivery) -> None:
    """Tell the vendor a deadline that we moved (a changed time zone)."""
    request = _load(delivery)
    if not request.vendor_id or not request.is_open or request.vendor_deadline == request.expires_at:
        return
    deadline, forbidden = request.expires_at, None
    for credential in _unattended_keys(request):
        with outbound.conversation(request.installation, credential):
            client = connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
            try:
                with keys.tell_apart(credential):
                    client.reschedule(request.vendor_id, deadline=deadline, time_zone=request.time_zone)
            except VendorForbidden as error:
                forbidden = error
                continue
            interviews.rescheduled_at_vendor(request.pk, deadline=deadline)
            return
    _require_none_forbidden(request, forbidden)


def _require_none_forbidden(request: InterviewRequest, forbidden: VendorForbidden | None) -> None:
    """Give up with the vendor's sentence where a key that is good may not do this, and no other one did."""
    if forbidden is not None:
        outbound.note_error(request.installation, str(forbidden))
        raise GiveUp(str(forbidden)) from forbidden


def _load(delivery: Delivery) -> InterviewRequest:
    return InterviewRequest.objects.select_related(
        "installation__company", "company", "application__candidate", "requested_by__user", "canceled_by__user"
    ).get(pk=delivery.payload["request"])


def _find(client: SparkHireClient, request: InterviewRequest) -> list[wire.Interview]:
    """Return the vendor's interviews that an earlier attempt may have created: same job, same person, since then."""
    assert request.send_attempted_at is not None
    since: datetime = request.send_attempted_at - CLOCK_SKEW
    made = client.interviews_of_job(request.vendor_job_id, since=since)
    known = set(
        InterviewRequest.objects.filter(
            installation=request.installation, vendor_id__in=[interview.id for interview in made]
        ).values_list("vendor_id", flat=True)
    )
    unknown = [interview for interview in made if interview.id not in known]
    same = [
        interview for interview in unknown if text.email_key(interview.email) == text.email_key(request.invited_email)
    ]
    if not same:
        # The candidate may have changed the address at the vendor; somebody else's address is somebody else.
        named = [
            interview
            for interview in unknown
            if text.compare_key(interview.name) == text.compare_key(request.invited_name)
        ]
        others = set(
            Candidate.objects.for_company(request.company)
            .filter(email_key__in=[interview.email for interview in named])
            .values_list("email_key", flat=True)
        )
        same = [interview for interview in named if text.email_key(interview.email) not in others]
    exact = [interview for interview in same if interview.deadline == request.expires_at]
    return exact if len(exact) == 1 else same


def _cancel_in_doubt(delivery: Delivery, request: InterviewRequest) -> None:
    """Cancel what may or may not have been created: look for it first."""
    credential = _sender_key(request)
    with outbound.conversation(request.installation, credential):
        outbound.wait_until_settled(delivery, LOOK_FIRST)
        client = connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        matches = _find(client, request)
    if len(matches) == 1:
        interviews.created(request.pk, matches[0].id, deadline=matches[0].deadline)
    elif matches:
        interviews.cancel_refused(
            request.pk,
            sentence=f"Spark Hire shows {len(matches)} interviews for {request.invited_name}; cancel there.",
        )
    else:
        interviews.cancel_done(request.pk, asked_at=clock.now())


def _sender_key(request: InterviewRequest) -> Credential:
    """Return the sender's own key; park while there is none that works."""
    credential = credentials.own(request.installation, request.requested_by) if request.requested_by else None
    if credential is None:
        whose = f"{request.requested_by.name}'s" if request.requested_by else "the sender's"
        reason = f"Spark Hire needs {whose} User API Key, and it does not work at the moment."
        interviews.waits_for_key(request.pk, reason)
        raise Park(reason)
    return credential


def _canceling_key(request: InterviewRequest) -> Credential:
    """Return the key of the person who canceled; where nobody did (a superseded request), an unattended one."""
    if request.canceled_by is None or request.is_superseded:
        return _unattended_keys(request)[0]
    credential = credentials.own(request.installation, request.canceled_by)
    if credential is None:
        raise Park(f"Spark Hire needs {request.canceled_by.name}'s User API Key to cancel, and it does not work.")
    return credential


def _unattended_keys(request: InterviewRequest) -> list[Credential]:
    usable = credentials.for_unattended(request.installation, sender=request.requested_by)
    if not usable:
        raise Park("No Spark Hire key works at the moment: the sender's and the Primary User's are refused or missing.")
    return usable


def _is_gone(request: InterviewRequest, *, unseen_by: Credential | None = None) -> bool:
    """Return whether the interview is gone, by the word of the keys that should know.

    Args:
        request: whose interview.
        unseen_by: a key that was told 404 already and is not asked again.
    """
    asked = [unseen_by] if unseen_by else []
    for other in credentials.for_unattended(request.installation, sender=request.requested_by):
        if other in asked:
            continue
        client = connection.client_for(other, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        try:
            with keys.tell_apart(other):
                client.interview(request.vendor_id)
        except VendorNotFound:
            asked.append(other)
            continue
        except VendorAuthFailed:
            # It is this key that does not work, not the one that the conversation is about.
            outbound.refuse(other)
            continue
        except VendorForbidden:
            pass  # it is there, and only this key may not see it
        return False
    return _is_believed(request, asked)


def _is_believed(request: InterviewRequest, asked: list[Credential]) -> bool:
    """A 404 counts when the sender's key says it (the sender sees what they sent) and every other key agrees."""
    return any(key.membership_id == request.requested_by_id for key in asked)
