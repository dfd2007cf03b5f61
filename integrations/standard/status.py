"""The tab of a vendor of the usual kind, and what it says and offers in each state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from integrations import credentials, installations
from integrations.models import Credential, Installation
from integrations.requests import card, changes, phrases, selectors
from integrations.requests.card import StatusCard
from integrations.requests.lifecycle import Event, State
from integrations.requests.preconditions import cards_for
from integrations.requests.tab import RequestTab
from integrations.requests.viewer import ActionLink, Viewer
from integrations.standard import services
from integrations.standard.models import StandardRequest
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.jobs import access


@dataclass(frozen=True, kw_only=True)
class Status(StatusCard):
    """The status card of one connection."""

    slug: str
    """What the ids of its parts begin with."""


class StandardTab(RequestTab):
    """Choose and send, track, cancel, read; a card per connection."""

    template_name = "standard/tab.html"
    weight = 70
    flow: services.Flow

    def __init__(self, flow: services.Flow, *, slug: str, label: str) -> None:
        self.flow, self.slug, self.label = flow, slug, label

    def context(self, *, application: Any, membership: Any) -> dict[str, Any]:
        """Return the status cards."""
        history = selectors.history(self.flow, application)
        connections = _connections(self.flow, membership, history)
        viewer = Viewer(application, membership, self.flow.namespace)
        statuses = [
            _describe(self, viewer, installation, [one for one in history if one.installation == installation])
            for installation in connections or (None,)
        ]
        return {"statuses": statuses}


def _connections(flow: services.Flow, member: Membership, history: Sequence[StandardRequest]) -> list[Installation]:
    """Return the connections that take requests, and those that have a history here."""
    usable = installations.all_in_use(member.company, flow.slug)
    return list({one.pk: one for one in [*usable, *(request.installation for request in history)]}.values())


def _describe(
    tab: StandardTab, viewer: Viewer, installation: Installation | None, history: Sequence[StandardRequest]
) -> Status:
    request, flow = selectors.current(history), tab.flow
    slug = flow.card(installation.pk if installation else None)
    if request is None or installation is None:
        return Status(slug=slug, **_unsent(tab, viewer, installation))
    words = _WORDS[State(request.state)](request, viewer)
    common = {
        "title": f"{installation.name}: {request.product_name}",
        "badge": flow.badge(request),
        "request": request,
        "banner": _banner(request, viewer),
        "poll": card.poll(request, is_moving=request.is_open or request.cancel_pending),
        "earlier": [other for other in history if other is not request],
    }
    return Status(slug=slug, **{**common, **words})


def _unsent(tab: StandardTab, viewer: Viewer, installation: Installation | None) -> dict[str, Any]:
    flow = tab.flow
    title = installation.name if installation else flow.title
    if not viewer.may_send:
        who = access.who_sends(viewer.application.job)
        return {"title": title, "sentences": [f"No {flow.noun} has been requested.", who]}
    if found := services.blockers(flow, viewer.application, installation):
        return {"title": title, "blockers": cards_for(found, viewer, tab.slug)}
    assert installation is not None
    sentence = f"Send {viewer.application.candidate.name} {flow.a_noun} of {title}."
    return {"title": title, "sentences": [sentence], "actions": [_choose(viewer, installation, primary=True)]}


def _choose(viewer: Viewer, installation: Installation, *, primary: bool = False, label: str = "") -> ActionLink:
    label = label or "Choose and send"
    url = viewer.url("choose", installation.pk)
    return {"label": label, "url": url, "dialog": True, "style": "primary" if primary else ""}


# ── By state ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _queued(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    sentences = card.on_its_way(request, is_delayed=bool(selectors.delay_reason(request)))
    return {"sentences": sentences, **_ending(request, viewer)}


def _uncertain(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    follows = "Choose the one to follow." if request.matches else "Then say here what you found."
    return {
        "sentences": [request.failure, follows],
        "settle": viewer.may_send,
        "matches": request.matches if viewer.may_send else (),
        "actions": [_stop(request, viewer)] if viewer.may_send else [],
    }


def _at_vendor(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    vendor = request.vendor
    sentences = [f"{viewer.name_of(request.requested_by)} sent it on {viewer.day(request.sent_at)}."]
    if request.status_is_unknown:
        sentences.append(phrases.unknown_status(vendor, request.vendor_status))
    elif request.vendor_status:
        sentences.append(f"{vendor} says: {request.vendor_status}.")
    heard = request.seen_at or request.sent_at
    if heard and not request.flow.reads:
        sentences.append(f"{vendor} tells by itself; nothing was heard since {viewer.since(heard)}.")
    if request.file is not None:
        sentences.append(f"{vendor} may open {request.file.name} until the request is over.")
    return {"sentences": sentences, "facts": _facts(request), **_ending(request, viewer)}


def _ending(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    """Return how the viewer may end a request that is under way."""
    application = viewer.application
    gone = "" if application.is_open else f"{application.candidate.name} was {application.get_state_display().lower()}."
    if not viewer.may_send:
        return {"footnote": gone}
    if changes.transition_of(request, Event.CANCEL) is not None and request.flow.can_cancel(request):
        return {"actions": [viewer.window("Cancel Request", "cancel", request)], "footnote": gone}
    only_there = request.flow.only_there(request) if request.vendor_id else ""
    asks = request.vendor_id and request.flow.reads
    again = [viewer.action("Check again", "check-again", request, post=True)] if asks else []
    return {"actions": [*again, _stop(request, viewer)], "footnote": " ".join(filter(None, (gone, only_there)))}


def _stop(request: StandardRequest, viewer: Viewer) -> ActionLink:
    return viewer.window("Stop tracking", "stop", request)


def _complete(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    actions: list[ActionLink] = []
    if request.result_url:
        actions.append(viewer.result("View result", "result", request))
    if viewer.may_send:
        actions.append(_choose(viewer, request.installation, label="Send another"))
    sentence = f"{request.invited_name} completed it on {viewer.day(request.completed_at)}."
    return {"sentences": [sentence], "facts": _facts(request), "actions": actions}


def _facts(request: StandardRequest) -> list[tuple[str, str]]:
    score = [("Score", request.score)] if request.score else []
    return [*score, *((label, value) for label, value in request.details)]


def _canceled(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    sentences = [card.canceled(request, viewer)]
    if request.canceled_by is None and request.vendor_status:
        sentences.append(f"{request.vendor} says: {request.vendor_status}.")
    if request.cancel_pending:
        sentences.append(phrases.cancel_on_its_way(request.vendor, request.invited_name))
    elif request.canceled_by is not None and not request.vendor_id:
        sentences.append(card.never_invited(request))
    return {"sentences": sentences, "actions": _again(request, viewer)}


def _stopped(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    there = request.vendor
    what = f"Tracking was stopped on {viewer.day(request.closed_at)}. At {there} it runs on."
    return {"sentences": [what], "actions": _again(request, viewer)}


def _failed(request: StandardRequest, viewer: Viewer) -> dict[str, Any]:
    reason = request.failure or f"{request.vendor} gave no reason."
    again = viewer.action("Try again", "try-again", request, post=True, style="primary")
    # One that may have left is looked for first, so nothing else is sent beside it.
    other = [] if request.send_attempted_at else [_choose(viewer, request.installation, label="Choose another")]
    actions = [again, *other] if viewer.may_send else []
    return {"sentences": [f"Request not sent. {reason}"], "actions": actions}


def _again(request: StandardRequest, viewer: Viewer) -> list[ActionLink]:
    return [_choose(viewer, request.installation, primary=True)] if viewer.may_send else []


_WORDS: dict[State, Callable[[StandardRequest, Viewer], dict[str, Any]]] = {
    State.QUEUED: _queued,
    State.UNCERTAIN: _uncertain,
    State.SENT: _at_vendor,
    State.IN_PROGRESS: _at_vendor,
    State.COMPLETED: _complete,
    State.CANCELED: _canceled,
    State.STOPPED: _stopped,
    State.FAILED: _failed,
}


def _banner(request: StandardRequest, viewer: Viewer) -> str:
    """Say that the vendor cannot be asked about this very request now, and what follows."""
    if not request.is_open and not request.cancel_pending:
        return ""
    key = credentials.of_company(request.installation)
    if key is not None and key.state == Credential.State.REFUSED:
        vendor = request.vendor
        helper = "You" if viewer.member.is_administrator else companies.an_administrator(viewer.member.company)
        return f"{vendor} no longer accepts the key. {helper} can replace it in Company Settings."
    reason = selectors.delay_reason(request)
    if not reason:
        return ""
    as_of = card.as_of(request, viewer)
    follows = "We ask again by ourselves."
    if request.state == State.QUEUED:
        follows = phrases.LOOKED_FOR if request.send_attempted_at else phrases.GOES_OUT
    elif request.cancel_pending:
        follows = "It is told of the cancel when it is back."
    return " ".join(filter(None, (reason, f"{as_of}." if as_of else "", follows)))
