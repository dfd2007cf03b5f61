"""Texts that are too long are refused before the database is asked, the same on both engines."""

import pytest

from recruiting.candidates.models import Candidate
from recruiting.candidates.services import CandidateDetails, create_candidate
from recruiting.companies import services as companies
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.models import Job
from recruiting.jobs.services import JobDetails, create_job
from tests import factories
from tests.refusals import refuses
from tests.signing_in import signed_in


def test_it_refuses_a_name_and_a_phone_that_are_too_long(db: None) -> None:
    by = factories.administrator(factories.CompanyFactory())

    with pytest.raises(InvalidInput) as refusal:
        create_candidate(details=CandidateDetails("A" * 81, "B", "", "1" * 41), by=by)

    assert refusal.value.fields == {
        "first_name": "Use 80 characters at most; this has 81.",
        "phone": "Use 40 characters at most; this has 41.",
    }
    assert not Candidate.objects.exists()


def test_it_refuses_a_title_that_is_too_long_and_strips_one_that_is_not(db: None) -> None:
    by = factories.administrator(factories.CompanyFactory())

    with pytest.raises(InvalidInput, match="150 characters at most"):
        create_job(details=JobDetails(title="T" * 151), by=by)
    assert not Job.objects.exists()

    assert create_job(details=JobDetails(title="  Buyer "), by=by).title == "Buyer"


def test_it_refuses_a_company_and_a_person_whose_names_are_too_long(db: None) -> None:
    with refuses(InvalidInput, "120 characters at most"):
        companies.create_company(name="C" * 121, time_zone="UTC")

    member = factories.MembershipFactory(company=factories.CompanyFactory(), role=CompanyRole.STANDARD)
    with refuses(InvalidInput, "80 characters at most"):
        companies.change_profile(user=member.user, first_name="K" * 81, last_name="", time_zone="")


@pytest.mark.parametrize("address", ["adm\u0131n@example.com", "\u017fam@example.com", "zo\u00eb@example.com"])
def test_a_letter_that_looks_like_ascii_makes_no_address(db: None, address: str) -> None:
    company = factories.CompanyFactory()
    by = factories.administrator(company)

    with refuses(InvalidInput, "That email looks incomplete"):
        create_candidate(details=CandidateDetails("A", "B", address), by=by)
    invited = signed_in(by).post("/settings/users/invite/", {"email": address, "role": "standard"})
    assert invited.status_code == 422
    assert invited.context["form"].errors["email"] == ["That email looks incomplete. Check it."]
