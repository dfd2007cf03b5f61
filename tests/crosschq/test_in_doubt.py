"""A lost answer: looked for and adopted where the vendor can list, a person's question where it cannot."""

from typing import Any

import pytest

from integrations.crosschq import services
from integrations.crosschq.flow import FLOW
from integrations.crosschq.models import ReferenceCheck
from integrations.models import Credential
from integrations.requests import changes
from integrations.requests import services as request_services
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.vendor_errors import VendorError
from recruiting.outbox.models import OutboxMessage
from tests.crosschq import topics
from tests.crosschq.scenario import Scenario
from tests.refusals import refuses

LOST = ["reset_after", "truncated", "no_id", "drip"]


@pytest.fixture
def quick(settings: Any) -> None:
    settings.VENDOR_WORKER_DEADLINE_SECONDS = 1.0


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_looked_for_and_adopted(scenario: Scenario, quick: None, kind: str) -> None:
    scenario.fault("create_request", kind)
    check = scenario.send()
    scenario.drain()
    assert (scenario.now(check).state, len(scenario.at_vendor())) == ("queued", 1)

    scenario.later()

    check = scenario.now(check)
    assert (check.state, check.vendor_id) == ("sent", scenario.at_vendor()[0]["id"])
    assert (len(scenario.at_vendor()), scenario.calls("create_request")) == (1, 1)


@pytest.mark.parametrize("kind", ["status", "reset_before"])
def test_what_was_not_created_is_posted_again(scenario: Scenario, kind: str) -> None:
    scenario.fault("create_request", kind)
    check = scenario.send()
    scenario.drain()

    scenario.later()

    assert (scenario.now(check).state, len(scenario.at_vendor())) == ("sent", 1)


def test_it_is_not_looked_for_before_the_vendor_must_have_settled(scenario: Scenario, settings: Any) -> None:
    settings.OUTBOX_SETTLE_SECONDS = 120.0
    scenario.fault("create_request", "reset_after")
    check = scenario.send()
    scenario.drain()

    scenario.later()

    assert (scenario.now(check).state, scenario.calls("list_requests")) == ("queued", 0)


@pytest.mark.parametrize(
    ("operation", "state", "message"),
    [("list_requests", "uncertain", "done"), ("*", "queued", "parked")],
)
def test_a_list_that_is_forbidden_is_told_from_a_dead_key(
    scenario: Scenario, operation: str, state: str, message: str
) -> None:
    scenario.fault("create_request", "reset_after")
    check = scenario.send()
    scenario.drain()
    scenario.fault(operation, "forbidden", times=-1)
    scenario.later()

    assert (scenario.now(check).state, scenario.calls("create_request")) == (state, 1)
    assert OutboxMessage.objects.get(topic=topics.CREATE).state == message
    assert Credential.objects.get().state == ("accepted" if message == "done" else "refused")


def test_somebody_s_own_request_of_another_position_or_time_is_not_adopted(scenario: Scenario) -> None:
    scenario.driver.ask(requestor="kim@acme.example", job_position="Senior Engineer")
    scenario.pass_time(hours=1)
    scenario.driver.ask(requestor="kim@acme.example", job_position="Chief")
    scenario.fault("create_request", "status")
    check = scenario.send()
    scenario.drain()

    scenario.later()

    assert scenario.now(check).state == "sent"
    assert scenario.now(check).vendor_id == scenario.at_vendor()[0]["id"]
    assert len(scenario.at_vendor()) == 3


def test_two_that_fit_are_a_person_s_choice(scenario: Scenario) -> None:
    scenario.fault("create_request", "reset_after")
    check = scenario.send()
    scenario.drain()
    scenario.driver.ask(requestor="kim@acme.example", job_position="Senior Engineer")

    scenario.later()

    check = scenario.now(check)
    assert (check.state, len(check.matches), scenario.calls("create_request")) == ("uncertain", 2, 2)
    assert scenario.last() == "Uncertain: Crosschq shows two requests for Ada Lovelace. Choose the one to follow."
    with refuses(NotFound, "Choose one of the requests that Crosschq shows."):
        request_services.link_existing(request=check, vendor_id="elsewhere", by=scenario.kim)
    request_services.link_existing(request=check, vendor_id=check.matches[0]["id"], by=scenario.kim)
    scenario.drain()
    check = scenario.now(check)
    assert (check.state, check.vendor_id, check.matches) == ("sent", scenario.at_vendor()[0]["id"], [])
    with refuses(Conflict, "settled already"):
        request_services.link_existing(request=check, vendor_id=check.vendor_id, by=scenario.kim)


# ── A vendor that cannot list ────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def blind(scenario: Scenario) -> Scenario:
    scenario.configure(can_list=False)
    return scenario


@pytest.mark.parametrize("kind", LOST)
def test_without_a_list_a_lost_answer_is_uncertain_and_never_posted_again(
    blind: Scenario, quick: None, kind: str
) -> None:
    blind.fault("create_request", kind)
    check = blind.send()
    blind.drain()

    for _ in range(3):
        blind.later()

    check = blind.now(check)
    assert (check.state, blind.calls("create_request"), blind.calls("list_requests")) == ("uncertain", 1, 0)
    assert blind.last() == ("Uncertain: Please look in Crosschq: it didn't confirm, and its requests cannot be listed.")
    with refuses(Conflict, "Say first whether Crosschq has the uncertain one."):
        services.send_again(request=check, by=blind.kim)
    with refuses(request_services.AlreadyRequested, "is still open"):
        blind.send()


