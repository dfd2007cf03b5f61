"""Why nothing is sent, and what can be done about it, as data that pages turn into links and buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.urls import reverse

from integrations.requests.viewer import ActionLink, Viewer
from recruiting.foundation.errors import Conflict
from recruiting.web.applications import record


class Who(StrEnum):
    """Who is offered a way out."""

    ANYBODY = "anybody"
    SENDER = "sender"
    ADMINISTRATOR = "administrator"


class About(StrEnum):
    """What a way's address names."""

    NOTHING = "nothing"
    APPLICATION = "application"
    TARGET = "target"
    BOTH = "both"


@dataclass(frozen=True)
class Way:
    """What can be done about a blocker: the words of its button, and where it leads."""

    label: str
    url_name: str = ""
    """"" for the candidate's tab."""
    about: About = About.APPLICATION
    who: Who = Who.SENDER
    is_window: bool = False
    is_post: bool = False
    comes_back: bool = False
    """Whether what is posted is asked to lead back to the tab."""


CONVERT = Way("Convert to applicant", "applications:convert-lead", is_post=True, comes_back=True)
OPEN_RECORD = Way("Open record", "applications:candidate")
ADD_EMAIL = Way("Add email", "applications:candidate-edit", is_window=True)
EDIT_JOB = Way("Edit job", "jobs:edit", About.TARGET)
EDIT_TEAM = Way("Open hiring team", "jobs:info", About.TARGET, is_window=True)
OPEN_TAB = Way("Open tab", who=Who.ANYBODY)


@dataclass(frozen=True)
class WayOut:
    """A way out of one blocker; `target` is what it is about besides the application."""

    way: Way
    target: UUID | None = None

    @property
    def label(self) -> str:
        """The words of the button."""
        return self.way.label


@dataclass(frozen=True)
class Blocker:
    """One reason why nothing is sent."""

    code: str
    sentence: str
    ways: tuple[WayOut, ...] = ()


class Blocked(Conflict):
    """Something has to be mended first; `blockers` are all of it, the first one's sentence is the error's."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__(blockers[0].sentence, code=blockers[0].code)
        self.blockers = blockers


@dataclass(frozen=True)
class Remedy:
    """One reason why nothing is sent, and what this reader can do about it."""

    sentence: str
    actions: Sequence[ActionLink] = ()


def remedies(blockers: Iterable[Blocker], viewer: Viewer, tab: str) -> list[Remedy]:
    """Return the blockers with the reader's ways out; the first way of all is the primary one."""
    found: list[Remedy] = []
    for blocker in blockers:
        actions = [act for way in blocker.ways if (act := action(way, viewer, tab))]
        if actions and not any(remedy.actions for remedy in found):
            actions[0] = {**actions[0], "style": "primary"}
        found.append(Remedy(blocker.sentence, actions))
    return found


def action(out: WayOut, viewer: Viewer, tab: str) -> ActionLink | None:
    """Return a way out as `components/action.html` draws it, or None for who cannot take it; `tab`: its slug."""
    way, application = out.way, viewer.application
    offered = {Who.ANYBODY: True, Who.SENDER: viewer.may_send, Who.ADMINISTRATOR: viewer.member.is_administrator}
    if not offered[way.who]:
        return None
    back = record.record_url(application, tab)
    ids: list[UUID | None] = []
    if way.about in (About.APPLICATION, About.BOTH):
        ids += [application.candidate_id, application.pk]
    if way.about in (About.TARGET, About.BOTH):
        ids.append(out.target)
    url = reverse(way.url_name, args=ids) if way.url_name else back
    fields = {"next": back} if way.comes_back else {}
    return {"label": way.label, "url": url, "dialog": way.is_window, "post": way.is_post, "fields": fields}
