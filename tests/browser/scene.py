"""A vendor's part of the demo company in the pictures of every page: `browser/scene.py` of its tests."""

import json
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from devtools.sandbox.host.server import SandboxServer
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job


class Demo(ABC):
    """The demo company, as a vendor's part finds it."""

    sandbox: SandboxServer
    company: Company
    dana: Membership
    kim: Membership
    job: Job

    @abstractmethod
    def of(self, name: str) -> Application:
        """Return a candidate's application on the job."""


class VendorScene(ABC):
    """Requests to one vendor in every state."""

    namespace: ClassVar[str]
    """Of the vendor's addresses."""
    double: ClassVar[str]
    """The slug of its double."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.build()

    @abstractmethod
    def build(self) -> None:
        """Ask for requests, and play what becomes of them."""

    @abstractmethod
    def values(self, page: str) -> Mapping[str, Sequence[object]]:
        """Return what the parameters of the address of a page of the vendor's may be, where they are not the core's."""

    @abstractmethod
    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield a name and an address for the tab in every state."""

    def control(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """Use a control of the double; return what it answers."""
        call = urllib.request.Request(
            f"{self.demo.sandbox.url}/__sandbox__/{self.double}/{path}",
            data=None if data is None else json.dumps(data).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(call, timeout=10) as answer:
            return json.loads(answer.read() or b"null")
