"""What the contract suite must be told about a vendor: a small driver each, in the `driver.py` of the vendor's tests.

A driver knows how its vendor's sandbox is played and how a request is made; it never asserts anything. Everything else
the suite takes from the registry.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from devtools.sandbox.host.base import VendorSandbox
from integrations import registry
from integrations.base import Integration
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job

DAY = timedelta(days=7)


class Driver(ABC):
    """One vendor, as the contract suite drives it."""

    slug: str
    """The integration's slug."""
    create_operation: str
    check_operation: str
    """The sandbox's names of the calls that create a request, and that tell whether a key is good."""
    completed_verb: str
    """The newsfeed's verb for "the candidate has completed it"."""
    has_deadline = True
    """Whether a request expires on a date of ours (`deadline`)."""
    webhook_page = ""
    """The name of the page where Administrators copy the webhook's address, for vendors that take it by hand."""

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Give the registered integration for the block."""
        found = registry.get(self.slug)
        assert found is not None, self.slug
        yield found

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Return the settings that lead to the vendor's sandbox."""
        return {}

    def connected(self, installation: Installation, sandbox_url: str) -> None:  # noqa: B027
        """Do what a new connection needs beside its keys."""

    def prepare_job(self, job: Job, installation: Installation, by: Membership) -> None:  # noqa: B027
        """Make requests on the job possible."""

    @abstractmethod
    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Ask for one, as a service does."""

    @abstractmethod
    def complete(self, sandbox: VendorSandbox, request: VendorRequest) -> None:
        """Let the candidate complete it at the vendor."""

    def webhook_method(self, sandbox: VendorSandbox) -> str:
        """Return the method of its webhooks; by default as its double sends them."""
        return sandbox.webhook_method("")

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Return event and body (either may be empty) and headers by which a connection is told of a change.

        A vendor without webhooks leaves it out, and is asked.
        """
        return "", b"", {}

    def webhook_secrets(self, installation: Installation) -> set[str]:
        """Return what lets somebody tell us something over this connection."""
        return {installation.webhook_token}

    @abstractmethod
    def is_completed(self, request: VendorRequest) -> bool:
        """Tell whether our row says completed."""

    def deadline(self, request: VendorRequest) -> tuple[date, datetime]:
        """Return the promised date and the instant that it means."""
        return request.expires_on, request.expires_at  # type: ignore[attr-defined,no-any-return]


def expiration(company: Company) -> date:
    """Return a date that every vendor accepts."""
    return company.today() + DAY
