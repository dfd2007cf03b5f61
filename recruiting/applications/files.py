"""Files of applications: added by people, brought by integrations, placed, removed, shared with vendors' servers.

A file belongs to the application through which it came in, unless somebody kept it with the person on purpose. Who sees
which is `Attachment.objects.visible_to`. What a file may be says `foundation.documents`.
"""

import secrets
from datetime import timedelta
from typing import IO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from newsfeed import facts, feed
from newsfeed.activity import ActivityType
from newsfeed.facts import Fact
from newsfeed.models import NewsfeedEntry
from recruiting import events, extensions
from recruiting.applications import activity
from recruiting.applications.models import Application, Attachment, SharedFile
from recruiting.candidates.activity import FILE_ADDED, FILE_CAME, FILE_REMOVED, FilePayload
from recruiting.companies.models import Membership
from recruiting.foundation import clock, documents, text
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.foundation.tokens import digest
from recruiting.jobs import access

MAX_BYTES = 10 * 1024 * 1024
"""How large a file may be that a person adds."""
SHARED_FOR = timedelta(days=7)


def add_file(
    *,
    application: Application,
    upload: "File[bytes]",
    name: str,
    by: Membership,
    kind: str = Attachment.Kind.OTHER,
    is_personal: bool = False,
) -> Attachment:
    """Keep a document or a picture (`documents.TYPES`) of up to 10 MB with an application.

    Args:
        application: which one; its job decides who sees the file.
        upload: the bytes.
        name: as people see it, with an ending.
        by: who adds it.
        kind: a value of `Attachment.Kind`; a résumé has to be a document (`documents.TEXTS`).
        is_personal: keep it with the person instead, for everybody who sees them on any job.

    Raises:
        InvalidInput: for another kind of file, a file that is not what its name says, or one that is too large.
        NotFound, NotAllowed: when the actor may not see the application, or not edit its candidate.
    """
    name = text.file_name(name)
    content_type = require_kind(name, upload, max_bytes=MAX_BYTES, kind=kind)
    with transaction.atomic():
        found = _editable(application, by)
        attachment = Attachment(
            company_id=found.company_id,
            candidate=found.candidate,
            application=None if is_personal else found,
            is_personal=is_personal,
            name=name,
            content_type=content_type,
            kind=kind,
            size=upload.size,
            added_by=by,
        )
        _store(attachment, upload)
        _write_entry(FILE_ADDED, attachment, by)
        _tell(attachment)
    return attachment


def receive_file(
    *, application: Application, content: bytes, name: str, max_bytes: int, kind: str = Attachment.Kind.OTHER
) -> Attachment:
    """Keep a file that an integration brings; what the newsfeed says of it is the integration's.

    Args:
        application: what it was brought for; the caller has locked it.
        content: all of it.
        name: as people see it, with an ending.
        max_bytes: how much this may be; an integration knows its vendor's files.
        kind: as of `add_file`.

    Raises:
        InvalidInput: as `add_file`.
    """
    name, upload = text.file_name(name), ContentFile(content)
    content_type = require_kind(name, upload, max_bytes=max_bytes, kind=kind)
    with transaction.atomic():
        attachment = Attachment(
            company_id=application.company_id,
            candidate_id=application.candidate_id,
            application=application,
            name=name,
            content_type=content_type,
            kind=kind,
            size=len(content),
        )
        _store(attachment, upload)
        _tell_came(attachment)
        _tell(attachment)
    return attachment


def take_over(
    *, application: Application, stored: str, name: str, content_type: str, size: int, kind: str = Attachment.Kind.OTHER
) -> Attachment:
    """Keep a file that is stored already, as what came in through an application; nothing is copied.

    Args:
        application: which one; the caller has locked it.
        stored: its name in the default storage, which nothing else uses from now on.
        name: as people see it, with an ending.
        content_type, size: as they were when it was checked; bytes.
    """
    attachment = Attachment.objects.create(
        company_id=application.company_id,
        candidate_id=application.candidate_id,
        application=application,
        file=stored,
        name=name,
        content_type=content_type,
        size=size,
        kind=kind,
    )
    _tell_came(attachment)
    _tell(attachment)
    return attachment


