"""Adding somebody in the window over a list: what was typed and chosen survives a refusal."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Attachment
from tests import factories
from tests.browser.scenario import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_page]


def test_a_chosen_file_survives_a_refusal(
    browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    job = factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")
    recruiter = factories.on_team(job)
    visitor = Visitor(browser, live_server.url).sign_in(recruiter.user)
    page = visitor.page
    page.goto("/candidates/")
    visitor.click("Add candidate", role="link", inside=".tl-page-header")
    window = page.locator("dialog[open]")
    window.get_by_label("First name").fill("Grace")
    window.get_by_label("Résumé").set_input_files(
        {"name": "grace.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 Grace"}
    )

    visitor.click("Add candidate", inside="dialog")

    expect(window.locator("[data-error-summary]")).to_be_focused()  # neither job nor source was chosen
    expect(window.get_by_label("First name")).to_have_value("Grace")
    assert window.get_by_label("Résumé").evaluate("input => input.files[0]?.name") == "grace.pdf"
    expect(window.get_by_text("browsers do not keep a file")).to_have_count(0)

    window.get_by_label("Job", exact=True).select_option("Senior Buyer")
    window.get_by_label("Source").select_option(label="LinkedIn (Job board)")
    visitor.click("Add candidate", inside="dialog")
    visitor.sees("Grace was added to Senior Buyer.", inside="#toasts")
    assert Attachment.objects.get().name == "grace.pdf"
    visitor.context.close()
    assert visitor.complaints == []
