"""What the newsfeed says about applications and notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from newsfeed.activity import activity
from newsfeed.facts import fact
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Note, StageTransition
from recruiting.candidates.activity import FilePayload
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action
from recruiting.jobs import access

UNDO_WINDOW = timedelta(minutes=30)


@dataclass(frozen=True)
class AppliedPayload:
    """Who came onto which job, from where."""

    candidate: str
    job: str
    source: str = ""


@dataclass(frozen=True)
class ReceivedPayload:
    """Who came, and from where, as an integration calls it."""

    candidate: str
    origin: str


@dataclass(frozen=True)
class MovedPayload:
    """From where to where, by name."""

    candidate: str
    from_stage: str
    to_stage: str


@dataclass(frozen=True)
class StageRemovedPayload:
    """Which step is gone, and where its candidate is now."""

    candidate: str
    removed: str
    to_stage: str


@dataclass(frozen=True)
class ClosedPayload:
    """Why an application ended."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True)
class NotePayload:
    """A note is found by the entry's subject; its text stands in the note alone."""

    candidate: str


@dataclass(frozen=True)
class AutomationPayload:
    """Which step's automation did not start."""

    candidate: str
    stage: str


# ── Facts that programs are told of ──────────────────────────────────────────────────────────────────────────────────
CREATED = fact("application.created", "A candidate came onto a job, as an applicant or as a lead")
STEP_CHANGED = fact("application.moved", "A candidate moved to another step", subject="transition")
WAS_HIRED = fact("application.hired", "A candidate was hired", subject="transition")
WAS_REJECTED = fact("application.rejected", "A candidate was rejected")
WAS_WITHDRAWN = fact("application.withdrawn", "A candidate withdrew")
WAS_REOPENED = fact("application.reopened", "An application was reopened")
CONVERTED = fact("lead.converted", "A lead became an applicant")
NOTE_ADDED = fact("note.added", "A note was added", subject="note")


# ── Coming onto a job ────────────────────────────────────────────────────────────────────────────────────────────────
def _added(payload: AppliedPayload, actor: str) -> str:
    through = f" through {payload.source}" if payload.source else ""
    return f"{actor} added {payload.candidate} to {payload.job}{through}."


def _lead_added(payload: AppliedPayload, actor: str) -> str:
    origin = f" from {payload.source}" if payload.source else ""
    return f"{actor} added {payload.candidate} as a lead{origin}."


CANDIDATE_ADDED = activity(
    "applications.added", AppliedPayload, icon="user-plus", tone="info", sentence=_added, fact=CREATED
)
LEAD_ADDED = activity(
    "applications.lead_added", AppliedPayload, icon="user-plus", tone="info", sentence=_lead_added, fact=CREATED
)
# An integration brought a person, as a lead or without a job.
LEAD_RECEIVED = activity(
    "applications.lead_received", ReceivedPayload, icon="database-import", tone="info", sentence="Added from {origin}."
)
LEAD_CONVERTED = activity(
    "applications.lead_converted",
    ClosedPayload,
    icon="user-check",
    group="stages",
    sentence="{actor} converted {candidate} to an applicant.",
    fact=CONVERTED,
)


# ── Stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _moved(payload: MovedPayload, actor: str) -> str:
    origin = f" from {payload.from_stage}" if payload.from_stage else ""
    return f"{actor} moved {payload.candidate}{origin} to {payload.to_stage}."


def _undo(entries: Sequence[NewsfeedEntry], membership: Membership) -> Mapping[UUID, Mapping[str, Any]]:
    """Offer Undo on the last move of an application, for half an hour, to those who may move it."""
    since = clock.now() - UNDO_WINDOW
    recent = [entry for entry in entries if entry.occurred_at > since and entry.subject_id]
    if not recent:
        return {}
    transitions = _transitions(tuple(entry.subject_id for entry in recent if entry.subject_id))
    found = {
        pk: job
        for pk, from_stage, undoes, undone_by, is_last, stands, job in transitions
        if from_stage and not undoes and not undone_by and is_last and stands
    }
    jobs = access.jobs_allowing(Action.MOVE_APPLICATION, membership, set(found.values()))
    undoable = {pk for pk, job in found.items() if job in jobs}
    return {entry.id: {"undo_transition_id": entry.subject_id} for entry in recent if entry.subject_id in undoable}


