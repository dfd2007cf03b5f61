"""Two people edit the same person, job or job field: nothing is overwritten unseen, and nothing typed is lost."""

import re

import pytest
from django.urls import reverse

from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.company_fields import definitions as fields
from recruiting.company_fields import values as field_values
from recruiting.company_fields.definitions import FieldDetails
from recruiting.company_fields.values import input_name
from recruiting.foundation.edits import EditConflict
from recruiting.jobs import services
from recruiting.jobs.models import Job, JobField
from recruiting.jobs.services import JobDetails
from tests import factories, markup
from tests.refusals import changes_nothing, refuses
from tests.sent_forms import fields_of, words
from tests.signing_in import signed_in

ADA = CandidateDetails(first_name="Ada", last_name="Lovelace", email="ada@example.com", phone="")


@pytest.fixture
def job(db: None) -> Job:
    """An open job with a description of two lines, as a browser sends them."""
    return factories.JobFactory(
        company=factories.CompanyFactory(), title="Buyer", city="Austin", description="Buys.\r\nSells."
    )


@pytest.fixture
def kim(job: Job) -> Membership:
    """Its recruiter."""
    return factories.on_team(job)


@pytest.fixture
def ada(job: Job) -> Application:
    return factories.ApplicationFactory(job=job, **{f"candidate__{name}": value for name, value in vars(ADA).items()})


def edit_of(application: Application) -> str:
    return reverse("applications:candidate-edit", args=[application.candidate_id, application.pk])


# ── A person ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_somebody_else_changed_stays(ada: Application, kim: Membership) -> None:
    client = signed_in(kim)
    opened = fields_of(client.get(edit_of(ada)))
    candidates.edit_details(candidate=ada.candidate, details=CandidateDetails(**{**vars(ADA), "phone": "1"}), by=kim)

    saved = client.post(edit_of(ada), {**opened, "last_name": "King"})

    ada.candidate.refresh_from_db()
    assert (saved.status_code, ada.candidate.last_name, ada.candidate.phone) == (303, "King", "1")


def test_what_both_changed_is_shown_side_by_side_and_may_be_replaced(ada: Application, kim: Membership) -> None:
    client = signed_in(kim)
    opened = fields_of(client.get(edit_of(ada)))
    candidates.edit_details(candidate=ada.candidate, details=CandidateDetails(**{**vars(ADA), "phone": "1"}), by=kim)

    with changes_nothing():
        refused = client.post(edit_of(ada), {**opened, "phone": "2", "last_name": "King"})

    assert refused.status_code == 409
    assert re.search(r"\bYou changed this just now [^.]*, in another window\.", words(refused))
    assert "Phone Theirs: 1 Yours: 2" in words(refused)
    again = client.post(edit_of(ada), fields_of(refused))
    ada.candidate.refresh_from_db()
    assert (again.status_code, ada.candidate.last_name, ada.candidate.phone) == (303, "King", "2")


def test_what_one_left_alone_shows_how_it_stands_now(ada: Application, kim: Membership) -> None:
    client = signed_in(kim)
    opened = fields_of(client.get(edit_of(ada)))
    theirs = CandidateDetails(**{**vars(ADA), "phone": "1", "last_name": "King"})
    candidates.edit_details(candidate=ada.candidate, details=theirs, by=kim)

    refused = client.post(edit_of(ada), {**opened, "phone": "2"})

    assert refused.status_code == 409
    assert (refused.context["form"]["last_name"].value(), refused.context["form"]["phone"].value()) == ("King", "2")
    again = client.post(edit_of(ada), fields_of(refused))
    ada.candidate.refresh_from_db()
    assert (again.status_code, ada.candidate.last_name, ada.candidate.phone) == (303, "King", "2")


def test_who_keeps_theirs_keeps_the_rest_of_their_own(ada: Application, kim: Membership) -> None:
    client = signed_in(kim)
    opened = fields_of(client.get(edit_of(ada)))
    candidates.edit_details(candidate=ada.candidate, details=CandidateDetails(**{**vars(ADA), "phone": "1"}), by=kim)
    refused = client.post(edit_of(ada), {**opened, "phone": "2", "last_name": "King"})
    assert 'name="theirs" value="phone "' in markup.page(refused)

    again = client.post(edit_of(ada), {**fields_of(refused), "theirs": "phone "})

    ada.candidate.refresh_from_db()
    assert (again.status_code, ada.candidate.last_name, ada.candidate.phone) == (303, "King", "1")


# ── A job ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def details(job: Job, **changed: str) -> JobDetails:
    return JobDetails(**{**{name: getattr(job, name) for name in JobDetails.__dataclass_fields__}, **changed})


def test_a_job_keeps_what_each_of_two_changed(job: Job, kim: Membership) -> None:
    field = factories.JobFieldFactory(company=job.company, name="Team")
    client, url = signed_in(kim), reverse("jobs:edit", args=[job.pk])
    opened = fields_of(client.get(url))
    services.edit_job(job=job, details=details(job, city="Boston"), values={field.pk: "Blue"}, by=kim)

    saved = client.post(url, {**opened, "title": "Senior Buyer"})

    job.refresh_from_db()
    assert (saved.status_code, job.title, job.city) == (303, "Senior Buyer", "Boston")
    assert [one.words for one in field_values.visible(JobField, job, kim)] == ["Blue"]


