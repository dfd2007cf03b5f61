"""Every bad answer of the vendor to a send: never doubled, never lost, and what people read meanwhile."""

from typing import Any

import pytest

from integrations.models import Installation
from integrations.spark_hire import promises
from integrations.spark_hire.models import InterviewRequest
from recruiting.base import clock
from tests.sandbox.driver import until
from tests.spark_hire.bad_answers import (
    BROKEN,
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


@pytest.mark.parametrize("bad", UNCERTAIN, ids=named)
def test_an_uncertain_send_is_looked_for_and_never_doubled(house: House, settings: Any, bad: Bad) -> None:
    order(house, "create_interview", bad, settings)
    request = house.ask()
    house.drain()

    request = house.now(request)
    assert (request.state, request.vendor_id, request.failure) == ("queued", "", "")
    assert request.send_attempted_at is not None
    assert_message(house, promises.CREATE, bad)
    assert house.titles() == ["Requested"]
    assert "Sending" in house.see()

    recover(house, settings)

    request = house.now(request)
    assert request.state == "sent"
    assert [one["uuid"] for one in house.at_vendor(email="ada@example.com")] == [request.vendor_id]
    assert house.titles() == ["Requested"]
    assert house.messages(promises.CREATE) == ["done"]


def test_a_late_commit_is_waited_for(house: House, settings: Any) -> None:
    house.fault("create_interview", "commit_delay", seconds=1.5)
    settings.VENDOR_WORKER_DEADLINE_SECONDS, settings.OUTBOX_SETTLE_SECONDS = 0.5, 120.0
    request = house.ask()
    house.drain()
    house.later()

    assert house.now(request).state == "queued"
    message = house.message(promises.CREATE)
    assert message.error == "Spark Hire didn't confirm. We look before we send again."
    assert (message.available_at - clock.machine_now()).total_seconds() > 110
    assert house.calls("create_interview") == 1

    until(lambda: house.at_vendor())
    settings.OUTBOX_SETTLE_SECONDS = 0.0
    recover(house, settings)
    assert [one["uuid"] for one in house.at_vendor()] == [house.now(request).vendor_id]
    assert house.calls("create_interview") == 1


def test_a_pause_that_the_vendor_asks_for_is_kept_to_the_second(house: House, settings: Any) -> None:
    order(house, "create_interview", RATE_LIMITED, settings)
    request = house.ask()
    house.drain()

    request = house.now(request)
    assert (request.state, request.send_attempted_at) == ("queued", None)
    assert_message(house, promises.CREATE, RATE_LIMITED)
    message = house.message(promises.CREATE)
    assert 80 < (message.available_at - clock.machine_now()).total_seconds() <= 90
    assert message.attempts == 0
    paused = Installation.objects.get()
    assert paused.is_paused(clock.machine_now())
    other = house.ask(application=house.another())
    house.drain()
    assert house.now(other).state == "queued"
    assert house.calls("create_interview") == 1

    recover(house, settings)
    assert (house.now(request).state, house.now(other).state) == ("sent", "sent")
    assert len(house.at_vendor()) == 2


def test_a_429_without_the_header_pauses_for_a_minute(house: House) -> None:
    house.fault("create_interview", "status", status=429, reason="Slow down.")
    house.ask()
    house.drain()

    assert 50 < (house.message(promises.CREATE).available_at - clock.machine_now()).total_seconds() <= 60


@pytest.mark.parametrize("bad", FORBIDDEN, ids=named)
def test_a_send_that_the_key_may_not_do_waits_for_a_person(house: House, settings: Any, bad: Bad) -> None:
    order(house, "create_interview", bad, settings)
    request = house.ask()
    house.drain()

    request = house.now(request)
    reason = "Spark Hire needs Kim Ito's User API Key, and it does not work at the moment."
    assert (request.state, request.failure, request.send_attempted_at) == ("queued", reason, None)
    assert house.messages(promises.CREATE) == ["parked"]
    assert house.key(house.kim).state == "refused"
    assert house.titles() == ["Requested", "Request Waiting"]
    assert house.at_vendor() == []


@pytest.mark.parametrize("bad", REFUSED, ids=named)
def test_a_send_that_the_vendor_refuses_fails_with_its_reason(house: House, settings: Any, bad: Bad) -> None:
    order(house, "create_interview", bad, settings)
    request = house.ask()
    house.drain()

    request = house.now(request)
    assert (request.state, request.failure, request.send_attempted_at) == ("failed", bad.error, None)
    assert house.messages(promises.CREATE) == ["dead"]
    assert house.feed()[-1] == f"Request Failed: Not sent: {bad.error}"
    assert house.at_vendor() == []

    house.browser().post(house.address("try-again", request.pk))
    house.drain()
    assert house.now(request).state == "sent"
    assert len(house.at_vendor()) == 1


def test_a_reason_of_the_vendor_is_shown_escaped_and_cut(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="<script>alert(1)</script>" + "x" * 500)
    request = house.ask()
    house.drain()

    assert len(house.now(request).failure) == 200
    page = house.browser().get(house.tab()).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_after_ten_tries_a_send_fails_and_says_so(house: House, settings: Any) -> None:
    house.fault("create_interview", "status", status=503, times=-1)
    request = house.ask()
    house.drain()
    for _ in range(9):
        house.later()

    request = house.now(request)
    assert (request.state, request.failure) == ("failed", BROKEN)
    assert house.message(promises.CREATE).attempts == 10
    assert house.titles() == ["Requested", "Request Failed"]

    house.driver.control("DELETE", "/spark-hire/faults")
    house.browser().post(house.address("try-again", request.pk))
    house.later()
    assert house.now(request).state == "sent"
    assert len(house.at_vendor()) == 1


@pytest.mark.parametrize("kind", ["unknown_status", "extra_fields", "missing_names", "missing_location"])
def test_an_odd_answer_to_a_send_still_counts(house: House, kind: str) -> None:
    house.fault("create_interview", kind)
    request = house.ask()
    house.drain()

    assert house.now(request).state == "sent"
    assert len(house.at_vendor()) == 1


def test_two_that_fit_stop_and_ask_a_person(house: House, settings: Any) -> None:
    house.fault("create_interview", "reset_after")
    request = house.ask()
    house.drain()
    one = house.at_vendor()[0]
    twin = house.driver.api(
        "POST",
        "/interviews",
        {
            "type": "one_way",
            "job_post": {"uuid": house.link.vendor_job_id},
            "assigned_to": [{"name": "Ada Lovelace", "email": "ada@example.com"}],
            "scheduled_at": one["scheduled_at"],
            "interview_question_set": house.link.question_set_id,
        },
        by="kim@acme.example",
    )
    assert twin.status == 201
    house.later()

    request = house.now(request)
    assert request.state == "queued"
    assert {match["id"] for match in request.matches} == {one["uuid"], twin.json["uuid"]}
    page = house.see()
    assert "Spark Hire shows 2 interviews for Ada Lovelace. Choose the one to follow." in page
    assert "Follow this one" in page
    assert "Follow this one" not in house.see(house.ivy)

    wrong = house.browser().post(house.address("follow", request.pk), {"vendor_id": "another"})
    assert (wrong.status_code, house.now(request).state) == (404, "queued")
    chosen = house.browser().post(house.address("follow", request.pk), {"vendor_id": one["uuid"]})
    house.drain()
    assert chosen.status_code == 303
    assert (house.now(request).state, house.now(request).vendor_id) == ("sent", one["uuid"])


def test_nothing_of_a_bad_answer_reaches_a_request_of_somebody_else(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="No.")
    house.ask()
    other = house.ask(application=house.another())
    house.drain()

    assert sorted(InterviewRequest.objects.values_list("state", flat=True)) == ["failed", "sent"]
    assert house.now(other).state == "sent"
