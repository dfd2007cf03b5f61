"""Everything that changes a video interview request, one function and one transaction each.

Locks are taken in one order: the application, then its requests. `states` says what an event does; this module says
what it means for the columns, writes the newsfeed entry and the promise to the vendor.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from integrations import credentials
from integrations.models import Installation
from integrations.spark_hire import activity, announcements, blockers, deadlines, doubles, promises, wire
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import AT_VENDOR, HOLDING, OPEN, TABLE, Call, Entry, Event, State, Step, step
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.constraints import refusing
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.outbox import outbox


def request_interview(*, application: Application, expires_on: date, by: Membership) -> InterviewRequest:
    """Ask a candidate for a video interview; Spark Hire mails the invitation.

    Args:
        application: the candidate on the job.
        expires_on: the Expiration Date in the company's calendar: it expires as that date begins.
        by: who asks; their own key sends it.

    Raises:
        NotAllowed: when the actor may not send requests.
        blockers.Blocked: when something has to be mended first.
        doubles.AlreadyRequested: when a request is open, complete, or waits for the vendor's last word.
        InvalidInput: for a date that may not be chosen.
    """
    with transaction.atomic():
        locked = applications.lock(application, by, Action.SEND_REQUEST)
        now = clock.now()
        _require_none_holding(locked, now)
        ready = blockers.require_ready(locked, by)
        deadlines.require_choosable(expires_on, today=locked.company.today())
        instant = deadlines.instant_of(expires_on, locked.company.zone)
        request = InterviewRequest(
            company_id=locked.company_id,
            installation=ready.installation,
            application=locked,
            requested_by=by,
            state=State.QUEUED,
            expires_on=expires_on,
            expires_at=instant,
            time_zone=locked.company.time_zone,
            vendor_job_id=ready.link.vendor_job_id,
            question_set_id=ready.link.question_set_id,
            question_set_name=ready.link.question_set_name,
            invited_name=locked.candidate.name,
            invited_email=locked.candidate.email,
        )
        another = Conflict("Somebody sent a request a moment ago.", code="already_requested")
        with refusing({"interviewrequest_one_per_application": another}):
            request.save(force_insert=True)
        announcements.tell(request, Entry.REQUESTED, actor=by)
        promises.make(Call.CREATE, request)
    return request


def try_again(*, request: InterviewRequest, by: Membership, expires_on: date | None = None) -> InterviewRequest:
    """Send a failed request once more, with the same Expiration Date unless another is given.

    One that may be at the vendor after all is looked for first. So it stays as it was asked for, and its sender's: only
    their key is sure to see it there, on the job and under the name and address by which it is recognized.

    Raises:
        NotAllowed, blockers.Blocked, doubles.AlreadyRequested, InvalidInput: as `request_interview`.
        Conflict: when the request has not failed.
    """
    with transaction.atomic():
        application, locked = _lock(request, by, Action.SEND_REQUEST)
        taken = step(State(locked.state), Event.TRIED_AGAIN)
        if taken is None:
            raise Conflict("This request has not failed; look at its state now.", code="not_failed")
        _require_none_holding(application, clock.now(), again=locked)
        ready = blockers.require_ready(application, by)
        if expires_on is not None:
            company = application.company
            deadlines.require_choosable(expires_on, today=company.today())
            locked.expires_on, locked.time_zone = expires_on, company.time_zone
            locked.expires_at = deadlines.instant_of(expires_on, company.zone)
        elif locked.expires_on is not None:
            deadlines.require_choosable(locked.expires_on, today=clock.today(locked.zone))
        if locked.send_attempted_at is None:
            locked.requested_by = by
            locked.vendor_job_id = ready.link.vendor_job_id
            locked.question_set_id, locked.question_set_name = ready.link.question_set_id, ready.link.question_set_name
            locked.invited_name, locked.invited_email = application.candidate.name, application.candidate.email
        locked.failure, locked.matches = "", []
        _take(locked, taken, actor=by)
    return locked


def cancel(*, request: InterviewRequest, by: Membership) -> InterviewRequest:
    """Cancel a request; the vendor is told and mails the candidate.

    A canceled one, of which the vendor cannot be told since the canceler's key died, is canceled with this key instead.

    Raises:
        NotAllowed: without the right, or without an own linked key.
        Conflict: when the candidate finished meanwhile, or it is over already.
    """
    with transaction.atomic():
        _, locked = _lock(request, by, Action.SEND_REQUEST)
        _require_own_key(locked.installation, by)
        if locked.state == State.COMPLETED:
            name = locked.invited_name
            raise doubles.AlreadyRequested(
                locked,
                f"{name} finished the interview just before you canceled, so it is kept as complete.",
                code="already_complete",
            )
        if locked.vendor_id and cancel_waits_for(locked) is not None:
            return _cancel_with_another_key(locked, by)
        taken = step(State(locked.state), Event.CANCEL)
        if taken is None or locked.state_at(clock.now()) == State.EXPIRED:
            word = locked.state_at(clock.now()).label.lower()
            raise Conflict(f"This request is {word} already; there is nothing to cancel.", code="already_over")
        locked.canceled_by = by
        _take(locked, taken, actor=by)
    return locked


def cancel_waits_for(request: InterviewRequest) -> Membership | None:
    """Return the member without whose key the vendor is not told of a cancel, when that key does not work; else None.

    The canceler's key cancels. What may or may not be at the vendor has to be looked for first, with the sender's.
    """
    if not request.cancel_pending or (request.vendor_id and request.is_superseded):
        return None
    needed = request.canceled_by if request.vendor_id else request.requested_by
    return needed if needed is not None and credentials.own(request.installation, needed) is None else None


def _cancel_with_another_key(locked: InterviewRequest, by: Membership) -> InterviewRequest:
    """Let the promise of the vendor's cancel go on with somebody else's key: the same message, not a second one."""
    locked.canceled_by = by
    locked.save(update_fields=["canceled_by"])
    announcements.publish(activity.CANCEL_TAKEN_OVER, locked, actor=by)
    outbox.wake(locked.installation.channel)
    return locked


def follow(*, request: InterviewRequest, vendor_id: str, by: Membership) -> InterviewRequest:
    """Settle an unsure request: a person says which of the vendor's interviews it is.

    Raises:
        NotFound: when `vendor_id` is none of those that were found.
        Conflict: when it is settled already.
    """
    with transaction.atomic():
        _, locked = _lock(request, by, Action.SEND_REQUEST)
        _require_own_key(locked.installation, by)
        if locked.state != State.QUEUED or not locked.matches:
            raise Conflict("This request is settled already.", code="settled")
        if vendor_id not in {match["id"] for match in locked.matches}:
            raise NotFound("Choose one of the interviews that Spark Hire shows.")
        _created(locked, vendor_id, deadline=None)
        promises.make(Call.REFRESH, locked)
    return locked


# ── What the worker learned ──────────────────────────────────────────────────────────────────────────────────────────


def begin_sending(request_id: UUID) -> tuple[InterviewRequest, bool] | None:
    """Note, committed before the first call, that a create goes out.

    Returns:
        The request and whether this is the very first attempt; None when there is nothing to send (any more).
    """
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        if request.state == State.QUEUED and request.expires_at <= clock.now() and not request.vendor_id:
            expire_one(request_id)
            request.refresh_from_db()
        may_be_there = request.send_attempted_at is not None and request.state in (State.CANCELED, State.EXPIRED)
        if request.vendor_id or not (request.state == State.QUEUED or may_be_there):
            return None
        first = request.send_attempted_at is None
        if first:
            request.send_attempted_at = clock.now()
            request.save(update_fields=["send_attempted_at"])
    return request, first


def forget_attempt(request_id: UUID) -> None:
    """The vendor surely did not create anything: the next attempt may post without looking first."""
    InterviewRequest.objects.filter(pk=request_id, vendor_id="").update(send_attempted_at=None)


def created(request_id: UUID, vendor_id: str, *, deadline: datetime | None) -> InterviewRequest:
    """Note that the vendor has the request, under this id."""
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        if not request.vendor_id:
            _created(request, vendor_id, deadline=deadline)
    return request


def unsure(request_id: UUID, matches: list[wire.Interview]) -> None:
    """Note that several interviews could be this one; a person chooses (`follow`)."""
    shown = [
        {
            "id": found.id,
            "name": found.name,
            "email": found.email,
            "status": found.status,
            "created_at": found.created_at.isoformat() if found.created_at else "",
        }
        for found in matches
    ]
    InterviewRequest.objects.filter(pk=request_id, state=State.QUEUED, vendor_id="").update(
        matches=shown, updated_at=clock.now()
    )


def refused(request_id: UUID, reason: str) -> None:
    """Note that the request could not be sent, for a reason that people may read."""
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        taken = step(State(request.state), Event.REFUSED)
        if taken is not None:
            request.failure = reason[:300]
            _take(request, taken, detail=reason)


def waits_for_key(request_id: UUID, reason: str) -> None:
    """Say once in the newsfeed that a request waits for a key."""
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        if request.failure != reason[:300]:
            request.failure = reason[:300]
            request.save(update_fields=["failure"])
            announcements.publish(activity.WAITING, request, detail=reason)


def cancel_done(request_id: UUID, *, asked_at: datetime, gone: bool = False) -> None:
    """Note that the vendor knows of our cancel; `gone`: it no longer had the interview, so nobody is emailed."""
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        request.cancel_pending = False
        request.seen_at = max(asked_at, request.seen_at or asked_at)
        request.vendor_status = "deleted" if gone else request.vendor_status
        request.save(update_fields=["cancel_pending", "seen_at", "vendor_status"])


def cancel_refused(request_id: UUID, *, sentence: str) -> None:
    """Take our cancel back: the vendor did not carry it out. A refresh then says how the interview stands."""
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        if not request.cancel_pending:
            return
        request.cancel_pending = False
        request.save(update_fields=["cancel_pending"])
        announcements.publish(activity.NOT_CANCELED, request, detail=sentence)
        promises.make(Call.REFRESH, request)


def rescheduled_at_vendor(request_id: UUID, *, deadline: datetime) -> None:
    """Note that the vendor has the deadline that we sent it."""
    InterviewRequest.objects.filter(pk=request_id).update(vendor_deadline=deadline)


def share_link_known(request_id: UUID, url: str) -> None:
    """Keep the address at which anybody may watch, unless the vendor gave the candidate another try meanwhile."""
    InterviewRequest.objects.filter(pk=request_id, state=State.COMPLETED).update(share_url=url, failure="")


def share_link_refused(request_id: UUID, reason: str) -> None:
    """Keep why the vendor gives no address at which anybody may watch."""
    InterviewRequest.objects.filter(pk=request_id, state=State.COMPLETED, share_url="").update(failure=reason[:300])


def apply_seen(request_id: UUID, *, event: Event, seen: wire.Interview | None, asked_at: datetime) -> InterviewRequest:
    """Apply what the vendor said about a request, under its lock; no change writes no entry.

    Args:
        request_id: the request.
        event: what the answer means; `SEEN_GONE` without an interview.
        seen: the interview as answered.
        asked_at: when it was asked (UTC). An answer older than what is known already is dropped.
    """
    with transaction.atomic():
        request = _lock_for_worker(request_id)
        if request.seen_at is not None and asked_at < request.seen_at:
            return request
        now = clock.now()
        request.seen_at = asked_at
        request.status_is_unknown = event == Event.SEEN_UNKNOWN
        if seen is not None:
            request.vendor_status = seen.status
        # What ended there early keeps the deadline that was set here, so that both can be said.
        early = event == Event.SEEN_EXPIRED and request.state in AT_VENDOR and request.expires_at > now
        if early and seen is not None:
            request.vendor_deadline = seen.deadline or request.vendor_deadline
        moved = not early and seen is not None and _take_deadline(request, seen.deadline)
        live = request.expires_at > now and not request.cancel_pending
        taken = step(State(request.state), event, live=live)
        if taken is None:
            request.save()
            if moved and request.state in AT_VENDOR:
                announcements.tell(request, Entry.RESCHEDULED, detail=announcements.new_deadline(request))
            return request
        if taken.to == State.COMPLETED:
            request.completed_at = (seen.completed_at if seen else None) or asked_at
            request.cancel_pending = False
        gone = _make_way(request, taken.to)
        entry = Entry.RESCHEDULED if moved and taken.entry == Entry.RESET and request.state in OPEN else taken.entry
        detail = announcements.detail_of(request, entry, event, now)
        _take(request, replace(taken, entry=entry), detail=detail, vendor=True)
        if gone is not None:  # told after its cause, so that it stands above it
            announcements.tell(gone, Entry.SUPERSEDED)
    return request


# ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _take(
    request: InterviewRequest,
    taken: Step,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
) -> None:
    """Put a locked request into a step's state, write its entries and its promise. `detail` is about its own entry."""
    before = State(request.state)
    request.state = taken.to
    if taken.to in (State.CANCELED, State.EXPIRED, State.COMPLETED):
        request.closed_at = clock.now()
    elif taken.to in OPEN:
        request.closed_at = None
    if taken.call == Call.CANCEL:
        # Only what may have left us has to be taken back at the vendor.
        request.cancel_pending = bool(request.vendor_id or request.send_attempted_at)
    if before == State.COMPLETED and taken.to != State.COMPLETED:
        request.completed_at, request.share_url = None, ""
    request.save()
    for entry in taken.entries:
        about = detail if entry == taken.entry else ""
        announcements.tell(request, entry, actor=actor, detail=about, vendor=vendor)
    if taken.call == Call.CANCEL and not request.cancel_pending:
        return
    if taken.call is not None:
        promises.make(taken.call, request)


