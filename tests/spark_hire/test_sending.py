"""Asking for an interview: what must be there, which dates may be chosen, who is faster."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from integrations import credentials, installations
from integrations.models import Credential
from integrations.spark_hire import blockers, interviews
from integrations.spark_hire.models import InterviewRequest, JobLink
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.base import clock
from recruiting.base.background.models import OutboxMessage
from recruiting.base.errors import InvalidInput, NotAllowed, NotFound
from recruiting.companies import services as companies
from tests import factories
from tests.sandbox.driver import Driver
from tests.spark_hire.house import PEOPLE, WEEK, House, build, text

PAST = "Fri 14 Nov has passed."
TODAY = "A request expires as its date begins, so today would expire at once. Choose Sat 22 Nov or later."
FAR = "Choose a date up to Sun 21 Dec, 30 days at most."
MALFORMED = "That isn't a date. Pick one or write 2026-11-28."
REQUIRED = "An Expiration Date is required for all video interview requests."


def assert_nothing_happened(house: House) -> None:
    assert InterviewRequest.objects.count() == 0
    assert house.feed() == []
    assert OutboxMessage.objects.filter(topic="spark_hire.create_interview").count() == 0
    house.drain()
    assert house.at_vendor() == []


# ── The Expiration Date ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2025, 11, 14), PAST), (date(2025, 11, 21), TODAY), (date(2025, 12, 22), FAR), (date(9999, 12, 31), FAR)],
)
def test_a_date_that_may_not_be_chosen_is_refused_by_the_service(house: House, day: date, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        house.ask(on=day)

    assert refusal.value.fields == {"expires_on": sentence}
    assert_nothing_happened(house)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2025-11-14", PAST),
        ("2025-11-21", TODAY),
        ("2025-12-22", FAR),
        ("next week", MALFORMED),
        ("2025-02-30", MALFORMED),
        ("", REQUIRED),
        ("   ", REQUIRED),
    ],
)
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(house: House, typed: str, sentence: str) -> None:
    response = house.browser().post(house.address("request"), {"expires_on": typed})

    assert response.status_code == 422
    assert sentence in text(response)
    if typed.strip():
        assert f'value="{typed}"' in text(response)
    assert_nothing_happened(house)


@pytest.mark.parametrize(
    ("given", "sentence"), [("2025-11-14", PAST), ("2025-11-21", TODAY), ("2025-12-22", FAR), ("9999-12-31", FAR)]
)
def test_the_api_refuses_the_same_dates_in_the_same_words(house: House, given: str, sentence: str) -> None:
    body = {"application": str(house.application.pk), "expires_on": given}
    response = house.call(house.kim).post("interview-requests/", body)

    assert response.status_code == 422
    assert response.json()["code"] == "expiration_date"
    assert sentence in str(response.json())
    assert_nothing_happened(house)


@pytest.mark.parametrize("given", ["next week", "", None, "2025-02-30", 7])
def test_the_api_refuses_what_is_no_date(house: House, given: Any) -> None:
    body = {"application": str(house.application.pk), "expires_on": given}
    response = house.call(house.kim).post("interview-requests/", body)

    assert response.status_code == 422
    assert "expires_on" in str(response.json())
    assert_nothing_happened(house)


@pytest.mark.parametrize("days", [1, 30])
def test_tomorrow_and_thirty_days_are_taken_by_us_and_by_the_vendor(house: House, days: int) -> None:
    day = date(2025, 11, 21) + timedelta(days=days)

    request = house.sent(on=day)

    assert request.expires_on == day
    assert len(house.at_vendor()) == 1


def test_the_form_offers_one_week_from_today_in_the_company_s_zone(house: House) -> None:
    clock.travel(to=clock.now() + timedelta(hours=13, minutes=59))  # 23:59 in New York, tomorrow in UTC
    page = text(house.browser().get(house.address("request")))

    assert 'value="2025-11-28"' in page
    assert 'min="2025-11-22"' in page
    assert 'max="2025-12-21"' in page
    assert "Expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)." in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2025-11-28", "Expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)."),
        ("2025-11-21", TODAY),
        ("nonsense", MALFORMED),
        ("", REQUIRED),
    ],
)
def test_the_line_below_the_field_says_the_deadline_in_words(house: House, typed: str, words: str) -> None:
    response = house.browser().get("/video-interviews/deadline/", {"expires_on": typed})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == words


# ── What must be there first ─────────────────────────────────────────────────────────────────────────────────────────
def no_email(house: House) -> None:
    house.candidate.email = ""
    house.candidate.save()


def not_linked(house: House) -> None:
    house.link.delete()


def being_linked(house: House) -> None:
    JobLink.objects.update(state="linking", vendor_job_id="")


def link_broken(house: House) -> None:
    JobLink.objects.update(state="broken")


def no_question_set(house: House) -> None:
    JobLink.objects.update(question_set_id="", question_set_name="")


def inactive_there(house: House) -> None:
    JobLink.objects.update(vendor_is_active=False)


def switched_off(house: House) -> None:
    installations.switch(installation=house.installation, on=False, by=house.dana)


def not_enabled(house: House) -> None:
    companies.disable_feature(company=house.company, feature=blockers.SLUG)


def key_missing(house: House) -> None:
    house.key(house.kim).delete()


def key_not_pasted(house: House) -> None:
    house.key(house.kim).delete()
    credentials.add_members(installation=house.installation, members=[house.kim], by=house.dana)


def key_refused(house: House) -> None:
    Credential.objects.filter(membership=house.kim).update(state="refused", last4="4f2c")


def key_unchecked(house: House) -> None:
    Credential.objects.filter(membership=house.kim).update(state="unchecked")


def nobody_has_a_key(house: House) -> None:
    Credential.objects.all().delete()


def a_lead(house: House) -> None:
    Application.objects.update(state="lead", stage=None, stage_entered_at=None)


def rejected(house: House) -> None:
    Application.objects.update(state="rejected")


def job_closed(house: House) -> None:
    house.job.state = "closed"
    house.job.save()


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
def test_what_is_missing_is_said_and_nothing_is_sent(house: House, lack: Any, code: str, sentence: str) -> None:
    lack(house)
    house.application = Application.objects.get(pk=house.application.pk)

    with pytest.raises(blockers.Blocked) as refusal:
        house.ask()
    assert (refusal.value.code, str(refusal.value)) == (code, sentence)

    posted = house.browser().post(house.address("request"), {"expires_on": "2025-11-28"})
    assert posted.status_code == 409
    if code != "integration_off":
        assert sentence in text(posted)

    called = house.call(house.kim).post(
        "interview-requests/", {"application": str(house.application.pk), "expires_on": "2025-11-28"}
    )
    assert (called.status_code, called.json()["code"], called.json()["detail"]) == (409, code, sentence)
    assert_nothing_happened(house)


def test_all_that_is_missing_is_shown_at_once_each_with_its_way_out(house: House) -> None:
    for lack in (no_email, no_question_set, key_refused):
        lack(house)

    page = house.see()

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


def test_a_job_without_a_location_is_no_obstacle_to_sending(house: House) -> None:
    house.job.city = house.job.region = house.job.country = ""
    house.job.save()

    assert house.sent().state == "sent"


def test_a_job_that_turns_out_inactive_at_the_vendor_fails_with_its_reason(house: House) -> None:
    house.job_act("deactivate")
    request = house.ask()
    house.drain()

    request = house.now(request)
    assert request.state == "failed"
    assert request.failure == "This job is inactive. Activate it before you schedule interviews."
    assert house.feed()[-1] == (
        "Request Failed: Not sent: This job is inactive. Activate it before you schedule interviews."
    )
    assert house.messages("spark_hire.create_interview") == ["dead"]
    assert house.at_vendor() == []
    page = house.see()
    assert "Request not sent. " in page
    assert "Try again" in page


def test_after_that_failure_we_know_that_the_job_is_inactive(house: House) -> None:
    house.job_act("deactivate")
    request = house.ask()
    house.drain()

    house.link.refresh_from_db()
    assert house.link.vendor_is_active is False
    with pytest.raises(blockers.Blocked) as refusal:
        interviews.try_again(request=house.now(request), by=house.kim)
    assert refusal.value.code == "vendor_job_inactive"


def test_a_failed_request_is_sent_again_once_its_reason_is_gone(house: House) -> None:
    house.job_act("deactivate")
    request = house.ask()
    house.drain()
    house.job_act("activate")
    JobLink.objects.update(vendor_is_active=True)

    again = house.browser(house.sam).post(house.address("try-again", request.pk))
    house.drain()

    assert again.status_code == 303
    request = house.now(request)
    assert (request.state, request.failure, request.requested_by, request.expires_on) == ("sent", "", house.sam, WEEK)
    assert [one["created_by"]["email"] for one in house.at_vendor()] == ["sam@acme.example"]
    assert house.titles() == ["Requested", "Request Failed", "Requested"]


def test_trying_again_after_the_date_has_passed_offers_the_form(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="No.")
    request = house.ask()
    house.drain()
    house.pass_time(days=8)

    response = house.browser().post(house.address("try-again", request.pk))

    assert response.status_code == 422
    assert "Fri 28 Nov has passed." in text(response)
    assert "Send Request" in text(response)
    assert house.now(request).state == "failed"
    assert house.at_vendor() == []


# ── Whose act it is ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_role_that_only_watches_may_not_send(house: House) -> None:
    credentials.add_members(installation=house.installation, members=[house.ivy], by=house.dana)

    with pytest.raises(NotAllowed):
        house.ask(by=house.ivy)
    assert house.browser(house.ivy).post(house.address("request"), {"expires_on": "2025-11-28"}).status_code == 403
    assert_nothing_happened(house)


def test_somebody_outside_the_job_or_the_company_does_not_even_see_it(house: House) -> None:
    outsider = factories.MembershipFactory(company=house.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member in (outsider, stranger):
        with pytest.raises(NotFound):
            house.ask(by=member)
        assert house.browser(member).get(house.address("request")).status_code == 404
        answer = house.call(member).post(
            "interview-requests/", {"application": str(house.application.pk), "expires_on": "2025-11-28"}
        )
        assert answer.status_code in (404, 422)
    assert_nothing_happened(house)


# ── Two at once, and twice ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_second_of_two_senders_sees_who_was_faster(house: House) -> None:
    first = house.browser(house.kim).post(house.address("request"), {"expires_on": "2025-11-28"})
    second = house.browser(house.sam).post(house.address("request"), {"expires_on": "2025-11-29"})
    house.drain()

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Kim Ito sent Ada Lovelace a request that is still open. Here it is." in text(second)
    assert InterviewRequest.objects.count() == 1
    assert len(house.at_vendor()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_click_send_at_the_same_instant_make_one_request(
    transactional_db: None, postgres: None, vendor: Driver
) -> None:
    house = build(vendor)
    together = threading.Barrier(2)
    answers: list[tuple[int, str]] = []

    def click(member: Any) -> None:
        try:
            browser = house.browser(member)
            together.wait(10)
            response = browser.post(house.address("request"), {"expires_on": "2025-11-28"})
            answers.append((response.status_code, text(response) if response.status_code != 303 else ""))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=(member,)) for member in (house.kim, house.sam)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(status for status, _ in answers) == [303, 409]
    request = InterviewRequest.objects.get()
    loser = next(page for status, page in answers if status == 409)
    assert f"{request.requested_by} sent Ada Lovelace a request that is still open. Here it is." in loser
    house.drain()
    assert len(house.at_vendor()) == 1
    assert NewsfeedEntry.objects.filter(verb="spark_hire.requested").count() == 1


@pytest.mark.parametrize("state", ["queued", "sent", "completed"])
def test_a_second_request_is_refused_in_service_page_and_api(house: House, state: str) -> None:
    request = {"queued": house.ask, "sent": house.sent, "completed": house.completed}[state]()
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

    with pytest.raises(interviews.AlreadyRequested) as refusal:
        house.ask(by=house.sam)
    assert (refusal.value.code, str(refusal.value), refusal.value.request) == (code, sentence, request)

    browser = house.browser(house.sam)
    posted = browser.post(house.address("request"), {"expires_on": "2025-11-28"})
    assert posted.status_code == 409
    assert sentence in text(posted)
    opened = text(browser.get(house.address("request")))
    assert "Send Request" not in opened
    assert "Request Video Interview" not in opened

    called = house.call(house.sam).post(
        "interview-requests/", {"application": str(house.application.pk), "expires_on": "2025-11-28"}
    )
    assert (called.status_code, called.json()["code"], called.json()["detail"]) == (409, code, sentence)
    house.drain()
    assert len(house.at_vendor()) == 1


def test_a_request_for_the_same_person_on_another_job_is_another_request(house: House) -> None:
    house.completed()
    other = factories.ApplicationFactory(job=factories.JobFactory(company=house.company), candidate=house.candidate)
    JobLink.objects.create(
        company=house.company,
        installation=house.installation,
        job=other.job,
        state="linked",
        vendor_job_id=house.link.vendor_job_id,
        question_set_id=house.link.question_set_id,
    )

    assert house.sent(by=house.dana, application=other).state == "sent"


# ── Keys in the middle of it ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("act", ["revoke_key", "disable", "rotate_key"])
def test_a_key_that_stopped_working_keeps_the_request_until_it_is_replaced(house: House, act: str) -> None:
    house.user_act(house.kim, act)
    request = house.ask()
    house.drain()

    request = house.now(request)
    reason = "Spark Hire needs Kim Ito's User API Key, and it does not work at the moment."
    assert (request.state, request.failure) == ("queued", reason)
    assert house.messages("spark_hire.create_interview") == ["parked"]
    assert house.key(house.kim).state == "refused"
    house.installation.refresh_from_db()
    assert house.installation.needs_attention == "Kim Ito's key is no longer accepted. Replace it."
    assert house.titles() == ["Requested", "Request Waiting"]
    assert house.feed()[-1] == f"Request Waiting: Waiting: {reason}"
    assert house.at_vendor() == []
    assert "Waiting" in house.see()

    if act == "disable":
        house.user_act(house.kim, "enable")
    keys = house.driver.vendor.seed(company="Acme", users=PEOPLE)
    credentials.save_key(
        installation=house.installation, member=house.kim, secret=keys["kim@acme.example"], by=house.kim
    )
    house.drain()

    assert (house.now(request).state, house.now(request).failure) == ("sent", "")
    assert len(house.at_vendor()) == 1
    house.installation.refresh_from_db()
    assert house.installation.needs_attention == ""
    assert house.titles() == ["Requested", "Request Waiting"]


def test_a_request_never_goes_out_on_somebody_else_s_key(house: House) -> None:
    request = house.ask()
    companies.deactivate(membership=house.kim, by=house.dana)
    house.drain()

    assert house.now(request).state == "queued"
    assert house.messages("spark_hire.create_interview") == ["parked"]
    assert house.at_vendor() == []


def test_an_evaluator_s_key_may_not_invite(house: House) -> None:
    eve = factories.on_team(house.job, user__email="eve@acme.example", user__first_name="Eve", user__last_name="Evans")
    credentials.keep_issued(installation=house.installation, member=eve, secret=house.driver.keys["eve@acme.example"])
    request = house.ask(by=eve)
    house.drain()

    assert house.now(request).state in ("queued", "failed")
    assert house.at_vendor() == []


def test_a_waiting_request_expires_at_its_midnight_like_any_other(house: House) -> None:
    house.user_act(house.kim, "revoke_key")
    request = house.ask()
    house.drain()
    house.pass_time(days=7)

    assert house.sweep() == 1
    assert house.now(request).state == "expired"
    assert house.feed()[-1] == "Expired: Ada Lovelace did not finish before midnight as Fri 28 Nov began."