def remove_file(*, attachment: Attachment, by: Membership, seen_from: Application) -> None:
    """Remove a file; its bytes go after the commit.

    Args:
        attachment: which one.
        by: who removes it. They need the right to edit on the job of the file's own application.
        seen_from: the application in whose record the actor looks, which decides about files that have none.

    Raises:
        NotFound: when the actor may not see the file.
        NotAllowed: when they may not remove it.
    """
    with transaction.atomic():
        locked = _lock(attachment, by)
        if locked.candidate_id != seen_from.candidate_id:
            raise NotFound("There is no such file on this candidate's record.")
        _editable(locked.application or seen_from, by)
        _write_entry(FILE_REMOVED, locked, by)
        stored, storage = str(locked.file.name), locked.file.storage
        locked.delete()
        transaction.on_commit(lambda: storage.delete(stored), robust=True)


def set_kind(*, attachment: Attachment, kind: str, by: Membership, seen_from: Application | None = None) -> Attachment:
    """Say what a file is for, such as a résumé; the same again writes nothing.

    Args:
        attachment: which file.
        kind: one of `Attachment.Kind`; only a document can be a résumé.
        by: who says so. They need the right to edit on the job of the file's own application.
        seen_from: as for `remove_file`; by default any of the person's applications that the actor may edit.

    Raises:
        NotFound, NotAllowed: as `remove_file`.
        InvalidInput: for a résumé that is no document.
    """
    with transaction.atomic():
        locked = _lock(attachment, by)
        about = locked.application or seen_from
        if about is None:
            editable = Application.objects.allowing(Action.EDIT_CANDIDATE, by).filter(candidate=locked.candidate_id)
            about = editable.order_by("-id").first()
        if about is None:
            raise NotAllowed("Your roles do not let you change this file.")
        if about.candidate_id != locked.candidate_id:
            raise NotFound("There is no such file on this candidate's record.")
        _editable(about, by)
        if kind == Attachment.Kind.RESUME and locked.content_type not in documents.TEXTS.values():
            raise InvalidInput(fields={"kind": "Only a document can be a résumé. Upload one as a PDF, for example."})
        locked.change(kind=kind)
    return locked


def place_file(*, attachment: Attachment, application: Application | None, by: Membership) -> Attachment:
    """Say where a file from before belongs, of which that is not known; what the newsfeed says of it follows.

    Args:
        attachment: an unplaced one.
        application: one of the person's; None keeps the file with the person.
        by: an Administrator.

    Raises:
        NotAllowed: for anyone else.
        NotFound: for another company's file, and for an application of somebody else.
        Conflict: when the file was placed meanwhile.
    """
    if not by.is_administrator:
        raise NotAllowed("Only Administrators say where a file belongs.")
    with transaction.atomic():
        locked = _lock(attachment, by)
        if application is not None and application.candidate_id != locked.candidate_id:
            raise NotFound("There is no such application of this candidate.")
        if not locked.is_unplaced:
            raise Conflict(f"{locked.name} was placed already.", code="placed")
        locked.write(application=application, is_personal=application is None, is_unplaced=False)
        NewsfeedEntry.objects.filter(
            company=locked.company_id, candidate=locked.candidate_id, verb=FILE_ADDED.verb, subject_id=locked.pk
        ).update(
            application=application,
            job=application.job_id if application else None,
            audience=NewsfeedEntry.Audience.EVERYONE,
        )
        _write_entry(activity.FILE_PLACED, locked, by)
    return locked


# ── Links for vendors' servers ───────────────────────────────────────────────────────────────────────────────────────
def share(*, attachment: Attachment, extension: str, label: str, subject_id: UUID) -> str:
    """Return an address at which whoever has it may open a file for seven days; each call makes another one.

    Args:
        attachment: the file.
        extension: the slug of the extension that shares it; `Extension.still_shares` takes it back.
        label: for whom, in words.
        subject_id: what of the extension's it is shared for, such as a request.

    Raises:
        Conflict: while nobody has said where the file belongs.
    """
    if attachment.is_unplaced:
        raise Conflict(f"Nobody has said where {attachment.name} belongs, so it is not shared.", code="unplaced")
    token = secrets.token_urlsafe(32)
    SharedFile.objects.create(
        company_id=attachment.company_id,
        attachment=attachment,
        extension=extension,
        label=text.one_line(label)[:120],
        subject_id=subject_id,
        token_digest=digest(token),
        expires_at=clock.now() + SHARED_FOR,
    )
    return f"{settings.PUBLIC_BASE_URL}/shared-files/{token}/"