def _created(request: InterviewRequest, vendor_id: str, *, deadline: datetime | None) -> None:
    now = clock.now()
    request.vendor_id, request.matches, request.failure = vendor_id, [], ""
    request.send_attempted_at = request.send_attempted_at or now
    request.sent_at, request.vendor_deadline = now, deadline or request.expires_at
    taken = step(State(request.state), Event.CREATED)
    if taken is None:
        request.save()
        promises.make(Call.REFRESH, request)
    else:
        _take(request, taken)
    if request.vendor_deadline != request.expires_at and request.state in AT_VENDOR:
        promises.move_deadline(request)


def _take_deadline(request: InterviewRequest, deadline: datetime | None) -> bool:
    """Adopt a deadline that was changed at the vendor, as its exact instant; True when it was."""
    if deadline is None or deadline == request.vendor_deadline:
        return False
    request.vendor_deadline = deadline
    if deadline == request.expires_at:
        return False
    request.expires_at, request.expires_on = deadline, None
    return True


def _make_way(request: InterviewRequest, to: State) -> InterviewRequest | None:
    """Before an older request holds its application again: let the newer one make way, or step aside itself.

    Returns:
        The request that made way, of which the newsfeed is still to be told; else None.
    """
    if request.state in HOLDING or to not in HOLDING or request.is_superseded:
        return None
    other = (
        InterviewRequest.objects.select_for_update(of=("self",))
        .select_related("application", "installation", "company")
        .filter(application_id=request.application_id)
        .exclude(pk=request.pk)
        .holding()
        .first()
    )
    if other is None:
        return None
    taken = TABLE.get((State(other.state), Event.REPLACED))
    if taken is None:
        request.is_superseded = True
        return None
    other.is_superseded = True
    _take(other, replace(taken, entry=None))
    return other


