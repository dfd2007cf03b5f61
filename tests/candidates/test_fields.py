"""Candidate fields: what differs from those of jobs, on the record and in its window."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from newsfeed.models import NewsfeedEntry
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.candidates import services
from recruiting.candidates.models import CandidateField, CandidateFieldOption, CandidateFieldValue
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.company_fields import definitions, values
from recruiting.company_fields.definitions import FieldDetails
from recruiting.company_fields.values import input_name
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import CompanyRole, JobRole
from tests import factories, markup
from tests.cases import undone
from tests.refusals import refuses
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines

Kind = CandidateField.Kind
PUBLIC, INTERNAL = CandidateField.Visibility.PUBLIC, CandidateField.Visibility.INTERNAL


@pytest.fixture
def ada(db: None) -> Application:
    """Ada on a job."""
    company = factories.CompanyFactory()
    person = factories.CandidateFactory(
        company=company, first_name="Ada", last_name="Lovelace", email="ada@example.com"
    )
    return factories.ApplicationFactory(candidate=person, job=factories.JobFactory(company=company))


@pytest.fixture
def dana(ada: Application) -> Membership:
    """An Administrator."""
    return factories.administrator(ada.company)


def make(dana: Membership, name: str = "Notice", kind: Kind = Kind.TEXT, **more: Any) -> CandidateField:
    details = FieldDetails(name, more.pop("is_required", False), more.pop("visibility", INTERNAL))
    return definitions.create(CandidateField, details=details, kind=kind, by=dana, **more)


def said(ada: Application, by: Membership) -> dict[str, Any]:
    return {one.field.name: one.value for one in values.visible(CandidateField, ada.candidate, by)}


def edit(ada: Application, by: Membership, **more: Any) -> None:
    details = CandidateDetails(**{name: getattr(ada.candidate, name) for name in CandidateDetails.__dataclass_fields__})
    services.edit_details(candidate=ada.candidate, details=details, by=by, **more)


# ── Who reads, and what is asked ─────────────────────────────────────────────────────────────────────────────────────
def test_internal_ones_are_for_full_access_to_one_of_the_persons_jobs(ada: Application, dana: Membership) -> None:
    for company_role in CompanyRole:
        for job_role in [None, *JobRole]:
            with undone(company_role, job_role):
                make(dana, "Open", visibility=PUBLIC)
                make(dana, "Secret")
                elsewhere = applications.add_to_job(
                    candidate=ada.candidate, job=factories.JobFactory(company=ada.company), by=dana
                )
                other = factories.CandidateFactory(company=ada.company)
                member = factories.MembershipFactory(company=ada.company, role=company_role)
                if job_role:
                    factories.HiringTeamMemberFactory(job=elsewhere.job, membership=member, role=job_role)
                everywhere = company_role != CompanyRole.STANDARD
                sees = everywhere or job_role in {JobRole.HIRING_MANAGER, JobRole.RECRUITER, JobRole.COORDINATOR}
                for field in CandidateField.objects.all():
                    factories.CandidateFieldValueFactory(candidate=ada.candidate, field=field, option=None, text="x")

                found = values.of_owners(CandidateField, [ada.candidate_id, other.pk], member)
                given = [row.field.name for row in values.given(CandidateField, ada.candidate_id, member)]

                names = {pk: [one.field.name for one in ones] for pk, ones in found.items()}
                assert names[ada.candidate_id] == given == (["Open", "Secret"] if sees else ["Open"])
                assert names[other.pk] == (["Open", "Secret"] if everywhere else ["Open"])


def test_a_required_one_can_not_be_emptied_and_is_asked_of_nobody_who_comes(ada: Application, dana: Membership) -> None:
    field = make(dana, is_required=True)
    added = applications.add_candidate(job=ada.job, details=CandidateDetails("Grace"), by=dana)
    edit(ada, dana)
    edit(ada, dana, values={field.pk: "A month"})

    with refuses(InvalidInput) as caught:
        edit(ada, dana, values={field.pk: None})

    assert list(caught.value.fields) == [input_name(field.pk)]
    assert said(ada, dana) == {"Notice": "A month"}
    assert said(added, dana) == {"Notice": None}


def test_a_change_is_one_entry_that_names_no_field(ada: Application, dana: Membership) -> None:
    field = make(dana)
    before = ada.candidate.version

    edit(ada, dana, values={field.pk: " A\u200b  month "})
    edit(ada, dana, values={field.pk: "A month"})
    services.set_field_values(candidate=ada.candidate, values={field.pk: "A month"}, by=dana)

    ada.candidate.refresh_from_db()
    assert (said(ada, dana), ada.candidate.version) == ({"Notice": "A month"}, before + 1)
    (entry,) = NewsfeedEntry.objects.filter(verb="candidates.details_changed")
    assert entry.payload["fields"] == "candidate fields"

    services.set_field_values(candidate=ada.candidate, values={field.pk: None}, by=dana)
    assert said(ada, dana) == {"Notice": None} and not CandidateFieldValue.objects.exists()


def test_fields_of_jobs_and_of_others_are_none(ada: Application, dana: Membership) -> None:
    foreign = factories.CandidateFieldFactory(company=factories.CompanyFactory())
    for field in (foreign, factories.JobFieldFactory(company=ada.company), make(dana, is_active=False)):
        with refuses(InvalidInput, "There is no such candidate field") as caught:
            edit(ada, dana, values={field.pk: "x"})
        assert list(caught.value.fields) == [input_name(field.pk)]


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_administrators_keep_them_in_company_settings(ada: Application, dana: Membership) -> None:
    client = signed_in(dana)
    new = {"name": "Relocates", "kind": "select", "visibility": "public", "values": "Yes\nNo", "is_active": "on"}
    response = client.post(reverse("candidates:field-create"), new)
    field = CandidateField.objects.get()
    assert (response.status_code, response["Location"]) == (303, reverse("candidates:fields"))
    option = CandidateFieldOption.objects.get(label="No")
    services.set_field_values(candidate=ada.candidate, values={field.pk: option}, by=dana)

    page = markup.page(client.get(reverse("candidates:fields")))
    table = page[page.index("<table") : page.index("</table>")]
    assert "Candidate fields in the order of the record" in table and "1 person" in table
    assert "Category" not in table and "job" not in table
    asked = markup.page(client.get(reverse("candidates:field-option-remove", args=[option.pk])))
    assert "1 person keeps it" in asked
    asked = markup.page(client.get(reverse("candidates:field-deactivate", args=[field.pk])))
    assert "1 person keeps their value" in asked
    shown = markup.page(client.get(reverse("candidates:field-edit", args=[field.pk])))
    assert "never on careers pages" in shown and "Category" not in shown
    assert signed_in(factories.staffing(ada.company)).get(reverse("candidates:fields")).status_code == 404


def test_what_becomes_public_is_asked_about(ada: Application, dana: Membership) -> None:
    field = make(dana)
    services.set_field_values(candidate=ada.candidate, values={field.pk: "x"}, by=dana)

    address = reverse("candidates:field-edit", args=[field.pk])
    asked = markup.page(signed_in(dana).post(address, {"name": "Notice", "visibility": "public"}))

    assert "This shows 1 person's value to everyone who sees them." in asked.replace("&#x27;", "'")
    field.refresh_from_db()
    assert field.visibility == INTERNAL


def test_the_window_asks_and_the_record_shows_what_is_given(ada: Application, dana: Membership) -> None:
    field, select = make(dana), make(dana, "Relocates", Kind.SELECT, labels=["Yes", "No"])
    empty = make(dana, "Left empty", Kind.YES_NO)
    recruiter, address = factories.on_team(ada.job, JobRole.RECRUITER), _address(ada, "candidate-edit")
    option = CandidateFieldOption.objects.get(label="No")
    client: Client = signed_in(recruiter)
    window = markup.page(client.get(address))
    assert all(input_name(one.pk) in window for one in (field, select, empty))

    sent = {"first_name": "Ada", input_name(field.pk): "A month", input_name(select.pk): str(option.pk)}
    assert client.post(address, sent).status_code == 303

    record = _main(markup.page(client.get(_address(ada, "candidate"))))
    assert "Notice" in record and "A month" in record and "Relocates" in record and "Left empty" not in record
    interviewer = signed_in(factories.on_team(ada.job, JobRole.INTERVIEWER))
    assert "A month" not in markup.page(interviewer.get(_address(ada, "candidate")))


def test_what_somebody_else_changed_meanwhile_stays(ada: Application, dana: Membership) -> None:
    field, other = make(dana), make(dana, "Other")
    client, address = signed_in(dana), _address(ada, "candidate-edit")
    form = client.get(address).context["form"]
    services.set_field_values(candidate=ada.candidate, values={field.pk: "Theirs"}, by=dana)
    seen = {"seen": form["seen"].value(), "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}

    client.post(address, {**seen, input_name(field.pk): "", input_name(other.pk): "Mine"})
    refused = client.post(address, {**seen, input_name(field.pk): "Also mine"})

    assert refused.status_code == 409
    assert said(ada, dana) == {"Notice": "Theirs", "Other": "Mine"}


def test_a_long_list_is_found_by_typing(ada: Application, dana: Membership) -> None:
    field = make(dana, "Skill", Kind.SELECT, labels=[f"Skill {number}" for number in range(60)])
    url = reverse("candidates:field-values", args=[field.pk])

    assert url in markup.page(signed_in(dana).get(_address(ada, "candidate-edit")))
    assert signed_in(dana).get(url, {"q": "skill 59"}).json() == [{"value": "Skill 59", "label": "Skill 59"}]
    assert signed_in(dana).get(reverse("candidates:field-values", args=[make(dana).pk])).json() == []
    interviewer = factories.on_team(ada.job, JobRole.INTERVIEWER)
    assert signed_in(interviewer).get(url).status_code == 404


def _address(ada: Application, view: str) -> str:
    return reverse(f"applications:{view}", args=[ada.candidate_id, ada.pk])


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]