def revoke(*, extension: str, subject_id: UUID) -> int:
    """End every link that an extension made for a subject; return how many there were."""
    links = SharedFile.objects.filter(extension=extension, subject_id=subject_id, revoked_at=None)
    return links.update(revoked_at=clock.now())


def find_shared(token: str) -> SharedFile | None:
    """Return what a link leads to, or None: unknown, too old, revoked, or no longer shared."""
    alive = SharedFile.objects.filter(revoked_at=None, expires_at__gt=clock.now())
    found = alive.filter(token_digest=digest(token)).select_related("attachment", "company").first()
    extension = extensions.get(found.extension) if found else None
    if found is None or extension is None or not extensions.is_enabled(extension, found.company):
        return None
    label = f"whether {extension.slug} still shares a file"
    return found if extensions.call_safely(lambda: extension.still_shares(found), default=False, label=label) else None


def note_opened(shared: SharedFile) -> None:
    """Note that a shared file was handed out."""
    now = clock.now()
    SharedFile.objects.filter(pk=shared.pk).update(
        opened_count=F("opened_count") + 1, first_opened_at=Coalesce("first_opened_at", now), last_opened_at=now
    )


def require_kind(
    name: str, upload: "File[bytes]", *, max_bytes: int = MAX_BYTES, kind: str = Attachment.Kind.OTHER
) -> str:
    """Return the content type of a file. Raises InvalidInput unless it is what its name says and not too large."""
    if upload.size > max_bytes:
        raise InvalidInput(fields={"file": _("This file is over %(most)s MB.") % {"most": max_bytes // 2**20}})
    accepted = documents.TEXTS if kind == Attachment.Kind.RESUME else documents.TYPES
    return documents.require(name, cast(IO[bytes], upload), accepted=accepted)


def _editable(application: Application, by: Membership) -> Application:
    """Return the application, on whose job the actor may edit candidates. Raises NotFound and NotAllowed."""
    visible = Application.objects.visible_to(by).select_related("candidate", "job")
    found = visible.filter(pk=application.pk).first()
    if found is None:
        raise NotFound("There is no such application in your company.")
    access.require(by, Action.EDIT_CANDIDATE, found.job)
    return found


def _lock(attachment: Attachment, by: Membership) -> Attachment:
    visible = Attachment.objects.visible_to(by).select_related("candidate", "application")
    return visible.locked(attachment, by, called="file")


def _store(attachment: Attachment, upload: "File[bytes]") -> None:
    """Write the bytes under our own name, then the row, as the last act that can fail."""
    attachment.file.save(attachment.name, upload, save=False)
    attachment.save(force_insert=True)


def _tell_came(attachment: Attachment) -> None:
    """Tell of a file that no member added."""
    application = attachment.application
    assert application is not None  # it came in through one
    came = Fact(
        FILE_CAME,
        company_id=attachment.company_id,
        application_id=application.pk,
        job_id=application.job_id,
        candidate_id=attachment.candidate_id,
        ids={"file": attachment.pk},
    )
    facts.publish([came])


def _tell(attachment: Attachment) -> None:
    """Tell of a stored file, after the newsfeed: what follows from it stands above it there."""
    events.publish(events.FileStored(company_id=attachment.company_id, attachment_id=attachment.pk))


def _write_entry(kind: ActivityType[FilePayload], attachment: Attachment, by: Membership) -> None:
    """Say something about a file to those who see it, and to nobody else."""
    Audience = NewsfeedEntry.Audience
    feed.publish(
        kind,
        FilePayload(candidate=attachment.candidate.name, file=attachment.name),
        actor=by,
        application=attachment.application,
        candidate=attachment.candidate,
        subject_id=attachment.pk,
        audience=Audience.ALL_JOBS if attachment.is_unplaced else Audience.EVERYONE,
    )
