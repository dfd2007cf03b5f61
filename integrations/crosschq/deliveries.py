"""Keeps the promises about reference checks: HTTP outside any transaction, the result in a short one.

Creating is not idempotent at the vendor. So the first attempt posts; any later one first waits until the vendor must
have settled what the earlier one did, looks for it in the list, adopts it when it is there, and posts only when nothing
is. Where the vendor cannot list, nothing is ever posted a second time: the check becomes uncertain, and a person looks.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from integrations import keys, outbound
from integrations.crosschq import checks, connection, outcomes, people, reports, wire
from integrations.crosschq.client import CrosschqClient
from integrations.crosschq.models import Connection, ReferenceCheck, ReportFile
from integrations.crosschq.orders import Order
from integrations.crosschq.states import OPEN, Event, State
from integrations.models import Credential
from recruiting.foundation import clock, text
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnreached,
)
from recruiting.outbox.outbox import Delivery, GiveUp, Park, Postpone, Retry

# How far the vendor's clock may be behind ours when a lost answer is looked for.
CLOCK_SKEW = timedelta(minutes=5)
# How long after completion the vendor may still be making its PDFs; later, its account makes none.
PDFS_BY = timedelta(minutes=5)
LOOK_FOR_PDF_AGAIN = timedelta(minutes=1)


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def send(delivery: Delivery) -> None:
    """Create the check at the vendor, or adopt what an earlier attempt created."""
    begun = outcomes.begin_sending(delivery.payload["check"])
    if begun is None:
        return
    check, first = begun
    try:
        _send(delivery, check, first=first)
    except (Park, Postpone):
        # Nothing has left: no key, or a pause. Whoever cancels it now need not look for it at the vendor.
        if first:
            outcomes.forget_attempt(check.pk)
        raise


def _send(delivery: Delivery, check: ReferenceCheck, *, first: bool) -> None:
    credential = connection.working_key(check.installation)
    told = connection.of(check.installation)
    with outbound.conversation(check.installation, credential):
        client = _client(credential)
        if not first:
            matches = _look(delivery, credential, check, told)
            if matches is None:
                return
            if len(matches) == 1:
                outcomes.adopted(check.pk, matches[0].id)
                return
            if matches:
                outcomes.unsure(check.pk, matches)
                return
        if check.state != State.QUEUED:
            outcomes.cancel_done(check.pk, asked_at=clock.now())
            return
        outcomes.created(check.pk, _post(client, check, told))


def _look(
    delivery: Delivery, credential: Credential, check: ReferenceCheck, told: Connection
) -> list[wire.Check] | None:
    """Return what an earlier attempt may have created; None when nobody can say, which is noted then."""
    if told.can_list:
        outbound.wait_until_settled(delivery, "Crosschq didn't confirm. We look before we send again.")
        try:
            with keys.tell_apart(credential):
                return _find(_client(credential), check)
        except VendorRejected:
            # It says that it can list, and cannot.
            pass
    if check.state == State.QUEUED:
        outcomes.lost(check.pk)
    else:
        outcomes.cancel_refused(check.pk, sentence=_cannot_look(check))
    return None


def _post(client: CrosschqClient, check: ReferenceCheck, told: Connection) -> str:
    """Ask for the check; where the vendor does not know the requestor, once more in the name of the usual one."""
    try:
        return _create(client, check)
    except VendorRejected as refusal:
        if wire.REQUESTOR_FIELD not in refusal.field_errors:
            raise
        unknown, default = Order.from_json(check.order).requestor, people.default_requestor(told)
        if default is None or text.email_key(default.user.email) == text.email_key(unknown):
            raise GiveUp(_unknown_requestor(unknown)) from refusal
    check = outcomes.owned_by(check.pk, default)
    try:
        return _create(client, check)
    except VendorRejected as refusal:
        if wire.REQUESTOR_FIELD in refusal.field_errors:
            raise GiveUp(_unknown_requestor(unknown)) from refusal
        raise


def _create(client: CrosschqClient, check: ReferenceCheck) -> str:
    try:
        return client.create(Order.from_json(check.order))
    except (VendorRateLimited, VendorAuthFailed, VendorRejected, VendorUnreached):
        # It surely did not act: nothing has to be looked for.
        outcomes.forget_attempt(check.pk)
        raise


def send_failed(delivery: Delivery, reason: str) -> None:
    """Note that the check was not sent."""
    outcomes.refused(delivery.payload["check"], reason)


def adopt(delivery: Delivery) -> None:
    """Look whether a request that a webhook spoke of is a check whose answer was lost."""
    check = _load(delivery)
    vendor_id: str = delivery.payload["vendor_id"]
    if check.vendor_id == vendor_id:
        # Its answer came just behind the webhook, whose news is still to be asked for.
        outcomes.adopted(check.pk, vendor_id)
        return
    if check.vendor_id or check.send_attempted_at is None:
        return
    credential = connection.working_key(check.installation)
    with outbound.conversation(check.installation, credential):
        try:
            found = _client(credential).check(vendor_id)
        except VendorNotFound:
            return
    if text.email_key(found.email) == text.email_key(check.invited_email) and len(_fitting([found], check)) == 1:
        outcomes.adopted(check.pk, vendor_id)


def _find(client: CrosschqClient, check: ReferenceCheck) -> list[wire.Check]:
    assert check.send_attempted_at is not None
    return _fitting(client.checks_of(check.invited_email, since=check.send_attempted_at - CLOCK_SKEW), check)


def _fitting(found: Sequence[wire.Check], check: ReferenceCheck) -> list[wire.Check]:
    """Return, of a candidate's requests, those that an earlier attempt may have created: position, time, not known."""
    assert check.send_attempted_at is not None
    since = check.send_attempted_at - CLOCK_SKEW
    known = set(
        ReferenceCheck.objects.filter(
            installation=check.installation, vendor_id__in=[request.id for request in found]
        ).values_list("vendor_id", flat=True)
    )
    return [
        request
        for request in found
        if request.id not in known
        and text.compare_key(request.position) == text.compare_key(check.position)
        and (request.created_at is None or request.created_at >= since)
    ]


