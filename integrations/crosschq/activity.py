"""What the newsfeed says about reference checks, in the words of the user story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from integrations.crosschq.models import ReferenceCheck
from integrations.requests.activity import Row, detail_or, may_send, requests_today, types_of
from integrations.requests.lifecycle import Entry
from newsfeed.activity import activity
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import formatting
from recruiting.foundation.compiled import compiled


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
    """Why nothing was sent: a blocker's sentence and code, which the page turns into remedies."""

    candidate: str
    detail: str
    code: str


def label_of(check: ReferenceCheck) -> str:
    """Return "Engineering, 3 references", as it was sent."""
    return f"{check.template_name}, {formatting.plural(check.asked_count, 'reference', 'references')}"


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


# ── Checks ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _requested(payload: CheckPayload, actor: str) -> str:
    """Say what was sent to whom, by a move or by a person."""
    if payload.stage:
        sent = f"Moving {payload.candidate} to {payload.stage} sent {payload.template}."
    else:
        sent = f"{actor} sent {payload.template} to {payload.candidate}."
    return f"{sent} {payload.detail}".strip()


_CHECKS: Mapping[str, Row[CheckPayload]] = {
    "requested": ("Reference Check Requested", "clipboard-list", "info", _requested),
    "started": ("Reference Check Started", "progress", "info", "{candidate} started."),
    # One entry of a check, kept up to date while references answer.
    "progress": ("Reference Check Progress", "progress", "info", "{answered} of {asked} references answered."),
    "completed": (
        "Reference Check Completed",
        "clipboard-check",
        "success",
        "The reference report is ready: {answered} of {asked} references.",
    ),
    "past_due": ("Reference Check Past Due", "clock-exclamation", "warning", "Crosschq says this is past due."),
    "canceled": ("Reference Check Canceled", "ban", "neutral", detail_or("{actor} canceled the request.")),
    "not_canceled": (
        "Reference Check Not Canceled",
        "alert-triangle",
        "danger",
        detail_or("The request was not canceled."),
    ),
    "stopped": (
        "Reference Check No Longer Tracked",
        "ban",
        "neutral",
        "{actor} stopped tracking the check; in Crosschq it runs on.",
    ),
    "failed": ("Reference Check Failed", "clipboard-x", "danger", "Not sent: {detail}"),
    # Nobody here can know whether the vendor has it; the detail says what a person has to find out.
    "uncertain": ("Reference Check Uncertain", "clipboard-x", "danger", "{detail}"),
    # A candidate entered the step again; the detail says which check stands in the way.
    "already_requested": ("Reference Check Already Requested", "copy-check", "neutral", "{detail}"),
    # The vendor reminded at a member's wish, or did not.
    "reminded": (
        "Reference Check Reminder",
        "send",
        "neutral",
        lambda payload, actor: payload.detail or f"Crosschq reminded {payload.candidate} and the references.",
    ),
}
_REPORTS: Mapping[str, Row[CheckPayload]] = {
    "report_copied": ("", "file-check", "neutral", "Report copied to Files: {detail}."),
    # The link works.
    "report_not_copied": (
        "",
        "file-alert",
        "warning",
        lambda payload, actor: f"The PDF could not be copied. {payload.detail}".strip(),
    ),
}
_HOW: Mapping[str, Any] = {
    "template_name": "newsfeed/entries/crosschq/check.html",
    "live": requests_today(ReferenceCheck, "check", with_rights=True),
}
TYPES = {
    **types_of("crosschq", CheckPayload, _CHECKS, **_HOW),
    **types_of("crosschq", CheckPayload, _REPORTS, group="files", **_HOW),
}
BY_ENTRY = {entry: TYPES[entry] for entry in Entry if entry in TYPES}


# ── Nothing was sent ─────────────────────────────────────────────────────────────────────────────────────────────────
def _unsent_today(entries: Sequence[NewsfeedEntry], membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
    """Return `is_open` for entries whose application has no check since, and if the reader may act (`may_send`)."""
    latest: dict[UUID | None, UUID] = {}
    for application_id, check_id in _checks(tuple(entry.application_id for entry in entries if entry.application_id)):
        latest[application_id] = check_id
    jobs = may_send(entries, membership)
    # Ids are in the order of time, across tables.
    return {
        entry.id: {
            "is_open": latest.get(entry.application_id, entry.id) <= entry.id,
            "may_send": entry.job_id in jobs,
        }
        for entry in entries
        if entry.application_id
    }


@compiled
def _checks(application_ids: tuple[UUID, ...]) -> QuerySet[ReferenceCheck, tuple[UUID, UUID]]:
    found = ReferenceCheck.objects.filter(application__in=application_ids)
    return found.order_by("id").values_list("application_id", "id")


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
