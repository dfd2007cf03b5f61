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
from tests.spark_hire.scenario import Scenario, question_set, text

NEW = {"title": "Night Buyer", "city": "Austin", "region": "TX", "country": "US"}


def info(scenario: Scenario, member: Any = None) -> str:
    return text(
        scenario.browser(member).get(reverse("jobs:info", args=[scenario.job.pk]), {"open": "video-interviewing"})
    )


def page(name: str, scenario: Scenario) -> str:
    return reverse(f"spark_hire:{name}", args=[scenario.job.pk])


def titles_at_vendor(scenario: Scenario) -> list[str]:
    return [row["title"] for row in scenario.driver.control("GET", "/spark-hire/jobs").json]


@pytest.fixture
def unlinked(scenario: Scenario) -> Scenario:
    scenario.link.delete()
    return scenario


# ── Linking ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_existing_job_is_chosen_from_the_vendor_s_list_active_ones_first(unlinked: Scenario) -> None:
    scenario = unlinked
    assert "Not linked to Spark Hire." in info(scenario)
    browser = scenario.browser()
    listed = text(browser.get(page("link", scenario)))
    assert "Choose an existing Spark Hire job" in listed
    assert listed.index("Senior Buyer, Austin, TX, US") < listed.index("Old Post, Reno, NV, US (inactive)")

    posted = browser.post(page("link", scenario), {"vendor_job": scenario.driver.job()})
    assert posted.status_code == 303
    shown = info(scenario)
    assert "Senior Buyer, Austin, TX, US" in shown
    assert "in Spark Hire · Active" in shown
    assert f"{scenario.driver.server.url}/spark-hire/company/jobs/{scenario.driver.job()}" in shown
    assert "No Question Set yet. Requests need one." in shown
    assert scenario.job_feed() == ["Kim Ito linked this job to Senior Buyer, Austin, TX, US in Spark Hire."]


def test_a_job_that_is_not_on_the_list_cannot_be_linked(unlinked: Scenario) -> None:
    posted = unlinked.browser().post(page("link", unlinked), {"vendor_job": "made-up"})

    assert posted.status_code == 422
    assert JobLink.objects.count() == 0


def test_a_new_job_is_created_there_and_linked(unlinked: Scenario) -> None:
    scenario = unlinked
    posted = scenario.browser().post(page("link", scenario), {**NEW, "create": "1"})
    assert posted.status_code == 303
    assert "Linking… Spark Hire is asked to create “Night Buyer”." in info(scenario)
    scenario.drain()

    link = JobLink.objects.get()
    assert (link.state, link.vendor_title, link.vendor_place) == ("linked", "Night Buyer", "Austin, TX, US")
    assert titles_at_vendor(scenario).count("Night Buyer") == 1
    assert "Called “Night Buyer” in Spark Hire." in info(scenario)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("title", "Enter a title."),
        ("city", "Enter a city."),
        ("region", "Enter a state."),
        ("country", "Enter a country."),
    ],
)
def test_a_job_without_a_location_is_not_created_there(unlinked: Scenario, missing: str, sentence: str) -> None:
    scenario = unlinked
    with pytest.raises(InvalidInput) as refusal:
        job_links.link_new(job=scenario.job, by=scenario.kim, **{**NEW, missing: " "})
    assert refusal.value.fields == {missing: sentence}

    posted = scenario.browser().post(page("link", scenario), {**NEW, missing: "", "create": "1"})
    assert posted.status_code == 422
    assert sentence in text(posted)
    scenario.drain()
    assert JobLink.objects.count() == 0
    assert "Night Buyer" not in titles_at_vendor(scenario)


def test_the_form_is_filled_with_what_the_job_says(unlinked: Scenario) -> None:
    shown = text(unlinked.browser().get(page("link", unlinked)))

    assert 'value="Senior Buyer"' in shown
    assert 'value="Austin"' in shown
    assert '<option value="US" selected>' in shown


def test_a_job_that_cannot_be_created_says_why_and_can_be_tried_again(unlinked: Scenario) -> None:
    scenario = unlinked
    scenario.fault("create_job", "status", status=400, reason="Your plan allows 25 active jobs.")
    job_links.link_new(job=scenario.job, by=scenario.kim, **NEW)
    scenario.drain()

    assert "The job could not be created in Spark Hire. Your plan allows 25 active jobs." in info(scenario)
    assert "Link Job to Spark Hire" in info(scenario)
    job_links.link_new(job=scenario.job, by=scenario.kim, **NEW)
    scenario.drain()
    assert JobLink.objects.get().state == "linked"


def test_a_second_wish_to_create_waits_for_the_first(unlinked: Scenario) -> None:
    job_links.link_new(job=unlinked.job, by=unlinked.kim, **NEW)

    with pytest.raises(Conflict) as refusal:
        job_links.link_new(job=unlinked.job, by=unlinked.sam, **NEW)
    assert refusal.value.code == "linking"
    unlinked.drain()
    assert titles_at_vendor(unlinked).count("Night Buyer") == 1


