"""Kinds of entries: each verb is registered once, with its payload, words, icon and tone.

An app declares its kinds in its own `entries.py`; this module knows none of them. An entry of an unknown verb renders
as a neutral line, so that removing an app never breaks a page.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from newsfeed.models import NewsfeedEntry


class EntryType:
    """One kind of newsfeed entry. Subclass, set the class attributes, register.

    `Payload` is a dataclass of ids and labels as they were. `template_name` renders entry, payload and whatever `live`
    returned for it; the default template shows title, sentence and detail.
    """

    verb: ClassVar[str]
    """`<app>.<past_tense>`."""
    title: ClassVar[str] = ""
    """The story's own name for it, where it has one."""
    icon: ClassVar[str] = "info-circle"
    tone: ClassVar[str] = "neutral"
    group: ClassVar[str] = ""
    """Which filter shows it: notes, stages, requests, files or ""."""
    template_name: ClassVar[str] = "newsfeed/entry.html"
    Payload: ClassVar[type[Any]]

    def sentence(self, payload: Any, *, actor: str) -> str:
        """Return the plain text of the entry, starting with who did it."""
        raise NotImplementedError

    def live(self, entries: Sequence[NewsfeedEntry], *, membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        """Return what the page shows beside the fact (state of today, actions), by entry id, in bounded queries."""
        return {}

    def shred(self, payload: Any) -> Any:
        """Return the payload without a person's data."""
        blank = {f.name: "" for f in dataclasses.fields(payload) if f.type in ("str", str)}
        return dataclasses.replace(payload, **blank)


_types: dict[str, EntryType] = {}


def register(kind: type[EntryType]) -> type[EntryType]:
    """Register a kind of entry (usable as a decorator). Raises ValueError when its verb is taken or malformed."""
    app, _, past_tense = kind.verb.partition(".")
    if not app or not past_tense:
        raise ValueError(f"{kind.verb!r} is not of the form <app>.<past_tense>.")
    if not dataclasses.is_dataclass(kind.Payload):
        raise ValueError(f"{kind.verb}: Payload is not a dataclass.")
    if kind.verb in _types and type(_types[kind.verb]) is not kind:
        raise ValueError(f"Two newsfeed entries are called {kind.verb}.")
    _types[kind.verb] = kind()
    return kind


def get(verb: str) -> EntryType | None:
    """Return the registered kind, or None."""
    return _types.get(verb)


def all_types() -> list[EntryType]:
    """Return every registered kind, by verb."""
    return [_types[verb] for verb in sorted(_types)]


def payload_of(entry: NewsfeedEntry) -> Any:
    """Return the entry's payload as its dataclass; fields that a newer version added take their defaults."""
    kind = _types[entry.verb]
    known = {f.name for f in dataclasses.fields(kind.Payload)}
    return kind.Payload(**{key: value for key, value in entry.payload.items() if key in known})
