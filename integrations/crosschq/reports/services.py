"""The report: on completion a note with its link, one mail to the owner, and its PDFs on their way into Files.

References' names and addresses are kept only where the company chose so; everywhere else they are counts.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from integrations import outbound
from integrations.crosschq import VENDOR, activity, schemas
from integrations.crosschq.models import Connection, KeptReference, ReferenceCheck, ReportFile
from integrations.crosschq.settings import connection
from integrations.requests import changes
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.companies.models import Membership
from recruiting.foundation import clock, text
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.vendor_errors import VendorNotFound
from recruiting.outbox import mail
from recruiting.outbox.tasks import Attempt, Discard, Retry, RetryAt

MAX_BYTES = 50 * 1024 * 1024
NOT_A_PDF = "Crosschq's file is not a PDF."
# How long after completion the vendor may still be making its PDFs; later, its account makes none.
PDFS_BY = timedelta(minutes=5)
LOOK_FOR_PDF_AGAIN = timedelta(minutes=1)

Kind, State = ReportFile.Kind, ReportFile.State


def arrived(check: ReferenceCheck) -> None:
    """Tell of a report, each thing once: note, mail and the copies of its PDFs. In the transaction that saw it."""
    _write_note(check)
    _notify_owner(check)
    for kind in Kind:
        file, is_new = ReportFile.objects.get_or_create(
            reference_check=check, kind=kind, defaults={"company_id": check.company_id}
        )
        if is_new:
            file.reference_check = check
            copy_report.enqueue(file)


def link_of(seen: schemas.Check, kind: str) -> str:
    """Return the vendor's link to one PDF; "" where it makes none."""
    link = seen.summary_pdf if kind == Kind.SUMMARY else seen.full_pdf
    return link if outbound.is_link(link) else ""


def save_references(check: ReferenceCheck, references: Sequence[schemas.Reference]) -> None:
    """Keep who the references are, where the company chose so."""
    if not references or not Connection.objects.filter(installation=check.installation, keeps_references=True).exists():
        return
    by_address = {text.email_key(reference.email): reference for reference in references}
    KeptReference.objects.bulk_create(
        [
            KeptReference(
                company_id=check.company_id, reference_check=check, **{**vars(one), "email": one.email.lower()}
            )
            for one in by_address.values()
        ],
        update_conflicts=True,
        unique_fields=["reference_check", "email"],
        update_fields=["first_name", "last_name", "phone", "status", "updated_at"],
    )


# ── The PDFs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def copied(file_id: UUID, content: bytes) -> None:
    """Keep a PDF with the candidate. Raises InvalidInput when it is none, or too large."""
    with transaction.atomic():
        file = _lock(file_id)
        if file.state != State.COPYING:
            return
        check = file.reference_check
        name = f"Reference report, {file.get_kind_display().lower()}.pdf"
        file.attachment = files.receive_file(
            application=check.application, content=content, name=name, max_bytes=MAX_BYTES
        )
        _settle(file, State.COPIED)


def absent(file_id: UUID) -> None:
    """Note that the vendor's account makes no such PDF."""
    with transaction.atomic():
        file = _lock(file_id)
        if file.state == State.COPYING:
            _settle(file, State.ABSENT)


def not_copied(file_id: UUID | str, reason: str) -> None:
    """Note that a PDF could not be copied; the link works."""
    with transaction.atomic():
        file = _lock(file_id)
        if file.state != State.COPYING:
            return
        _settle(file, State.FAILED, failure=reason[:300])
        changes.publish(activity.TYPES["report_not_copied"], file.reference_check, detail=reason)


def copy_again(*, request: ReferenceCheck, by: Membership) -> int:
    """*Copy again* what was not copied; return how many. Raises Conflict when there is nothing to copy."""
    with transaction.atomic():
        _, locked = changes.lock(request, by)
        again = list(ReportFile.objects.filter(reference_check=locked, state__in=[State.FAILED, State.ABSENT]))
        if not again:
            raise Conflict("There is nothing to copy.", code="nothing_to_copy")
        for file in again:
            file.reference_check = locked
            file.write(state=State.COPYING, failure="")
            copy_report.enqueue(file)
    return len(again)