def test_a_job_whose_linker_lost_their_key_is_not_stuck(unlinked: Scenario) -> None:
    scenario = unlinked
    scenario.user_action(scenario.kim, "revoke_key")
    job_links.link_new(job=scenario.job, by=scenario.kim, **NEW)
    scenario.drain()
    assert scenario.messages(topics.CREATE_JOB) == ["parked"]

    shown = info(scenario, scenario.sam)
    assert "Unlink" in shown
    assert scenario.browser(scenario.sam).post(page("unlink", scenario)).status_code == 303
    assert JobLink.objects.count() == 0
    job_links.link_new(job=scenario.job, by=scenario.sam, **NEW)
    scenario.drain()
    assert JobLink.objects.get().state == "linked"


def test_relinking_chooses_the_question_set_anew_and_leaves_open_requests_alone(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.browser().post(page("link", scenario), {"vendor_job": scenario.driver.job("Old Post")})

    scenario.link.refresh_from_db()
    assert (scenario.link.vendor_title, scenario.link.question_set_id, scenario.link.vendor_is_active) == (
        "Old Post",
        "",
        False,
    )
    scenario.perform(request, "complete")
    assert scenario.refreshed(request).state == "completed"


def test_only_what_opens_a_new_tab_is_said_to(scenario: Scenario) -> None:
    shown = info(scenario)

    assert "Open in Spark Hire leads to a new tab; sign in there." in shown
    assert "Opens in a new tab" not in shown


def test_unlinking_asks_once_and_keeps_what_runs(scenario: Scenario) -> None:
    request = scenario.sent()
    browser = scenario.browser()
    asked = text(browser.get(page("unlink", scenario)))
    assert "Unlink" in asked
    assert "1 open request" in asked
    assert JobLink.objects.count() == 1

    assert browser.post(page("unlink", scenario)).status_code == 303
    assert JobLink.objects.count() == 0
    assert scenario.job_feed()[-1] == "Kim Ito unlinked this job from Spark Hire."
    scenario.perform(request, "complete")
    assert scenario.refreshed(request).state == "completed"
    assert browser.post(page("unlink", scenario)).status_code == 303


# ── The question set ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_question_set_is_chosen_and_changed_for_new_requests_only(scenario: Scenario) -> None:
    first = scenario.sent()
    browser = scenario.browser()
    shown = text(browser.get(page("question-set", scenario)))
    assert "Buyer basics (2 questions)" in shown
    assert "Edit in Spark Hire" in shown
    assert "Refresh list" in shown

    other = question_set(scenario.driver, "Engineering intro")
    posted = browser.post(page("question-set", scenario), {"question_set": other})
    assert posted.status_code == 303
    followed = text(browser.get(posted.headers["Location"]))
    assert "Question Set saved. New requests use it; requests already sent keep theirs." in followed
    assert scenario.job_feed() == ["Kim Ito chose the Question Set Engineering intro."]
    second = scenario.sent(application=scenario.another())
    assert (scenario.now(first).question_set_name, second.question_set_name) == ("Buyer basics", "Engineering intro")
    assert [each["text"] for each in scenario.there(second)["questions"]] == ["What did you build last?"]


def test_a_question_set_that_is_not_on_the_list_is_refused(scenario: Scenario) -> None:
    posted = scenario.browser().post(page("question-set", scenario), {"question_set": "made-up"})

    assert posted.status_code == 422
    scenario.link.refresh_from_db()
    assert scenario.link.question_set_name == "Buyer basics"


def test_a_question_set_needs_a_linked_job(unlinked: Scenario) -> None:
    posted = unlinked.browser().post(
        page("question-set", unlinked), {"question_set": question_set(unlinked.driver, "Buyer basics")}
    )

    assert posted.status_code == 409
    assert JobLink.objects.count() == 0


def test_a_question_set_deleted_there_fails_the_request_with_its_reason(scenario: Scenario) -> None:
    JobLink.objects.update(question_set_id="00000000-0000-0000-0000-000000000000")
    request = scenario.ask()
    scenario.drain()

    assert scenario.now(request).failure == "interview_question_set: there is no such question set."


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
    scenario: Scenario, name: str, kind: str, parameters: dict[str, Any]
) -> None:
    operation = "list_jobs" if name == "link" else "list_question_sets"
    scenario.fault(operation, kind, times=2, **parameters)
    browser = scenario.browser()

    for response in (browser.get(page(name, scenario)), browser.post(page(name, scenario), {"question_set": "x"})):
        assert response.status_code == 503
        assert "Changing the link or Question Set has to wait." in text(response)
        assert "Buyer basics, 2 questions" in text(response)
    assert browser.get(page(name, scenario)).status_code == 200


def test_a_slow_list_ends_with_the_page_s_deadline(scenario: Scenario, settings: Any) -> None:
    settings.VENDOR_PAGE_DEADLINE_SECONDS = 0.5
    scenario.fault("list_jobs", "slow_before", seconds=3)

    response = scenario.browser().get(page("link", scenario))
    assert response.status_code == 503
    assert "Spark Hire isn't answering. Changing the link or Question Set has to wait." in text(response)


