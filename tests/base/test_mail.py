"""A mail is enqueued with the fact, sent once by the worker, and forgotten afterwards."""

import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outgoing
from django.db import connection, transaction

from recruiting.foundation import clock
from recruiting.outbox import mail, messages, worker
from recruiting.outbox.models import OutboxMessage, OutboxSecret
from recruiting.outbox.tasks import TOO_LATE
from tests import factories

FORGOTTEN = "The text was forgotten when its link died. Ask for a new one."
SENTENCE = "No mail can be sent to this address, or with this subject. Check both."


def test_a_mail_goes_out_with_the_worker_and_its_text_is_forgotten(db: None) -> None:
    company = factories.CompanyFactory()

    mail.send(to="ada@example.com", subject="Welcome", text="Your link", company=company)
    assert outgoing.outbox == []
    worker.drain()

    assert [(m.to, m.subject, m.body) for m in outgoing.outbox] == [(["ada@example.com"], "Welcome", "Your link")]
    row = OutboxMessage.objects.get()
    assert (row.state, row.payload, row.company) == ("done", {}, company)


def test_no_mail_for_a_fact_that_was_undone(db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mail.send(to="ada@example.com", subject="Welcome", text="Your link")
        raise ZeroDivisionError

    assert worker.drain() == 0
    assert outgoing.outbox == []


def test_a_mail_server_that_is_away_is_asked_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(outgoing.EmailMessage, "send", refuse)
    mail.send(to="ada@example.com", subject="Welcome", text="Your link")

    worker.drain()

    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "The mail server did not take the mail.")
    assert row.payload["text"] == "Your link"


def test_mails_do_not_wait_for_each_other(db: None) -> None:
    mail.send(to="ada@example.com", subject="One", text="")
    mail.send(to="ada@example.com", subject="Two", text="")

    assert len(set(OutboxMessage.objects.values_list("ordering_key", flat=True))) == 2


# ── What every mail says about itself ────────────────────────────────────────────────────────────────────────────────
def test_a_mail_says_that_nobody_typed_it_and_who_stands_behind_it(db: None) -> None:
    mail.send(to="ada@example.com", subject="Welcome", text="", reply_to=("Zoë, Cole", "zoe@acme.example"))
    mail.send(to="ada@example.com", subject="Nobody's", text="")

    worker.drain()

    first, second = (message.message() for message in outgoing.outbox)
    assert (first["Auto-Submitted"], second["Auto-Submitted"]) == ("auto-generated", "auto-generated")
    assert (first["Reply-To"], second["Reply-To"]) == ("=?utf-8?q?Zo=C3=AB=2C_Cole?= <zoe@acme.example>", None)


def test_no_other_module_sends_mail() -> None:
    elsewhere = re.compile(r"send_mail\(|EmailMessage\(|EmailMultiAlternatives|django\.core\.mail|smtplib|mail_admins")
    roots = [Path(settings.BASE_DIR) / name for name in ("recruiting", "integrations", "newsfeed")]
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for root in roots
        for path in root.rglob("*.py")
        if elsewhere.search(path.read_text().replace("def send_mail(", ""))
    ]

    assert found == ["recruiting/outbox/mail.py"]


# ── What no mail server takes ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("broken", ["A\nB", "A\r\nBcc: all@x.example", "A\u2028B", "A\x00\x0bB", "A\ud800B"])
def test_a_break_in_a_header_does_not_stop_a_mail(db: None, broken: str) -> None:
    mail.send_now(to="ada@example.com", subject=broken, text=f"Hello {broken}", reply_to=(broken, "kim@x.example"))

    sent = outgoing.outbox[0].message()
    assert sent["Subject"].startswith("A ")
    assert (sent["Bcc"], sent["To"]) == (None, "ada@example.com")
    assert sent["Reply-To"].endswith("<kim@x.example>")


