"""What the newsfeed says about published jobs and applications that came in."""

from dataclasses import dataclass
from uuid import UUID

from newsfeed import feed
from newsfeed.activity import activity
from newsfeed.facts import fact
from recruiting.applications.activity import CONVERTED, CREATED, WAS_WITHDRAWN
from recruiting.applications.models import Application
from recruiting.jobs.activity import JobPayload


@dataclass(frozen=True)
class PublishedPayload:
    """A job by its title, and who finds it, in words."""

    job: str
    publication: str


@dataclass(frozen=True)
class SentPayload:
    """Who sent an application, and from where they came."""

    candidate: str
    job: str
    source: str = ""


PUBLISHED_FACT = fact("job.published", "A job was published")
UNPUBLISHED_FACT = fact("job.unpublished", "A job is no longer published")
AGAIN_FACT = fact("application.sent_again", "Somebody applied again", subject="submission")


def _applied(payload: SentPayload, actor: str) -> str:
    through = f" through {payload.source}" if payload.source else ""
    return f"{payload.candidate} applied{through}."


PUBLISHED = activity(
    "careers.published",
    PublishedPayload,
    icon="world",
    tone="success",
    sentence="{actor} published this job: {publication}.",
    fact=PUBLISHED_FACT,
)
UNPUBLISHED = activity(
    "careers.unpublished",
    JobPayload,
    icon="eye-off",
    sentence="{actor} took this job off the careers page.",
    fact=UNPUBLISHED_FACT,
)
APPLIED = activity("careers.applied", SentPayload, icon="user-plus", tone="info", sentence=_applied, fact=CREATED)
APPLIED_AGAIN = activity(
    "careers.applied_again",
    SentPayload,
    icon="calendar-repeat",
    tone="info",
    sentence="{candidate} applied again.",
    fact=AGAIN_FACT,
)
LEAD_APPLIED = activity(
    "careers.lead_applied",
    SentPayload,
    icon="user-check",
    tone="info",
    group="stages",
    sentence="{candidate} applied.",
    fact=CONVERTED,
)
WITHDREW = activity(
    "careers.withdrew",
    SentPayload,
    icon="door-exit",
    group="stages",
    sentence="{candidate} withdrew on the status page.",
    fact=WAS_WITHDRAWN,
)


def tell_again(application: Application, payload: SentPayload, *, submission_id: UUID) -> None:
    """Tell that somebody who is on the job already applied once more."""
    feed.publish(APPLIED_AGAIN, payload, application=application, subject_id=submission_id)
