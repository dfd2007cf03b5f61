"""Company Settings › Integrations › Reference Checks: the checklist, the cards, and who may open them."""

from typing import Any

import pytest
from django.urls import reverse

from integrations import installations
from integrations.crosschq.models import Connection, KeptReference, Template
from integrations.models import Credential, Installation
from recruiting.companies import services as companies
from recruiting.jobs.models import JobField, JobFieldValue, StageAutomation
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.crosschq.pages import SETTINGS, followed, text
from tests.crosschq.scenario import Scenario
from tests.signing_in import signed_in

POSTS = ("key/", "webhook/", "webhook/secret/", "options/", "requests/", "privacy/", "test/", "disconnect/")


@pytest.fixture
def fresh(scenario: Scenario) -> Scenario:
    """Acme before anybody set anything up: enabled, off, no key, field, step or template."""
    Credential.objects.all().delete()
    Template.objects.all().delete()
    JobField.objects.all().delete()
    StageAutomation.objects.all().delete()
    Connection.objects.all().delete()
    Installation.objects.update(is_on=False, primary_credential=None)
    OutboxMessage.objects.all().delete()
    scenario.installation.refresh_from_db()
    return scenario


def shown(scenario: Scenario) -> str:
    response = signed_in(scenario.dana).get(SETTINGS)
    assert response.status_code == 200
    return text(response)


def options(scenario: Scenario, **changes: Any) -> dict[str, Any]:
    return {
        "api_version": "v1",
        "can_list": "on",
        "default_requestor": "",
        "owner_mail": "",
        "tag_field": "",
        **changes,
    }


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_administrators_of_an_enabled_company_open_it(scenario: Scenario) -> None:
    before = Credential.objects.get()
    elsewhere = factories.administrator(factories.CompanyFactory())
    for member, status in ((scenario.kim, 404), (scenario.ivy, 404), (factories.staffing(scenario.company), 404)):
        client = signed_in(member)
        assert client.get(SETTINGS).status_code == status
        for path in POSTS:
            assert client.post(f"{SETTINGS}{path}", {"secret": "another-key", "confirmed": "1"}).status_code == status
    page = signed_in(elsewhere).get(SETTINGS)
    assert "Reference Checks are available on request." in text(page)
    for path in POSTS:
        assert signed_in(elsewhere).post(f"{SETTINGS}{path}").status_code == 404
    after = Credential.objects.get()
    assert (after.secret, after.state) == (before.secret, "accepted")
    assert Installation.objects.get(pk=scenario.installation.pk).is_on is True


def test_before_platform_staff_enable_it_administrators_read_how_to_get_it(scenario: Scenario) -> None:
    companies.disable_feature(company=scenario.company, feature="reference-checks")
    page = shown(scenario)
    assert "Available on request" in page
    assert "reach out to the Recruiting Support Team to have it enabled." in page


# ── Setup ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_checklist_leads_through_the_story(fresh: Scenario) -> None:
    client = signed_in(fresh.dana)
    page = shown(fresh)
    assert "Next: paste the partner key." in page
    assert "Connect with the partner key of your Crosschq account." in page
    assert "Turn on Make Candidate Requests." in page
    assert "Create the job field “Crosschq tag”" in page
    assert f"Connect the step “Crosschq” of {fresh.job.process}: so far it starts nothing." in page
    assert reverse("applications:process-edit", args=[fresh.job.process_id]) in page
    assert "Create a template" in page
    assert "0 of 1 open job has a tag" in page
    assert "Show the 1" in page

    fresh.step.name = "References"
    fresh.step.save()
    assert "Add a step “Crosschq” to a hiring process" in shown(fresh)
    assert "Open Hiring Process" in shown(fresh)

    said = followed(client, client.post(f"{SETTINGS}key/", {"secret": f" {fresh.driver.keys['Acme']} "}))
    assert "Crosschq accepts this key." in said
    assert "Connected to Crosschq." in said
    followed(client, client.post(f"{SETTINGS}requests/", {"is_on": "on"}))
    assert "Setup not finished" in shown(fresh)
    assert "Next: create the job field “Crosschq tag”" in shown(fresh)

    create = reverse("jobs:create-suggested-field")
    said = followed(client, client.post(create, {"name": "Crosschq tag", "next": SETTINGS}))
    assert "The job field “Crosschq tag” carries the tag." in said
    field = JobField.objects.get()
    assert (field.kind, field.visibility, field.category) == ("text", "internal", "job")

    factories.StageAutomationFactory(stage=fresh.step, action="crosschq.send_check", mode="send")
    fresh.template_of()
    JobFieldValue.objects.create(company=fresh.company, job=fresh.job, field=field, text="ENGINEERING")
    page = shown(fresh)
    assert "1 hiring process has a step that starts a Crosschq request." in page
    assert "1 template" in page
    assert "1 of 1 open job has a tag" in page
    assert "Moving a candidate to the Crosschq step sends a reference check." in page
    assert "To do:" not in page


