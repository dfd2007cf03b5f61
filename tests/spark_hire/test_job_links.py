"""Linking a job, choosing its question set, and what happens when the vendor's side changes (rows S5 to S7)."""

from typing import Any

import pytest
from django.urls import reverse

from integrations import installations
from integrations.spark_hire.job_links import services as job_links
from integrations.spark_hire.models import JobLink
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import factories
from tests.refusals import refuses
from tests.spark_hire import topics
from tests.spark_hire.house import House, question_set, text

NEW = {"title": "Night Buyer", "city": "Austin", "region": "TX", "country": "US"}


def info(house: House, member: Any = None) -> str:
    return text(house.browser(member).get(reverse("jobs:info", args=[house.job.pk]), {"open": "video-interviewing"}))


def page(name: str, house: House) -> str:
    return reverse(f"spark_hire:{name}", args=[house.job.pk])


def titles_at_vendor(house: House) -> list[str]:
    return [row["title"] for row in house.driver.control("GET", "/spark-hire/jobs").json]


@pytest.fixture
def unlinked(house: House) -> House:
    house.link.delete()
    return house


# ── Linking ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_existing_job_is_chosen_from_the_vendor_s_list_active_ones_first(unlinked: House) -> None:
    house = unlinked
    assert "Not linked to Spark Hire." in info(house)
    browser = house.browser()
    listed = text(browser.get(page("link", house)))
    assert "Choose an existing Spark Hire job" in listed
    assert listed.index("Senior Buyer, Austin, TX, US") < listed.index("Old Post, Reno, NV, US (inactive)")

    posted = browser.post(page("link", house), {"vendor_job": house.driver.job()})
    assert posted.status_code == 303
    shown = info(house)
    assert "Senior Buyer, Austin, TX, US" in shown
    assert "in Spark Hire · Active" in shown
    assert f"{house.driver.server.url}/spark-hire/company/jobs/{house.driver.job()}" in shown
    assert "No Question Set yet. Requests need one." in shown
    assert house.job_feed() == ["Kim Ito linked this job to Senior Buyer, Austin, TX, US in Spark Hire."]


def test_a_job_that_is_not_on_the_list_cannot_be_linked(unlinked: House) -> None:
    posted = unlinked.browser().post(page("link", unlinked), {"vendor_job": "made-up"})

    assert posted.status_code == 422
    assert JobLink.objects.count() == 0


def test_a_new_job_is_created_there_and_linked(unlinked: House) -> None:
    house = unlinked
    posted = house.browser().post(page("link", house), {**NEW, "create": "1"})
    assert posted.status_code == 303
    assert "Linking… Spark Hire is asked to create “Night Buyer”." in info(house)
    house.drain()

    link = JobLink.objects.get()
    assert (link.state, link.vendor_title, link.vendor_place) == ("linked", "Night Buyer", "Austin, TX, US")
    assert titles_at_vendor(house).count("Night Buyer") == 1
    assert "Called “Night Buyer” in Spark Hire." in info(house)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("title", "Enter a title."),
        ("city", "Enter a city."),
        ("region", "Enter a state."),
        ("country", "Enter a country."),
    ],
)
def test_a_job_without_a_location_is_not_created_there(unlinked: House, missing: str, sentence: str) -> None:
    house = unlinked
    with pytest.raises(InvalidInput) as refusal:
        job_links.link_new(job=house.job, by=house.kim, **{**NEW, missing: " "})
    assert refusal.value.fields == {missing: sentence}

    posted = house.browser().post(page("link", house), {**NEW, missing: "", "create": "1"})
    assert posted.status_code == 422
    assert sentence in text(posted)
    house.drain()
    assert JobLink.objects.count() == 0
    assert "Night Buyer" not in titles_at_vendor(house)


def test_the_form_is_filled_with_what_the_job_says(unlinked: House) -> None:
    shown = text(unlinked.browser().get(page("link", unlinked)))

    assert 'value="Senior Buyer"' in shown
    assert 'value="Austin"' in shown
    assert '<option value="US" selected>' in shown


