"""What the newsfeed says about assessments."""

from dataclasses import dataclass

from newsfeed import entries
from newsfeed.entries import EntryType


@dataclass(frozen=True)
class AssessmentFact:
    """Whose assessment it is, and what there is to say about it."""

    candidate: str
    detail: str = ""


class Requested(EntryType):
    """An assessment was asked for."""

    verb = "dummy.requested"
    icon = "send"
    group = "requests"
    Payload = AssessmentFact

    def sentence(self, payload: AssessmentFact, *, actor: str) -> str:
        """Say who asked."""
        return f"{actor} asked {payload.candidate} for an assessment."


class Completed(EntryType):
    """The candidate completed the assessment."""

    verb = "dummy.completed"
    icon = "check"
    tone = "success"
    group = "requests"
    Payload = AssessmentFact

    def sentence(self, payload: AssessmentFact, *, actor: str) -> str:
        """Say who completed it."""
        return f"{payload.candidate} completed the assessment."


class Failed(EntryType):
    """The vendor refused."""

    verb = "dummy.failed"
    icon = "alert-triangle"
    tone = "danger"
    group = "requests"
    Payload = AssessmentFact

    def sentence(self, payload: AssessmentFact, *, actor: str) -> str:
        """Say why it was not sent."""
        return f"The assessment of {payload.candidate} was not sent. {payload.detail}"


KINDS = (Requested, Completed, Failed)


def register_all() -> None:
    """Register the kinds."""
    for kind in KINDS:
        entries.register(kind)
