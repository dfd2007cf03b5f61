"""What the Video Interview tab says and offers in each state: the table of the page, as code.

Only words and links; what may really be done, the services decide again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from integrations import credentials
from integrations.spark_hire import announcements, blockers, deadlines, interviews, promises, selectors
from integrations.spark_hire.blockers import Check
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import OPEN, Call, State
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Badge
from recruiting.foundation import clock, wording
from recruiting.jobs import access
from recruiting.web import responses

AFTER_COMPLETION = (
    "You cannot send the candidate a second video interview request from Throughline after they've completed a video "
    "interview. You can send a request directly from Spark Hire; its status will not be tracked in Throughline."
)
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
    requests = selectors.history(application)
    request = selectors.current(requests)
    earlier = [other for other in requests if other is not request]
    if request is None:
        return _ready(application, member, earlier)
    sender = _Reader(application, member, request)
    state = request.state_at(now)
    words = _WORDS[state](request, sender, now)
    first = next((other for other in earlier if interviews.cancel_waits_for(other) is not None), None)
    if state == State.QUEUED and first is not None:
        words = _behind(first, replace(sender, request=first), words)
    common = {
        "badge": selectors.badge(request, now),
        "request": request,
        "deadline": _deadline(request, member, now) if state in OPEN else None,
        "poll": _poll(request, state, now),
        "banner": _banner(request, sender, state),
        "earlier": earlier,
    }
    return Status(**{**common, **words})


@dataclass(frozen=True)
class _Reader:
    """Who looks, and what they may do about the request."""

    application: Application
    member: Membership
    request: InterviewRequest

    @cached_property
    def may_act(self) -> bool:
        """Whether role and own key allow sending and canceling."""
        return (
            blockers.may_send(self.application, self.member)
            and credentials.own(self.request.installation, self.member) is not None
        )

    @cached_property
    def trouble(self) -> str:
        """Why what is promised about the request waits although nobody needs to mend anything, or ""."""
        return promises.trouble(self.request)

    def url(self, name: str, *more: Any) -> str:
        """Return an address under this candidate's Video Interview tab."""
        return reverse(f"spark_hire:{name}", args=[self.application.candidate_id, self.application.pk, *more])

    def name_of(self, who: Membership | None) -> str:
        """Return "You" for the reader, else the name: the first word of a sentence."""
        if who is None:
            return "Somebody"
        return "You" if who.pk == self.member.pk else who.name

    def by(self, who: Membership) -> str:
        """Return "you" for the reader, else the name, inside a sentence."""
        return "you" if who.pk == self.member.pk else who.name

    def day(self, moment: datetime | None) -> str:
        """Write a day in the reader's zone: "Fri 21 Nov"."""
        if moment is None:
            return ""
        zone = self.member.zone
        return wording.day(moment.astimezone(zone).date(), today=clock.today(zone))

    def at(self, moment: datetime | None) -> str:
        """Write a day and time in the reader's zone."""
        return f"{self.day(moment)}, {wording.clock_time(moment.astimezone(self.member.zone))}" if moment else ""

    def since(self, moment: datetime) -> str:
        """Write a past moment in the reader's zone: the time alone when it is today's."""
        zone = self.member.zone
        local = moment.astimezone(zone)
        return wording.clock_time(local) if local.date() == clock.today(zone) else self.at(moment)


def _ready(application: Application, member: Membership, earlier: Sequence[InterviewRequest]) -> Status:
    name, title = application.candidate.name, application.job.title
    checks = blockers.checks(application, member)
    if not blockers.may_send(application, member):
        return Status(
            title="Video Interview",
            badge=None,
            sentences=["No video interview has been requested.", access.who_sends(application.job)],
            earlier=earlier,
        )
    if not all(check.is_met for check in checks):
        return Status(title="Before you can send", badge=None, sentences=[], checks=checks, earlier=earlier)
    link = blockers.require_ready(application, member).link
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


def _again(reader: _Reader, label: str) -> list[dict[str, Any]]:
    return [request_action(reader.application, primary=True, label=label)] if reader.may_act else []


def _cancel(reader: _Reader, *, label: str = "Cancel Request") -> list[dict[str, Any]]:
    if not reader.may_act:
        return []
    return [{"label": label, "url": reader.url("cancel", reader.request.pk), "style": "link", "dialog": True}]


