"""What the worker reads: files as they are stored, and again by command."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from newsfeed import facts, feed
from newsfeed.facts import Fact
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Attachment
from recruiting.candidates.activity import FilePayload
from recruiting.events import FileStored
from recruiting.foundation import clock, documents
from recruiting.outbox import tasks
from recruiting.outbox.tasks import Attempt
from recruiting.resumes import activity, child
from recruiting.resumes.models import MAX_TRIES, DocumentText

SECONDS = 40.0
"""After how many a run begins no further file: it ends before the worker's own limit."""
ENDINGS = {content_type: ending for ending, content_type in documents.TEXTS.items()}


class OfCompany(NamedTuple):
    """Whose files are to be read, as the subject of a message."""

    id: UUID
    company_id: UUID


def note_stored(event: FileStored) -> None:
    """Have a file read that was just stored, if it is one that can be."""
    attachment = Attachment.objects.filter(pk=event.attachment_id).only("company_id", "content_type").first()
    if attachment is not None and attachment.content_type in ENDINGS:
        DocumentText.objects.create(company_id=attachment.company_id, attachment=attachment)
        enqueue([attachment.company_id])


def enqueue(companies: Iterable[UUID]) -> None:
    """Have the worker read what waits of these companies."""
    for company in companies:
        read_waiting.enqueue(OfCompany(company, company))


@tasks.task("resumes.read", about="company", order_by="resumes")
def read_waiting(attempt: Attempt) -> None:
    """Read up to `child.FILES` files of a company in one child; what is left is the next message's."""
    company = UUID(attempt.payload["company"])
    waiting = DocumentText.objects.filter(company=company, is_waiting=True)
    # What was never read comes first, whatever a new version of the reader reads again.
    news = Case(When(state=DocumentText.State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = list(
        waiting.select_related("attachment__application", "attachment__candidate").order_by(news, "id")[: child.FILES]
    )
    if not rows:
        return
    files = []
    for row in rows:
        if row.tries >= MAX_TRIES:
            store(row, child.UNREADABLE)
        else:
            files.append(child.File(row, ENDINGS[row.attachment.content_type], lambda row=row: content_of(row)))  # type: ignore[misc]
    for row, answer in child.read(files, seconds=SECONDS):
        store(row, answer)
    if waiting.exists():
        with transaction.atomic():
            enqueue([company])


def content_of(row: DocumentText) -> bytes | None:
    """Return the bytes of a file that is read next, None when they are gone."""
    # Counted before the work: a file at which this process ends is not begun for ever.
    DocumentText.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    try:
        with row.attachment.file.open("rb") as stored:
            return bytes(stored.read())
    except FileNotFoundError:
        return None


def store(row: DocumentText, answer: dict[str, object]) -> None:
    """Keep what the child said of a file, unless the file went meanwhile, and tell of it the first time."""
    with transaction.atomic():
        if _keep(row, answer) and row.state == DocumentText.State.WAITING:
            _tell(row.attachment, was_read=answer["state"] == DocumentText.State.READ)


def _tell(file: Attachment, *, was_read: bool) -> None:
    if was_read:
        read = Fact(
            activity.FILE_READ,
            company_id=file.company_id,
            application_id=file.application_id,
            job_id=file.application.job_id if file.application else None,
            candidate_id=file.candidate_id,
            ids={"file": file.pk},
            audience=_audience(file),
        )
        facts.publish([read])
        return
    feed.publish(
        activity.UNREADABLE,
        FilePayload(candidate=file.candidate.name, file=file.name),
        actor=None,
        application=file.application,
        candidate=file.candidate,
        subject_id=file.pk,
        audience=_audience(file),
    )


def _audience(file: Attachment) -> NewsfeedEntry.Audience:
    return NewsfeedEntry.Audience.ALL_JOBS if file.is_unplaced else NewsfeedEntry.Audience.EVERYONE


def _keep(row: DocumentText, answer: dict[str, object]) -> int:
    kept = DocumentText.objects.filter(pk=row.pk).update(
        state=answer["state"],
        is_waiting=False,
        tries=0,
        reader_version=answer["version"],
        text=answer["text"],
        blocks=answer["blocks"],
        links=answer["links"],
        fields=answer["fields"],
        pages=answer["pages"],
        is_cut=answer["is_cut"],
        updated_at=clock.now(),
    )
    return int(kept)


def read_again(*, limit: int | None = None) -> int:
    """Have the worker read what was never read or read by an older reader; return how many files.

    Args:
        limit: at most so many, the newest first; all by default.
    """
    never = Attachment.objects.filter(content_type__in=ENDINGS, reading=None).order_by("-id")
    old = DocumentText.objects.outdated().order_by("-id")
    done = 0
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        with transaction.atomic():
            new = list(never.only("company_id")[:size])
            made = [DocumentText(company_id=each.company_id, attachment=each) for each in new]
            DocumentText.objects.bulk_create(made, ignore_conflicts=True)
            again = list(old.only("company_id")[: size - len(new)])
            DocumentText.objects.filter(pk__in=[each.pk for each in again]).update(is_waiting=True, tries=0)
            enqueue({each.company_id for each in (*new, *again)})
        done += len(new) + len(again)
        if not new and not again:
            break
    return done


BATCH = 1000
"""How many files one transaction of `read_again` marks."""
