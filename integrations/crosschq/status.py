"""The Reference Check tab, and what it says and offers in each state: the table of the page, as code.

Only words and links; what may really be done, the services decide again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from integrations import credentials, outbound
from integrations.crosschq import TAB as TAB_SLUG
from integrations.crosschq import VENDOR, WEB_URL, activity, preconditions
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import tags
from integrations.crosschq.flow import FLOW
from integrations.crosschq.models import KeptReference, ReferenceCheck, ReportFile
from integrations.crosschq.payload import RELATIONSHIPS
from integrations.crosschq.services import SendCheck, can_remind
from integrations.models import Credential
from integrations.requests import card, changes, phrases, selectors
from integrations.requests.card import StatusCard
from integrations.requests.lifecycle import STANDARD, Event, State
from integrations.requests.preconditions import Remedy, action, cards_for
from integrations.requests.tab import RequestTab
from integrations.requests.viewer import ActionLink, Viewer
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation import formatting
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Stage
from recruiting.web.applications import record

REMINDS = "Crosschq reminds {name} and the references every 24 hours."
OPENS_THERE = "The report opens in Crosschq, which may ask you to sign in."
STEPS = ("Sent", "Candidate started", "References answering", "Report ready")


@dataclass(frozen=True)
class Pdf:
    """One of the report's PDFs: its label, where it is, or what is to say about it."""

    label: str
    url: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class Status(StatusCard):
    """The status card, with steps, counts, people, the report's files, and what stands in the way."""

    title: str = "Reference Check"
    earlier_title: str = "Earlier checks"
    steps: Sequence[dict[str, str]] = ()
    percent: int | None = None
    people: Sequence[KeptReference] = ()
    pdfs: Sequence[Pdf] = ()
    copy_again: ActionLink | None = None


def describe(*, application: Application, member: Membership) -> Status:
    """Return what the tab shows to this member now."""
    history = selectors.history(FLOW, application)
    check: ReferenceCheck | None = selectors.current(history)
    viewer = Viewer(application, member, "crosschq")
    earlier = [other for other in history if other is not check]
    if check is None:
        return Status(earlier=earlier, **_unsent(viewer))
    banner, banner_action = _banner(check, viewer)
    common = {
        "badge": FLOW.badge(check),
        "request": check,
        "steps": _steps(check),
        "facts": _facts(check),
        "people": list(check.kept_references.all()),
        "poll": card.poll(check, is_moving=_is_moving(check)),
        "banner": banner,
        "banner_action": banner_action,
        "earlier": earlier,
    }
    return Status(**{**common, **_WORDS[State(check.state)](check, viewer)})


# ── On its way ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _queued(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    sentences = card.on_its_way(check, is_delayed=bool(selectors.delay_reason(check)))
    if _key_is_refused(check):
        sentences = [card.sending_sentence(check), "The request is kept and goes out once the key is replaced."]
    return {"sentences": sentences, **_ending(check, viewer)}


