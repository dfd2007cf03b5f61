"""What the Reference Check tab says and offers in each state: the table of the page, as code.

Only words and links; what may really be done, the services decide again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from integrations import credentials
from integrations.crosschq import (
    announcements,
    blockers,
    checks,
    connection,
    promises,
    selectors,
    unsent,
    ways,
)
from integrations.crosschq.blockers import Way, WayOut
from integrations.crosschq.models import KeptReference, ReferenceCheck, ReportFile
from integrations.crosschq.orders import RELATIONSHIPS
from integrations.crosschq.reader import Reader
from integrations.crosschq.states import AT_VENDOR, OPEN, State
from integrations.crosschq.ways import Offer
from integrations.models import Credential
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.extensions import Badge
from recruiting.foundation import clock, wording
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web import responses

TITLE = "Reference Check"
REMINDS = "Crosschq reminds {name} and the references every 24 hours."
OPENS_THERE = "The report opens in Crosschq, which may ask you to sign in."
STEPS = ("Sent", "Candidate started", "References answering", "Report ready")


@dataclass(frozen=True)
class Pdf:
    """One of the report's PDFs: its label, where it is, or what is to say about it."""

    label: str
    url: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Status:
    """The status card: title, badge, sentences, steps, counts, actions (the primary first), and what stands below."""

    title: str
    badge: Badge | None
    sentences: Sequence[str]
    check: ReferenceCheck | None = None
    steps: Sequence[dict[str, str]] = ()
    facts: Sequence[tuple[str, str]] = ()
    percent: int | None = None
    people: Sequence[KeptReference] = ()
    actions: Sequence[dict[str, Any]] = ()
    offers: Sequence[Offer] = ()
    footnote: str = ""
    settle: bool = False
    """Whether the reader is asked to say whether the vendor has it."""
    matches: Sequence[dict[str, Any]] = ()
    pdfs: Sequence[Pdf] = ()
    copy_again: dict[str, Any] | None = None
    poll: int = 0
    banner: str = ""
    banner_action: dict[str, Any] | None = None
    earlier: Sequence[ReferenceCheck] = field(default_factory=list)


def describe(*, application: Application, member: Membership) -> Status:
    """Return what the tab shows to this member now."""
    history = selectors.history(application)
    check = selectors.current(history)
    reader = Reader(application, member, access.may(member, Action.SEND_REQUEST, application.job))
    earlier = [other for other in history if other is not check]
    if check is None:
        return Status(**{"earlier": earlier, **unsent.describe(reader)})
    now = clock.now()
    words = _WORDS[State(check.state)](check, reader, now)
    banner, banner_action = _banner(check, reader)
    common = {
        "title": TITLE,
        "badge": selectors.badge(check),
        "check": check,
        "steps": _steps(check),
        "facts": _facts(check, reader),
        "people": list(check.kept_references.all()),
        "poll": _poll(check, now),
        "banner": banner,
        "banner_action": banner_action,
        "earlier": earlier,
    }
    return Status(**{**common, **words})


# ── On its way ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _queued(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    name = check.invited_name
    # What is known to have left nothing there is simply still here.
    unsure = (
        f"Crosschq didn't confirm yet. We look before we send again, so {name} is never invited twice."
        if check.send_attempted_at
        else "It has not left yet."
    )
    if _key_is_refused(check):
        sentences = [unsure, "The request is kept and goes out once the key is replaced."]
    elif check.failure:
        sentences = [check.failure, "The request is kept and goes out once that is mended."]
    elif now - check.created_at > responses.POLL_FAST_FOR / 2 or promises.trouble(check):
        sentences = [unsure, "You can leave this page."]
    else:
        sentences = ["On its way to Crosschq."]
    return {"sentences": sentences, **_ending(check, reader)}


