"""Every path and name that Crosschq uses on the wire (crosschq.md)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reference:
    """One reference of a request."""

    first_name: str
    last_name: str
    email: str
    phone: str
    status: str
    is_answered: bool


@dataclass(frozen=True)
class Check:
    """A request as the vendor has it."""

    id: str
    email: str
    position: str
    status: str
    progress: int
    references: tuple[Reference, ...]
    report_url: str
    created_at: datetime | None


@dataclass(frozen=True)
class Prospect:
    """A prospect (crosschq.md §5; the shape is assumed, §7 row 22). Texts are "" when missing."""

    id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    title: str
    company: str
    location: str
    linkedin_url: str
    created_at: datetime | None
    consent_at: datetime | None


@dataclass(frozen=True)
class ProspectPage:
    """One page of prospects; `cursor` "" at the end, `total` None when the vendor does not count."""

    prospects: tuple[Prospect, ...]
    cursor: str
    total: int | None
