"""Facts that programs outside may be told of: each kind is registered once, in one line of the app that it is about.

An entry's type names the kind that it is an instance of (`activity(…, fact=MOVED)`), so whoever publishes the entry
publishes the fact; what the newsfeed does not tell is published here. Facts hold ids alone. Who listens is not known
here; listeners write rows in the transaction of the fact and never talk to the network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from recruiting.foundation import clock, quiet

if TYPE_CHECKING:
    from newsfeed.models import NewsfeedEntry

Ids = Mapping[str, UUID | str | None]


@dataclass(frozen=True)
class FactKind:
    """One kind of fact.

    Args:
        name: `<thing>.<past_tense>`; stands in stored rows and is what programs decide by.
        label: for whoever chooses what to be told, such as "A candidate was rejected".
        subject: what an entry's `subject_id` is the id of, "" for nothing that programs know.
        ends_access: whether nobody may see any more what it is about. It is told to whom was told of that before, and
            in ids that they were told then.
    """

    name: str
    label: str
    subject: str = ""
    ends_access: bool = False


@dataclass(frozen=True)
class Fact:
    """Something that happened in one company, in ids."""

    kind: FactKind
    company_id: UUID
    application_id: UUID | None = None
    job_id: UUID | None = None
    candidate_id: UUID | None = None
    actor_id: UUID | None = None
    """The membership who did it, None for a vendor or Throughline."""
    ids: Ids = field(default_factory=dict)
    """What else names it, by the words of the API."""
    audience: str = "everyone"
    """Who may learn of it (`NewsfeedEntry.Audience`)."""
    occurred_at: datetime = field(default_factory=clock.now)


_kinds: dict[str, FactKind] = {}
_listeners: list[Callable[[Sequence[Fact]], None]] = []


def fact(name: str, label: str, *, subject: str = "", ends_access: bool = False) -> FactKind:
    """Register and return a kind of fact (see `FactKind`). Raises ValueError when its name means something else."""
    made = FactKind(name, label, subject, ends_access)
    if _kinds.setdefault(name, made) != made:
        raise ValueError(f"Two kinds of facts are called {name}.")
    return made


def all_kinds() -> list[FactKind]:
    """Return every registered kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def ends_access(name: str) -> bool:
    """Return whether facts of this name are of a kind that ends access."""
    return name in _kinds and _kinds[name].ends_access


def listen(listener: Callable[[Sequence[Fact]], None]) -> None:
    """Call `listener` with all facts that are published, in their transaction; listening twice counts once."""
    if listener not in _listeners:
        _listeners.append(listener)


def publish(facts: Sequence[Fact]) -> None:
    """Tell all listeners of facts, in the open transaction; what quiet work does nobody is told."""
    if facts and not quiet.is_quiet():
        for listener in _listeners:
            listener(facts)


def of_entry(kind: FactKind, entry: "NewsfeedEntry", ids: Ids) -> Fact:
    """Return the fact that an entry of the newsfeed tells."""
    subject = {kind.subject: entry.subject_id} if kind.subject else {}
    return Fact(
        kind,
        company_id=entry.company_id,
        application_id=entry.application_id,
        job_id=entry.job_id,
        candidate_id=entry.candidate_id,
        actor_id=entry.actor_id,
        ids={**subject, **ids},
        audience=entry.audience,
        occurred_at=entry.occurred_at,
    )
