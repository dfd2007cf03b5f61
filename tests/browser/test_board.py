"""What a job's board and list fetch only once somebody wants it; both work without script as well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.candidates.models import Candidate, Tag
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import factories
from tests.browser.scenario import Visitor

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


def board() -> str:
    """Return the address of the board."""
    return f"/jobs/{Job.objects.get().pk}/?view=board"


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
