"""A forgotten password: the same for everybody who asks, with and without a mail server, and the link works once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recruiting.companies.models import Membership, User
from recruiting.outbox import messages, tasks, worker
from recruiting.outbox.models import OutboxMessage, OutboxSecret

RESET = "/accounts/password/reset/"
KNOWN, UNKNOWN, INACTIVE = "kim@acme.example", "nobody@acme.example", "gone@acme.example"
PASSWORD = "another-horse-battery"


@pytest.fixture(autouse=True)
def people(kim: Membership) -> Iterator[None]:
    """Give Kim a password, and let somebody have left."""
    kim.user.set_password("correct-horse-battery")
    kim.user.save()
    User.objects.create_user(INACTIVE, "correct-horse-battery", is_active=False)
    yield
    cache.clear()


@pytest.fixture
def dead_mail_server(settings: Any) -> None:
    """Point mails to a port where nobody listens."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


@pytest.mark.usefixtures("dead_mail_server")
@pytest.mark.parametrize("email", [KNOWN, UNKNOWN, INACTIVE])
def test_a_mail_server_that_is_away_tells_nobody_who_has_an_account(client: Client, email: str) -> None:
    response = client.post(RESET, {"email": email})

    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/password/reset/done/")
    worker.drain()
    message = OutboxMessage.objects.get()
    assert (message.topic, message.payload) == ("companies.reset_password", {})
    assert message.state == ("waiting" if email == KNOWN else "done")


def test_asking_costs_the_same_for_known_and_unknown_addresses(client: Client) -> None:
    asked = {}
    for email in (KNOWN, UNKNOWN, INACTIVE):
        cache.clear()  # limits of an address begin anew, known or not
        with CaptureQueriesContext(connection) as queries:
            client.post(RESET, {"email": email})
        asked[email] = [_shape(query["sql"]) for query in queries]

    assert asked[KNOWN] == asked[UNKNOWN] == asked[INACTIVE]
    assert sum(statement.startswith('INSERT INTO "base_outbox') for statement in asked[KNOWN]) == 2
    assert OutboxSecret.objects.count() == 3


def test_the_link_goes_to_the_address_of_the_account_and_works_once(client: Client) -> None:
    client.post(RESET, {"email": "KIM@acme.example "})
    worker.drain()
    [sent] = mail.outbox
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", sent.body)
    assert link is not None
    assert (sent.to, sent.subject) == ([KNOWN], "Reset your Throughline password")
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    assert OutboxSecret.objects.count() == 0

    form = client.get(link[1], follow=True)
    done = client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    again = Client().get(link[1])

    assert (done.status_code, done.headers["Location"]) == (302, "/accounts/password/reset/key/done/")
    assert User.objects.get(email=KNOWN).check_password(PASSWORD)
    assert "This link no longer works" in again.content.decode()


@pytest.mark.parametrize("typed", [KNOWN, "Kim@Acme.example", "kim@acme\u200b.example", " KIM@acme.example"])
def test_accounts_that_share_an_address_each_get_their_own_link_as_they_write_it(client: Client, typed: str) -> None:
    kim = User.objects.get(email=KNOWN)
    twin = shares_with_kim("Kim@acme.example")
    shares_with_kim("KIM@acme.example", is_active=False)
    shares_with_kim("kim@other.example")

    client.post(RESET, {"email": typed})
    worker.drain()

    assert {sent.to[0]: account_of_link(sent.body) for sent in mail.outbox} == {kim.email: kim, twin.email: twin}
    assert len(mail.outbox) == 2


def test_a_spelling_that_takes_no_mail_sends_nobody_a_second_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = shares_with_kim("Kim@acme.example")
    tried: list[str] = []

    def send(to: str, **_: str) -> None:
        tried.append(to)
        if to == twin.email:
            raise tasks.Retry("The mail server did not take the mail.")

    monkeypatch.setattr("recruiting.outbox.mail.send_now", send)
    client.post(RESET, {"email": KNOWN})
    worker.drain()
    messages.retry(OutboxMessage.objects.get(state="waiting"))
    worker.drain()

    assert tried == [KNOWN, twin.email, twin.email]


def test_an_account_that_shares_an_address_gets_its_link_when_the_other_has_left(client: Client) -> None:
    User.objects.filter(email=KNOWN).update(is_active=False)
    twin = shares_with_kim("Kim@acme.example")

    client.post(RESET, {"email": KNOWN})
    worker.drain()

    [sent] = mail.outbox
    assert (sent.to, account_of_link(sent.body)) == ([twin.email], twin)


def shares_with_kim(email: str, *, is_active: bool = True) -> User:
    """Return an account from before keys, whose key is empty because somebody else's has it."""
    user = User.objects.create_user("one@elsewhere.example", PASSWORD, is_active=is_active)
    User.objects.filter(pk=user.pk).update(email=email, email_key="")
    user.refresh_from_db()
    return user


def account_of_link(body: str) -> User:
    """Return whose password the link in a mail changes."""
    link = re.search(r"/accounts/password/reset/key/([0-9a-f]{32})-", body)
    assert link is not None
    return User.objects.get(pk=link[1])


@pytest.mark.parametrize("email", [UNKNOWN, INACTIVE])
def test_nobody_else_gets_a_mail(client: Client, email: str) -> None:
    client.post(RESET, {"email": email})
    worker.drain()

    assert mail.outbox == []
    assert OutboxSecret.objects.count() == 0


def _shape(statement: str) -> str:
    """Return a statement without its values."""
    return re.sub(r"'[^']*'|\bs\d+_x\d+\b|\b\d[\d.]*\b|\b[0-9a-f]{16,}\b", "?", statement)


def test_a_reset_writes_no_second_address_and_lets_in_who_was_locked_out(client: Client) -> None:
    for _ in range(6):
        locked = client.post("/accounts/login/", {"login": KNOWN, "password": "wrong-wrong-wrong"})
    assert "Too many tries" in locked.content.decode()
    client.post(RESET, {"email": KNOWN})
    worker.drain()
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link is not None
    form = client.get(link[1], follow=True)

    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})

    assert EmailAddress.objects.count() == 0
    assert client.post("/accounts/login/", {"login": KNOWN, "password": PASSWORD}).status_code == 302
