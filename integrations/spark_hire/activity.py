"""What the newsfeed says about video interviews, in the story's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from integrations.requests.lifecycle import Entry
from integrations.spark_hire.models import InterviewRequest
from newsfeed.activity import ActivityType, Sentence, activity, get
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock


@dataclass(frozen=True)
class InterviewPayload:
    """Whose interview it is and what there is to say about it."""

    candidate: str
    detail: str = ""


@dataclass(frozen=True)
class LinkPayload:
    """What a job was linked to."""

    job: str
    vendor_job: str = ""
    detail: str = ""


# ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _requests_today(entries: Sequence[NewsfeedEntry], membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
    """Return each entry's request (`request`), and its state as of now (`state`)."""
    requests = InterviewRequest.objects.select_related("application").in_bulk(
        [entry.subject_id for entry in entries if entry.subject_id]
    )
    now = clock.now()
    return {
        entry.id: {"request": requests[entry.subject_id], "state": requests[entry.subject_id].state_at(now)}
        for entry in entries
        if entry.subject_id in requests
    }


def _interview(
    verb: str, title: str, icon: str, tone: str, sentence: Sentence[InterviewPayload]
) -> ActivityType[InterviewPayload]:
    return activity(
        verb,
        InterviewPayload,
        sentence=sentence,
        title=title,
        icon=icon,
        tone=tone,
        group="requests",
        template_name="newsfeed/entries/spark_hire/interview.html",
        live=_requests_today,
    )


def _expired(payload: InterviewPayload, actor: str) -> str:
    """Say who did not finish, and by when; a detail that is a sentence says what else happened."""
    if payload.detail[-1:] == ".":
        return payload.detail
    return f"{payload.candidate} did not finish {payload.detail or 'in time'}."


REQUESTED = _interview(
    "spark_hire.requested",
    "Video Interview Requested",
    "video-plus",
    "info",
    lambda payload, actor: f"{actor} asked {payload.candidate} for a video interview. {payload.detail}".strip(),
)
ACCEPTED = _interview(
    "spark_hire.accepted", "Video Interview Accepted", "user-check", "info", "{candidate} accepted the invitation."
)
STARTED = _interview(
    "spark_hire.started", "Video Interview Started", "progress", "info", "{candidate} started recording."
)
# The detail says that the news came late, where it did.
COMPLETED = _interview(
    "spark_hire.completed",
    "Video Interview Completed",
    "circle-check",
    "success",
    "{candidate} completed the video interview{detail}.",
)
EXPIRED = _interview("spark_hire.expired", "Video Interview Expired", "clock-x", "warning", _expired)
CANCELED = _interview(
    "spark_hire.canceled",
    "Video Interview Canceled",
    "ban",
    "neutral",
    lambda payload, actor: payload.detail or f"{actor} canceled the request.",
)
RESCHEDULED = _interview(
    "spark_hire.rescheduled",
    "Video Interview Rescheduled",
    "calendar-repeat",
    "info",
    lambda payload, actor: payload.detail or "The deadline was changed.",
)
RESET = _interview(
    "spark_hire.reset", "Video Interview Reset", "rotate", "info", "Reset in Spark Hire; {candidate} may record again."
)
# A canceled interview is open at the vendor: our cancel was not carried out, or it was restored there.
REOPENED = _interview("spark_hire.reopened", "Video Interview Open Again", "rotate", "info", "{detail}")
FAILED = _interview(
    "spark_hire.failed", "Video Interview Request Failed", "alert-triangle", "danger", "Not sent: {detail}"
)
SUPERSEDED = _interview(
    "spark_hire.superseded",
    "Video Interview Request Withdrawn",
    "ban",
    "neutral",
    "{candidate}'s earlier video interview is the one that counts, so the newer request was withdrawn.",
)
NOT_CANCELED = _interview(
    "spark_hire.not_canceled",
    "Video Interview Not Canceled",
    "alert-triangle",
    "danger",
    lambda payload, actor: payload.detail or "The request was not canceled.",
)
# The canceler's key died before the vendor was told; another member canceled with theirs.
CANCEL_TAKEN_OVER = _interview(
    "spark_hire.cancel_taken_over",
    "Video Interview Cancel Taken Over",
    "ban",
    "neutral",
    "{actor} canceled it with their own key, so that Spark Hire is told.",
)
# The request waits until a person mends something.
WAITING = _interview(
    "spark_hire.waiting", "Video Interview Request Waiting", "clock-pause", "warning", "Waiting: {detail}"
)
BY_ENTRY = {entry: kind for entry in Entry if (kind := get(f"spark_hire.{entry}"))}


# ── Job links ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _link(verb: str, icon: str, sentence: Sentence[LinkPayload], tone: str = "neutral") -> ActivityType[LinkPayload]:
    return activity(verb, LinkPayload, sentence=sentence, icon=icon, tone=tone, group="requests")


JOB_LINKED = _link("spark_hire.job_linked", "link", "{actor} linked this job to {vendor_job} in Spark Hire.")
JOB_UNLINKED = _link("spark_hire.job_unlinked", "link-off", "{actor} unlinked this job from Spark Hire.")
# The linked job is no longer at the vendor, or could not be made there.
JOB_LINK_BROKEN = _link(
    "spark_hire.job_link_broken",
    "link-off",
    lambda payload, actor: payload.detail or "The linked job was deleted in Spark Hire.",
    "danger",
)
QUESTION_SET_CHOSEN = _link(
    "spark_hire.question_set_chosen", "list-numbers", "{actor} chose the Question Set {detail}."
)
