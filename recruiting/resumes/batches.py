"""Résumés dropped on a job: up to 50 files, each read and made an application, and each reversible."""

from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any, NamedTuple, cast
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F

from recruiting.applications import files, takeback
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.candidates.models import Candidate, Source
from recruiting.candidates.services import CandidateDetails, DuplicateCandidate, Profile
from recruiting.companies.models import Membership
from recruiting.foundation import clock, documents, text
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound, RecruitingError
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job
from recruiting.outbox import tasks
from recruiting.outbox.schedules import ScheduledTask
from recruiting.outbox.schedules import register as schedule
from recruiting.outbox.tasks import Attempt
from recruiting.resumes import child, profile
from recruiting.resumes.models import MAX_TRIES, SENTENCES, DocumentText, HeldResume, ResumeBatch, ResumeBatchItem
from recruiting.resumes.tasks import ENDINGS, SECONDS, store

State = ResumeBatchItem.State
NO_NAME = "No name was found. Enter one to add this person."
KNOWN = "Looks like someone you already have: {name}, same email."
HIDDEN = "Someone with this email is here already, on jobs that you do not see."


def start(
    *, job: Job, uploads: "Sequence[File[bytes]]", by: Membership, source: Source | None = None, as_lead: bool = False
) -> ResumeBatch:
    """Take résumés for a job; the worker reads them and adds who is in them.

    Args:
        job: onto which they come.
        uploads: 1 to `ResumeBatch.MAX_FILES` files; one that is no document becomes a row that says so.
        by: who adds them; everything happens in their name and within their rights.
        source: where all of them come from.
        as_lead: whether they have not applied.

    Raises:
        NotAllowed: when the actor may not add candidates to the job.
        Conflict: when the job is closed.
        InvalidInput: without a file or with too many.
    """
    access.require(by, Action.ADD_CANDIDATE, job)
    if job.state == Job.State.CLOSED:
        raise Conflict(f"{job} is closed. Open it before you add candidates.")
    if not uploads:
        raise InvalidInput(fields={"resumes": "Choose at least one file."})
    if len(uploads) > ResumeBatch.MAX_FILES:
        most = f"Choose up to {ResumeBatch.MAX_FILES} files at once; these are {len(uploads)}."
        raise InvalidInput(fields={"resumes": most})
    with transaction.atomic():
        batch = ResumeBatch.objects.create(company=job.company, job=job, source=source, as_lead=as_lead, added_by=by)
        for position, upload in enumerate(uploads):
            _keep(batch, position, upload)
        read_batch.enqueue(Subject(batch.pk, batch.company_id))
    return batch


class Subject(NamedTuple):
    """A batch, as the subject of a message."""

    id: UUID
    company_id: UUID


def _keep(batch: ResumeBatch, position: int, upload: "File[bytes]") -> None:
    item = ResumeBatchItem(company_id=batch.company_id, batch=batch, position=position)
    item.name = text.file_name(str(upload.name))
    try:
        if upload.size > files.MAX_BYTES:
            raise InvalidInput(fields={"file": f"This file is over {files.MAX_BYTES // 2**20} MB."})
        item.content_type = documents.require(item.name, cast(IO[bytes], upload), accepted=documents.TEXTS)
    except InvalidInput as refusal:
        item.state, item.reason = State.REFUSED, refusal.message
    else:
        item.file.save(item.name, upload, save=False)
    item.save(force_insert=True)


# ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────────
@tasks.task("resumes.read_batch", about="batch", order_by="resume_batch")
def read_batch(attempt: Attempt) -> None:
    """Read up to `child.FILES` files of a batch and add who is in them; what is left is the next message's."""
    batch = ResumeBatch.objects.select_related("job", "source", "company", "added_by__user", "added_by__company")
    found = batch.filter(pk=attempt.payload["batch"]).first()
    if found is None:
        return
    waiting = ResumeBatchItem.objects.filter(batch=found, state=State.WAITING)
    items = list(waiting.order_by("position")[: child.FILES])
    asked = []
    for item in items:
        if item.tries >= MAX_TRIES:
            take(item, found, child.UNREADABLE)
        else:
            asked.append(child.File(item, ENDINGS[item.content_type], lambda item=item: _content(item)))  # type: ignore[misc]
    for item, answer in child.read(asked, seconds=SECONDS):
        take(item, found, answer)
    if waiting.exists():
        with transaction.atomic():
            read_batch.enqueue(Subject(found.pk, found.company_id))


