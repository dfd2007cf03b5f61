"""A session that ended while somebody was writing, and the names beside every page."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Note
from tests import factories
from tests.browser.scenario import PASSWORD, Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    opened = Visitor(browser, live_server.url)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def test_who_signs_in_again_next_door_presses_the_same_button(visitor: Visitor, live_server: LiveServer) -> None:
    application = factories.ApplicationFactory(job__company=factories.CompanyFactory())
    user = factories.UserFactory(password=PASSWORD)
    factories.administrator(application.company, user=user)
    page = visitor.sign_in_by_form(user).page
    page.goto(f"/candidates/{application.candidate_id}/applications/{application.pk}/")
    page.locator("#id_body").fill("Kept all the way.")
    visitor.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    other = opened.value
    other.get_by_label("Email").fill(user.email)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(f"{live_server.url}/")

    expect(page.get_by_role("button", name="Add note")).to_be_focused()
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#content")).to_contain_text("Kept all the way.")
    assert Note.objects.get().body == "Kept all the way."


def test_the_names_in_the_sidebar_follow_what_was_saved(visitor: Visitor) -> None:
    company = factories.CompanyFactory(name="Acme")
    dana = factories.administrator(company, user__first_name="Dana", user__last_name="Cole")
    page = visitor.sign_in(dana.user).page
    page.goto("/settings/general/")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Name").fill("Acme Group")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#sidebar-company")).to_have_text("Acme Group")

    page.get_by_role("button", name=re.compile("Dana Cole")).click()
    page.get_by_role("link", name="Profile").click()
    page.get_by_label("First name").fill("Diana")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#sidebar-person")).to_have_text("Diana Cole")
    assert page.evaluate("window.sameDocument") is True
