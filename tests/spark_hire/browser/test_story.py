"""The seed's story through pages: from a feature that is off to a recording that is watched, and its bad days.

Read it beside the seed; each test is a chapter of it, with everything running that runs in production. What the
chapters before brought about is made without pages.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from integrations.spark_hire.models import InterviewRequest
from recruiting.applications.models import Application
from tests import factories
from tests.browser.scenario import PASSWORD, Visitor, start_scenario
from tests.spark_hire.browser.scenario import Scenario

pytestmark = pytest.mark.django_db(transaction=True)

NO_SECOND_REQUEST = (
    "You cannot send the candidate a second video interview request from Throughline after they've completed a video "
    "interview."
)


@pytest.fixture
def scenario(browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[Scenario]:
    """Start the scenario."""
    with start_scenario(Scenario, browser=browser, url=live_server.url, folder=tmp_path, settings=settings) as opened:
        yield opened


@pytest.fixture
def connected(scenario: Scenario) -> Scenario:
    """Start the scenario with Video Interviewing set up."""
    scenario.connect()
    return scenario


def open_tab(visitor: Visitor, application: Application) -> None:
    """Open the Video Interview tab of a candidate."""
    visitor.page.goto(f"/candidates/{application.candidate_id}/applications/{application.pk}/video-interview/")


def open_newsfeed(visitor: Visitor, application: Application) -> None:
    """Open a candidate's newsfeed."""
    visitor.page.goto(f"/candidates/{application.candidate_id}/applications/{application.pk}/")


def request_interview(visitor: Visitor) -> None:
    """Send a request from the open Video Interview tab, with the date that it offers, and see it arrive there."""
    visitor.click("Request Video Interview", role="link")
    expect(visitor.page.get_by_label("Expiration Date")).to_be_focused()
    visitor.sees("Expires at midnight as")
    visitor.click("Send Request")
    expect(visitor.page.locator("#video-interview-card-title")).to_be_focused()
    visitor.sees("Requested", inside="#video-interview-card")  # the card asks by itself until it is there


def entries_of(visitor: Visitor) -> list[str]:
    """Return the titles of the newsfeed on the page, oldest first."""
    titles = visitor.page.locator(".tl-entry__title").all_inner_texts()
    return [title for title in reversed(titles) if title.startswith("Video Interview")]


def record(candidate: Visitor) -> None:
    """Be interviewed, from the invitation's page to the end."""
    for step in ("Accept the invitation", "Start the interview", "Finish and submit"):
        candidate.click(step)
    candidate.sees("Thank you.", inside="body")


def test_platform_staff_enable_it_and_an_administrator_connects_it(scenario: Scenario) -> None:
    # Recruiting Support enables the feature for the company.
    staff = scenario.visitor().sign_in_by_form(
        factories.UserFactory(email="staff@throughline.example", password=PASSWORD, is_staff=True, is_superuser=True)
    )
    staff.page.goto("/admin/companies/company/")
    staff.click("Acme Manufacturing", role="link")
    staff.click("Enable Video Interviewing for this company", role="link")
    staff.page.get_by_label("Reason").fill("They bought a Spark Hire account.")
    staff.page.get_by_role("button", name=re.compile("^Enable for")).click()
    staff.sees("Disable Video Interviewing for this company", inside="body")

    # The Administrator: toggle, Add Users, paste keys, Primary User.
    dana = scenario.visitor().sign_in_by_form(scenario.administrator.user)
    dana.page.goto("/settings/integrations/")
    dana.page.get_by_role("link", name=re.compile("Video Interviewing|Open settings|Set up")).first.click()
    dana.sees("1. Spark Hire Integration")
    dana.page.get_by_label("Spark Hire Integration", exact=True).check()
    dana.page.locator("#save-switch").click()
    dana.sees("Saved.", inside="#toasts")
    dana.click("Add Users", role="link")
    dana.page.get_by_label("Dana Cole").check()
    dana.page.get_by_label("Kim Ito").check()
    dana.click("Save", inside="dialog[open]")
    dana.sees("Users added. Paste their keys next.", inside="#toasts")
    for member in (scenario.administrator, scenario.recruiter):
        dana.page.get_by_label(f"User API Key of {member.name}").fill(scenario.keys[member.user.email])
    dana.page.locator("#save-keys").click()
    expect(dana.page.locator("#users").get_by_text("•••• ")).to_have_count(2)
    assert scenario.keys[scenario.recruiter.user.email] not in dana.page.content()
    dana.page.get_by_label("Primary User", exact=True).select_option(label="Dana Cole")
    dana.page.locator("#save-primary").click()
    dana.sees("Saved.", inside="#toasts")
    dana.is_accessible()


