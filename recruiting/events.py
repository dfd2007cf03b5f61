"""Domain events of the core: frozen dataclasses, published inside the transaction of what happened.

Each subscriber runs in a savepoint of its own (`extensions.run_isolated`): its failure is logged and undoes its rows
alone. Subscribers write rows and outbox messages; they never talk to the network.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from recruiting import extensions
from recruiting.foundation import quiet


@dataclass(frozen=True)
class Event:
    """Something that happened in one company."""

    company_id: UUID


@dataclass(frozen=True)
class CompanyCreated(Event):
    """A company was made; apps add what a new company needs."""


@dataclass(frozen=True)
class ApplicationMoved(Event):
    """An application entered a stage; `transition_id` is new for every move."""

    application_id: UUID
    transition_id: UUID
    to_stage_id: UUID


@dataclass(frozen=True)
class ApplicationClosed(Event):
    """Somebody was rejected, or a member noted that they withdrew."""

    application_id: UUID
    state: str
    choices: frozenset[str]
    """The keys of the `extensions.ClosingChoice`s that were ticked."""


@dataclass(frozen=True)
class FileStored(Event):
    """A file was kept with an application or a person; its bytes and its row are there."""

    attachment_id: UUID


@dataclass(frozen=True)
class CompanyTimeZoneChanged(Event):
    """The company's days begin at other instants from now on."""

    before: ZoneInfo
    after: ZoneInfo
    at: datetime
    """When it changed (UTC)."""


@dataclass(frozen=True)
class MembershipDeactivated(Event):
    """A member lost access; their keys stop being used."""

    membership_id: UUID


@dataclass(frozen=True)
class JobsHandedOver(Event):
    """A member who loses access leaves their jobs to a colleague."""

    from_id: UUID
    to_id: UUID
    by_id: UUID | None
    """The Administrator, or None for platform staff."""


@dataclass(frozen=True)
class MembershipReactivated(Event):
    """A member has access again; their keys may be used again."""

    membership_id: UUID


@dataclass(frozen=True)
class AccountEvent:
    """Something that happened to one person's account, in whatever companies they are."""

    user_id: UUID


@dataclass(frozen=True)
class PasswordChanged(AccountEvent):
    """The account has another password; what the old one let in stays out."""


@dataclass(frozen=True)
class AccountDeactivated(AccountEvent):
    """The person can no longer sign in anywhere."""


Subscriber = Callable[[Any], None]
_subscribers: dict[type[Event | AccountEvent], list[Subscriber]] = defaultdict(list)
_always: set[Subscriber] = set()


def subscribe(kind: type[Event | AccountEvent], subscriber: Subscriber, *, when_quiet: bool = False) -> None:
    """Call `subscriber(event)` for each published event of `kind`; subscribing twice counts once.

    `when_quiet`: also for what quiet work does (`recruiting.foundation.quiet`): for what keeps our own rows whole, and
    neither starts anything nor tells anybody.
    """
    if when_quiet:
        _always.add(subscriber)
    if subscriber not in _subscribers[kind]:
        _subscribers[kind].append(subscriber)


def publish(event: Event | AccountEvent) -> list[str]:
    """Tell all subscribers, in the open transaction; return the names of those that failed."""
    failed = []
    for subscriber in _subscribers[type(event)]:
        if quiet.is_quiet() and subscriber not in _always:
            continue
        name = f"{subscriber.__module__}.{getattr(subscriber, '__qualname__', subscriber)}"
        if not extensions.run_isolated(partial(subscriber, event), label=f"{name} on {type(event).__name__}"):
            failed.append(name)
    return failed
