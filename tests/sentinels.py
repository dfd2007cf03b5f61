"""Sentinels: a word that stands nowhere else per kind of datum, and who reads it by which way out.

A capability has a `sentinels.py` in the folder of its tests; `parts` finds them. It may have

- `TABLE`: lines `kind, kind | who | ways`. A kind with several audiences stands in several lines; what no line allows,
  nobody reads. *who* are members with this `Action` of foundation.permissions on the datum's job, or a word of `WHO`;
  or, by ways that ask nobody who they are, ANYBODY (what is of the company asked about), the APPLICANT (what is of the
  job applied to) or PLATFORM staff (all). *ways* are what the readers of all parts yield; with a colon: of a token.
- `plant(planted)`: puts `planted.word("a kind")` where a datum of that kind stands, for one place of the permission
  table's world (tests/matrix/world.py).
- `READERS`: functions that take the `World` and an `Asker` and yield a `Reading` for each answer there is.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from recruiting.companies.models import Membership
from recruiting.foundation.permissions import Action
from tests.matrix.world import FOREIGN, OTHER, OWN, PLACES, Place, Role, World

AUTHOR = "Recruiter"
"""The role whose member wrote the notes of their own job."""
WHO: Mapping[str, Callable[[Role, str], bool]] = {
    "NOBODY": lambda role, place: False,
    "COMPANY": lambda role, place: role.is_at(place),
    "AUTHOR": lambda role, place: role.name == AUTHOR and place == OWN,
}
COMPANIES: Mapping[str, Collection[str]] = {"acme": (OWN, OTHER), "globex": (FOREIGN,)}
"""The places of each company by its word in public addresses."""
NO_MEMBERS = ("ANYBODY", "APPLICANT", "PLATFORM")
LETTERS = dict(zip(PLACES, "abc", strict=True))
WORD = re.compile(r"zqk\d{3}[abc]q|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{9,}", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """Some people read a kind of datum by some ways."""

    kind: str
    who: str
    ways: frozenset[str]

    def has(self, way: str) -> bool:
        """Return whether a way out is one of these; "all" is a token with every scope."""
        return any(":" in each for each in self.ways) if way == "all" else way in self.ways

    def allows(self, reading: "Reading", place: str) -> bool:
        """Return whether a reader may read what is of a place."""
        role = reading.role
        if role is None or self.who in NO_MEMBERS:
            return role is None and self.who == reading.who and place in reading.places
        return WHO[self.who](role, place) if self.who in WHO else role.may(Action[self.who], place)


@dataclass(frozen=True)
class Reading:
    """What one reader was answered once."""

    way: str
    reader: str
    address: str
    text: str
    role: Role | None = None
    """Of who signs in; None by ways that ask nobody who they are."""
    who: str = ""
    """One of `NO_MEMBERS` where there is no role."""
    places: Collection[str] = PLACES
    """What these may read about."""


@dataclass
class Planted:
    """The words of one place, as they are put there."""

    world: World
    where: str
    words: dict[str, tuple[str, str]]
    """Kind and place by word, for all places."""

    @property
    def place(self) -> Place:
        """Where the words are put."""
        return self.world.places[self.where]

    @property
    def is_first(self) -> bool:
        """Whether this is the first place of its company, where what hangs on no job is planted."""
        return self.where != OTHER

    @property
    def author(self) -> Membership:
        """Who writes what has an author."""
        return self.world.people[AUTHOR] if self.where == OWN else self.place.clerk

    def word(self, kind: str) -> str:
        """Return the word of a kind."""
        return self.known(kind, f"zqk{kinds().index(kind):03d}{LETTERS[self.where]}q")

    def number(self, kind: str) -> str:
        """Return eleven digits for a kind that is a number."""
        return self.known(kind, f"12025{kinds().index(kind):03d}{LETTERS[self.where].encode()[0]:03d}")

    def known(self, kind: str, word: str) -> str:
        """Take a word that is there already, such as an id, for the word of a kind."""
        self.words[word] = (kind, self.where)
        return word


@cache
def parts() -> list[ModuleType]:
    """Return what every capability says."""
    here = Path(__file__).parent
    return [import_module(f"tests.{path.parent.name}.sentinels") for path in sorted(here.glob("*/sentinels.py"))]


@cache
def lines() -> list[Line]:
    """Return every line of the table."""
    rows = (row.split("|") for part in parts() for row in getattr(part, "TABLE", "").splitlines() if row)
    return [
        Line(kind.strip(), who.strip(), frozenset(ways.split()))
        for named, who, ways in rows
        for kind in named.split(",")
    ]


@cache
def kinds() -> list[str]:
    """Return every kind of datum, in the order of the table."""
    return list(dict.fromkeys(line.kind for line in lines()))


def plant(world: World) -> dict[str, tuple[str, str]]:
    """Plant every kind in every place that has it; return kind and place by word."""
    words: dict[str, tuple[str, str]] = {}
    for part in parts():
        for where in PLACES if hasattr(part, "plant") else ():
            part.plant(Planted(world, where, words))
    return words


def readings(world: World, asker: Any, words: Mapping[str, tuple[str, str]]) -> Iterator[Reading]:
    """Ask by every way out."""
    for part in parts():
        for reader in getattr(part, "READERS", ()):
            yield from reader(world, asker, words)


def may_read(kind: str, place: str, reading: Reading) -> bool:
    """Return what the table says of a kind of datum, whose it is, and a way to a reader."""
    return any(line.allows(reading, place) for line in lines() if line.kind == kind and line.has(reading.way))
