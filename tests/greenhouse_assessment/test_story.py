"""A partner that speaks Greenhouse's contract, from the settings page to the result."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from devtools.sandbox.greenhouse_assessment import GreenhousePartnerSandbox
from devtools.sandbox.host.server import SandboxServer
from integrations.greenhouse_assessment.integration import FLOW
from integrations.greenhouse_assessment.models import AssessmentRequest
from recruiting.applications import files
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage, OutboxSecret
from tests import factories
from tests.standard import PRODUCT, Story


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("partner") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[GreenhousePartnerSandbox]) as running:
        yield running


@pytest.fixture
def story(server: SandboxServer, db: None) -> Story:
    return Story.begin(server, FLOW)


def test_from_the_settings_to_the_result(story: Story) -> None:
    application, browser = story.application, story.browser
    upload = ContentFile(b"A life.", name="resume.txt")
    resume = files.add_file(application=application, upload=upload, name="resume.txt", by=story.boss)
    another = factories.JobFactory(company=application.company)
    elsewhere = factories.ApplicationFactory(candidate=application.candidate, job=another)
    other = factories.AttachmentFactory(candidate=application.candidate, application=elsewhere)
    window = story.url("choose", story.connection.pk)
    assert browser.get(window).content.decode().count("(optional)") == 1
    assert browser.post(window, {"product": PRODUCT, "file": str(other.pk)}).status_code == 422
    request = story.send(file=str(resume.pk))
    assert "Greenhouse assessments" in story.tab()

    link = urlsplit(story.partner.find(request.vendor_id)["file_url"]).path
    assert b"".join(Client().get(link).streaming_content) == b"A life."  # type: ignore[attr-defined]
    story.partner.complete(request.vendor_id)
    address = f"/webhooks/{FLOW.slug}/{story.connection.webhook_token}/{request.pk}/"
    headers = dict(story.partner.webhook_headers("changed", story.connection.credentials.get().secret))
    assert Client().patch(address, headers={"Authorization": "Basic bm9uZTo="}).status_code == 401
    assert Client().patch(address, headers=headers).status_code == 200
    worker.drain()
    request.refresh_from_db()
    assert (request.state, request.score) == ("completed", "87.5")
    assert Client().get(link).status_code == 404
    assert request.details == [["Minutes taken", "42"], ["Passed", "Yes"]]
    page = story.tab()
    assert "View result" in page and "87.5" in page
    result = browser.get(story.url("result", request.pk))
    assert (result.status_code, result.headers["Location"].startswith(story.server.url)) == (302, True)


def test_an_uncertain_one_is_followed_by_the_number_that_the_partner_shows(story: Story) -> None:
    request = story.send()
    there, lost = request.vendor_id, {"vendor_id": "", "sent_at": None, "state": "uncertain"}
    AssessmentRequest.objects.filter(pk=request.pk).update(**lost)
    follow = story.url("follow", request.pk)

    for wrong in ("nothing-of-theirs", "9" * 200):
        refused = story.browser.post(follow, {"vendor_id": wrong})
        assert (refused.status_code, b"Acme tests" in refused.content) == (422, True)
    assert story.browser.post(follow, {"vendor_id": there}).status_code == 303
    worker.drain()

    request.refresh_from_db()
    assert (request.state, request.vendor_id) == ("sent", there)


def test_a_malformed_answer_is_told_to_the_partner_by_the_worker(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> int:
        return len(story.partner.requests.latest(operation="response_error"))

    before = told()
    monkeypatch.setattr(GreenhousePartnerSandbox, "products", {"coding": ""})
    cache.clear()
    window = story.url("choose", story.connection.pk)
    assert "answer could not be read" in story.browser.get(window).content.decode()
    story.browser.get(window)
    (waiting,) = OutboxMessage.objects.filter(topic="greenhouse_assessment.response_error")
    assert (told(), waiting.payload["call"]) == (before, "list_tests")

    worker.drain()

    waiting.refresh_from_db()
    assert (told(), waiting.state) == (before + 1, OutboxMessage.State.DONE)
    assert not OutboxSecret.objects.filter(message=waiting).exists()


def test_a_key_that_is_tried_out_is_not_kept_to_tell_of_errors(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GreenhousePartnerSandbox, "products", {"coding": ""})
    another = story.partner.seed(company="Another", users=[])["key"]
    there = story.connection
    given = {"label": "Acme tests", "base_url": there.settings["base_url"], "secret": another}
    save = reverse("greenhouse_assessment:save", args=[there.pk])

    saved = story.browser.post(save, {f"{there.pk}-{name}": value for name, value in given.items()})

    assert saved.status_code == 303
    assert not OutboxMessage.objects.filter(topic="greenhouse_assessment.response_error").exists()