def _content(item: ResumeBatchItem) -> bytes | None:
    ResumeBatchItem.objects.filter(pk=item.pk).update(tries=F("tries") + 1)
    try:
        with item.file.open("rb") as stored:
            return bytes(stored.read())
    except FileNotFoundError:
        return None


def take(item: ResumeBatchItem, batch: ResumeBatch, answer: dict[str, Any]) -> None:
    """Add who is in a file that was read, or say why somebody has to decide."""
    by = batch.added_by
    item.reading = answer
    proposed = profile.found_in(item.fields)
    if answer["state"] != DocumentText.State.READ:
        _ask(item, f"{SENTENCES[answer['state']].partition(',')[0].rstrip('.')}. {NO_NAME}")
    elif by is None or not by.is_active:
        _ask(item, "Whoever dropped these files has no access any more.")
    elif not (proposed["first_name"] or proposed["last_name"]):
        _ask(item, NO_NAME)
    else:
        try:
            add(item=item, by=by)
        except DuplicateCandidate as known:
            visible = Candidate.objects.visible_to(by).filter(pk=known.candidate.pk).exists()
            _ask(
                item,
                KNOWN.format(name=known.candidate.name) if visible else HIDDEN,
                known.candidate if visible else None,
            )
        except RecruitingError as refusal:
            _ask(item, refusal.message)


def _ask(item: ResumeBatchItem, reason: str, candidate: Candidate | None = None) -> None:
    # Unless somebody left it out meanwhile.
    ResumeBatchItem.objects.filter(pk=item.pk, state=State.WAITING).update(
        state=State.ASKS, reason=reason[:300], candidate=candidate, reading=item.reading, updated_at=clock.now()
    )


# ── What a person does with a row ────────────────────────────────────────────────────────────────────────────────────
def add(*, item: ResumeBatchItem, by: Membership, details: CandidateDetails | None = None) -> Application:
    """Make a person and an application of a file.

    Args:
        item: one that waits or asks.
        by: who adds them.
        details: what somebody typed instead of what was found.

    Raises:
        NotAllowed, NotFound, InvalidInput, Conflict, DuplicateCandidate: as `applications.add_candidate`.
    """
    with transaction.atomic():
        locked = _lock(item, by)
        found = profile.found_in(item.fields)
        batch = locked.batch
        application = applications.add_candidate(
            job=batch.job,
            details=details
            or CandidateDetails(**{name: found[name] for name in CandidateDetails.__dataclass_fields__}),
            profile=Profile(**{name: found[name] for name in ("current_title", "current_employer", "links")}),
            source=batch.source,
            as_lead=batch.as_lead,
            by=by,
        )
        _attach(locked, application, by)
        locked.write(
            state=State.ADDED,
            reason="",
            application=application,
            candidate=application.candidate,
            made_person=True,
            reading=locked.reading,
        )
        _forget_file(locked)
    return application


def add_to_known(*, item: ResumeBatchItem, by: Membership) -> Application:
    """Put the person who is here already, whose address the file has, on the job, or the file with their application.

    Raises:
        NotFound: when nobody is known, or the actor does not see them.
        NotAllowed, Conflict: as `applications.add_to_job`.
    """
    with transaction.atomic():
        locked = _lock(item, by)
        known = Candidate.objects.visible_to(by).filter(pk=locked.candidate_id or UUID(int=0)).first()
        if known is None:
            raise NotFound("There is nobody here to add this file to.")
        batch = locked.batch
        there = Application.objects.visible_to(by).filter(candidate=known, job=batch.job).first()
        application = there or applications.add_to_job(
            candidate=known, job=batch.job, source=batch.source, as_lead=batch.as_lead, by=by
        )
        file = _attach(locked, application, by)
        # Undoing takes away what was made: the application, or only the file.
        kept = {**locked.reading, "file_only": str(file.pk)} if there else locked.reading
        locked.write(state=State.ADDED, reason="", application=application, made_person=False, reading=kept)
        _forget_file(locked)
    return application


