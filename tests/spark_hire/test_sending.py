"""Asking for an interview: what must be there first, how a failed one is sent again, and who is faster."""

from typing import Any

import pytest

from integrations import credentials, installations
from integrations.models import Credential
from integrations.requests import services as request_services
from integrations.requests.preconditions import Blocked
from integrations.spark_hire import SLUG, services
from integrations.spark_hire.models import InterviewRequest, JobLink
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from tests import factories
from tests.spark_hire.scenario import WEEK, Scenario, assert_nothing_was_asked, text


# ── What must be there first ─────────────────────────────────────────────────────────────────────────────────────────
def no_email(scenario: Scenario) -> None:
    scenario.candidate.email = ""
    scenario.candidate.save()


def not_linked(scenario: Scenario) -> None:
    scenario.link.delete()


def being_linked(scenario: Scenario) -> None:
    JobLink.objects.update(state="linking", vendor_job_id="")


def link_broken(scenario: Scenario) -> None:
    JobLink.objects.update(state="broken")


def no_question_set(scenario: Scenario) -> None:
    JobLink.objects.update(question_set_id="", question_set_name="")


def inactive_there(scenario: Scenario) -> None:
    JobLink.objects.update(vendor_is_active=False)


def switched_off(scenario: Scenario) -> None:
    installations.switch(installation=scenario.installation, on=False, by=scenario.dana)


def not_enabled(scenario: Scenario) -> None:
    companies.disable_feature(company=scenario.company, feature=SLUG)


def key_missing(scenario: Scenario) -> None:
    scenario.key(scenario.kim).delete()


def key_not_pasted(scenario: Scenario) -> None:
    scenario.key(scenario.kim).delete()
    credentials.add_members(installation=scenario.installation, members=[scenario.kim], by=scenario.dana)


def key_refused(scenario: Scenario) -> None:
    Credential.objects.filter(membership=scenario.kim).update(state="refused", last4="4f2c")


def key_unchecked(scenario: Scenario) -> None:
    Credential.objects.filter(membership=scenario.kim).update(state="unchecked")


def nobody_has_a_key(scenario: Scenario) -> None:
    Credential.objects.all().delete()


def a_lead(scenario: Scenario) -> None:
    Application.objects.update(state="lead", stage=None, stage_entered_at=None)


def rejected(scenario: Scenario) -> None:
    Application.objects.update(state="rejected")


def job_closed(scenario: Scenario) -> None:
    scenario.job.state = "closed"
    scenario.job.save()


LINKED_ACCOUNT = "Spark Hire requires a linked user account for anyone who sends requests."
BLOCKERS = [
    (no_email, "no_email", "Ada Lovelace has no email address, and Spark Hire invites by email."),
    (not_linked, "job_not_linked", "This job is not linked to Spark Hire."),
    (being_linked, "job_not_linked", "This job is being linked to Spark Hire; that takes a moment."),
    (link_broken, "job_not_linked", "The linked job no longer exists in Spark Hire. Link another; history stays."),
    (no_question_set, "no_question_set", "This job has no Question Set yet."),
    (
        inactive_there,
        "vendor_job_inactive",
        "This job is inactive in Spark Hire, so no requests can be sent. Activate it there, then check again.",
    ),
    (
        switched_off,
        "integration_off",
        "Video Interviewing is off for Acme. Dana Cole can turn it on in Company Settings.",
    ),
    (
        not_enabled,
        "integration_off",
        "Video Interviewing is off for Acme. Dana Cole can turn it on in Company Settings.",
    ),
    (
        key_missing,
        "no_own_key",
        f"{LINKED_ACCOUNT} You have none, so you can watch but not send. "
        "Dana Cole or Sam Ortiz can send; Dana Cole can add your key.",
    ),
    (
        key_not_pasted,
        "no_own_key",
        f"{LINKED_ACCOUNT} You have none, so you can watch but not send. "
        "Dana Cole or Sam Ortiz can send; Dana Cole can add your key.",
    ),
    (
        key_refused,
        "key_refused",
        "Spark Hire no longer accepts your key (ends 4f2c). Replace it, or ask Dana Cole.",
    ),
    (
        key_unchecked,
        "key_unchecked",
        "Spark Hire didn't answer, so your key is not checked yet. We try again by ourselves.",
    ),
    (
        nobody_has_a_key,
        "no_own_key",
        f"{LINKED_ACCOUNT} Nobody at Acme is linked yet; Dana Cole can add users.",
    ),
    (a_lead, "not_in_the_running", "Ada Lovelace is a lead. Convert to applicant first."),
    (
        rejected,
        "not_in_the_running",
        "Ada Lovelace was rejected. Undo that before you ask for an interview.",
    ),
    (job_closed, "job_closed", "This job is not open. Open it before you ask for an interview."),
]


