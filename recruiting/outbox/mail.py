"""The one place that sends mail: a message of the outbox, written with the fact, sent by the worker.

The text is forgotten once sent. One that carries a one-time link is a secret of the outbox besides: encrypted, and
forgotten at the latest when the link dies. Every mail says that no person typed it (RFC 3834), so that no absence note
answers it, and goes back to the person behind it where there is one.
"""

import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address
from django.db import models

from recruiting.foundation import ids
from recruiting.foundation import text as texts
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Attempt, Discard, Retry, Secret, secret_of, task

logger = logging.getLogger(__name__)

HEADERS = {"Auto-Submitted": "auto-generated"}
# What ends a header, or is none of its business: a name with a line break must not stop a mail for ever.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def send(
    *,
    to: str,
    subject: str,
    text: str,
    company: models.Model | None = None,
    reply_to: tuple[str, str] | None = None,
    link_until: datetime | None = None,
) -> OutboxMessage:
    """Enqueue a plain-text mail to one address, in the open transaction; return the message.

    Args:
        to: the address.
        subject: one line.
        text: the whole text.
        company: in whose business it is.
        reply_to: name and address of the person behind it: answers go there, and word that it could not be sent.
        link_until: when the one-time link in it dies (UTC, machine time); nobody can read the mail in the database.
    """
    mail = {"to": to, "subject": subject, "text": text, "reply_to": list(reply_to or ())}
    secret = Secret(mail, link_until) if link_until else None
    message = deliver.enqueue(None, {} if secret else mail, company=company, secret=secret)
    assert message is not None  # it is about nothing that could be coalesced
    return message


def send_now(*, to: str, subject: str, text: str, reply_to: tuple[str, str] | None = None) -> None:
    """Hand a mail to the mail server: for tasks of the outbox, outside any transaction.

    Raises:
        Retry: when the server does not take it.
        Discard: when no mail can be made of it.
    """
    body = text.encode("utf-8", "replace").decode()
    try:
        back = [sanitize_address((_one_line(reply_to[0]), _address(reply_to[1])), "utf-8")] if reply_to else None
        message = EmailMessage(_one_line(subject), body, None, [_address(to)], reply_to=back, headers=HEADERS)
        sanitize_address(message.to[0], "utf-8")
        message.message()
    except (ValueError, TypeError) as error:
        raise Discard("No mail can be sent to this address, or with this subject. Check both.") from error
    try:
        message.send()
    except OSError as error:  # SMTP errors are OSErrors
        raise Retry("The mail server did not take the mail.") from error


def _notify_sender(attempt: Attempt, reason: str) -> None:
    """Tell whoever stands behind a mail that it was not sent; operators read it in the log and the admin."""
    logger.error("Mail of outbox message %s was not sent: %s", attempt.message_id, reason)
    try:
        mail = attempt.payload or secret_of(attempt, expired_too=True)
    except Discard:
        return
    person = _person(mail)
    if person is not None:
        send(
            to=person[1],
            subject=f"Not sent: {mail['subject']}",
            text=(
                f"A mail in your name could not be sent.\n\nTo: {mail['to']}\nSubject: {mail['subject']}\n"
                f"Why: {reason}\n\nCheck the address and try again. If it stays like this, tell whoever runs "
                "Throughline for you.\n"
            ),
        )


@task("mail.send", order_by=lambda _: f"mail:{ids.uuid7()}", on_failure=_notify_sender, forget=True)
def deliver(attempt: Attempt) -> None:
    """Hand a mail to the mail server, unless its text was forgotten."""
    mail = attempt.payload or secret_of(attempt)
    if not mail:
        raise Discard("The text was forgotten when its link died. Ask for a new one.")
    send_now(to=mail["to"], subject=mail["subject"], text=mail["text"], reply_to=_person(mail))


def _person(mail: Mapping[str, Any]) -> tuple[str, str] | None:
    name, address = mail.get("reply_to") or ("", "")
    return (name, address) if address else None


def _address(given: str) -> str:
    """Return an address with its domain as it is looked up; left to itself, the library turns straße into strasse."""
    address = _one_line(given)
    local, at, _ = address.rpartition("@")
    return address if address.isascii() else f"{local}{at}{texts.email_key(address).rpartition('@')[2]}"


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