def test_a_refused_key_is_named_as_the_reason(scenario: Scenario) -> None:
    scenario.user_action(scenario.kim, "revoke_key")

    response = scenario.browser().get(page("link", scenario))
    assert response.status_code == 503
    assert "Spark Hire no longer accepts your User API Key. Replace it, or ask an Administrator." in text(response)


# ── Checking again ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_check_again_learns_that_the_job_is_active(scenario: Scenario) -> None:
    JobLink.objects.update(vendor_is_active=False)
    shown = info(scenario)
    assert "This job is inactive in Spark Hire, so no requests can be sent and invited candidates cannot" in shown
    assert "Check again" in shown

    browser = scenario.browser()
    posted = browser.post(page("check", scenario))
    assert posted.status_code == 303
    assert "The job is active in Spark Hire." in text(browser.get(posted.headers["Location"]))
    scenario.link.refresh_from_db()
    assert scenario.link.vendor_is_active is True


def test_check_again_says_that_it_is_still_inactive(scenario: Scenario) -> None:
    scenario.job_action("deactivate")
    browser = scenario.browser()
    posted = browser.post(page("check", scenario))

    assert "The job is still inactive in Spark Hire." in text(browser.get(posted.headers["Location"]))


@pytest.mark.parametrize("status", [404, 503, 401])
def test_check_again_without_an_answer_says_so(scenario: Scenario, status: int) -> None:
    scenario.fault("get_job", "status", status=status)
    posted = scenario.browser().post(page("check", scenario))

    assert posted.status_code == (409 if status == 404 else 503)
    scenario.link.refresh_from_db()
    assert (scenario.link.state, scenario.link.vendor_is_active) == ("linked", True)


def test_check_again_learns_that_the_job_is_gone(scenario: Scenario) -> None:
    scenario.job_action("delete")
    posted = scenario.browser().post(page("check", scenario))

    assert "Spark Hire does not show you this job." in text(posted)
    scenario.drain()
    scenario.link.refresh_from_db()
    assert scenario.link.state == "broken"


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
    scenario: Scenario, name: str, operation: str, checked: int | None, status: int, sentence: str
) -> None:
    scenario.fault(operation, "forbidden", reason="Evaluators cannot do this.")
    if checked is not None:
        scenario.fault("me", "status", status=checked)
    browser = scenario.browser()
    response = browser.post(page(name, scenario)) if name == "check" else browser.get(page(name, scenario))

    assert response.status_code == status
    assert sentence in text(response)
    assert scenario.key(scenario.kim).state == "accepted"


def test_a_job_deleted_there_breaks_the_link_once_both_keys_say_so(scenario: Scenario) -> None:
    scenario.fault("get_job", "status", status=404, key=scenario.secret(scenario.kim))
    job_links.refresh.enqueue(scenario.link)
    scenario.drain()
    scenario.link.refresh_from_db()
    assert scenario.link.state == "linked"

    scenario.job_action("delete")
    job_links.refresh.enqueue(scenario.link)
    scenario.drain()
    scenario.link.refresh_from_db()
    assert scenario.link.state == "broken"
    shown = info(scenario)
    assert "The linked job no longer exists in Spark Hire. Link another; history stays." in shown
    assert "Link Job to Spark Hire" in shown


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["link", "question-set", "unlink", "check"])
def test_only_those_with_a_role_and_a_key_of_their_own_change_links(scenario: Scenario, name: str) -> None:
    keyless = factories.on_team(scenario.job)
    outsider = factories.MembershipFactory(company=scenario.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member, status in ((keyless, 403), (scenario.ivy, 403), (outsider, 404), (stranger, 404)):
        assert (
            scenario.browser(member).post(page(name, scenario), {"vendor_job": scenario.driver.job()}).status_code
            == status
        )
    scenario.link.refresh_from_db()
    assert (scenario.link.vendor_title, scenario.link.question_set_name) == ("Senior Buyer", "Buyer basics")


def test_who_has_no_key_reads_who_can_help(scenario: Scenario) -> None:
    keyless = factories.on_team(scenario.job)

    shown = info(scenario, keyless)
    assert (
        "Only users with their own linked Spark Hire key can link this job. Dana Cole, Kim Ito and Sam Ortiz can."
        in shown
    )
    assert "Change link" not in shown
    with pytest.raises(NotAllowed) as refusal:
        job_links.unlink(job=scenario.job, by=keyless)
    assert "Dana Cole or Kim Ito or Sam Ortiz can." in str(refusal.value)


def test_nothing_is_linked_while_the_integration_is_off(scenario: Scenario) -> None:
    installations.switch(installation=scenario.installation, on=False, by=scenario.dana)

    with pytest.raises(Conflict) as refusal:
        job_links.link_new(job=scenario.job, by=scenario.kim, **NEW)
    assert refusal.value.code == "integration_off"
    assert "Video Interviewing is off." in info(scenario, scenario.dana)
    assert "Video Interviewing" not in info(scenario, scenario.kim)


def test_a_job_of_another_company_cannot_be_linked(scenario: Scenario) -> None:
    foreign = factories.JobFactory(company=factories.CompanyFactory())

    with refuses(NotFound):
        job_links.link_new(job=foreign, by=scenario.dana, **NEW)