def skip(*, item: ResumeBatchItem, by: Membership) -> ResumeBatchItem:
    """Leave a file out; it is deleted."""
    with transaction.atomic():
        locked = _lock(item, by)
        locked.write(state=State.SKIPPED, reason="", reading={})
        _forget_file(locked)
    return locked


def undo(*, item: ResumeBatchItem, by: Membership) -> ResumeBatchItem:
    """Take back what a file made; the row asks again, with the file.

    Raises:
        NotFound: when the row made nothing that is still there.
        NotAllowed: when the actor may not add candidates to the job.
        Conflict: when something happened to the application since.
    """
    with transaction.atomic():
        locked = _lock(item, by, states=(State.ADDED,))
        application = locked.application
        if application is None:
            raise NotFound("What this file made is not there any more.")
        only = locked.reading.get("file_only")
        mine = Attachment.objects.filter(application=application, candidate=application.candidate_id)
        file = mine.filter(pk=only).first() if only else mine.order_by("id").first()
        if file is not None:
            with file.file.open("rb") as stored:
                locked.file.save(locked.name, ContentFile(stored.read()), save=False)
        reading = {name: value for name, value in locked.reading.items() if name != "file_only"}
        known = None if locked.made_person else locked.candidate
        person = application.candidate.name
        if only:
            if file is not None:
                files.remove_file(attachment=file, by=by, seen_from=application)
        else:
            takeback.take_back(application=application, with_person=locked.made_person, by=by)
        locked.write(
            state=State.UNDONE,
            reason=f"{person} was taken back.",
            application=None,
            candidate=known,
            made_person=False,
            reading=reading,
            file=locked.file,
        )
    return locked


def _lock(
    item: ResumeBatchItem, by: Membership, *, states: Sequence[str] = (State.WAITING, State.ASKS, State.UNDONE)
) -> ResumeBatchItem:
    rows = ResumeBatchItem.objects.select_related("batch__job__company", "batch__source", "candidate", "application")
    locked = rows.locked(item, by, called="file")
    access.require(by, Action.ADD_CANDIDATE, locked.batch.job)
    if locked.state not in states:
        raise Conflict(f"{locked.name} is {locked.get_state_display().lower()} meanwhile. Nothing was done.")
    # What was read and not yet kept.
    locked.reading = item.reading or locked.reading
    return locked


def _attach(item: ResumeBatchItem, application: Application, by: Membership) -> Attachment:
    """Keep the file with the application, with what was read of it, so that it is not read again."""
    with item.file.open("rb") as stored:
        upload = ContentFile(stored.read())
    kind = Attachment.Kind.RESUME
    attachment = files.add_file(application=application, upload=upload, name=item.name, by=by, kind=kind)
    reading = DocumentText.objects.filter(attachment=attachment).first()
    if reading is not None and "state" in item.reading:
        store(reading, item.reading)
    return attachment


KEEP = timedelta(days=30)
KEEP_HELD = timedelta(days=1)


def forget_old() -> None:
    """Delete batches after 30 days and résumés held for a form after one, with their files."""
    now = clock.now()
    old = ResumeBatchItem.objects.filter(batch__created_at__lt=now - KEEP).exclude(file="")
    held = HeldResume.objects.filter(created_at__lt=now - KEEP_HELD)
    for stored in (*(item.file for item in old.only("file")), *(each.file for each in held.only("file"))):
        stored.storage.delete(str(stored.name))
    ResumeBatch.objects.filter(created_at__lt=now - KEEP).delete()
    held.delete()


schedule(ScheduledTask(name="resumes.forget", function="recruiting.resumes.batches.forget_old", minutes=60))


def _forget_file(item: ResumeBatchItem) -> None:
    """Delete the file of a row, after the commit."""
    storage, name = item.file.storage, str(item.file.name)
    if name:
        item.write(file="")
        transaction.on_commit(lambda: storage.delete(name), robust=True)
