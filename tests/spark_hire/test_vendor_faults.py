"""Every bad answer of the vendor to every other call of the worker: what stays, what people read, how it heals.

Sends are in test_sending_faults.py.
"""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from integrations.models import Credential
from integrations.spark_hire import joblinks, promises
from integrations.spark_hire.models import JobLink, WebhookSubscription
from tests.spark_hire.bad_answers import (
    FORBIDDEN,
    RATE_LIMITED,
    REFUSED,
    UNCERTAIN,
    Bad,
    assert_message,
    named,
    order,
    recover,
)
from tests.spark_hire.house import House


# ── Refreshing ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("bad", [*UNCERTAIN, RATE_LIMITED], ids=named)
def test_a_failed_look_changes_nothing_and_the_next_one_tells(house: House, settings: Any, bad: Bad) -> None:
    request = house.sent()
    house.play(request, "accept")
    order(house, "get_interview", bad, settings)
    house.refreshed(request)

    assert house.now(request).state == "sent"
    assert_message(house, promises.REFRESH, bad)
    assert house.titles() == ["Requested"]
    assert bad.error in house.see()

    recover(house, settings)
    assert house.now(request).state == "accepted"
    assert house.titles() == ["Requested", "Accepted"]
    assert bad.error not in house.see()


@pytest.mark.parametrize("bad", FORBIDDEN, ids=named)
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


def test_a_404_of_every_key_is_a_removal(house: House) -> None:
    request = house.sent()
    house.play(request, "delete")

    request = house.refreshed(request)
    assert request.state == "canceled"
    assert house.feed()[-1] == "Canceled: Removed in Spark Hire. Treated as canceled."


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


@pytest.mark.parametrize("kind", ["extra_fields", "missing_names", "missing_location"])
def test_an_odd_answer_to_a_look_still_counts(house: House, kind: str) -> None:
    request = house.sent()
    house.play(request, "accept")
    house.fault("get_interview", kind)

    assert house.refreshed(request).state == "accepted"


# ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("operation", ["get_interview", "delete_interview"])
@pytest.mark.parametrize("bad", [*UNCERTAIN, RATE_LIMITED], ids=named)
def test_a_cancel_that_did_not_arrive_is_told_again(house: House, settings: Any, bad: Bad, operation: str) -> None:
    request = house.sent()
    order(house, operation, bad, settings)
    house.cancel(request)
    house.drain()

    request = house.now(request)
    heard = request.cancel_pending is False  # an answer without a body has nothing that can be cut or dripped
    assert request.state == "canceled"
    if not heard:
        assert_message(house, promises.CANCEL, bad)
        assert "Telling Spark Hire…" in house.see()
    assert heard <= (operation == "delete_interview")

    recover(house, settings)
    request = house.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert house.at_vendor() == []
    assert house.titles() == ["Requested", "Canceled"]


@pytest.mark.parametrize("bad", FORBIDDEN, ids=named)
def test_a_cancel_waits_for_the_key_of_whoever_canceled(house: House, settings: Any, bad: Bad) -> None:
    request = house.sent()
    order(house, "delete_interview", bad, settings)
    house.cancel(request)
    house.drain()

    assert house.messages(promises.CANCEL) == ["parked"]
    assert house.message(promises.CANCEL).error == (
        "Spark Hire needs Kim Ito's User API Key to cancel, and it does not work."
    )
    assert house.now(request).cancel_pending is True
    assert len(house.at_vendor()) == 1


def test_a_cancel_that_the_vendor_refuses_is_taken_back(house: House) -> None:
    request = house.sent()
    house.fault("delete_interview", "status", status=400, reason="It is being reviewed.")
    house.cancel(request)
    house.drain()

    request = house.now(request)
    assert (request.state, request.cancel_pending) == ("sent", False)
    assert house.feed()[2] == "Not Canceled: Not canceled: It is being reviewed."
    assert len(house.at_vendor()) == 1


# ── The recording's link ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("operation", ["get_share_link", "create_share_link"])
@pytest.mark.parametrize("bad", [*UNCERTAIN, RATE_LIMITED], ids=named)
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
    assert house.titles() == ["Requested", "Completed"]


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
@pytest.mark.parametrize("bad", [*UNCERTAIN, RATE_LIMITED], ids=named)
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


@pytest.mark.parametrize("bad", UNCERTAIN, ids=named)
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


@pytest.mark.parametrize("bad", REFUSED, ids=named)
def test_a_job_that_the_vendor_refuses_says_why(house: House, settings: Any, bad: Bad) -> None:
    order(house, "create_job", bad, settings)
    link = new_job(house)

    assert (link().state, link().failure) == ("failed", bad.error)
    assert jobs_called(house, "Night Buyer") == []
    assert house.job_feed()[-1] == f"The job could not be created in Spark Hire: {bad.error}"