def test_a_recruiter_links_the_job_and_asks_for_an_interview(scenario: Scenario) -> None:
    scenario.connect_account()
    scenario.apply("Ada", "Lovelace")

    # More Info › Job Info › Video Interviewing › Link Job to Spark Hire › Question Set.
    kim = scenario.signed_in(scenario.recruiter)
    kim.page.goto("/jobs/")
    kim.click("Senior Buyer", role="link", inside="main")
    kim.click("More Info", role="link")
    kim.sees("Job Info", inside="dialog[open]")
    kim.click("Link Job to Spark Hire", role="link", inside="dialog[open]")
    with scenario.worker.resting():
        kim.click("Create and link job", inside="dialog[open]")
        kim.sees("Linking…", inside="dialog[open]")
    kim.sees("in Spark Hire · Active", inside="dialog[open]")  # the window follows by itself
    kim.click("Change link", role="link", inside="dialog[open]")
    existing = kim.page.get_by_label("Choose an existing Spark Hire job")
    existing.select_option(label="Senior Buyer, Austin, TX, US")
    kim.click("Link job", inside="dialog[open]")
    kim.sees("in Spark Hire · Active", inside="dialog[open]")
    kim.click("Question Set", role="link", inside="dialog[open]")
    kim.page.get_by_label("Question Set", exact=True).select_option(label="Buyer basics (2 questions)")
    kim.click("Save", inside="dialog[open]")
    kim.sees("Buyer basics, 2 questions", inside="dialog[open]")
    kim.is_accessible()
    kim.click("Close", role="link", inside="dialog[open]")

    # Sending.
    kim.click("Ada Lovelace", role="link", inside="main")
    kim.page.get_by_role("link", name=re.compile("^Video Interview")).click()
    kim.sees("Invite Ada Lovelace to a one-way video interview for Senior Buyer.")
    kim.is_accessible()
    kim.click("Request Video Interview", role="link")
    expect(kim.page.get_by_label("Expiration Date")).to_be_focused()
    kim.is_accessible()
    kim.click("Back", role="link")
    request_interview(kim)
    kim.is_accessible()


def test_the_candidate_records_and_an_interviewer_watches(connected: Scenario) -> None:
    scenario = connected
    ada = scenario.apply("Ada", "Lovelace")
    scenario.ask(ada)
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada)

    # The candidate, at Spark Hire.
    candidate = scenario.visitor(at=scenario.sandbox.url)
    candidate.page.goto(scenario.invitation_of(ada))
    candidate.click("Accept the invitation")
    kim.sees_after_reload("Accepted", inside="#video-interview-card")
    candidate.click("Start the interview")
    scenario.move_clock(by="+1 day")  # no event tells of a start: Throughline asks after two quiet hours
    scenario.reconcile()
    kim.sees_after_reload("In Progress", inside="#video-interview-card")
    candidate.click("Finish and submit")
    candidate.sees("Thank you.", inside="body")
    kim.sees_after_reload("Video Interview Complete", inside="#video-interview-card")

    open_newsfeed(kim, ada)
    kim.sees("Video Interview Completed")
    assert entries_of(kim) == [f"Video Interview {word}" for word in ("Requested", "Accepted", "Started", "Completed")]
    kim.is_accessible()

    # An interviewer without a key watches in a new window.
    sam = scenario.signed_in(scenario.interviewer)
    open_tab(sam, ada)
    sam.sees_after_reload("View Completed Interview", inside="#video-interview-card")
    with sam.context.expect_page() as opened:
        sam.page.get_by_role("link", name=re.compile("^View Completed Interview")).click()
    window = opened.value
    expect(window.locator("body")).to_contain_text("Shared by link, no login needed.")
    assert window.url.startswith(f"{scenario.sandbox.url}/spark-hire/share/")
    sam.is_accessible()


@pytest.mark.every_page
def test_a_second_request_is_refused_also_from_a_page_that_was_opened_before(connected: Scenario) -> None:
    scenario = connected
    ada = scenario.apply("Ada", "Lovelace")
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada)
    kim.click("Request Video Interview", role="link")
    kim.sees("Expires at midnight as")
    left_open = kim.context.new_page()
    left_open.goto(kim.page.url)

    scenario.ask(ada)
    candidate = scenario.visitor(at=scenario.sandbox.url)
    candidate.page.goto(scenario.invitation_of(ada))
    record(candidate)

    open_tab(kim, ada)
    kim.sees_after_reload(NO_SECOND_REQUEST)
    expect(kim.page.get_by_role("link", name="Request Video Interview")).to_have_count(0)
    left_open.get_by_role("button", name="Send Request").click()
    expect(left_open.get_by_role("alert").filter(has_text=NO_SECOND_REQUEST)).to_be_visible()
    left_open.goto(left_open.url)
    expect(left_open.get_by_role("main")).to_contain_text(NO_SECOND_REQUEST)
    expect(left_open.get_by_role("button", name="Send Request")).to_have_count(0)
    assert InterviewRequest.objects.filter(application=ada).count() == 1


