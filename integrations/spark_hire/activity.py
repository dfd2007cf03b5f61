"""What the newsfeed says about video interviews, in the words of the user story."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.requests.activity import Row, detail_or, requests_today, types_of
from integrations.requests.lifecycle import Entry
from integrations.spark_hire.models import InterviewRequest


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
def _expired(payload: InterviewPayload, actor: str) -> str:
    """Say who did not finish, and by when; a detail that is a sentence says what else happened."""
    if payload.detail[-1:] == ".":
        return payload.detail
    return f"{payload.candidate} did not finish {payload.detail or 'in time'}."


_TABLE: Mapping[str, Row[InterviewPayload]] = {
    "requested": (
        "Video Interview Requested",
        "video-plus",
        "info",
        lambda payload, actor: f"{actor} asked {payload.candidate} for a video interview. {payload.detail}".strip(),
    ),
    "accepted": ("Video Interview Accepted", "user-check", "info", "{candidate} accepted the invitation."),
    "started": ("Video Interview Started", "progress", "info", "{candidate} started recording."),
    # The detail says that the news came late, where it did.
    "completed": (
        "Video Interview Completed",
        "circle-check",
        "success",
        "{candidate} completed the video interview{detail}.",
    ),
    "expired": ("Video Interview Expired", "clock-x", "warning", _expired),
    "canceled": ("Video Interview Canceled", "ban", "neutral", detail_or("{actor} canceled the request.")),
    "rescheduled": ("Video Interview Rescheduled", "calendar-repeat", "info", detail_or("The deadline was changed.")),
    "reset": ("Video Interview Reset", "rotate", "info", "Reset in Spark Hire; {candidate} may record again."),
    # A canceled interview is open at the vendor: our cancel was not carried out, or it was restored there.
    "reopened": ("Video Interview Open Again", "rotate", "info", "{detail}"),
    "failed": ("Video Interview Request Failed", "alert-triangle", "danger", "Not sent: {detail}"),
    "superseded": (
        "Video Interview Request Withdrawn",
        "ban",
        "neutral",
        "{candidate}'s earlier video interview is the one that counts, so the newer request was withdrawn.",
    ),
    "not_canceled": (
        "Video Interview Not Canceled",
        "alert-triangle",
        "danger",
        detail_or("The request was not canceled."),
    ),
    # The canceler's key died before the vendor was told; another member canceled with theirs.
    "cancel_taken_over": (
        "Video Interview Cancel Taken Over",
        "ban",
        "neutral",
        "{actor} canceled it with their own key, so that Spark Hire is told.",
    ),
    # The request waits until a person mends something.
    "waiting": ("Video Interview Request Waiting", "clock-pause", "warning", "Waiting: {detail}"),
}
TYPES = types_of(
    "spark_hire",
    InterviewPayload,
    _TABLE,
    template_name="newsfeed/entries/spark_hire/interview.html",
    live=requests_today(InterviewRequest, "request"),
)
BY_ENTRY = {entry: TYPES[entry] for entry in Entry if entry in TYPES}


# ── Job links ────────────────────────────────────────────────────────────────────────────────────────────────────────
_LINKS: Mapping[str, Row[LinkPayload]] = {
    "job_linked": ("", "link", "neutral", "{actor} linked this job to {vendor_job} in Spark Hire."),
    "job_unlinked": ("", "link-off", "neutral", "{actor} unlinked this job from Spark Hire."),
    # The linked job is no longer at the vendor, or could not be made there.
    "job_link_broken": ("", "link-off", "danger", detail_or("The linked job was deleted in Spark Hire.")),
    "question_set_chosen": ("", "list-numbers", "neutral", "{actor} chose the Question Set {detail}."),
}
LINK_TYPES = types_of("spark_hire", LinkPayload, _LINKS)
