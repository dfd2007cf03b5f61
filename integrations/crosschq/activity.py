"""What the newsfeed says about reference checks, in the story's own words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from integrations.crosschq.models import ReferenceCheck
from integrations.requests.lifecycle import Entry
from newsfeed.activity import ActivityType, Sentence, activity, get
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import wording
from recruiting.foundation.permissions import Action
from recruiting.jobs import access


@dataclass(frozen=True)
class CheckPayload:
    """Whose check it is and what there is to say about it. `template` reads "Engineering, 3 references"."""

    candidate: str
    detail: str = ""
    template: str = ""
    stage: str = ""
    """The step whose entering sent it; "" when a person did."""
    answered: int = 0
    asked: int = 0


@dataclass(frozen=True)
class NotSentPayload:
    """Why nothing was sent: a blocker's sentence and code, which the page turns into ways out."""

    candidate: str
    detail: str
    code: str


def label_of(check: ReferenceCheck) -> str:
    """Return "Engineering, 3 references", as it was sent."""
    return f"{check.template_name}, {wording.plural(check.asked_count, 'reference', 'references')}"


def payload_of(check: ReferenceCheck, *, detail: str, stage: str = "") -> CheckPayload:
    """Return the payload of an entry about a check, as it is now."""
    return CheckPayload(
        candidate=check.invited_name,
        detail=detail,
        template=label_of(check),
        stage=stage,
        answered=check.answered_count,
        asked=check.asked_count,
    )


def _may_send(entries: Sequence[NewsfeedEntry], membership: Any) -> Collection[UUID]:
    jobs = {entry.job_id for entry in entries if entry.job_id}
    return access.jobs_allowing(Action.SEND_REQUEST, membership, jobs)


# ── Checks ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _checks_today(entries: Sequence[NewsfeedEntry], membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
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


def _check(
    verb: str, title: str, icon: str, tone: str, sentence: Sentence[CheckPayload], group: str = "requests"
) -> ActivityType[CheckPayload]:
    return activity(
        verb,
        CheckPayload,
        sentence=sentence,
        title=title,
        icon=icon,
        tone=tone,
        group=group,
        template_name="newsfeed/entries/crosschq/check.html",
        live=_checks_today,
    )


def _requested(payload: CheckPayload, actor: str) -> str:
    """Say what was sent to whom, by a move or by a person."""
    if payload.stage:
        sent = f"Moving {payload.candidate} to {payload.stage} sent {payload.template}."
    else:
        sent = f"{actor} sent {payload.template} to {payload.candidate}."
    return f"{sent} {payload.detail}".strip()


REQUESTED = _check("crosschq.requested", "Reference Check Requested", "clipboard-list", "info", _requested)
STARTED = _check("crosschq.started", "Reference Check Started", "progress", "info", "{candidate} started.")
# One entry of a check, kept up to date while references answer.
PROGRESS = _check(
    "crosschq.progress", "Reference Check Progress", "progress", "info", "{answered} of {asked} references answered."
)
COMPLETED = _check(
    "crosschq.completed",
    "Reference Check Completed",
    "clipboard-check",
    "success",
    "The reference report is ready: {answered} of {asked} references.",
)
PAST_DUE = _check(
    "crosschq.past_due",
    "Reference Check Past Due",
    "clock-exclamation",
    "warning",
    "Crosschq says this is past due.",
)
CANCELED = _check(
    "crosschq.canceled",
    "Reference Check Canceled",
    "ban",
    "neutral",
    lambda payload, actor: payload.detail or f"{actor} canceled the request.",
)
NOT_CANCELED = _check(
    "crosschq.not_canceled",
    "Reference Check Not Canceled",
    "alert-triangle",
    "danger",
    lambda payload, actor: payload.detail or "The request was not canceled.",
)
STOPPED = _check(
    "crosschq.stopped",
    "Reference Check No Longer Followed",
    "ban",
    "neutral",
    "{actor} stopped following the check; in Crosschq it runs on.",
)
FAILED = _check("crosschq.failed", "Reference Check Failed", "clipboard-x", "danger", "Not sent: {detail}")
# Nobody here can know whether the vendor has it; the detail says what a person has to find out.
UNCERTAIN = _check("crosschq.uncertain", "Reference Check Uncertain", "clipboard-x", "danger", "{detail}")
# A candidate entered the step again; the detail says which check stands in the way.
ALREADY_REQUESTED = _check(
    "crosschq.already_requested", "Reference Check Already Requested", "copy-check", "neutral", "{detail}"
)
# The vendor reminded at a member's wish, or did not.
REMINDED = _check(
    "crosschq.reminded",
    "Reference Check Reminder",
    "send",
    "neutral",
    lambda payload, actor: payload.detail or f"Crosschq reminded {payload.candidate} and the references.",
)
REPORT_COPIED = _check(
    "crosschq.report_copied", "", "file-check", "neutral", "Report copied to Files: {detail}.", "files"
)
# The link works.
REPORT_NOT_COPIED = _check(
    "crosschq.report_not_copied",
    "",
    "file-alert",
    "warning",
    lambda payload, actor: f"The PDF could not be copied. {payload.detail}".strip(),
    "files",
)
BY_ENTRY = {entry: kind for entry in Entry if (kind := get(f"crosschq.{entry}"))}


# ── Nothing was sent ─────────────────────────────────────────────────────────────────────────────────────────────────
def _unsent_today(entries: Sequence[NewsfeedEntry], membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
    """Return `is_open` for entries whose application has no check since, and if the reader may act (`may_send`)."""
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
        }
        for entry in entries
        if entry.application_id
    }


# A candidate entered the step and nothing was sent.
NOT_SENT = activity(
    "crosschq.not_sent",
    NotSentPayload,
    sentence="{detail}",
    title="Reference Check Not Sent",
    icon="clipboard-off",
    tone="warning",
    group="requests",
    template_name="newsfeed/entries/crosschq/not_sent.html",
    live=_unsent_today,
)
