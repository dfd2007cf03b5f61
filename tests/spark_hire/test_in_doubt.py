"""A failed request that Spark Hire never confirmed may be alive there: nobody is invited beside it."""

import pytest

from integrations.requests import services as request_services
from integrations.spark_hire import services
from integrations.spark_hire.models import InterviewRequest
from tests.spark_hire.house import House


def failed_in_doubt(house: House) -> InterviewRequest:
    """Return a request that failed here and is alive at the vendor."""
    house.fault("create_interview", "status", status=500, committed=True)
    request = house.ask()
    house.drain()
    house.fault("list_interviews", "status", status=400, reason="No.")
    house.later()
    request = house.now(request)
    assert (request.state, request.vendor_id, len(house.at_vendor())) == ("failed", "", 1)
    return request


def test_no_other_request_is_sent_beside_it(house: House) -> None:
    request = failed_in_doubt(house)

    with pytest.raises(request_services.AlreadyRequested) as refusal:
        house.ask()

    assert (refusal.value.code, refusal.value.request) == ("failed_in_doubt", request)
    assert len(house.at_vendor()) == 1


def test_trying_it_again_follows_what_is_there(house: House) -> None:
    request = failed_in_doubt(house)

    services.try_again(request=request, by=house.kim)
    house.drain()

    assert house.now(request).state == "sent"
    assert [row["uuid"] for row in house.at_vendor()] == [house.now(request).vendor_id]


def test_somebody_else_who_tries_it_again_invites_nobody_twice(house: House) -> None:
    house.job_act("restrict")  # Sam's key would not see what Kim's made
    request = failed_in_doubt(house)
    candidate = request.application.candidate
    candidate.email = "ada@lovelace.example"
    candidate.save()

    services.try_again(request=request, by=house.sam)
    house.drain()

    request = house.now(request)
    assert (request.state, request.requested_by, request.invited_email) == ("sent", house.kim, "ada@example.com")
    assert [row["uuid"] for row in house.at_vendor()] == [request.vendor_id]


def test_canceling_it_cancels_it_there_before_another_is_sent(house: House) -> None:
    request = failed_in_doubt(house)

    house.cancel(request)
    another = house.ask()
    house.drain()

    assert (house.now(request).state, house.now(request).cancel_pending) == ("canceled", False)
    assert house.there(house.now(request))["deleted"] is True
    assert [row["uuid"] for row in house.at_vendor()] == [house.now(another).vendor_id]


def test_a_cancel_is_not_believed_done_when_the_sender_cannot_be_asked(house: House) -> None:
    request = house.sent()
    house.job_act("restrict")
    house.key(house.kim).delete()  # only Kim's key would know
    installation = house.installation
    installation.primary_credential = None
    installation.save()
    house.cancel(request, by=house.sam)
    house.drain()

    assert house.there(request)["deleted"] is False
    assert house.titles()[-1] == "Not Canceled"


def test_two_that_fit_stop_and_ask_a_person(house: House) -> None:
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
    assert (wrong.status_code, house.now(request).state) == (409, "queued")
    chosen = house.browser().post(house.address("follow", request.pk), {"vendor_id": one["uuid"]})
    house.drain()
    assert chosen.status_code == 303
    assert (house.now(request).state, house.now(request).vendor_id) == ("sent", one["uuid"])
