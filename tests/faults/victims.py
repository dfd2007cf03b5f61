"""What the kill test must be told about a vendor, a small class each; everything else is the same for all of them.

It sends, it looks at the vendor by the tester's door, and in a worker it puts the kill points around the product's
functions. It asserts nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.requests.models import VendorRequest
from tests.faults import kill_points
from tests.faults.house import Sandbox


class Victim(ABC):
    """One vendor, as the kill test sends to it."""

    name: str
    slug: str
    """The integration's slug."""
    plays: str
    """The dotted name of its sandbox class."""
    sandbox_slug: str
    create_operation: str
    """The sandbox's name of the call that creates a request."""
    listed_at: str
    """Where the tester sees the vendor's requests, of everybody or of one `email`."""
    model: type[VendorRequest]
    create_topic: str
    requested_verb: str
    uncertain_verb: str = ""

    @abstractmethod
    def begin(self, sandbox: Sandbox) -> Mapping[str, str]:
        """Make the sandbox ready; return the environment that leads workers to it."""

    @abstractmethod
    def send(self, sandbox: Sandbox, *, requests: int) -> Sequence[VendorRequest]:
        """Ask for that many, each for somebody else."""

    @abstractmethod
    def person(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Return id and candidate's address of a request as the tester sees it."""

    @abstractmethod
    def wrap(self, reaper: kill_points.Reaper) -> None:
        """Put the points around the product's functions, in a worker that has not begun."""

    def at_vendor(self, sandbox: Sandbox) -> list[tuple[str, str]]:
        """Return id and candidate's address of every request that exists there."""
        return [self.person(row) for row in sandbox.call("GET", f"/{self.sandbox_slug}/{self.listed_at}")]
