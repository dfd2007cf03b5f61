"""The Video Interview tab, and what it says and offers in each state: the table of the page, as code.

Only words and links; what may really be done, the services decide again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from integrations import credentials, installations
from integrations.requests import card, phrases, selectors
from integrations.requests.card import StatusCard
from integrations.requests.tab import RequestTab
from integrations.requests.viewer import ActionLink, Viewer
from integrations.spark_hire import SLUG, VENDOR, preconditions
from integrations.spark_hire.deadlines import words as deadline_words
from integrations.spark_hire.flow import FLOW, cancel_waits_for, fetch_share_link
from integrations.spark_hire.lifecycle import OPEN, State
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.preconditions import Check
from integrations.spark_hire.services import AFTER_COMPLETION
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock, formatting
from recruiting.jobs import access

TITLE = "Video Interview"
ANYBODY_WATCHES = (
    "Any member of the hiring team with access to this candidate can watch, with or without a Spark Hire account."
)
REQUEST = "Request Video Interview"
# What the vendor said last about what our cancel found over already, in either spelling.
OVER_THERE = frozenset({"expired", "canceled", "cancelled", "deleted"})
SEND_ANEW = "You can proceed with sending a new video interview request at this time."
UNAVAILABLE = (
    "Video Interviewing is available on request. Once your company has purchased a Spark Hire account, "
    "reach out to the Recruiting Support Team to enable it."
)


@dataclass(frozen=True, kw_only=True)
class Status(StatusCard):
    """The status card, with the deadline, what stands in the way, and the recording's link."""

    title: str = TITLE
    deadline: formatting.Deadline | None = None
    checks: Sequence[Check] = ()
    share_url: str = ""


