"""How a key becomes a client, and what a company says about its account: addresses, version, switches."""

from typing import TypedDict, Unpack

from integrations.crosschq.models import Connection
from integrations.models import Credential, Installation
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import JobField

SLUG = "reference-checks"


class Choices(TypedDict, total=False):
    """What an Administrator may change about a connection."""

    api_version: str
    can_list: bool
    webhook_auth: str
    default_requestor: Membership | None
    tag_field: JobField | None
    vendor_tells_owner: bool
    keeps_references: bool


def find(company: Company) -> Connection | None:
    """Return the company's connection, or None before its first settings were saved."""
    raise NotImplementedError


def connection_of(company: Company) -> Connection:
    """Return the company's connection, made when there is none. Raises NotAllowed when it is not enabled for it."""
    raise NotImplementedError


def key_of(connection: Connection) -> Credential | None:
    """Return the partner key whatever the vendor said of it, or None."""
    raise NotImplementedError


def configure(*, connection: Connection, by: Membership, **choices: Unpack[Choices]) -> Connection:
    """Change what is given. No longer keeping references forgets those that were kept."""
    raise NotImplementedError


def renew_webhook_secret(*, connection: Connection, by: Membership) -> Connection:
    """Make a new secret for the vendor's webhook settings; the old one stops being accepted."""
    raise NotImplementedError


def test(connection: Connection) -> str:
    """Ask the vendor with the stored key; return "Crosschq answered in 0.4 s." Raises VendorError."""
    raise NotImplementedError


def disconnect(*, connection: Connection, by: Membership) -> None:
    """Switch off requests and exports and forget the key; while checks are open, when the last one is over."""
    raise NotImplementedError


def webhook_url(installation: Installation) -> str:
    """Return the address to paste into the vendor's webhook settings."""
    raise NotImplementedError


def web_page() -> str:
    """Return the vendor's own web application, for "Open in Crosschq"."""
    raise NotImplementedError