def _only_they_cancel(reader: _Reader) -> str:
    if reader.may_act:
        return ""
    names = [holder.name for holder in credentials.holders(reader.request.installation)]
    return (
        f"Only {wording.listing(names, last='or')} can cancel." if names else "Nobody can cancel until a key is added."
    )


def _queued(request: InterviewRequest, reader: _Reader, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.matches:
        sentences = [f"Spark Hire shows {len(request.matches)} interviews for {name}. Choose the one to follow."]
    elif request.failure and not reader.trouble:
        sentences = [request.failure, "The request is kept and goes out once that is mended."]
    elif reader.trouble or now - request.created_at > responses.POLL_FAST_FOR / 2:
        unsure = f"Spark Hire didn't confirm yet. We look before we send again, so {name} is never invited twice."
        # What is known to have left nothing there is simply still here.
        sentences = [unsure if request.send_attempted_at else "It has not left yet.", "You can leave this page."]
    else:
        sentences = ["On its way to Spark Hire."]
    return {
        "title": "Video Interview",
        "sentences": sentences,
        "actions": _cancel(reader),
        "matches": request.matches if reader.may_act else (),
        "footnote": _only_they_cancel(reader),
    }


def _open(sentence: str) -> Any:
    def words(request: InterviewRequest, reader: _Reader, now: datetime) -> dict[str, Any]:
        text = sentence.format(
            who=reader.name_of(request.requested_by), name=request.invited_name, day=reader.day(request.created_at)
        )
        unknown = (
            [f"Spark Hire says “{request.vendor_status}”, which we do not know."] if request.status_is_unknown else []
        )
        return {
            "title": "Video Interview",
            "sentences": [text, *unknown],
            "actions": _cancel(reader),
            "footnote": _only_they_cancel(reader),
        }

    return words


def _expired(request: InterviewRequest, reader: _Reader, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.ended_early:
        assert request.closed_at is not None
        return _over(reader, [announcements.ended_early(request, at=request.closed_at)])
    if request.was_never_sent(now):
        sentences = [announcements.expired_detail(request), f"{name} was not invited."]
        return _over(reader, sentences, label="Send again with a new date")
    ended = wording.deadline(
        expires_on=request.expires_on,
        expires_at=request.expires_at,
        zone=request.zone,
        reader_zone=reader.member.zone,
        now=now,
    ).sentence
    if request.awaits_last_word(now):
        return {
            "title": "Video Interview",
            "sentences": [
                ended,
                f"We are asking Spark Hire for a last-minute answer; if {name} finished in time, "
                "this turns complete by itself.",
            ],
        }
    detail = announcements.expired_detail(request)
    return _over(reader, [f"{name} did not finish {detail}." if request.vendor_id else detail])


def _canceled(request: InterviewRequest, reader: _Reader, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    if request.is_superseded:
        what = f"{name}'s earlier video interview is the one that counts, so this request was withdrawn."
    elif request.canceled_by is not None:
        told = f"It had not left yet, so {name} was never invited."
        if request.vendor_id or request.cancel_pending:
            told = "" if request.cancel_pending else f"Spark Hire emails {name}."
            if request.vendor_status.lower() in OVER_THERE:
                told = "It was over in Spark Hire already, so nobody is emailed."
        what = f"Canceled by {reader.by(request.canceled_by)} on {reader.day(request.closed_at)}. {told}".rstrip()
    else:
        what = f"Canceled in Spark Hire, or {name} declined."
    sentences = [what, _telling(request, reader)] if request.cancel_pending else [what]
    card = _over(reader, [*sentences, SEND_ANEW] if reader.may_act else sentences)
    return {**card, "actions": [*card["actions"], *_cancel_with_mine(request, reader)]}


def _telling(request: InterviewRequest, reader: _Reader) -> str:
    """Say how far telling the vendor of our cancel has come, and who can help when it cannot be told."""
    name, holder = request.invited_name, interviews.cancel_waits_for(request)
    if holder is None:
        return f"Telling Spark Hire… Until it knows, {name} can still answer."
    whose = "your" if holder.pk == reader.member.pk else f"{holder.name}'s"
    why = f"Spark Hire could not be told, because {whose} key does not work. {name} can still answer"
    helpers = [helper.name for helper in credentials.holders(request.installation)] if request.vendor_id else []
    if helpers and reader.may_act:
        return f"{why} until you cancel it with yours."
    if helpers:
        return f"{why} until {wording.listing(helpers, last='or')} cancels it with their own."
    return f"{why}: replace that key, or cancel the interview in Spark Hire."


def _cancel_with_mine(
    request: InterviewRequest, reader: _Reader, label: str = "Cancel Request"
) -> list[dict[str, Any]]:
    """Return the way to cancel with the reader's key what the canceler's no longer can."""
    waits = request.vendor_id and interviews.cancel_waits_for(request) is not None
    return _cancel(reader, label=label) if waits else []


def _behind(first: InterviewRequest, reader: _Reader, words: dict[str, Any]) -> dict[str, Any]:
    """Return the card of a request that goes out after the cancel of an earlier one, which waits for a key."""
    return {
        **words,
        "sentences": ["It goes out after the earlier request's cancel.", _telling(first, reader)],
        "actions": [*_cancel_with_mine(first, reader, "Cancel Earlier Request"), *words["actions"]],
    }


def _over(reader: _Reader, sentences: Sequence[str], *, label: str = REQUEST) -> dict[str, Any]:
    """Return the card of a request that is over: a new one can be sent, or here is what stands in the way."""
    missing: Sequence[Check] = ()
    if not reader.may_act and blockers.may_send(reader.application, reader.member):
        missing = [check for check in blockers.checks(reader.application, reader.member) if not check.is_met]
    return {"title": "Video Interview", "sentences": sentences, "actions": _again(reader, label), "checks": missing}


def _failed(request: InterviewRequest, reader: _Reader, now: datetime) -> dict[str, Any]:
    actions = []
    if reader.may_act:
        url = reader.url("try-again", request.pk)
        actions = [{"label": "Try again", "url": url, "post": True, "style": "primary"}, *_cancel(reader)]
    reason = request.failure or "Spark Hire gave no reason."
    return {"title": "Video Interview", "sentences": [f"Request not sent. {reason}"], "actions": actions}


def _complete(request: InterviewRequest, reader: _Reader, now: datetime) -> dict[str, Any]:
    name = request.invited_name
    sentences = [f"{name} finished on {reader.at(request.completed_at)}."]
    late = announcements.heard_late(request, heard_at=request.closed_at) if request.closed_at else ""
    if late:
        sentences.append(f"Finished in time; we heard of it {late}.")
    actions: list[dict[str, Any]] = []
    if request.share_url:
        sentences.append(ANYBODY_WATCHES)
        actions.append(
            {
                "label": "View Completed Interview",
                "url": reader.url("watch", request.pk),
                "new_window": True,
                "style": "primary",
                "icon": "external-link",
            }
        )
    else:
        sentences.append(
            "Spark Hire is preparing the viewing link. We ask again by ourselves."
            if promises.is_made(Call.SHARE, request)
            else _no_link(request)
        )
        actions.append({"label": "Try now", "url": reader.url("fetch-link", request.pk), "post": True})
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
        or request.awaits_last_word(now)
        or (state == State.COMPLETED and not request.share_url and promises.is_made(Call.SHARE, request))
    )
    return responses.poll_seconds(request.updated_at, now=now) if moving else 0


def _banner(request: InterviewRequest, reader: _Reader, state: State) -> str:
    """Say that Spark Hire cannot be asked about this very request now, how old the card's words are, what follows."""
    if not reader.trouble:
        return ""
    heard = request.seen_at or request.sent_at
    as_of = f"This is as of {reader.since(heard)}." if heard else ""
    if state == State.QUEUED and request.send_attempted_at:
        follows = "We look for the request when it is back, and send it if it is not there."
    elif state == State.QUEUED:
        follows = "The request waits here and goes out when it is back."
    elif request.cancel_pending:
        follows = "It is told of the cancel when it is back."
    else:
        follows = "We ask again by ourselves."
    if state in (State.EXPIRED, State.CANCELED) and reader.may_act and not request.awaits_last_word(clock.now()):
        follows = "You can still send; the request waits here and goes out when it is back."
    return " ".join(filter(None, (reader.trouble, as_of, follows)))


def preview(text: str, *, member: Membership) -> str:
    """Return the sentence under the date field for what was typed: the deadline in words, or what is wrong with it."""
    company = member.company
    today = company.today()
    day = deadlines.parse(text)
    deadlines.require_choosable(day, today=today)
    words = wording.deadline(
        expires_on=day,
        expires_at=deadlines.instant_of(day, company.zone),
        zone=company.zone,
        reader_zone=member.zone,
        now=clock.now(),
    )
    return str(words)
