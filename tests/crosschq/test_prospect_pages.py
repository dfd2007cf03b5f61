"""The Prospects card of Reference Checks: choosing, following an export, stopping it, and who was left out."""

from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from integrations.crosschq.models import Prospect, ProspectRun
from integrations.crosschq.prospects import runs
from integrations.models import Installation
from recruiting.candidates.models import Candidate, Source
from recruiting.companies.models import CompanyFeature
from recruiting.foundation.vendor_errors import VendorUnavailable
from recruiting.jobs.models import Job
from tests import factories
from tests.crosschq.factories import ProspectFactory
from tests.crosschq.pages import SETTINGS, text
from tests.crosschq.prospecting import Office, open_office, several_spellings
from tests.refusals import changes_nothing
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

PAGE = f"{SETTINGS}prospects/"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(monkeypatch)


@pytest.fixture
def dana(office: Office) -> Client:
    """Her browser, in which she has been here: the first visit makes the connection's row."""
    client = signed_in(office.dana)
    client.get(PAGE)
    return client


def typed(office: Office, /, **more: Any) -> dict[str, Any]:
    """Return what Dana sends to switch the export on."""
    return {
        "is_on": "on",
        "source_type": str(office.source.type_id),
        "source": str(office.source.pk),
        "jobs": [str(office.job.pk)],
        "tags": ["prospect"],
        **more,
    }


def said(response: Any) -> str:
    return str(list(get_messages(response.wsgi_request))[-1])


def progress(client: Client, page: str = PAGE) -> str:
    """Return the words of the progress card."""
    return text(client.get(page)).partition('id="prospects-progress"')[2].partition("</section>")[0]


# ── Choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_card_stands_in_the_settings_and_is_off_at_first(office: Office, dana: Client) -> None:
    page = text(dana.get(SETTINGS))

    assert '<h2 class="card-title" id="prospects-title" tabindex="-1">Prospects</h2>' in page
    assert "Export Prospects from Crosschq" in page and "Automatically Export New Prospects" in page
    assert "None: they arrive without a job." in page
    assert f'href="/settings/candidate-sources/new/?next={PAGE}"' in page
    assert "prospects-progress" not in page


def test_saving_begins_the_export_and_shows_how_far_it_is(office: Office, dana: Client) -> None:
    office.vendor.people = several_spellings(50, without_email=2, duplicates=11)

    response = dana.post(PAGE, typed(office, follows="on"))

    assert (response.status_code, response["Location"], said(response)) == (
        303, SETTINGS, "Saved. The export has begun.",
    )  # fmt: skip
    export = office.export
    assert (export.is_on, export.follows, export.source) == (True, True, office.source)
    assert ([*export.jobs.all()], [*export.tags.values_list("name", flat=True)]) == ([office.job], ["prospect"])
    assert "0: 0 new, 0 already here, 0 without email." in progress(dana)

    runs.save_page(office.run.pk, office.vendor.prospects(), cursor="")
    shown = progress(dana)
    run = office.run
    counts = f"{run.added_count} new, {run.known_count} already here, {run.skipped_count} without email."
    assert f"20 of 50: {counts}" in shown and run.taken_count == 20
    assert '<progress class="progress" max="50" value="20"' in shown
    assert f'action="{PAGE}stop/"' in shown and f'hx-get="{PAGE}"' in shown

    office.take()
    shown = progress(dana, SETTINGS)
    assert "50 of 50: 37 new, 11 already here, 2 without email." in shown
    assert "Show the 2" in shown and "We look for new prospects every 10 minutes; last just now." in shown
    assert "hx-get" not in shown and f'action="{PAGE}stop/"' not in shown


def test_the_form_shows_what_was_chosen(office: Office, dana: Client) -> None:
    office.save(tags=["a", "b"])

    page = text(dana.get(SETTINGS))

    assert f'name="jobs" value="{office.job.pk}" checked' in page
    assert 'name="tags" value="a" checked' in page and 'name="tags" value="b" checked' in page
    option = f'<option value="{office.source.pk}" data-parent="{office.source.type_id}" selected>'
    assert option in page