def test_lines_that_one_left_alone_are_no_change(job: Job, kim: Membership) -> None:
    client, url = signed_in(kim), reverse("jobs:edit", args=[job.pk])
    opened = fields_of(client.get(url))
    services.edit_job(job=job, details=details(job, description="Buys.\nRents."), by=kim)

    saved = client.post(url, {**opened, "title": "Senior Buyer", "description": "Buys.\r\nSells."})

    job.refresh_from_db()
    assert (saved.status_code, job.title, job.description) == (303, "Senior Buyer", "Buys.\nRents.")


def test_a_job_s_details_and_answers_that_both_changed_are_asked_about(job: Job, kim: Membership) -> None:
    field = factories.JobFieldFactory(company=job.company, name="Team")
    sam = factories.on_team(job)
    client, url = signed_in(kim), reverse("jobs:edit", args=[job.pk])
    opened = fields_of(client.get(url))
    services.edit_job(job=job, details=details(job, city="Boston"), values={field.pk: "Blue"}, by=sam)

    with changes_nothing():
        refused = client.post(url, {**opened, "city": "Reno", input_name(field.pk): "Red"})

    assert refused.status_code == 409
    assert "City Theirs: Boston Yours: Reno Team Theirs: Blue Yours: Red" in words(refused)
    assert f"{sam.name} changed this just now" in words(refused)
    again = client.post(url, fields_of(refused))
    job.refresh_from_db()
    assert (again.status_code, job.city) == (303, "Reno")
    assert [one.words for one in field_values.visible(JobField, job, kim)] == ["Red"]


def test_the_answers_of_somebody_else_are_kept_on_demand(job: Job, kim: Membership) -> None:
    field = factories.JobFieldFactory(company=job.company, name="Team")
    client, url = signed_in(kim), reverse("jobs:edit", args=[job.pk])
    opened = fields_of(client.get(url))
    services.edit_job(job=job, details=details(job), values={field.pk: "Blue"}, by=kim)
    refused = client.post(url, {**opened, "city": "Reno", input_name(field.pk): "Red"})

    again = client.post(url, {**fields_of(refused), "theirs": input_name(field.pk)})

    job.refresh_from_db()
    assert (again.status_code, job.city) == (303, "Reno")
    assert [one.words for one in field_values.visible(JobField, job, kim)] == ["Blue"]


# ── A job field ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_makes_a_field_public_again_unseen(job: Job) -> None:
    dana = factories.administrator(job.company)
    field = factories.JobFieldFactory(company=job.company, name="Team", visibility=JobField.Visibility.PUBLIC)
    factories.JobFieldValueFactory(job=job, field=field)
    client, url = signed_in(dana), reverse("jobs:field-edit", args=[field.pk])
    opened = fields_of(client.get(url))
    fields.edit(field=field, details=FieldDetails("Team", visibility=JobField.Visibility.INTERNAL), by=dana)

    saved = client.post(url, {**opened, "name": "Crew"})

    field.refresh_from_db()
    assert (saved.status_code, field.name, field.visibility) == (303, "Crew", "internal")


def test_two_names_of_a_field_are_asked_about(job: Job) -> None:
    dana = factories.administrator(job.company)
    field = factories.JobFieldFactory(company=job.company, name="Team")
    client, url = signed_in(dana), reverse("jobs:field-edit", args=[field.pk])
    opened = fields_of(client.get(url))
    fields.edit(field=field, details=FieldDetails("Group", visibility=field.visibility), by=dana)

    with changes_nothing():
        refused = client.post(url, {**opened, "name": "Crew"})

    assert (refused.status_code, "Name Theirs: Group Yours: Crew" in words(refused)) == (409, True)
    assert "This was changed just now" in words(refused)
    assert "by somebody else or by you in another window." in words(refused)
    assert client.post(url, fields_of(refused)).status_code == 303
    field.refresh_from_db()
    assert field.name == "Crew"


# ── Under the lock ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_services_refuse_it_themselves(job: Job, kim: Membership, ada: Application) -> None:
    dana = factories.administrator(job.company)
    field = factories.JobFieldFactory(company=job.company, name="Team")
    old = CandidateDetails(**{**vars(ADA), "phone": "0"})

    with refuses(EditConflict):
        services.edit_job(job=job, details=details(job, city="Reno"), base=details(job, city="Boston"), by=kim)
    with refuses(EditConflict):
        mine = CandidateDetails(**{**vars(ADA), "phone": "2"})
        candidates.edit_details(candidate=ada.candidate, details=mine, base=old, by=kim)
    with refuses(EditConflict):
        fields.edit(field=field, details=FieldDetails("Crew"), base=FieldDetails("Group"), by=dana)
