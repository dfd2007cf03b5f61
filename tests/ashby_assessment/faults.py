"""A partner of the Ashby contract, as the fault tests use it: it cannot be asked, and says how a request stands."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.ashby_assessment import AshbyPartnerSandbox
from integrations import installations
from integrations.ashby_assessment.integration import SLUG
from integrations.models import Installation
from tests.faults.driver import Told
from tests.faults.standard import StandardFaults


class AshbyFaults(StandardFaults):
    """Its verified deliveries are the truth."""

    slug = SLUG
    double = AshbyPartnerSandbox
    can_list = can_read = False
    create, check_key = "start", "list"
    cancel_calls = ("cancel",)
    cancel_needs_key = "The assessment partner no longer accepts the key, or there is none."
    odd_bodies = (b'{"timestamp": 1}', b'{"assessment_id": null, "timestamp": 1, "cancelled_reason": "x"}')

    def about(self, vendor_id: str, **claims: Any) -> Told:
        status = {"identifier": "status", "label": "Status", "type": "string", "value": "started"}
        said = {"assessment_id": vendor_id, "timestamp": int(time.time() * 1000), "assessment_status": status}
        return Told("", json.dumps({**said, **claims}).encode())

    def headers(self, installation: Installation, body: bytes) -> Mapping[str, str]:
        basic = base64.b64encode(f"{installations.webhook_key(installation)}:".encode()).decode()
        return {"Authorization": f"Basic {basic}"}
