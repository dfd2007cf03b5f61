"""Canceling: who may, what the vendor is told, and what happens when something else was faster."""

from datetime import timedelta

import pytest

from integrations import credentials
from integrations.models import Credential
from integrations.requests import services as request_services
from integrations.spark_hire.models import InterviewRequest
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from tests import factories
from tests.spark_hire import topics
from tests.spark_hire.scenario import MIDNIGHT, Scenario, text

KEPT = "Ada Lovelace finished the interview just before you canceled, so it is kept as complete."


def test_a_canceled_request_is_withdrawn_and_a_new_one_can_be_sent_at_once(scenario: Scenario) -> None:
    request = scenario.sent()
    browser = scenario.browser()

    window = text(browser.get(scenario.address("cancel", request.pk)))
    assert "Cancel Video Interview Request" in window
    assert "Ada Lovelace can no longer answer, and Spark Hire emails Ada that the request has been canceled." in window
    assert "Yes, Cancel Request" in window
    posted = browser.post(scenario.address("cancel", request.pk))
    assert posted.status_code == 303
    assert "Video interview request canceled." in text(browser.get(posted.headers["Location"]))

    request = scenario.now(request)
    assert (request.state, request.cancel_pending, request.canceled_by) == ("canceled", True, scenario.kim)
    assert "Telling Spark Hire…" in scenario.see()
    scenario.drain()
    assert scenario.now(request).cancel_pending is False
    assert scenario.there(request)["deleted"] is True
    mails = scenario.driver.control("GET", f"/spark-hire/mails?interview={request.vendor_id}").json
    assert next(mail["kind"] for mail in mails if mail["to"] == "ada@example.com") == "canceled"
    page = scenario.see()
    assert "Canceled by you on Fri 21 Nov. Spark Hire emails Ada Lovelace." in page
    assert "You can proceed with sending a new video interview request at this time." in page
    assert "Request Video Interview" in page
    assert scenario.sent(by=scenario.sam).state == "sent"
    assert scenario.titles() == ["Requested", "Canceled", "Requested"]


def test_a_request_that_has_not_left_is_never_sent(scenario: Scenario) -> None:
    request = scenario.ask()
    scenario.cancel(request)
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.cancel_pending, request.vendor_id) == ("canceled", False, "")
    assert scenario.at_vendor() == []
    assert scenario.calls("create_interview") == 0
    assert "It had not left yet, so Ada Lovelace was never invited." in scenario.see()


def test_a_request_that_waits_for_a_key_and_is_canceled_leaves_nothing_waiting(scenario: Scenario) -> None:
    scenario.user_action(scenario.kim, "revoke_key")
    request = scenario.ask()
    scenario.drain()
    scenario.cancel(request, by=scenario.sam)
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert "Telling Spark Hire…" not in scenario.see(scenario.sam)


def test_a_cancel_of_what_may_have_been_sent_looks_for_it(scenario: Scenario) -> None:
    scenario.fault("create_interview", "reset_after")
    request = scenario.ask()
    scenario.drain()
    scenario.cancel(request)
    scenario.later()

    request = scenario.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert len(scenario.at_vendor(deleted="1")) == 1
    assert scenario.at_vendor() == []


def test_a_cancel_that_comes_after_the_candidate_finished_keeps_the_interview(scenario: Scenario) -> None:
    request = scenario.completed()
    with pytest.raises(request_services.AlreadyRequested) as refusal:
        scenario.cancel(request)
    assert (refusal.value.code, str(refusal.value)) == ("already_complete", KEPT)

    browser = scenario.browser()
    posted = browser.post(scenario.address("cancel", request.pk))
    assert posted.status_code == 409
    assert KEPT in text(posted)
    called = scenario.call(scenario.kim).post(f"interview-requests/{request.pk}/cancel/")
    assert (called.status_code, called.json()["code"], called.json()["detail"]) == (409, "already_complete", KEPT)
    assert scenario.now(request).state == "completed"
    assert scenario.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_candidate_who_finishes_while_we_cancel_wins(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.cancel(request)
    scenario.perform(request, "complete")
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.cancel_pending) == ("completed", False)
    assert scenario.there(request)["deleted"] is False
    assert scenario.titles() == ["Requested", "Canceled", "Completed"]
    assert "Video Interview Complete" in scenario.see()
    assert request.share_url != ""


