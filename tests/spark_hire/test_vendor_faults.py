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
from tests.spark_hire.house import House


# ── Refreshing ───────────────────────────────────────────────────────────────────────────────────────────────────────
@each(*DEAD_KEY)
def test_a_look_that_the_sender_s_key_may_not_take_is_taken_with_the_primary_one(
    house: House, settings: Any, bad: Bad
) -> None:
    request = house.sent()
    house.play(request, "accept")
    order(house, "get_interview", bad, settings, key=house.secret(house.kim))
    house.refreshed(request)

    assert house.key(house.kim).state == "refused"
    assert house.now(request).state == "accepted"
    assert house.messages(topics.REFRESH)[-1] == "done"


def test_a_404_of_one_key_is_not_believed_while_the_other_sees_it(house: House) -> None:
    request = house.sent()
    house.play(request, "accept")
    house.fault("get_interview", "status", status=404, key=house.secret(house.kim))

    assert house.refreshed(request).state == "accepted"


def test_a_404_of_the_primary_key_alone_is_not_believed(house: House) -> None:
    request = house.sent()
    Credential.objects.filter(membership=house.kim).update(state="refused")
    house.fault("get_interview", "status", status=404, times=-1)

    assert house.refreshed(request).state == "sent"
    assert house.titles() == ["Requested"]


def test_a_410_means_expired(house: House) -> None:
    request = house.sent()
    house.play(request, "expire")
    house.fault("get_interview", "gone_410", times=-1)

    request = house.refreshed(request)
    assert request.state == "expired"
    assert house.titles() == ["Requested", "Expired"]


def test_an_unknown_status_is_kept_raw_and_flagged(house: House) -> None:
    request = house.sent()
    house.play(request, "accept")
    house.fault("get_interview", "unknown_status")
    request = house.refreshed(request)

    assert (request.state, request.vendor_status, request.status_is_unknown) == ("sent", "under_moderation", True)
    assert house.titles() == ["Requested"]
    assert "Spark Hire says “under_moderation”, which we do not know." in house.see()

    request = house.refreshed(request)
    assert (request.state, request.vendor_status, request.status_is_unknown) == ("accepted", "accepted", False)


@pytest.mark.parametrize("who", ["kim", "everybody"])
def test_a_look_that_a_good_key_may_not_take_blames_no_key(house: House, who: str) -> None:
    request = house.sent()
    house.play(request, "accept")
    key = house.secret(house.kim) if who == "kim" else ""
    house.fault("get_interview", "forbidden", times=-1, key=key, reason="Not yours to see.")
    house.refreshed(request)

    assert not Credential.objects.filter(state="refused").exists()
    message = house.message(topics.REFRESH)
    seen = ("accepted", "done", "") if who == "kim" else ("sent", "dead", "Not yours to see.")
    assert (house.now(request).state, message.state, message.error) == seen


# ── The recording's link ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("operation", "bad"),
    [
        pytest.param(operation, bad, id=f"{operation}: {bad.name}")
        for number, operation in enumerate(("get_share_link", "create_share_link"))
        for bad in (*dealt(number), RATE_LIMITED)
    ],
)
def test_a_link_that_did_not_arrive_is_asked_for_again(house: House, settings: Any, bad: Bad, operation: str) -> None:
    request = house.sent()
    house.play(request, "complete")
    order(house, operation, bad, settings)
    request = house.refreshed(request)

    assert request.state == "completed"
    if not request.share_url:
        assert_message(house, topics.SHARE, bad)
        assert "Spark Hire is preparing the viewing link." in house.see()

    recover(house, settings)
    assert house.now(request).share_url.startswith(f"{house.driver.server.url}/spark-hire/share/")
    assert "View Completed Interview" in house.see()
    assert house.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_link_that_is_no_web_address_is_never_kept(house: House) -> None:
    request = house.sent()
    house.play(request, "complete")
    with patch("integrations.spark_hire.schemas.share_url", return_value="javascript:alert(1)"):
        request = house.refreshed(request)

    assert (request.state, request.share_url) == ("completed", "")
    message = house.message(topics.SHARE)
    assert (message.state, message.error) == ("waiting", "Spark Hire's link could not be read.")
    house.later()
    assert house.now(request).share_url != ""


def test_a_link_that_no_key_may_have_says_why(house: House) -> None:
    request = house.sent()
    house.play(request, "complete")
    house.fault("get_share_link", "forbidden", times=-1, reason="Sharing is off for your account.")
    request = house.refreshed(request)

    assert (request.state, request.failure) == ("completed", "Sharing is off for your account.")
    assert "Spark Hire gave no viewing link. It says: Sharing is off for your account." in house.see()
    assert not Credential.objects.filter(state="refused").exists()

    house.driver.control("DELETE", "/spark-hire/faults")
    fetch_share_link.enqueue_now(request)
    house.drain()
    assert (house.now(request).failure, house.now(request).share_url != "") == ("", True)


