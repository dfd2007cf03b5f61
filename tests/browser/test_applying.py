"""From a job that is published in one click to a candidate who withdraws: on a phone, without JavaScript."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.careers import applying, publishing
from recruiting.careers.models import Posting
from tests.browser.scenario import Visitor
from tests.careers.scenario import Careers, work

pytestmark = pytest.mark.django_db(transaction=True)

RESUME = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F1 24 Tf 20 100 Td (Ada Lovelace) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def test_publish_apply_read_and_withdraw(
    browser: Browser, live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(settings, "PUBLIC_BASE_URL", live_server.url)
    monkeypatch.setattr(applying, "QUICKEST", timedelta(0))  # this person types fast
    careers = Careers.make()
    publishing.publish(job=careers.job, publication=Posting.Publication.NONE, by=careers.administrator)
    recruiter = Visitor(browser, live_server.url).sign_in(careers.administrator.user)
    candidate = Visitor(browser, live_server.url, width=390, has_script=False)

    recruiter.page.goto(f"/jobs/{careers.job.pk}/publication/")
    recruiter.click("Publish")
    recruiter.sees("Published for everyone")

    page = candidate.page
    page.goto("/careers/acme/")
    page.get_by_role("link", name="Senior Buyer").click()
    page.get_by_role("link", name="Apply for this job").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apply for Senior Buyer")
    resume = tmp_path / "Ada Lovelace.pdf"
    resume.write_text(RESUME)
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Email").fill("ada")
    page.get_by_label("Résumé").set_input_files(resume)
    page.get_by_role("button", name="Send application").last.click()
    candidate.sees("That email looks incomplete: it has no @.")
    candidate.sees("Ada Lovelace.pdf is kept.")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("button", name="Send application").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme has your application")

    work()
    recruiter.page.goto("/")
    recruiter.sees("1 person applied and nobody has looked yet")
    recruiter.page.goto("/applicants/")
    recruiter.page.get_by_role("link", name="Ada Lovelace").click()
    expect(recruiter.page.get_by_role("heading", level=1)).to_have_text("Ada Lovelace")

    (address,) = re.findall(r"http\S+/application/\S+", mail.outbox[-1].body)
    page.goto(urlsplit(address).path)
    candidate.sees("Being read")
    page.get_by_role("link", name="Withdraw my application").click()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    candidate.sees("You withdrew this application. Acme was told.")
    recruiter.page.reload()
    recruiter.sees("Withdrew on the status page")
    for visitor in (recruiter, candidate):
        visitor.context.close()
        assert visitor.complaints == []