@pytest.mark.parametrize("secret", [True, False])
def test_the_person_behind_a_mail_is_told_that_it_was_not_sent(
    db: None, caplog: pytest.LogCaptureFixture, secret: bool
) -> None:
    later = clock.machine_now() + timedelta(days=1)
    mail.send(
        to="ada@exa mple..com",
        subject="Welcome",
        text="secret-link",
        reply_to=("Kim", "kim@acme.example"),
        link_until=later if secret else None,
    )

    with caplog.at_level(logging.ERROR):
        worker.drain()

    message = OutboxMessage.objects.order_by("id")[0]
    assert (message.state, message.error) == ("dead", SENTENCE)
    assert f"was not sent: {SENTENCE}" in caplog.text
    [told] = outgoing.outbox
    assert (told.to, told.subject) == (["kim@acme.example"], "Not sent: Welcome")
    assert f"To: ada@exa mple..com\nSubject: Welcome\nWhy: {SENTENCE}" in told.body
    assert "secret-link" not in told.body


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("zoe@exämple.com", "zoe@xn--exmple-cua.com"),
        ("Zoe@例え.jp", "Zoe@xn--r8jz45g.jp"),
        ("Zoe@Acme.example", "Zoe@Acme.example"),
        # strasse.de is somebody else's.
        ("zoe@straße.de", "zoe@xn--strae-oqa.de"),
    ],
)
def test_addresses_of_any_domain_are_written_to_and_answered(db: None, address: str, written: str) -> None:
    mail.send(to=address, subject="Welcome", text="", reply_to=("Zoë", address))

    worker.drain()

    [sent] = [message.message() for message in outgoing.outbox]
    assert (sent["To"], sent["Reply-To"]) == (written, f"=?utf-8?q?Zo=C3=AB?= <{written}>")
    assert outgoing.outbox[0].recipients() == [written]


# ── One-time links ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def link_mail(db: None) -> OutboxMessage:
    """Return the message of a mail with a link that works for an hour."""
    later = clock.machine_now() + timedelta(hours=1)
    mail.send(to="ada@example.com", subject="Your link", text="https://x.example/secret", link_until=later)
    return OutboxMessage.objects.get()


def test_a_mail_with_a_link_is_encrypted_until_it_is_sent(link_mail: OutboxMessage) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM base_outboxsecret")
        stored = cursor.fetchone()[0]
    assert link_mail.payload == {}
    assert not any(word in stored for word in ("secret", "ada", "link"))

    worker.drain()

    assert [each.body for each in outgoing.outbox] == ["https://x.example/secret"]
    assert OutboxSecret.objects.count() == 0


def test_a_link_that_died_is_not_sent_and_forgotten(link_mail: OutboxMessage) -> None:
    OutboxSecret.objects.update(expires_at=clock.machine_now())

    worker.drain()
    assert outgoing.outbox == []
    assert messages.forget_expired_secrets() == 1

    link_mail.refresh_from_db()
    assert (link_mail.state, link_mail.error) == ("dead", TOO_LATE)
    assert OutboxSecret.objects.count() == 0


@pytest.mark.parametrize("state", ["waiting", "parked", "dead", "leased"])
def test_what_died_is_forgotten_by_itself(link_mail: OutboxMessage, state: str) -> None:
    now = clock.machine_now()
    changes: dict[str, Any] = {"state": state}
    if state == "dead":
        changes["finished_at"] = now
    if state == "leased":
        changes |= {"lease_id": "01890000-0000-7000-8000-000000000000", "lease_until": now}
    OutboxMessage.objects.update(**changes)
    assert messages.forget_expired_secrets() == 0
    OutboxSecret.objects.update(expires_at=now)

    messages.forget_expired_secrets()

    link_mail.refresh_from_db()
    assert (link_mail.state, OutboxSecret.objects.count()) == (("leased", 1) if state == "leased" else ("dead", 0))


def test_a_forgotten_mail_that_is_tried_again_says_so(link_mail: OutboxMessage) -> None:
    OutboxSecret.objects.all().delete()

    worker.drain()

    link_mail.refresh_from_db()
    assert (link_mail.state, link_mail.error) == (
        "dead",
        FORGOTTEN,
    )


def test_a_lost_key_buries_the_mail_and_no_other(link_mail: OutboxMessage, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ["b3RoZXIga2V5IG9mIHRlc3RzLCBuZXZlciB1c2VkISE="]
    mail.send(to="bob@example.com", subject="Other", text="")

    worker.drain()

    link_mail.refresh_from_db()
    assert link_mail.error == "The key that this was encrypted with is not among CREDENTIAL_KEYS any more."
    assert [each.to for each in outgoing.outbox] == [["bob@example.com"]]