def test_a_vendor_that_was_never_reached_leaves_nothing_uncertain(blind: Scenario, settings: Any) -> None:
    right, settings.CROSSCHQ_BASE_URL = settings.CROSSCHQ_BASE_URL, "http://127.0.0.1:9"
    check = blind.send()
    blind.drain()
    blind.later()
    assert blind.now(check).state == "queued"

    settings.CROSSCHQ_BASE_URL = right
    blind.later()

    assert (blind.now(check).state, len(blind.at_vendor())) == ("sent", 1)


def test_a_list_that_is_not_there_after_all_counts_as_none(scenario: Scenario) -> None:
    scenario.driver.control("POST", "/crosschq/settings", {"list_requests": 0})
    scenario.fault("create_request", "reset_after")
    check = scenario.send()
    scenario.drain()

    scenario.later()

    scenario.driver.control("POST", "/crosschq/settings", {"list_requests": 1})
    assert (scenario.now(check).state, scenario.calls("create_request")) == ("uncertain", 1)


def uncertain(blind: Scenario) -> ReferenceCheck:
    blind.fault("create_request", "reset_after")
    check = blind.send()
    blind.drain()
    blind.later()
    assert blind.now(check).state == "uncertain"
    return blind.now(check)


def test_a_person_who_looked_says_which_it_is(blind: Scenario) -> None:
    check = uncertain(blind)
    [there] = blind.at_vendor()
    stranger = blind.driver.ask(
        requestor="kim@acme.example",
        candidate={"first_name": "E", "last_name": "V", "email": "eve@example.com"},
        use_sms=False,
    )

    with refuses(NotFound, "Crosschq has no request with this id."):
        request_services.link_existing(request=check, vendor_id="nonsense", by=blind.kim)
    with refuses(Conflict, "That request is not Ada Lovelace's."):
        request_services.link_existing(request=check, vendor_id=stranger, by=blind.kim)
    request_services.link_existing(request=check, vendor_id=f" {there['id']} ", by=blind.kim)
    blind.drain()

    assert (blind.now(check).state, blind.now(check).vendor_id) == ("sent", there["id"])


def test_a_vendor_that_is_away_cannot_confirm_the_choice(blind: Scenario, settings: Any) -> None:
    check = uncertain(blind)
    settings.CROSSCHQ_BASE_URL = "http://127.0.0.1:9"

    with pytest.raises(VendorError):
        request_services.link_existing(request=check, vendor_id="x", by=blind.kim)

    assert blind.now(check).state == "uncertain"


def test_a_person_who_looked_says_that_it_is_not_there(blind: Scenario) -> None:
    check = uncertain(blind)

    request_services.confirm_absent(request=check, by=blind.kim)
    blind.drain()

    assert (blind.now(check).state, blind.calls("create_request")) == ("sent", 2)
    with refuses(Conflict, "settled already"):
        request_services.confirm_absent(request=check, by=blind.kim)


def test_a_webhook_settles_an_uncertain_one(blind: Scenario) -> None:
    check = uncertain(blind)
    [there] = blind.at_vendor()

    blind.deliver(b'{"id": "%s", "candidate": {"email": "ADA@example.com"}}' % there["id"].encode())
    blind.drain()

    assert (blind.now(check).state, blind.now(check).vendor_id) == ("sent", there["id"])


def test_a_webhook_with_an_endless_id_is_read_once(blind: Scenario) -> None:
    check = uncertain(blind)

    blind.deliver(b'{"id": "%s", "candidate": {"email": "ada@example.com"}}' % (b"9" * 3000))
    blind.drain()

    assert (blind.delivery().state, blind.messages("crosschq.adopt_check")) == ("processed", ["done"])
    assert blind.now(check).state == "uncertain"


def test_a_webhook_of_another_request_of_the_candidate_settles_nothing(blind: Scenario) -> None:
    check = uncertain(blind)
    other = blind.driver.ask(requestor="kim@acme.example", job_position="Chief")

    blind.deliver(b'{"id": "%s", "candidate": {"email": "ada@example.com"}}' % other.encode())
    blind.drain()

    assert blind.now(check).state == "uncertain"


def test_ten_lost_answers_fail_it_and_trying_again_looks_first(scenario: Scenario) -> None:
    scenario.fault("create_request", "reset_after")
    scenario.fault("list_requests", "status", times=20)
    check = scenario.send()
    for _ in range(12):
        scenario.later()
    check = scenario.now(check)
    assert (check.state, check.failure) == ("failed", "Crosschq has a problem on its side.")

    with refuses(
        request_services.AlreadyRequested, "Crosschq never confirmed the failed request, so Ada Lovelace may have it."
    ):
        scenario.send()
    scenario.driver.control("DELETE", "/crosschq/faults")
    scenario.driver.control("POST", "/crosschq/reset", {})
    services.try_again(request=check, by=scenario.kim)
    scenario.later()

    assert (scenario.now(check).state, len(scenario.at_vendor())) == ("sent", 1)


def test_what_a_dead_worker_left_is_looked_for(scenario: Scenario) -> None:
    check = scenario.send()
    begun = changes.begin_sending(FLOW, str(check.pk))
    assert begun is not None and begun[1]
    scenario.driver.ask(requestor="kim@acme.example", job_position="Senior Engineer")

    scenario.drain()

    assert (scenario.now(check).state, len(scenario.at_vendor())) == ("sent", 1)
