"""Résumés held for *Add candidate*: read at once, and kept for a day until the person is added."""

from functools import partial
from typing import IO, cast

from django.core.files.base import ContentFile, File
from django.db import transaction

from recruiting.applications import files
from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.extensions import CandidateDraft
from recruiting.foundation import documents, text
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.ids import parse_uuid
from recruiting.resumes import child
from recruiting.resumes.models import DocumentText, HeldResume
from recruiting.resumes.tasks import ENDINGS, store

SECONDS = 5.0
"""How long somebody waits for a file to be read, before it is kept unread."""


def hold(*, upload: "File[bytes]", by: Membership) -> HeldResume:
    """Read a résumé and hold it. Whoever cannot wait for it fills the form in by hand.

    Raises:
        InvalidInput: for a file that is no document, or too large.
    """
    name = text.file_name(str(upload.name))
    if upload.size > files.MAX_BYTES:
        raise InvalidInput(fields={"file": f"This file is over {files.MAX_BYTES // 2**20} MB."})
    content_type = documents.require(name, cast(IO[bytes], upload), accepted=documents.TEXTS)
    content = upload.read()
    asked = child.File("held", ENDINGS[content_type], lambda: content)
    answer = next((answer for _, answer in child.read([asked], seconds=SECONDS)), {})
    made = HeldResume(company=by.company, added_by=by, name=name, content_type=content_type, reading=answer)
    made.file.save(name, ContentFile(content), save=False)
    made.save(force_insert=True)
    return made


def find(key: str, by: Membership) -> HeldResume | None:
    """Return what a member holds under a key."""
    pk = parse_uuid(key)
    return HeldResume.objects.filter(pk=pk, added_by=by, company=by.company).first() if pk else None


def as_draft(held: HeldResume) -> CandidateDraft:
    """Return a held résumé as *Add candidate* takes it."""
    return CandidateDraft(str(held.pk), held.name, partial(_opened, held), partial(_used, held))


def _opened(held: HeldResume) -> "File[bytes]":
    with held.file.open("rb") as stored:
        return ContentFile(stored.read(), name=held.name)


def _used(held: HeldResume, application: Application) -> None:
    """Hand what was read on to the file that was kept with the application, and let go of the held one."""
    kept = Attachment.objects.filter(application=application, kind=Attachment.Kind.RESUME).order_by("-id").first()
    reading = DocumentText.objects.filter(attachment=kept).first() if kept else None
    if reading is not None and held.reading:
        store(reading, held.reading)
    storage, name = held.file.storage, str(held.file.name)
    HeldResume.objects.filter(pk=held.pk).delete()
    transaction.on_commit(lambda: storage.delete(name), robust=True)