def _uncertain(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    why = check.failure or f"Crosschq may have {check.invited_name}'s request. Please look in Crosschq."
    return {
        "sentences": [why, "Choose the one to follow." if check.matches else "Then say here what you found."],
        "settle": reader.may_send,
        "matches": [_match(found) for found in check.matches] if reader.may_send else (),
        "actions": [*_open_there(), *([_stop(check, reader)] if reader.may_send else [])],
        "footnote": "" if reader.may_send else _who_sends(reader),
    }


def _match(found: dict[str, Any]) -> dict[str, Any]:
    made = found.get("created_at")
    return {**found, "created": datetime.fromisoformat(made) if made else None}


def _sent(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    label, name = announcements.label_of(check), check.invited_name
    sentence = f"Sent {reader.day(check.sent_at)} with {label}. {name} has not started."
    if check.owner is not None:
        sentence = f"{sentence} Owner: {check.owner.name}."
    return {"sentences": [sentence, *_vendor_says(check)], **_ending(check, reader)}


def _in_progress(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    answered = f"{check.answered_count} of {check.asked_count} references answered · {check.progress} %"
    reminds = REMINDS.format(name=check.invited_name)
    return {
        "sentences": [answered, *_vendor_says(check), reminds],
        "percent": check.progress,
        **_ending(check, reader),
    }


def _vendor_says(check: ReferenceCheck) -> list[str]:
    said = []
    if check.is_past_due:
        said.append("Crosschq says this is past due.")
    if check.status_is_unknown:
        said.append(f"Crosschq says “{check.vendor_status}”, which we do not know.")
    return said


def _ending(check: ReferenceCheck, reader: Reader) -> dict[str, Any]:
    """Return how the reader may end a check that is under way, and what else there is to do about it."""
    application = reader.application
    gone = [] if application.is_open else [_runs_on(application)]
    if not reader.may_send:
        return {"footnote": " ".join([*gone, _who_sends(reader)])}
    actions: list[dict[str, Any]] = []
    if checks.can_remind(check):
        actions.append({"label": "Remind", "url": reader.url("remind", check.pk), "post": True})
    if checks.can_cancel(check):
        actions.append(
            {"label": "Cancel Request", "url": reader.url("cancel", check.pk), "style": "link", "dialog": True}
        )
        return {"actions": actions, "footnote": " ".join(gone)}
    if check.state in AT_VENDOR:
        actions += [*_open_there(), _stop(check, reader)]
        return {"actions": actions, "footnote": " ".join([*gone, checks.ONLY_THERE])}
    return {"actions": [*actions, _stop(check, reader)], "footnote": " ".join(gone)}


def _runs_on(application: Application) -> str:
    name, state = application.candidate.name, application.get_state_display().lower()
    return f"{name} was {state}; the check runs on."


def _who_sends(reader: Reader) -> str:
    names = [member.name for member in access.who_may(Action.SEND_REQUEST, reader.application.job)][:3]
    return f"Only {wording.listing(names, last='or')} can cancel." if names else ""


def _open_there() -> list[dict[str, Any]]:
    page = connection.web_page()
    if not connection.is_link(page):
        return []
    return [{"label": "Open in Crosschq", "url": page, "new_window": True, "icon": "external-link"}]


def _stop(check: ReferenceCheck, reader: Reader) -> dict[str, Any]:
    return {"label": "Stop tracking", "url": reader.url("stop", check.pk), "style": "link", "dialog": True}


# ── Over ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _complete(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    of = f"{check.answered_count} of {check.asked_count} references."
    if check.answered_count < check.asked_count:
        sentences = [f"Concluded with {of} That was on {reader.day(check.completed_at)}."]
    else:
        sentences = [f"All done on {reader.day(check.completed_at)}. {of}"]
    told = _told(check, reader)
    sentences.append(f"{told} The link also stands in Notes." if check.report_url else told)
    actions: list[dict[str, Any]] = []
    if check.report_url:
        actions.append(_report(check, reader))
    else:
        sentences.append("Crosschq has given no link to the report yet.")
        actions.append({"label": "Check again", "url": reader.url("check-again", check.pk), "post": True})
    if reader.may_send:
        actions.append(_send_again(check, reader, primary=False))
    pdfs, again = _pdfs(check, reader)
    return {
        "sentences": [sentence for sentence in sentences if sentence],
        "actions": actions,
        "footnote": OPENS_THERE if check.report_url else "",
        "pdfs": pdfs,
        "copy_again": again,
    }


def _told(check: ReferenceCheck, reader: Reader) -> str:
    if check.owner is None:
        return ""
    who = reader.name_of(check.owner)
    if check.order.get("vendor_tells_owner"):
        return f"Crosschq tells {reader.by(check.owner)} by email."
    return f"{who} {'were' if who == 'You' else 'was'} told by email."


def _report(check: ReferenceCheck, reader: Reader) -> dict[str, Any]:
    return {
        "label": "View report",
        "url": reader.url("report", check.pk),
        "new_window": True,
        "style": "primary",
        "icon": "external-link",
    }


def _pdfs(check: ReferenceCheck, reader: Reader) -> tuple[list[Pdf], dict[str, Any] | None]:
    files = sorted(check.files.all(), key=lambda file: ReportFile.Kind.values.index(file.kind))
    found: list[Pdf] = []
    for file in files:
        if file.state == ReportFile.State.COPIED and file.attachment_id:
            ids = [reader.application.candidate_id, reader.application.pk, file.attachment_id]
            found.append(Pdf(file.get_kind_display(), url=reverse("applications:file", args=ids)))
    states = {file.state for file in files}
    again = {"label": "Copy again", "url": reader.url("copy-again", check.pk), "post": True}
    if ReportFile.State.COPYING in states:
        found.append(Pdf("", sentence="Copying the report to Files…"))
    elif ReportFile.State.FAILED in states:
        found.append(Pdf("", sentence="The PDF could not be copied. The link above works."))
        return found, again if reader.may_send else None
    elif found:
        found.append(Pdf("", sentence="Also in Files."))
    elif states == {ReportFile.State.ABSENT}:
        found.append(Pdf("", sentence="Your Crosschq account does not make PDFs."))
        return found, again if reader.may_send else None
    return found, None


def _canceled(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    if check.canceled_by is not None:
        what = f"Canceled by {reader.by(check.canceled_by)} on {reader.day(check.closed_at)}."
        if check.cancel_pending:
            what = f"{what} Telling Crosschq… Until it knows, {check.invited_name} can still answer."
        elif not check.vendor_id:
            what = f"{what} It had not left yet, so {check.invited_name} was never invited."
    else:
        what = f"Canceled in Crosschq, or {check.invited_name} declined."
    return _over(check, reader, [what])


def _stopped(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    what = f"Tracking was stopped on {reader.day(check.closed_at)}. In Crosschq it runs on."
    card = _over(check, reader, [what])
    return {**card, "actions": [*card["actions"], *_open_there()]}


def _failed(check: ReferenceCheck, reader: Reader, now: datetime) -> dict[str, Any]:
    sentence = f"Request not sent. {check.failure or 'Crosschq gave no reason.'}"
    if not reader.may_send:
        return {"sentences": [sentence]}
    again = ways.action(WayOut(Way.TRY_AGAIN, check.pk), reader.application, reader.member, may_send=True)
    actions = [
        {**(again or {}), "style": "primary"},
        {"label": "Change requestor", "url": reader.url("requestor", check.pk), "dialog": True},
        unsent.choose(reader, label="Choose another template"),
    ]
    return {"sentences": [sentence], "actions": actions}


def _over(check: ReferenceCheck, reader: Reader, sentences: Sequence[str]) -> dict[str, Any]:
    """Return the card of a check that is over: it can be sent again, or here is what stands in the way."""
    if not reader.may_send:
        return {"sentences": sentences, "actions": []}
    if check.template is None:
        return {"sentences": sentences, "actions": [unsent.choose(reader, primary=True)]}
    found, _ = blockers.look(reader.application, template=check.template)
    offered = ways.offers(found, reader.application, reader.member, may_send=True)
    actions = [] if found else [_send_again(check, reader, primary=True)]
    return {"sentences": sentences, "actions": actions, "offers": offered}


def _send_again(check: ReferenceCheck, reader: Reader, *, primary: bool) -> dict[str, Any]:
    return {
        "label": "Send again",
        "url": reader.url("send-again", check.pk),
        "dialog": True,
        "style": "primary" if primary else "",
    }


_WORDS: dict[State, Callable[[ReferenceCheck, Reader, datetime], dict[str, Any]]] = {
    State.QUEUED: _queued,
    State.UNCERTAIN: _uncertain,
    State.SENT: _sent,
    State.IN_PROGRESS: _in_progress,
    State.COMPLETED: _complete,
    State.CANCELED: _canceled,
    State.STOPPED: _stopped,
    State.FAILED: _failed,
}


# ── Around the words ─────────────────────────────────────────────────────────────────────────────────────────────────
def _steps(check: ReferenceCheck) -> list[dict[str, str]]:
    """Return how far it came; none for one that never got anywhere."""
    at = {State.SENT: 1, State.IN_PROGRESS: 2, State.COMPLETED: 4}.get(State(check.state))
    if check.state == State.QUEUED:
        at = 0
    if at is None:
        return []
    if check.state == State.IN_PROGRESS and not check.entered_count:
        at = 1
    marks = ["done" if number < at else "current" if number == at else "next" for number in range(len(STEPS))]
    return [{"label": label, "state": mark} for label, mark in zip(STEPS, marks, strict=True)]


def _facts(check: ReferenceCheck, reader: Reader) -> list[tuple[str, str]]:
    counts = check.order.get("counts", {})
    kinds = [f"{name} {counts[key]}" for key, name in RELATIONSHIPS.items() if counts.get(key)]
    facts = [
        ("Template", announcements.label_of(check)),
        ("Asked for", " · ".join(kinds)),
        ("Owner", check.owner.name if check.owner else ""),
        ("Position", check.position),
    ]
    if check.state in AT_VENDOR | {State.COMPLETED} and (check.entered_count or check.answered_count):
        facts.insert(2, ("References", f"{check.entered_count} named, {check.answered_count} answered"))
    return facts


def _poll(check: ReferenceCheck, now: datetime) -> int:
    """Return how often the card asks while something can change by itself; 0 when a person has to act."""
    copying = any(file.state == ReportFile.State.COPYING for file in check.files.all())
    moving = check.state == State.QUEUED or check.state in AT_VENDOR or check.cancel_pending or copying
    return responses.poll_seconds(check.updated_at, now=now) if moving else 0


def _banner(check: ReferenceCheck, reader: Reader) -> tuple[str, dict[str, Any] | None]:
    """Say that Crosschq cannot be asked about this very check now, how old the card's words are, and the way out."""
    if check.state not in OPEN and not check.cancel_pending:
        return "", None
    if _key_is_refused(check):
        return _replace_key(reader)
    trouble = promises.trouble(check)
    if not trouble:
        return "", None
    heard = check.seen_at or check.sent_at
    as_of = (
        f"This is as of {reader.since(heard)}; what you start waits here." if heard else "What you start waits here."
    )
    if check.state == State.QUEUED:
        as_of = "The request waits here and goes out when it is back."
        if check.send_attempted_at:
            as_of = "We look for the request when it is back, and send it if it is not there."
    again = {"label": "Check again", "url": reader.url("check-again", check.pk), "post": True}
    return f"{trouble} {as_of}", again if reader.may_send and check.vendor_id else None


def _key_is_refused(check: ReferenceCheck) -> bool:
    key = credentials.of_company(check.installation)
    return key is not None and key.state == Credential.State.REFUSED


def _replace_key(reader: Reader) -> tuple[str, dict[str, Any] | None]:
    refused = "Crosschq no longer accepts the partner key."
    if reader.member.is_administrator:
        return refused, {"label": "Open settings", "url": reverse("crosschq:settings")}
    return f"{refused} {companies.an_administrator(reader.member.company)} can replace it.", None
