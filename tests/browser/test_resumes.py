"""A résumé in the record, as full Chromium shows its PDF, and fifty dropped on a job."""

import base64
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Browser, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.applications import files
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from tests import factories
from tests.browser.scenario import Visitor
from tests.chromium import ARGUMENTS
from tests.resumes import making
from tests.resumes.conftest import work

pytestmark = [pytest.mark.django_db(transaction=True)]

# With windows, even where none is seen: the one without shows no PDF.
FULL = os.environ.get("CHROMIUM_FULL") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
# A color that no viewer draws by itself, over most of the page.
GREEN = (0, 153, 51)
PAINTED = b"0 0.6 0.2 rg 0 0 595 700 re f 0 0 0 rg"
_SHARE_OF_COLOR = """async ([picture, color]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
        found += color.every((value, index) => Math.abs(data[at + index] - value) < 12);
    return found / (data.length / 4);
}"""


@pytest.fixture
def full_browser(playwright: Playwright) -> Iterator[Browser]:
    if FULL is None:
        pytest.skip("no full Chromium is installed; CHROMIUM_FULL names one")
    started = playwright.chromium.launch(executable_path=FULL, args=[*ARGUMENTS, "--headless=new"])
    yield started
    started.close()


def share_of_color(browser: Browser, picture: bytes, color: tuple[int, int, int]) -> float:
    """Return how much of a PNG has about this color, from 0 to 1."""
    page = browser.new_page()
    found: float = page.evaluate(_SHARE_OF_COLOR, [base64.b64encode(picture).decode(), color])
    page.close()
    return found


def test_the_viewer_shows_the_pdf_beside_the_record(
    full_browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    application = factories.ApplicationFactory(
        company=factories.CompanyFactory(), candidate__first_name="Ada", candidate__last_name="Lovelace"
    )
    recruiter = factories.on_team(application.job)
    content = making.pdf(making.Person().lines, links=["mailto:ada@lovelace.example"], drawn=PAINTED)
    upload = ContentFile(content, name="ada.pdf")
    files.add_file(application=application, upload=upload, name="ada.pdf", by=recruiter, kind="resume")
    work()
    record = f"/candidates/{application.candidate_id}/applications/{application.pk}/"

    visitor = Visitor(full_browser, live_server.url).sign_in(recruiter.user)
    visitor.page.goto(record)
    expect(visitor.page.locator("nav [aria-current=page]", has_text="Résumé")).to_be_visible()
    frame = visitor.page.locator("iframe")
    frame.scroll_into_view_if_needed()
    share = 0.0
    for _ in range(60):
        share = share_of_color(full_browser, frame.screenshot(), GREEN)
        if share > 0.2:
            break
        visitor.page.wait_for_timeout(250)
    assert share > 0.2, "the viewer shows a page that is blank"
    # By keyboard: below a PDF's frame, which is a page of its own, the driver's pointer misses what was scrolled to.
    visitor.page.get_by_role("button", name="Use phone from the résumé", exact=True).press("Enter")
    visitor.sees("Phone taken over from the résumé.", inside="#toasts")
    assert Candidate.objects.get().phone == "+442079460018"

    phone = Visitor(full_browser, live_server.url, width=390).sign_in(recruiter.user)
    phone.page.goto(record)
    expect(phone.page.locator("iframe")).to_be_hidden()
    expect(phone.page.locator(".tl-resume:visible")).to_contain_text("Analytical Engines Ltd")
    expect(phone.page.get_by_role("link", name="Open PDF")).to_be_visible()
    phone.is_accessible()
    for one in (visitor, phone):
        one.context.close()
        assert one.complaints == []


def test_fifty_resumes_are_dropped_on_a_job_and_one_is_undone(
    browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    job = factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")
    recruiter = factories.on_team(job)
    kinds = ("pdf", "docx", "txt")
    chosen = []
    for number in range(49):
        person = making.Person(first=f"Ada{'abcdefghij'[number % 10]}", email=f"ada{number}@x.example")
        kind = kinds[number % 3]
        content = making.resume(kind, person)
        chosen.append({"name": f"{number}.{kind}", "mimeType": "application/octet-stream", "buffer": content})
    chosen.append({"name": "me.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"})
    visitor = Visitor(browser, live_server.url).sign_in(recruiter.user)
    page = visitor.page
    page.goto(f"/jobs/{job.pk}/")
    page.get_by_role("button", name="Actions for this job").click()
    page.get_by_role("link", name="Add résumés").click()
    visitor.sees("Drop résumés on Senior Buyer")
    visitor.is_accessible()
    page.get_by_label("Résumés", exact=True).set_input_files(chosen)
    page.get_by_label("Source").select_option(label="LinkedIn (Job board)")
    visitor.click("Add résumés")
    visitor.sees("1 of 50 read")

    work()

    visitor.sees("50 of 50 read")
    visitor.sees("Choose a PDF, DOCX, ODT, RTF or TXT file.")
    assert Application.objects.filter(job=job).count() == 49
    page.get_by_role("button", name="Undo adding Adaa Lovelace").first.click()
    visitor.sees("Adaa Lovelace was taken back.", inside="#toasts")
    assert Application.objects.filter(job=job).count() == 48
    visitor.is_accessible()
    visitor.context.close()
    assert visitor.complaints == []