# ── Ending, reminding ────────────────────────────────────────────────────────────────────────────────────────────────
def cancel(delivery: Delivery) -> None:
    """Cancel the request at the vendor, unless it is complete."""
    check = _load(delivery)
    if not check.cancel_pending:
        return
    credential = connection.working_key(check.installation)
    told = connection.of(check.installation)
    with outbound.conversation(check.installation, credential):
        client = _client(credential)
        if not check.vendor_id:
            _cancel_in_doubt(delivery, credential, check, told)
            return
        asked_at = clock.now()
        try:
            seen = client.check(check.vendor_id)
        except VendorNotFound:
            if _is_another_key(check, credential):
                sentence = f"Not canceled: the partner key was changed, and {_not_seen(check)}. Cancel it in Crosschq."
                outcomes.cancel_refused(check.pk, sentence=sentence)
            else:
                outcomes.cancel_done(check.pk, asked_at=asked_at)
            return
        if seen.event == Event.SEEN_COMPLETED:
            outcomes.apply_seen(check.pk, event=seen.event, seen=seen, asked_at=asked_at)
        elif seen.event != Event.SEEN_CANCELED:
            if not connection.can_cancel(told):
                raise GiveUp(checks.ONLY_THERE)
            client.cancel(check.vendor_id)
        outcomes.cancel_done(check.pk, asked_at=clock.now())


def cancel_failed(delivery: Delivery, reason: str) -> None:
    """Take the cancel back, since the vendor refused it."""
    outcomes.cancel_refused(delivery.payload["check"], sentence=f"Not canceled: {reason}")


def _cancel_in_doubt(delivery: Delivery, credential: Credential, check: ReferenceCheck, told: Connection) -> None:
    """Cancel what may or may not have been created: look for it first."""
    matches = _look(delivery, credential, check, told)
    if matches is None:
        return
    if len(matches) == 1:
        outcomes.adopted(check.pk, matches[0].id)
    elif matches:
        shown = f"Crosschq shows {len(matches)} requests for {check.invited_name}; cancel there."
        outcomes.cancel_refused(check.pk, sentence=shown)
    else:
        outcomes.cancel_done(check.pk, asked_at=clock.now())


