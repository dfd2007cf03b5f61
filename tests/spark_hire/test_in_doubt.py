"""A failed request that Spark Hire never confirmed may be alive there: nobody is invited beside it."""

from datetime import timedelta

import pytest

from integrations.requests import services as request_services
from integrations.spark_hire import services
from integrations.spark_hire.models import InterviewRequest
from recruiting.foundation import clock
from tests import factories
from tests.spark_hire.scenario import Scenario


def failed_in_doubt(scenario: Scenario) -> InterviewRequest:
    """Return a request that failed here and is alive at the vendor."""
    scenario.fault("create_interview", "status", status=500, committed=True)
    request = scenario.ask()
    scenario.drain()
    scenario.fault("list_interviews", "status", status=400, reason="No.")
    scenario.later()
    request = scenario.now(request)
    assert (request.state, request.vendor_id, len(scenario.at_vendor())) == ("failed", "", 1)
    return request


def test_no_other_request_is_sent_beside_it(scenario: Scenario) -> None:
    request = failed_in_doubt(scenario)

    with pytest.raises(request_services.AlreadyRequested) as refusal:
        scenario.ask()

    assert (refusal.value.code, refusal.value.request) == ("failed_in_doubt", request)
    assert len(scenario.at_vendor()) == 1


def test_trying_it_again_follows_what_is_there(scenario: Scenario) -> None:
    request = failed_in_doubt(scenario)

    services.try_again(request=request, by=scenario.kim)
    scenario.drain()

    assert scenario.now(request).state == "sent"
    assert [row["uuid"] for row in scenario.at_vendor()] == [scenario.now(request).vendor_id]


def test_somebody_else_who_tries_it_again_invites_nobody_twice(scenario: Scenario) -> None:
    scenario.job_action("restrict")  # Sam's key would not see what Kim's made
    request = failed_in_doubt(scenario)
    candidate = request.application.candidate
    candidate.email = "ada@lovelace.example"
    candidate.save()

    services.try_again(request=request, by=scenario.sam)
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.requested_by, request.invited_email) == ("sent", scenario.kim, "ada@example.com")
    assert [row["uuid"] for row in scenario.at_vendor()] == [request.vendor_id]


def test_canceling_it_cancels_it_there_before_another_is_sent(scenario: Scenario) -> None:
    request = failed_in_doubt(scenario)

    scenario.cancel(request)
    another = scenario.ask()
    scenario.drain()

    assert (scenario.now(request).state, scenario.now(request).cancel_pending) == ("canceled", False)
    assert scenario.there(scenario.now(request))["deleted"] is True
    assert [row["uuid"] for row in scenario.at_vendor()] == [scenario.now(another).vendor_id]


def test_a_cancel_is_not_believed_done_when_the_sender_cannot_be_asked(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.job_action("restrict")
    scenario.key(scenario.kim).delete()  # only Kim's key would know
    installation = scenario.installation
    installation.primary_credential = None
    installation.save()
    scenario.cancel(request, by=scenario.sam)
    scenario.drain()

    assert scenario.there(request)["deleted"] is False
    assert scenario.titles()[-1] == "Not Canceled"


def test_two_that_fit_stop_and_ask_a_person(scenario: Scenario) -> None:
    scenario.fault("create_interview", "reset_after")
    request = scenario.ask()
    scenario.drain()
    one = scenario.at_vendor()[0]
    twin = scenario.driver.api(
        "POST",
        "/interviews",
        {
            "type": "one_way",
            "job_post": {"uuid": scenario.link.vendor_job_id},
            "assigned_to": [{"name": "Ada Lovelace", "email": "ada@example.com"}],
            "scheduled_at": one["scheduled_at"],
            "interview_question_set": scenario.link.question_set_id,
        },
        by="kim@acme.example",
    )
    assert twin.status == 201
    scenario.later()

    request = scenario.now(request)
    assert request.state == "queued"
    assert {match["id"] for match in request.matches} == {one["uuid"], twin.json["uuid"]}
    page = scenario.see()
    assert "Spark Hire shows 2 interviews for Ada Lovelace. Choose the one to follow." in page
    assert "Follow this one" in page
    assert "Follow this one" not in scenario.see(scenario.ivy)

    wrong = scenario.browser().post(scenario.address("follow", request.pk), {"vendor_id": "another"})
    assert (wrong.status_code, scenario.now(request).state) == (409, "queued")
    chosen = scenario.browser().post(scenario.address("follow", request.pk), {"vendor_id": one["uuid"]})
    scenario.drain()
    assert chosen.status_code == 303
    assert (scenario.now(request).state, scenario.now(request).vendor_id) == ("sent", one["uuid"])


def test_a_namesakes_interview_is_not_taken_for_a_candidates_own(scenario: Scenario) -> None:
    namesake = factories.CandidateFactory(company=scenario.company, email="ada@elsewhere.example")
    scenario.fault("create_interview", "status", status=500)
    request = scenario.ask()
    scenario.drain()
    theirs = scenario.driver.api(
        "POST",
        "/interviews",
        {
            "type": "one_way",
            "job_post": {"uuid": scenario.link.vendor_job_id},
            "assigned_to": [{"name": request.invited_name, "email": namesake.email}],
            "scheduled_at": (clock.now() + timedelta(days=7)).isoformat(),
            "interview_question_set": scenario.link.question_set_id,
        },
        by="kim@acme.example",
    )
    assert theirs.status == 201
    scenario.later()

    request = scenario.now(request)
    assert (request.state, len(scenario.at_vendor())) == ("sent", 2)
    assert request.vendor_id != theirs.json["uuid"]