def test_a_job_that_cannot_be_created_says_why_and_can_be_tried_again(unlinked: House) -> None:
    house = unlinked
    house.fault("create_job", "status", status=400, reason="Your plan allows 25 active jobs.")
    job_links.link_new(job=house.job, by=house.kim, **NEW)
    house.drain()

    assert "The job could not be created in Spark Hire. Your plan allows 25 active jobs." in info(house)
    assert "Link Job to Spark Hire" in info(house)
    job_links.link_new(job=house.job, by=house.kim, **NEW)
    house.drain()
    assert JobLink.objects.get().state == "linked"


def test_a_second_wish_to_create_waits_for_the_first(unlinked: House) -> None:
    job_links.link_new(job=unlinked.job, by=unlinked.kim, **NEW)

    with pytest.raises(Conflict) as refusal:
        job_links.link_new(job=unlinked.job, by=unlinked.sam, **NEW)
    assert refusal.value.code == "linking"
    unlinked.drain()
    assert titles_at_vendor(unlinked).count("Night Buyer") == 1


def test_a_job_whose_linker_lost_their_key_is_not_stuck(unlinked: House) -> None:
    house = unlinked
    house.user_act(house.kim, "revoke_key")
    job_links.link_new(job=house.job, by=house.kim, **NEW)
    house.drain()
    assert house.messages(topics.CREATE_JOB) == ["parked"]

    shown = info(house, house.sam)
    assert "Unlink" in shown
    assert house.browser(house.sam).post(page("unlink", house)).status_code == 303
    assert JobLink.objects.count() == 0
    job_links.link_new(job=house.job, by=house.sam, **NEW)
    house.drain()
    assert JobLink.objects.get().state == "linked"


def test_relinking_chooses_the_question_set_anew_and_leaves_open_requests_alone(house: House) -> None:
    request = house.sent()
    house.browser().post(page("link", house), {"vendor_job": house.driver.job("Old Post")})

    house.link.refresh_from_db()
    assert (house.link.vendor_title, house.link.question_set_id, house.link.vendor_is_active) == ("Old Post", "", False)
    house.play(request, "complete")
    assert house.refreshed(request).state == "completed"


def test_only_what_opens_a_new_tab_is_said_to(house: House) -> None:
    shown = info(house)

    assert "Open in Spark Hire leads to a new tab; sign in there." in shown
    assert "Opens in a new tab" not in shown


def test_unlinking_asks_once_and_keeps_what_runs(house: House) -> None:
    request = house.sent()
    browser = house.browser()
    asked = text(browser.get(page("unlink", house)))
    assert "Unlink" in asked
    assert "1 open request" in asked
    assert JobLink.objects.count() == 1

    assert browser.post(page("unlink", house)).status_code == 303
    assert JobLink.objects.count() == 0
    assert house.job_feed()[-1] == "Kim Ito unlinked this job from Spark Hire."
    house.play(request, "complete")
    assert house.refreshed(request).state == "completed"
    assert browser.post(page("unlink", house)).status_code == 303


# ── The question set ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_question_set_is_chosen_and_changed_for_new_requests_only(house: House) -> None:
    first = house.sent()
    browser = house.browser()
    shown = text(browser.get(page("question-set", house)))
    assert "Buyer basics (2 questions)" in shown
    assert "Edit in Spark Hire" in shown
    assert "Refresh list" in shown

    other = question_set(house.driver, "Engineering intro")
    posted = browser.post(page("question-set", house), {"question_set": other})
    assert posted.status_code == 303
    followed = text(browser.get(posted.headers["Location"]))
    assert "Question Set saved. New requests use it; requests already sent keep theirs." in followed
    assert house.job_feed() == ["Kim Ito chose the Question Set Engineering intro."]
    second = house.sent(application=house.another())
    assert (house.now(first).question_set_name, second.question_set_name) == ("Buyer basics", "Engineering intro")
    assert [each["text"] for each in house.there(second)["questions"]] == ["What did you build last?"]


