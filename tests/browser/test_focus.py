"""Where focus goes when what had it is gone: after Undo to what came back, after another tab to that tab's heading."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import factories
from tests.browser.scenario import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recruiter(live_server: LiveServer) -> Membership:
    """Return a recruiter on a job with two candidates."""
    job = factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")
    for first, last in (("Ada", "Lovelace"), ("Grace", "Hopper")):
        factories.ApplicationFactory(job=job, candidate__first_name=first, candidate__last_name=last)
    return factories.on_team(job)


@pytest.fixture(params=[1280, 390], ids=["wide", "phone"])
def visitor(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, recruiter: Membership
) -> Iterator[Visitor]:
    """Sign the recruiter in on a screen of this width."""
    opened = Visitor(browser, live_server.url, width=request.param).sign_in(recruiter.user)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def undo(page: Page) -> None:
    """Press Undo in the toast by its key."""
    expect(page.locator("#toasts [data-undo]")).to_be_visible()
    page.keyboard.press("z")


def card(page: Page, name: str) -> Locator:
    """Return somebody's card on the board or row in the list."""
    return page.locator("[data-card], [data-row]", has_text=name)


def record_of(application: Application) -> str:
    """Return the address of a candidate record."""
    return f"/candidates/{application.candidate_id}/applications/{application.pk}/"


def test_undo_on_the_board_returns_to_the_card(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=board")
    card(page, "Ada Lovelace").locator("[data-move-menu]").click()
    page.locator("dialog[open]").get_by_role("button", name="Phone Screen").click()

    undo(page)

    visitor.sees("Ada Lovelace is back in New.", inside="#toasts")
    expect(card(page, "Ada Lovelace")).to_be_focused()


def test_undo_in_the_list_returns_to_the_row(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=list")
    page.get_by_role("button", name="Actions for Ada Lovelace").click()
    page.get_by_role("link", name="Reject").click()
    page.get_by_label("Reason").fill("Skills")
    page.locator("dialog[open]").get_by_role("button", name="Reject").click()

    undo(page)

    visitor.sees("The application of Ada Lovelace is open again.", inside="#toasts")
    expect(card(page, "Ada Lovelace")).to_be_focused()


def test_undo_on_the_record_returns_to_the_move_button(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(record_of(Application.objects.get(candidate__first_name="Ada")))
    page.get_by_role("button", name="Move Ada Lovelace to…").click()
    page.get_by_role("button", name="Phone Screen", exact=True).click()

    undo(page)

    visitor.sees("Ada Lovelace is back in New.", inside="#toasts")
    expect(page.locator("[data-focus-name] :focus")).to_contain_text("Move to")


def test_another_tab_is_read_from_its_heading_on(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(record_of(Application.objects.get(candidate__first_name="Ada")))
    tabs = page.get_by_role("navigation", name="Candidate record")

    for tab in ("Notes", "Files", "Application"):
        tabs.get_by_role("link", name=tab).click()
        expect(page.get_by_role("heading", level=2, name=tab, exact=True)).to_be_focused()

    tabs.get_by_role("link", name="Newsfeed").click()
    expect(page.locator("#newsfeed-title")).to_be_focused()