def describe(*, application: Application, member: Membership) -> Status:
    """Return what the tab shows to this member now."""
    now = clock.now()
    requests = selectors.history(FLOW, application)
    request: InterviewRequest | None = selectors.current(requests)
    earlier = [other for other in requests if other is not request]
    if request is None:
        return Status(earlier=earlier, **_ready(Viewer(application, member, "spark_hire")))
    viewer = _Viewer(application, member, "spark_hire", request)
    state = request.state_at(now)
    words = _WORDS[state](request, viewer, now)
    first = next((other for other in earlier if cancel_waits_for(other) is not None), None)
    if state == State.QUEUED and first is not None:
        words = _behind(first, replace(viewer, request=first), words)
    common = {
        "badge": FLOW.badge(request),
        "request": request,
        "deadline": request.deadline(reader_zone=member.zone, now=now) if state in OPEN else None,
        "poll": card.poll(request, is_moving=_is_moving(request, state, now)),
        "banner": _banner(request, viewer, state, now),
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
        """Why the tasks of the request wait although nobody needs to mend anything, or ""."""
        return selectors.delay_reason(self.request)

    def again(self, label: str = REQUEST) -> list[ActionLink]:
        """Return the way to a new request."""
        return [_request(self, label=label)] if self.may_act else []

    def cancel(self, label: str = "Cancel Request") -> list[ActionLink]:
        """Return the window that cancels."""
        return [self.window(label, "cancel", self.request)] if self.may_act else []

    def cancel_with_mine(self, label: str = "Cancel Request") -> list[ActionLink]:
        """Return the way to cancel with the viewer's key what the canceler's no longer can."""
        waits = self.request.vendor_id and cancel_waits_for(self.request) is not None
        return self.cancel(label) if waits else []

    @property
    def only_they_cancel(self) -> str:
        """Who can cancel, where the viewer cannot."""
        if self.may_act:
            return ""
        names = [holder.name for holder in credentials.holders(self.request.installation)]
        who = formatting.join_names(names, last="or")
        return f"Only {who} can cancel." if names else "Nobody can cancel until a key is added."


def _ready(viewer: Viewer) -> dict[str, Any]:
    application, name = viewer.application, viewer.application.candidate.name
    if not viewer.may_send:
        return {"sentences": ["No video interview has been requested.", access.who_sends(application.job)]}
    checks = preconditions.checks(application, viewer.member)
    if not all(check.is_met for check in checks):
        return {"title": "Before you can send", "checks": checks}
    link = preconditions.require_ready(application, viewer.member).link
    return {
        "sentences": [
            f"Invite {name} to a one-way video interview for {application.job.title}.",
            f"Question Set: {link.question_set_name}.",
        ],
        "actions": [_request(viewer)],
    }


def _request(viewer: Viewer, *, label: str = REQUEST) -> ActionLink:
    return viewer.action(label, "request", style="primary")


def _queued(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    sentences = card.on_its_way(request, is_delayed=bool(viewer.delay_reason))
    if request.matches:
        shown = f"Spark Hire shows {len(request.matches)} interviews for {request.invited_name}."
        sentences = [f"{shown} Choose the one to follow."]
    matches = request.matches if viewer.may_act else ()
    return {"sentences": sentences, "matches": matches, **_ending(viewer)}


def _ending(viewer: _Viewer) -> dict[str, Any]:
    return {"actions": viewer.cancel(), "footnote": viewer.only_they_cancel}


def _open(sentence: str) -> Callable[[InterviewRequest, _Viewer, datetime], dict[str, Any]]:
    def words(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
        who, day = viewer.name_of(request.requested_by), viewer.day(request.created_at)
        text = sentence.format(who=who, name=request.invited_name, day=day)
        unknown = [phrases.unknown_status(VENDOR, request.vendor_status)] if request.status_is_unknown else []
        return {"sentences": [text, *unknown], **_ending(viewer)}

    return words


def _expired(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.ended_early:
        assert request.closed_at is not None
        return _over(viewer, [deadline_words.ended_early(request, at=request.closed_at)])
    detail = deadline_words.expired_detail(request)
    if request.was_never_sent(now):
        return _over(viewer, [detail, f"{name} was not invited."], label="Send again with a new date")
    if request.awaiting_final_status(now):
        asking = f"We are asking Spark Hire for a last-minute answer; if {name} finished in time, "
        ended = request.deadline(reader_zone=viewer.member.zone, now=now).sentence
        return {"sentences": [ended, f"{asking}this turns complete by itself."]}
    return _over(viewer, [f"{name} did not finish {detail}." if request.vendor_id else detail])


def _canceled(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    what = card.canceled(request, viewer)
    if request.is_superseded:
        what = f"{name}'s earlier video interview is the one that counts, so this request was withdrawn."
    elif request.canceled_by is not None and not request.cancel_pending:
        told = f"Spark Hire emails {name}." if request.vendor_id else card.never_invited(request)
        if request.vendor_id and request.vendor_status.lower() in OVER_THERE:
            told = "It was over in Spark Hire already, so nobody is emailed."
        what = f"{what} {told}"
    sentences = [what, _cancel_progress(request, viewer)] if request.cancel_pending else [what]
    over = _over(viewer, [*sentences, SEND_ANEW] if viewer.may_act else sentences)
    return {**over, "actions": [*over["actions"], *viewer.cancel_with_mine()]}


def _cancel_progress(request: InterviewRequest, viewer: _Viewer) -> str:
    """Say how far our cancel has come at the vendor, and who can help when it cannot be told."""
    name, holder = request.invited_name, cancel_waits_for(request)
    if holder is None:
        return phrases.cancel_on_its_way(VENDOR, name)
    whose = "your" if holder.pk == viewer.member.pk else f"{holder.name}'s"
    why = f"Spark Hire could not be told, because {whose} key does not work. {name} can still answer"
    helpers = [helper.name for helper in credentials.holders(request.installation)] if request.vendor_id else []
    if helpers and viewer.may_act:
        return f"{why} until you cancel it with yours."
    if helpers:
        return f"{why} until {formatting.join_names(helpers, last='or')} cancels it with their own."
    return f"{why}: replace that key, or cancel the interview in Spark Hire."


def _behind(first: InterviewRequest, viewer: _Viewer, words: dict[str, Any]) -> dict[str, Any]:
    """Return the card of a request that goes out after the cancel of an earlier one, which waits for a key."""
    return {
        **words,
        "sentences": ["It goes out after the earlier request's cancel.", _cancel_progress(first, viewer)],
        "actions": [*viewer.cancel_with_mine("Cancel Earlier Request"), *words["actions"]],
    }


def _over(viewer: _Viewer, sentences: Sequence[str], *, label: str = REQUEST) -> dict[str, Any]:
    """Return the card of a request that is over: a new one can be sent, or here is what stands in the way."""
    missing: Sequence[Check] = ()
    if not viewer.may_act and viewer.may_send:
        missing = [check for check in preconditions.checks(viewer.application, viewer.member) if not check.is_met]
    return {"sentences": sentences, "actions": viewer.again(label), "checks": missing}


def _failed(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    again = viewer.action("Try again", "try-again", request, post=True, style="primary")
    reason = request.failure or "Spark Hire gave no reason."
    actions = [again, *viewer.cancel()] if viewer.may_act else []
    return {"sentences": [f"Request not sent. {reason}"], "actions": actions}


def _complete(request: InterviewRequest, viewer: _Viewer, now: datetime) -> dict[str, Any]:
    sentences = [f"{request.invited_name} finished on {viewer.at(request.completed_at)}."]
    late = deadline_words.heard_late(request, heard_at=request.closed_at) if request.closed_at else ""
    if late:
        sentences.append(f"Finished in time; we heard of it {late}.")
    if request.share_url:
        sentences.append(ANYBODY_WATCHES)
        action = viewer.result("View Completed Interview", "watch", request)
    else:
        action = viewer.action("Try now", "fetch-link", request, post=True)
        if fetch_share_link.is_pending(request):
            sentences.append("Spark Hire is preparing the viewing link. We ask again by ourselves.")
        elif request.failure:
            sentences.append(f"Spark Hire gave no viewing link. It says: {request.failure}")
        else:
            sentences.append("Spark Hire gave no viewing link. The interview may have been removed there.")
    return {
        "title": "Video Interview Complete",
        "sentences": sentences,
        "actions": [action],
        "share_url": request.share_url,
        "footnote": AFTER_COMPLETION,
    }


_WORDS: dict[State, Callable[[InterviewRequest, _Viewer, datetime], dict[str, Any]]] = {
    State.QUEUED: _queued,
    State.SENT: _open("{who} asked on {day}. Spark Hire emails {name} the invitation."),
    State.ACCEPTED: _open("{name} accepted the invitation."),
    State.STARTED: _open("{name} is recording and can pause and return until the deadline."),
    State.EXPIRED: _expired,
    State.CANCELED: _canceled,
    State.FAILED: _failed,
    State.COMPLETED: _complete,
}


def _is_moving(request: InterviewRequest, state: State, now: datetime) -> bool:
    return (
        state == State.QUEUED
        or request.cancel_pending
        or request.awaiting_final_status(now)
        or (state == State.COMPLETED and not request.share_url and fetch_share_link.is_pending(request))
    )


def _banner(request: InterviewRequest, viewer: _Viewer, state: State, now: datetime) -> str:
    """Say that Spark Hire cannot be asked about this very request now, how old the card's words are, what follows."""
    if not viewer.delay_reason:
        return ""
    heard = card.as_of(request, viewer)
    follows = "We ask again by ourselves."
    if state == State.QUEUED:
        follows = phrases.LOOKED_FOR if request.send_attempted_at else phrases.GOES_OUT
    elif request.cancel_pending:
        follows = "It is told of the cancel when it is back."
    if state in (State.EXPIRED, State.CANCELED) and viewer.may_act and not request.awaiting_final_status(now):
        follows = "You can still send; the request waits here and goes out when it is back."
    return " ".join(filter(None, (viewer.delay_reason, heard and f"{heard}.", follows)))


class VideoInterviewTab(RequestTab):
    """The *Video Interview* tab of the candidate record."""

    slug = "video-interview"
    label = "Video Interview"
    template_name = "spark_hire/tab.html"
    weight = 50
    flow = FLOW

    def context(self, *, application: Application, membership: Membership) -> dict[str, Any]:
        """Return the status card, and the reason when Video Interviewing is not there at all."""
        unavailable = ""
        if not installations.is_enabled(membership.company, SLUG):
            unavailable = UNAVAILABLE
        elif installations.in_use(membership.company, SLUG) is None:
            unavailable = preconditions.off_sentence(membership)
        return {"status": describe(application=application, member=membership), "unavailable": unavailable}


TAB = VideoInterviewTab()