def _uncertain(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    why = check.failure or f"Crosschq may have {check.invited_name}'s request. Please look in Crosschq."
    return {
        "sentences": [why, "Choose the one to follow." if check.matches else "Then say here what you found."],
        "settle": viewer.may_send,
        "matches": [_match(found) for found in check.matches] if viewer.may_send else (),
        "actions": [*_open_there(), *([_stop(check, viewer)] if viewer.may_send else [])],
        "footnote": "" if viewer.may_send else _who_sends(viewer),
    }


def _match(found: dict[str, Any]) -> dict[str, Any]:
    made = found.get("created_at")
    return {**found, "created": datetime.fromisoformat(made) if made else None}


def _sent(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    label, name = activity.label_of(check), check.invited_name
    sentence = f"Sent {viewer.day(check.sent_at)} with {label}. {name} has not started."
    if check.owner is not None:
        sentence = f"{sentence} Owner: {check.owner.name}."
    return {"sentences": [sentence, *_vendor_says(check)], **_ending(check, viewer)}


def _in_progress(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    answered = f"{check.answered_count} of {check.asked_count} references answered · {check.progress} %"
    reminds = REMINDS.format(name=check.invited_name)
    return {
        "sentences": [answered, *_vendor_says(check), reminds],
        "percent": check.progress,
        **_ending(check, viewer),
    }


def _vendor_says(check: ReferenceCheck) -> list[str]:
    past_due = ["Crosschq says this is past due."] if check.is_past_due else []
    unknown = [phrases.unknown_status(VENDOR, check.vendor_status)] if check.status_is_unknown else []
    return [*past_due, *unknown]


def _ending(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    """Return how the viewer may end a check that is under way, and what else there is to do about it."""
    application, name = viewer.application, viewer.application.candidate.name
    notes = [] if application.is_open else [f"{name} was {application.get_state_display().lower()}; the check runs on."]
    actions: list[ActionLink] = []
    if not viewer.may_send:
        notes.append(_who_sends(viewer))
    else:
        if can_remind(check):
            actions.append(viewer.action("Remind", "remind", check, post=True))
        if _can_cancel(check):
            actions.append(viewer.window("Cancel Request", "cancel", check))
        elif check.state in STANDARD.at_vendor:
            actions += [*_open_there(), _stop(check, viewer)]
            notes.append(FLOW.only_there(check))
        else:
            actions.append(_stop(check, viewer))
    return {"actions": actions, "footnote": " ".join(notes)}


def _who_sends(viewer: Viewer) -> str:
    names = [member.name for member in access.who_may(Action.SEND_REQUEST, viewer.application.job)][:3]
    return f"Only {formatting.join_names(names, last='or')} can cancel." if names else ""


def _open_there() -> list[ActionLink]:
    if not outbound.is_link(WEB_URL.value):
        return []
    return [{"label": "Open in Crosschq", "url": WEB_URL.value, "new_window": True, "icon": "external-link"}]


def _stop(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    return viewer.window("Stop tracking", "stop", check)


# ── Over ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _complete(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    of = f"{check.answered_count} of {check.asked_count} references."
    if check.answered_count < check.asked_count:
        sentences = [f"Concluded with {of} That was on {viewer.day(check.completed_at)}."]
    else:
        sentences = [f"All done on {viewer.day(check.completed_at)}. {of}"]
    told = _told(check, viewer)
    sentences.append(f"{told} The link also stands in Notes." if check.report_url else told)
    actions: list[ActionLink] = []
    if check.report_url:
        actions.append(viewer.result("View report", "report", check))
    else:
        sentences.append("Crosschq has given no link to the report yet.")
        actions.append(viewer.action("Check again", "check-again", check, post=True))
    if viewer.may_send:
        actions.append(_send_again(check, viewer, primary=False))
    pdfs, again = _pdfs(check, viewer)
    return {
        "sentences": [sentence for sentence in sentences if sentence],
        "actions": actions,
        "footnote": OPENS_THERE if check.report_url else "",
        "pdfs": pdfs,
        "copy_again": again,
    }


def _told(check: ReferenceCheck, viewer: Viewer) -> str:
    if check.owner is None:
        return ""
    who = viewer.name_of(check.owner)
    if check.order.get("vendor_tells_owner"):
        return f"Crosschq tells {viewer.by(check.owner)} by email."
    return f"{who} {'were' if who == 'You' else 'was'} told by email."


def _pdfs(check: ReferenceCheck, viewer: Viewer) -> tuple[list[Pdf], ActionLink | None]:
    files = sorted(check.files.all(), key=lambda file: ReportFile.Kind.values.index(file.kind))
    found: list[Pdf] = []
    for file in files:
        if file.state == ReportFile.State.COPIED and file.attachment_id:
            ids = [viewer.application.candidate_id, viewer.application.pk, file.attachment_id]
            found.append(Pdf(file.get_kind_display(), url=reverse("applications:file", args=ids)))
    states, sentence, is_lacking = {file.state for file in files}, "", False
    if ReportFile.State.COPYING in states:
        sentence = "Copying the report to Files…"
    elif ReportFile.State.FAILED in states:
        sentence, is_lacking = "The PDF could not be copied. The link above works.", True
    elif found:
        sentence = "Also in Files."
    elif states == {ReportFile.State.ABSENT}:
        sentence, is_lacking = "Your Crosschq account does not make PDFs.", True
    again = viewer.action("Copy again", "copy-again", check, post=True) if is_lacking and viewer.may_send else None
    return [*found, *([Pdf("", sentence=sentence)] if sentence else [])], again


def _canceled(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    what = card.canceled(check, viewer)
    if check.canceled_by is not None and check.cancel_pending:
        what = f"{what} {phrases.cancel_on_its_way(VENDOR, check.invited_name)}"
    elif check.canceled_by is not None and not check.vendor_id:
        what = f"{what} {card.never_invited(check)}"
    return _over(check, viewer, [what])


def _stopped(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    what = f"Tracking was stopped on {viewer.day(check.closed_at)}. In Crosschq it runs on."
    over = _over(check, viewer, [what])
    return {**over, "actions": [*over["actions"], *_open_there()]}


def _failed(check: ReferenceCheck, viewer: Viewer) -> dict[str, Any]:
    sentence = f"Request not sent. {check.failure or 'Crosschq gave no reason.'}"
    if not viewer.may_send:
        return {"sentences": [sentence]}
    again = action(Remedy(preconditions.TRY_AGAIN, check.pk), viewer, TAB_SLUG)
    actions = [
        {**(again or {}), "style": "primary"},
        viewer.action("Change requestor", "requestor", check, dialog=True),
        choose(viewer, label="Choose another template"),
    ]
    return {"sentences": [sentence], "actions": actions}


def _over(check: ReferenceCheck, viewer: Viewer, sentences: Sequence[str]) -> dict[str, Any]:
    """Return the card of a check that is over: it can be sent again, or here is what stands in the way."""
    if not viewer.may_send:
        return {"sentences": sentences, "actions": []}
    if check.template is None:
        return {"sentences": sentences, "actions": [choose(viewer, primary=True)]}
    found, _ = preconditions.look(viewer.application, template=check.template)
    blockers = cards_for(found, viewer, TAB_SLUG)
    actions = [] if found else [_send_again(check, viewer, primary=True)]
    return {"sentences": sentences, "actions": actions, "blockers": blockers}


def _send_again(check: ReferenceCheck, viewer: Viewer, *, primary: bool) -> ActionLink:
    return viewer.action("Send again", "send-again", check, dialog=True, style="primary" if primary else "")


def _can_cancel(check: ReferenceCheck) -> bool:
    return changes.transition_of(check, Event.CANCEL) is not None and FLOW.can_cancel(check)


_WORDS: dict[State, Callable[[ReferenceCheck, Viewer], dict[str, Any]]] = {
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
    begun = 2 if check.entered_count else 1
    at = {State.QUEUED: 0, State.SENT: 1, State.IN_PROGRESS: begun, State.COMPLETED: 4}.get(State(check.state))
    if at is None:
        return []
    marks = ["done" if number < at else "current" if number == at else "next" for number in range(len(STEPS))]
    return [{"label": label, "state": mark} for label, mark in zip(STEPS, marks, strict=True)]


def _facts(check: ReferenceCheck) -> list[tuple[str, str]]:
    counts = check.order.get("counts", {})
    kinds = [f"{name} {counts[key]}" for key, name in RELATIONSHIPS.items() if counts.get(key)]
    facts = [
        ("Template", activity.label_of(check)),
        ("Asked for", " · ".join(kinds)),
        ("Owner", check.owner.name if check.owner else ""),
        ("Position", check.position),
    ]
    if check.state in STANDARD.at_vendor | {State.COMPLETED} and (check.entered_count or check.answered_count):
        facts.insert(2, ("References", f"{check.entered_count} named, {check.answered_count} answered"))
    return facts


def _is_moving(check: ReferenceCheck) -> bool:
    copying = any(file.state == ReportFile.State.COPYING for file in check.files.all())
    return check.state == State.QUEUED or check.state in STANDARD.at_vendor or check.cancel_pending or copying


def _banner(check: ReferenceCheck, viewer: Viewer) -> tuple[str, ActionLink | None]:
    """Say that Crosschq cannot be asked about this very check now, how old the card's words are, and the way out."""
    if check.state not in STANDARD.open and not check.cancel_pending:
        return "", None
    if _key_is_refused(check):
        return _replace_key(viewer)
    delay = selectors.delay_reason(check)
    if not delay:
        return "", None
    heard = card.as_of(check, viewer)
    follows = f"{heard}; what you start waits here." if heard else "What you start waits here."
    if check.state == State.QUEUED:
        follows = phrases.LOOKED_FOR if check.send_attempted_at else phrases.GOES_OUT
    again = viewer.action("Check again", "check-again", check, post=True)
    return f"{delay} {follows}", again if viewer.may_send and check.vendor_id else None


def _key_is_refused(check: ReferenceCheck) -> bool:
    key = credentials.of_company(check.installation)
    return key is not None and key.state == Credential.State.REFUSED


def _replace_key(viewer: Viewer) -> tuple[str, ActionLink | None]:
    refused = "Crosschq no longer accepts the partner key."
    if viewer.member.is_administrator:
        return refused, {"label": "Open settings", "url": reverse("crosschq:settings")}
    return f"{refused} {companies.an_administrator(viewer.member.company)} can replace it.", None


# ── While there is no check ──────────────────────────────────────────────────────────────────────────────────────────
def _unsent(viewer: Viewer) -> dict[str, Any]:
    """Return the words of the status card: what would be sent and how, or why nothing can be."""
    application, name = viewer.application, viewer.application.candidate.name
    found, ready = preconditions.look(application)
    if not viewer.may_send:
        sentences = ["No reference check has been requested.", access.who_sends(application.job)]
        return {"sentences": sentences}
    if ready is None:
        blockers = cards_for(found, viewer, TAB_SLUG)
        if len(blockers) == 1:
            # One reason is the card itself: its sentence, its remedies as the card's buttons.
            return {"sentences": [blockers[0].sentence], "actions": blockers[0].actions}
        return {"title": "Before you can send", "blockers": blockers}
    label = templates.label(ready.template)
    tag = tags.of_job(application.job).text
    takes = f"It takes the tag {tags.normal(tag)} from the job."
    stage = _stage_of(application)
    note = preconditions.phone_note(application)
    if stage is None:
        sentences = [f"{label} is what the tag {tags.normal(tag)} of the job stands for.", _no_stage(application)]
        actions = [choose(viewer, primary=True, template=str(ready.template.pk))]
    elif stage.pk == application.stage_id:
        sentences = [f"{name} is in the {stage.name} step already. Send {label} from here. {takes}"]
        actions = [choose(viewer, primary=True, template=str(ready.template.pk))]
    else:
        sentences = [f"Move {name} to the {stage.name} step to send {label}. {takes}"]
        actions = [_move(viewer, stage), choose(viewer, label="Choose another template")]
    return {
        "sentences": [*sentences, *filter(None, (preconditions.name_note(application), note))],
        "actions": actions,
        "facts": [("Owner", ready.requestor.name)],
    }


def _stage_of(application: Application) -> Stage | None:
    """Return the step of the job's process that starts a request, or None."""
    stages = Stage.objects.filter(process_id=application.job.process_id, automation__action=SendCheck.key)
    return stages.order_by("position").first()


def _no_stage(application: Application) -> str:
    return f"No step of {application.job.title}'s hiring process starts a reference check, so send it from here."


def _move(viewer: Viewer, stage: Stage) -> dict[str, Any]:
    application = viewer.application
    return {
        "label": f"Move to {stage.name}",
        "url": reverse("applications:move", args=[application.candidate_id, application.pk]),
        "post": True,
        "style": "primary",
        "fields": {
            "stage": str(stage.pk),
            "seen_stage": str(application.stage_id or ""),
            "next": record.record_url(application, TAB_SLUG),
        },
    }


def choose(
    viewer: Viewer, *, primary: bool = False, label: str = "Choose template and send", template: str = ""
) -> ActionLink:
    """Return the link to the window *Choose template and send*; `template` is chosen there (an id)."""
    found = viewer.action(label, "choose", dialog=True, style="primary" if primary else "")
    return {**found, "url": f"{found['url']}?template={template}"} if template else found


# ── The tab ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class ReferenceCheckTab(RequestTab):
    """The *Reference Check* tab of the candidate record."""

    slug = TAB_SLUG
    label = "Reference Check"
    template_name = "crosschq/tab.html"
    weight = 60
    flow = FLOW

    def context(self, *, application: Application, membership: Membership) -> dict[str, Any]:
        """Return the status card."""
        return {"status": describe(application=application, member=membership)}


TAB = ReferenceCheckTab()