@pytest.mark.parametrize("state", ["expired", "canceled", "expired, not swept"])
def test_what_is_over_cannot_be_canceled(scenario: Scenario, state: str) -> None:
    request = scenario.sent()
    if state == "canceled":
        scenario.cancel(request)
    else:
        scenario.travel(MIDNIGHT + timedelta(minutes=1))
    if state == "expired":
        scenario.sweep()

    with pytest.raises(Conflict) as refusal:
        scenario.cancel(request, by=scenario.sam)
    word = state.partition(",")[0]
    assert (refusal.value.code, str(refusal.value)) == (
        "already_over",
        f"This request is {word} already; there is nothing to cancel.",
    )


def test_a_failed_request_can_be_put_away(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=400, reason="No.")
    request = scenario.ask()
    scenario.drain()
    scenario.cancel(request)
    scenario.drain()

    assert scenario.now(request).state == "canceled"
    assert scenario.titles() == ["Requested", "Request Failed", "Canceled"]
    assert scenario.calls("delete_interview") == 0


def test_a_cancel_of_an_interview_that_one_s_key_cannot_see_is_taken_back(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.job_action("restrict")
    scenario.cancel(request, by=scenario.sam)
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.cancel_pending) == ("sent", False)
    assert scenario.there(request)["deleted"] is False
    assert scenario.feed()[1:3] == [
        "Canceled: Sam Ortiz canceled the request.",
        "Not Canceled: Not canceled: you cannot see this interview in Spark Hire; ask Kim Ito.",
    ]
    scenario.cancel(request, by=scenario.kim)
    scenario.drain()
    assert scenario.there(request)["deleted"] is True


