"""A partner that speaks Ashby's contract, from the settings page to the result."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from devtools.sandbox.ashby_assessment import AshbyPartnerSandbox
from devtools.sandbox.host.server import SandboxServer
from integrations import installations
from integrations.ashby_assessment.integration import FLOW
from integrations.ashby_assessment.models import AssessmentOrder
from recruiting.outbox import worker
from tests.standard import Story


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("partner") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[AshbyPartnerSandbox]) as running:
        yield running


@pytest.fixture
def story(server: SandboxServer, db: None) -> Story:
    return Story.begin(server, FLOW)


def test_from_the_settings_to_the_result(story: Story) -> None:
    request = story.send()
    assert "Ashby assessments" in story.tab()

    assert deliver(story, request, {"assessment_status": status("In review")}, at=1000) == 200
    worker.drain()
    request.refresh_from_db()
    assert (request.state, request.vendor_status) == ("progress", "In review")

    later = {
        "assessment_result": {"identifier": "s", "label": "Score", "type": "numeric_score", "value": 91},
        "assessment_profile_url": f"{story.server.url}/result",
        "metadata": [{"identifier": "m", "label": "Time", "type": "numeric_duration_minutes", "value": 42}],
    }
    assert deliver(story, request, later, at=3000) == 200
    assert deliver(story, request, {"cancelled_reason": "Too late."}, at=2000) == 200
    worker.drain()
    request.refresh_from_db()
    assert (request.state, request.score, request.details) == ("completed", "91", [["Time", "42 min"]])
    page = story.tab()
    assert "View result" in page and "42 min" in page


def test_a_cancel_is_told_to_the_partner(story: Story) -> None:
    request = story.send()

    answer = story.browser.post(story.url("cancel", request.pk))
    worker.drain()

    request.refresh_from_db()
    assert (answer.status_code, request.state, request.cancel_pending) == (303, "canceled", False)
    assert story.partner.find(request.vendor_id)["state"] == "canceled"


def status(value: str) -> dict[str, str]:
    return {"identifier": "status", "label": "Status", "type": "string", "value": value}


def deliver(story: Story, request: AssessmentOrder, said: Any, *, at: int) -> int:
    """Deliver an update of the partner's, as of `at` (ms); return the status."""
    body = {"assessment_id": request.vendor_id, "timestamp": at, **said}
    address = f"/webhooks/{FLOW.slug}/{story.connection.webhook_token}/"
    headers = dict(story.partner.webhook_headers("assessment.update", installations.webhook_key(story.connection)))
    forged = Client().post(address, body, content_type="application/json", headers={"Authorization": "Basic bm86"})
    assert forged.status_code == 401
    return Client().post(address, body, content_type="application/json", headers=headers).status_code
