"""One-time links: who may use one, what it makes, and that nobody can use it twice or read it in the database."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recruiting.companies import email_change, services
from recruiting.companies.models import Company, Invitation, Membership, User
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.outbox import messages, worker
from recruiting.outbox.models import OutboxMessage, OutboxSecret
from tests import markup
from tests.companies.conftest import SignIn
from tests.factories import CompanyFactory, InvitationFactory, MembershipFactory, UserFactory
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines

PASSWORD = "correct-horse-battery"
USED = "This invitation was used or is too old. Ask the person who invited you for a new one."


def link_to(company: Company, email: str, by: Membership | None = None) -> str:
    """Invite and return the path of the link."""
    _, link = services.invite(company=company, email=email, role=CompanyRole.STAFFING, by=by)
    return link.removeprefix("http://testserver")


def sign_up(client: Client, path: str):  # type: ignore[no-untyped-def]
    return client.post(path, {"first_name": "Lee", "last_name": "Wong", "password": PASSWORD})


def test_a_new_person_gets_an_account_a_membership_and_a_session(dana: Membership, client: Client) -> None:
    path = link_to(dana.company, "Lee@Acme.example", by=dana)
    page = markup.page(client.get(path))
    assert "Dana Cole invited you as Staffing." in page

    response = sign_up(client, path)

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    member = Membership.objects.get(company=dana.company, user__email="lee@acme.example")
    assert (member.role, member.user.get_full_name()) == (CompanyRole.STAFFING, "Lee Wong")
    assert member.user.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(member.user.pk)
    assert client.session["membership_id"] == str(member.pk)
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("not-an-address", "That email looks incomplete. Check it."),
        ("dana@acme", "That email looks incomplete. Check it."),
        ("dana cole@acme.example", "That email looks incomplete. Check it."),
        ("\u200b", "Enter an email address."),
        (f"{'d' * 60}@{'.'.join(['a' * 60] * 4)}.example", "Use 254 characters at most; this has 312."),
    ],
)
def test_what_is_no_address_is_not_invited_by_whatever_way(dana: Membership, address: str, sentence: str) -> None:
    kim = UserFactory()
    kim.set_password(PASSWORD)
    kim.save()
    OutboxMessage.objects.all().delete()

    with changes_nothing(), refuses(InvalidInput, sentence):
        services.invite(company=dana.company, email=address, role=CompanyRole.STAFFING, by=dana)
    with changes_nothing(), refuses(InvalidInput, sentence):
        email_change.request_change(user=kim, email=address, password=PASSWORD)
    with changes_nothing(), pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("create_company", "Beside", address, stdout=StringIO())
    assert not OutboxMessage.objects.exists()


def test_a_superuser_has_an_address(db: None) -> None:
    with pytest.raises(CommandError, match="valid email"):
        call_command("createsuperuser", "--noinput", email="not-an-address", stdout=StringIO())
    assert not User.objects.exists()

    call_command("createsuperuser", "--noinput", email="Root@Platform.example", stdout=StringIO())
    assert User.objects.get().email == "root@platform.example"


def test_looking_at_an_invitation_uses_nothing_up(dana: Membership, client: Client) -> None:
    path = link_to(dana.company, "lee@acme.example")

    client.get(path)

    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(email="lee@acme.example").exists()


def test_an_invitation_works_once(dana: Membership) -> None:
    path = link_to(dana.company, "lee@acme.example")
    sign_up(Client(), path)

    second = sign_up(Client(), path)

    assert second.status_code == 404
    assert USED in second.content.decode()
    assert Membership.objects.filter(user__email="lee@acme.example").count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_invitation_says_so(dana: Membership, client: Client, method: str) -> None:
    path = link_to(dana.company, "lee@acme.example")

    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1), tick=False):
        response = client.get(path) if method == "get" else sign_up(client, path)

    assert response.status_code == 404
    assert USED in response.content.decode()
    assert not User.objects.filter(email="lee@acme.example").exists()


def test_an_unknown_link_says_no_more_than_an_old_one(db: None, client: Client) -> None:
    response = client.get("/invitations/never-was-one/")

    assert response.status_code == 404
    assert USED in response.content.decode()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Choose a password."),
        ("short", "too short"),
        ("12345678901234", "numeric"),
        ("lee@acme.example", "similar"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(
    dana: Membership, client: Client, password: str, sentence: str
) -> None:
    path = link_to(dana.company, "lee@acme.example")

    response = client.post(path, {"first_name": "Lee", "last_name": "Wong", "password": password})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert password not in re.findall(r'type="password"[^>]*value="([^"]*)"', response.content.decode())
    assert not User.objects.filter(email="lee@acme.example").exists()
    assert sign_up(client, path).status_code == 302


def test_somebody_with_an_account_is_asked_to_sign_in(dana: Membership, client: Client) -> None:
    account = UserFactory(email="lee@elsewhere.example", password=PASSWORD)
    path = link_to(dana.company, "Lee@Elsewhere.example")

    page = client.get(path).content.decode()
    response = sign_up(client, path)

    assert f'href="/accounts/login/?next={path.replace("/", "%2F")}"' in page
    assert response.status_code == 200
    assert not Membership.objects.filter(user=account).exists()
    assert "_auth_user_id" not in client.session
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_somebody_with_an_account_joins_with_one_click(dana: Membership, client: Client) -> None:
    account = MembershipFactory(company=CompanyFactory(), user__first_name="Lee").user
    path = link_to(dana.company, account.email)
    client.force_login(account)
    assert "You keep your name and your password." in client.get(path).content.decode()

    response = client.post(path)

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    joined = Membership.objects.get(company=dana.company, user=account)
    assert client.session["membership_id"] == str(joined.pk)


def test_somebody_else_signed_in_cannot_use_the_link(dana: Membership, kim: Membership, sign_in: SignIn) -> None:
    path = link_to(dana.company, "lee@acme.example")
    client = sign_in(kim)

    page = markup.page(client.get(path))
    response = sign_up(client, path)

    assert "you are signed in as <strong>kim@acme.example</strong>" in page
    assert f'name="next" value="{path}"' in page
    assert response.status_code == 200
    assert not User.objects.filter(email="lee@acme.example").exists()
    assert Invitation.objects.get().accepted_at is None


def test_the_link_alone_does_not_prove_who_somebody_is(dana: Membership) -> None:
    account = UserFactory(email="lee@elsewhere.example")
    token = link_to(dana.company, account.email).split("/")[2]

    with pytest.raises(NotAllowed, match=r"Sign in as lee@elsewhere\.example"):
        services.accept_invitation(token=token, password=PASSWORD)
    with pytest.raises(NotAllowed):
        services.accept_invitation(token=token, as_user=dana.user)

    assert not Membership.objects.filter(user=account).exists()


def test_the_token_is_nowhere_in_the_database_once_the_mail_is_out(dana: Membership) -> None:
    token = link_to(dana.company, "lee@acme.example").split("/")[2]
    invitation = Invitation.objects.get()
    assert token not in str(vars(invitation))

    worker.drain()

    assert token in mail.outbox[-1].body
    assert OutboxSecret.objects.count() == 0
    message = OutboxMessage.objects.get(topic="mail.send")
    assert (message.state, message.payload) == ("done", {})


def test_an_answer_to_an_invitation_goes_to_who_invited(dana: Membership) -> None:
    services.invite(company=dana.company, email="lee@acme.example", role=CompanyRole.STANDARD, by=dana)
    services.invite(company=dana.company, email="ann@acme.example", role=CompanyRole.STANDARD, by=None)
    worker.drain()

    assert [message.message()["Reply-To"] for message in mail.outbox] == ["Dana Cole <dana@acme.example>", None]


def test_a_second_invitation_replaces_the_first(dana: Membership, client: Client) -> None:
    first = link_to(dana.company, "lee@acme.example")
    second = link_to(dana.company, "LEE@acme.example")

    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert Invitation.objects.count() == 1


# ── The Administrator's side ─────────────────────────────────────────────────────────────────────────────────────────
def test_an_administrator_invites(dana: Membership, sign_in: SignIn) -> None:
    response = sign_in(dana).post("/settings/users/invite/", {"email": "lee@acme.example", "role": "staffing"})

    assert (response.status_code, response.headers["Location"]) == (303, "/settings/users/")
    invitation = Invitation.objects.get()
    assert (invitation.company, invitation.email, invitation.role, invitation.invited_by) == (
        dana.company,
        "lee@acme.example",
        CompanyRole.STAFFING,
        dana,
    )
    page = sign_in(dana).get("/settings/users/").content.decode()
    assert "Open invitations" in page
    assert "lee@acme.example" in page


@pytest.mark.parametrize(
    ("email", "role", "sentence"),
    [
        ("kim@acme.example", "standard", "kim@acme.example is already here."),
        ("KIM@ACME.EXAMPLE", "standard", "kim@acme.example is already here."),
        ("no-address", "standard", "That email looks incomplete."),
        ("", "standard", "Enter an email address."),
        ("lee@acme.example", "owner", "Choose one of the three roles."),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(
    dana: Membership, kim: Membership, sign_in: SignIn, email: str, role: str, sentence: str
) -> None:
    response = sign_in(dana).post("/settings/users/invite/", {"email": email, "role": role})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_deactivated_person_is_reactivated_instead_of_invited(
    dana: Membership, kim: Membership, sign_in: SignIn
) -> None:
    services.deactivate(membership=kim, by=dana)

    response = sign_in(dana).post("/settings/users/invite/", {"email": kim.user.email, "role": "standard"})

    assert "kim@acme.example was deactivated here. Reactivate them instead." in response.content.decode()
    assert not Invitation.objects.exists()


def test_resending_makes_a_new_link_and_stops_the_old_one(dana: Membership, sign_in: SignIn, client: Client) -> None:
    old = link_to(dana.company, "lee@acme.example")
    invitation = Invitation.objects.get()

    response = sign_in(dana).post(f"/settings/invitations/{invitation.pk}/resend/")

    assert response.status_code == 303
    assert client.get(old).status_code == 404
    renewed = Invitation.objects.get()
    assert (renewed.email, renewed.role) == ("lee@acme.example", CompanyRole.STAFFING)
    assert OutboxMessage.objects.filter(topic="mail.send").count() == 2


def test_an_invitation_that_was_not_delivered_says_so_until_it_is_sent_anew(
    dana: Membership, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    client, sentence = sign_in(dana), "The mail server did not take the mail."
    for name in ("lee", "kim", "sam"):
        link_to(dana.company, f"{name}@acme.example")
    with CaptureQueriesContext(connection) as few:
        assert "could not be delivered" not in client.get("/settings/users/").content.decode()
    lee, kim, _ = Invitation.objects.order_by("id")
    for invitation in (lee, kim):
        assert invitation.mail is not None
        assert messages.give_up(invitation.mail, reason=sentence)

    with django_assert_num_queries(len(few)):
        page = client.get("/settings/users/").content.decode()
    client.post(f"/settings/invitations/{lee.pk}/resend/")
    resent = client.get("/settings/users/").content.decode()

    told = f"The invitation could not be delivered: {sentence} Check the address and invite again."
    assert (page.count(told), page.count("Not delivered")) == (2, 2)
    assert (resent.count(told), resent.count("Not delivered")) == (1, 1)


def test_revoking_stops_the_link(dana: Membership, sign_in: SignIn, client: Client) -> None:
    path = link_to(dana.company, "lee@acme.example")

    response = sign_in(dana).post(f"/settings/invitations/{Invitation.objects.get().pk}/revoke/")

    assert response.status_code == 303
    assert client.get(path).status_code == 404
    assert not Invitation.objects.exists()


def test_an_accepted_invitation_cannot_be_revoked(dana: Membership, client: Client) -> None:
    path = link_to(dana.company, "lee@acme.example")
    invitation = Invitation.objects.get()
    sign_up(client, path)

    with pytest.raises(Conflict, match="accepted the invitation meanwhile"):
        services.revoke_invitation(invitation=invitation, by=dana)

    assert Membership.objects.filter(user__email="lee@acme.example").exists()


@pytest.mark.parametrize("act", ["resend", "revoke"])
def test_other_companies_invitations_are_not_there(
    dana: Membership, stranger: Membership, sign_in: SignIn, act: str
) -> None:
    foreign = InvitationFactory(company=stranger.company)

    response = sign_in(dana).post(f"/settings/invitations/{foreign.pk}/{act}/")

    assert response.status_code == 404
    assert Invitation.objects.filter(pk=foreign.pk).exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("role", [CompanyRole.STAFFING, CompanyRole.STANDARD])
def test_only_administrators_invite(acme: Company, sign_in: SignIn, role: CompanyRole) -> None:
    member = MembershipFactory(company=acme, role=role)
    open_one = InvitationFactory(company=acme)
    client = sign_in(member)

    answers = [
        client.post("/settings/users/invite/", {"email": "lee@acme.example", "role": "standard"}),
        client.post(f"/settings/invitations/{open_one.pk}/resend/"),
        client.post(f"/settings/invitations/{open_one.pk}/revoke/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert list(Invitation.objects.all()) == [open_one]


def test_the_service_refuses_other_companies_administrators(dana: Membership, stranger: Membership) -> None:
    with pytest.raises(NotFound):
        services.invite(company=dana.company, email="lee@acme.example", role=CompanyRole.STANDARD, by=stranger)

    assert not Invitation.objects.exists()


def test_unknown_invitations_are_404(dana: Membership, sign_in: SignIn) -> None:
    assert sign_in(dana).post(f"/settings/invitations/{uuid4()}/resend/").status_code == 404
