"""The editor of a hiring process by keyboard and mouse: a step that an integration knows, its order, and its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, StageAction, StageSuggestion, Suggestions
from recruiting.jobs.models import Job, Stage, StageAutomation, StageGroup
from tests import factories
from tests.browser.scenario import Visitor
from tests.stub_extension import registered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_page]


class Ask(StageAction):
    """Asks for an assessment when a step is entered; here nobody enters it."""

    key, label = "asking.ask", "Ask for an assessment"

    def run(self, *, transition: Any, automation: Any) -> None:
        raise AssertionError("Nobody was to enter the step.")


class Asking(Extension):
    """Knows a step by its name."""

    slug, name = "asking", "Assessments"
    stage_actions = (Ask(),)
    suggestions = Suggestions(
        stages=(StageSuggestion("Assessment", Ask.key, "Ask for an assessment when a candidate enters this step?"),)
    )


@pytest.fixture
def job(live_server: LiveServer) -> Iterator[Job]:
    """Return a job of a company that may use the extension, with two people in Phone Screen."""
    company = factories.CompanyFactory(name="Acme")
    job = factories.JobFactory(company=company, title="Senior Buyer")
    screen = factories.stage_of(job, StageGroup.IN_REVIEW)
    for first in ("Ada", "Grace"):
        factories.ApplicationFactory(job=job, stage=screen, candidate__first_name=first)
    with registered(Asking()):
        yield job


@pytest.fixture(params=[1280, 390], ids=["wide", "phone"])
def visitor(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, job: Job) -> Iterator[Visitor]:
    """Sign an Administrator in on a screen of this width."""
    dana: Membership = factories.administrator(job.company)
    opened = Visitor(browser, live_server.url, width=request.param).sign_in(dana.user)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def names(page: Page, group: str) -> list[str]:
    return page.get_by_role("region", name=group, exact=True).locator(".tl-process__name").all_inner_texts()


def actions(page: Page, step: str) -> Locator:
    return page.get_by_role("button", name=f"Actions for {step}", exact=True)


def choose(page: Page, step: str, act: str) -> None:
    """Open a step's menu and choose, by keyboard alone."""
    actions(page, step).press("Enter")
    item = page.get_by_role("button", name=act, exact=True)
    expect(item).to_be_visible()
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        if item.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")


def add(page: Page, group: str, name: str) -> None:
    page.get_by_role("button", name=f"Add Step to {group}", exact=True).press("Enter")
    field = page.get_by_label(f"New step in {group}")
    expect(field).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def test_a_step_is_added_connected_ordered_and_another_removed_by_keyboard(visitor: Visitor, job: Job) -> None:
    page = visitor.page
    page.goto("/settings/hiring-processes/")
    page.get_by_role("link", name="Standard", exact=True).click()
    visitor.is_accessible()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Edit Standard")).to_be_focused()

    # A step of a name that the integration knows.
    add(page, "In Review", "assessment")
    visitor.sees("Ask for an assessment when a candidate enters this step?")
    expect(page.get_by_role("button", name="Connect the step")).to_be_focused()
    visitor.is_accessible()
    page.keyboard.press("Enter")
    expect(actions(page, "assessment")).to_be_focused()

    # Its place, by the menu; focus stays on the row's menu and the place is said.
    choose(page, "assessment", "Move up")
    expect(actions(page, "assessment")).to_be_focused()
    expect(page.locator("#live-polite")).to_have_text("assessment is now 1 of 2 in In Review.")
    assert names(page, "In Review") == ["assessment", "Phone Screen"]

    # A step in which people stand asks where they go.
    choose(page, "Phone Screen", "Remove")
    visitor.sees("2 candidates on 1 job stand here.")
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_focused()
    visitor.is_accessible()
    page.get_by_label("Move them to").select_option("Interview")
    page.get_by_role("button", name="Remove step").press("Enter")
    visitor.sees("Its candidates move to Interview.")

    # Leaving asks; saving does not.
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Stay").click()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    visitor.sees("Saved. 2 candidates were moved.", inside="#toasts")

    expect(page.get_by_role("heading", level=1)).to_have_text("Standard")
    assert names(page, "In Review") == ["assessment"]
    row = StageAutomation.objects.select_related("stage").get()
    assert (row.stage.name, row.action, row.mode) == ("assessment", "asking.ask", "send")
    assert {one.stage.name for one in Application.objects.select_related("stage")} == {"Interview"}  # type: ignore[union-attr]