@pytest.mark.parametrize(("lack", "code", "sentence"), BLOCKERS, ids=[one[0].__name__ for one in BLOCKERS])
def test_what_is_missing_is_said_and_nothing_is_sent(scenario: Scenario, lack: Any, code: str, sentence: str) -> None:
    lack(scenario)
    scenario.application = Application.objects.get(pk=scenario.application.pk)

    with pytest.raises(Blocked) as refusal:
        scenario.ask()
    assert (refusal.value.code, str(refusal.value)) == (code, sentence)

    posted = scenario.browser().post(scenario.address("request"), {"expires_on": "2025-11-28"})
    assert posted.status_code == 409
    if code != "integration_off":
        assert sentence in text(posted)

    called = scenario.call(scenario.kim).post(
        "interview-requests/", {"application": str(scenario.application.pk), "expires_on": "2025-11-28"}
    )
    assert (called.status_code, called.json()["code"], called.json()["detail"]) == (409, code, sentence)
    assert_nothing_was_asked(scenario)


def test_all_that_is_missing_is_shown_at_once_each_with_its_way_out(scenario: Scenario) -> None:
    for lack in (no_email, no_question_set, key_refused):
        lack(scenario)

    page = scenario.see()

    assert "Before you can send" in page
    for sentence in (
        "Spark Hire no longer accepts your key (ends 4f2c). Replace it, or ask Dana Cole.",
        "This job has no Question Set yet.",
        "Ada Lovelace has no email address, and Spark Hire invites by email.",
    ):
        assert sentence in page
    for way_out in ("Replace key", "Choose Question Set", "Add email"):
        assert way_out in page
    assert "Request Video Interview" not in page


def test_a_job_without_a_location_is_no_obstacle_to_sending(scenario: Scenario) -> None:
    scenario.job.city = scenario.job.region = scenario.job.country = ""
    scenario.job.save()

    assert scenario.sent().state == "sent"


def test_a_job_that_turns_out_inactive_at_the_vendor_fails_with_its_reason(scenario: Scenario) -> None:
    scenario.job_action("deactivate")
    request = scenario.ask()
    scenario.drain()

    request = scenario.now(request)
    assert request.state == "failed"
    assert request.failure == "This job is inactive. Activate it before you schedule interviews."
    assert scenario.feed()[-1] == (
        "Request Failed: Not sent: This job is inactive. Activate it before you schedule interviews."
    )
    assert scenario.messages("spark_hire.create_interview") == ["dead"]
    assert scenario.at_vendor() == []
    page = scenario.see()
    assert "Request not sent. " in page
    assert "Try again" in page


def test_after_that_failure_we_know_that_the_job_is_inactive(scenario: Scenario) -> None:
    scenario.job_action("deactivate")
    request = scenario.ask()
    scenario.drain()

    scenario.link.refresh_from_db()
    assert scenario.link.vendor_is_active is False
    with pytest.raises(Blocked) as refusal:
        services.try_again(request=scenario.now(request), by=scenario.kim)
    assert refusal.value.code == "vendor_job_inactive"


