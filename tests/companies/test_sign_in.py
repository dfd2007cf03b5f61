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

from recruiting.base.background import worker
from recruiting.base.background.models import OutboxMessage, OutboxSecret
from recruiting.companies.models import Membership, User

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
