"""What the kill test must be told about a vendor, a small class each, in the `victim.py` of the vendor's tests.

It sends, and looks at the vendor by the tester's door. It asserts nothing; everything else is the same for all vendors.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from devtools import doubles
from devtools.sandbox.host.base import VendorSandbox
from integrations import registry
from integrations.requests import changes
from integrations.requests.flow import RequestFlow
from integrations.requests.lifecycle import Call, Entry
from integrations.requests.models import VendorRequest
from tests.faults import kill_points
from tests.faults.scenario import Sandbox


class Victim(ABC):
    """One vendor, as the kill test sends to it."""

    name: str
    slug: str
    """The integration's slug."""
    can_list = True
    """Whether a lost answer can be looked for; otherwise a person settles it, and nothing is ever posted again."""
    create_operation: str
    look_operation: str = ""
    """The double's names of the calls that create a request, and that look for one."""
    listed_at: str
    """Where the tester sees the vendor's requests, of everybody or of one `email`."""

    @abstractmethod
    def begin(self, sandbox: Sandbox) -> Mapping[str, str]:
        """Make the double ready; return the environment that leads workers to it."""

    @abstractmethod
    def send(self, sandbox: Sandbox, *, requests: int) -> Sequence[VendorRequest]:
        """Ask for that many, each for somebody else."""

    @abstractmethod
    def person(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Return id and candidate's address of a request as the tester sees it."""

    @property
    def double(self) -> type[VendorSandbox]:
        integration = registry.get(self.slug)
        assert integration is not None
        found = doubles.double_of(integration)
        assert found is not None
        return found

    @property
    def flow(self) -> RequestFlow[Any]:
        integration = registry.get(self.slug)
        assert integration is not None
        return integration.request_models[0].flow

    @property
    def create_topic(self) -> str:
        return self.flow.tasks[Call.CREATE].topic

    def verb(self, entry: Entry) -> str:
        return self.flow.entry_types[entry].verb

    def wrap(self, reaper: kill_points.Reaper) -> None:
        """Put the points around the product's functions, in a worker that has not begun."""
        flow: Any = self.flow
        create, noted, written = flow.create, changes.created, changes.created_locked

        def posting(client: Any, request: VendorRequest) -> Any:
            return reaper.around_post(request.invited_email, lambda: create(client, request))

        flow.create = posting
        changes.created_locked = reaper.dying_after(written, kill_points.ANSWERED)
        changes.created = reaper.dying_after(noted, kill_points.COMMITTED)

    def at_vendor(self, sandbox: Sandbox) -> list[tuple[str, str]]:
        """Return id and candidate's address of every request that exists there."""
        return [self.person(row) for row in sandbox.call("GET", f"/{self.double.slug}/{self.listed_at}")]
