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
from tests.spark_hire.house import MIDNIGHT, House, text

KEPT = "Ada Lovelace finished the interview just before you canceled, so it is kept as complete."


def test_a_canceled_request_is_withdrawn_and_a_new_one_can_be_sent_at_once(house: House) -> None:
    request = house.sent()
    browser = house.browser()

    window = text(browser.get(house.address("cancel", request.pk)))
    assert "Cancel Video Interview Request" in window
    assert "Ada Lovelace can no longer answer, and Spark Hire emails Ada that the request has been canceled." in window
    assert "Yes, Cancel Request" in window
    posted = browser.post(house.address("cancel", request.pk))
    assert posted.status_code == 303
    assert "Video interview request canceled." in text(browser.get(posted.headers["Location"]))

    request = house.now(request)
    assert (request.state, request.cancel_pending, request.canceled_by) == ("canceled", True, house.kim)
    assert "Telling Spark Hire…" in house.see()
    house.drain()
    assert house.now(request).cancel_pending is False
    assert house.there(request)["deleted"] is True
    mails = house.driver.control("GET", f"/spark-hire/mails?interview={request.vendor_id}").json
    assert next(mail["kind"] for mail in mails if mail["to"] == "ada@example.com") == "canceled"
    page = house.see()
    assert "Canceled by you on Fri 21 Nov. Spark Hire emails Ada Lovelace." in page
    assert "You can proceed with sending a new video interview request at this time." in page
    assert "Request Video Interview" in page
    assert house.sent(by=house.sam).state == "sent"
    assert house.titles() == ["Requested", "Canceled", "Requested"]


def test_a_request_that_has_not_left_is_never_sent(house: House) -> None:
    request = house.ask()
    house.cancel(request)
    house.drain()

    request = house.now(request)
    assert (request.state, request.cancel_pending, request.vendor_id) == ("canceled", False, "")
    assert house.at_vendor() == []
    assert house.calls("create_interview") == 0
    assert "It had not left yet, so Ada Lovelace was never invited." in house.see()


def test_a_request_that_waits_for_a_key_and_is_canceled_leaves_nothing_waiting(house: House) -> None:
    house.user_act(house.kim, "revoke_key")
    request = house.ask()
    house.drain()
    house.cancel(request, by=house.sam)
    house.drain()

    request = house.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert "Telling Spark Hire…" not in house.see(house.sam)


def test_a_cancel_of_what_may_have_been_sent_looks_for_it(house: House) -> None:
    house.fault("create_interview", "reset_after")
    request = house.ask()
    house.drain()
    house.cancel(request)
    house.later()

    request = house.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert len(house.at_vendor(deleted="1")) == 1
    assert house.at_vendor() == []


def test_a_cancel_that_comes_after_the_candidate_finished_keeps_the_interview(house: House) -> None:
    request = house.completed()
    with pytest.raises(request_services.AlreadyRequested) as refusal:
        house.cancel(request)
    assert (refusal.value.code, str(refusal.value)) == ("already_complete", KEPT)

    browser = house.browser()
    posted = browser.post(house.address("cancel", request.pk))
    assert posted.status_code == 409
    assert KEPT in text(posted)
    called = house.call(house.kim).post(f"interview-requests/{request.pk}/cancel/")
    assert (called.status_code, called.json()["code"], called.json()["detail"]) == (409, "already_complete", KEPT)
    assert house.now(request).state == "completed"
    assert house.titles() == ["Requested", "Accepted", "Started", "Completed"]


def test_a_candidate_who_finishes_while_we_cancel_wins(house: House) -> None:
    request = house.sent()
    house.cancel(request)
    house.play(request, "complete")
    house.drain()

    request = house.now(request)
    assert (request.state, request.cancel_pending) == ("completed", False)
    assert house.there(request)["deleted"] is False
    assert house.titles() == ["Requested", "Canceled", "Completed"]
    assert "Video Interview Complete" in house.see()
    assert request.share_url != ""


