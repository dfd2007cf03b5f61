"""What the newsfeed says about reference checks, in the story's own words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from integrations.crosschq import ways
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.states import Entry
from newsfeed.entries import EntryType, register
from newsfeed.models import NewsfeedEntry


@dataclass(frozen=True)
class CheckFact:
    """Whose check it is and what there is to say about it. `template` reads "Engineering, 3 references"."""

    candidate: str
    detail: str = ""
    template: str = ""
    stage: str = ""
    """The step whose entering sent it; "" when a person did."""
    answered: int = 0
    asked: int = 0


@dataclass(frozen=True)
class NotSentFact:
    """Why nothing was sent: a blocker's sentence and code, which the page turns into ways out."""

    candidate: str
    detail: str
    code: str


class CheckEntry(EntryType):
    """An entry about a check; beside the fact stands how the check is today."""

    group = "requests"
    template_name = "newsfeed/entries/crosschq/check.html"
    Payload = CheckFact

    def live(self, entries: Sequence[NewsfeedEntry], *, membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        """Return each entry's check (`check`), with its application, as of now, and whether the reader may act."""
        checks = ReferenceCheck.objects.select_related("application").in_bulk(
            [entry.subject_id for entry in entries if entry.subject_id]
        )
        may_send = _may_send(entries, membership)
        return {
            entry.id: {"check": checks[entry.subject_id], "may_send": entry.job_id in may_send}
            for entry in entries
            if entry.subject_id in checks
        }


@register
class Requested(CheckEntry):
    """A check was asked for, by a move or by a person."""

    verb = "crosschq.requested"
    title = "Reference Check Requested"
    icon = "clipboard-list"
    tone = "info"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say what was sent to whom."""
        if payload.stage:
            sent = f"Moving {payload.candidate} to {payload.stage} sent {payload.template}."
        else:
            sent = f"{actor} sent {payload.template} to {payload.candidate}."
        return f"{sent} {payload.detail}".strip()


@register
class Started(CheckEntry):
    """The candidate began."""

    verb = "crosschq.started"
    title = "Reference Check Started"
    icon = "progress"
    tone = "info"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say who started."""
        return f"{payload.candidate} started."


@register
class Progress(CheckEntry):
    """References answer: one entry of a check, kept up to date."""

    verb = "crosschq.progress"
    title = "Reference Check Progress"
    icon = "progress"
    tone = "info"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say how many answered."""
        return f"{payload.answered} of {payload.asked} references answered."


@register
class Completed(CheckEntry):
    """The report is there."""

    verb = "crosschq.completed"
    title = "Reference Check Completed"
    icon = "clipboard-check"
    tone = "success"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say of how many references the report is."""
        return f"The reference report is ready: {payload.answered} of {payload.asked} references."


@register
class PastDue(CheckEntry):
    """The vendor says that it takes too long."""

    verb = "crosschq.past_due"
    title = "Reference Check Past Due"
    icon = "clock-exclamation"
    tone = "warning"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say so."""
        return "Crosschq says this is past due."


@register
class Canceled(CheckEntry):
    """A member or the vendor's side canceled."""

    verb = "crosschq.canceled"
    title = "Reference Check Canceled"
    icon = "ban"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say who canceled."""
        return payload.detail or f"{actor} canceled the request."


@register
class NotCanceled(CheckEntry):
    """A cancel could not be carried out."""

    verb = "crosschq.not_canceled"
    title = "Reference Check Not Canceled"
    icon = "alert-triangle"
    tone = "danger"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say why."""
        return payload.detail or "The request was not canceled."


@register
class Stopped(CheckEntry):
    """A member no longer follows it."""

    verb = "crosschq.stopped"
    title = "Reference Check No Longer Followed"
    icon = "ban"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say who stopped, and that it runs on there."""
        return f"{actor} stopped following the check; in Crosschq it runs on."


@register
class Failed(CheckEntry):
    """The check was not sent."""

    verb = "crosschq.failed"
    title = "Reference Check Failed"
    icon = "clipboard-x"
    tone = "danger"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say why it was not sent."""
        return f"Not sent: {payload.detail}"


@register
class Uncertain(CheckEntry):
    """Nobody here can know whether the vendor has it."""

    verb = "crosschq.uncertain"
    title = "Reference Check Uncertain"
    icon = "clipboard-x"
    tone = "danger"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say what a person has to find out."""
        return payload.detail


@register
class AlreadyRequested(CheckEntry):
    """A candidate entered the step again; there is a check already."""

    verb = "crosschq.already_requested"
    title = "Reference Check Already Requested"
    icon = "copy-check"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say which check stands in the way."""
        return payload.detail


@register
class Reminded(CheckEntry):
    """The vendor reminded at a member's wish, or did not."""

    verb = "crosschq.reminded"
    title = "Reference Check Reminder"
    icon = "send"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say who was reminded, or why nobody was."""
        return payload.detail or f"Crosschq reminded {payload.candidate} and the references."


@register
class ReportCopied(CheckEntry):
    """The report's PDFs are among the candidate's files."""

    verb = "crosschq.report_copied"
    icon = "file-check"
    group = "files"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say which."""
        return f"Report copied to Files: {payload.detail}."


@register
class ReportNotCopied(CheckEntry):
    """A PDF could not be copied; the link works."""

    verb = "crosschq.report_not_copied"
    icon = "file-alert"
    tone = "warning"
    group = "files"

    def sentence(self, payload: CheckFact, *, actor: str) -> str:
        """Say so, and why."""
        return f"The PDF could not be copied. {payload.detail}".strip()


@register
class NotSent(EntryType):
    """A candidate entered the step and nothing was sent."""

    verb = "crosschq.not_sent"
    title = "Reference Check Not Sent"
    icon = "clipboard-off"
    tone = "warning"
    group = "requests"
    template_name = "newsfeed/entries/crosschq/not_sent.html"
    Payload = NotSentFact

    def sentence(self, payload: NotSentFact, *, actor: str) -> str:
        """Say why."""
        return payload.detail

    def live(self, entries: Sequence[NewsfeedEntry], *, membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        """Return `is_open` for entries whose application has no check since: their ways out still matter.

        Which of them the reader is offered: `may_send`; `by_choosing` where another template gets around it.
        """
        latest: dict[UUID | None, UUID] = {}
        rows = ReferenceCheck.objects.filter(application__in=[entry.application_id for entry in entries])
        for application_id, check_id in rows.order_by("id").values_list("application_id", "id"):
            latest[application_id] = check_id
        may_send = _may_send(entries, membership)
        # Ids are in the order of time, across tables.
        return {
            entry.id: {
                "is_open": latest.get(entry.application_id, entry.id) <= entry.id,
                "may_send": entry.job_id in may_send,
                "by_choosing": entry.payload.get("code") in ways.BY_CHOOSING,
            }
            for entry in entries
            if entry.application_id
        }


def _may_send(entries: Sequence[NewsfeedEntry], membership: Any) -> Collection[UUID]:
    return ways.jobs_to_send_on(membership, {entry.job_id for entry in entries if entry.job_id})


KINDS: Mapping[Entry, type[CheckEntry]] = {
    Entry.REQUESTED: Requested,
    Entry.STARTED: Started,
    Entry.COMPLETED: Completed,
    Entry.CANCELED: Canceled,
    Entry.NOT_CANCELED: NotCanceled,
    Entry.STOPPED: Stopped,
    Entry.FAILED: Failed,
    Entry.UNCERTAIN: Uncertain,
}