def test_a_question_set_that_is_not_on_the_list_is_refused(house: House) -> None:
    posted = house.browser().post(page("question-set", house), {"question_set": "made-up"})

    assert posted.status_code == 422
    house.link.refresh_from_db()
    assert house.link.question_set_name == "Buyer basics"


def test_a_question_set_needs_a_linked_job(unlinked: House) -> None:
    posted = unlinked.browser().post(
        page("question-set", unlinked), {"question_set": question_set(unlinked.driver, "Buyer basics")}
    )

    assert posted.status_code == 409
    assert JobLink.objects.count() == 0


def test_a_question_set_deleted_there_fails_the_request_with_its_reason(house: House) -> None:
    JobLink.objects.update(question_set_id="00000000-0000-0000-0000-000000000000")
    request = house.ask()
    house.drain()

    assert house.now(request).failure == "interview_question_set: there is no such question set."


# ── The vendor does not answer ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "kind", "parameters"),
    [
        ("link", "status", {"status": 503}),
        ("question-set", "html", {"status": 200}),
        ("link", "truncated", {}),
        ("question-set", "reset_before", {}),
        ("link", "rate_limit", {"seconds": 5}),
        ("question-set", "rate_limit", {"seconds": 5}),
    ],
)
def test_a_list_that_cannot_be_read_says_so_on_the_panel(
    house: House, name: str, kind: str, parameters: dict[str, Any]
) -> None:
    operation = "list_jobs" if name == "link" else "list_question_sets"
    house.fault(operation, kind, times=2, **parameters)
    browser = house.browser()

    for response in (browser.get(page(name, house)), browser.post(page(name, house), {"question_set": "x"})):
        assert response.status_code == 503
        assert "Changing the link or Question Set has to wait." in text(response)
        assert "Buyer basics, 2 questions" in text(response)
    assert browser.get(page(name, house)).status_code == 200


def test_a_slow_list_ends_with_the_page_s_deadline(house: House, settings: Any) -> None:
    settings.VENDOR_PAGE_DEADLINE_SECONDS = 0.5
    house.fault("list_jobs", "slow_before", seconds=3)

    response = house.browser().get(page("link", house))
    assert response.status_code == 503
    assert "Spark Hire isn't answering. Changing the link or Question Set has to wait." in text(response)


def test_a_refused_key_is_named_as_the_reason(house: House) -> None:
    house.user_act(house.kim, "revoke_key")

    response = house.browser().get(page("link", house))
    assert response.status_code == 503
    assert "Spark Hire no longer accepts your User API Key. Replace it, or ask an Administrator." in text(response)


# ── Checking again ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_check_again_learns_that_the_job_is_active(house: House) -> None:
    JobLink.objects.update(vendor_is_active=False)
    shown = info(house)
    assert "This job is inactive in Spark Hire, so no requests can be sent and invited candidates cannot" in shown
    assert "Check again" in shown

    browser = house.browser()
    posted = browser.post(page("check", house))
    assert posted.status_code == 303
    assert "The job is active in Spark Hire." in text(browser.get(posted.headers["Location"]))
    house.link.refresh_from_db()
    assert house.link.vendor_is_active is True


def test_check_again_says_that_it_is_still_inactive(house: House) -> None:
    house.job_act("deactivate")
    browser = house.browser()
    posted = browser.post(page("check", house))

    assert "The job is still inactive in Spark Hire." in text(browser.get(posted.headers["Location"]))


@pytest.mark.parametrize("status", [404, 503, 401])
def test_check_again_without_an_answer_says_so(house: House, status: int) -> None:
    house.fault("get_job", "status", status=status)
    posted = house.browser().post(page("check", house))

    assert posted.status_code == (409 if status == 404 else 503)
    house.link.refresh_from_db()
    assert (house.link.state, house.link.vendor_is_active) == ("linked", True)


