"""What the newsfeed says about applications and notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from newsfeed.entries import EntryType, register
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Note, StageTransition
from recruiting.candidates.entries import FileFact
from recruiting.foundation import clock
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job

UNDO_WINDOW = timedelta(minutes=30)


@dataclass(frozen=True)
class AppliedFact:
    """Who came onto which job, from where."""

    candidate: str
    job: str
    source: str = ""


@dataclass(frozen=True)
class ReceivedFact:
    """Who came, and from where, as an integration calls it."""

    candidate: str
    origin: str


@dataclass(frozen=True)
class MovedFact:
    """From where to where, by name."""

    candidate: str
    from_stage: str
    to_stage: str


@dataclass(frozen=True)
class StepRemovedFact:
    """Which step is gone, and where its candidate is now."""

    candidate: str
    removed: str
    to_stage: str


@dataclass(frozen=True)
class ClosedFact:
    """Why an application ended."""

    candidate: str
    reason: str = ""


@dataclass(frozen=True)
class NoteFact:
    """A note is found by the entry's subject; its text stands in the note alone."""

    candidate: str


@dataclass(frozen=True)
class AutomationFact:
    """Which step's automation did not start."""

    candidate: str
    stage: str


@register
class CandidateAdded(EntryType):
    """A person came onto the job as an applicant."""

    verb = "applications.added"
    icon = "user-plus"
    tone = "info"
    Payload = AppliedFact

    def sentence(self, payload: AppliedFact, *, actor: str) -> str:
        """Say who added whom."""
        through = f" through {payload.source}" if payload.source else ""
        return f"{actor} added {payload.candidate} to {payload.job}{through}."


@register
class LeadAdded(EntryType):
    """A person came onto the job as a lead."""

    verb = "applications.lead_added"
    icon = "user-plus"
    tone = "info"
    Payload = AppliedFact

    def sentence(self, payload: AppliedFact, *, actor: str) -> str:
        """Say who added the lead."""
        origin = f" from {payload.source}" if payload.source else ""
        return f"{actor} added {payload.candidate} as a lead{origin}."


@register
class LeadReceived(EntryType):
    """An integration brought a person, as a lead or without a job."""

    verb = "applications.lead_received"
    icon = "database-import"
    tone = "info"
    Payload = ReceivedFact

    def sentence(self, payload: ReceivedFact, *, actor: str) -> str:
        """Say where the person came from."""
        return f"Added from {payload.origin}."


@register
class LeadConverted(EntryType):
    """A lead became an applicant."""

    verb = "applications.lead_converted"
    icon = "user-check"
    group = "stages"
    Payload = ClosedFact

    def sentence(self, payload: ClosedFact, *, actor: str) -> str:
        """Say who converted whom."""
        return f"{actor} converted {payload.candidate} to an applicant."


