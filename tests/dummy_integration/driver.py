"""The dummy, as the contract suite drives it."""

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from integrations.base import Integration
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from tests.contract.driver import Driver, expiration
from tests.dummy_integration import assessments
from tests.dummy_integration.integration import Dummy
from tests.dummy_integration.registered import registered


class DummyDriver(Driver):
    """The dummy, registered for as long as a test lasts; `kind` may be a faulty one. It has all that a driver knows."""

    slug = assessments.SLUG
    create_operation, check_operation = "create", "me"
    completed_verb = "dummy.completed"
    webhook_page = "dummy:settings"

    def __init__(self, kind: type[Dummy] = Dummy, *, listens: bool = True) -> None:
        self.kind = kind
        self.listens = listens

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Register it."""
        with registered(self.kind(), listens=self.listens) as dummy:
            yield dummy

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Mount its addresses."""
        return {"ROOT_URLCONF": "tests.dummy_integration.root_urls"}

    def connected(self, installation: Installation, sandbox_url: str) -> None:
        """Point the connection at the sandbox."""
        installation.base_url_override = f"{sandbox_url}/acme/v1"
        installation.save(update_fields=["base_url_override"])

    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Request an assessment."""
        return assessments.request_assessment(
            application=application, expires_on=expiration(application.company), by=by
        )

    def complete(self, sandbox: Any, request: VendorRequest) -> None:
        """Complete the assessment at Acme."""
        sandbox.complete(request.vendor_id)

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Tell of the assessment, signed for that connection."""
        body = json.dumps({"id": request.vendor_id}).encode()
        signature = hmac.new(installation.webhook_token.encode(), body, hashlib.sha256).hexdigest()
        return "changed", body, {"X-Acme-Signature": signature}

    def is_completed(self, request: VendorRequest) -> bool:
        """Look at the stored state."""
        return type(request).objects.get(pk=request.pk).state == "completed"  # type: ignore[attr-defined,no-any-return]
