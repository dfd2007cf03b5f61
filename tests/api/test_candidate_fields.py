"""Candidate fields through the API."""

from typing import Any

import pytest

from recruiting.applications.models import Application
from recruiting.candidates.models import CandidateField, CandidateFieldValue
from recruiting.companies.models import Membership
from recruiting.company_fields import definitions
from recruiting.company_fields.definitions import FieldDetails
from recruiting.foundation.permissions import JobRole
from tests import factories
from tests.api.conftest import MakeCaller

pytestmark = pytest.mark.both_engines

PUBLIC, INTERNAL = CandidateField.Visibility.PUBLIC, CandidateField.Visibility.INTERNAL


@pytest.fixture
def ada(dana: Membership) -> Application:
    """Somebody on a job."""
    return factories.ApplicationFactory(job=factories.JobFactory(company=dana.company))


def make(dana: Membership, name: str, *labels: str, visibility: Any = INTERNAL) -> CandidateField:
    kind = CandidateField.Kind.SELECT if labels else CandidateField.Kind.TEXT
    details = FieldDetails(name, visibility=visibility)
    return definitions.create(CandidateField, details=details, kind=kind, labels=labels, by=dana)


def test_programs_read_and_write_them(ada: Application, dana: Membership, calls_as: MakeCaller) -> None:
    field, select = make(dana, "Notice"), make(dana, "Relocates", "Yes", "No", visibility=PUBLIC)
    recruiter = factories.on_team(ada.job, JobRole.RECRUITER)
    answers = [{"id": str(field.pk), "value": "A month"}, {"id": str(select.pk), "value": "no"}]
    caller, path = calls_as(recruiter), f"candidates/{ada.candidate_id}/"

    written = caller.patch(path, {"candidate_fields": answers})
    added = caller.post("candidates/", {"job": str(ada.job_id), "first_name": "Grace", "candidate_fields": answers})

    assert (written.status_code, added.status_code) == (200, 201)
    shown = [("Notice", "text", "A month"), ("Relocates", "select", "No")]
    for body in (written.json(), added.json(), caller.get(path).json(), *caller.get("candidates/").json()["results"]):
        assert [(one["name"], one["kind"], one["value"]) for one in body["candidate_fields"]] == shown
    reader = calls_as(factories.on_team(ada.job, JobRole.INTERVIEWER))
    assert [one["name"] for one in reader.get(path).json()["candidate_fields"]] == ["Relocates"]
    assert [one["name"] for one in reader.get("candidate-fields/").json()["results"]] == ["Relocates"]
    listed = calls_as(dana).get("candidate-fields/").json()["results"]
    assert {one["name"]: one["visibility"] for one in listed} == {"Notice": "internal", "Relocates": "public"}
    choices = calls_as(dana).get(f"candidate-fields/{select.pk}/options/?search=y").json()["results"]
    assert [one["label"] for one in choices] == ["Yes"]


@pytest.mark.parametrize("value", ["Perhaps", True, "12"])
def test_a_value_that_is_none_of_its_field_is_refused_by_its_id(
    ada: Application, dana: Membership, calls_as: MakeCaller, value: Any
) -> None:
    select = make(dana, "Relocates", "Yes", "No")
    answers = {"candidate_fields": [{"id": str(select.pk), "value": value}]}
    caller, created = calls_as(dana), {"job": str(ada.job_id), "first_name": "Grace", **answers}

    for response in (caller.patch(f"candidates/{ada.candidate_id}/", answers), caller.post("candidates/", created)):
        assert response.status_code == 422
        assert list(response.json()["errors"]) == [f"candidate_fields.{select.pk}"]
    assert not CandidateFieldValue.objects.exists() and Application.objects.count() == 1
