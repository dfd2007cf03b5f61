"""What the newsfeed says about assessments."""

from dataclasses import dataclass

from newsfeed import activity
from newsfeed.activity import ActivityType


@dataclass(frozen=True)
class AssessmentPayload:
    """Whose assessment it is, and what there is to say about it."""

    candidate: str
    detail: str = ""


# Built here and registered by the app: a real vendor does both with `activity(...)`.
REQUESTED = ActivityType(
    "dummy.requested",
    AssessmentPayload,
    icon="send",
    group="requests",
    sentence="{actor} asked {candidate} for an assessment.",
)
COMPLETED = ActivityType(
    "dummy.completed",
    AssessmentPayload,
    icon="check",
    tone="success",
    group="requests",
    sentence="{candidate} completed the assessment.",
)
FAILED = ActivityType(
    "dummy.failed",
    AssessmentPayload,
    icon="alert-triangle",
    tone="danger",
    group="requests",
    sentence="The assessment of {candidate} was not sent. {detail}",
)
TYPES = (REQUESTED, COMPLETED, FAILED)


def register_all() -> None:
    """Register the types."""
    for kind in TYPES:
        activity.register(kind)
