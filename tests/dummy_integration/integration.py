"""READ THIS FIRST: assessments by Acme. A company gives Acme's address and its key there, and sends candidates a test.

Acme lists what it created, so a lost answer is looked for before anything is sent again; where several could be it, a
person chooses. A webhook is a reason to ask, and nothing of it is believed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from integrations.requests.flow import Created
from integrations.standard.base import StandardIntegration
from integrations.standard.flow import Answer, Product, StandardFlow
from integrations.standard.webhook import SignedWebhook
from tests.dummy_integration import client as acme
from tests.dummy_integration.client import AcmeClient
from tests.dummy_integration.models import Assessment


class AssessmentFlow(StandardFlow[Assessment]):
    """Acme's side of an assessment."""

    model = Assessment
    slug = "dummy"
    order_prefix = "dummy"
    tab_slug = "assessment"
    lists = cancels = True

    def products(self, client: AcmeClient) -> Sequence[Product]:
        """Return Acme's tests."""
        return client.call(lambda rows: [acme.product(row) for row in rows], "GET", "/tests")

    def create(self, client: AcmeClient, request: Assessment) -> Created:
        """Let Acme invite the candidate."""
        body = {"test": request.product_id, "name": request.invited_name, "email": request.invited_email}
        return Created(client.call(acme.identifier, "POST", "/assessments", body=body))

    def created_since(self, client: AcmeClient, request: Assessment, since: datetime) -> Sequence[Answer]:
        """Return, of the assessments of the candidate's address, those of this test that were created since."""

        def same(rows: Sequence[Any]) -> list[Answer]:
            of_test = [row for row in rows if row["test"] == request.product_id]
            return [acme.answer(row) for row in of_test if datetime.fromisoformat(row["created_at"]) >= since]

        return client.call(same, "GET", "/assessments", params={"email": request.invited_email})

    def read(self, client: AcmeClient, request: Assessment) -> Answer:
        """Return how the assessment stands."""
        return client.call(acme.answer, "GET", f"/assessments/{request.vendor_id}")

    def cancel(self, client: AcmeClient, request: Assessment) -> None:
        """Withdraw it."""
        client.call(acme.answer, "DELETE", f"/assessments/{request.vendor_id}")


FLOW = AssessmentFlow()


class Dummy(StandardIntegration):
    """Assessments by Acme."""

    slug = FLOW.slug
    name = "Assessments"
    vendor = "Acme"
    sentence = "Send tests by Acme, and read the results here."
    flow = FLOW
    client = AcmeClient
    webhook = SignedWebhook(FLOW, header="X-Acme-Signature")
    needs_base_url = True
    shows_webhook_url = True
