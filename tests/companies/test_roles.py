"""Roles, deactivating and coming back, as Administrators do it and as everybody else meets it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsfeed.models import NewsfeedEntry
from recruiting import events
from recruiting.companies import services
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.models import HiringTeamMember
from tests import markup
from tests.cases import undone
from tests.companies.conftest import SignIn
from tests.factories import CompanyFactory, HiringTeamMemberFactory, JobFactory, MembershipFactory
from tests.refusals import refuses

LAST_ONE = "Acme needs at least one Administrator. Make somebody else one first."


def test_an_administrator_changes_a_role(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    client = sign_in(dana)
    assert "Standard: only jobs they have a role on" in client.get(f"/settings/users/{kim.pk}/role/").content.decode()

    response = client.post(f"/settings/users/{kim.pk}/role/", {"role": "staffing"})

    assert (response.status_code, response.headers["Location"]) == (303, "/settings/users/")
    kim.refresh_from_db()
    assert kim.role == CompanyRole.STAFFING


def test_people_are_listed_by_name(dana: Membership, sign_in: SignIn) -> None:
    for name in ("Zoe", "Abe"):
        MembershipFactory(company=dana.company, user__first_name=name, user__last_name="Last")

    page = sign_in(dana).get("/settings/users/").content.decode()

    assert page.index("Abe Last") < page.index("Zoe Last")


def test_an_unknown_role_is_refused(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    response = sign_in(dana).post(f"/settings/users/{kim.pk}/role/", {"role": "emperor"})

    assert response.status_code == 422
    kim.refresh_from_db()
    assert kim.role == CompanyRole.STANDARD


@pytest.mark.parametrize(
    ("act", "data"), [("role", {"role": "standard"}), ("deactivate", {})], ids=["change role", "deactivate"]
)
def test_the_last_administrator_stays(
    dana: Membership, kim: Membership, sign_in: SignIn, act: str, data: dict[str, str]
) -> None:
    response = sign_in(dana).post(f"/settings/users/{dana.pk}/{act}/", data)

    assert response.status_code == 409
    assert LAST_ONE in response.content.decode()
    dana.refresh_from_db()
    assert (dana.role, dana.is_active) == (CompanyRole.ADMINISTRATOR, True)


def test_a_deactivated_administrator_does_not_count_as_another_one(dana: Membership, acme: Company) -> None:
    other = MembershipFactory(company=acme, role=CompanyRole.ADMINISTRATOR)
    services.deactivate(membership=other, by=dana)

    with refuses(Conflict, "at least one Administrator"):
        services.change_role(membership=dana, role=CompanyRole.STANDARD, by=dana)


def test_two_administrators_cannot_remove_each_other(dana: Membership, acme: Company) -> None:
    other = MembershipFactory(company=acme, role=CompanyRole.ADMINISTRATOR)
    services.change_role(membership=other, role=CompanyRole.STANDARD, by=dana)

    # `other` still believes to be an Administrator: the page was opened before.
    other.role = CompanyRole.ADMINISTRATOR
    with pytest.raises(NotAllowed):
        services.deactivate(membership=dana, by=other)

    dana.refresh_from_db()
    assert dana.is_active


def test_an_administrator_who_steps_down_lands_on_home(dana: Membership, acme: Company, sign_in: SignIn) -> None:
    MembershipFactory(company=acme, role=CompanyRole.ADMINISTRATOR)

    response = sign_in(dana).post(f"/settings/users/{dana.pk}/role/", {"role": "standard"})

    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_deactivating_says_what_it_means_first(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    page = sign_in(dana).get(f"/settings/users/{kim.pk}/deactivate/").content.decode()

    assert "Deactivate Kim Ito?" in page
    assert "Kim is signed out of Acme now." in page
    assert "is signed out of" in page
    kim.refresh_from_db()
    assert kim.is_active


def test_a_colleague_takes_the_jobs_over(dana: Membership, kim: Membership, acme: Company, sign_in: SignIn) -> None:
    buyer, clerk = JobFactory(company=acme, title="Buyer"), JobFactory(company=acme, title="Clerk")
    closed = JobFactory(company=acme, state="closed")
    for job, role in ((buyer, "recruiter"), (clerk, "recruiter"), (clerk, "interviewer"), (closed, "recruiter")):
        HiringTeamMemberFactory(job=job, membership=kim, role=role)
    lee = MembershipFactory(company=acme, user__first_name="Lee", user__last_name="Hold")
    HiringTeamMemberFactory(job=clerk, membership=lee, role="recruiter")
    client = sign_in(dana)

    page = client.get(f"/settings/users/{kim.pk}/deactivate/").content.decode()
    response = client.post(f"/settings/users/{kim.pk}/deactivate/", {"successor": lee.pk})

    assert "2 jobs lose their Recruiter, 1 job loses its Interviewer." in page and "Lee Hold (" in page
    assert f'value="{kim.pk}"' not in page
    assert response.status_code == 303
    kim.refresh_from_db()
    assert not kim.is_active
    roles = HiringTeamMember.objects.filter(membership=lee).values_list("job__title", "role")
    assert sorted(roles) == [("Buyer", "recruiter"), ("Clerk", "interviewer"), ("Clerk", "recruiter")]
    told = NewsfeedEntry.objects.filter(verb="jobs.team_joined").values_list("job__title", "actor", "payload__role")
    assert sorted(told) == [("Buyer", dana.pk, "Recruiter"), ("Clerk", dana.pk, "Interviewer")]


def test_only_an_active_colleague_takes_over(
    dana: Membership, kim: Membership, acme: Company, stranger: Membership, sign_in: SignIn
) -> None:
    gone = MembershipFactory(company=acme, is_active=False)
    HiringTeamMemberFactory(job=JobFactory(company=acme), membership=kim)

    for wrong in (kim, gone, stranger):
        response = sign_in(dana).post(f"/settings/users/{kim.pk}/deactivate/", {"successor": wrong.pk})
        assert response.status_code == 422 and "Choose somebody from the list." in response.content.decode()
        with pytest.raises(NotFound):
            services.deactivate(membership=kim, by=dana, successor=wrong)

    kim.refresh_from_db()
    assert kim.is_active and HiringTeamMember.objects.count() == 1


def test_a_failed_hand_over_deactivates_nobody(
    dana: Membership, kim: Membership, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = events.publish
    monkeypatch.setattr(events, "publish", lambda e: ["jobs"] if isinstance(e, events.JobsHandedOver) else publish(e))

    with pytest.raises(Conflict, match="could not be handed over, so Kim Ito was not deactivated"):
        services.deactivate(membership=kim, by=dana, successor=dana)

    kim.refresh_from_db()
    assert kim.is_active


def test_without_jobs_nobody_need_take_over(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    page = sign_in(dana).get(f"/settings/users/{kim.pk}/deactivate/").content.decode()

    assert "Who takes over" not in page and "their Recruiter" not in page


def test_the_list_counts_the_jobs_of_each(dana: Membership, kim: Membership, acme: Company, sign_in: SignIn) -> None:
    job = JobFactory(company=acme)
    for role in ("recruiter", "interviewer"):
        HiringTeamMemberFactory(job=job, membership=kim, role=role)
    HiringTeamMemberFactory(job=JobFactory(company=acme, state="closed"), membership=kim)

    page = markup.page(sign_in(dana).get("/settings/users/"))

    assert page.count('<td data-label="Jobs">1</td>') == 1
    assert page.count('<td data-label="Jobs"><span class="tl-muted">None</span></td>') == 1


def test_a_deactivated_member_is_out_at_the_next_click(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    kims = sign_in(kim)
    assert kims.get("/profile/").status_code == 200

    response = sign_in(dana).post(f"/settings/users/{kim.pk}/deactivate/")

    assert response.status_code == 303
    answer = kims.get("/profile/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in kims.session


def test_a_deactivated_user_account_is_out_at_the_next_click(kim: Membership, sign_in: SignIn) -> None:
    kims = sign_in(kim)
    kim.user.is_active = False
    kim.user.save()

    answer = kims.get("/profile/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/profile/")


def test_somebody_of_two_companies_keeps_the_other_one(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    elsewhere = MembershipFactory(company=CompanyFactory(name="Globex"), user=kim.user)
    kims = sign_in(kim)

    services.deactivate(membership=kim, by=dana)

    assert kims.get("/profile/").status_code == 200
    assert kims.session["membership_id"] == str(elsewhere.pk)


def test_a_session_survives_a_change_of_role_and_sees_it(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    kims = sign_in(kim)
    assert kims.get("/settings/").status_code == 404

    services.change_role(membership=kim, role=CompanyRole.ADMINISTRATOR, by=dana)
    assert kims.get("/settings/").status_code == 200

    services.change_role(membership=kim, role=CompanyRole.STANDARD, by=dana)
    assert kims.get("/settings/").status_code == 404


def test_deactivating_is_published_once(dana: Membership, kim: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[events.Event] = []
    monkeypatch.setattr(events, "publish", lambda event: published.append(event) or [])

    services.deactivate(membership=kim, by=dana)
    services.deactivate(membership=kim, by=dana)

    assert published == [events.MembershipDeactivated(company_id=kim.company_id, membership_id=kim.pk)]


def test_reactivating_lets_somebody_in_again(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    services.deactivate(membership=kim, by=dana)
    assert "Reactivate" in sign_in(dana).get("/settings/users/").content.decode()

    response = sign_in(dana).post(f"/settings/users/{kim.pk}/reactivate/")

    assert response.status_code == 303
    assert sign_in(kim).get("/profile/").status_code == 200


ACTS = [("get", "role"), ("post", "role"), ("get", "deactivate"), ("post", "deactivate"), ("post", "reactivate")]


def test_only_administrators_change_people(acme: Company, kim: Membership, sign_in: SignIn) -> None:
    for method, act in ACTS:
        for role in [CompanyRole.STAFFING, CompanyRole.STANDARD]:
            with undone(method, act, role):
                client = sign_in(MembershipFactory(company=acme, role=role))

                answer = getattr(client, method)(f"/settings/users/{kim.pk}/{act}/", {"role": "administrator"})

                assert answer.status_code == 404
                kim.refresh_from_db()
                assert (kim.role, kim.is_active) == (CompanyRole.STANDARD, True)


def test_other_companies_people_are_not_there(dana: Membership, stranger: Membership, sign_in: SignIn) -> None:
    for method, act in ACTS:
        with undone(method, act):
            answer = getattr(sign_in(dana), method)(f"/settings/users/{stranger.pk}/{act}/", {"role": "standard"})

            assert answer.status_code == 404
            stranger.refresh_from_db()
            assert (stranger.role, stranger.is_active) == (CompanyRole.ADMINISTRATOR, True)


def test_the_list_shows_only_ones_own_company(
    dana: Membership, kim: Membership, stranger: Membership, sign_in: SignIn
) -> None:
    page = sign_in(dana).get("/settings/users/").content.decode()

    assert "kim@acme.example" in page
    assert stranger.user.email not in page


def test_the_list_asks_as_much_for_many_people_as_for_few(dana: Membership, acme: Company, sign_in: SignIn) -> None:
    client = sign_in(dana)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("companies:users")).status_code == 200
        return len(captured)

    count()
    few = count()
    for _ in range(60):
        MembershipFactory(company=acme)

    assert count() == few
