"""The seed's second story through pages: from a partner key to the report in Notes, and the prospects that arrive.

Read it beside the seed; each test is a chapter of it, with everything running that runs in production. What the
chapters before brought about is made without pages.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from integrations.crosschq.models import ReferenceCheck
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.jobs.models import StageAutomation
from tests import factories
from tests.browser.scenario import Scenario, Visitor, start_scenario
from tests.crosschq.browser.scenario import Crosschq

pytestmark = pytest.mark.django_db(transaction=True)

SETTINGS = "/settings/integrations/reference-checks/"


@pytest.fixture
def scenario(browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[Scenario]:
    """Start the scenario; its mails go into the folder that the sandbox shows."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")
    with start_scenario(Scenario, browser=browser, url=live_server.url, folder=tmp_path, settings=settings) as opened:
        yield opened


@pytest.fixture
def crosschq(scenario: Scenario, settings: Any) -> Crosschq:
    """Return the vendor's side of the scenario."""
    return Crosschq(scenario, settings=settings)


def open_tab(visitor: Visitor, application: Application, tab: str = "reference-check/") -> None:
    """Open a tab of a candidate; "" is the newsfeed."""
    visitor.page.goto(f"/candidates/{application.candidate_id}/applications/{application.pk}/{tab}")


def entries_of(visitor: Visitor) -> list[str]:
    """Return what the newsfeed on the page says of reference checks, oldest first."""
    titles = visitor.page.locator(".tl-entry__title").all_inner_texts()
    return [title for title in reversed(titles) if title.startswith("Reference Check")]