def test_a_cancel_taken_back_says_that_the_interview_is_open_again(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.job_action("restrict")
    scenario.cancel(request, by=scenario.sam)
    scenario.drain()

    assert scenario.feed()[3:] == [
        "Open Again: Ada Lovelace can answer in Spark Hire: "
        "expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)."
    ]


def test_a_key_that_stopped_working_does_not_cost_the_canceler_theirs(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.job_action("restrict")
    scenario.user_action(scenario.kim, "revoke_key")
    scenario.cancel(request, by=scenario.sam)
    scenario.drain()

    assert scenario.key(scenario.sam).state == "accepted"
    assert scenario.key(scenario.kim).state == "refused"


def test_an_interview_that_both_keys_miss_counts_as_canceled(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "delete")
    scenario.cancel(request)
    scenario.drain()

    assert (scenario.now(request).state, scenario.now(request).cancel_pending) == ("canceled", False)
    assert scenario.titles() == ["Requested", "Canceled"]


def test_only_those_with_a_role_and_a_key_cancel(scenario: Scenario) -> None:
    request = scenario.sent()
    keyless = factories.on_team(scenario.job)
    outsider = factories.MembershipFactory(company=scenario.company)
    stranger = factories.administrator(factories.CompanyFactory())

    with pytest.raises(NotAllowed) as refusal:
        scenario.cancel(request, by=keyless)
    assert str(refusal.value) == (
        "Spark Hire requires a linked user account for this, and you have none. "
        "Only Dana Cole or Kim Ito or Sam Ortiz can do this."
    )
    with pytest.raises(NotAllowed):
        scenario.cancel(request, by=scenario.ivy)
    for member in (outsider, stranger):
        with pytest.raises(NotFound):
            scenario.cancel(request, by=member)
        assert scenario.browser(member).post(scenario.address("cancel", request.pk)).status_code == 404
        assert scenario.call(member).post(f"interview-requests/{request.pk}/cancel/").status_code == 404
    assert scenario.browser(keyless).post(scenario.address("cancel", request.pk)).status_code == 403
    assert scenario.browser(scenario.ivy).get(scenario.address("cancel", request.pk)).status_code == 403
    assert "Only Dana Cole, Kim Ito or Sam Ortiz can cancel." in scenario.see(keyless)
    assert "Cancel Request" not in scenario.see(keyless)
    assert scenario.now(request).state == "sent"


def test_a_cancel_waits_for_a_new_key_and_then_goes_out(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.user_action(scenario.kim, "rotate_key")
    scenario.cancel(request)
    scenario.drain()
    assert scenario.messages(topics.CANCEL) == ["parked"]

    users = scenario.driver.control("GET", "/spark-hire/users").json
    secret = next(user["api_key"] for user in users if user["email"] == "kim@acme.example")
    credentials.save_key(installation=scenario.installation, member=scenario.kim, secret=secret, by=scenario.dana)
    scenario.drain()
    assert scenario.at_vendor() == []
    assert Credential.objects.get(membership=scenario.kim).last4 == secret[-4:]


# ── A cancel whose key died ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def stuck(scenario: Scenario) -> InterviewRequest:
    """Kim canceled, and Spark Hire no longer accepts Kim's key."""
    request = scenario.sent()
    scenario.user_action(scenario.kim, "rotate_key")
    scenario.cancel(request)
    scenario.drain()
    assert scenario.messages(topics.CANCEL) == ["parked"]
    return scenario.now(request)


def test_another_user_with_a_key_cancels_what_the_canceler_s_key_no_longer_can(
    scenario: Scenario, stuck: InterviewRequest
) -> None:
    browser = scenario.browser(scenario.dana)
    page = scenario.see(scenario.dana)
    assert "because Kim Ito's key does not work. Ada Lovelace can still answer until you cancel it with yours." in page
    assert ">Cancel Request<" in page
    assert "Kim Ito canceled it, but Spark Hire could not be told. Your key tells it now." in text(
        browser.get(scenario.address("cancel", stuck.pk))
    )

    assert browser.post(scenario.address("cancel", stuck.pk)).status_code == 303
    request = scenario.now(stuck)
    assert (request.state, request.cancel_pending, request.canceled_by) == ("canceled", True, scenario.dana)
    scenario.drain()

    assert scenario.there(stuck)["deleted"] is True
    assert scenario.calls("delete_interview") == 1
    assert scenario.messages(topics.CANCEL) == ["done"]
    assert scenario.now(stuck).cancel_pending is False
    assert "Canceled by you on Fri 21 Nov. Spark Hire emails Ada Lovelace." in scenario.see(scenario.dana)
    assert scenario.titles() == ["Requested", "Canceled", "Cancel Taken Over"]


def test_who_cannot_help_reads_who_can(scenario: Scenario, stuck: InterviewRequest) -> None:
    for member, whose in ((scenario.kim, "your"), (scenario.ivy, "Kim Ito's")):
        page = scenario.see(member)
        assert (
            f"because {whose} key does not work. "
            "Ada Lovelace can still answer until Dana Cole or Sam Ortiz cancels it with their own." in page
        )
        assert ">Cancel Request<" not in page
    Credential.objects.update(state=Credential.State.REFUSED)
    assert "can still answer: replace that key, or cancel the interview in Spark Hire." in scenario.see(scenario.ivy)


def test_a_cancel_that_its_own_key_is_telling_of_is_nobody_else_s(scenario: Scenario) -> None:
    request = scenario.cancel(scenario.sent())

    with pytest.raises(Conflict) as refusal:
        scenario.cancel(request, by=scenario.sam)
    assert refusal.value.code == "already_over"
    assert scenario.now(request).canceled_by == scenario.kim
    assert ">Cancel Request<" not in scenario.see(scenario.sam)
    scenario.drain()
    assert scenario.calls("delete_interview") == 1


def test_both_the_old_and_the_new_key_tell_the_vendor_once(scenario: Scenario, stuck: InterviewRequest) -> None:
    scenario.cancel(stuck, by=scenario.sam)
    users = scenario.driver.control("GET", "/spark-hire/users").json
    secret = next(user["api_key"] for user in users if user["email"] == "kim@acme.example")
    credentials.save_key(installation=scenario.installation, member=scenario.kim, secret=secret, by=scenario.dana)
    scenario.drain()

    assert scenario.calls("delete_interview") == 1
    assert scenario.messages(topics.CANCEL) == ["done"]


def test_a_new_key_that_sees_nothing_is_not_believed_without_the_sender_s(
    scenario: Scenario, stuck: InterviewRequest
) -> None:
    scenario.job_action("restrict")
    scenario.cancel(stuck, by=scenario.sam)
    scenario.drain()

    request = scenario.now(stuck)
    assert request.cancel_pending is False
    assert scenario.there(stuck)["deleted"] is False
    assert "Not Canceled" in scenario.titles()


def test_a_new_request_says_that_it_waits_for_the_cancel_and_who_can_help(
    scenario: Scenario, stuck: InterviewRequest
) -> None:
    scenario.ask(by=scenario.sam)
    scenario.drain()

    page = scenario.see(scenario.sam)
    assert "It goes out after the earlier request's cancel." in page
    assert "until you cancel it with yours." in page
    assert "Cancel Earlier Request" in page
    scenario.browser(scenario.sam).post(scenario.address("cancel", stuck.pk))
    scenario.drain()
    assert scenario.there(stuck)["deleted"] is True
    assert InterviewRequest.objects.latest("id").state == "sent"
    assert "Cancel Earlier Request" not in scenario.see(scenario.sam)
