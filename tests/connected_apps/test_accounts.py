"""Service accounts: memberships that programs act as, and that are nobody wherever people are meant."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from newsfeed.models import NewsfeedEntry
from recruiting.api import services as api
from recruiting.applications import selectors
from recruiting.candidates import services as candidates
from recruiting.candidates.services import CandidateDetails
from recruiting.companies import selectors as companies_selectors
from recruiting.companies import service_accounts
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action, CompanyRole, JobRole
from recruiting.jobs import access
from recruiting.jobs import selectors as jobs
from recruiting.jobs import services as job_services
from tests.factories import ApplicationFactory, JobFactory, MembershipFactory, ServiceAccountFactory, UserFactory
from tests.signing_in import signed_in

SETTINGS = "/settings/connected-apps/"
ACCOUNTS = f"{SETTINGS}accounts/"


@pytest.fixture
def robot(acme: Company) -> Membership:
    """Return a service account of Acme that may do everything."""
    made: Membership = ServiceAccountFactory(company=acme, service_name="Robot", role=CompanyRole.ADMINISTRATOR)
    return made


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ── What one is ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.both_engines
def test_a_membership_is_either_a_persons_or_a_service_accounts(acme: Company) -> None:
    for wrong in ({"user": None, "service_name": ""}, {"user": UserFactory(), "service_name": "Robot"}):
        with pytest.raises(IntegrityError, match="membership_person_or_service"), transaction.atomic():
            Membership.objects.create(company=acme, **wrong)
    ServiceAccountFactory(company=acme, service_name="Robot")
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceAccountFactory(company=acme, service_name="Robot")


def test_it_has_a_name_no_address_and_the_companys_time_zone(robot: Membership) -> None:
    assert (str(robot), robot.name, robot.short_name, robot.email) == ("Robot", "Robot", "Robot", "")
    assert (robot.is_person, robot.can_sign_in, robot.can_act) == (False, False, True)
    assert robot.zone.key == robot.company.time_zone


@pytest.mark.both_engines
def test_it_is_in_no_list_of_people(robot: Membership, dana: Membership, sam: Membership, danas: Browser) -> None:
    application = ApplicationFactory(job=JobFactory(company=robot.company))
    job = application.job
    job_services.add_to_team(job=job, member=robot, role=JobRole.RECRUITER, by=dana)

    assert set(Membership.objects.for_company(robot.company).active()) == {dana, sam}
    assert companies_selectors.administrators(robot.company) == [dana]
    assert list(companies_selectors.possible_successors(sam)) == [dana]
    assert robot not in selectors.possible_owners(application)
    assert robot not in access.who_may(Action.EDIT_JOB, job)
    assert "Robot" not in danas.get("/settings/users/").content.decode()
    for page in ("role", "deactivate"):
        assert danas.get(f"/settings/users/{robot.pk}/{page}/").status_code == 404


def test_it_owns_nobody(robot: Membership, dana: Membership) -> None:
    added = candidates.create_candidate(details=CandidateDetails(first_name="Ada", email="ada@example.com"), by=robot)

    assert added.owner is None
    with pytest.raises(NotFound):
        candidates.set_owner(candidate=added, owner=robot, by=dana)
    candidates.set_owner(candidate=added, owner=dana, by=dana)
    added.refresh_from_db()
    assert added.owner == dana


def test_it_has_no_personal_tokens(robot: Membership) -> None:
    with pytest.raises(NotAllowed):
        api.create_token(membership=robot, name="Mine", scopes=["jobs:read"], days=30)


def test_it_does_not_count_as_the_administrator_that_a_company_needs(robot: Membership, dana: Membership) -> None:
    with pytest.raises(Conflict):
        companies.change_role(membership=dana, role=CompanyRole.STANDARD, by=dana)
    with pytest.raises(Conflict):
        companies.deactivate(membership=dana, by=None)


# ── On jobs, as a person ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.both_engines
def test_it_has_roles_on_jobs_and_sees_by_them(acme: Company, dana: Membership, danas: Browser) -> None:
    job, other = JobFactory(company=acme), JobFactory(company=acme)
    robot = ServiceAccountFactory(company=acme, service_name="Robot")
    MembershipFactory(company=acme, user__first_name="Zoe")
    assert [member.name for member in jobs.people_without_role(job, JobRole.RECRUITER)][-1] == "Robot"
    choosing = text_of(danas.get(f"/jobs/{job.pk}/info/?open=team&pick=recruiter"))
    assert f'<option value="{robot.pk}">Robot (service account)</option>' in choosing

    answer = danas.post(f"/jobs/{job.pk}/team/add/", {"member": robot.pk, "role": "recruiter"})

    assert answer.status_code == 303
    assert [member.membership for member in jobs.team_of([job])] == [robot]
    assert access.may(robot, Action.MOVE_APPLICATION, job) and not access.may(robot, Action.VIEW_JOB, other)
    assert "Robot" in text_of(danas.get(f"/jobs/{job.pk}/info/"))
    companies.deactivate(membership=robot, by=dana)
    assert jobs.team_of([job]) == []


def test_what_it_does_stands_under_its_name(robot: Membership, danas: Browser) -> None:
    job = JobFactory(company=robot.company, title="Buyer")
    job_services.close_job(job=job, by=robot)

    assert NewsfeedEntry.objects.get(job=job).actor == robot
    assert "Robot closed" in text_of(danas.get(f"/jobs/{job.pk}/newsfeed/")) + text_of(danas.get("/"))


# ── Company Settings ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_administrators_make_change_and_deactivate_them(acme: Company, danas: Browser) -> None:
    made = danas.post(f"{ACCOUNTS}new/", {"name": " Payroll  sync ", "role": "standard"})
    account = Membership.objects.service_accounts().get()
    assert (made.status_code, made.headers["Location"]) == (303, SETTINGS)
    assert (account.company, account.name, account.role) == (acme, "Payroll sync", "standard")

    address = f"{ACCOUNTS}{account.pk}/"
    assert danas.post(address, {"name": "Payroll", "role": "staffing"}).status_code == 303
    account.refresh_from_db()
    assert (account.name, account.role) == ("Payroll", "staffing")

    assert "loses access now" in text_of(danas.get(f"{address}deactivate/"))
    assert danas.post(f"{address}deactivate/").status_code == 303
    account.refresh_from_db()
    assert not account.can_act
    assert "Payroll" in text_of(danas.get(SETTINGS)) and "Deactivated" in text_of(danas.get(SETTINGS))
    assert danas.post(f"{address}reactivate/").status_code == 303
    account.refresh_from_db()
    assert account.can_act


def test_a_name_is_needed_and_taken_once(robot: Membership, dana: Membership, danas: Browser) -> None:
    for name in ("", " ", "x" * 81, "Robot"):
        assert danas.post(f"{ACCOUNTS}new/", {"name": name, "role": "standard"}).status_code in (409, 422), name
    for name in ("", "x" * 81):
        with pytest.raises(InvalidInput):
            service_accounts.create(company=robot.company, name=name, role=CompanyRole.STANDARD, by=dana)
    assert Membership.objects.service_accounts().get() == robot


def test_a_company_has_only_so_many(robot: Membership, dana: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_accounts, "MOST", 1)
    with pytest.raises(Conflict):
        service_accounts.create(company=robot.company, name="Second", role=CompanyRole.STANDARD, by=dana)


def test_nobody_else_makes_or_changes_them(
    robot: Membership, sam: Membership, stranger: Membership, dana: Membership
) -> None:
    role = CompanyRole.ADMINISTRATOR
    with pytest.raises(NotAllowed):
        service_accounts.create(company=robot.company, name="X", role=role, by=sam)
    with pytest.raises(NotAllowed):
        service_accounts.change(account=robot, name="X", role=role, by=sam)
    for account, by in ((robot, stranger), (dana, dana)):
        with pytest.raises(NotFound):
            service_accounts.change(account=account, name="X", role=role, by=by)
    with pytest.raises(NotFound):
        service_accounts.create(company=robot.company, name="X", role=role, by=stranger)
    for browser in (signed_in(sam), signed_in(stranger)):
        for page in ("", "deactivate/"):
            assert browser.get(f"{ACCOUNTS}{robot.pk}/{page}").status_code == 404
    assert signed_in(dana).get(f"{ACCOUNTS}{dana.pk}/").status_code == 404
    robot.refresh_from_db()
    assert (robot.name, robot.is_active) == ("Robot", True)


def test_platform_staff_see_them_by_name(robot: Membership) -> None:
    staff = Browser()
    staff.force_login(UserFactory(is_staff=True, is_superuser=True))

    listed = text_of(staff.get("/admin/companies/membership/?q=Robot"))
    page = staff.get(f"/admin/companies/membership/{robot.pk}/change/")

    assert ">Robot</a>" in listed and page.status_code == 200
    assert "Robot" in text_of(staff.get(f"/admin/companies/company/{robot.company_id}/change/"))