@pytest.mark.parametrize("state", ["expired", "canceled", "expired, not swept"])
def test_what_is_over_cannot_be_canceled(house: House, state: str) -> None:
    request = house.sent()
    if state == "canceled":
        house.cancel(request)
    else:
        house.travel(MIDNIGHT + timedelta(minutes=1))
    if state == "expired":
        house.sweep()

    with pytest.raises(Conflict) as refusal:
        house.cancel(request, by=house.sam)
    word = state.partition(",")[0]
    assert (refusal.value.code, str(refusal.value)) == (
        "already_over",
        f"This request is {word} already; there is nothing to cancel.",
    )


def test_a_failed_request_can_be_put_away(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="No.")
    request = house.ask()
    house.drain()
    house.cancel(request)
    house.drain()

    assert house.now(request).state == "canceled"
    assert house.titles() == ["Requested", "Request Failed", "Canceled"]
    assert house.calls("delete_interview") == 0


def test_a_cancel_of_an_interview_that_one_s_key_cannot_see_is_taken_back(house: House) -> None:
    request = house.sent()
    house.job_act("restrict")
    house.cancel(request, by=house.sam)
    house.drain()

    request = house.now(request)
    assert (request.state, request.cancel_pending) == ("sent", False)
    assert house.there(request)["deleted"] is False
    assert house.feed()[1:3] == [
        "Canceled: Sam Ortiz canceled the request.",
        "Not Canceled: Not canceled: you cannot see this interview in Spark Hire; ask Kim Ito.",
    ]
    house.cancel(request, by=house.kim)
    house.drain()
    assert house.there(request)["deleted"] is True


def test_a_cancel_taken_back_says_that_the_interview_is_open_again(house: House) -> None:
    request = house.sent()
    house.job_act("restrict")
    house.cancel(request, by=house.sam)
    house.drain()

    assert house.feed()[3:] == [
        "Open Again: Ada Lovelace can answer in Spark Hire: "
        "expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)."
    ]


def test_a_key_that_stopped_working_does_not_cost_the_canceler_theirs(house: House) -> None:
    request = house.sent()
    house.job_act("restrict")
    house.user_act(house.kim, "revoke_key")
    house.cancel(request, by=house.sam)
    house.drain()

    assert house.key(house.sam).state == "accepted"
    assert house.key(house.kim).state == "refused"


def test_an_interview_that_both_keys_miss_counts_as_canceled(house: House) -> None:
    request = house.sent()
    house.play(request, "delete")
    house.cancel(request)
    house.drain()

    assert (house.now(request).state, house.now(request).cancel_pending) == ("canceled", False)
    assert house.titles() == ["Requested", "Canceled"]


def test_only_those_with_a_role_and_a_key_cancel(house: House) -> None:
    request = house.sent()
    keyless = factories.on_team(house.job)
    outsider = factories.MembershipFactory(company=house.company)
    stranger = factories.administrator(factories.CompanyFactory())

    with pytest.raises(NotAllowed) as refusal:
        house.cancel(request, by=keyless)
    assert str(refusal.value) == (
        "Spark Hire requires a linked user account for this, and you have none. "
        "Only Dana Cole or Kim Ito or Sam Ortiz can do this."
    )
    with pytest.raises(NotAllowed):
        house.cancel(request, by=house.ivy)
    for member in (outsider, stranger):
        with pytest.raises(NotFound):
            house.cancel(request, by=member)
        assert house.browser(member).post(house.address("cancel", request.pk)).status_code == 404
        assert house.call(member).post(f"interview-requests/{request.pk}/cancel/").status_code == 404
    assert house.browser(keyless).post(house.address("cancel", request.pk)).status_code == 403
    assert house.browser(house.ivy).get(house.address("cancel", request.pk)).status_code == 403
    assert "Only Dana Cole, Kim Ito or Sam Ortiz can cancel." in house.see(keyless)
    assert "Cancel Request" not in house.see(keyless)
    assert house.now(request).state == "sent"


def test_a_cancel_waits_for_a_new_key_and_then_goes_out(house: House) -> None:
    request = house.sent()
    house.user_act(house.kim, "rotate_key")
    house.cancel(request)
    house.drain()
    assert house.messages(topics.CANCEL) == ["parked"]

    users = house.driver.control("GET", "/spark-hire/users").json
    secret = next(user["api_key"] for user in users if user["email"] == "kim@acme.example")
    credentials.save_key(installation=house.installation, member=house.kim, secret=secret, by=house.dana)
    house.drain()
    assert house.at_vendor() == []
    assert Credential.objects.get(membership=house.kim).last4 == secret[-4:]