@compiled
def _transitions(ids: tuple[UUID, ...]) -> QuerySet[StageTransition, Any]:
    later = StageTransition.objects.filter(application=OuterRef("application"), id__gt=OuterRef("pk"))
    # All but the key are columns: SQLite would begin with one of them if they were conditions.
    return (
        StageTransition.objects.filter(pk__in=ids)
        .annotate(is_last=~Exists(later), stands=Q(application__stage=F("to_stage")))
        .values_list("pk", "from_stage", "undoes", "undone_by", "is_last", "stands", "application__job")
    )


MOVED = activity(
    "applications.moved",
    MovedPayload,
    icon="arrow-right",
    group="stages",
    template_name="newsfeed/entries/applications/moved.html",
    sentence=_moved,
    live=_undo,
    fact=STEP_CHANGED,
)
MOVE_UNDONE = activity(
    "applications.move_undone",
    MovedPayload,
    icon="arrow-back-up",
    group="stages",
    sentence="{actor} undid a move; {candidate} is back in {to_stage}.",
    fact=STEP_CHANGED,
)
STEP_REMOVED = activity(
    "applications.step_removed",
    StageRemovedPayload,
    icon="arrow-right",
    group="stages",
    sentence="The step {removed} was removed; {candidate} is now in {to_stage}.",
    fact=STEP_CHANGED,
)
AUTOMATION_FAILED = activity(
    "applications.automation_failed",
    AutomationPayload,
    icon="bolt",
    tone="danger",
    sentence="The automation of the step {stage} did not start; the move itself is fine. We were told.",
)


# ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _because(payload: ClosedPayload) -> str:
    # The sentence ends with a full stop of its own.
    return f": {payload.reason.rstrip('.')}" if payload.reason else ""


HIRED = activity(
    "applications.hired",
    ClosedPayload,
    icon="rosette-discount-check",
    tone="success",
    group="stages",
    sentence="{actor} hired {candidate}.",
    fact=WAS_HIRED,
)
REJECTED = activity(
    "applications.rejected",
    ClosedPayload,
    icon="user-x",
    group="stages",
    sentence=lambda payload, actor: f"{actor} rejected {payload.candidate}{_because(payload)}.",
    fact=WAS_REJECTED,
)
WITHDRAWN = activity(
    "applications.withdrawn",
    ClosedPayload,
    icon="door-exit",
    group="stages",
    sentence=lambda payload, actor: f"{actor} withdrew {payload.candidate}{_because(payload)}.",
    fact=WAS_WITHDRAWN,
)
REOPENED = activity(
    "applications.reopened",
    ClosedPayload,
    icon="door-enter",
    group="stages",
    sentence="{actor} reopened the application.",
    fact=WAS_REOPENED,
)


# ── Notes and files ──────────────────────────────────────────────────────────────────────────────────────────────────
def _notes(entries: Sequence[NewsfeedEntry], membership: Membership) -> Mapping[UUID, Mapping[str, Any]]:
    """Return the notes (`note`), whose texts stand nowhere else."""
    notes = {note.pk: note for note in _notes_with(tuple(entry.subject_id for entry in entries if entry.subject_id))}
    return {entry.id: {"note": notes[entry.subject_id]} for entry in entries if entry.subject_id in notes}


@compiled
def _notes_with(ids: tuple[UUID, ...]) -> QuerySet[Note]:
    return Note.objects.filter(pk__in=ids)


NOTE_WRITTEN = activity(
    "applications.note_written",
    NotePayload,
    icon="note",
    group="notes",
    template_name="newsfeed/entries/applications/note_written.html",
    sentence="{actor} wrote a note.",
    live=_notes,
    fact=NOTE_ADDED,
)
NOTE_DELETED = activity(
    "applications.note_deleted", NotePayload, icon="note", group="notes", sentence="{actor} deleted a note."
)
# An Administrator said where a file from before belongs.
FILE_PLACED = activity(
    "applications.file_placed",
    FilePayload,
    icon="paperclip",
    group="files",
    sentence="{actor} said where {file} belongs.",
)
