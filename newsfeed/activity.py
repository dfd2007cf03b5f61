"""Types of newsfeed entries: each verb is registered once, with its payload, sentence, icon and tone.

An app declares its types as data in its own `activity.py`; this module knows none of them. An entry of an unknown verb
renders as a neutral line, so that removing an app never breaks a page.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from newsfeed.facts import FactKind
from newsfeed.models import NewsfeedEntry

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from recruiting.companies.models import Membership

P = TypeVar("P", bound="DataclassInstance")
Sentence = str | Callable[[P, str], str]
Live = Callable[[Sequence[NewsfeedEntry], "Membership"], Mapping[UUID, Mapping[str, Any]]]


@dataclass(frozen=True, eq=False)
class ActivityType(Generic[P]):
    """One type of newsfeed entry.

    Args:
        verb: `<app>.<past_tense>`.
        payload: a dataclass of ids and labels as they were.
        sentence: the plain text, starting with who did it: a format string over the payload's fields and `{actor}`, or
            a function of payload and actor where the words depend on the payload.
        title: the user story's own name for it, where it has one.
        icon: the name of the icon.
        tone: the tone of the icon's disc.
        group: which filter shows it: notes, stages, requests, files or "".
        template_name: a template with blocks of its own (`recruiting.web.applications.entries`), which see the entry,
            its payload and what `live` returned for it; "" has none.
        live: returns what a membership's page shows beside the fact (state of today, actions), by entry id, in bounded
            queries.
        fact: which kind of fact programs outside are told of by it, if any (`newsfeed.facts`).

    Raises:
        ValueError: when the verb is malformed, the payload no dataclass, or the sentence names a field it has not.
    """

    verb: str
    payload: type[P]
    sentence: Sentence[P]
    title: str = ""
    icon: str = "info-circle"
    tone: str = "neutral"
    group: str = ""
    template_name: str = ""
    live: Live | None = None
    fact: FactKind | None = None

    def __post_init__(self) -> None:
        app, _, past_tense = self.verb.partition(".")
        if not app or not past_tense:
            raise ValueError(f"{self.verb!r} is not of the form <app>.<past_tense>.")
        if not dataclasses.is_dataclass(self.payload):
            raise ValueError(f"{self.verb}: the payload is not a dataclass.")
        if isinstance(self.sentence, str):
            known = {"actor", *(field.name for field in dataclasses.fields(self.payload))}
            named = {name for _, name, _, _ in Formatter().parse(self.sentence) if name is not None}
            if named - known:
                raise ValueError(f"{self.verb}: the payload has no field {', '.join(sorted(named - known))}.")

    def describe(self, payload: P, *, actor: str) -> str:
        """Return the sentence of an entry."""
        if isinstance(self.sentence, str):
            return self.sentence.format_map({**vars(payload), "actor": actor})
        return self.sentence(payload, actor)

    def anonymize(self, payload: P) -> P:
        """Return the payload without a person's data."""
        blank = {f.name: "" for f in dataclasses.fields(self.payload) if f.type in ("str", str)}
        return dataclasses.replace(payload, **blank)


_types: dict[str, ActivityType[Any]] = {}


def activity(
    verb: str,
    payload: type[P],
    *,
    sentence: Sentence[P],
    title: str = "",
    icon: str = "info-circle",
    tone: str = "neutral",
    group: str = "",
    template_name: str = "",
    live: Live | None = None,
    fact: FactKind | None = None,
) -> ActivityType[P]:
    """Build, register and return a type of entry (see `ActivityType`). Raises ValueError when its verb is taken."""
    return register(ActivityType(verb, payload, sentence, title, icon, tone, group, template_name, live, fact))


def register(kind: ActivityType[P]) -> ActivityType[P]:
    """Register a type of entry and return it. Raises ValueError when another one has its verb."""
    if _types.setdefault(kind.verb, kind) is not kind:
        raise ValueError(f"Two newsfeed entries are called {kind.verb}.")
    return kind


def get(verb: str) -> ActivityType[Any] | None:
    """Return the registered type, or None."""
    return _types.get(verb)


def registered(verb: str) -> ActivityType[Any]:
    """Return the registered type. Raises KeyError when there is none."""
    return _types[verb]


def all_types() -> list[ActivityType[Any]]:
    """Return every registered type, by verb."""
    return [_types[verb] for verb in sorted(_types)]


def payload_of(entry: NewsfeedEntry) -> Any:
    """Return the entry's payload as its dataclass; fields that a newer version added take their defaults."""
    kind = registered(entry.verb)
    known = {f.name for f in dataclasses.fields(kind.payload)}
    return kind.payload(**{key: value for key, value in entry.payload.items() if key in known})
