"""A partner that speaks Ashby's contract, from the settings page to the result."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from devtools.sandbox.ashby_assessment import AshbyPartnerSandbox
from devtools.sandbox.host.server import SandboxServer
from integrations import installations
from integrations.ashby_assessment.integration import SLUG
from integrations.ashby_assessment.models import AssessmentOrder
from integrations.models import Installation
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.outbox import worker
from tests import factories
from tests.signing_in import signed_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("partner") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[AshbyPartnerSandbox]) as running:
        yield running


@pytest.fixture
def company(db: None) -> Company:
    company = factories.CompanyFactory()
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    return company


@pytest.fixture
def boss(company: Company) -> Membership:
    return factories.administrator(company)


@pytest.fixture
def application(company: Company) -> Application:
    return factories.ApplicationFactory(job=factories.JobFactory(company=company))


@pytest.fixture
def browser(boss: Membership) -> Client:
    return signed_in(boss)


@pytest.fixture
def connected(server: SandboxServer, browser: Client, company: Company) -> Installation:
    key = server.vendors[0].seed(company=company.name)["key"]
    base_url = f"{server.url}/{AshbyPartnerSandbox.slug}"
    given = {"new-label": "Acme tests", "new-base_url": base_url, "new-secret": key}
    answer = browser.post(reverse("ashby_assessment:add"), given)
    assert answer.status_code == 303, answer.content.decode()
    installation = Installation.objects.get(integration=SLUG)
    browser.post(reverse("ashby_assessment:switch", args=[installation.pk]), {"on": "1"})
    installation.refresh_from_db()
    assert installation.is_on
    return installation


def test_from_the_settings_to_the_result(
    server: SandboxServer, browser: Client, connected: Installation, application: Application
) -> None:
    ids = [application.candidate_id, application.pk]
    tab = reverse("applications:candidate-tab", args=[*ids, "ashby-assessment"])
    page = browser.get(reverse("ashby_assessment:settings")).content.decode()
    assert "Hiring teams can send" in page
    assert "Choose and send" in browser.get(tab).content.decode()
    window = reverse("ashby_assessment:choose", args=[*ids, connected.pk])
    assert "Coding basics" in browser.get(window).content.decode()

    assert browser.post(window, {"product": "coding"}).status_code == 303
    request = AssessmentOrder.objects.get()
    assert request.state == "queued"
    worker.drain()
    request.refresh_from_db()
    assert (request.state, bool(request.vendor_id)) == ("sent", True)

    partner: Any = server.vendors[0]
    assert deliver(connected, partner, request, {"assessment_status": status("In review")}, at=1000) == 200
    worker.drain()
    request.refresh_from_db()
    assert (request.state, request.vendor_status) == ("progress", "In review")

    later = {
        "assessment_result": {"identifier": "s", "label": "Score", "type": "numeric_score", "value": 91},
        "assessment_profile_url": f"{server.url}/result",
        "metadata": [{"identifier": "m", "label": "Time", "type": "numeric_duration_minutes", "value": 42}],
    }
    assert deliver(connected, partner, request, later, at=3000) == 200
    assert deliver(connected, partner, request, {"cancelled_reason": "Too late."}, at=2000) == 200
    worker.drain()
    request.refresh_from_db()
    assert (request.state, request.score, request.details) == ("completed", "91", [["Time", "42 min"]])
    page = browser.get(tab).content.decode()
    assert "View result" in page and "42 min" in page


def test_a_cancel_is_told_to_the_partner(
    server: SandboxServer, browser: Client, connected: Installation, application: Application
) -> None:
    ids = [application.candidate_id, application.pk]
    browser.post(reverse("ashby_assessment:choose", args=[*ids, connected.pk]), {"product": "coding"})
    worker.drain()
    request = AssessmentOrder.objects.get()

    answer = browser.post(reverse("ashby_assessment:cancel", args=[*ids, request.pk]))
    worker.drain()

    request.refresh_from_db()
    assert (answer.status_code, request.state, request.cancel_pending) == (303, "canceled", False)
    partner: Any = server.vendors[0]
    assert partner.find(request.vendor_id)["state"] == "canceled"


def status(value: str) -> dict[str, str]:
    return {"identifier": "status", "label": "Status", "type": "string", "value": value}


def deliver(connected: Installation, partner: Any, request: AssessmentOrder, said: Any, *, at: int) -> int:
    """Deliver an update of the partner's, as of `at` (ms); return the status."""
    body = {"assessment_id": request.vendor_id, "timestamp": at, **said}
    address = f"/webhooks/{SLUG}/{connected.webhook_token}/"
    headers = dict(partner.webhook_headers("assessment.update", installations.webhook_key(connected)))
    forged = Client().post(address, body, content_type="application/json", headers={"Authorization": "Basic bm86"})
    assert forged.status_code == 401
    return Client().post(address, body, content_type="application/json", headers=headers).status_code
