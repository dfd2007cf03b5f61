"""A partner of the Greenhouse contract, as the fault tests use it: nothing is listed, nothing can be canceled."""

import base64
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.greenhouse_assessment import GreenhousePartnerSandbox
from integrations import credentials
from integrations.greenhouse_assessment.integration import SLUG
from integrations.greenhouse_assessment.models import AssessmentRequest
from integrations.models import Installation
from integrations.requests.lifecycle import Entry
from tests.faults.driver import Told
from tests.faults.standard import StandardFaults


class GreenhouseFaults(StandardFaults):
    """A PATCH without a body, at each request's own address."""

    slug = SLUG
    double = GreenhousePartnerSandbox
    can_list = can_cancel = has_body = False
    create, read, check_key = "send_test", "test_status", "list_tests"
    # The contract has one word that means something.
    beginning, moved_to = ("started", "completed"), ("completed", Entry.COMPLETED)

    def about(self, vendor_id: str, **claims: Any) -> Told:
        found = AssessmentRequest.objects.filter(vendor_id=vendor_id).first()
        return Told(str(found.pk) if found else vendor_id, b"")

    def headers(self, installation: Installation, body: bytes) -> Mapping[str, str]:
        key = credentials.of_company(installation)
        return {"Authorization": f"Basic {base64.b64encode(f'{key.secret if key else str()}:'.encode()).decode()}"}
