"""Every bad answer of the vendor to the calls that only this vendor has: what stays, what people read, how it heals.

What holds for sends, looks, cancels and webhooks of any vendor is in tests/faults.
"""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from integrations import installations, registry
from integrations.models import Credential
from integrations.spark_hire import SLUG, webhooks
from integrations.spark_hire.client import client_for
from integrations.spark_hire.flow import fetch_share_link
from integrations.spark_hire.job_links import services as job_links
from integrations.spark_hire.models import JobLink, WebhookSubscription
from integrations.spark_hire.settings.page import PAGES
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from tests.faults.bad_answers import (
    DEAD_KEY,
    RATE_LIMITED,
    REFUSED,
    Bad,
    assert_message,
    dealt,
    each,
    order,
    recover,
)
from tests.spark_hire import topics
from tests.spark_hire.scenario import Scenario


# ── Refreshing ───────────────────────────────────────────────────────────────────────────────────────────────────────
@each(*DEAD_KEY)
def test_a_look_that_the_sender_s_key_may_not_take_is_taken_with_the_primary_one(
    scenario: Scenario, settings: Any, bad: Bad
) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept")
    order(scenario, "get_interview", bad, settings, key=scenario.secret(scenario.kim))
    scenario.refreshed(request)

    assert scenario.key(scenario.kim).state == "refused"
    assert scenario.now(request).state == "accepted"
    assert scenario.messages(topics.REFRESH)[-1] == "done"


