"""Webhooks as they really come: twice, out of order, too early, wrong, huge, unreadable (spark-hire.md §2.6)."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from integrations import inbox
from integrations.background import reconcile
from integrations.models import WebhookDelivery
from integrations.spark_hire import interviews, promises
from integrations.spark_hire.models import JobLink
from recruiting.base import clock
from recruiting.base.background.models import OutboxMessage
from tests import factories
from tests.spark_hire.house import House


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("id").values_list("state", flat=True))


def test_each_event_of_the_vendor_is_followed_by_a_look(house: House) -> None:
    request = house.sent()
    for act, event, state in (
        ("accept", "InterviewAccepted", "accepted"),
        ("complete", "InterviewCompleted", "completed"),
        ("reset", "InterviewReset", "sent"),
        ("expire", "InterviewExpired", "expired"),
    ):
        house.play(request, act)
        assert house.hear() == [event]
        house.drain()
        assert house.now(request).state == state
    house.play(request, "extend", days=3)
    assert house.hear() == ["InterviewRescheduled"]
    house.drain()
    assert house.now(request).state == "sent"
    house.play(request, "delete")
    assert house.hear() == ["InterviewDeleted"]
    house.drain()
    assert house.now(request).state == "canceled"
    assert set(states()) == {"processed"}


def test_a_delivery_that_comes_three_times_is_told_once(house: House) -> None:
    request = house.sent()
    house.play(request, "complete")
    house.hear(times=3)
    house.drain()
    house.hear(times=3)
    house.drain()

    assert house.now(request).state == "completed"
    assert set(states()) == {"processed"}
    assert house.titles().count("Completed") == 1
    assert house.titles()[-1] == "Completed"


def test_deliveries_in_the_wrong_order_end_at_the_truth(house: House) -> None:
    request = house.sent()
    house.play(request, "accept", "start", "finish")
    assert house.hear(backwards=True) == ["InterviewCompleted", "InterviewAccepted"]
    house.drain()

    assert house.now(request).state == "completed"
    assert house.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_delivery_ahead_of_our_own_commit_waits_and_is_then_matched(house: House) -> None:
    request = house.ask()
    with patch.object(interviews, "created", side_effect=RuntimeError("killed before our commit")):
        house.drain()
    made = house.at_vendor()[0]
    house.driver.act(made["uuid"], "accept")
    house.hear()
    house.drain()

    assert house.now(request).vendor_id == ""
    assert states() == ["waiting"]
    message = house.message(inbox.TOPIC)
    assert (message.state, message.error, message.attempts) == ("waiting", "No request fits this delivery yet.", 0)

    house.later()
    house.later()
    assert house.now(request).vendor_id == made["uuid"]
    assert house.now(request).state == "accepted"
    assert states() == ["processed"]


def test_an_interview_that_nobody_here_asked_for_is_put_aside_after_an_hour(house: House) -> None:
    assert house.tell("InterviewCompleted", "00000000-0000-0000-0000-000000000000").status_code == 200
    house.drain()
    assert states() == ["waiting"]

    OutboxMessage.objects.filter(topic=inbox.TOPIC).update(created_at=clock.machine_now() - timedelta(minutes=61))
    house.later()
    assert states() == ["unmatched"]
    assert house.message(inbox.TOPIC).state == "done"
    assert house.titles() == []


@pytest.mark.parametrize(
    ("token", "status"), [("wrong", 404), ("x" * 500, 404), ("%2e%2e", 404)], ids=["wrong", "long", "dots"]
)
def test_a_wrong_address_is_nothing(house: House, token: str, status: int) -> None:
    assert house.tell("InterviewCompleted", "x", token=token).status_code == status
    assert WebhookDelivery.objects.count() == 0


def test_a_delivery_for_another_company_reaches_none_of_ours(house: House) -> None:
    request = house.sent()
    other = factories.InstallationFactory(company=factories.CompanyFactory(), integration="video-interviewing")
    looks = house.calls("get_interview")
    house.tell("InterviewCompleted", request.vendor_id, token=other.webhook_token)
    house.drain()

    assert house.calls("get_interview") == looks
    assert states() == ["waiting"]


def test_an_oversized_delivery_is_refused_and_not_stored(house: House, settings: Any) -> None:
    settings.WEBHOOK_MAX_BYTES = 1000
    assert house.tell("InterviewCompleted", "x", body=b"x" * 1001).status_code == 413
    assert WebhookDelivery.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"not JSON", b'{"uuid": ', b"\xff\xfe", b"[" * 5000])
def test_what_is_not_json_is_kept_as_unreadable(house: House, body: bytes) -> None:
    assert house.tell("InterviewCompleted", "x", body=body).status_code == 200
    house.drain()

    assert states() == ["unreadable"]
    assert house.message(inbox.TOPIC).state == "done"


@pytest.mark.parametrize("body", [b"{}", b"[]", b"7", b"null", b'{"uuid": 7}', b'{"uuid": {"uuid": "x"}}'])
def test_json_that_is_about_nothing_changes_nothing(house: House, body: bytes) -> None:
    house.sent()
    looks = house.calls("get_interview")
    assert house.tell("InterviewCompleted", "x", body=body).status_code == 200
    house.drain()

    assert states() == ["processed"]
    assert house.calls("get_interview") == looks


def test_nothing_of_the_body_is_believed(house: House) -> None:
    request = house.sent()
    body = b'{"uuid": "%s", "status": "completed"}' % request.vendor_id.encode()
    house.tell("InterviewCompleted", request.vendor_id, body=body)
    house.drain()

    assert house.now(request).state == "sent"
    assert house.titles() == ["Requested"]


def test_a_job_that_is_renamed_closed_or_deleted_there_is_followed(house: House) -> None:
    house.job_act("rename", title="Buyer II")
    house.hear()
    house.drain()
    house.link.refresh_from_db()
    assert house.link.vendor_title == "Buyer II"

    house.job_act("deactivate")
    house.hear()
    house.drain()
    house.link.refresh_from_db()
    assert house.link.vendor_is_active is False

    house.job_act("delete")
    house.hear()
    house.drain()
    house.link.refresh_from_db()
    assert house.link.state == JobLink.State.BROKEN
    assert house.job_feed()[-1] == "The linked job was deleted in Spark Hire."
    assert "The linked job no longer exists in Spark Hire. Link another; history stays." in house.see()


def test_a_webhook_wakes_a_look_that_is_backing_off(house: House) -> None:
    request = house.sent()
    house.fault("get_interview", "status", status=503)
    house.refreshed(request)
    assert house.message(promises.REFRESH).state == "waiting"

    house.play(request, "accept")
    house.hear()
    house.drain()
    assert house.now(request).state == "accepted"


def test_a_lost_webhook_heals_by_itself(house: House) -> None:
    request = house.sent()
    house.play(request, "accept")
    reconcile()
    house.drain()
    assert house.now(request).state == "sent"

    house.pass_time(hours=2, minutes=1)
    reconcile()
    house.drain()
    assert house.now(request).state == "accepted"
