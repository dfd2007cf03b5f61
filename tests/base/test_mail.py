"""A mail is promised with the fact, sent once by the worker, and forgotten afterwards."""

from typing import Any

import pytest
from django.core import mail as outgoing
from django.db import transaction

from recruiting.base.background import mail, worker
from recruiting.base.background.models import OutboxMessage
from tests import factories


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

    monkeypatch.setattr(mail, "send_mail", refuse)
    mail.send(to="ada@example.com", subject="Welcome", text="Your link")

    worker.drain()

    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "The mail server did not take the mail.")
    assert row.payload["text"] == "Your link"


def test_mails_do_not_wait_for_each_other(db: None) -> None:
    mail.send(to="ada@example.com", subject="One", text="")
    mail.send(to="ada@example.com", subject="Two", text="")

    assert len(set(OutboxMessage.objects.values_list("ordering_key", flat=True))) == 2
