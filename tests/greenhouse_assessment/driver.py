"""The Greenhouse contract's partner, as the contract suite drives it."""

import base64
from collections.abc import Mapping

from integrations import credentials
from integrations.greenhouse_assessment.integration import SLUG
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from tests.standard import StandardDriver


class GreenhouseDriver(StandardDriver):
    """A PATCH without a body at each request's own address, with the company's key."""

    slug = SLUG
    sandbox_path = "greenhouse-partner"
    create_operation, check_operation = "send_test", "list_tests"
    completed_verb = "greenhouse_assessment.completed"

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Nudge about a request."""
        key = credentials.of_company(installation)
        assert key is not None
        basic = base64.b64encode(f"{key.secret}:".encode()).decode()
        return str(request.pk), b"", {"Authorization": f"Basic {basic}"}