def test_a_failed_request_is_sent_again_once_its_reason_is_gone(scenario: Scenario) -> None:
    scenario.job_action("deactivate")
    request = scenario.ask()
    scenario.drain()
    scenario.job_action("activate")
    JobLink.objects.update(vendor_is_active=True)

    again = scenario.browser(scenario.sam).post(scenario.address("try-again", request.pk))
    scenario.drain()

    assert again.status_code == 303
    request = scenario.now(request)
    assert (request.state, request.failure, request.requested_by, request.expires_on) == (
        "sent",
        "",
        scenario.sam,
        WEEK,
    )
    assert [one["created_by"]["email"] for one in scenario.at_vendor()] == ["sam@acme.example"]
    assert scenario.titles() == ["Requested", "Request Failed", "Requested"]


def test_trying_again_after_the_date_has_passed_offers_the_form(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=400, reason="No.")
    request = scenario.ask()
    scenario.drain()
    scenario.pass_time(days=8)

    response = scenario.browser().post(scenario.address("try-again", request.pk))

    assert response.status_code == 422
    assert "Fri 28 Nov has passed." in text(response)
    assert "Send Request" in text(response)
    assert scenario.now(request).state == "failed"
    assert scenario.at_vendor() == []


# ── Two at once, and twice ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_second_of_two_senders_sees_who_was_faster(scenario: Scenario) -> None:
    first = scenario.browser(scenario.kim).post(scenario.address("request"), {"expires_on": "2025-11-28"})
    second = scenario.browser(scenario.sam).post(scenario.address("request"), {"expires_on": "2025-11-29"})
    scenario.drain()

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Kim Ito sent Ada Lovelace a request that is still open. Here it is." in text(second)
    assert InterviewRequest.objects.count() == 1
    assert len(scenario.at_vendor()) == 1


@pytest.mark.parametrize("state", ["queued", "sent", "completed"])
def test_a_second_request_is_refused_in_service_page_and_api(scenario: Scenario, state: str) -> None:
    request = {"queued": scenario.ask, "sent": scenario.sent, "completed": scenario.completed}[state]()
    code, sentence = (
        (
            "already_complete",
            "You cannot send the candidate a second video interview request from Throughline after they've completed "
            "a video interview. You can send a request directly from Spark Hire; its status will not be tracked in "
            "Throughline.",
        )
        if state == "completed"
        else ("already_requested", "Kim Ito sent Ada Lovelace a request that is still open. Here it is.")
    )

    with pytest.raises(request_services.AlreadyRequested) as refusal:
        scenario.ask(by=scenario.sam)
    assert (refusal.value.code, str(refusal.value), refusal.value.request) == (code, sentence, request)

    browser = scenario.browser(scenario.sam)
    posted = browser.post(scenario.address("request"), {"expires_on": "2025-11-28"})
    assert posted.status_code == 409
    assert sentence in text(posted)
    opened = text(browser.get(scenario.address("request")))
    assert "Send Request" not in opened
    assert "Request Video Interview" not in opened

    called = scenario.call(scenario.sam).post(
        "interview-requests/", {"application": str(scenario.application.pk), "expires_on": "2025-11-28"}
    )
    assert (called.status_code, called.json()["code"], called.json()["detail"]) == (409, code, sentence)
    scenario.drain()
    assert len(scenario.at_vendor()) == 1


def test_a_request_for_the_same_person_on_another_job_is_another_request(scenario: Scenario) -> None:
    scenario.completed()
    other = factories.ApplicationFactory(
        job=factories.JobFactory(company=scenario.company), candidate=scenario.candidate
    )
    JobLink.objects.create(
        company=scenario.company,
        installation=scenario.installation,
        job=other.job,
        state="linked",
        vendor_job_id=scenario.link.vendor_job_id,
        question_set_id=scenario.link.question_set_id,
    )

    assert scenario.sent(by=scenario.dana, application=other).state == "sent"
