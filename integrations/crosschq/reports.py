"""The report: on completion a note with its link, one mail to the owner, and its PDFs on their way into Files.

References' names and addresses are kept only where the company chose so; everywhere else they are counts.
"""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from integrations.crosschq import activity, announcements, connection, promises, steps, wire
from integrations.crosschq.models import Connection, KeptReference, ReferenceCheck, ReportFile
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.companies.models import Membership
from recruiting.foundation import text
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.outbox import mail

MAX_BYTES = 50 * 1024 * 1024
NOT_A_PDF = "Crosschq's file is not a PDF."

Kind, State = ReportFile.Kind, ReportFile.State


def arrived(check: ReferenceCheck) -> None:
    """Tell of a report, each thing once: note, mail and the copies of its PDFs. In the transaction that saw it."""
    _write_note(check)
    _tell_owner(check)
    for kind in Kind:
        file, is_new = ReportFile.objects.get_or_create(
            reference_check=check, kind=kind, defaults={"company_id": check.company_id}
        )
        if is_new:
            file.reference_check = check
            promises.copy_report(file)


def link_of(seen: wire.Check, kind: str) -> str:
    """Return the vendor's link to one PDF; "" where it makes none."""
    link = seen.summary_pdf if kind == Kind.SUMMARY else seen.full_pdf
    return link if connection.is_link(link) else ""


def keep_references(check: ReferenceCheck, references: Sequence[wire.Reference]) -> None:
    """Keep who the references are, where the company chose so."""
    if not references or not Connection.objects.filter(installation=check.installation, keeps_references=True).exists():
        return
    KeptReference.objects.bulk_create(
        [
            KeptReference(
                company_id=check.company_id,
                reference_check=check,
                email=reference.email.lower(),
                first_name=reference.first_name,
                last_name=reference.last_name,
                phone=reference.phone,
                status=reference.status,
            )
            for reference in {text.email_key(reference.email): reference for reference in references}.values()
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
        announcements.publish(activity.REPORT_NOT_COPIED, file.reference_check, detail=reason)


def copy_again(*, check: ReferenceCheck, by: Membership) -> int:
    """*Copy again* what was not copied; return how many. Raises Conflict when there is nothing to copy."""
    with transaction.atomic():
        application = applications.lock(check.application, by, Action.SEND_REQUEST)
        locked = steps.lock_alone(check.pk)
        locked.application = application
        again = list(ReportFile.objects.filter(reference_check=locked, state__in=[State.FAILED, State.ABSENT]))
        if not again:
            raise Conflict("There is nothing to copy.", code="nothing_to_copy")
        for file in again:
            file.reference_check = locked
            file.state, file.failure = State.COPYING, ""
            file.save(update_fields=["state", "failure"])
            promises.copy_report(file)
    return len(again)


def _settle(file: ReportFile, state: ReportFile.State, *, failure: str = "") -> None:
    """Put a locked file into its state; with the last one of a report say which were copied."""
    file.state, file.failure = state, failure
    file.save(update_fields=["state", "failure", "attachment"])
    check = file.reference_check
    states = dict(ReportFile.objects.filter(reference_check=check).values_list("kind", "state"))
    if State.COPYING in states.values():
        return
    kinds = [kind.value for kind in Kind if states.get(kind) == State.COPIED]
    if kinds and state != State.ABSENT:
        announcements.publish(activity.REPORT_COPIED, check, detail=", ".join(kinds), vendor=True)
    connection.forget_key_if_over(check.installation)


def _lock(file_id: UUID | str) -> ReportFile:
    check_id = ReportFile.objects.values_list("reference_check_id", flat=True).get(pk=file_id)
    check = steps.lock_for_worker(check_id)
    file = ReportFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    file.reference_check = check
    return file


# ── The note and the mail ────────────────────────────────────────────────────────────────────────────────────────────
def _write_note(check: ReferenceCheck) -> None:
    if check.report_url and not check.note_written:
        applications.receive_note(
            application=check.application,
            body=f"Reference report: {check.report_url}",
            author_label=announcements.VENDOR,
        )
        check.note_written = True
        check.save(update_fields=["note_written"])


def _tell_owner(check: ReferenceCheck) -> None:
    """Mail the owner once, unless the vendor was asked to."""
    owner = check.owner
    if check.owner_told or check.order["vendor_tells_owner"]:
        return
    if owner is None or not owner.is_active or not owner.user.is_active:
        return
    check.owner_told = True
    check.save(update_fields=["owner_told"])
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
        to=owner.user.email,
        subject=f"Reference report ready: {check.invited_name}, {check.position}"[:200],
        text="\n\n".join(lines) + "\n",
        company=check.company,
    )
