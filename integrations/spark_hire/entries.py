"""What the newsfeed says about video interviews, in the story's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import Entry
from newsfeed.entries import EntryType, register
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock


@dataclass(frozen=True)
class InterviewFact:
    """Whose interview it is and what there is to say about it."""

    candidate: str
    detail: str = ""


@dataclass(frozen=True)
class LinkFact:
    """What a job was linked to."""

    job: str
    vendor_job: str = ""
    detail: str = ""


class InterviewEntry(EntryType):
    """An entry about a request; shows how the request stands today."""

    group = "requests"
    template_name = "newsfeed/entries/spark_hire/interview.html"
    Payload = InterviewFact

    def live(self, entries: Sequence[NewsfeedEntry], *, membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        """Return each entry's request, and its state as of now."""
        requests = InterviewRequest.objects.select_related("application").in_bulk(
            [entry.subject_id for entry in entries if entry.subject_id]
        )
        now = clock.now()
        return {
            entry.id: {"request": requests[entry.subject_id], "state": requests[entry.subject_id].state_at(now)}
            for entry in entries
            if entry.subject_id in requests
        }


@register
class Requested(InterviewEntry):
    """A member asked for an interview."""

    verb = "spark_hire.requested"
    title = "Video Interview Requested"
    icon = "video-plus"
    tone = "info"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say who asked whom, and until when."""
        return f"{actor} asked {payload.candidate} for a video interview. {payload.detail}".strip()


@register
class Accepted(InterviewEntry):
    """The candidate accepted."""

    verb = "spark_hire.accepted"
    title = "Video Interview Accepted"
    icon = "user-check"
    tone = "info"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say who accepted."""
        return f"{payload.candidate} accepted the invitation."


@register
class Started(InterviewEntry):
    """The candidate is recording."""

    verb = "spark_hire.started"
    title = "Video Interview Started"
    icon = "progress"
    tone = "info"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say who started."""
        return f"{payload.candidate} started recording."


@register
class Completed(InterviewEntry):
    """The candidate finished."""

    verb = "spark_hire.completed"
    title = "Video Interview Completed"
    icon = "circle-check"
    tone = "success"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say who finished, and that the news came late where it did."""
        return f"{payload.candidate} completed the video interview{payload.detail}."


@register
class Expired(InterviewEntry):
    """Nobody answered in time."""

    verb = "spark_hire.expired"
    title = "Video Interview Expired"
    icon = "clock-x"
    tone = "warning"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say who did not finish, and by when; a detail that is a sentence says what else happened."""
        if payload.detail[-1:] == ".":
            return payload.detail
        return f"{payload.candidate} did not finish {payload.detail or 'in time'}."


@register
class Canceled(InterviewEntry):
    """A member or the vendor's side canceled."""

    verb = "spark_hire.canceled"
    title = "Video Interview Canceled"
    icon = "ban"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say who canceled."""
        return payload.detail or f"{actor} canceled the request."


@register
class Rescheduled(InterviewEntry):
    """The deadline is another one."""

    verb = "spark_hire.rescheduled"
    title = "Video Interview Rescheduled"
    icon = "calendar-repeat"
    tone = "info"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say the new deadline, and who moved it."""
        return payload.detail or "The deadline was changed."


@register
class Reset(InterviewEntry):
    """The vendor's side lets the candidate record again."""

    verb = "spark_hire.reset"
    title = "Video Interview Reset"
    icon = "rotate"
    tone = "info"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say what the candidate may do."""
        return f"Reset in Spark Hire; {payload.candidate} may record again."


@register
class Reopened(InterviewEntry):
    """A canceled interview is open at the vendor: our cancel was not carried out, or it was restored there."""

    verb = "spark_hire.reopened"
    title = "Video Interview Open Again"
    icon = "rotate"
    tone = "info"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say until when the candidate may answer."""
        return payload.detail


@register
class Failed(InterviewEntry):
    """The request was not sent."""

    verb = "spark_hire.failed"
    title = "Video Interview Request Failed"
    icon = "alert-triangle"
    tone = "danger"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say why it was not sent."""
        return f"Not sent: {payload.detail}"


@register
class Superseded(InterviewEntry):
    """A newer request made way for an older one."""

    verb = "spark_hire.superseded"
    title = "Video Interview Request Withdrawn"
    icon = "ban"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say why it made way."""
        return (
            f"{payload.candidate}'s earlier video interview is the one that counts, so the newer request was withdrawn."
        )


@register
class NotCanceled(InterviewEntry):
    """A cancel could not be carried out."""

    verb = "spark_hire.not_canceled"
    title = "Video Interview Not Canceled"
    icon = "alert-triangle"
    tone = "danger"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say why, and who can help."""
        return payload.detail or "The request was not canceled."


@register
class CancelTakenOver(InterviewEntry):
    """The canceler's key died before the vendor was told; another member canceled with theirs."""

    verb = "spark_hire.cancel_taken_over"
    title = "Video Interview Cancel Taken Over"
    icon = "ban"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say whose key tells the vendor now."""
        return f"{actor} canceled it with their own key, so that Spark Hire is told."


@register
class Waiting(InterviewEntry):
    """The request waits until a person mends something."""

    verb = "spark_hire.waiting"
    title = "Video Interview Request Waiting"
    icon = "clock-pause"
    tone = "warning"

    def sentence(self, payload: InterviewFact, *, actor: str) -> str:
        """Say what it waits for."""
        return f"Waiting: {payload.detail}"


class _LinkEntry(EntryType):
    group = "requests"
    Payload = LinkFact


@register
class JobLinked(_LinkEntry):
    """A job was linked."""

    verb = "spark_hire.job_linked"
    icon = "link"

    def sentence(self, payload: LinkFact, *, actor: str) -> str:
        """Say who linked it to what."""
        return f"{actor} linked this job to {payload.vendor_job} in Spark Hire."


@register
class JobUnlinked(_LinkEntry):
    """A job was unlinked."""

    verb = "spark_hire.job_unlinked"
    icon = "link-off"

    def sentence(self, payload: LinkFact, *, actor: str) -> str:
        """Say who unlinked it."""
        return f"{actor} unlinked this job from Spark Hire."


@register
class JobLinkBroken(_LinkEntry):
    """The linked job is no longer at the vendor, or could not be made there."""

    verb = "spark_hire.job_link_broken"
    icon = "link-off"
    tone = "danger"

    def sentence(self, payload: LinkFact, *, actor: str) -> str:
        """Say what happened."""
        return payload.detail or "The linked job was deleted in Spark Hire."


@register
class QuestionSetChosen(_LinkEntry):
    """A question set was chosen."""

    verb = "spark_hire.question_set_chosen"
    icon = "list-numbers"

    def sentence(self, payload: LinkFact, *, actor: str) -> str:
        """Say who chose which."""
        return f"{actor} chose the Question Set {payload.detail}."


KINDS: Mapping[Entry, type[InterviewEntry]] = {
    Entry.REQUESTED: Requested,
    Entry.ACCEPTED: Accepted,
    Entry.STARTED: Started,
    Entry.COMPLETED: Completed,
    Entry.EXPIRED: Expired,
    Entry.CANCELED: Canceled,
    Entry.RESCHEDULED: Rescheduled,
    Entry.RESET: Reset,
    Entry.REOPENED: Reopened,
    Entry.FAILED: Failed,
    Entry.SUPERSEDED: Superseded,
}
