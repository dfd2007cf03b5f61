"""READ THIS FIRST: assessments of any vendor that speaks the Greenhouse Assessment Partner API.

A partner is given by its address and the company's key there; a company may have several. Nothing can be listed, so a
lost answer makes a request uncertain; nothing can be canceled. A partner's PATCH is a nudge, and some never send one:
so open requests are asked about until eight weeks after they were sent.
Source: assessment-partners.md §1.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q

from integrations import credentials, installations
from integrations.base import EventKind, NotMatchedYet, VendorEvent
from integrations.greenhouse_assessment.client import PartnerClient
from integrations.greenhouse_assessment.models import AssessmentRequest
from integrations.models import Credential, Installation
from integrations.outbound import vendor_task
from integrations.requests.flow import Created
from integrations.standard import services
from integrations.standard.base import StandardIntegration
from integrations.standard.flow import Answer, Product, StandardFlow
from integrations.standard.models import StandardRequest
from integrations.standard.webhook import StandardWebhook
from recruiting.foundation import clock
from recruiting.foundation.ids import parse_uuid
from recruiting.foundation.vendor_errors import VendorError, VendorRateLimited, VendorUnavailable
from recruiting.outbox.tasks import Attempt, Discard, Retry, Secret, secret_of
from recruiting.web.applications.record import record_url

SLUG = "greenhouse-assessments"
ASKED_FOR = timedelta(weeks=8)
TOLD_WITHIN = timedelta(days=1)


class AssessmentFlow(StandardFlow[AssessmentRequest]):
    """A partner's side of an assessment."""

    model = AssessmentRequest
    slug = SLUG
    order_prefix = "greenhouse-assessment"
    tab_slug = "greenhouse-assessment"
    noun = "Greenhouse assessment"
    shares_files = True

    def products(self, client: PartnerClient) -> Sequence[Product]:
        """Return the partner's tests."""
        return client.list_tests()

    def create(self, client: PartnerClient, request: AssessmentRequest) -> Created:
        """Let the partner invite the candidate."""
        candidate = request.application.candidate
        person: dict[str, Any] = {
            "first_name": candidate.first_name or candidate.name,
            "last_name": candidate.last_name,
            "preferred_name": candidate.first,
            "email": request.invited_email,
            "resume_url": self.file_url(request),
            "phone_number": candidate.phone or None,
            "greenhouse_profile_url": installations.public_url(record_url(request.application)),
        }
        body = {
            "partner_test_id": request.product_id,
            "candidate": person,
            "sent_by": (request.requested_by.email or None) if request.requested_by else None,
            "url": installations.webhook_url(request.installation, str(request.pk)),
        }
        return Created(client.send_test(body))

    def read(self, client: PartnerClient, request: AssessmentRequest) -> Answer:
        """Return how the assessment stands."""
        return client.test_status(request.vendor_id)

    def stale(self, now: datetime) -> Q:
        """Ask every two hours, and no longer than eight weeks."""
        return super().stale(now) & Q(sent_at__gt=now - ASKED_FOR)


class PartnerWebhook(StandardWebhook):
    """A PATCH without a body at an address of each request's own, with the same key as ours."""

    methods = ("PATCH",)

    def key(self, installation: Installation) -> str:
        """Return the company's key at the partner."""
        credential = credentials.of_company(installation)
        return credential.secret if credential else ""

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return one event about the request whose id stands in the address."""
        return [VendorEvent(kind=EventKind.REQUEST_CHANGED, vendor_id=event)]

    def find(self, event: VendorEvent, installation: Installation) -> StandardRequest:
        """Return the request whose id stood in the address. Raises NotMatchedYet for none of ours."""
        number = parse_uuid(event.vendor_id)
        # A nudge that comes before the answer to the send has an id to ask by only later.
        known = AssessmentRequest.objects.filter(installation=installation).exclude(vendor_id="")
        found = known.filter(pk=number).first() if number else None
        if found is None:
            raise NotMatchedYet
        return found


FLOW = AssessmentFlow()


@vendor_task(
    "greenhouse_assessment.response_error",
    about="installation",
    channel=lambda installation: installation.channel,
    order_by="greenhouse-assessment-report",
    forget=True,
)
def tell_of_error(attempt: Attempt) -> None:
    """Tell a partner what was wrong with an answer. It says nothing of the connection's health that it takes that."""
    installation = Installation.objects.filter(pk=attempt.payload["installation"]).first()
    key = services.working_key(installation) if installation else None
    if key is None:
        return
    try:
        FLOW.client(key).response_error(secret_of(attempt)["report"])
    except (VendorUnavailable, VendorRateLimited) as error:
        raise Retry(str(error)) from error
    except VendorError as error:
        raise Discard(str(error)) from error


def report(credential: Credential, wrong: Mapping[str, Any]) -> None:
    """Promise to tell a partner, once per kind of call; a key that is only tried out is not kept to do it with."""
    if not credential._state.adding:
        secret = Secret({"report": wrong}, expires_at=clock.machine_now() + TOLD_WITHIN)
        tell_of_error.enqueue(credential.installation, {"call": wrong["api_call"]}, secret=secret)


class GreenhouseAssessments(StandardIntegration):
    """Assessments by the Greenhouse partner contract."""

    slug = SLUG
    name = "Greenhouse assessments"
    vendor = "The assessment partner"
    sentence = "Send tests of any partner that speaks the Greenhouse assessment contract, and read the results here."
    flow = FLOW
    client = PartnerClient
    webhook = PartnerWebhook(FLOW)
    allows_several = True
    needs_base_url = True

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> PartnerClient:
        """Return a client that acts with this key, and promises what it has to tell the partner."""
        client: PartnerClient = super().get_client(credential, deadline_seconds=deadline_seconds)
        client.report = partial(report, credential)
        return client