def test_open_jobs_without_a_known_tag_are_listed(scenario: Scenario) -> None:
    other = factories.JobFactory(company=scenario.company, title="Senior Buyer")
    JobFieldValue.objects.create(company=scenario.company, job=other, field=scenario.field, text="buyer")
    factories.JobFactory(company=scenario.company, title="Clerk")
    assert "1 of 3 open jobs have a tag" in shown(scenario)
    assert "Show the 2" in shown(scenario)

    page = text(signed_in(scenario.dana).get(f"{SETTINGS}jobs/"))
    assert "No template has the tag “buyer”." in page
    assert "Clerk" in page
    assert "Senior Engineer" not in page
    assert signed_in(scenario.kim).get(f"{SETTINGS}jobs/").status_code == 404


# ── The key ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_refused_key_leaves_the_old_one_in_use(scenario: Scenario) -> None:
    before = Credential.objects.get()
    client = signed_in(scenario.dana)
    assert "Check and save" not in shown(scenario)
    opened = text(client.get(f"{SETTINGS}?replace=key"))
    assert f"The old key (•••• {before.last4}) stays in use until Crosschq has accepted the new one." in opened

    refused = client.post(f"{SETTINGS}key/", {"secret": "not-a-key"})
    assert refused.status_code == 422
    assert "Crosschq does not accept this key." in text(refused)
    assert "not-a-key" not in text(refused)
    after = Credential.objects.get()
    assert (after.secret, after.state) == (before.secret, "accepted")

    empty = client.post(f"{SETTINGS}key/", {"secret": ""})
    assert "Copy the key again, without spaces." in text(empty)


def test_the_key_is_never_shown(scenario: Scenario) -> None:
    key = scenario.driver.keys["Acme"]
    page = shown(scenario)
    assert key not in page
    assert f"•••• {key[-4:]}" in page
    assert key not in text(signed_in(scenario.dana).get(f"{SETTINGS}?replace=key"))


def test_a_silent_vendor_keeps_the_key_unchecked(fresh: Scenario) -> None:
    fresh.fault("config", "status", status=503, times=10)
    client = signed_in(fresh.dana)
    said = followed(client, client.post(f"{SETTINGS}key/", {"secret": fresh.driver.keys["Acme"]}))
    assert "Crosschq didn't answer. The key is saved and checked again within 10 minutes" in said
    assert "Not checked yet" in said
    assert Credential.objects.get().state == "unchecked"


# ── The webhook ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_webhook_card_says_what_to_paste(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    page = shown(scenario)
    assert f"http://127.0.0.1:9/webhooks/reference-checks/{scenario.installation.webhook_token}/" in page
    assert scenario.told.webhook_secret in page
    assert "Crosschq then sends the header “Authorization: Token” with the secret." in page
    assert "choose the request method POST (PUT works too)" in page

    followed(client, client.post(f"{SETTINGS}webhook/", {"webhook_auth": "basic"}))
    assert "“Authorization: Basic” with the secret." in shown(scenario)
    followed(client, client.post(f"{SETTINGS}webhook/", {"webhook_auth": "none"}))
    page = shown(scenario)
    assert scenario.told.webhook_secret not in page
    assert "Crosschq then sends no Authorization header" in page
    assert client.post(f"{SETTINGS}webhook/", {"webhook_auth": "magic"}).status_code == 422


def test_a_new_secret_is_made_after_a_question(scenario: Scenario) -> None:
    before = scenario.told.webhook_secret
    client = signed_in(scenario.dana)
    assert "The old secret is no longer accepted." in text(client.get(f"{SETTINGS}webhook/secret/"))
    assert scenario.told.webhook_secret == before
    followed(client, client.post(f"{SETTINGS}webhook/secret/"))
    assert scenario.told.webhook_secret != before


