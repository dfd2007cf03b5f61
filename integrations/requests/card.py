"""The status card of a request, and what is said on it alike whoever the vendor is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integrations.requests import phrases
from integrations.requests.models import VendorRequest
from integrations.requests.preconditions import BlockerCard
from integrations.requests.viewer import ActionLink, Viewer
from recruiting.extensions import Badge
from recruiting.foundation import clock
from recruiting.web import responses


@dataclass(frozen=True, kw_only=True)
class StatusCard:
    """Title, badge, sentences, what can be done (the primary action first), and whether it refreshes by itself."""

    title: str
    sentences: Sequence[str] = ()
    badge: Badge | None = None
    request: Any = None
    """The request that it is about; None while there is none."""
    actions: Sequence[ActionLink] = ()
    matches: Sequence[dict[str, Any]] = ()
    """The vendor's requests of which the viewer is asked to choose one."""
    blockers: Sequence[BlockerCard] = ()
    """What has to be mended before something can be sent."""
    settle: bool = False
    """Whether the viewer is asked to say whether the vendor has it."""
    facts: Sequence[tuple[str, str]] = ()
    footnote: str = ""
    poll: int = 0
    """After how many seconds it asks again; 0 for never."""
    banner: str = ""
    banner_action: ActionLink | None = None
    earlier: Sequence[Any] = ()
    earlier_title: str = "Earlier requests"


def sending_sentence(request: VendorRequest) -> str:
    """Say what is known of a request that is on its way: what has left nothing there is simply still here."""
    if request.send_attempted_at is None:
        return phrases.NOT_LEFT
    return phrases.unconfirmed(request.vendor, request.invited_name)


def on_its_way(request: VendorRequest, *, is_delayed: bool) -> list[str]:
    """Say how a queued request fares; `is_delayed`: nobody needs to mend anything, and it waits all the same."""
    if request.failure and not is_delayed:
        return [request.failure, "The request is kept and goes out once that is mended."]
    if is_delayed or clock.now() - request.created_at > responses.POLL_FAST_FOR / 2:
        return [sending_sentence(request), "You can leave this page."]
    return [f"On its way to {request.vendor}."]


def canceled(request: VendorRequest, viewer: Viewer) -> str:
    """Say who canceled a request, and when."""
    if request.canceled_by is None:
        return f"Canceled in {request.vendor}, or {request.invited_name} declined."
    return f"Canceled by {viewer.by(request.canceled_by)} on {viewer.day(request.closed_at)}."


def never_invited(request: VendorRequest) -> str:
    """Say of a canceled request that it had not left."""
    return f"It had not left yet, so {request.invited_name} was never invited."


def poll(request: VendorRequest, *, is_moving: bool) -> int:
    """Return how often the card asks while something can change by itself; 0 when a person has to act."""
    return responses.poll_seconds(request.updated_at, now=clock.now()) if is_moving else 0


def as_of(request: VendorRequest, viewer: Viewer) -> str:
    """Return how old the words of the card are: "This is as of 14:05"; "" before the vendor was heard of."""
    heard = request.seen_at or request.sent_at
    return f"This is as of {viewer.since(heard)}" if heard else ""
