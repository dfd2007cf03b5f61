"""Reads about reference checks, for pages, chips and the home page. Nothing here writes or talks to the vendor."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from integrations.crosschq.models import ReferenceCheck
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Badge, Chip, WorkItem


def history(application: Application) -> list[ReferenceCheck]:
    """Return an application's checks, newest first, with files, kept references and template."""
    raise NotImplementedError


def current(checks: Sequence[ReferenceCheck]) -> ReferenceCheck | None:
    """Return the check that the tab is about: the newest under way or complete, else the newest."""
    raise NotImplementedError


def badge(check: ReferenceCheck) -> Badge:
    """Return a check's state in words."""
    raise NotImplementedError


def chips(application_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Chip]]:
    """Return the state of the check that counts, for board cards."""
    raise NotImplementedError


def failed(membership: Membership) -> QuerySet[ReferenceCheck]:
    """Return the checks that could not be sent and that nobody has replaced (worklist `failed`)."""
    raise NotImplementedError


def uncertain(membership: Membership) -> QuerySet[ReferenceCheck]:
    """Return the checks of which somebody must say whether the vendor has them (worklist `uncertain`)."""
    raise NotImplementedError


def not_sent(membership: Membership) -> QuerySet[Application]:
    """Return the applications that stand in a step which sent nothing (worklist `not-sent`)."""
    raise NotImplementedError


def work_items(membership: Membership) -> list[WorkItem]:
    """Return what needs this member; each links `crosschq:worklist` with its key."""
    raise NotImplementedError
