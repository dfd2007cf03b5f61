"""Pasting, checking and choosing keys; connections on and off."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from integrations import credentials, installations, outbound
from integrations.credentials import ForeignKeyOwner
from integrations.models import Credential, Installation
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorUnavailable
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.dummy_integration.integration import Dummy
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
KEY = "a-key-of-acme-1234"


@pytest.fixture(autouse=True)
def noon(dummy: Dummy) -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def installation(db: None) -> Installation:
    """A connection that is on, of a company for which it is enabled."""
    company = factories.CompanyFactory()
    companies.enable_feature(company=company, feature="dummy", by=None)
    return factories.InstallationFactory(company=company, settings={"base_url": "https://acme.example"})


@pytest.fixture
def admin(installation: Installation) -> Membership:
    """An Administrator."""
    return factories.administrator(installation.company, user=factories.UserFactory(email="dana@example.com"))


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[Credential]]:
    """Let the vendor say whose key it is, or raise; return what it was asked about."""

    def arrange(answer: Any) -> list[Credential]:
        asked: list[Credential] = []

        def check(self: Dummy, credential: Credential) -> None:
            asked.append(credential)
            if isinstance(answer, Exception):
                raise answer
            credential.account_name, credential.account_email = "Dana at Acme", answer

        monkeypatch.setattr(Dummy, "check_connection", check)
        return asked

    return arrange


def save(installation: Installation, admin: Membership, **more: Any) -> credentials.KeyResult:
    return credentials.save_key(installation=installation, **{"member": admin, "by": admin, "secret": KEY, **more})


def test_an_accepted_key_is_kept_with_whose_it_is(installation: Installation, admin: Membership, says: Any) -> None:
    asked = says("Dana@Example.com")

    result = save(installation, admin, secret=f"  {KEY}\n")

    assert (result.accepted, result.sentence) == (True, "Accepted: Dana at Acme in Acme.")
    assert [credential.secret for credential in asked] == [KEY]
    kept = Credential.objects.get()
    assert (kept.secret, kept.last4, kept.state, kept.checked_at) == (KEY, "1234", "accepted", NOON)
    assert (kept.account_name, kept.account_email, kept.membership) == ("Dana at Acme", "Dana@Example.com", admin)
    assert KEY not in kept.secret_digest


@pytest.mark.parametrize("secret", ["", "   ", "two words", "x" * 201])
def test_what_cannot_be_a_key_is_refused_unasked(
    installation: Installation, admin: Membership, says: Any, secret: str
) -> None:
    asked = says("dana@example.com")

    with refuses(InvalidInput):
        save(installation, admin, secret=secret)
    assert asked == []


def test_a_key_that_the_vendor_refuses_is_not_kept(installation: Installation, admin: Membership, says: Any) -> None:
    says(VendorAuthFailed("No such key."))

    with refuses(InvalidInput, "Acme does not accept this key") as caught:
        save(installation, admin)
    assert list(caught.value.fields) == ["secret"]


def test_a_refused_new_key_leaves_the_old_one(installation: Installation, admin: Membership, says: Any) -> None:
    says("dana@example.com")
    save(installation, admin)
    says(VendorAuthFailed("No such key."))

    with refuses(InvalidInput):
        save(installation, admin, secret="another-key-9999")


def test_a_key_is_kept_unchecked_while_the_vendor_is_away_and_checked_later(
    installation: Installation, admin: Membership, says: Any, noon: time_machine.Traveller
) -> None:
    says(VendorUnavailable("Acme isn't answering."))
    result = save(installation, admin)
    assert (result.accepted, Credential.objects.get().state, Credential.objects.get().secret) == (
        False,
        "unchecked",
        KEY,
    )
    assert credentials.own(installation, admin) is None
    worker.drain()
    message = OutboxMessage.objects.get()
    assert (message.state, message.available_at) == ("waiting", NOON + timedelta(minutes=10))
    assert KEY not in repr(message.payload)

    says("dana@example.com")
    noon.move_to(NOON + timedelta(minutes=10))
    worker.drain()

    assert Credential.objects.get().state == "accepted"
    assert credentials.own(installation, admin) == Credential.objects.get()


def test_a_key_that_turns_out_wrong_is_marked_refused(installation: Installation, admin: Membership, says: Any) -> None:
    says(VendorUnavailable("Acme isn't answering."))
    save(installation, admin)
    says(VendorAuthFailed("No such key."))

    worker.drain()

    assert Credential.objects.get().state == "refused"


def test_a_check_does_not_judge_a_key_that_was_replaced_meanwhile(
    installation: Installation, admin: Membership, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(VendorUnavailable("Acme isn't answering."))
    save(installation, admin)

    def refuse_late(self: Dummy, credential: Credential) -> None:
        Credential.objects.update(secret="replaced", secret_digest="0" * 64, state="accepted")
        raise VendorAuthFailed("No such key.")

    monkeypatch.setattr(Dummy, "check_connection", refuse_late)
    worker.drain()

    assert Credential.objects.get().state == "accepted"


def test_somebody_elses_address_is_asked_about(installation: Installation, admin: Membership, says: Any) -> None:
    says("eve@example.com")

    with refuses(ForeignKeyOwner, r"belongs to eve@example\.com, not dana@example\.com"):
        save(installation, admin)
    assert save(installation, admin, accept_other_owner=True).accepted


def test_two_people_do_not_share_a_key(installation: Installation, admin: Membership, says: Any) -> None:
    says("")
    save(installation, admin)
    other = factories.staffing(installation.company)

    with refuses(Conflict, "Each user needs their own"):
        save(installation, admin, member=other)
    elsewhere = factories.InstallationFactory(company=factories.CompanyFactory())
    stranger = factories.administrator(elsewhere.company)
    assert save(elsewhere, stranger).accepted


def test_who_may_paste_whose_key(installation: Installation, admin: Membership, says: Any) -> None:
    says("")
    staff = factories.staffing(installation.company)
    stranger = factories.administrator(factories.CompanyFactory())

    with refuses(NotAllowed, "Ask an Administrator"):
        save(installation, admin, member=staff, by=staff)
    with refuses(NotAllowed, "Only Administrators"):
        save(installation, admin, member=admin, by=staff)
    with refuses(NotFound):
        save(installation, admin, member=admin, by=stranger)
    credentials.add_members(installation=installation, members=[staff], by=admin)

    assert save(installation, admin, member=staff, by=staff).accepted


def test_members_are_listed_once_and_only_ones_own(installation: Installation, admin: Membership) -> None:
    member = factories.staffing(installation.company)
    credentials.add_members(installation=installation, members=[member, admin], by=admin)

    with changes_nothing():
        credentials.add_members(installation=installation, members=[member], by=admin)
    newcomer, stranger = factories.staffing(installation.company), factories.administrator(factories.CompanyFactory())
    with refuses(NotFound):
        credentials.add_members(installation=installation, members=[newcomer, stranger], by=admin)
    with refuses(NotAllowed):
        credentials.add_members(installation=installation, members=[member], by=member)
    assert set(Credential.objects.values_list("membership", "state", "secret")) == {
        (member.pk, "missing", ""),
        (admin.pk, "missing", ""),
    }


def test_the_primary_users_key_is_not_removed(installation: Installation, admin: Membership) -> None:
    primary = factories.CredentialFactory(installation=installation, membership=admin)
    other = factories.CredentialFactory(installation=installation)
    installations.choose_primary(installation=installation, credential=primary, by=admin)

    with refuses(Conflict, "is the Primary User"):
        credentials.remove_member(credential=primary, by=admin)
    credentials.remove_member(credential=other, by=admin)

    assert list(Credential.objects.all()) == [primary]


# ── Whose key ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_persons_acts_use_their_own_working_key_alone(installation: Installation, admin: Membership) -> None:
    mine = factories.CredentialFactory(installation=installation, membership=admin)
    factories.CredentialFactory(installation=installation)
    factories.CredentialFactory(company=factories.CompanyFactory())

    assert credentials.own(installation, admin) == mine
    for state in ("unchecked", "refused"):
        Credential.objects.filter(pk=mine.pk).update(state=state)
        assert credentials.own(installation, admin) is None


@pytest.mark.parametrize("away", ["membership", "user"])
def test_who_lost_access_lends_no_key(installation: Installation, away: str) -> None:
    user = factories.UserFactory(is_active=away != "user")
    member = factories.staffing(installation.company, user=user, is_active=away != "membership")
    factories.CredentialFactory(installation=installation, membership=member)

    assert credentials.own(installation, member) is None
    assert credentials.for_unattended(installation, sender=member) == []
    assert credentials.holders(installation) == []


def test_unattended_work_uses_the_senders_key_then_the_primary_one(
    installation: Installation, admin: Membership
) -> None:
    primary = factories.CredentialFactory(installation=installation, membership=admin)
    sender = factories.CredentialFactory(installation=installation)
    installations.choose_primary(installation=installation, credential=primary, by=admin)
    installation.refresh_from_db()

    assert credentials.for_unattended(installation, sender=sender.membership) == [sender, primary]
    assert credentials.for_unattended(installation, sender=admin) == [primary]
    assert credentials.for_unattended(installation, sender=None) == [primary]
    assert credentials.for_unattended(installation, sender=factories.staffing(installation.company)) == [primary]


# ── Connections ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_connection_is_made_once_and_only_where_it_is_enabled(db: None, dummy: Dummy) -> None:
    company = factories.CompanyFactory()
    with refuses(NotAllowed, "available on request"):
        installations.ensure(company, dummy)
    companies.enable_feature(company=company, feature="dummy", by=None)

    made = installations.ensure(company, dummy)
    assert installations.ensure(company, dummy) == made

    assert (made.is_on, len(made.webhook_token) > 30) == (False, True)
    assert installations.in_use(company, "dummy") is None
    assert installations.in_use(factories.CompanyFactory(), "dummy") is None
    assert installations.find(factories.CompanyFactory(), "dummy") is None


def test_a_connection_is_usable_while_it_is_on_and_enabled(
    installation: Installation, admin: Membership, dummy: Dummy
) -> None:
    company = installation.company
    assert installations.in_use(company, "dummy") == installation
    installations.switch(installation=installation, on=False, by=admin)
    assert installations.in_use(company, "dummy") is None
    installations.switch(installation=installation, on=True, by=admin)
    companies.disable_feature(company=company, feature="dummy")

    assert installations.in_use(company, "dummy") is None


@pytest.mark.parametrize("role", [CompanyRole.STAFFING, CompanyRole.STANDARD, None])
def test_only_administrators_manage_a_connection(installation: Installation, role: CompanyRole | None) -> None:
    company = installation.company if role else factories.CompanyFactory()
    by = factories.MembershipFactory(company=company, role=role or CompanyRole.ADMINISTRATOR)
    credential = factories.CredentialFactory(installation=installation)

    for act in (
        lambda: installations.switch(installation=installation, on=False, by=by),
        lambda: installations.choose_primary(installation=installation, credential=credential, by=by),
    ):
        with refuses(NotAllowed if role else NotFound):
            act()


@pytest.mark.parametrize("state", ["unchecked", "refused"])
def test_only_an_accepted_key_of_this_connection_becomes_primary(
    installation: Installation, admin: Membership, state: str
) -> None:
    pale = factories.CredentialFactory(installation=installation, state=state)
    foreign = factories.CredentialFactory(company=factories.CompanyFactory())

    for credential in (pale, foreign):
        with refuses(InvalidInput):
            installations.choose_primary(installation=installation, credential=credential, by=admin)


def test_the_integration_is_told_of_a_new_primary_user(installation: Installation, admin: Membership) -> None:
    first, second = factories.CredentialFactory.create_batch(2, installation=installation)

    installations.choose_primary(installation=installation, credential=first, by=admin)
    installations.choose_primary(installation=installation, credential=second, by=admin)
    with changes_nothing():
        installations.choose_primary(installation=installation, credential=second, by=admin)

    installation.refresh_from_db()
    assert (installation.primary_credential, installation.settings["before"]) == (second, str(first.pk))


# ── The company's own key ────────────────────────────────────────────────────────────────────────────────────────────
def test_the_company_s_key_is_checked_kept_and_becomes_primary(
    installation: Installation, admin: Membership, says: Callable[[Any], list[Credential]]
) -> None:
    asked = says("")

    result = credentials.save_company_key(installation=installation, secret=f" {KEY} ", by=admin)

    assert (result.accepted, result.sentence) == (True, "Acme accepts this key.")
    stored = Credential.objects.get(installation=installation)
    assert (stored.membership, stored.secret, stored.last4, stored.state) == (None, KEY, "1234", "accepted")
    assert [credential.secret for credential in asked] == [KEY]
    installation.refresh_from_db()
    assert installation.primary_credential == stored
    assert credentials.of_company(installation) == stored
    assert credentials.for_unattended(installation, sender=None) == [stored]


def test_a_company_s_key_that_is_refused_later_is_said_and_replaced(
    installation: Installation, admin: Membership, says: Callable[[Any], list[Credential]]
) -> None:
    says("")
    stored = credentials.save_company_key(installation=installation, secret=KEY, by=admin).credential
    outbound.refuse(stored)
    installation.refresh_from_db()
    assert installation.needs_attention == f"{installation.company}'s key is no longer accepted. Replace it."

    credentials.save_company_key(installation=installation, secret="another-key-5678", by=admin)

    installation.refresh_from_db()
    assert installation.needs_attention == ""
    assert Credential.objects.get(installation=installation).last4 == "5678"


def test_a_company_s_key_waits_unchecked_while_the_vendor_is_away(
    installation: Installation, admin: Membership, says: Callable[[Any], list[Credential]]
) -> None:
    says(VendorUnavailable("Acme isn't answering."))

    result = credentials.save_company_key(installation=installation, secret=KEY, by=admin)

    assert (result.accepted, result.credential.state) == (False, "unchecked")
    assert result.sentence == (
        "Acme didn't answer at https://acme.example. Address and key are saved and checked again within 10 minutes; "
        "until then nothing is sent."
    )


@pytest.mark.parametrize(
    ("secret", "words"),
    [("", "Copy the key again, without spaces."), (KEY, "Acme does not accept this key.")],
)
def test_a_company_s_key_that_cannot_be_is_refused(
    installation: Installation,
    admin: Membership,
    says: Callable[[Any], list[Credential]],
    secret: str,
    words: str,
) -> None:
    says(VendorAuthFailed("No."))

    with refuses(InvalidInput, words):
        credentials.save_company_key(installation=installation, secret=secret, by=admin)


def test_a_member_does_not_save_the_company_s_key(
    installation: Installation, says: Callable[[Any], list[Credential]]
) -> None:
    says("")
    member = factories.staffing(installation.company)

    with refuses(NotAllowed):
        credentials.save_company_key(installation=installation, secret=KEY, by=member)
