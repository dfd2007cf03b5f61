"""What a job's board and list fetch only once somebody wants it; both work without script as well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate, Tag
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import factories
from tests.browser.scenario import Visitor, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recruiter(live_server: LiveServer) -> Membership:
    """Return a recruiter on a job with two candidates, of whom Ada has a tag."""
    job = factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")
    for first, last in (("Ada", "Lovelace"), ("Grace", "Hopper")):
        factories.ApplicationFactory(job=job, candidate__first_name=first, candidate__last_name=last)
    factories.CandidateTagFactory(candidate=Candidate.objects.get(first_name="Ada"), tag__name="Texas")
    return factories.on_team(job)


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer, recruiter: Membership) -> Iterator[Visitor]:
    """Sign the recruiter in."""
    opened = Visitor(browser, live_server.url).sign_in(recruiter.user)
    yield opened
    opened.context.close()
    assert opened.complaints == []


@pytest.fixture
def plain_page(browser: Browser, live_server: LiveServer, recruiter: Membership) -> Iterator[Page]:
    """Sign the recruiter in with a browser that runs no script."""
    opened = Visitor(browser, live_server.url, has_script=False).sign_in(recruiter.user)
    yield opened.page
    opened.context.close()


def board(view: str = "board") -> str:
    """Return the address of the board, or of the list."""
    return f"/jobs/{Job.objects.get().pk}/?view={view}"


def ada() -> Application:
    """Return Ada's application."""
    return Application.objects.get(candidate__first_name="Ada")


def test_filters_offer_their_choices_once_they_open(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(board())
    tag = page.get_by_label("Tag")
    expect(tag.locator("option")).to_have_text(["Any tag"])

    page.get_by_text("More filters").click()
    expect(tag.locator("option")).to_have_text(["Any tag", "Texas"])
    tag.select_option(label="Texas")

    expect(page.locator(".tl-card")).to_have_count(1)
    expect(tag).to_have_value(str(Tag.objects.get().pk))
    tag.select_option(label="Any tag")
    expect(page.locator(".tl-card")).to_have_count(2)


def test_filters_offer_their_choices_without_script(plain_page: Page) -> None:
    plain_page.goto(board())
    plain_page.get_by_text("More filters").click()
    plain_page.get_by_role("link", name="All owners, sources and tags").click()

    plain_page.get_by_label("Tag").select_option(label="Texas")
    plain_page.get_by_role("button", name="Filter").click()

    expect(plain_page.locator(".tl-card")).to_have_count(1)
    expect(plain_page.locator(".tl-card")).to_contain_text("Ada Lovelace")


@pytest.mark.parametrize("view", ["board", "list"])
def test_one_menu_serves_every_card_and_row(visitor: Visitor, view: str) -> None:
    page = visitor.page
    page.goto(board(view))
    menu = page.locator(".dropdown-menu.show")
    of_ada = page.get_by_role("button", name="Actions for Ada Lovelace")
    expected = ["Reject", "Withdraw"] if view == "board" else ["Move to…", "Reject", "Withdraw"]

    for name in ("Ada Lovelace", "Grace Hopper", "Ada Lovelace"):
        page.get_by_role("button", name=f"Actions for {name}").click()
        expect(menu.locator(".dropdown-item")).to_have_text(expected)
        expect(page.locator(".tl-card, [data-row]", has=menu)).to_contain_text(name)
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
    expect(of_ada).to_be_focused()
    for key in ("ArrowDown", " "):
        page.keyboard.press(key)
        expect(menu).to_be_visible()
        of_ada.click()
        expect(menu).to_have_count(0)
    assert page.url.endswith(board(view))


def test_the_menu_serves_the_list_of_jobs(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/jobs/")
    page.get_by_role("button", name="Actions for Senior Buyer").click()

    items = page.locator(".dropdown-menu.show .dropdown-item")
    for words in ("More Info", "Edit job", "Publication", "Close job"):
        expect(items.filter(has_text=words)).to_have_count(1)
    page.get_by_role("link", name="Close job").click()
    page.locator("dialog[open]").get_by_role("button", name="Close job").click()

    expect(page.get_by_text("No jobs match these filters.")).to_be_visible()


def test_the_menu_can_be_walked_by_keys_and_gives_focus_back(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(board())
    page.get_by_role("button", name="Actions for Ada Lovelace").focus()

    page.keyboard.press("Enter")
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Reject")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Actions for Ada Lovelace")).to_be_focused()
    assert ada().state == "active"


def test_r_rejects_the_card_that_has_focus(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(board())
    page.keyboard.press("j")
    page.keyboard.press("j")  # Ada came first, so that she stands last

    page.keyboard.press("r")
    page.keyboard.type("n")  # on its way already: not the key of the page below
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Skills")
    page.keyboard.press("Enter")
    expect(page.locator(".tl-card")).to_have_count(1)

    assert (ada().state, ada().closing_reason) == ("rejected", "Skills")
    page.keyboard.press("z")
    expect(page.locator("[data-card]", has_text="Ada Lovelace")).to_be_focused()


def test_a_lead_is_converted_on_the_card(visitor: Visitor) -> None:
    Application.objects.filter(pk=ada().pk).update(state="lead", stage=None, stage_entered_at=None)
    page = visitor.page
    page.goto(board())

    page.get_by_role("button", name="Convert Ada Lovelace to applicant").click()

    visitor.sees("Ada Lovelace is now an applicant in New.", inside="#toasts")
    assert ada().state == "active"


def test_everything_can_be_done_without_script(plain_page: Page) -> None:
    page = plain_page
    page.goto(board())
    expect(page.get_by_role("button", name="Move Ada Lovelace to…")).to_have_count(0)
    for act, state in (("Reject", "rejected"), ("Withdraw", "withdrawn")):
        page.goto(board())
        page.get_by_role("link", name="Actions for Ada Lovelace").click()
        page.get_by_role("link", name=act).click()
        page.get_by_label("Reason").fill("Skills")
        page.get_by_role("button", name=act).click()
        expect(page.locator(".tl-card")).to_have_count(1)
        assert ada().state == state
        page.goto(f"{board()}&rejected=on")
        page.get_by_role("link", name="Actions for Ada Lovelace").click()
        page.get_by_role("button", name="Reopen").click()
        expect(page.locator("[data-card]")).to_have_count(2)
    page.get_by_role("link", name="Actions for Ada Lovelace").click()
    page.get_by_role("link", name="Move to…").click()
    page.get_by_role("button", name="Phone Screen").click()

    expect(page.locator(".tl-column", has_text="Phone Screen").locator(".tl-card")).to_contain_text("Ada Lovelace")
    assert ada().stage.name == "Phone Screen"