def _require_none_holding(application: Application, now: datetime, *, again: InterviewRequest | None = None) -> None:
    latest = doubles.require_free(application, now=now, again=again)
    if latest is not None and latest.is_open:
        # Past its deadline and not swept yet: settle it now, so that it does not stand in the way.
        expire_one(latest.pk)


def expire_one(request_id: UUID) -> None:
    """Expire one request whose deadline has passed; the sweep does the same in bulk."""
    request = _lock_for_worker(request_id)
    taken = step(State(request.state), Event.MIDNIGHT)
    if taken is not None and request.expires_at <= clock.now():
        _take(request, taken, detail=announcements.expired_detail(request))
        promises.stop_waiting([request.application_id])


def _require_own_key(installation: Installation, by: Membership) -> None:
    if credentials.own(installation, by) is None:
        names = " or ".join(holder.name for holder in credentials.holders(installation)[:3])
        who = f"Only {names} can do this." if names else "Nobody at your company is linked yet."
        raise NotAllowed(f"Spark Hire requires a linked user account for this, and you have none. {who}")


def _lock(request: InterviewRequest, by: Membership, action: Action) -> tuple[Application, InterviewRequest]:
    application = applications.lock(request.application, by, action)
    locked = (
        InterviewRequest.objects.select_for_update(of=("self",))
        .select_related("installation", "company", "requested_by__user", "canceled_by__user")
        .get(pk=request.pk)
    )
    locked.application = application
    return application, locked


def _lock_for_worker(request_id: UUID) -> InterviewRequest:
    application_id = InterviewRequest.objects.values_list("application_id", flat=True).get(pk=request_id)
    Application.objects.select_for_update(no_key=True).get(pk=application_id)
    return (
        InterviewRequest.objects.select_for_update(of=("self",))
        .select_related("installation", "company", "application", "requested_by__user")
        .get(pk=request_id)
    )