@pytest.mark.every_page
def test_the_tab_and_the_chip_follow_the_card_without_a_reload(connected: Scenario) -> None:
    scenario = connected
    ada = scenario.apply("Ada", "Lovelace")
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada)
    kim.click("Request Video Interview", role="link")
    kim.sees("Expires at midnight as")

    with scenario.worker.resting():
        kim.click("Send Request")
        kim.sees("On its way to Spark Hire.")
        kim.sees("Video: Sending", inside=".tl-page-header")
        kim.page.get_by_role("link", name=re.compile("^Video Interview ?, Sending$")).focus()

    kim.sees("Video: Requested", inside=".tl-page-header")
    expect(kim.page.get_by_role("link", name=re.compile("^Video Interview ?, Requested$"))).to_be_focused()
    kim.sees("You asked on", inside="#video-interview-card")
    expect(kim.page.locator("[data-poll]")).to_have_count(0)


@pytest.mark.every_page
def test_a_typed_key_is_not_lost_by_sending_another_form_or_by_going_elsewhere(connected: Scenario) -> None:
    dana = connected.signed_in(connected.administrator)
    dana.page.goto("/settings/integrations/video-interviewing/")
    dana.click("Actions for Kim Ito")
    dana.click("Replace key", role="link")
    field = dana.page.get_by_label("User API Key of Kim Ito")
    expect(field).to_be_focused()
    dana.is_accessible()
    field.fill("typed")

    for leave in ("#save-switch", "#test-connection"):
        dana.page.locator(leave).click()
        expect(dana.page.get_by_role("button", name="Stay")).to_be_focused()
        dana.click("Stay")
        expect(field).to_have_value("typed")
        expect(dana.page.locator(leave)).not_to_have_attribute("aria-disabled", "true")

    dana.page.get_by_role("link", name=re.compile("^Keep the old one")).click()
    dana.click("Leave")
    expect(field).to_have_count(0)
    dana.sees("•••• ")


def test_canceled_and_sent_again(connected: Scenario) -> None:
    scenario = connected
    grace = scenario.apply("Grace", "Hopper")
    scenario.ask(grace)
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, grace)
    kim.sees("Requested", inside="#video-interview-card")

    kim.click("Cancel Request", role="link")
    expect(kim.page.get_by_role("heading", name="Cancel Video Interview Request")).to_be_visible()
    kim.is_accessible()
    kim.click("Yes, Cancel Request", inside="dialog[open]")
    kim.sees("Video interview request canceled.", inside="#toasts")
    kim.sees("Canceled by you", inside="#video-interview-card")
    kim.sees("You can proceed with sending a new video interview request at this time.")

    request_interview(kim)
    open_newsfeed(kim, grace)
    kim.sees("Video Interview Canceled")
    assert entries_of(kim) == [f"Video Interview {word}" for word in ("Requested", "Canceled", "Requested")]


@pytest.mark.every_page
def test_expired_and_still_completed(connected: Scenario) -> None:
    scenario = connected
    grace = scenario.apply("Grace", "Hopper")
    scenario.ask(grace, days=1)
    kim = scenario.signed_in(scenario.recruiter)
    tester = scenario.visitor(at=scenario.sandbox.url)
    tester.page.goto(scenario.invitation_of(grace))
    tester.click("Tester: play Spark Hire's users instead", role="link")

    scenario.move_clock(move="To the next midnight")
    scenario.sweep()
    open_tab(kim, grace)
    kim.sees_after_reload("Expired", inside="#video-interview-card")
    open_newsfeed(kim, grace)
    kim.sees("Video Interview Expired")

    tester.page.reload()
    tester.click("Was finished a minute ahead of the deadline")
    open_tab(kim, grace)
    kim.sees_after_reload("Video Interview Complete", inside="#video-interview-card")
    open_newsfeed(kim, grace)
    kim.sees("Grace Hopper completed the video interview in time; we heard of it at 00:0")
    assert entries_of(kim) == [f"Video Interview {word}" for word in ("Requested", "Expired", "Completed")]