# ── A cancel whose key died ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def stuck(house: House) -> InterviewRequest:
    """Kim canceled, and Spark Hire no longer accepts Kim's key."""
    request = house.sent()
    house.user_act(house.kim, "rotate_key")
    house.cancel(request)
    house.drain()
    assert house.messages(topics.CANCEL) == ["parked"]
    return house.now(request)


def test_another_user_with_a_key_cancels_what_the_canceler_s_key_no_longer_can(
    house: House, stuck: InterviewRequest
) -> None:
    browser = house.browser(house.dana)
    page = house.see(house.dana)
    assert "because Kim Ito's key does not work. Ada Lovelace can still answer until you cancel it with yours." in page
    assert ">Cancel Request<" in page
    assert "Kim Ito canceled it, but Spark Hire could not be told. Your key tells it now." in text(
        browser.get(house.address("cancel", stuck.pk))
    )

    assert browser.post(house.address("cancel", stuck.pk)).status_code == 303
    request = house.now(stuck)
    assert (request.state, request.cancel_pending, request.canceled_by) == ("canceled", True, house.dana)
    house.drain()

    assert house.there(stuck)["deleted"] is True
    assert house.calls("delete_interview") == 1
    assert house.messages(topics.CANCEL) == ["done"]
    assert house.now(stuck).cancel_pending is False
    assert "Canceled by you on Fri 21 Nov. Spark Hire emails Ada Lovelace." in house.see(house.dana)
    assert house.titles() == ["Requested", "Canceled", "Cancel Taken Over"]


def test_who_cannot_help_reads_who_can(house: House, stuck: InterviewRequest) -> None:
    for member, whose in ((house.kim, "your"), (house.ivy, "Kim Ito's")):
        page = house.see(member)
        assert (
            f"because {whose} key does not work. "
            "Ada Lovelace can still answer until Dana Cole or Sam Ortiz cancels it with their own." in page
        )
        assert ">Cancel Request<" not in page
    Credential.objects.update(state=Credential.State.REFUSED)
    assert "can still answer: replace that key, or cancel the interview in Spark Hire." in house.see(house.ivy)


def test_a_cancel_that_its_own_key_is_telling_of_is_nobody_else_s(house: House) -> None:
    request = house.cancel(house.sent())

    with pytest.raises(Conflict) as refusal:
        house.cancel(request, by=house.sam)
    assert refusal.value.code == "already_over"
    assert house.now(request).canceled_by == house.kim
    assert ">Cancel Request<" not in house.see(house.sam)
    house.drain()
    assert house.calls("delete_interview") == 1


def test_both_the_old_and_the_new_key_tell_the_vendor_once(house: House, stuck: InterviewRequest) -> None:
    house.cancel(stuck, by=house.sam)
    users = house.driver.control("GET", "/spark-hire/users").json
    secret = next(user["api_key"] for user in users if user["email"] == "kim@acme.example")
    credentials.save_key(installation=house.installation, member=house.kim, secret=secret, by=house.dana)
    house.drain()

    assert house.calls("delete_interview") == 1
    assert house.messages(topics.CANCEL) == ["done"]


def test_a_new_key_that_sees_nothing_is_not_believed_without_the_sender_s(
    house: House, stuck: InterviewRequest
) -> None:
    house.job_act("restrict")
    house.cancel(stuck, by=house.sam)
    house.drain()

    request = house.now(stuck)
    assert request.cancel_pending is False
    assert house.there(stuck)["deleted"] is False
    assert "Not Canceled" in house.titles()


def test_a_new_request_says_that_it_waits_for_the_cancel_and_who_can_help(
    house: House, stuck: InterviewRequest
) -> None:
    house.ask(by=house.sam)
    house.drain()

    page = house.see(house.sam)
    assert "It goes out after the earlier request's cancel." in page
    assert "until you cancel it with yours." in page
    assert "Cancel Earlier Request" in page
    house.browser(house.sam).post(house.address("cancel", stuck.pk))
    house.drain()
    assert house.there(stuck)["deleted"] is True
    assert InterviewRequest.objects.latest("id").state == "sent"
    assert "Cancel Earlier Request" not in house.see(house.sam)