# ── Subscriptions and jobs ───────────────────────────────────────────────────────────────────────────────────────────
@each(*dealt(0), RATE_LIMITED)
def test_subscriptions_are_completed_by_the_next_try(house: House, settings: Any, bad: Bad) -> None:
    forget_subscriptions(house)
    order(house, "create_webhook", bad, settings)
    webhooks.subscribe.enqueue(house.installation)
    house.drain()

    assert WebhookSubscription.objects.count() == 0
    assert_message(house, topics.SUBSCRIBE, bad)

    recover(house, settings)
    assert WebhookSubscription.objects.count() == len(subscriptions_there(house)) == 8
    assert house.messages(topics.SUBSCRIBE)[-1] == "done"


def subscriptions_there(house: House) -> list[str]:
    """Return who has subscribed to what at the vendor."""
    rows = house.driver.vendor.records.subscriptions()
    return sorted(f"{row['user_email']} {row['event']}" for row in rows)


def forget_subscriptions(house: House) -> None:
    """Let nobody have subscribed to anything, here and there."""
    for subscription in WebhookSubscription.objects.select_related("credential__installation"):
        client_for(subscription.credential, deadline_seconds=5).unsubscribe(subscription.vendor_id)
    WebhookSubscription.objects.all().delete()


def make_primary(house: House, member: Membership) -> None:
    installations.choose_primary(installation=house.installation, credential=house.key(member), by=house.dana)
    house.drain()
    house.installation.refresh_from_db()


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
def test_a_primary_user_changed_there_and_back_subscribes_once(house: House, fault: Any) -> None:
    before = subscriptions_there(house)
    if fault is not None:
        operation, kind, more = fault
        house.fault(operation, kind, **more)
    make_primary(house, house.sam)
    house.later()
    house.driver.control("DELETE", "/spark-hire/faults")
    Credential.objects.update(state="accepted")
    make_primary(house, house.dana)
    house.later()

    assert subscriptions_there(house) == before
    assert WebhookSubscription.objects.count() == 8


def test_a_key_that_may_not_subscribe_says_so_on_the_settings_page(house: House) -> None:
    forget_subscriptions(house)
    house.fault("create_webhook", "forbidden", times=-1, reason="Your plan has no webhooks.")
    make_primary(house, house.sam)

    assert house.messages(topics.SUBSCRIBE)[-1] == "dead"
    assert (house.key(house.sam).state, house.installation.needs_attention) == ("accepted", "")
    assert "Spark Hire says: Your plan has no webhooks." in PAGES.state(house.company)[1]

    house.driver.control("DELETE", "/spark-hire/faults")
    make_primary(house, house.dana)
    assert PAGES.state(house.company)[1] == "Hiring teams can send video interviews."


def test_what_a_mended_key_had_subscribed_to_is_ended(house: House) -> None:
    Credential.objects.filter(membership=house.dana).update(state="refused")
    make_primary(house, house.sam)
    assert WebhookSubscription.objects.count() == 16

    house.pass_time(minutes=1)
    Credential.objects.filter(membership=house.dana).update(state="accepted", checked_at=clock.now())
    integration = registry.get(SLUG)
    assert integration is not None
    integration.reconcile(now=clock.now())
    house.drain()

    assert {line.split()[0] for line in subscriptions_there(house)} == {"sam@acme.example"}
    assert WebhookSubscription.objects.count() == 8


CREATE_JOB: dict[str, str] = {"title": "Night Buyer", "city": "Austin", "region": "TX", "country": "US"}


def new_job(house: House) -> Callable[[], JobLink]:
    job_links.link_new(job=house.job, by=house.kim, **CREATE_JOB)
    house.drain()
    return lambda: JobLink.objects.get(job=house.job)


def jobs_called(house: House, title: str) -> list[str]:
    rows = house.driver.control("GET", "/spark-hire/jobs").json
    return [row["uuid"] for row in rows if row["title"] == title]


@each(*dealt(1))
def test_a_job_whose_creation_is_uncertain_is_looked_for_and_never_doubled(
    house: House, settings: Any, bad: Bad
) -> None:
    order(house, "create_job", bad, settings)
    link = new_job(house)

    assert (link().state, link().failure) == ("linking", "")
    assert_message(house, topics.CREATE_JOB, bad)

    recover(house, settings)
    assert link().state == "linked"
    assert jobs_called(house, "Night Buyer") == [link().vendor_job_id]
    assert house.job_feed()[-1] == "Kim Ito linked this job to Night Buyer, Austin, TX, US in Spark Hire."


@each(*REFUSED)
def test_a_job_that_the_vendor_refuses_says_why(house: House, settings: Any, bad: Bad) -> None:
    order(house, "create_job", bad, settings)
    link = new_job(house)

    assert (link().state, link().failure) == ("failed", bad.error)
    assert jobs_called(house, "Night Buyer") == []
    assert house.job_feed()[-1] == f"The job could not be created in Spark Hire: {bad.error}"
