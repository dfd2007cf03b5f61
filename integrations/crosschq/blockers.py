"""Every reason why nothing is sent, in the words that pages and newsfeed share, each with its way out as data.

Pages turn a way out into a link or a button; here it is only said which one and about what.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from integrations.crosschq.models import Connection, Template
from recruiting.applications.models import Application
from recruiting.base.errors import Conflict
from recruiting.companies.models import Membership


class Way(StrEnum):
    """What can be done about a blocker. `WayOut.target` is what it is about."""

    OPEN_SETTINGS = "open_settings"
    """Administrators only; no target."""
    CONVERT = "convert"
    """Target: the application."""
    REOPEN = "reopen"
    """Target: the application."""
    CHOOSE_TEMPLATE = "choose_template"
    """Target: the application."""
    EDIT_JOB = "edit_job"
    """Target: the job."""
    EDIT_TEAM = "edit_team"
    """Target: the job."""
    ADD_EMAIL = "add_email"
    """Target: the candidate."""
    EDIT_TEMPLATE = "edit_template"
    """Administrators only. Target: the template."""
    TRY_AGAIN = "try_again"
    """Target: the check."""
    SEND_AGAIN = "send_again"
    """Target: the check."""
    OPEN_CHECK = "open_check"
    """Target: the check."""


LABELS = {
    Way.OPEN_SETTINGS: "Open settings",
    Way.CONVERT: "Convert to applicant",
    Way.REOPEN: "Open record",
    Way.CHOOSE_TEMPLATE: "Choose template and send",
    Way.EDIT_JOB: "Edit job",
    Way.EDIT_TEAM: "Open hiring team",
    Way.ADD_EMAIL: "Add email",
    Way.EDIT_TEMPLATE: "Edit template",
    Way.TRY_AGAIN: "Try again",
    Way.SEND_AGAIN: "Send again",
    Way.OPEN_CHECK: "Open tab",
}


@dataclass(frozen=True)
class WayOut:
    """One thing to do about a blocker."""

    way: Way
    target: UUID | None = None

    @property
    def label(self) -> str:
        """The words of the button."""
        return LABELS[self.way]


@dataclass(frozen=True)
class Blocker:
    """One reason why nothing is sent."""

    code: str
    sentence: str
    ways: tuple[WayOut, ...] = ()


@dataclass(frozen=True)
class Ready:
    """What sending needs, all of it there."""

    connection: Connection
    template: Template
    requestor: Membership


class Blocked(Conflict):
    """Something has to be mended first; `blockers` are all of it, the first one's sentence is the error's."""

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(blockers[0].sentence, code=blockers[0].code)
        self.blockers = blockers


def look(
    application: Application, *, template: Template | None = None, requestor: Membership | None = None
) -> tuple[list[Blocker], Ready | None]:
    """Return every reason why nothing can be sent, most basic first, or what sending needs.

    Args:
        application: the candidate on the job.
        template: the one that a person chose; None: the one that the job's tag means.
        requestor: the one that a person chose; None: the usual one.
    """
    raise NotImplementedError


def phone_note(application: Application) -> str:
    """Return "Sent by email only; the phone number could not be read." where that is so, else ""."""
    raise NotImplementedError
