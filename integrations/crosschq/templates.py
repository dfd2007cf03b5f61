"""Templates: what Crosschq asks, and of whom. Services for Administrators, and what pages say about one.

Limits are the survey's own, asked live when a template is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from integrations.crosschq.models import Template
from recruiting.companies.models import Company, Membership


@dataclass(frozen=True)
class Asked:
    """How many references of one kind (the vendor's key, `orders.RELATIONSHIPS`), and what is said about them."""

    relationship: str
    count: int
    note: str = ""


@dataclass(frozen=True)
class TemplateDetails:
    """What somebody fills in. `any_count` counts where `any_relationship`; else `asked`, one per kind."""

    name: str
    tag: str
    survey: str
    description: str = ""
    position: str = ""
    any_relationship: bool = False
    any_count: int = 0
    any_note: str = ""
    asked: tuple[Asked, ...] = ()
    hiring_manager_first_name: str = ""
    hiring_manager_last_name: str = ""
    hiring_manager_email: str = ""
    email_message: str = ""
    sms_message: str = ""


@dataclass(frozen=True)
class Deletion:
    """What deleting a template would mean."""

    jobs: int
    checks: int
    sentence: str


@dataclass(frozen=True)
class Preview:
    """What the candidate would read; `notes` are what cannot be sent with this version of the API."""

    email: str
    sms: str
    notes: tuple[str, ...] = ()


def listed(company: Company) -> list[Template]:
    """Return the company's templates by name, with what they ask for."""
    raise NotImplementedError


def details_of(template: Template) -> TemplateDetails:
    """Return what its form shows."""
    raise NotImplementedError


def create(*, company: Company, details: TemplateDetails, by: Membership) -> Template:
    """Create a template.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        InvalidInput: fields are `TemplateDetails`' names, `asked` for the sum, `asked.<relationship>` for one kind.
    """
    raise NotImplementedError


def edit(*, template: Template, details: TemplateDetails, by: Membership) -> Template:
    """Change a template; what was sent already is not affected. Raises as `create`."""
    raise NotImplementedError


def duplicate(*, template: Template, by: Membership) -> Template:
    """Make a copy under a free name and tag ("Engineering copy", "engineering-copy")."""
    raise NotImplementedError


def if_deleted(template: Template) -> Deletion:
    """Say what deleting it would mean."""
    raise NotImplementedError


def delete(*, template: Template, by: Membership) -> None:
    """Delete a template; checks that were sent with it run on."""
    raise NotImplementedError


def where_used(company: Company) -> Mapping[UUID, int]:
    """Return how many open jobs carry each template's tag, by template id, in a bounded number of queries."""
    raise NotImplementedError


def label(template: Template) -> str:
    """Return "Engineering, 3 references"."""
    raise NotImplementedError


def asks_for(template: Template) -> str:
    """Return "1 Manager, 2 Peer" or "3, any relationship"."""
    raise NotImplementedError


def preview(details: TemplateDetails, *, company: Company, candidate: str = "Ada") -> Preview:
    """Return the texts as they would go out."""
    raise NotImplementedError


def problems(details: TemplateDetails, *, company: Company, of: Template | None = None) -> dict[str, str]:
    """Return what is wrong with a form as it stands, by field, from what is known here (nobody is asked)."""
    raise NotImplementedError
