"""What extensions put into pages of the core, as plain data: badges, chips, banners, warnings, hints, suggestions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Badge:
    """A state in words beside an icon, in a tone (neutral, info, success, warning, danger)."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True)
class WorkItem:
    """One line of *My open work* on the home page, or one row behind it."""

    key: str
    sentence: str
    url: str
    action: str
    weight: int
    """Smaller is more urgent."""


@dataclass(frozen=True)
class Chip:
    """A short state on a board card or a candidate's header."""

    label: str
    badge: Badge


@dataclass(frozen=True)
class Part:
    """Something of an extension's within a page of the core: a template, and what it shows besides the page's own."""

    template_name: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class ClosingChoice:
    """A box that whoever rejects somebody may tick; `events.ApplicationClosed` says whether they did, by its key."""

    key: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class SelectionAct:
    """A button of the bar under a list in which people are selected; it posts the selection to `url`.

    `recruiting.web.applications.selection` reads what is posted.
    """

    label: str
    url: str
    key: str = ""
    """The single key that presses it, "" for none."""

    @property
    def attributes(self) -> SafeString:
        """What the script finds it by."""
        return format_html(' data-selection-key="{}"', self.key) if self.key else SafeString()


@dataclass(frozen=True)
class ProfileLink:
    """A page about something of one's own (a key to a vendor), linked from one's profile."""

    label: str
    url: str
    sentence: str


@dataclass(frozen=True)
class JobBadge:
    """A state of a job beside its title, and where that leads outside; "" for nowhere."""

    badge: Badge
    url: str = ""


@dataclass(frozen=True)
class JobWarning:
    """Something about a job that will go wrong later, and the page where it is mended."""

    sentence: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class FieldHint:
    """What a value that somebody types into a job field will do; said beside the field before it is saved."""

    sentence: str
    tone: str = "neutral"
    """neutral, success or warning."""
    instead: str = ""
    """What they probably meant, offered to be taken over; "" for nothing."""


@dataclass(frozen=True)
class JobFieldSuggestion:
    """A job field that the core offers to create as the extension needs it; the words are `JobField`'s own values."""

    name: str
    kind: str
    category: str
    visibility: str
    sentence: str
    """What the field is for."""


@dataclass(frozen=True)
class StageSuggestion:
    """What the core offers when somebody adds a step of this name: an automation for it."""

    name: str
    action: str
    """The key of a stage action."""
    question: str
    """Such as: Start a request when a candidate enters this step?"""


@dataclass(frozen=True)
class Suggestions:
    """What the core may offer for job fields and steps of certain names; names are compared without capitals."""

    job_fields: Sequence[JobFieldSuggestion] = ()
    stages: Sequence[StageSuggestion] = ()
