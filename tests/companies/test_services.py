"""The rules of companies, members, invitations and features, and that what is refused leaves no trace."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from recruiting import events
from recruiting.candidates.models import Source
from recruiting.companies import services
from recruiting.companies.models import Company, Invitation, Membership, User
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.models import Stage
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """Collect the events that are published."""
    found: list[events.Event] = []
    for kind in (events.CompanyTimeZoneChanged, events.MembershipDeactivated, events.MembershipReactivated):
        monkeypatch.setitem(events._subscribers, kind, [found.append])
    return found


def test_a_new_company_has_a_process_and_sources(db: None) -> None:
    company = services.create_company(name="  Acme  ", time_zone="Europe/Berlin")

    assert (company.name, company.time_zone) == ("Acme", "Europe/Berlin")
    stages = sorted(Stage.objects.for_company(company), key=lambda stage: stage.order)
    assert [(stage.group, stage.name) for stage in stages] == [
        ("new", "New"),
        ("in_review", "Phone Screen"),
        ("interview", "Interview"),
        ("offer", "Offer"),
        ("hired", "Hired"),
    ]
    assert stages[0].process.is_default
    assert set(Source.objects.for_company(company).values_list("type__name", "name")) == {
        ("Career site", "Careers page"),
        ("Job board", "LinkedIn"),
        ("Job board", "Indeed"),
        ("Referral", "Employee referral"),
        ("Manual", "Added by hand"),
    }


@pytest.mark.parametrize(
    ("name", "zone", "field"),
    [("", "UTC", "name"), ("   ", "UTC", "name"), ("Acme", "Mars/Olympus", "time_zone"), ("Acme", "", "time_zone")],
)
def test_a_company_without_a_name_or_with_an_unknown_zone_is_refused(
    db: None, name: str, zone: str, field: str
) -> None:
    with refuses(InvalidInput) as caught:
        services.create_company(name=name, time_zone=zone)

    assert list(caught.value.fields) == [field]


def test_a_new_zone_is_told_to_those_who_keep_deadlines(db: None, heard: list[Any]) -> None:
    company = factories.CompanyFactory(time_zone="UTC")
    administrator = factories.administrator(company)

    services.change_details(company=company, name="New name", time_zone="Asia/Tokyo", by=administrator)

    company.refresh_from_db()
    assert (company.name, company.time_zone) == ("New name", "Asia/Tokyo")
    assert [(e.company_id, str(e.before), str(e.after), e.at) for e in heard] == [
        (company.pk, "UTC", "Asia/Tokyo", NOON)
    ]


def test_a_new_name_alone_moves_no_deadline(db: None, heard: list[Any]) -> None:
    company = factories.CompanyFactory(time_zone="UTC")

    services.change_details(company=company, name="New", time_zone="UTC", by=factories.administrator(company))

    assert heard == []


def test_a_zone_whose_deadlines_cannot_be_moved_is_not_changed(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: events.Event) -> None:
        raise ZeroDivisionError

    company = factories.CompanyFactory(time_zone="UTC")
    administrator = factories.administrator(company)
    monkeypatch.setitem(events._subscribers, events.CompanyTimeZoneChanged, [broken])

    with refuses(Conflict, "could not be moved"):
        services.change_details(company=company, name="New name", time_zone="Asia/Tokyo", by=administrator)


@pytest.mark.parametrize("role", [CompanyRole.STAFFING, CompanyRole.STANDARD])
def test_only_administrators_change_a_company(db: None, role: CompanyRole) -> None:
    company = factories.CompanyFactory()
    member = factories.MembershipFactory(company=company, role=role)
    other = factories.MembershipFactory(company=company)
    acts = (
        lambda: services.change_details(company=company, name="New", time_zone="UTC", by=member),
        lambda: services.invite(company=company, email="a@example.com", role=CompanyRole.STANDARD, by=member),
        lambda: services.change_role(membership=other, role=CompanyRole.ADMINISTRATOR, by=member),
        lambda: services.deactivate(membership=other, by=member),
        lambda: services.reactivate(membership=other, by=member),
    )

    for act in acts:
        with refuses(NotAllowed):
            act()


def test_an_administrator_does_not_reach_another_company(db: None) -> None:
    company, elsewhere = factories.CompanyFactory(), factories.CompanyFactory()
    stranger = factories.administrator(elsewhere)
    member = factories.MembershipFactory(company=company)
    acts = (
        lambda: services.change_details(company=company, name="Taken over", time_zone="UTC", by=stranger),
        lambda: services.invite(company=company, email="a@example.com", role=CompanyRole.STANDARD, by=stranger),
        lambda: services.change_role(membership=member, role=CompanyRole.ADMINISTRATOR, by=stranger),
        lambda: services.deactivate(membership=member, by=stranger),
        lambda: services.reactivate(membership=member, by=stranger),
    )

    for act in acts:
        with refuses(NotFound):
            act()


def test_a_feature_is_switched_on_once_and_off_again(db: None) -> None:
    company, other = factories.CompanyFactory(), factories.CompanyFactory()
    first = services.enable_feature(company=company, feature="video", by=None, reason="They pay.")

    with changes_nothing():
        assert services.enable_feature(company=company, feature="video", by=None, reason="Again.") == first
        services.disable_feature(company=other, feature="video")
    services.disable_feature(company=company, feature="video")

    assert not company.features.exists()


def test_nobody_is_a_member_twice(db: None) -> None:
    company = factories.CompanyFactory()
    member = factories.MembershipFactory(company=company)

    with refuses(Conflict, "is already here"):
        services.add_member(company=company, user=member.user, role=CompanyRole.ADMINISTRATOR)
    assert services.add_member(company=factories.CompanyFactory(), user=member.user, role=CompanyRole.STANDARD).pk


# ── Invitations ──────────────────────────────────────────────────────────────────────────────────────────────────────
def invited(company: Company, email: str = "Ada@Example.com", **more: Any) -> tuple[Invitation, str]:
    invitation, link = services.invite(
        company=company, email=email, role=more.pop("role", CompanyRole.STAFFING), by=factories.administrator(company)
    )
    return invitation, link.rstrip("/").rpartition("/")[2]


def test_an_invitation_makes_a_user_and_a_member_once(db: None) -> None:
    company = factories.CompanyFactory()
    invitation, token = invited(company)

    membership = services.accept_invitation(token=token, first_name=" Ada ", last_name="L", password="long-enough-1")

    assert (membership.company, membership.role) == (company, CompanyRole.STAFFING)
    assert (membership.user.email, membership.user.first_name) == ("ada@example.com", "Ada")
    assert membership.user.check_password("long-enough-1")
    invitation.refresh_from_db()
    assert invitation.accepted_at == NOON
    with refuses(NotFound):
        services.accept_invitation(token=token, password="long-enough-1")


def test_a_new_person_needs_a_password_and_may_try_again(db: None) -> None:
    _, token = invited(factories.CompanyFactory())

    with refuses(InvalidInput, "Choose a password"):
        services.accept_invitation(token=token)
    assert services.accept_invitation(token=token, password="long-enough-1").pk


def test_the_link_alone_does_not_prove_who_has_an_account(db: None) -> None:
    user = factories.UserFactory(email="ada@example.com", first_name="Ada", password="her-own-password")
    _, token = invited(factories.CompanyFactory())

    with refuses(NotAllowed, r"Sign in as ada@example\.com"):
        services.accept_invitation(token=token, first_name="Eve", password="stolen-password")

    user.refresh_from_db()
    assert (user.first_name, user.check_password("her-own-password")) == ("Ada", True)


@pytest.mark.parametrize(("days", "works"), [(7, False), (6.99, True)])
def test_an_invitation_lasts_seven_days(db: None, noon: time_machine.Traveller, days: float, works: bool) -> None:
    _, token = invited(factories.CompanyFactory())
    noon.move_to(NOON + timedelta(days=days))

    if works:
        assert services.find_invitation(token)
    else:
        with refuses(NotFound, "too old"):
            services.accept_invitation(token=token, password="long-enough-1")


def test_a_second_invitation_replaces_the_first_one_of_that_company_only(db: None) -> None:
    company, other = factories.CompanyFactory(), factories.CompanyFactory()
    _, first = invited(company)
    _, elsewhere = invited(other)
    _, second = invited(company, email="ADA@example.com")

    with pytest.raises(NotFound):
        services.find_invitation(first)
    assert services.find_invitation(second).company == company
    assert services.find_invitation(elsewhere).company == other


def test_a_member_is_not_invited(db: None) -> None:
    company = factories.CompanyFactory()
    member = factories.MembershipFactory(company=company)
    administrator = factories.administrator(company)

    with refuses(Conflict, "is already here"):
        services.invite(company=company, email=member.user.email.upper(), role=CompanyRole.STANDARD, by=administrator)


def test_the_token_is_kept_nowhere(db: None) -> None:
    invitation, token = invited(factories.CompanyFactory())

    assert token not in repr(Invitation.objects.values().get(pk=invitation.pk))


# ── Roles ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_last_active_administrator_stays(db: None) -> None:
    company = factories.CompanyFactory()
    last = factories.administrator(company)
    factories.administrator(company, is_active=False)
    factories.administrator(company, user=factories.UserFactory(is_active=False))
    factories.administrator(factories.CompanyFactory())

    with refuses(Conflict, "at least one Administrator"):
        services.change_role(membership=last, role=CompanyRole.STAFFING, by=last)
    with refuses(Conflict, "at least one Administrator"):
        services.deactivate(membership=last, by=last)


def test_one_of_two_administrators_may_go(db: None, heard: list[Any]) -> None:
    company = factories.CompanyFactory()
    one, two = factories.administrator(company), factories.administrator(company)

    services.deactivate(membership=one, by=two)

    assert not Membership.objects.get(pk=one.pk).is_active
    assert heard == [events.MembershipDeactivated(company_id=company.pk, membership_id=one.pk)]
    with refuses(Conflict):
        services.deactivate(membership=two, by=two)
    services.reactivate(membership=one, by=two)
    services.reactivate(membership=one, by=two)
    assert heard[1:] == [events.MembershipReactivated(company_id=company.pk, membership_id=one.pk)]
    assert services.change_role(membership=two, role=CompanyRole.STANDARD, by=two).role == "standard"


def test_a_profile_takes_known_zones_only(db: None) -> None:
    user = factories.UserFactory()

    changed = services.change_profile(user=user, first_name=" Ada ", last_name="", time_zone="Asia/Tokyo")

    assert (changed.first_name, changed.last_name, changed.time_zone) == ("Ada", "", "Asia/Tokyo")
    with refuses(InvalidInput):
        services.change_profile(user=user, first_name="Eve", last_name="", time_zone="Mars/Olympus")
    assert User.objects.get().first_name == "Ada"
