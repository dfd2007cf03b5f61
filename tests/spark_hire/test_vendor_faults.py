"""Every bad answer of the vendor to every call of the worker: what stays, what people read, how the next try heals.

`Bad` says what an answer means: the vendor surely did nothing, or may have done it; the message is tried again, waits
for a key, or is over.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pytest

from integrations.models import Credential, Installation
from integrations.spark_hire import joblinks, promises
from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from recruiting.base import clock
from tests.sandbox.driver import until
from tests.spark_hire.house import House


@dataclass(frozen=True)
class Bad:
    """A bad answer: how it is ordered at the sandbox, and what the outbox does about it."""

    name: str
    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)
    state: str = "waiting"
    error_class: str = "VendorUnavailable"
    error: str = "Spark Hire isn't answering."
    deadline: float = 5.0


BROKEN = "Spark Hire has a problem on its side."
UNREADABLE = "The answer could not be read."

# Tried again; the vendor may or may not have acted.
UNCERTAIN = [
    Bad("500", "status", {"status": 500}, error=BROKEN),
    Bad("503", "status", {"status": 503}, error=BROKEN),
    Bad("500 after its commit", "status", {"status": 500, "committed": True}, error=BROKEN),
    Bad("html", "html", error=BROKEN),
    Bad("html with 200 after its commit", "html", {"status": 200, "committed": True}, error=UNREADABLE),
    Bad("reset before", "reset_before"),
    Bad("reset after", "reset_after"),
    Bad("timeout before its commit", "slow_before", {"seconds": 3}, deadline=0.7),
    Bad("timeout after its commit", "slow_after", {"seconds": 3}, deadline=0.7),
    Bad("silence after its commit", "hang_after", {"seconds": 3}, deadline=0.7),
    Bad("slow drip", "drip", {"bytes_per_second": 20}, deadline=0.7),
    Bad("truncated", "truncated"),
]
# Asked for a pause; nothing was done.
RATE_LIMITED = Bad(
    "429", "rate_limit", {"seconds": 90}, error_class="Postpone", error="Spark Hire asks us to slow down."
)
# Waits for a person.
FORBIDDEN = [
    Bad("401", "status", {"status": 401, "reason": "The API key is not valid."}, state="parked"),
    Bad("403", "status", {"status": 403, "reason": "You may not do this."}, state="parked"),
]
# The vendor understood and refused.
REFUSED = [
    Bad("400", "status", {"status": 400, "reason": "That is wrong."}, error="That is wrong."),
    Bad("404", "status", {"status": 404, "reason": "Not found."}, error="Not found."),
    Bad("410", "status", {"status": 410, "reason": "Gone."}, error="Gone."),
]


def named(bad: Bad) -> str:
    return bad.name


def order(house: House, operation: str, bad: Bad, settings: Any, *, times: int = 1) -> None:
    house.fault(operation, bad.kind, times=times, **bad.parameters)
    settings.VENDOR_WORKER_DEADLINE_SECONDS = bad.deadline


def recover(house: House, settings: Any) -> None:
    settings.VENDOR_WORKER_DEADLINE_SECONDS = 5.0
    house.later()


def assert_message(house: House, topic: str, bad: Bad) -> None:
    message = house.message(topic)
    assert (message.state, message.error_class, message.error) == (bad.state, bad.error_class, bad.error)


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
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


def test_nothing_of_a_bad_answer_reaches_a_request_of_somebody_else(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="No.")
    house.ask()
    other = house.ask(application=house.another())
    house.drain()

    assert sorted(InterviewRequest.objects.values_list("state", flat=True)) == ["failed", "sent"]
    assert house.now(other).state == "sent"