def test_a_404_of_one_key_is_not_believed_while_the_other_sees_it(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept")
    scenario.fault("get_interview", "status", status=404, key=scenario.secret(scenario.kim))

    assert scenario.refreshed(request).state == "accepted"


def test_a_404_of_the_primary_key_alone_is_not_believed(scenario: Scenario) -> None:
    request = scenario.sent()
    Credential.objects.filter(membership=scenario.kim).update(state="refused")
    scenario.fault("get_interview", "status", status=404, times=-1)

    assert scenario.refreshed(request).state == "sent"
    assert scenario.titles() == ["Requested"]


def test_a_410_means_expired(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "expire")
    scenario.fault("get_interview", "gone_410", times=-1)

    request = scenario.refreshed(request)
    assert request.state == "expired"
    assert scenario.titles() == ["Requested", "Expired"]


def test_an_unknown_status_is_kept_raw_and_flagged(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept")
    scenario.fault("get_interview", "unknown_status")
    request = scenario.refreshed(request)

    assert (request.state, request.vendor_status, request.status_is_unknown) == ("sent", "under_moderation", True)
    assert scenario.titles() == ["Requested"]
    assert "Spark Hire says “under_moderation”, which we do not know." in scenario.see()

    request = scenario.refreshed(request)
    assert (request.state, request.vendor_status, request.status_is_unknown) == ("accepted", "accepted", False)


@pytest.mark.parametrize("who", ["kim", "everybody"])
def test_a_look_that_a_good_key_may_not_take_blames_no_key(scenario: Scenario, who: str) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept")
    key = scenario.secret(scenario.kim) if who == "kim" else ""
    scenario.fault("get_interview", "forbidden", times=-1, key=key, reason="Not yours to see.")
    scenario.refreshed(request)

    assert not Credential.objects.filter(state="refused").exists()
    message = scenario.message(topics.REFRESH)
    seen = ("accepted", "done", "") if who == "kim" else ("sent", "dead", "Not yours to see.")
    assert (scenario.now(request).state, message.state, message.error) == seen


# ── The recording's link ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("operation", "bad"),
    [
        pytest.param(operation, bad, id=f"{operation}: {bad.name}")
        for number, operation in enumerate(("get_share_link", "create_share_link"))
        for bad in (*dealt(number), RATE_LIMITED)
    ],
)
def test_a_link_that_did_not_arrive_is_asked_for_again(
    scenario: Scenario, settings: Any, bad: Bad, operation: str
) -> None:
    request = scenario.sent()
    scenario.perform(request, "complete")
    order(scenario, operation, bad, settings)
    request = scenario.refreshed(request)

    assert request.state == "completed"
    if not request.share_url:
        assert_message(scenario, topics.SHARE, bad)
        assert "Spark Hire is preparing the viewing link." in scenario.see()

    recover(scenario, settings)
    assert scenario.now(request).share_url.startswith(f"{scenario.driver.server.url}/spark-hire/share/")
    assert "View Completed Interview" in scenario.see()
    assert scenario.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_link_that_is_no_web_address_is_never_kept(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "complete")
    with patch("integrations.spark_hire.schemas.share_url", return_value="javascript:alert(1)"):
        request = scenario.refreshed(request)

    assert (request.state, request.share_url) == ("completed", "")
    message = scenario.message(topics.SHARE)
    assert (message.state, message.error) == ("waiting", "Spark Hire's link could not be read.")
    scenario.later()
    assert scenario.now(request).share_url != ""


def test_a_link_that_no_key_may_have_says_why(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "complete")
    scenario.fault("get_share_link", "forbidden", times=-1, reason="Sharing is off for your account.")
    request = scenario.refreshed(request)

    assert (request.state, request.failure) == ("completed", "Sharing is off for your account.")
    assert "Spark Hire gave no viewing link. It says: Sharing is off for your account." in scenario.see()
    assert not Credential.objects.filter(state="refused").exists()

    scenario.driver.control("DELETE", "/spark-hire/faults")
    fetch_share_link.enqueue_now(request)
    scenario.drain()
    assert (scenario.now(request).failure, scenario.now(request).share_url != "") == ("", True)


# ── Subscriptions and jobs ───────────────────────────────────────────────────────────────────────────────────────────
@each(*dealt(0), RATE_LIMITED)
def test_subscriptions_are_completed_by_the_next_try(scenario: Scenario, settings: Any, bad: Bad) -> None:
    forget_subscriptions(scenario)
    order(scenario, "create_webhook", bad, settings)
    webhooks.subscribe.enqueue(scenario.installation)
    scenario.drain()

    assert WebhookSubscription.objects.count() == 0
    assert_message(scenario, topics.SUBSCRIBE, bad)

    recover(scenario, settings)
    assert WebhookSubscription.objects.count() == len(subscriptions_there(scenario)) == 8
    assert scenario.messages(topics.SUBSCRIBE)[-1] == "done"


def subscriptions_there(scenario: Scenario) -> list[str]:
    """Return who has subscribed to what at the vendor."""
    rows = scenario.driver.vendor.records.subscriptions()
    return sorted(f"{row['user_email']} {row['event']}" for row in rows)


def forget_subscriptions(scenario: Scenario) -> None:
    """Let nobody have subscribed to anything, here and there."""
    for subscription in WebhookSubscription.objects.select_related("credential__installation"):
        client_for(subscription.credential, deadline_seconds=5).unsubscribe(subscription.vendor_id)
    WebhookSubscription.objects.all().delete()


def make_primary(scenario: Scenario, member: Membership) -> None:
    installations.choose_primary(installation=scenario.installation, credential=scenario.key(member), by=scenario.dana)
    scenario.drain()
    scenario.installation.refresh_from_db()


@pytest.mark.parametrize(
    "fault",
    [
        None,
        ("delete_webhook", "forbidden", {"times": -1}),
        ("delete_webhook", "status", {"status": 401, "times": -1}),
        ("list_webhooks", "forbidden", {"times": -1}),
        ("list_webhooks", "status", {"status": 404, "times": -1}),
        ("create_webhook", "reset_after", {}),
    ],
)
def test_a_primary_user_changed_there_and_back_subscribes_once(scenario: Scenario, fault: Any) -> None:
    before = subscriptions_there(scenario)
    if fault is not None:
        operation, kind, more = fault
        scenario.fault(operation, kind, **more)
    make_primary(scenario, scenario.sam)
    scenario.later()
    scenario.driver.control("DELETE", "/spark-hire/faults")
    Credential.objects.update(state="accepted")
    make_primary(scenario, scenario.dana)
    scenario.later()

    assert subscriptions_there(scenario) == before
    assert WebhookSubscription.objects.count() == 8


def test_a_key_that_may_not_subscribe_says_so_on_the_settings_page(scenario: Scenario) -> None:
    forget_subscriptions(scenario)
    scenario.fault("create_webhook", "forbidden", times=-1, reason="Your plan has no webhooks.")
    make_primary(scenario, scenario.sam)

    assert scenario.messages(topics.SUBSCRIBE)[-1] == "dead"
    assert (scenario.key(scenario.sam).state, scenario.installation.needs_attention) == ("accepted", "")
    assert "Spark Hire says: Your plan has no webhooks." in PAGES.state(scenario.company)[1]

    scenario.driver.control("DELETE", "/spark-hire/faults")
    make_primary(scenario, scenario.dana)
    assert PAGES.state(scenario.company)[1] == "Hiring teams can send video interviews."


def test_what_a_mended_key_had_subscribed_to_is_ended(scenario: Scenario) -> None:
    Credential.objects.filter(membership=scenario.dana).update(state="refused")
    make_primary(scenario, scenario.sam)
    assert WebhookSubscription.objects.count() == 16

    scenario.pass_time(minutes=1)
    Credential.objects.filter(membership=scenario.dana).update(state="accepted", checked_at=clock.now())
    integration = registry.get(SLUG)
    assert integration is not None
    integration.reconcile(now=clock.now())
    scenario.drain()

    assert {line.split()[0] for line in subscriptions_there(scenario)} == {"sam@acme.example"}
    assert WebhookSubscription.objects.count() == 8


CREATE_JOB: dict[str, str] = {"title": "Night Buyer", "city": "Austin", "region": "TX", "country": "US"}


def new_job(scenario: Scenario) -> Callable[[], JobLink]:
    job_links.link_new(job=scenario.job, by=scenario.kim, **CREATE_JOB)
    scenario.drain()
    return lambda: JobLink.objects.get(job=scenario.job)


def jobs_called(scenario: Scenario, title: str) -> list[str]:
    rows = scenario.driver.control("GET", "/spark-hire/jobs").json
    return [row["uuid"] for row in rows if row["title"] == title]


@each(*dealt(1))
def test_a_job_whose_creation_is_uncertain_is_looked_for_and_never_doubled(
    scenario: Scenario, settings: Any, bad: Bad
) -> None:
    order(scenario, "create_job", bad, settings)
    link = new_job(scenario)

    assert (link().state, link().failure) == ("linking", "")
    assert_message(scenario, topics.CREATE_JOB, bad)

    recover(scenario, settings)
    assert link().state == "linked"
    assert jobs_called(scenario, "Night Buyer") == [link().vendor_job_id]
    assert scenario.job_feed()[-1] == "Kim Ito linked this job to Night Buyer, Austin, TX, US in Spark Hire."


@each(*REFUSED)
def test_a_job_that_the_vendor_refuses_says_why(scenario: Scenario, settings: Any, bad: Bad) -> None:
    order(scenario, "create_job", bad, settings)
    link = new_job(scenario)

    assert (link().state, link().failure) == ("failed", bad.error)
    assert jobs_called(scenario, "Night Buyer") == []
    assert scenario.job_feed()[-1] == f"The job could not be created in Spark Hire: {bad.error}"