# ── The Administrator connects ───────────────────────────────────────────────────────────────────────────────────────
def test_an_administrator_connects_with_the_partner_key_and_the_webhook(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.enable()
    dana = scenario.signed_in(scenario.administrator)
    dana.page.goto("/settings/integrations/")
    dana.page.get_by_role("region", name="Reference Checks").get_by_role("link").last.click()
    dana.sees("Connect with the partner key of your Crosschq account.")
    dana.is_accessible()

    # A key that was copied wrong is not kept.
    key = dana.page.get_by_label("Partner key")
    key.fill("copied-wrong")
    dana.click("Check and save")
    dana.sees("Crosschq does not accept this key.")
    expect(key).to_be_focused()
    expect(key).to_have_value("")
    dana.is_accessible()
    key.fill(crosschq.key)
    dana.click("Check and save")
    dana.sees("•••• " + crosschq.key[-4:], inside="#key")
    expect(dana.page.locator("#key-title")).to_be_focused()
    assert crosschq.key not in dana.page.content()

    # The webhook, into Crosschq's settings.
    vendor = scenario.visitor(at=scenario.sandbox.url)
    vendor.page.goto("/crosschq/admin/")
    vendor.click("Acme Manufacturing", role="link")
    vendor.page.get_by_label("Webhook URL").fill(dana.page.get_by_role("textbox", name="Webhook address").input_value())
    vendor.page.get_by_label("Auth method").select_option(label="Token")
    vendor.page.get_by_label("Token for Basic and Token").fill(
        dana.page.get_by_role("textbox", name="Secret").input_value()
    )
    vendor.click("Save the webhook")

    dana.page.get_by_role("switch", name="Make Candidate Requests").check()
    dana.page.locator("#save-requests").click()
    dana.sees("Saved.", inside="#toasts")
    dana.sees("Make Candidate Requests is on.", inside="#setup")
    dana.page.locator("#test-connection").click()
    dana.sees("Crosschq answered in", inside="#toasts")
    dana.is_accessible()


def test_the_administrator_makes_the_job_field_and_the_step(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.connect()
    dana = scenario.signed_in(scenario.administrator)
    page = dana.page

    # Company Settings › Job Fields: free text, of the job, internal.
    page.goto("/settings/job-fields/")
    dana.is_accessible()
    dana.click("Create Crosschq tag for me")
    row = page.get_by_role("row", name=re.compile("^Crosschq tag"))
    for fact in ("Free text", "Job", "Internal", "Active"):
        expect(row).to_contain_text(fact)
    dana.is_accessible()

    # Company Settings › Hiring Process › Edit › Add Step › Save.
    page.goto(SETTINGS)
    dana.click("Open Hiring Process", role="link")
    dana.click("Standard", role="link", inside="main")
    dana.click("Edit", role="link")
    dana.click("Add Step to Interview")
    page.get_by_label("New step in Interview").fill("Crosschq")
    page.keyboard.press("Enter")
    dana.sees("Start a Crosschq request when a candidate enters this step?")
    dana.is_accessible()
    dana.click("Connect the step")
    expect(page.get_by_role("button", name="Actions for Crosschq")).to_be_focused()
    dana.sees("Send Start a Crosschq request", inside="[data-step]:has-text('Crosschq')")
    dana.click("Save")
    dana.sees("Saved.", inside="#toasts")
    automation = StageAutomation.objects.select_related("stage").get()
    assert (automation.stage.name, automation.action, automation.mode) == ("Crosschq", "crosschq.send_check", "send")

    page.goto(SETTINGS)
    dana.sees("The job field “Crosschq tag” carries the tag.", inside="#setup")
    dana.sees("1 hiring process has a step that starts a Crosschq request.", inside="#setup")


# ── Templates and tags ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.every_page
def test_a_template_is_created_within_the_limits_of_its_survey(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.connect()
    crosschq.control(
        f"organisations/{crosschq.organization}/survey",
        codename="brand-marketer-manager",
        relationships={"managers": {"min": 0, "max": 3}},
    )
    dana = scenario.signed_in(scenario.administrator)
    page = dana.page
    page.goto(SETTINGS)
    dana.click("Create New Template", role="link")
    page.get_by_label("Name", exact=True).fill("Engineering")
    page.get_by_label("ATS Tag").fill("Engineering")
    page.get_by_label("Survey").select_option(label="Brand Marketer - Manager")
    managers = page.get_by_label("Manager", exact=True)
    expect(managers).to_have_value("2")
    dana.is_accessible()

    # One too many, said while typing and when it is sent.
    managers.fill("5")
    expect(page.locator("#said-count_managers")).to_have_text("Manager: between 0 and 3.")
    dana.click("Create Template")
    expect(managers).to_be_focused()
    dana.sees("Manager: between 0 and 3.")
    dana.is_accessible()
    managers.fill("1")
    page.get_by_label("Note on manager references").fill("Please provide a manager reference from X company.")
    page.get_by_label("Peer", exact=True).fill("2")
    page.get_by_label("Email to the candidate").fill("References are the last step.")
    dana.sees("Please provide a manager reference from X company.", inside="#template-preview")
    dana.click("Create Template")
    dana.sees("Engineering was created. Put the tag engineering on the jobs that use it.", inside="#toasts")
    dana.sees("1 Manager, 2 Peer", inside="[data-row]")
    dana.is_accessible()


@pytest.mark.every_page
def test_the_job_finds_its_template_by_the_tag(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.prepare_all(tag="")
    kim = scenario.signed_in(scenario.recruiter)
    page = kim.page
    page.goto(f"/jobs/{scenario.job.pk}/")
    kim.sees("This job has no Crosschq tag, so moving candidates to Crosschq sends nothing.")
    kim.is_accessible()
    kim.click("Edit job", role="link", inside=".alert")
    tag = page.get_by_role("combobox", name="Crosschq tag")
    kim.sees("Without a tag, moving a candidate to the Crosschq step sends nothing.")
    tag.fill("enginering")
    kim.sees('No template has the tag "enginering".')
    kim.is_accessible()
    kim.click("engineering")
    expect(tag).to_have_value("engineering")
    kim.sees("Sends the template Engineering, ")
    tag.fill("")
    tag.press_sequentially("eng")
    expect(page.get_by_role("option", name="engineering")).to_be_visible()
    kim.is_accessible()
    tag.press("ArrowDown")
    tag.press("Enter")
    expect(tag).to_have_value("engineering")
    kim.sees("Sends the template Engineering, ")
    kim.click("Save")
    kim.sees("Job saved.", inside="#toasts")
    kim.page.goto(f"/jobs/{scenario.job.pk}/")
    expect(page.get_by_text("so moving candidates to Crosschq sends nothing")).to_have_count(0)


# ── The candidate, the references, the report ────────────────────────────────────────────────────────────────────────
def test_moving_to_the_step_asks_and_the_tab_follows_without_a_reload(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.prepare_all()
    ada = scenario.apply("Ada", "Lovelace")
    kim = scenario.signed_in(scenario.recruiter)
    page = kim.page
    page.goto(f"/jobs/{scenario.job.pk}/")
    page.get_by_role("link", name="Ada Lovelace", exact=True).focus()
    page.keyboard.press("m")
    page.get_by_label("Find a step").fill("cross")
    page.keyboard.press("Enter")
    kim.sees("Ada Lovelace moved to Crosschq.", inside="#toasts")
    open_tab(kim, ada, "")
    kim.sees("Moving Ada Lovelace to Crosschq sent Engineering, 3 references.")
    assert entries_of(kim) == ["Reference Check Requested"]
    kim.is_accessible()

    # The candidate names the references in their locker, and answers first.
    open_tab(kim, ada)
    kim.sees("Ada Lovelace has not started. Owner: Kim Ito.", inside="#reference-check-card")
    kim.is_accessible()
    person = scenario.visitor(at=scenario.sandbox.url)
    person.page.goto(crosschq.page_of("ada@example.com", "invitation"))
    for first, last in (("Mona", "Ager"), ("Peter", "Eer"), ("Petra", "Eer")):
        person.page.get_by_label("First name").fill(first)
        person.page.get_by_label("Last name").fill(last)
        person.page.get_by_label("Email").fill(f"{first.lower()}@reference.example")
        person.click("Add this reference")
    person.click("Submit my self-reference")
    kim.sees("0 of 3 references answered", inside="#reference-check-card")

    # A reference answers.
    person.page.goto(crosschq.page_of("mona@reference.example", "reference_request"))
    person.click("Start the survey")
    person.click("Submit my answers")
    kim.sees("1 of 3 references answered", inside="#reference-check-card")
    kim.sees("3 named, 1 answered", inside="#reference-check-card")
    kim.is_accessible()
    expect(page.get_by_text("Mona")).to_have_count(0)


def test_the_report_comes_back_into_notes_files_and_the_owners_mail(scenario: Scenario, crosschq: Crosschq) -> None:
    _, template = crosschq.prepare_all()
    ada = scenario.apply("Ada", "Lovelace")
    check = crosschq.sent(ada, template)
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada)
    crosschq.control(f"reference-requests/{check.vendor_id}/complete")
    kim.sees("3 of 3 references.", inside="#reference-check-card")
    kim.sees("Also in Files.", inside="#reference-check-card")
    kim.sees("You were told by email. The link also stands in Notes.", inside="#reference-check-card")
    kim.is_accessible()

    # The report, as Crosschq shows it.
    with kim.context.expect_page() as opened:
        page_link = kim.page.locator("#reference-check-card").get_by_role("link", name=re.compile("^View report"))
        page_link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Ada Lovelace")
    assert opened.value.url.startswith(f"{scenario.sandbox.url}/crosschq/report/")

    # Notes: the link; Files: both PDFs; the newsfeed: the story.
    open_tab(kim, ada, "notes/")
    link = kim.page.get_by_role("article", name="Note by Crosschq").get_by_role("link")
    assert link.get_attribute("href") == opened.value.url
    kim.is_accessible()
    open_tab(kim, ada, "files/")
    for name in ("Reference report, full.pdf", "Reference report, summary.pdf"):
        with kim.page.expect_download() as download:
            kim.click(name, role="link", inside="table")
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    open_tab(kim, ada, "")
    kim.sees("The reference report is ready: 3 of 3 references.")
    kim.is_accessible()

    # The owner's mail, once.
    tester = scenario.visitor(at=scenario.sandbox.url)
    tester.page.goto("/__sandbox__/mails")
    tester.sees("Reference report ready: Ada Lovelace, Senior Buyer", inside="body")
    expect(tester.page.get_by_role("row").filter(has_text="kim@acme.example")).to_have_count(1)


# ── Where nothing is sent ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.every_page
def test_a_lead_is_converted_before_anything_is_sent(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.prepare_all()
    ada = factories.lead(
        job=scenario.job,
        candidate__first_name="Ada",
        candidate__last_name="Lovelace",
        candidate__email="ada@example.com",
    )
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada)
    kim.sees("Ada is a lead. Crosschq requests go to applicants only; nothing was sent.")
    kim.is_accessible()
    kim.click("Convert to applicant", inside="#reference-check-card")
    kim.sees("Move Ada Lovelace to the Crosschq step to send Engineering, 3 references.")
    kim.click("Move to Crosschq", inside="#reference-check-card")
    kim.sees("Ada Lovelace has not started.", inside="#reference-check-card")
    assert crosschq.arrived(ada).transition is not None


@pytest.mark.every_page
def test_a_tag_that_no_template_has_is_got_around_by_choosing(scenario: Scenario, crosschq: Crosschq) -> None:
    step, _ = crosschq.prepare_all(tag="enginering")
    ada = scenario.apply("Ada", "Lovelace")
    crosschq.move(ada, step)
    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada, "")
    kim.sees('No template has the tag "enginering"; nothing was sent.')
    assert entries_of(kim) == ["Reference Check Not Sent"]
    kim.is_accessible()
    kim.click("Choose template and send to Ada Lovelace", role="link")
    window = kim.page.locator("dialog[open]")
    expect(window.get_by_label("Template", exact=True)).to_be_focused()
    expect(window).to_contain_text("Asks for 1 Manager, 2 Peer.")
    kim.is_accessible()
    kim.click("Send reference check", inside="dialog[open]")
    kim.sees("Reference check is on its way to Ada Lovelace.", inside="#toasts")
    kim.sees("Ada Lovelace has not started.", inside="#reference-check-card")


@pytest.mark.every_page
def test_a_second_entry_sends_nothing_and_sending_again_asks_first(scenario: Scenario, crosschq: Crosschq) -> None:
    step, _ = crosschq.prepare_all()
    ada = scenario.apply("Ada", "Lovelace")
    first = Application.objects.get(pk=ada.pk).stage
    assert first is not None
    crosschq.move(ada, step)
    crosschq.arrived(ada)
    crosschq.move(ada, first)
    crosschq.move(ada, step)

    kim = scenario.signed_in(scenario.recruiter)
    open_tab(kim, ada, "")
    kim.sees("is still open, so no second one was sent.")
    assert entries_of(kim) == ["Reference Check Requested", "Reference Check Already Requested"]
    kim.click("Send the reference check of Ada Lovelace again", role="link")
    kim.sees("Send a second reference check to Ada Lovelace?", inside="dialog[open]")
    expect(kim.page.get_by_role("link", name="Keep one")).to_be_focused()
    kim.is_accessible()
    kim.click("Send again", inside="dialog[open]")
    kim.sees("Reference check is on its way to Ada Lovelace.", inside="#toasts")
    kim.sees("Earlier checks")
    kim.sees("Ada Lovelace has not started.", inside="#reference-check-card")
    kim.is_accessible()
    assert [check.is_forced for check in ReferenceCheck.objects.filter(application=ada).order_by("id")] == [False, True]
    assert len(crosschq.mails(to="ada@example.com", kind="invitation")) == 2


# ── Prospects ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.every_page
def test_prospects_arrive_as_leads_with_source_job_and_tag(scenario: Scenario, crosschq: Crosschq) -> None:
    crosschq.connect()
    crosschq.add_prospects()
    dana = scenario.signed_in(scenario.administrator)
    page = dana.page
    page.goto("/settings/candidate-sources/")
    dana.is_accessible()
    dana.click("Add source", role="link")
    page.get_by_role("combobox", name="Source type").fill("Crosschq")
    page.get_by_label("Source", exact=True).fill("Crosschq prospects")
    dana.click("Add source", inside="dialog[open]")
    dana.sees("Crosschq prospects")

    page.goto(f"{SETTINGS}prospects/")
    dana.is_accessible()
    page.get_by_role("switch", name="Export Prospects from Crosschq").check()
    page.get_by_label("Source type").select_option(label="Crosschq")
    page.get_by_label("Source id").select_option(label="Crosschq prospects (Crosschq)")
    page.get_by_role("combobox", name="Jobs").press_sequentially("sen")
    page.get_by_role("option", name=re.compile("^Senior Buyer")).click()
    page.get_by_role("combobox", name="Tags").fill("open to jobs")
    page.keyboard.press("Enter")
    dana.click("Save")
    dana.sees("Saved. The export has begun.", inside="#toasts")
    dana.sees("60 of 60: 52 new, 6 already here, 2 without email.", inside="#prospects-progress")
    dana.is_accessible()

    leads = Application.objects.filter(job=scenario.job, state=Application.State.LEAD)
    assert (
        leads.filter(candidate__source__name="Crosschq prospects", candidate__tags__name="open to jobs").count() == 52
    )


@pytest.mark.every_page
def test_a_second_export_changes_nothing_and_the_list_finds_prospects_by_source(
    scenario: Scenario, crosschq: Crosschq
) -> None:
    installation = crosschq.connect()
    crosschq.add_prospects()
    crosschq.export(installation)
    before = list(Application.objects.order_by("id").values("id", "state", "updated_at"))
    dana = scenario.signed_in(scenario.administrator)
    page = dana.page
    page.goto(f"{SETTINGS}prospects/")
    dana.sees("60 of 60: 52 new, 6 already here, 2 without email.", inside="#prospects-progress")
    dana.click("Export again")
    dana.sees("60 of 60: 0 new, 58 already here, 2 without email.", inside="#prospects-progress")
    assert Candidate.objects.filter(company=scenario.company).count() == 52
    assert list(Application.objects.order_by("id").values("id", "state", "updated_at")) == before

    # Found by their source.
    scenario.apply("Ada", "Lovelace")
    page.goto("/candidates/")
    dana.sees("Ada Lovelace")
    page.get_by_label("Source").select_option(label="Crosschq prospects")
    dana.click("Search")
    expect(page.get_by_role("link", name="Ada Lovelace")).to_have_count(0)
    expect(page.locator("[data-row]").first).to_contain_text("Crosschq prospects")
    dana.is_accessible()
