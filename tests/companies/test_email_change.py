"""Changing one's sign-in address: with the password, proven by the new address, told to the old one; nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.urls import URLPattern, get_resolver

from recruiting.companies import email_change, services
from recruiting.companies.email_change import CLOSED, TAKEN
from recruiting.companies.models import EmailChange, Membership, User
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import CompanyRole
from recruiting.outbox import worker
from tests.companies.conftest import SignIn
from tests.factories import EmailChangeFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.both_engines

ADDRESS = "/profile/email/"
PASSWORD = "correct-horse-battery"
OLD, NEW = "kim@acme.example", "kim.ito@acme.example"


@pytest.fixture(autouse=True)
def passwords(kim: Membership) -> Iterator[None]:
    """Give Kim a password, and forget the limits afterwards."""
    kim.user.set_password(PASSWORD)
    kim.user.save()
    yield
    cache.clear()


@pytest.fixture
def window(kim: Membership, sign_in: SignIn) -> Client:
    """Return Kim's browser."""
    return sign_in(kim)


def ask(window: Client, email: str = NEW, password: str = PASSWORD) -> Any:
    """Send the form and the mails."""
    response = window.post(ADDRESS, {"email": email, "password": password})
    worker.drain()
    return response


def link_in(message: Any) -> str:
    """Return the path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/profile/confirm-email/\S+/)", message.body)
    assert found is not None
    return found[1]


def email_of(member: Membership) -> str:
    """Return the address that somebody signs in with now."""
    return User.objects.get(pk=member.user_id).email


# ── The whole way ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_new_address_counts_once_it_is_proven_and_the_old_one_is_told(window: Client, kim: Membership) -> None:
    response = ask(window, " Kim.Ito@ACME.example ")

    assert (response.status_code, response.headers["Location"]) == (303, "/profile/")
    assert email_of(kim) == OLD
    sent = {message.to[0]: message for message in mail.outbox}
    assert set(sent) == {OLD, NEW}
    assert sent[OLD].subject == "Your Throughline sign-in address is about to change"
    assert "/accounts/password/reset/" in sent[OLD].body
    assert "Not confirmed yet" in window.get("/profile/").content.decode()
    link = link_in(sent[NEW])
    assert link.split("/")[3] not in sent[OLD].body

    asked = window.get(link)
    assert "Sign in as kim.ito@acme.example?" in asked.content.decode()
    assert email_of(kim) == OLD
    done = window.post(link)
    worker.drain()

    assert (done.status_code, done.headers["Location"], email_of(kim)) == (303, "/profile/", NEW)
    last = mail.outbox[-1]
    assert (last.to, last.subject) == ([OLD], "Your Throughline sign-in address was changed")
    assert EmailChange.objects.count() == 0
    assert [sign_in_as(email) for email in (OLD, NEW)] == [False, True]


def sign_in_as(email: str) -> bool:
    """Return whether somebody gets in with the address and the password."""
    browser = Client()
    return browser.post("/accounts/login/", {"login": email, "password": PASSWORD}).status_code == 302


def test_a_link_works_once_and_for_one_account(
    window: Client, kim: Membership, dana: Membership, sign_in: SignIn
) -> None:
    ask(window)
    link = link_in(next(message for message in mail.outbox if message.to == [NEW]))

    signed_out = Client().get(link)
    of_another = [sign_in(dana).get(link), sign_in(dana).post(link)]
    used = window.post(link)
    again = window.post(link)

    assert signed_out.headers["Location"] == f"/accounts/login/?next={link}"
    assert [response.status_code for response in of_another] == [404, 404]
    assert (used.status_code, again.status_code) == (303, 404)
    assert CLOSED in again.content.decode()
    assert (email_of(kim), email_of(dana)) == (NEW, "dana@acme.example")


@pytest.mark.parametrize("how", ["expired", "replaced", "taken back", "new password"])
def test_a_link_stops_working(window: Client, kim: Membership, how: str) -> None:
    ask(window)
    link = link_in(next(message for message in mail.outbox if message.to == [NEW]))
    if how == "expired":
        EmailChange.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif how == "replaced":
        ask(window, "other@acme.example")
    elif how == "taken back":
        window.post("/profile/email/cancel/")
    else:
        window.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": "another-horse-battery", "password2": "another-horse-battery"},
        )

    assert window.post(link).status_code == 404
    assert email_of(kim) == OLD


# ── What is refused ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        (NEW, "wrong-horse-battery", "That is not your password."),
        (NEW, "", "Enter your password."),
        ("KIM@acme.example", PASSWORD, "You sign in with this address already."),
        ("no address", PASSWORD, "That email looks incomplete. Check it."),
    ],
)
def test_a_request_is_refused(window: Client, email: str, password: str, sentence: str) -> None:
    response = ask(window, email, password)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert (EmailChange.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("whose", ["colleague", "deactivated", "invited"])
def test_a_taken_address_is_told_so_itself_and_nobody_else(window: Client, dana: Membership, whose: str) -> None:
    taken = "lee@acme.example"
    if whose == "invited":
        InvitationFactory(company=dana.company, email=taken, expires_at=clock.now() + timedelta(days=1))
    else:
        UserFactory(email=taken, is_active=whose == "colleague")

    free, profile = ask(window), window.get("/profile/").content.decode()
    refused, same = ask(window, "LEE@acme.example"), window.get("/profile/").content.decode()

    assert (refused.status_code, refused.headers["Location"]) == (free.status_code, free.headers["Location"])
    assert _main(profile).replace(NEW, taken) == _main(same)
    told = [message for message in mail.outbox if message.to == [taken]]
    assert [message.subject for message in told] == ["Somebody asked for your Throughline address"]
    assert "/profile/confirm-email/" not in told[0].body


@pytest.mark.parametrize("how", ["account", "invitation"])
def test_an_address_that_is_taken_meanwhile_stays_theirs(
    window: Client, kim: Membership, dana: Membership, how: str
) -> None:
    ask(window)
    link = link_in(next(message for message in mail.outbox if message.to == [NEW]))
    if how == "account":
        UserFactory(email=NEW)
    else:
        services.invite(company=dana.company, email=NEW, role=CompanyRole.STANDARD, by=dana)

    response = window.post(link)

    assert response.status_code == 409
    assert TAKEN in response.content.decode()
    assert email_of(kim) == OLD


def test_two_who_want_one_address_do_not_collide(kim: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(email=NEW)
    change = EmailChangeFactory(user=kim.user, email=NEW)
    monkeypatch.setattr(email_change, "_is_taken", lambda email: False)

    with pytest.raises(Conflict, match="Choose another address"):
        email_change.confirm_change(user=kim.user, token=change.email)


def test_somebody_invited_does_not_collide_with_who_took_the_address_meanwhile(
    dana: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, link = services.invite(company=dana.company, email=NEW, role=CompanyRole.STANDARD, by=dana)

    def taken(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("UNIQUE constraint failed: index 'user_email_unique'")

    monkeypatch.setattr(User.objects, "create_user", taken)
    response = Client().post(
        f"/{link.split('/', 3)[3]}", {"first_name": "Lee", "last_name": "", "password": "another-horse-battery"}
    )

    assert response.status_code == 409
    assert "has an account since a moment ago" in response.content.decode()


def test_tries_are_limited_per_person_and_per_address(window: Client, dana: Membership, sign_in: SignIn) -> None:
    dana.user.set_password(PASSWORD)
    dana.user.save()
    answers = [ask(window, f"new{number}@acme.example", "wrong") for number in range(10)]
    refused = ask(window, "new11@acme.example")

    assert {answer.status_code for answer in answers} == {422}
    assert refused.status_code == 429
    assert "Too many tries. Wait an hour, then try again." in refused.content.decode()

    of_dana = sign_in(dana)
    statuses = [ask(of_dana, "mailbox@other.example").status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    assert len([message for message in mail.outbox if message.to == ["mailbox@other.example"]]) == 5


# ── allauth's addresses ──────────────────────────────────────────────────────────────────────────────────────────────
def test_only_the_addresses_of_allauth_that_are_meant_exist() -> None:
    accounts = next(each for each in get_resolver().url_patterns if str(each.pattern) == "accounts/")
    names = {each.name for each in accounts.url_patterns if isinstance(each, URLPattern)}

    assert names == {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_index",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
    assert len(accounts.url_patterns) == len(names)


@pytest.mark.parametrize(
    "address",
    ["", "email/", "confirm-email/", "confirm-email/a:b:c/", "login/code/", "login/code/confirm/", "phone/change/"],
)
def test_allauths_other_addresses_do_nothing(window: Client, kim: Membership, address: str) -> None:
    for method in (window.get, window.post):
        response = method(f"/accounts/{address}", {"action_add": "", "email": "root@platform.example"})
        assert response.status_code == 404

    assert email_of(kim) == OLD
    assert EmailAddress.objects.count() == 0


def test_sign_up_is_a_page_and_nothing_else(db: None, client: Client) -> None:
    assert "People join by invitation." in client.get("/accounts/signup/").content.decode()
    assert client.post("/accounts/signup/", {"email": NEW, "password1": PASSWORD}).status_code == 405


def test_who_has_no_password_chooses_one_by_mail_alone(dana: Membership, sign_in: SignIn) -> None:
    response = sign_in(dana).get("/accounts/password/change/", follow=True)

    assert [address for address, _ in response.redirect_chain] == [
        "/accounts/password/set/",
        "/accounts/password/reset/",
    ]


def _main(page: str) -> str:
    """Return what a page says, without what differs each time."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|datetime="[^"]*"|title="[^"]*"|\d\d:\d\d', "", page)
    return page.partition('<main id="content"')[2].partition("</main>")[0].partition(">")[2]
