"""What one reference check asks the vendor for: fixed at the moment of sending, whatever is edited afterwards.

Built from an application, a template and the connection; turned into a request body by `schemas`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

# The vendor's kinds of reference (crosschq.md §2.1), in the order of its own form.
RELATIONSHIPS = {
    "managers": "Manager",
    "employees": "Direct Report",
    "peers": "Peer",
    "business": "Customer/Supplier",
    "social": "Mentor",
}
# The relationship under which a template keeps its note where the candidate chooses.
ANY = "any"
# What the vendor gets as the last name of people with one name; a name said twice would greet them with both.
NO_NAME = "-"


@dataclass(frozen=True)
class Person:
    """Somebody the vendor is told of."""

    first_name: str
    last_name: str
    email: str

    @classmethod
    def named(cls, first_name: str, last_name: str, email: str) -> Self:
        """Return a person with both names, as the vendor takes people: with one name, `NO_NAME` is the other."""
        known = " ".join(filter(None, (first_name, last_name)))
        if first_name and last_name:
            return cls(first_name, last_name, email)
        return cls(known or email.partition("@")[0], NO_NAME, email)


@dataclass(frozen=True)
class Payload:
    """One check as it is asked for. Plain values only: it is stored as JSON with the request."""

    candidate: Person
    phone: str
    """E.164, or "" when there is none that could be read; text messages then stay off."""
    survey: str
    """The vendor's codename of the survey."""
    requestor: str
    """The email address under which the vendor knows the owner."""
    counts: Mapping[str, int]
    """How many of each kind, by the vendor's key; a template for any relationship asks by sentence."""
    position: str
    message: str = ""
    sms_message: str = ""
    """v2 only."""
    hiring_managers: tuple[Person, ...] = field(default_factory=tuple)
    """v1 takes the first."""
    vendor_tells_owner: bool = False

    @property
    def total(self) -> int:
        """How many references are asked for."""
        return sum(self.counts.values())

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the payload that was stored."""
        people = tuple(Person(**person) for person in data["hiring_managers"])
        return cls(**{**data, "candidate": Person(**data["candidate"]), "hiring_managers": people})
