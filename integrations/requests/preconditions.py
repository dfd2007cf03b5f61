"""Why nothing is sent, and what can be done about it, as data that pages turn into links and buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.urls import reverse

from integrations.requests.viewer import ActionLink, Viewer
from recruiting.applications.models import Application
from recruiting.foundation.errors import Conflict
from recruiting.web.applications import record


class Who(StrEnum):
    """Who is offered a remedy."""

    ANYBODY = "anybody"
    SENDER = "sender"
    ADMINISTRATOR = "administrator"


class About(StrEnum):
    """What a remedy's address names."""

    NOTHING = "nothing"
    APPLICATION = "application"
    TARGET = "target"
    BOTH = "both"


@dataclass(frozen=True)
class RemedyKind:
    """What can be done about a kind of blocker: the words of its button, and where it leads."""

    label: str
    url_name: str = ""
    """"" for the candidate's tab."""
    about: About = About.APPLICATION
    who: Who = Who.SENDER
    is_window: bool = False
    is_post: bool = False
    comes_back: bool = False
    """Whether what is posted is asked to lead back to the tab."""


CONVERT = RemedyKind("Convert to applicant", "applications:convert-lead", is_post=True, comes_back=True)
OPEN_RECORD = RemedyKind("Open record", "applications:candidate")
ADD_EMAIL = RemedyKind("Add email", "applications:candidate-edit", is_window=True)
EDIT_JOB = RemedyKind("Edit job", "jobs:edit", About.TARGET)
EDIT_TEAM = RemedyKind("Open hiring team", "jobs:info", About.TARGET, is_window=True)
OPEN_TAB = RemedyKind("Open tab", who=Who.ANYBODY)


@dataclass(frozen=True)
class Remedy:
    """A remedy of one blocker; `target` is what it is about besides the application."""

    kind: RemedyKind
    target: UUID | None = None

    @property
    def label(self) -> str:
        """The words of the button."""
        return self.kind.label


@dataclass(frozen=True)
class Blocker:
    """One reason why nothing is sent."""

    code: str
    sentence: str
    remedies: tuple[Remedy, ...] = ()


def of_person(application: Application, *, lead: str, closed: str, no_email: str) -> list[Blocker]:
    """Return what about a candidate has to be mended.

    Args:
        application: the candidate on the job.
        lead, no_email: what follows the name of a lead, and of somebody without an email address.
        closed: what to do about an application that is closed.
    """
    name, blockers = application.candidate.first, []
    if application.state == Application.State.LEAD:
        blockers.append(Blocker("is_a_lead", f"{name} {lead}", (Remedy(CONVERT),)))
    elif not application.is_open:
        sentence = f"{name} was {application.get_state_display().lower()}. {closed}"
        blockers.append(Blocker("not_in_the_running", sentence, (Remedy(OPEN_RECORD),)))
    if not application.candidate.email:
        blockers.append(Blocker("no_email", f"{name} {no_email}", (Remedy(ADD_EMAIL),)))
    return blockers


class Blocked(Conflict):
    """Something has to be mended first; `blockers` are all of it, the first one's sentence is the error's."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__(blockers[0].sentence, code=blockers[0].code)
        self.blockers = blockers


@dataclass(frozen=True)
class BlockerCard:
    """One reason why nothing is sent, and what this reader can do about it."""

    sentence: str
    actions: Sequence[ActionLink] = ()


def cards_for(blockers: Iterable[Blocker], viewer: Viewer, tab: str) -> list[BlockerCard]:
    """Return the blockers with the viewer's remedies; the first of all is the primary one."""
    cards: list[BlockerCard] = []
    for blocker in blockers:
        actions = [link for remedy in blocker.remedies if (link := action(remedy, viewer, tab))]
        if actions and not any(card.actions for card in cards):
            actions[0] = {**actions[0], "style": "primary"}
        cards.append(BlockerCard(blocker.sentence, actions))
    return cards


def action(remedy: Remedy, viewer: Viewer, tab: str) -> ActionLink | None:
    """Return a remedy as `components/action.html` draws it, or None for who cannot take it; `tab`: its slug."""
    kind, application = remedy.kind, viewer.application
    offered = {Who.ANYBODY: True, Who.SENDER: viewer.may_send, Who.ADMINISTRATOR: viewer.member.is_administrator}
    if not offered[kind.who]:
        return None
    back = record.record_url(application, tab)
    ids: list[UUID | None] = []
    if kind.about in (About.APPLICATION, About.BOTH):
        ids += [application.candidate_id, application.pk]
    if kind.about in (About.TARGET, About.BOTH):
        ids.append(remedy.target)
    url = reverse(kind.url_name, args=ids) if kind.url_name else back
    fields = {"next": back} if kind.comes_back else {}
    return {"label": kind.label, "url": url, "dialog": kind.is_window, "post": kind.is_post, "fields": fields}
