"""A partner that speaks Greenhouse's contract, from the settings page to the result."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from devtools.sandbox.greenhouse_assessment import GreenhousePartnerSandbox
from devtools.sandbox.host.server import SandboxServer
from integrations.greenhouse_assessment.integration import SLUG
from integrations.greenhouse_assessment.models import AssessmentRequest
from integrations.models import Installation
from recruiting.applications import files
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.outbox import worker
from tests import factories
from tests.signing_in import signed_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("partner") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[GreenhousePartnerSandbox]) as running:
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
    base_url = f"{server.url}/{GreenhousePartnerSandbox.slug}"
    given = {"new-label": "Acme tests", "new-base_url": base_url, "new-secret": key}
    answer = browser.post(reverse("greenhouse_assessment:add"), given)
    assert answer.status_code == 303, answer.content.decode()
    installation = Installation.objects.get(integration=SLUG)
    browser.post(reverse("greenhouse_assessment:switch", args=[installation.pk]), {"on": "1"})
    installation.refresh_from_db()
    assert installation.is_on
    return installation


def test_from_the_settings_to_the_result(
    server: SandboxServer, browser: Client, connected: Installation, application: Application, boss: Membership
) -> None:
    ids = [application.candidate_id, application.pk]
    tab = reverse("applications:candidate-tab", args=[*ids, "greenhouse-assessment"])
    page = browser.get(reverse("greenhouse_assessment:settings")).content.decode()
    assert "Hiring teams can send" in page
    assert "Choose and send" in browser.get(tab).content.decode()
    window = reverse("greenhouse_assessment:choose", args=[*ids, connected.pk])
    assert "Coding basics" in browser.get(window).content.decode()

    upload = ContentFile(b"A life.", name="resume.txt")
    resume = files.add_file(application=application, upload=upload, name="resume.txt", by=boss)
    other = factories.AttachmentFactory(
        candidate=application.candidate,
        application=factories.ApplicationFactory(
            candidate=application.candidate, job=factories.JobFactory(company=application.company)
        ),
    )
    assert browser.get(window).content.decode().count("(optional)") == 1
    assert browser.post(window, {"product": "coding", "file": str(other.pk)}).status_code == 422
    assert browser.post(window, {"product": "coding", "file": str(resume.pk)}).status_code == 303
    request = AssessmentRequest.objects.get()
    assert request.state == "queued"
    worker.drain()
    request.refresh_from_db()
    assert (request.state, bool(request.vendor_id)) == ("sent", True)

    partner: Any = server.vendors[0]
    link = urlsplit(partner.find(request.vendor_id)["file_url"]).path
    assert b"".join(Client().get(link).streaming_content) == b"A life."  # type: ignore[attr-defined]
    partner.complete(request.vendor_id)
    address = f"/webhooks/{SLUG}/{connected.webhook_token}/{request.pk}/"
    headers = dict(partner.webhook_headers("changed", connected.credentials.get().secret))
    assert Client().patch(address, headers={"Authorization": "Basic bm9uZTo="}).status_code == 401
    assert Client().patch(address, headers=headers).status_code == 200
    worker.drain()
    request.refresh_from_db()
    assert (request.state, request.score) == ("completed", "87.5")
    assert Client().get(link).status_code == 404
    assert request.details == [["Minutes taken", "42"], ["Passed", "Yes"]]
    page = browser.get(tab).content.decode()
    assert "View result" in page and "87.5" in page
    result = browser.get(reverse("greenhouse_assessment:result", args=[*ids, request.pk]))
    assert result.status_code == 302 and result.headers["Location"].startswith(server.url)


def test_an_uncertain_one_is_followed_by_the_number_that_the_partner_shows(
    server: SandboxServer, browser: Client, connected: Installation, application: Application
) -> None:
    ids = [application.candidate_id, application.pk]
    browser.post(reverse("greenhouse_assessment:choose", args=[*ids, connected.pk]), {"product": "coding"})
    worker.drain()
    request = AssessmentRequest.objects.get()
    there, lost = request.vendor_id, {"vendor_id": "", "sent_at": None, "state": "uncertain"}
    AssessmentRequest.objects.filter(pk=request.pk).update(**lost)
    follow = reverse("greenhouse_assessment:follow", args=[*ids, request.pk])

    for wrong in ("nothing-of-theirs", "9" * 200):
        refused = browser.post(follow, {"vendor_id": wrong})
        assert (refused.status_code, b"Acme tests" in refused.content) == (422, True)
    assert browser.post(follow, {"vendor_id": there}).status_code == 303
    worker.drain()

    request.refresh_from_db()
    assert (request.state, request.vendor_id) == ("sent", there)