def test_check_again_learns_that_the_job_is_gone(house: House) -> None:
    house.job_act("delete")
    posted = house.browser().post(page("check", house))

    assert "Spark Hire does not show you this job." in text(posted)
    house.drain()
    house.link.refresh_from_db()
    assert house.link.state == "broken"


@pytest.mark.parametrize(
    ("name", "operation"), [("link", "list_jobs"), ("question-set", "list_question_sets"), ("check", "get_job")]
)
@pytest.mark.parametrize(
    ("checked", "status", "sentence"),
    [
        (None, 409, "Spark Hire does not let you do this. It says: Evaluators cannot do this."),
        (403, 503, "Spark Hire no longer accepts your User API Key."),
        (503, 503, "Changing the link or Question Set has to wait."),
    ],
)
def test_a_page_says_what_the_vendor_forbids(
    house: House, name: str, operation: str, checked: int | None, status: int, sentence: str
) -> None:
    house.fault(operation, "forbidden", reason="Evaluators cannot do this.")
    if checked is not None:
        house.fault("me", "status", status=checked)
    browser = house.browser()
    response = browser.post(page(name, house)) if name == "check" else browser.get(page(name, house))

    assert response.status_code == status
    assert sentence in text(response)
    assert house.key(house.kim).state == "accepted"


def test_a_job_deleted_there_breaks_the_link_once_both_keys_say_so(house: House) -> None:
    house.fault("get_job", "status", status=404, key=house.secret(house.kim))
    job_links.refresh.enqueue(house.link)
    house.drain()
    house.link.refresh_from_db()
    assert house.link.state == "linked"

    house.job_act("delete")
    job_links.refresh.enqueue(house.link)
    house.drain()
    house.link.refresh_from_db()
    assert house.link.state == "broken"
    shown = info(house)
    assert "The linked job no longer exists in Spark Hire. Link another; history stays." in shown
    assert "Link Job to Spark Hire" in shown


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["link", "question-set", "unlink", "check"])
def test_only_those_with_a_role_and_a_key_of_their_own_change_links(house: House, name: str) -> None:
    keyless = factories.on_team(house.job)
    outsider = factories.MembershipFactory(company=house.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member, status in ((keyless, 403), (house.ivy, 403), (outsider, 404), (stranger, 404)):
        assert house.browser(member).post(page(name, house), {"vendor_job": house.driver.job()}).status_code == status
    house.link.refresh_from_db()
    assert (house.link.vendor_title, house.link.question_set_name) == ("Senior Buyer", "Buyer basics")


def test_who_has_no_key_reads_who_can_help(house: House) -> None:
    keyless = factories.on_team(house.job)

    shown = info(house, keyless)
    assert (
        "Only users with their own linked Spark Hire key can link this job. Dana Cole, Kim Ito and Sam Ortiz can."
        in shown
    )
    assert "Change link" not in shown
    with pytest.raises(NotAllowed) as refusal:
        job_links.unlink(job=house.job, by=keyless)
    assert "Dana Cole or Kim Ito or Sam Ortiz can." in str(refusal.value)


def test_nothing_is_linked_while_the_integration_is_off(house: House) -> None:
    installations.switch(installation=house.installation, on=False, by=house.dana)

    with pytest.raises(Conflict) as refusal:
        job_links.link_new(job=house.job, by=house.kim, **NEW)
    assert refusal.value.code == "integration_off"
    assert "Video Interviewing is off." in info(house, house.dana)
    assert "Video Interviewing" not in info(house, house.kim)


def test_a_job_of_another_company_cannot_be_linked(house: House) -> None:
    foreign = factories.JobFactory(company=factories.CompanyFactory())

    with refuses(NotFound):
        job_links.link_new(job=foreign, by=house.dana, **NEW)
