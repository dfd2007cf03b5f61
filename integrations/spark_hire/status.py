"""The Video Interview tab, and what it says and offers in each state: the table of the page, as code.

Only words and links; what may really be done, the services decide again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from integrations import credentials, installations
from integrations.requests import phrases, selectors
from integrations.requests.tab import RequestTab
from integrations.requests.viewer import Act, Viewer
from integrations.spark_hire import SLUG, VENDOR, preconditions
from integrations.spark_hire.deadlines import words as deadline_words
from integrations.spark_hire.flow import FLOW, cancel_waits_for, fetch_share_link
from integrations.spark_hire.lifecycle import OPEN, State
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.preconditions import Check
from integrations.spark_hire.services import AFTER_COMPLETION
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Badge
from recruiting.foundation import clock, wording
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web import responses

NAMESPACE = "spark_hire"
ANYBODY_WATCHES = (
    "Any member of the hiring team with access to this candidate can watch, with or without a Spark Hire account."
)
REQUEST = "Request Video Interview"
# What the vendor said last about what our cancel found over already, in either spelling.
OVER_THERE = frozenset({"expired", "canceled", "cancelled", "deleted"})
SEND_ANEW = "You can proceed with sending a new video interview request at this time."


@dataclass(frozen=True)
class Status:
    """The status card: title, badge, sentences, deadline, actions (the primary first) and whether it refreshes."""

    title: str
    badge: Badge | None
    sentences: Sequence[str]
    request: InterviewRequest | None = None
    deadline: wording.Deadline | None = None
    actions: Sequence[dict[str, Any]] = ()
    checks: Sequence[Check] = ()
    matches: Sequence[dict[str, Any]] = ()
    share_url: str = ""
    footnote: str = ""
    poll: int = 0
    banner: str = ""
    earlier: Sequence[InterviewRequest] = field(default_factory=list)


def describe(*, application: Application, member: Membership) -> Status:
    """Return what the tab shows to this member now."""
    now = clock.now()
    requests = selectors.history(FLOW, application)
    request = selectors.current(requests)
    earlier = [other for other in requests if other is not request]
    if request is None:
        return _ready(application, member, earlier)
    viewer = _Viewer(application, member, NAMESPACE, request)
    state = request.state_at(now)
    words = _WORDS[state](request, viewer, now)
    first = next((other for other in earlier if cancel_waits_for(other) is not None), None)
    if state == State.QUEUED and first is not None:
        words = _behind(first, replace(viewer, request=first), words)
    common = {
        "badge": FLOW.badge(request),
        "request": request,
        "deadline": _deadline(request, member, now) if state in OPEN else None,
        "poll": _poll(request, state, now),
        "banner": _banner(request, viewer, state),
        "earlier": earlier,
    }
    return Status(**{**common, **words})


@dataclass(frozen=True)
class _Viewer(Viewer):
    """Who looks, and what they may do about the request."""

    request: InterviewRequest

    @cached_property
    def may_act(self) -> bool:
        """Whether role and own key allow sending and canceling."""
        return self.may_send and credentials.own(self.request.installation, self.member) is not None

    @cached_property
    def delay_reason(self) -> str:
        """Why what is promised about the request waits although nobody needs to mend anything, or ""."""
        return selectors.delay_reason(self.request)


def _ready(application: Application, member: Membership, earlier: Sequence[InterviewRequest]) -> Status:
    name, title = application.candidate.name, application.job.title
    checks = preconditions.checks(application, member)
    if not access.may(member, Action.SEND_REQUEST, application.job):
        return Status(
            title="Video Interview",
            badge=None,
            sentences=["No video interview has been requested.", access.who_sends(application.job)],
            earlier=earlier,
        )
    if not all(check.is_met for check in checks):
        return Status(title="Before you can send", badge=None, sentences=[], checks=checks, earlier=earlier)
    link = preconditions.require_ready(application, member).link
    return Status(
        title="Video Interview",
        badge=None,
        sentences=[
            f"Invite {name} to a one-way video interview for {title}.",
            f"Question Set: {link.question_set_name}.",
        ],
        actions=[request_action(application, primary=True)],
        earlier=earlier,
    )


def request_action(application: Application, *, primary: bool, label: str = REQUEST) -> dict[str, Any]:
    """Return the way to the request form."""
    url = reverse("spark_hire:request", args=[application.candidate_id, application.pk])
    return {"label": label, "url": url, "style": "primary" if primary else ""}


def _again(viewer: _Viewer, label: str) -> list[Act]:
    return [request_action(viewer.application, primary=True, label=label)] if viewer.may_act else []


def _cancel(viewer: _Viewer, *, label: str = "Cancel Request") -> list[Act]:
    if not viewer.may_act:
        return []
    return [viewer.window(label, "cancel", viewer.request)]


def _only_they_cancel(viewer: _Viewer) -> str:
    if viewer.may_act:
        return ""
    names = [holder.name for holder in credentials.holders(viewer.request.installation)]
    return (
        f"Only {wording.listing(names, last='or')} can cancel." if names else "Nobody can cancel until a key is added."
    )


def _queued(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.matches:
        sentences = [f"Spark Hire shows {len(request.matches)} interviews for {name}. Choose the one to follow."]
    elif request.failure and not viewer.delay_reason:
        sentences = [request.failure, "The request is kept and goes out once that is mended."]
    elif viewer.delay_reason or now - request.created_at > responses.POLL_FAST_FOR / 2:
        # What is known to have left nothing there is simply still here.
        unsure = phrases.unconfirmed(VENDOR, name) if request.send_attempted_at else phrases.NOT_LEFT
        sentences = [unsure, "You can leave this page."]
    else:
        sentences = ["On its way to Spark Hire."]
    return {
        "title": "Video Interview",
        "sentences": sentences,
        "actions": _cancel(viewer),
        "matches": request.matches if viewer.may_act else (),
        "footnote": _only_they_cancel(viewer),
    }


def _open(sentence: str) -> Any:
    def words(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
        text = sentence.format(
            who=viewer.name_of(request.requested_by), name=request.invited_name, day=viewer.day(request.created_at)
        )
        unknown = [phrases.unknown_status(VENDOR, request.vendor_status)] if request.status_is_unknown else []
        return {
            "title": "Video Interview",
            "sentences": [text, *unknown],
            "actions": _cancel(viewer),
            "footnote": _only_they_cancel(viewer),
        }

    return words


def _expired(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.ended_early:
        assert request.closed_at is not None
        return _over(viewer, [deadline_words.ended_early(request, at=request.closed_at)])
    if request.was_never_sent(now):
        sentences = [deadline_words.expired_detail(request), f"{name} was not invited."]
        return _over(viewer, sentences, label="Send again with a new date")
    ended = wording.deadline(
        expires_on=request.expires_on,
        expires_at=request.expires_at,
        zone=request.zone,
        reader_zone=viewer.member.zone,
        now=now,
    ).sentence
    if request.awaiting_final_status(now):
        return {
            "title": "Video Interview",
            "sentences": [
                ended,
                f"We are asking Spark Hire for a last-minute answer; if {name} finished in time, "
                "this turns complete by itself.",
            ],
        }
    detail = deadline_words.expired_detail(request)
    return _over(viewer, [f"{name} did not finish {detail}." if request.vendor_id else detail])


def _canceled(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.is_superseded:
        what = f"{name}'s earlier video interview is the one that counts, so this request was withdrawn."
    elif request.canceled_by is not None:
        told = f"It had not left yet, so {name} was never invited."
        if request.vendor_id or request.cancel_pending:
            told = "" if request.cancel_pending else f"Spark Hire emails {name}."
            if request.vendor_status.lower() in OVER_THERE:
                told = "It was over in Spark Hire already, so nobody is emailed."
        what = f"Canceled by {viewer.by(request.canceled_by)} on {viewer.day(request.closed_at)}. {told}".rstrip()
    else:
        what = f"Canceled in Spark Hire, or {name} declined."
    sentences = [what, _telling(request, viewer)] if request.cancel_pending else [what]
    card = _over(viewer, [*sentences, SEND_ANEW] if viewer.may_act else sentences)
    return {**card, "actions": [*card["actions"], *_cancel_with_mine(request, viewer)]}


def _telling(request: InterviewRequest, viewer: _Viewer) -> str:
    """Say how far telling the vendor of our cancel has come, and who can help when it cannot be told."""
    name, holder = request.invited_name, cancel_waits_for(request)
    if holder is None:
        return phrases.telling(VENDOR, name)
    whose = "your" if holder.pk == viewer.member.pk else f"{holder.name}'s"
    why = f"Spark Hire could not be told, because {whose} key does not work. {name} can still answer"
    helpers = [helper.name for helper in credentials.holders(request.installation)] if request.vendor_id else []
    if helpers and viewer.may_act:
        return f"{why} until you cancel it with yours."
    if helpers:
        return f"{why} until {wording.listing(helpers, last='or')} cancels it with their own."
    return f"{why}: replace that key, or cancel the interview in Spark Hire."


def _cancel_with_mine(request: InterviewRequest, viewer: _Viewer, label: str = "Cancel Request") -> list[Act]:
    """Return the way to cancel with the viewer's key what the canceler's no longer can."""
    waits = request.vendor_id and cancel_waits_for(request) is not None
    return _cancel(viewer, label=label) if waits else []


def _behind(first: InterviewRequest, viewer: _Viewer, words: dict[str, Any]) -> dict[str, Any]:
    """Return the card of a request that goes out after the cancel of an earlier one, which waits for a key."""
    return {
        **words,
        "sentences": ["It goes out after the earlier request's cancel.", _telling(first, viewer)],
        "actions": [*_cancel_with_mine(first, viewer, "Cancel Earlier Request"), *words["actions"]],
    }


def _over(viewer: _Viewer, sentences: Sequence[str], *, label: str = REQUEST) -> dict[str, Any]:
    """Return the card of a request that is over: a new one can be sent, or here is what stands in the way."""
    missing: Sequence[Check] = ()
    if not viewer.may_act and viewer.may_send:
        missing = [check for check in preconditions.checks(viewer.application, viewer.member) if not check.is_met]
    return {"title": "Video Interview", "sentences": sentences, "actions": _again(viewer, label), "checks": missing}


def _failed(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    actions = []
    if viewer.may_act:
        actions = [viewer.act("Try again", "try-again", request, post=True, style="primary"), *_cancel(viewer)]
    reason = request.failure or "Spark Hire gave no reason."
    return {"title": "Video Interview", "sentences": [f"Request not sent. {reason}"], "actions": actions}


def _complete(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    sentences = [f"{name} finished on {viewer.at(request.completed_at)}."]
    late = deadline_words.heard_late(request, heard_at=request.closed_at) if request.closed_at else ""
    if late:
        sentences.append(f"Finished in time; we heard of it {late}.")
    actions: list[Act] = []
    if request.share_url:
        sentences.append(ANYBODY_WATCHES)
        actions.append(viewer.result("View Completed Interview", "watch", request))
    else:
        sentences.append(
            "Spark Hire is preparing the viewing link. We ask again by ourselves."
            if fetch_share_link.is_pending(request)
            else _no_link(request)
        )
        actions.append(viewer.act("Try now", "fetch-link", request, post=True))
    return {
        "title": "Video Interview Complete",
        "sentences": sentences,
        "actions": actions,
        "share_url": request.share_url,
        "footnote": AFTER_COMPLETION,
    }


def _no_link(request: InterviewRequest) -> str:
    if request.failure:
        return f"Spark Hire gave no viewing link. It says: {request.failure}"
    return "Spark Hire gave no viewing link. The interview may have been removed there."


_WORDS = {
    State.QUEUED: _queued,
    State.SENT: _open("{who} asked on {day}. Spark Hire emails {name} the invitation."),
    State.ACCEPTED: _open("{name} accepted the invitation."),
    State.STARTED: _open("{name} is recording and can pause and return until the deadline."),
    State.EXPIRED: _expired,
    State.CANCELED: _canceled,
    State.FAILED: _failed,
    State.COMPLETED: _complete,
}


def _deadline(request: InterviewRequest, member: Membership, now: datetime) -> wording.Deadline:
    return wording.deadline(
        expires_on=request.expires_on,
        expires_at=request.expires_at,
        zone=request.zone,
        reader_zone=member.zone,
        now=now,
    )


def _poll(request: InterviewRequest, state: State, now: datetime) -> int:
    moving = (
        state == State.QUEUED
        or request.cancel_pending
        or request.awaiting_final_status(now)
        or (state == State.COMPLETED and not request.share_url and fetch_share_link.is_pending(request))
    )
    return responses.poll_seconds(request.updated_at, now=now) if moving else 0


def _banner(request: InterviewRequest, viewer: _Viewer, state: State) -> str:
    """Say that Spark Hire cannot be asked about this very request now, how old the card's words are, what follows."""
    if not viewer.delay_reason:
        return ""
    heard = request.seen_at or request.sent_at
    as_of = f"This is as of {viewer.since(heard)}." if heard else ""
    if state == State.QUEUED:
        follows = phrases.LOOKED_FOR if request.send_attempted_at else phrases.GOES_OUT
    elif request.cancel_pending:
        follows = "It is told of the cancel when it is back."
    else:
        follows = "We ask again by ourselves."
    if state in (State.EXPIRED, State.CANCELED) and viewer.may_act and not request.awaiting_final_status(clock.now()):
        follows = "You can still send; the request waits here and goes out when it is back."
    return " ".join(filter(None, (viewer.delay_reason, as_of, follows)))


class VideoInterviewTab(RequestTab):
    """The *Video Interview* tab of the candidate record."""

    slug = "video-interview"
    label = "Video Interview"
    template_name = "spark_hire/tab.html"
    weight = 50
    flow = FLOW

    def context(self, *, application: Any, membership: Any) -> dict[str, Any]:
        """Return the status card, and the reason when Video Interviewing is not there at all."""
        status = describe(application=application, member=membership)
        return {"status": status, "unavailable": _unavailable(membership)}


TAB = VideoInterviewTab()


def _unavailable(membership: Membership) -> str:
    """Return why Video Interviewing cannot be used by this company, or ""."""
    if not installations.is_enabled(membership.company, SLUG):
        return (
            "Video Interviewing is available on request. Once your company has purchased a Spark Hire account, "
            "reach out to the Recruiting Support Team to enable it."
        )
    if installations.in_use(membership.company, SLUG) is None:
        return preconditions.off_sentence(membership)
    return ""