def tab_to(visitor: Visitor, locator: Locator) -> None:
    """Press Tab until something has focus, and see that one can see it."""
    for _ in range(80):
        if locator.evaluate("element => element === document.activeElement"):
            break
        visitor.page.keyboard.press("Tab")
    expect(locator).to_be_focused()
    width = locator.evaluate("element => parseFloat(getComputedStyle(element).outlineWidth)")
    shadow = locator.evaluate("element => getComputedStyle(element).boxShadow")
    assert width >= 2 or shadow != "none", "focus that nobody sees"


def test_a_move_and_a_request_by_keyboard_alone(connected: Scenario) -> None:
    scenario = connected
    ada = scenario.apply("Ada", "Lovelace")
    scenario.apply("Grace", "Hopper")
    kim = scenario.signed_in(scenario.recruiter)
    page = kim.page
    keys = page.keyboard
    page.goto("/")

    keys.press("g")
    keys.press("j")
    expect(page.get_by_role("heading", name="Jobs", level=1)).to_be_focused()
    tab_to(kim, page.get_by_role("main").get_by_role("link", name="Senior Buyer", exact=True))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Senior Buyer", level=1)).to_be_focused()
    tab_to(kim, page.get_by_role("link", name="Ada Lovelace", exact=True))
    keys.press("m")
    expect(page.get_by_label("Find a step")).to_be_focused()
    keys.type("phone")
    keys.press("Enter")
    kim.sees("Ada Lovelace moved", inside="#toasts")
    expect(page.get_by_role("region", name=re.compile("^Phone Screen"))).to_contain_text("Ada Lovelace")
    expect(page.locator("[data-card]", has_text="Grace Hopper")).to_be_focused()

    tab_to(kim, page.get_by_role("main").get_by_role("link", name="Ada Lovelace", exact=True))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Ada Lovelace", level=1)).to_be_focused()
    for tab in ("application", "notes", "files", "video-interview"):
        keys.press("]")
        page.wait_for_url(f"**/{tab}/")
    tab_to(kim, page.get_by_role("link", name="Request Video Interview"))
    keys.press("Enter")
    expect(page.get_by_label("Expiration Date")).to_be_focused()
    tab_to(kim, page.get_by_role("button", name="Send Request"))
    keys.press("Enter")
    expect(page.locator("#video-interview-card-title")).to_be_focused()
    kim.sees("Requested", inside="#video-interview-card")
    assert scenario.invitation_of(ada)


def test_requesting_and_recording_on_a_phone(connected: Scenario) -> None:
    scenario = connected
    ada = scenario.apply("Ada", "Lovelace")
    kim = scenario.signed_in(scenario.recruiter, width=390)
    page = kim.page
    page.goto(f"/jobs/{scenario.job.pk}/")
    kim.is_accessible()
    page.get_by_role("main").get_by_role("link", name="Ada Lovelace", exact=True).tap()
    page.get_by_role("link", name=re.compile("^Video Interview")).tap()
    page.get_by_role("link", name="Request Video Interview").tap()
    expect(page.get_by_label("Expiration Date")).to_be_focused()
    kim.is_accessible()
    page.get_by_role("button", name="Send Request").tap()
    kim.sees("Requested", inside="#video-interview-card")
    kim.is_accessible()

    candidate = scenario.visitor(at=scenario.sandbox.url, width=390)
    candidate.page.goto(scenario.invitation_of(ada))
    for step in ("Accept the invitation", "Start the interview", "Finish and submit"):
        candidate.page.get_by_role("button", name=step).tap()
    candidate.sees("Thank you.", inside="body")


@pytest.mark.every_page
def test_watching_on_a_phone(connected: Scenario) -> None:
    scenario = connected
    ada = scenario.apply("Ada", "Lovelace")
    scenario.ask(ada)
    candidate = scenario.visitor(at=scenario.sandbox.url)
    candidate.page.goto(scenario.invitation_of(ada))
    record(candidate)

    sam = scenario.signed_in(scenario.interviewer, width=390)
    sam.page.goto("/")
    sam.sees_after_reload("1 video interview to watch")
    sam.page.get_by_role("link", name=re.compile("^Watch")).tap()
    expect(sam.page.get_by_role("heading", name="Video interviews to watch", level=1)).to_be_focused()
    sam.page.get_by_role("main").get_by_role("link", name="Ada Lovelace", exact=True).tap()
    sam.sees_after_reload("View Completed Interview", inside="#video-interview-card")
    sam.is_accessible()
    with sam.context.expect_page() as opened:
        sam.page.get_by_role("link", name=re.compile("^View Completed Interview")).tap()
    expect(opened.value.locator("body")).to_contain_text("Shared by link, no login needed.")
    sam.page.goto("/")
    sam.sees("You're all caught up.")
