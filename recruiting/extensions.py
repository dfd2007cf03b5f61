"""Extension points: what the core asks of an extension, and the registry of extensions.

Core asks through `collect` and `call_safely`, in savepoints, so that a broken extension costs its own card and nothing
else. Core never learns who answers; vendors' connections and HTTP belong to `integrations`.
"""

import logging
import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.http import HttpRequest

from recruiting.foundation.page_parts import (
    Badge as Badge,
)
from recruiting.foundation.page_parts import (
    Chip as Chip,
)
from recruiting.foundation.page_parts import (
    ClosingChoice as ClosingChoice,
)
from recruiting.foundation.page_parts import (
    FieldHint as FieldHint,
)
from recruiting.foundation.page_parts import (
    JobBadge as JobBadge,
)
from recruiting.foundation.page_parts import (
    JobFieldSuggestion as JobFieldSuggestion,
)
from recruiting.foundation.page_parts import (
    JobWarning as JobWarning,
)
from recruiting.foundation.page_parts import (
    Part as Part,
)
from recruiting.foundation.page_parts import (
    ProfileLink as ProfileLink,
)
from recruiting.foundation.page_parts import (
    SelectionAct as SelectionAct,
)
from recruiting.foundation.page_parts import (
    StageSuggestion as StageSuggestion,
)
from recruiting.foundation.page_parts import (
    Suggestions as Suggestions,
)
from recruiting.foundation.page_parts import (
    WorkItem as WorkItem,
)
from recruiting.foundation.permissions import Action

if TYPE_CHECKING:
    from django.core.files.base import File
    from django.db.models import QuerySet

    from recruiting.applications.models import Application, SharedFile, StageTransition
    from recruiting.companies.models import Company, Membership
    from recruiting.jobs.models import Job, JobField, StageAutomation

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Item = TypeVar("Item")
_SLUG = re.compile(r"[a-z][a-z0-9-]*\Z")


@dataclass(frozen=True)
class TimeZoneChange:
    """A company is about to live by another zone."""

    company: "Company"
    zone: ZoneInfo


@dataclass(frozen=True)
class MemberDeactivation:
    """A member is about to lose access."""

    membership: "Membership"


ProposedChange = TimeZoneChange | MemberDeactivation


class _Placed(ABC):
    """What sits somewhere on a page of the core, under its own slug, label and order."""

    slug: str
    label: str
    template_name: str
    weight: int = 100


class CandidateTab(_Placed):
    """A tab of the candidate record. Everything here only reads."""

    @abstractmethod
    def is_visible(self, *, application: "Application", membership: "Membership") -> bool:
        """Return whether the tab stands in the row of tabs for this member."""

    def is_first(self, *, application: "Application", membership: "Membership") -> bool:
        """Return whether the tab, where it is visible, comes before all others and opens with the record."""
        return False

    def badge(self, *, application: "Application", membership: "Membership") -> Badge | None:
        """Return the state shown beside the label, or None."""
        return None

    def version(self, *, application: "Application", membership: "Membership") -> str:
        """Return what changes when the tab reads otherwise, cheaper than to draw it; "" when nobody can say.

        A card that asks again sends it as `?since=`, and is answered 204 while it is the same.
        """
        return ""

    @abstractmethod
    def get_context(
        self, *, request: HttpRequest, application: "Application", membership: "Membership"
    ) -> Mapping[str, Any]:
        """Return what `template_name` shows."""


class JobPanel(_Placed):
    """A section of the Job Info window. Everything here only reads."""

    @abstractmethod
    def is_visible(self, *, job: "Job", membership: "Membership") -> bool:
        """Return whether the section is there for this member."""

    @abstractmethod
    def get_context(self, *, request: HttpRequest, job: "Job", membership: "Membership") -> Mapping[str, Any]:
        """Return what `template_name` shows."""


@dataclass(frozen=True)
class SettingsPage:
    """A page under Company Settings › Integrations: its label, URL name and state in words."""

    slug: str
    label: str
    url_name: str
    sentence: str
    state: "Callable[[Company], tuple[Badge, str]]"
    """Given a company: its badge and one sentence."""
    weight: int = 100
    is_card: bool = True
    """Whether it has a card of its own among the integrations; False for a further page of one."""


