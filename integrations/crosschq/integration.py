"""READ THIS FIRST: everything that Crosschq's integration plugs into the product, in one class."""

from typing import Any

from integrations.base import Integration
from integrations.crosschq.models import ReferenceCheck
from integrations.models import Credential

SLUG = "reference-checks"


class Crosschq(Integration):
    """Reference checks by Crosschq."""

    slug = SLUG
    name = "Reference Checks"
    vendor = "Crosschq"
    request_models = (ReferenceCheck,)
    sandbox = "integrations.crosschq.sandbox.CrosschqSandbox"

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with this key."""
        raise NotImplementedError

    def check_connection(self, credential: Credential) -> None:
        """Ask Crosschq whether it accepts the key."""
        raise NotImplementedError
