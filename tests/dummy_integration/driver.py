"""Acme, as the contract suite drives it."""

import contextlib
import json
from collections.abc import Iterator, Mapping

from integrations import installations, registry
from integrations.base import Integration
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from tests.dummy_integration.faults import signature
from tests.dummy_integration.integration import FLOW, Dummy
from tests.dummy_integration.registered import registered
from tests.standard import StandardDriver


class DummyDriver(StandardDriver):
    """Acme, registered for as long as a test lasts; `kind` may be a faulty one."""

    slug = FLOW.slug
    sandbox_path = "acme"
    create_operation, check_operation = "create", "tests"
    completed_verb = "dummy_integration.completed"
    webhook_page = "dummy_integration:settings"

    def __init__(self, kind: type[Dummy] = Dummy) -> None:
        self.kind = kind

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Register it, unless it is."""
        if (found := registry.get(self.slug)) is not None:
            yield found
            return
        with registered(self.kind) as made:
            yield made

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Tell of the assessment, signed for that connection."""
        body = json.dumps({"id": request.vendor_id}).encode()
        return "", body, {"X-Acme-Signature": signature(installation, body)}

    def webhook_secrets(self, installation: Installation) -> set[str]:
        """Return the address's token and the key."""
        return {installation.webhook_token, installations.webhook_key(installation)}