def _settle(file: ReportFile, state: ReportFile.State, *, failure: str = "") -> None:
    """Put a locked file into its state; with the last one of a report say which were copied."""
    file.write(state=state, failure=failure, attachment=file.attachment)
    check = file.reference_check
    states = dict(ReportFile.objects.filter(reference_check=check).values_list("kind", "state"))
    if State.COPYING in states.values():
        return
    kinds = [kind.value for kind in Kind if states.get(kind) == State.COPIED]
    if kinds and state != State.ABSENT:
        changes.publish(activity.TYPES["report_copied"], check, detail=", ".join(kinds), vendor=True)
    connection.forget_key_if_over(check.installation)


def _lock(file_id: UUID | str) -> ReportFile:
    check_id = ReportFile.objects.values_list("reference_check_id", flat=True).get(pk=file_id)
    check = changes.lock_for_worker(ReferenceCheck.flow, check_id)
    file = ReportFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    file.reference_check = check
    return file


# ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────────
def copy_failed(attempt: Attempt, reason: str) -> None:
    """Note that a PDF could not be copied."""
    not_copied(attempt.payload["file"], reason)


@outbound.vendor_task(
    "crosschq.copy_report",
    about="file",
    order_by="report",
    channel=lambda file: outbound.channel_of(file.reference_check),
    on_failure=copy_failed,
)
def copy_report(attempt: Attempt) -> None:
    """Copy one PDF into the candidate's files: its link is signed and expires, so it is asked for anew each time."""
    file = ReportFile.objects.select_related("reference_check__installation").get(pk=attempt.payload["file"])
    if file.state != State.COPYING:
        return
    credential = connection.working_key(file.reference_check.installation)
    with outbound.handle_vendor_errors(file.reference_check.installation, credential):
        client = connection.worker_client(credential)
        link = link_of(client.check(file.reference_check.vendor_id), file.kind)
        if not link:
            if clock.machine_now() - attempt.written_at < PDFS_BY:
                raise RetryAt(clock.machine_now() + LOOK_FOR_PDF_AGAIN, "Crosschq shows no PDF yet.")
            absent(file.pk)
            return
        try:
            content = client.download(link, max_bytes=MAX_BYTES)
        except VendorNotFound as error:
            raise Retry("The link had expired; a new one is asked for.") from error
    try:
        copied(file.pk, content)
    except InvalidInput as error:
        raise Discard(NOT_A_PDF) from error


# ── The note and the mail ────────────────────────────────────────────────────────────────────────────────────────────
def _write_note(check: ReferenceCheck) -> None:
    if check.report_url and not check.note_written:
        body = f"Reference report: {check.report_url}"
        applications.receive_note(application=check.application, body=body, author_label=VENDOR)
        check.write(note_written=True)


def _notify_owner(check: ReferenceCheck) -> None:
    """Mail the owner once, unless the vendor was asked to."""
    owner = check.owner
    if check.owner_told or check.order["vendor_tells_owner"]:
        return
    if owner is None or not owner.can_sign_in:
        return
    check.write(owner_told=True)
    application = check.application
    tab = reverse("applications:candidate-tab", args=[application.candidate_id, application.pk, "reference-check"])
    lines = [
        f"The reference report on {check.invited_name} for {check.position} is ready: "
        f"{check.answered_count} of {check.asked_count} references.",
        f"The candidate's record: {settings.PUBLIC_BASE_URL}{tab}",
    ]
    if check.report_url:
        lines.append(f"The report (opens in Crosschq, which may ask you to sign in): {check.report_url}")
    mail.send(
        to=owner.email,
        subject=f"Reference report ready: {check.invited_name}, {check.position}"[:200],
        text="\n\n".join(lines) + "\n",
        company=check.company,
    )
