"""Keys, menus and windows of a recruiter's day: what one press leads to, and where one stands afterwards."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import factories
from tests.browser.scenario import Visitor

pytestmark = [pytest.mark.every_page, pytest.mark.django_db(transaction=True)]
PEOPLE = ("Ada Lovelace", "Grace Hopper", "Mary Shelley", "Rosa Parks", "Emmy Noether", "Lise Meitner", "Vera Rubin")


@pytest.fixture
def administrator(live_server: LiveServer) -> Membership:
    """Return an Administrator of a company with one job and seven candidates in its first step."""
    job = factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")
    for name in PEOPLE:
        first, last = name.split()
        factories.ApplicationFactory(job=job, candidate__first_name=first, candidate__last_name=last)
    return factories.MembershipFactory(company=job.company, role="administrator")


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer, administrator: Membership) -> Iterator[Visitor]:
    """Sign the Administrator in."""
    opened = Visitor(browser, live_server.url).sign_in(administrator.user)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def record_of(name: str) -> str:
    """Return the address of somebody's record."""
    application = Application.objects.get(candidate__first_name=name.split()[0])
    return f"/candidates/{application.candidate_id}/applications/{application.pk}/"


def reject_by_keys(page: Page) -> None:
    """Press r, give a reason at once as a hand that knows the way does, and send it by Enter."""
    page.keyboard.press("r")
    page.keyboard.type("n")  # on its way already: not the key of the page below
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Skills")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts [data-undo]")).to_be_visible()


def test_r_rejects_on_the_record_and_focus_stays_with_its_actions(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(record_of("Ada Lovelace"))

    reject_by_keys(page)

    assert Application.objects.get(candidate__first_name="Ada").closing_reason == "Skills"
    expect(page.get_by_role("button", name="Actions for Ada Lovelace").locator("visible=true")).to_be_focused()


def test_r_rejects_in_the_list_and_focus_goes_to_the_next_row(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=list")
    rows = page.locator("[data-row]")
    second, third = rows.nth(1).locator("th").inner_text(), rows.nth(2).locator("th").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("j")

    reject_by_keys(page)

    assert Application.objects.get(state="rejected").candidate.name == second
    expect(page.locator("[data-row]", has_text=third)).to_be_focused()


def test_a_menu_closes_before_the_window_that_it_opens(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(record_of("Ada Lovelace"))
    page.get_by_role("button", name="Actions for Ada Lovelace").locator("visible=true").click()

    page.get_by_role("link", name="Edit details", exact=True).click()

    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator(".dropdown-menu.show")).to_have_count(0)


def test_back_finds_the_board_scrolled_as_it_was(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 560})
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=board")
    column = page.locator(".tl-cards[data-keep-scroll]").first
    column.evaluate("part => { part.scrollTop = 150 }")
    page.locator(".tl-board").evaluate("part => { part.scrollLeft = 40 }")

    column.get_by_role("link", name=PEOPLE[1], exact=True).evaluate("link => link.click()")
    expect(page.locator("h1")).to_have_text(PEOPLE[1])
    page.go_back()

    expect(page.locator("[data-board]")).to_be_visible()
    assert page.locator(".tl-cards[data-keep-scroll]").first.evaluate("part => part.scrollTop") == 150
    assert page.locator(".tl-board").evaluate("part => part.scrollLeft") == 40


def test_the_menu_of_a_step_lies_over_the_bar_that_saves(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 800})
    job = Job.objects.get()
    page.goto(f"/settings/hiring-processes/{job.process_id}/edit/")

    page.get_by_role("button", name="Actions for Phone Screen").click()
    page.get_by_role("button", name="Automation…").locator("visible=true").click(timeout=5000)

    expect(page.get_by_text("When a candidate enters Phone Screen")).to_be_visible()


def test_what_the_browser_gives_back_counts_as_typed(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/settings/job-fields/new/")
    expect(page.locator("#id_values_field")).to_be_hidden()
    page.get_by_label("Name").fill("Clearance")
    page.get_by_label("Type").select_option("select")
    expect(page.locator("#id_values_field")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/healthz")

    page.go_back()

    expect(page.get_by_label("Name")).to_have_value("Clearance")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
