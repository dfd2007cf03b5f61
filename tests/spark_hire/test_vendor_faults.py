"""Every bad answer of the vendor to the calls that only this vendor has: what stays, what people read, how it heals.

What holds for sends, looks, cancels and webhooks of any vendor is in tests/faults.
"""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from integrations.models import Credential
from integrations.spark_hire import joblinks, promises
from integrations.spark_hire.models import JobLink, WebhookSubscription
from tests.faults.bad_answers import (
    FORBIDDEN,
    RATE_LIMITED,
    REFUSED,
    UNCERTAIN,
    Bad,
    assert_message,
    each,
    order,
    recover,
)
from tests.spark_hire.house import House


# ── Refreshing ───────────────────────────────────────────────────────────────────────────────────────────────────────
@each(*FORBIDDEN)
def test_a_look_that_the_sender_s_key_may_not_take_is_taken_with_the_primary_one(
    house: House, settings: Any, bad: Bad
) -> None:
    request = house.sent()
    house.play(request, "accept")
    order(house, "get_interview", bad, settings)
    house.refreshed(request)

    assert house.key(house.kim).state == "refused"
    assert house.now(request).state == "accepted"
    assert house.messages(promises.REFRESH)[-1] == "done"


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


# ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────
# ── The recording's link ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("operation", ["get_share_link", "create_share_link"])
@each(*UNCERTAIN, RATE_LIMITED)
def test_a_link_that_did_not_arrive_is_asked_for_again(house: House, settings: Any, bad: Bad, operation: str) -> None:
    request = house.sent()
    house.play(request, "complete")
    order(house, operation, bad, settings)
    request = house.refreshed(request)

    assert request.state == "completed"
    if not request.share_url:
        assert_message(house, promises.SHARE, bad)
        assert "Spark Hire is preparing the viewing link." in house.see()

    recover(house, settings)
    assert house.now(request).share_url.startswith(f"{house.driver.server.url}/spark-hire/share/")
    assert "View Completed Interview" in house.see()
    assert house.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_link_that_is_no_web_address_is_never_kept(house: House) -> None:
    request = house.sent()
    house.play(request, "complete")
    with patch("integrations.spark_hire.wire.share_url", return_value="javascript:alert(1)"):
        request = house.refreshed(request)

    assert (request.state, request.share_url) == ("completed", "")
    message = house.message(promises.SHARE)
    assert (message.state, message.error) == ("waiting", "Spark Hire's link could not be read.")
    house.later()
    assert house.now(request).share_url != ""


# ── Subscriptions and jobs ───────────────────────────────────────────────────────────────────────────────────────────
@each(*UNCERTAIN, RATE_LIMITED)
def test_subscriptions_are_completed_by_the_next_try(house: House, settings: Any, bad: Bad) -> None:
    WebhookSubscription.objects.all().delete()
    order(house, "create_webhook", bad, settings)
    promises.subscribe(house.installation)
    house.drain()

    assert WebhookSubscription.objects.count() == 0
    assert_message(house, promises.SUBSCRIBE, bad)

    recover(house, settings)
    assert WebhookSubscription.objects.count() == 8
    assert house.messages(promises.SUBSCRIBE)[-1] == "done"


CREATE_JOB: dict[str, str] = {"title": "Night Buyer", "city": "Austin", "region": "TX", "country": "US"}


def new_job(house: House) -> Callable[[], JobLink]:
    joblinks.link_new(job=house.job, by=house.kim, **CREATE_JOB)
    house.drain()
    return lambda: JobLink.objects.get(job=house.job)


def jobs_called(house: House, title: str) -> list[str]:
    rows = house.driver.control("GET", "/spark-hire/jobs").json
    return [row["uuid"] for row in rows if row["title"] == title]


@each(*UNCERTAIN)
def test_a_job_whose_creation_is_uncertain_is_looked_for_and_never_doubled(
    house: House, settings: Any, bad: Bad
) -> None:
    order(house, "create_job", bad, settings)
    link = new_job(house)

    assert (link().state, link().failure) == ("linking", "")
    assert_message(house, promises.CREATE_JOB, bad)

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