def test_a_step_is_dragged_to_another_group(browser: Browser, live_server: LiveServer, job: Job) -> None:
    dana = factories.administrator(job.company)
    visitor = Visitor(browser, live_server.url).sign_in(dana.user)
    page = visitor.page
    page.goto(f"/settings/hiring-processes/{job.process_id}/edit/")
    grip = page.locator("[data-step]", has_text="Interview").locator("[data-grip]")

    grip.hover()
    page.mouse.down()
    target = page.get_by_role("region", name="Offer").locator("[data-step]")
    target.hover()
    target.hover(position={"x": 20, "y": 4})
    page.mouse.up()

    expect(page.locator("#live-polite")).to_contain_text("of 2 in Offer.")
    assert sorted(names(page, "Offer")) == ["Interview", "Offer"]
    page.get_by_role("button", name="Save", exact=True).click()
    visitor.sees("Saved.", inside="#toasts")
    assert Stage.objects.get(name="Interview").group == StageGroup.OFFER
    visitor.context.close()
    assert visitor.complaints == []


def hold(page: Page, address: str, method: str = "POST") -> list[Route]:
    """Keep the first request to an address from being answered; return where it is found."""
    held: list[Route] = []

    def take(route: Route) -> None:
        if held or route.request.method != method:
            route.continue_()
        else:
            held.append(route)

    page.route(address, take)
    return held


def test_save_that_is_pressed_before_an_answer_came_waits_for_it(visitor: Visitor, job: Job) -> None:
    page = visitor.page
    page.goto(f"/settings/hiring-processes/{job.process_id}/edit/")
    add(page, "In Review", "assessment")
    connect, save = (page.get_by_role("button", name=name, exact=True) for name in ("Connect the step", "Save"))
    expect(connect).to_be_focused()
    held = hold(page, "**/edit/")

    connect.click()
    connect.click(force=True)  # the same once more is a double click
    save.click()
    expect(page.get_by_role("button", name="Saving…")).to_be_visible()
    assert not Stage.objects.filter(name="assessment").exists()
    held[0].continue_()

    visitor.sees("Saved.", inside="#toasts")
    assert StageAutomation.objects.get().stage.name == "assessment"


def test_save_that_waits_is_not_pressed_when_the_answer_refuses(visitor: Visitor, job: Job) -> None:
    page = visitor.page
    page.goto(f"/settings/hiring-processes/{job.process_id}/edit/")
    add(page, "In Review", "assessment")
    expect(page.get_by_role("button", name="Connect the step")).to_be_focused()
    choose(page, "Phone Screen", "Rename")
    page.get_by_label("Name of Phone Screen").fill("")
    held = hold(page, "**/edit/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.get_by_role("button", name="Rename", exact=True).locator("visible=true").click()
    page.get_by_role("button", name="Save", exact=True).click()
    held[0].continue_()

    visitor.sees("Enter a name.")
    expect(page.get_by_label("Name of Phone Screen")).to_be_focused()
    page.wait_for_timeout(500)
    assert sent.count("POST") == 1 and names(page, "In Review") == ["Phone Screen", "assessment"]
    page.get_by_label("Name of Phone Screen").fill("Call")
    page.get_by_role("button", name="Save", exact=True).click()
    visitor.sees("Saved.", inside="#toasts")
    assert Stage.objects.filter(name__in=["Call", "assessment"]).count() == 2


def test_a_filter_that_is_chosen_before_an_answer_came_counts_too(visitor: Visitor, job: Job) -> None:
    page = visitor.page
    page.goto(f"/jobs/{job.pk}/?view=list")
    held = hold(page, "**/jobs/*/?*", "GET")

    page.locator("[name=step]").select_option(label="Interview")
    page.locator("[name=rejected]").check()
    held[0].continue_()

    page.wait_for_url("**&rejected=on*")
    expect(page.locator("[name=rejected]")).to_be_checked()
    expect(page.locator("[name=step] option:checked")).to_have_text("Interview")