@register
class Moved(EntryType):
    """An application moved to another stage."""

    verb = "applications.moved"
    icon = "arrow-right"
    group = "stages"
    template_name = "newsfeed/entries/applications/moved.html"
    Payload = MovedFact

    def sentence(self, payload: MovedFact, *, actor: str) -> str:
        """Say who moved whom where."""
        origin = f" from {payload.from_stage}" if payload.from_stage else ""
        return f"{actor} moved {payload.candidate}{origin} to {payload.to_stage}."

    def live(self, entries: Sequence[NewsfeedEntry], *, membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        """Offer Undo on the last move of an application, for half an hour, to those who may move it."""
        since = clock.now() - UNDO_WINDOW
        recent = [entry for entry in entries if entry.occurred_at > since and entry.subject_id]
        if not recent:
            return {}
        later = StageTransition.objects.filter(application=OuterRef("application"), id__gt=OuterRef("pk"))
        transitions = StageTransition.objects.filter(
            ~Exists(later),
            pk__in=[entry.subject_id for entry in recent],
            undone_by__isnull=True,
            undoes__isnull=True,
            application__job__in=Job.objects.allowing(Action.MOVE_APPLICATION, membership),
        ).select_related("application")
        undoable = {t.pk for t in transitions if t.application.stage_id == t.to_stage_id and t.from_stage_id}
        return {entry.id: {"undo_transition_id": entry.subject_id} for entry in recent if entry.subject_id in undoable}


@register
class MoveUndone(EntryType):
    """A move was undone."""

    verb = "applications.move_undone"
    icon = "arrow-back-up"
    group = "stages"
    Payload = MovedFact

    def sentence(self, payload: MovedFact, *, actor: str) -> str:
        """Say where the person is back."""
        return f"{actor} undid a move; {payload.candidate} is back in {payload.to_stage}."


@register
class StepRemoved(EntryType):
    """The step in which an application stood was removed."""

    verb = "applications.step_removed"
    icon = "arrow-right"
    group = "stages"
    Payload = StepRemovedFact

    def sentence(self, payload: StepRemovedFact, *, actor: str) -> str:
        """Say where the person is now."""
        return f"The step {payload.removed} was removed; {payload.candidate} is now in {payload.to_stage}."


@register
class Hired(EntryType):
    """An application moved into the Hired group."""

    verb = "applications.hired"
    icon = "rosette-discount-check"
    tone = "success"
    group = "stages"
    Payload = ClosedFact

    def sentence(self, payload: ClosedFact, *, actor: str) -> str:
        """Say who hired whom."""
        return f"{actor} hired {payload.candidate}."


@register
class Rejected(EntryType):
    """An application was rejected."""

    verb = "applications.rejected"
    icon = "user-x"
    group = "stages"
    Payload = ClosedFact

    def sentence(self, payload: ClosedFact, *, actor: str) -> str:
        """Say who rejected whom and why."""
        return f"{actor} rejected {payload.candidate}{_because(payload)}."


@register
class Withdrawn(EntryType):
    """An application was withdrawn."""

    verb = "applications.withdrawn"
    icon = "door-exit"
    group = "stages"
    Payload = ClosedFact

    def sentence(self, payload: ClosedFact, *, actor: str) -> str:
        """Say who withdrew whom and why."""
        return f"{actor} withdrew {payload.candidate}{_because(payload)}."


@register
class Reopened(EntryType):
    """A rejected or withdrawn application is active again."""

    verb = "applications.reopened"
    icon = "door-enter"
    group = "stages"
    Payload = ClosedFact

    def sentence(self, payload: ClosedFact, *, actor: str) -> str:
        """Say who reopened it."""
        return f"{actor} reopened the application."


@register
class NoteWritten(EntryType):
    """A member wrote a note."""

    verb = "applications.note_written"
    icon = "note"
    group = "notes"
    template_name = "newsfeed/entries/applications/note_written.html"
    Payload = NoteFact

    def sentence(self, payload: NoteFact, *, actor: str) -> str:
        """Say who wrote."""
        return f"{actor} wrote a note."

    def live(self, entries: Sequence[NewsfeedEntry], *, membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        """Return the notes' texts."""
        notes = Note.objects.in_bulk([entry.subject_id for entry in entries if entry.subject_id])
        return {entry.id: {"note": notes[entry.subject_id]} for entry in entries if entry.subject_id in notes}


@register
class NoteDeleted(EntryType):
    """A member deleted their note."""

    verb = "applications.note_deleted"
    icon = "note"
    group = "notes"
    Payload = NoteFact

    def sentence(self, payload: NoteFact, *, actor: str) -> str:
        """Say who deleted."""
        return f"{actor} deleted a note."


@register
class FilePlaced(EntryType):
    """An Administrator said where a file from before belongs."""

    verb = "applications.file_placed"
    icon = "paperclip"
    group = "files"
    Payload = FileFact

    def sentence(self, payload: FileFact, *, actor: str) -> str:
        """Say who placed which file."""
        return f"{actor} said where {payload.file} belongs."


@register
class AutomationFailed(EntryType):
    """A step's automation did not start; the move itself is fine."""

    verb = "applications.automation_failed"
    icon = "bolt"
    tone = "danger"
    Payload = AutomationFact

    def sentence(self, payload: AutomationFact, *, actor: str) -> str:
        """Say that the move stands."""
        return f"The automation of the step {payload.stage} did not start; the move itself is fine. We were told."


def _because(payload: ClosedFact) -> str:
    # The sentence ends with a full stop of its own.
    return f": {payload.reason.rstrip('.')}" if payload.reason else ""
