"""What Crosschq delivers: who may, in which form, and what comes of it."""

import base64
import json
import logging
from typing import Any

import pytest

from integrations.crosschq import SLUG
from integrations.crosschq.settings import connection
from integrations.models import WebhookDelivery
from integrations.requests import services as request_services
from tests import factories
from tests.crosschq.scenario import Scenario

pytestmark = pytest.mark.both_engines


def body(check: Any, **more: Any) -> bytes:
    shape = {"id": check.vendor_id, "candidate": {"email": "ada@example.com"}, "status": "in_progress", **more}
    return json.dumps(shape).encode()


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_delivery_is_a_hint_and_the_vendor_is_asked(scenario: Scenario, method: str) -> None:
    check = scenario.sent()
    scenario.perform(check, "references", "self_reference", "answer")

    # It claims to be complete; the vendor says otherwise.
    response = scenario.deliver(body(check, progress=100, report_url="https://evil.example/"), method=method)
    scenario.drain()

    check = scenario.now(check)
    assert (response.status_code, scenario.delivery().state) == (200, "processed")
    assert (check.state, check.answered_count, check.report_url) == ("progress", 1, "")


def forms(secret: str) -> dict[str, dict[str, bool]]:
    """Which headers each method takes."""

    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    return {
        "none": {"": True, "Token nonsense": True},
        "token": {
            f"Token {secret}": True,
            f"token {secret}": True,
            f"Bearer {secret}": True,
            secret: True,
            "": False,
            "Token": False,
            "Token ": False,
            f"Token {secret}x": False,
            f"Token {secret[:-1]}": False,
            f"Basic {encoded(secret)}": False,
        },
        "basic": {
            f"Basic {secret}": True,
            f"Basic {encoded(secret)}": True,
            f"Basic {encoded(f'crosschq:{secret}')}": True,
            f"basic {encoded(f'{secret}:')}": True,
            "": False,
            "Basic": False,
            f"Basic {encoded('wrong')}": False,
            "Basic ü": False,
            f"Token {secret}": False,
            secret: False,
        },
    }


@pytest.mark.parametrize("method", ["none", "token", "basic"])
def test_only_the_secret_opens_the_door(scenario: Scenario, method: str) -> None:
    scenario.configure(webhook_auth=method)
    check = scenario.sent()

    for header, opens in forms(scenario.told.webhook_secret)[method].items():
        WebhookDelivery.objects.all().delete()
        response = scenario.deliver(body(check), authorization=header)
        stored = WebhookDelivery.objects.count()
        assert (response.status_code, stored) == ((200, 1) if opens else (401, 0)), header


def test_what_the_stand_in_itself_sends_is_accepted(scenario: Scenario) -> None:
    check = scenario.sent()
    for auth, header in (("token", "Token {}"), ("basic", "Basic {}")):
        scenario.configure(webhook_auth=auth)
        assert (
            scenario.deliver(body(check), authorization=header.format(scenario.told.webhook_secret)).status_code == 200
        )


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (b"", "unreadable"),
        (b"<html>", "unreadable"),
        (b"[]", "processed"),
        (b"{}", "processed"),
        (b'{"id": 7}', "waiting"),
    ],
)
def test_odd_bodies_do_no_harm(scenario: Scenario, content: bytes, state: str) -> None:
    scenario.sent()

    assert scenario.deliver(content).status_code == 200
    scenario.drain()

    assert scenario.delivery().state == state


def test_copies_and_disorder_do_no_harm(scenario: Scenario) -> None:
    check = scenario.sent()
    early = body(check)
    scenario.perform(check, "complete")
    late = body(check, progress=100)

    for told in (late, late, early, late, early):
        scenario.deliver(told)
    scenario.drain()

    feed = scenario.feed()
    assert scenario.now(check).state == "completed"
    assert [line for line in feed if line.startswith("Completed")] == [
        "Completed: The reference report is ready: 3 of 3 references."
    ]


def test_another_company_s_request_is_not_touched_through_ours(scenario: Scenario) -> None:
    check = scenario.sent()
    elsewhere = factories.CompanyFactory()
    factories.CompanyFeatureFactory(company=elsewhere, feature=SLUG)
    theirs = factories.InstallationFactory(company=elsewhere, integration=SLUG)
    mine, scenario.installation = scenario.installation, theirs
    secret = connection.of(theirs).webhook_secret

    scenario.deliver(body(check), authorization=f"Token {secret}")
    scenario.drain()

    scenario.installation = mine
    assert (scenario.delivery().state, scenario.messages("crosschq.refresh_check")) == ("waiting", [])


def test_a_stopped_check_is_not_asked_about(scenario: Scenario) -> None:
    check = scenario.sent()
    request_services.stop_tracking(request=check, by=scenario.kim)

    scenario.deliver(body(check))
    scenario.drain()

    assert (scenario.delivery().state, scenario.messages("crosschq.refresh_check")) == ("processed", [])


def test_bodies_are_not_logged(scenario: Scenario, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    check = scenario.sent()

    scenario.deliver(body(check, references=[{"email": "robin@references.example"}]))
    scenario.drain()

    assert "robin@references.example" not in caplog.text
    assert scenario.told.webhook_secret not in caplog.text