@dataclass(frozen=True)
class ActionOption:
    """What a step has to say about its action: one of some choices, such as which test it sends."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]
    """The value that is kept, and how it reads."""
    is_required: bool = True


class StageAction(ABC):
    """What can happen by itself when a candidate enters a step. Database only, no HTTP."""

    key: str
    label: str

    def options(self, company: "Company") -> Sequence[ActionOption]:
        """Return what each step chooses for itself; from the database or a cache."""
        return ()

    @abstractmethod
    def run(self, *, transition: "StageTransition", automation: "StageAutomation") -> None:
        """Act on one stage transition, inside its transaction.

        `automation.settings` holds what the step chose, by an option's key; the vendor may no longer have it.
        """


@dataclass(frozen=True)
class JobLink:
    """A page about a job, linked from its menu for whoever may do `action` there while it is not closed."""

    label: str
    icon: str
    url_name: str
    """Of an address with the job's id alone."""
    action: Action


@dataclass(frozen=True)
class CandidateDraft:
    """What an extension found of somebody who is to be added, and the file in which it stands."""

    key: str
    name: str
    """Of the file, as people see it."""
    open: "Callable[[], File[bytes]]"
    used: "Callable[[Application], None]"
    """Called in the transaction that added the person."""


class Extension(ABC):
    """Something that plugs into the core. Override what it offers; every default offers nothing."""

    slug: str
    """What the core calls it, such as `video-interviewing`."""
    name: str
    """What people call it."""
    tabs: Sequence[CandidateTab] = ()
    panels: Sequence[JobPanel] = ()
    settings_pages: Sequence[SettingsPage] = ()
    stage_actions: Sequence[StageAction] = ()
    suggestions: Suggestions = Suggestions()
    job_links: Sequence[JobLink] = ()
    draft_url_name: str = ""
    """The page that fills *Add candidate* in from the file that was chosen there."""

    def candidate_draft(self, key: str, membership: "Membership") -> CandidateDraft | None:
        """Return what `draft_url_name` held for this member under a key, None for none."""
        return None

    def is_enabled_for(self, company: "Company") -> bool:
        """Return whether this company may use the extension at all."""
        return True

    def is_used_by(self, company: "Company") -> bool:
        """Return whether the company may use the extension, or has something of it from when it could."""
        return self.is_enabled_for(company)

    def still_shares(self, shared: "SharedFile") -> bool:
        """Return whether a link to a file that this extension gave away may still be opened."""
        return False

    def work_items(self, membership: "Membership") -> Sequence[WorkItem]:
        """Return what needs this member now, for the home page."""
        return ()

    def banners(self, application: "Application", membership: "Membership") -> Sequence[Part]:
        """Return what stands above the tabs of a candidate's record, in a bounded number of queries."""
        return ()

    def application_parts(self, application: "Application", membership: "Membership") -> Sequence[Part]:
        """Return what the Application tab of a record says besides, in a bounded number of queries."""
        return ()

    def closing_choices(self, application: "Application") -> Sequence[ClosingChoice]:
        """Return what can be chosen where somebody is rejected."""
        return ()

    def selection_acts(self, membership: "Membership", job: "Job | None") -> Sequence[SelectionAct]:
        """Return what a member may do with many people at once, on one job or in the list of all (None)."""
        return ()

    def not_looked_at(self, applications: "QuerySet[Application]") -> int:
        """Return how many of these applications came in and nobody of the team has looked at."""
        return 0

    def profile_links(self, membership: "Membership") -> Sequence[ProfileLink]:
        """Return links to pages about something of this member's own."""
        return ()

    def field_values(self, company: "Company", fields: "Sequence[JobField]") -> Mapping[UUID, Sequence[str]]:
        """Return by field id what somebody filling in these text fields of jobs probably means, for type-ahead.

        A field that is missing gets none. In a bounded number of queries, however many fields there are.
        """
        return {}

    def field_hint(self, field: "JobField", text: str) -> FieldHint | None:
        """Return what this text in a text field of jobs will do ("" for an empty field), or None."""
        return None

    def job_warnings(self, jobs: "Sequence[Job]", membership: "Membership") -> Mapping[UUID, Sequence[JobWarning]]:
        """Return warnings by job id, for the job's page and the board, in a bounded number of queries."""
        return {}

    def job_badges(self, jobs: "Sequence[Job]") -> Mapping[UUID, Sequence[JobBadge]]:
        """Return states by job id, for lists and the headers of jobs, in a bounded number of queries."""
        return {}

    def source_uses(self, company: "Company") -> Mapping[UUID, Sequence[str]]:
        """Return by source id what of this extension brings the company candidates from a source, in two words."""
        return {}

    def impact(self, change: ProposedChange) -> Sequence[str]:
        """Return, in sentences, what a change that a person is about to confirm would mean here."""
        return ()

    def file_remarks(self, file_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
        """Return sentences by file id, for the files of a record, in a bounded number of queries."""
        return {}

    def chips(self, application_ids: Sequence[UUID], membership: "Membership") -> Mapping[UUID, Sequence[Chip]]:
        """Return short states by application id, for the board's cards, in a bounded number of queries."""
        return {}


_OFFERS: Sequence[tuple[str, type[Any], str, str]] = (
    ("tabs", CandidateTab, "slug", "tab"),
    ("panels", JobPanel, "slug", "panel"),
    ("settings_pages", SettingsPage, "slug", "settings page"),
    ("stage_actions", StageAction, "key", "stage action"),
)
"""What an extension offers, of which type, by what it is told apart from all others, and what one is called."""
_extensions: dict[str, Extension] = {}


def register(extension: Extension) -> None:
    """Register an extension at start-up.

    Raises:
        TypeError: when it is, or offers, something of the wrong type.
        ValueError: when a slug or key is malformed or taken, or a step is suggested an action that is not offered.
    """
    if not isinstance(extension, Extension):
        raise TypeError(f"{extension!r} is not an Extension.")
    if extension.slug in _extensions:
        raise ValueError(f"Two extensions are called {extension.slug}.")
    slugs = [extension.slug]
    for attribute, kind, name, called in _OFFERS:
        owners = {getattr(offered, name): one.slug for one in all_extensions() for offered in getattr(one, attribute)}
        for offered in getattr(extension, attribute):
            if not isinstance(offered, kind):
                raise TypeError(f"{extension.slug}.{attribute} holds {offered!r}, which is not a {kind.__name__}.")
            mine = getattr(offered, name)
            if owner := owners.get(mine):
                whose = f"a {called} of {owner}" if owner != extension.slug else f"another {called} of its own"
                raise ValueError(f"{extension.slug} offers a {called} whose {name} {mine!r} is taken, by {whose}.")
            owners[mine] = extension.slug
            slugs += [mine] if name == "slug" else []
    for slug in slugs:
        if not _SLUG.match(slug):
            raise ValueError(f"{slug!r} is not a slug: use small letters, digits and hyphens.")
    for step in extension.suggestions.stages:
        if step.action not in {action.key for action in extension.stage_actions}:
            raise ValueError(f"{extension.slug} suggests {step.action!r} for a step and offers no such stage action.")
    _extensions[extension.slug] = extension


def unregister(slug: str) -> None:
    """Forget an extension; for tests that plant a faulty one."""
    _extensions.pop(slug, None)


def all_extensions() -> list[Extension]:
    """Return every registered extension, by slug."""
    return [_extensions[slug] for slug in sorted(_extensions)]


def get(slug: str) -> Extension | None:
    """Return the extension called `slug`, or None."""
    return _extensions.get(slug)


def candidate_tabs() -> list[CandidateTab]:
    """Return all candidate tabs in the order of the page."""
    return sorted((tab for e in all_extensions() for tab in e.tabs), key=lambda tab: (tab.weight, tab.slug))


def job_panels() -> list[JobPanel]:
    """Return all sections of the Job Info window in the order of the window."""
    return sorted((panel for e in all_extensions() for panel in e.panels), key=lambda panel: (panel.weight, panel.slug))


def stage_action(key: str) -> StageAction | None:
    """Return the stage action registered under `key`, or None when its extension is gone."""
    return next((action for e in all_extensions() for action in e.stage_actions if action.key == key), None)


def action_options(key: str, company: "Company") -> Sequence[ActionOption]:
    """Return what a step chooses for the stage action `key`; nothing when the action is gone, or cannot say."""
    action = stage_action(key)
    if action is None:
        return ()
    return call_safely(lambda: tuple(action.options(company)), default=(), label=f"options of {key}")


def candidate_draft(key: str, membership: "Membership") -> CandidateDraft | None:
    """Return what an extension held for a member under a key, None for none."""
    found = collect(lambda e: filter(None, [e.candidate_draft(key, membership)]), label="a draft") if key else ()
    return next(iter(found), None)


def owner_of_action(key: str) -> Extension | None:
    """Return the extension that offers the stage action `key`, or None when it is gone."""
    return next((e for e in all_extensions() if any(action.key == key for action in e.stage_actions)), None)


def enabled_for(company: "Company") -> list[Extension]:
    """Return the extensions that a company may use; one that cannot say so is none of them."""
    return [extension for extension in all_extensions() if is_enabled(extension, company)]


def is_enabled(extension: Extension, company: "Company") -> bool:
    """Return whether a company may use an extension; a broken answer means no."""
    label = f"whether {extension.slug} is enabled"
    return call_safely(lambda: extension.is_enabled_for(company), default=False, label=label)


def call_safely(question: Callable[[], Result], *, default: Result, label: str) -> Result:
    """Ask an extension for something to show, and fall back when it fails.

    Opens a savepoint only inside a transaction: outside one a failed read undoes nothing, and on SQLite opening a
    transaction to read would wait for every writer.

    Args:
        question: the call; it only reads.
        default: what to use when it raises.
        label: who was asked for what, for the log.
    """
    try:
        if connection.in_atomic_block:
            with transaction.atomic():
                return question()
        return question()
    except Exception:
        logger.exception("An extension failed: %s", label)
        return default


def run_isolated(function: Callable[[], None], *, label: str) -> bool:
    """Let an extension act inside the open transaction, in a savepoint of its own; False when it failed."""
    try:
        with transaction.atomic():
            function()
    except Exception:
        logger.exception("An extension failed: %s", label)
        return False
    return True


def collect(
    question: Callable[[Extension], Iterable[Item]], *, label: str, enabled_in: "Company | None" = None
) -> Iterator[Item]:
    """Yield what extensions answer, one after the other; one that fails adds nothing.

    Args:
        question: asks one extension; it only reads.
        label: what is asked for, for the log.
        enabled_in: ask only extensions that this company may use.
    """
    for extension in enabled_for(enabled_in) if enabled_in else all_extensions():
        nothing: list[Item] = []
        asked = partial(lambda one: list(question(one)), extension)
        yield from call_safely(asked, default=nothing, label=f"{label} by {extension.slug}")


def collect_by_key(
    question: Callable[[Extension], Mapping[UUID, Iterable[Item]]], *, label: str
) -> dict[UUID, list[Item]]:
    """Return what all extensions answer, joined by id; otherwise as `collect`."""
    found = defaultdict[UUID, list[Item]](list)
    for key, items in collect(lambda one: question(one).items(), label=label):
        found[key] += items
    return found


def impact(change: ProposedChange) -> list[str]:
    """Return what every extension says about a change that is about to be confirmed."""
    return list(collect(lambda extension: extension.impact(change), label="impact"))


def source_uses(company: "Company") -> Mapping[UUID, list[str]]:
    """Return by source id which extensions bring the company candidates from a source, and with what of theirs."""
    return collect_by_key(lambda extension: extension.source_uses(company), label="source uses")


def selection_acts(membership: "Membership", job: "Job | None" = None) -> list[SelectionAct]:
    """Return what extensions let a member do with many people at once."""
    return list(collect(lambda extension: extension.selection_acts(membership, job), label="acts on a selection"))


def not_looked_at(applications: "QuerySet[Application]") -> int:
    """Return how many of these applications nobody has looked at."""
    return sum(collect(lambda extension: [extension.not_looked_at(applications)], label="applications not looked at"))


def job_badges(jobs: "Sequence[Job]") -> Mapping[UUID, list[JobBadge]]:
    """Return by job id what extensions show of jobs beside their titles."""
    return collect_by_key(lambda extension: extension.job_badges(jobs), label="badges of jobs")