# ── How requests are made ────────────────────────────────────────────────────────────────────────────────────────────
def test_options_are_saved_and_nothing_typed_is_lost(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    select = factories.JobFieldFactory(company=scenario.company, name="Team", kind="select")
    number = factories.JobFieldFactory(company=scenario.company, name="Budget", kind="number")
    assert "Budget" not in shown(scenario)

    posted = options(
        scenario,
        api_version="v2",
        default_requestor=str(scenario.kim.pk),
        owner_mail="vendor",
        tag_field=str(select.pk),
    )
    posted.pop("can_list")
    followed(client, client.post(f"{SETTINGS}options/", posted))
    told = scenario.told
    assert (told.api_version, told.can_list, told.vendor_tells_owner) == ("v2", False, True)
    assert (told.default_requestor, told.tag_field) == (scenario.kim, select)
    assert f'value="{scenario.kim.pk}" selected' in shown(scenario)

    elsewhere = factories.MembershipFactory(company=factories.CompanyFactory())
    for wrong in ({"default_requestor": str(elsewhere.pk)}, {"tag_field": str(number.pk)}, {"api_version": "v9"}):
        refused = client.post(f"{SETTINGS}options/", options(scenario, owner_mail="vendor", **wrong))
        assert refused.status_code == 422
        assert 'value="vendor"' in text(refused)
    assert scenario.told.api_version == "v2"


# ── Switches ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_turning_off_asks_and_says_that_checks_run_on(scenario: Scenario) -> None:
    check = scenario.sent()
    client = signed_in(scenario.dana)
    asked = text(client.post(f"{SETTINGS}requests/", {}))
    assert "Turn off Make Candidate Requests?" in asked
    assert "1 open request runs on and its report still arrives." in asked
    assert Installation.objects.get(pk=scenario.installation.pk).is_on is True

    followed(client, client.post(f"{SETTINGS}requests/", {"confirmed": "1"}))
    assert Installation.objects.get(pk=scenario.installation.pk).is_on is False
    assert Credential.objects.get().state == "accepted"
    scenario.perform(check, "complete")
    assert scenario.refreshed(check).state == "completed"


def test_no_longer_keeping_references_asks_and_forgets(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    followed(client, client.post(f"{SETTINGS}privacy/", {"keeps_references": "on"}))
    check = scenario.sent()
    scenario.perform(check, "references")
    scenario.refreshed(check)
    assert KeptReference.objects.count() == 3

    asked = text(client.post(f"{SETTINGS}privacy/", {}))
    assert "Forget references' names and contact details?" in asked
    assert KeptReference.objects.count() == 3
    followed(client, client.post(f"{SETTINGS}privacy/", {"confirmed": "1"}))
    assert KeptReference.objects.count() == 0
    assert scenario.told.keeps_references is False


def test_disconnecting_forgets_the_key_when_the_last_check_is_over(scenario: Scenario) -> None:
    check = scenario.sent()
    client = signed_in(scenario.dana)
    asked = text(client.get(f"{SETTINGS}disconnect/"))
    assert "Sent requests stay visible; their reports still arrive." in asked
    assert "1 request is open: the partner key is forgotten when it is over." in asked
    assert "Stay connected" in asked

    said = followed(client, client.post(f"{SETTINGS}disconnect/"))
    assert "Crosschq is disconnected." in said
    assert "The key is kept until the last request is over" in said
    assert Credential.objects.exists()
    scenario.perform(check, "complete")
    scenario.refreshed(check)
    scenario.drain()
    assert not Credential.objects.exists()
    assert "Next: paste the partner key." in shown(scenario)


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_testing_the_connection_says_how_long_it_took_or_why_not(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    assert "Crosschq answered in 0." in followed(client, client.post(f"{SETTINGS}test/"))

    scenario.fault("config", "status", status=503)
    assert "Crosschq answered in" not in followed(client, client.post(f"{SETTINGS}test/"))

    Credential.objects.all().delete()
    assert "There is no partner key yet." in followed(client, client.post(f"{SETTINGS}test/"))


def test_state_tells_what_waits_and_what_went_wrong(scenario: Scenario) -> None:
    scenario.send()
    Installation.objects.update(last_error="Crosschq isn't answering.")
    page = shown(scenario)
    assert "1 message" in page
    assert "Crosschq isn't answering." in page


def test_a_refused_key_needs_attention_in_the_list_of_integrations(scenario: Scenario) -> None:
    Credential.objects.update(state="refused")
    installations.keys_changed(scenario.installation)
    page = text(signed_in(scenario.dana).get(reverse("companies:integrations")))
    assert "Needs attention" in page
    assert page.count(">Reference Checks</h2>") == 1
    assert ">Templates</h2>" not in page  # a further page, not an integration of its own
    assert f'href="{SETTINGS}templates/"' in page