def remind(delivery: Delivery) -> None:
    """Let the vendor remind whoever has not answered."""
    check = _load(delivery)
    if check.state not in OPEN or not check.vendor_id:
        return
    credential = connection.working_key(check.installation)
    with outbound.conversation(check.installation, credential):
        _client(credential).remind(check.vendor_id)
    outcomes.reminded(check.pk)


def remind_failed(delivery: Delivery, reason: str) -> None:
    """Say that nobody was reminded."""
    outcomes.reminded(delivery.payload["check"], sentence=f"Not reminded: {reason}")


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def refresh(delivery: Delivery) -> None:
    """Ask the vendor how the check stands and apply it."""
    check = _load(delivery)
    if not check.vendor_id or check.state == State.STOPPED:
        return
    credential = connection.working_key(check.installation)
    asked_at = clock.now()
    with outbound.conversation(check.installation, credential):
        try:
            seen = _client(credential).check(check.vendor_id)
        except VendorNotFound as error:
            _take_absence(check, credential, error)
            return
    outcomes.apply_seen(check.pk, event=seen.event, seen=seen, asked_at=asked_at)


def _take_absence(check: ReferenceCheck, credential: Credential, error: VendorNotFound) -> None:
    """Believe that a request is gone only from the key that was there when it was sent: another's sees others."""
    if _is_another_key(check, credential):
        raise Park(f"The partner key was changed, and {_not_seen(check)}.") from error
    outcomes.apply_seen(check.pk, event=Event.SEEN_GONE, seen=None, asked_at=clock.now())


def _is_another_key(check: ReferenceCheck, credential: Credential) -> bool:
    """Return whether the key came after the request was sent, so that it may be another organization's."""
    return credential.checked_at is not None and check.sent_at is not None and credential.checked_at > check.sent_at


def _not_seen(check: ReferenceCheck) -> str:
    return f"the new one does not see {check.invited_name}'s check"


# ── Copying the report ───────────────────────────────────────────────────────────────────────────────────────────────
def copy_report(delivery: Delivery) -> None:
    """Copy one PDF into the candidate's files: its link is signed and expires, so it is asked for anew each time."""
    file = ReportFile.objects.select_related("reference_check__installation").get(pk=delivery.payload["file"])
    if file.state != ReportFile.State.COPYING:
        return
    credential = connection.working_key(file.reference_check.installation)
    with outbound.conversation(file.reference_check.installation, credential):
        client = _client(credential)
        link = reports.link_of(client.check(file.reference_check.vendor_id), file.kind)
        if not link:
            if clock.machine_now() - delivery.written_at < PDFS_BY:
                raise Postpone(clock.machine_now() + LOOK_FOR_PDF_AGAIN, "Crosschq shows no PDF yet.")
            reports.absent(file.pk)
            return
        try:
            content = client.download(link, max_bytes=reports.MAX_BYTES)
        except VendorNotFound as error:
            raise Retry("The link had expired; a new one is asked for.") from error
    try:
        reports.copied(file.pk, content)
    except InvalidInput as error:
        raise GiveUp(reports.NOT_A_PDF) from error


def copy_failed(delivery: Delivery, reason: str) -> None:
    """Note that a PDF could not be copied."""
    reports.not_copied(delivery.payload["file"], reason)


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _load(delivery: Delivery) -> ReferenceCheck:
    return ReferenceCheck.objects.select_related("installation__company", "company", "application__candidate").get(
        pk=delivery.payload["check"]
    )


def _client(credential: Credential) -> CrosschqClient:
    return connection.client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)


def _unknown_requestor(email: str) -> str:
    return f"Crosschq does not know {email} as a user. Choose another requestor."


def _cannot_look(check: ReferenceCheck) -> str:
    return f"Crosschq may have {check.invited_name}'s request and cannot list it. Please look in Crosschq."