def test_without_script_what_is_typed_is_found_and_what_is_unticked_goes(office: Office, dana: Client) -> None:
    other = factories.JobFactory(company=office.company, title="Site Lead")
    office.save(tags=["old"])

    dana.post(PAGE, typed(office, jobs=[], tags=[], add_job=" site lead ", add_tag=" Brand new "))

    assert [*office.export.jobs.all()] == [other]
    assert [*office.export.tags.values_list("name", flat=True)] == ["Brand new"]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"source": "", "source_type": ""}, "source", "Choose a source."),
        ({"add_job": "No such job"}, "add_job", "There is no open job “No such job”."),
        ({"add_job": "Twin"}, "add_job", "More than one job is called “Twin”. Choose it from the list."),
        ({"is_on": "", "follows": "on"}, "follows", "Turn on “Export Prospects from Crosschq” first."),
        ({"add_tag": "x" * 41}, "add_tag", "Use 40 characters at most for a tag."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_is_kept(
    office: Office, dana: Client, changed: dict[str, str], field: str, sentence: str
) -> None:
    for _ in range(2):
        factories.JobFactory(company=office.company, title="Twin")

    with changes_nothing():
        response = dana.post(PAGE, {key: value for key, value in typed(office, **changed).items() if value != ""})

    assert response.status_code == 422
    assert response.context["prospects"].form.errors == {field: [sentence]}
    page = unescape(response.content.decode())
    assert sentence in page and f'name="jobs" value="{office.job.pk}" checked' in page


def test_a_source_of_another_type_or_company_is_refused(office: Office, dana: Client) -> None:
    linkedin = Source.objects.get(company=office.company, name="LinkedIn")
    foreign = Source.objects.filter(company=factories.CompanyFactory()).first()
    assert foreign is not None

    with changes_nothing():
        answers = [
            dana.post(PAGE, typed(office, source=str(linkedin.pk))),
            dana.post(PAGE, typed(office, source=str(foreign.pk), source_type="")),
        ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].context["prospects"].form.errors == {"source": ["Choose a source of this type."]}


def test_jobs_are_suggested_while_they_are_not_closed(office: Office, dana: Client) -> None:
    Job.objects.filter(pk=office.job.pk).update(title="Senior Buyer")
    factories.JobFactory(company=office.company, title="Old buyer", state=Job.State.CLOSED)
    factories.JobFactory(company=factories.CompanyFactory(), title="Foreign buyer")

    found = dana.get(f"{PAGE}jobs/?q=buyer").json()

    assert found == [{"value": str(office.job.pk), "label": "Senior Buyer", "detail": "Boston, MA, US"}]
    Job.objects.filter(pk=office.job.pk).update(title="Österreichs Einkäufer")
    for typed_ in ("österreich EINKÄUFER", "OSTERREICH", "boston"):
        assert [one["label"] for one in dana.get(f"{PAGE}jobs/", {"q": typed_}).json()] == ["Österreichs Einkäufer"]


# ── While it runs ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_stopped_and_started_again(office: Office, dana: Client) -> None:
    office.vendor.people = several_spellings(30, without_email=0, duplicates=0)
    office.save()

    response = dana.post(f"{PAGE}stop/")
    assert said(response) == "The export was stopped. Whoever arrived stays."
    assert "Stopped" in progress(dana) and "Export again" in progress(dana)

    assert said(dana.post(f"{PAGE}start/")) == "The export has begun."
    assert said(dana.post(f"{PAGE}start/")) == "An export is running already."
    office.take()
    assert (office.run.state, Candidate.objects.count()) == ("done", 30)


def test_switching_off_says_that_nobody_is_deleted(office: Office, dana: Client) -> None:
    office.save(follows=True)

    response = dana.post(PAGE, {key: value for key, value in typed(office).items() if key != "is_on"})

    assert said(response) == "Exports stop. Nobody is deleted."
    assert (office.export.is_on, office.export.follows, office.run.state) == (False, False, "stopped")


def test_why_an_export_waits_or_failed_is_said(office: Office, dana: Client) -> None:
    office.save()
    office.vendor.fails = [VendorUnavailable("Crosschq didn't answer.")]
    office.take()
    assert "Crosschq didn't answer." in progress(dana)
    Installation.objects.update(needs_attention="Acme's key is no longer accepted. Replace it.")
    assert "Acme's key is no longer accepted. Replace it." in progress(dana)
    Installation.objects.update(needs_attention="")

    runs._over(office.run.pk, ProspectRun.State.FAILED, failure="Crosschq has no list of prospects.")
    assert "Crosschq has no list of prospects." in progress(dana)


def test_who_was_left_out_is_listed_with_the_reason(office: Office, dana: Client) -> None:
    office.save()
    for number in range(60):
        ProspectFactory(
            company=office.company,
            installation=office.installation,
            outcome=Prospect.Outcome.SKIPPED,
            candidate=None,
            name=f"Somebody {number}",
            reason="No email address.",
        )

    page = text(dana.get(f"{PAGE}skipped/"))

    assert "Somebody 59" in page and "Somebody 9<" not in page and "No email address." in page
    assert "50 of 60 prospects" in page


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_others_find_nothing_here(office: Office) -> None:
    office.save()
    kim = signed_in(factories.staffing(office.company))
    with changes_nothing():
        assert {kim.get(f"{PAGE}{path}").status_code for path in ("", "skipped/", "jobs/")} == {404}
        assert {kim.post(f"{PAGE}{path}", typed(office)).status_code for path in ("", "start/", "stop/")} == {404}
    CompanyFeature.objects.all().delete()
    dana = signed_in(office.dana)
    with changes_nothing():
        assert {dana.get(f"{PAGE}{path}").status_code for path in ("", "skipped/", "jobs/")} == {404}
        assert {dana.post(f"{PAGE}{path}", typed(office)).status_code for path in ("", "start/", "stop/")} == {404}


def test_another_companys_export_stays_unseen(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.save()
    ProspectFactory(
        company=office.company, installation=office.installation, outcome="skipped", candidate=None, name="Secret"
    )
    other = open_office(monkeypatch)

    page = text(signed_in(other.dana).get(PAGE)) + text(signed_in(other.dana).get(f"{PAGE}skipped/"))

    assert "Secret" not in page and str(office.job.pk) not in page and "prospects-progress" not in page
    assert signed_in(other.dana).post(f"{PAGE}stop/").status_code == 404
    assert office.run.state == "running"
