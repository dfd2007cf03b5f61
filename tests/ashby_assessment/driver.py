"""The Ashby contract's partner, as the contract suite drives it."""

import base64
import json
from collections.abc import Mapping

from integrations import installations
from integrations.ashby_assessment.integration import SLUG
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from tests.standard import StandardDriver


class AshbyDriver(StandardDriver):
    """Reports with a timestamp; what they say is the truth."""

    slug = SLUG
    sandbox_path = "ashby-partner"
    create_operation, check_operation = "start", "list"
    completed_verb = "ashby_assessment.completed"
    webhook_page = "ashby_assessment:settings"
    can_read = False

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Report the result of an assessment."""
        result = {"identifier": "s", "label": "Score", "type": "numeric_score", "value": 91}
        body = {"assessment_id": request.vendor_id, "timestamp": 1_000, "assessment_result": result}
        basic = base64.b64encode(f"{installations.webhook_key(installation)}:".encode()).decode()
        return "", json.dumps(body).encode(), {"Authorization": f"Basic {basic}"}

    def webhook_secrets(self, installation: Installation) -> set[str]:
        """Return the address's token and the key."""
        return {installation.webhook_token, installations.webhook_key(installation)}
