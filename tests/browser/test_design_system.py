"""The behaviors that every page shares, tried on the style guide in a real browser under the real content policy."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.scenario import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_page]


@pytest.fixture
def guide(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """Open the style guide; afterwards nothing may have been refused by the content policy."""
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{live_server.url}/styleguide/")
    expect(page.locator("[data-keys-help]")).to_have_count(0)  # signed out: the name menu is not there
    yield page
    assert refused == []


def toast(page: Page, words: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(words)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_is_accessible(
    context: BrowserContext, live_server: LiveServer, guide: Page, theme: str, width: int
) -> None:
    context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    guide.set_viewport_size({"width": width, "height": 900})
    guide.reload()
    expect(guide.locator("html")).to_have_attribute("data-bs-theme", theme)

    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in violations(guide)] == []
    assert guide.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_refused_form_has_focus_on_its_summary_and_keeps_its_values(guide: Page) -> None:
    guide.fill("#id_title", "Buyer")
    guide.click("#form button[type=submit]")

    expect(guide.locator("[data-error-summary]")).to_be_focused()
    expect(guide.locator("#id_title")).to_have_value("Buyer")


def test_a_saved_form_says_so_once_and_keeps_focus_where_it_was(guide: Page) -> None:
    guide.evaluate("window.sameDocument = true")
    fill_form(guide, "#id")
    guide.click("#form button[type=submit]")

    toast(guide, "Saved.")
    expect(guide.locator("#live-polite")).to_have_text("Saved. Press Z to undo.")
    expect(guide.locator("#form button[type=submit]")).to_be_focused()
    assert guide.evaluate("window.sameDocument") is True

    guide.locator("h1").focus()
    guide.keyboard.press("z")

    toast(guide, "Undone.")


def test_a_window_opens_refuses_saves_and_gives_focus_back(guide: Page) -> None:
    opener = guide.get_by_role("link", name="Add candidate")
    opener.click()
    window = guide.locator("dialog[open]")
    expect(window.locator("#window_title")).to_be_focused()

    window.locator("button[type=submit]").click()
    expect(window.locator("[data-error-summary]")).to_be_focused()

    guide.keyboard.press("Escape")
    expect(window).to_have_count(0)
    expect(opener).to_be_focused()

    opener.click()
    fill_form(guide, "dialog #window")
    window.locator("button[type=submit]").click()
    toast(guide, "Candidate added.")
    expect(window).to_have_count(0)
    expect(guide.locator("#status-title")).to_be_focused()


def test_a_card_moves_by_keyboard_and_focus_goes_to_the_next(guide: Page) -> None:
    ada = guide.locator("[data-card]", has_text="Ada Lovelace")
    ada.evaluate("card => { card.tabIndex = -1; card.focus(); }")
    guide.keyboard.press("m")
    expect(guide.locator("dialog[open] input")).to_be_focused()
    guide.keyboard.type("phone")
    guide.keyboard.press("Enter")

    toast(guide, "Ada Lovelace moved.")
    expect(guide.locator("[data-stage=screen] [data-card]").first).to_contain_text("Ada Lovelace")
    expect(guide.locator("section[data-stage=new] [data-count]")).to_have_text("2")
    expect(guide.locator("[data-card]", has_text="Grace Hopper")).to_be_focused()


def test_a_card_that_somebody_else_moved_goes_back(guide: Page) -> None:
    grace = guide.locator("[data-card]", has_text="Grace Hopper")
    grace.locator("[data-move-menu]").click()
    guide.locator("dialog[open]").get_by_role("button", name="Always taken").click()

    toast(guide, "Sam moved Ada Lovelace to Offer a minute ago.")
    expect(guide.locator("[data-stage=new] [data-card]")).to_have_count(3)
    expect(guide.locator("[data-stage=new] [data-card]").nth(1)).to_contain_text("Grace Hopper")
    expect(grace).to_be_focused()


def test_a_card_can_be_dragged(guide: Page) -> None:
    card = guide.locator("[data-card]", has_text="Katherine Johnson")
    counted = guide.locator("section[data-stage=new] [data-count]")
    counted.evaluate("figure => { figure.textContent = '1,000'; }")
    card.scroll_into_view_if_needed()
    start = card.bounding_box()
    goal = guide.locator(".tl-cards[data-stage=screen]").bounding_box()
    assert start and goal
    guide.mouse.move(start["x"] + 120, start["y"] + 50)
    guide.mouse.down()
    guide.mouse.move(goal["x"] + 100, goal["y"] + 40, steps=12)
    guide.mouse.up()

    toast(guide, "moved")
    expect(guide.locator("[data-stage=screen] [data-card]", has_text="Katherine Johnson")).to_have_count(1)
    expect(counted).to_have_text("999")


def test_type_ahead_suggests_and_free_text_stays(guide: Page) -> None:
    field = guide.locator("#tag")
    field.press_sequentially("engineering")
    expect(guide.locator("#tag-list [role=option]")).to_have_count(2)
    expect(guide.locator("#live-polite")).to_have_text("2 results")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("engineering-lead")

    field.fill("something else")
    field.press("Escape")
    expect(field).to_have_value("something else")


def test_leaving_with_changes_asks_and_the_note_is_still_there(guide: Page) -> None:
    note = guide.locator("#id_note")
    note.press_sequentially("Strong on suppliers")
    expect(note).to_have_value("Strong on suppliers")
    until(guide, "Object.keys(localStorage).some(name => name.startsWith('draft:'))")

    guide.get_by_role("button", name="Actions for the style guide").click()
    guide.get_by_role("link", name="Error 404").click()
    expect(guide.get_by_role("button", name="Stay")).to_be_focused()
    guide.get_by_role("button", name="Leave").click()
    expect(guide.locator("h1")).to_have_text("There is nothing at this address.")
    expect(guide).to_have_title(re.compile("^404: "))

    guide.goto(guide.url.replace("/errors/404/", "/"))
    expect(note).to_have_value("Strong on suppliers")
    expect(guide.locator("[data-draft-note]")).to_contain_text("Draft kept on this device.")


def test_a_saved_note_leaves_no_draft(guide: Page) -> None:
    fill_form(guide, "#id")
    guide.locator("#id_note").press_sequentially("Strong on suppliers")
    until(guide, "Object.keys(localStorage).some(name => name.startsWith('draft:'))")

    guide.click("#form button[type=submit]")

    toast(guide, "Saved.")
    assert guide.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:'))") == []
    expect(guide.locator("#id_note")).to_have_value("")


def test_without_script_a_window_is_a_page_and_its_message_is_read(live_server: LiveServer, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    page.get_by_role("link", name="Add candidate").click()
    fill_form(page, "#window")
    page.get_by_role("button", name="Add candidate").click()

    expect(page.locator("main [data-message]")).to_contain_text("Candidate added.")
    context.close()


def until(page: Page, condition: str) -> None:
    """Wait for a condition; Playwright's own way evaluates text in the page, which the content policy refuses."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never true: {condition}")


def fill_form(page: Page, prefix: str) -> None:
    page.fill(f"{prefix}_title", "Buyer")
    page.fill(f"{prefix}_email", "ada@example.com")
    page.check(f"{prefix}_kind_0")
