"""Somebody else was faster: both values stand side by side in the window, which has focus, and either is kept."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.candidates import services
from recruiting.candidates.services import CandidateDetails
from tests import factories
from tests.browser.scenario import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_page]


def test_both_phones_are_shown_and_theirs_is_kept_with_my_name(browser: Browser, live_server: LiveServer) -> None:
    job = factories.JobFactory(company=factories.CompanyFactory())
    application = factories.ApplicationFactory(job=job, candidate__first_name="Ada", candidate__email="a@example.com")
    ada, kim = application.candidate, factories.on_team(job)
    visitor = Visitor(browser, live_server.url).sign_in(kim.user)
    page = visitor.page
    page.goto(f"/candidates/{ada.pk}/applications/{application.pk}/")
    page.get_by_role("link", name="Edit details").first.click()
    window = page.locator("dialog[open]")
    window.get_by_label("Last name").fill("King")
    window.get_by_label("Phone").fill("2")
    theirs = CandidateDetails(first_name="Ada", last_name=ada.last_name, email=ada.email, phone="1")
    services.edit_details(candidate=ada, details=theirs, by=factories.on_team(job))

    visitor.click("Save details")
    asked = page.get_by_role("group", name="Somebody else was faster")
    expect(asked).to_be_focused()
    expect(asked).to_contain_text("Phone")
    visitor.is_accessible()
    visitor.click("Keep theirs")

    visitor.sees("Details saved.", inside="#toasts")
    ada.refresh_from_db()
    assert (ada.last_name, ada.phone) == ("King", "1")
    visitor.context.close()
    assert visitor.complaints == []
