"""What the worker learned about a check from the vendor, each in one short transaction under the check's lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from integrations.crosschq import activity, announcements, connection, promises, reports, steps, wire
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.states import Call, Entry, Event, State, step
from recruiting.companies.models import Membership
from recruiting.foundation import clock


def begin_sending(check_id: str) -> tuple[ReferenceCheck, bool] | None:
    """Note, committed before the first call, that a create goes out.

    Returns:
        The check and whether this is the very first attempt; None when there is nothing to send (any more).
    """
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        may_be_there = check.cancel_pending and check.send_attempted_at is not None
        if check.vendor_id or not (check.state == State.QUEUED or may_be_there):
            return None
        first = check.send_attempted_at is None
        if first:
            check.send_attempted_at = clock.now()
            check.save(update_fields=["send_attempted_at"])
    return check, first


def forget_attempt(check_id: UUID) -> None:
    """The vendor surely did not create anything: the next attempt may post without looking first."""
    ReferenceCheck.objects.filter(pk=check_id, vendor_id="").update(send_attempted_at=None)


def created(check_id: UUID, vendor_id: str) -> None:
    """Note that the vendor has the check, under this id."""
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        if not check.vendor_id:
            steps.created(check, vendor_id)


def adopted(check_id: UUID, vendor_id: str) -> None:
    """Note under which id the vendor has a check whose answer was late or lost; much may have happened to it since."""
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        if not check.vendor_id:
            steps.created(check, vendor_id)
        if check.vendor_id == vendor_id:
            promises.make(Call.REFRESH, check)


def refused(check_id: str, reason: str) -> None:
    """Note that the check could not be sent, for a reason that people may read."""
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        taken = step(State(check.state), Event.REFUSED)
        if taken is not None:
            check.failure = reason[:300]
            steps.take(check, taken, detail=reason)
            connection.forget_key_if_over(check.installation)


def lost(check_id: UUID) -> None:
    """Note that the answer to the create was lost and the vendor cannot be asked: a person has to look."""
    _uncertain(check_id, "Please look in Crosschq: it didn't confirm, and its requests cannot be listed.", ())


def unsure(check_id: UUID, matches: Sequence[wire.Check]) -> None:
    """Note that several requests of the vendor could be this one; a person chooses (`checks.follow`)."""
    check = ReferenceCheck.objects.only("invited_name").get(pk=check_id)
    _uncertain(
        check_id,
        f"Crosschq shows {_number_word(len(matches))} requests for {check.invited_name}. Choose the one to follow.",
        matches,
    )


def owned_by(check_id: UUID, requestor: Membership) -> ReferenceCheck:
    """Note that the vendor does not know the requestor, and that a create in another one's name goes out."""
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        steps.change_requestor(check, requestor)
        check.send_attempted_at = clock.now()
        check.save(update_fields=["owner", "order", "send_attempted_at"])
    return check


def cancel_done(check_id: UUID, *, asked_at: datetime) -> None:
    """Note that the vendor knows of our cancel (or no longer has the request)."""
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        check.cancel_pending = False
        check.seen_at = max(asked_at, check.seen_at or asked_at)
        check.save(update_fields=["cancel_pending", "seen_at"])


def cancel_refused(check_id: str | UUID, *, sentence: str) -> None:
    """Take our cancel back: the vendor did not carry it out. What has no id there yet stays canceled here."""
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        if not check.cancel_pending:
            return
        check.cancel_pending = False
        taken = step(State(check.state), Event.CANCEL_REFUSED) if check.vendor_id else None
        if taken is None:
            check.save(update_fields=["cancel_pending"])
            announcements.tell(check, Entry.NOT_CANCELED, detail=sentence)
            return
        check.canceled_by = None
        steps.make_way(check, taken.to)
        steps.take(check, taken, detail=sentence)


def reminded(check_id: str | UUID, *, sentence: str = "") -> None:
    """Say that the vendor reminded, or with a sentence why not."""
    with transaction.atomic():
        announcements.publish(activity.REMINDED, steps.lock_for_worker(check_id), detail=sentence, vendor=not sentence)


def apply_seen(check_id: UUID, *, event: Event, seen: wire.Check | None, asked_at: datetime) -> ReferenceCheck:
    """Apply what the vendor said about a check; no change writes no entry.

    Never goes back: an answer that was asked for earlier, that is of an earlier change or knows of less progress than
    we do is dropped, and nothing leaves *complete*.

    Args:
        check_id: the check.
        event: what the answer means; `SEEN_GONE` without one.
        seen: the request as answered.
        asked_at: when it was asked (UTC).
    """
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        if check.seen_at is not None and asked_at < check.seen_at:
            return check
        check.seen_at = asked_at
        if seen is None:
            _take_seen(check, event)
            return check
        if _is_older(seen, check):
            check.save(update_fields=["seen_at"])
            return check
        was_past_due, answered_before = check.is_past_due, check.answered_count
        _keep_columns(check, seen)
        if event == Event.SEEN_COMPLETED and check.completed_at is None:
            check.completed_at = seen.status_updated_on or seen.updated_on or asked_at
            check.cancel_pending = False
        _take_seen(check, event)
        if check.state == State.COMPLETED:
            announcements.progress(check, begins=False)
            reports.arrived(check)
            connection.forget_key_if_over(check.installation)
            return check
        if check.state == State.IN_PROGRESS and check.answered_count != answered_before:
            announcements.progress(check)
        if check.is_past_due and not was_past_due and check.is_open:
            announcements.publish(activity.PAST_DUE, check, vendor=True)
        if not check.is_open:
            connection.forget_key_if_over(check.installation)
    return check


def _take_seen(check: ReferenceCheck, event: Event) -> None:
    taken = step(State(check.state), event)
    if taken is None:
        check.save()
        return
    steps.make_way(check, taken.to)
    steps.take(check, taken, detail=announcements.detail_of(check, taken.entry, event), vendor=True)


def _is_older(seen: wire.Check, check: ReferenceCheck) -> bool:
    before, after = check.status_updated_on, seen.status_updated_on
    return seen.progress < check.progress or (before is not None and after is not None and after < before)


def _keep_columns(check: ReferenceCheck, seen: wire.Check) -> None:
    check.vendor_status, check.status_is_unknown = seen.status, seen.status_is_unknown
    check.status_updated_on = seen.status_updated_on or check.status_updated_on
    check.progress = seen.progress
    if seen.references:
        # An empty list of a late answer takes nobody away.
        check.entered_count, check.answered_count = len(seen.references), seen.answered
    check.is_past_due = seen.is_past_due
    if connection.is_link(seen.report_url):
        check.report_url = seen.report_url
    reports.keep_references(check, seen.references)


def _uncertain(check_id: UUID, sentence: str, matches: Sequence[wire.Check]) -> None:
    with transaction.atomic():
        check = steps.lock_for_worker(check_id)
        taken = step(State(check.state), Event.LOST)
        if taken is None:
            return
        check.failure = sentence[:300]
        check.matches = [
            {
                "id": found.id,
                "position": found.position,
                "status": found.status,
                "progress": found.progress,
                "created_at": found.created_at.isoformat() if found.created_at else "",
            }
            for found in matches
        ]
        steps.take(check, taken, detail=sentence)


def _number_word(value: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(value, str(value))
