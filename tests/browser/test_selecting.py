"""Selecting many by keyboard alone, on the list and on the board."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from recruiting.runs import services as runs
from recruiting.runs.models import Run
from tests import factories
from tests.browser.scenario import Visitor, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recruiter(live_server: LiveServer) -> Membership:
    """Return a recruiter on a job with twelve candidates."""
    job = factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer", state="open")
    for number in range(12):
        factories.ApplicationFactory(job=job, candidate__first_name=f"Ada{number:02}", candidate__last_name="Lovelace")
    return factories.on_team(job)


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer, recruiter: Membership) -> Iterator[Visitor]:
    """Sign the recruiter in."""
    opened = Visitor(browser, live_server.url).sign_in(recruiter.user)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def rejected() -> int:
    return Application.objects.filter(state="rejected").count()


def test_ten_are_rejected_for_one_reason_and_brought_back_by_keys(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=list")
    bar = page.get_by_role("region", name="Selection")
    expect(bar).to_be_hidden()

    for _ in range(10):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(bar.get_by_text("10 selected")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("r")

    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Skills")
    page.keyboard.press("Enter")
    visitor.sees("Reject 10 candidates: done.", inside="#toasts")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert rejected() == 10

    page.keyboard.press("z")
    expect(page.get_by_role("heading", name="Undo: Reject 10 candidates")).to_be_visible()
    runs.work_now(Run.objects.exclude(undoes=None).get(), until=float("inf"))
    assert rejected() == 0


def test_a_range_is_ticked_with_shift_and_all_that_match_are_offered(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=board")
    boxes = page.locator('.tl-card [name="chosen"]')
    expect(boxes).to_have_count(12)
    bar = page.get_by_role("region", name="Selection")

    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(bar.get_by_text("4 selected")).to_be_visible()
    expect(bar.get_by_label("that match")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()

    boxes.first.click()
    boxes.last.click(modifiers=["Shift"])
    bar.get_by_label("that match").check()
    bar.get_by_role("button", name="Tag").click()
    page.get_by_label("Tag").fill("fast")
    page.get_by_role("button", name="Confirm 12").click()

    visitor.sees("Tag 12 candidates “fast”: done.", inside="#toasts")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/jobs/{Job.objects.get().pk}/?view=list")
    page.get_by_role("checkbox", name="Select Ada03 Lovelace").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
