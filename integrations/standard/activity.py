"""What the newsfeed says about requests of a vendor of the usual kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import capfirst

from integrations.requests import activity as requests
from integrations.requests.activity import Row, detail_or
from integrations.requests.lifecycle import Entry
from integrations.standard.models import StandardRequest
from newsfeed.activity import ActivityType, activity


@dataclass(frozen=True)
class StandardPayload:
    """Whose request it is, for what, at which vendor, and what there is to say about it."""

    candidate: str
    product: str
    vendor: str
    detail: str = ""
    stage: str = ""
    """The step whose entering sent it; "" when a person did."""
    score: str = ""


@dataclass(frozen=True)
class NotSentPayload:
    """Why entering a step sent nothing."""

    candidate: str
    detail: str


def _requested(payload: StandardPayload, actor: str) -> str:
    if payload.stage:
        return f"Moving {payload.candidate} to {payload.stage} sent {payload.product}."
    return f"{actor} sent {payload.product} to {payload.candidate}."


def _completed(payload: StandardPayload, actor: str) -> str:
    score = f" Score: {payload.score}." if payload.score else ""
    return f"{payload.candidate} completed {payload.product}.{score}"


_TABLE: Mapping[str, Row[StandardPayload]] = {
    Entry.REQUESTED: ("Requested", "send", "info", _requested),
    Entry.STARTED: ("Started", "progress", "info", "{candidate} started {product}."),
    Entry.COMPLETED: ("Completed", "circle-check", "success", _completed),
    Entry.CANCELED: ("Canceled", "ban", "neutral", detail_or("{actor} canceled it.")),
    Entry.NOT_CANCELED: ("Not Canceled", "alert-triangle", "danger", "{detail}"),
    Entry.STOPPED: ("No Longer Tracked", "ban", "neutral", "{actor} stopped tracking it; at {vendor} it runs on."),
    Entry.FAILED: ("Failed", "alert-triangle", "danger", "Not sent: {detail}"),
    Entry.UNCERTAIN: ("Uncertain", "alert-triangle", "danger", "{detail}"),
}


def types_of(model: type[StandardRequest], noun: str) -> Mapping[str, ActivityType[StandardPayload]]:
    """Register and return the types of entries of a vendor; `noun` begins their titles, such as "assessment"."""
    rows = {entry: (_titled(noun, title), *rest) for entry, (title, *rest) in _TABLE.items()}
    return requests.types_of(
        model._meta.app_label,
        StandardPayload,
        rows,  # type: ignore[arg-type]
        template_name="newsfeed/entries/standard.html",
        live=requests.requests_today(model, "asked"),
    )


def _titled(noun: str, what: str) -> str:
    return " ".join(map(capfirst, [*noun.split(" "), what]))


def not_sent_of(app: str, noun: str) -> ActivityType[NotSentPayload]:
    """Register and return the type of "entering a step sent nothing"."""
    return activity(
        f"{app}.not_sent",
        NotSentPayload,
        sentence="{detail}",
        title=_titled(noun, "Not Sent"),
        icon="clipboard-off",
        tone="warning",
        group="requests",
    )
