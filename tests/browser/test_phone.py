"""What a phone shows where the thumb is."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications.models import Note
from tests import factories
from tests.browser.scenario import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_page]


@pytest.mark.parametrize("notes", [0, 30], ids=["short page", "long page"])
def test_the_records_bar_sits_at_the_bottom(browser: Browser, live_server: LiveServer, notes: int) -> None:
    application = factories.ApplicationFactory(job=factories.JobFactory(company=factories.CompanyFactory()))
    recruiter = factories.on_team(application.job)
    for _ in range(notes):
        factories.NoteFactory(application=application, author=recruiter)
    visitor = Visitor(browser, live_server.url, width=390).sign_in(recruiter.user)
    page = visitor.page
    page.goto(f"/candidates/{application.candidate_id}/applications/{application.pk}/notes/")

    bar = page.get_by_role("region", name="Actions")
    expect(bar.get_by_role("link", name="Note")).to_be_visible()
    for scroll in ("0", "document.body.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {scroll})")
        box = bar.bounding_box()
        assert box and round(box["y"] + box["height"]) == 900
    assert Note.objects.count() == notes
    visitor.is_accessible()
    visitor.context.close()
    assert visitor.complaints == []
