"""Mail is a promise like any other: written with the fact, sent by the worker.

The text is forgotten once sent, since it may carry a one-time link.
"""

from django.core.mail import send_mail
from django.db import models

from recruiting.base import ids
from recruiting.base.background import outbox

TOPIC = "mail.send"


def send(*, to: str, subject: str, text: str, company: models.Model | None = None) -> None:
    """Promise a plain-text mail to one address, in the open transaction."""
    outbox.publish(
        TOPIC,
        payload={"to": to, "subject": subject, "text": text},
        ordering_key=f"mail:{ids.uuid7()}",
        company=company,
    )


def _deliver(delivery: outbox.Delivery) -> None:
    try:
        send_mail(delivery.payload["subject"], delivery.payload["text"], None, [delivery.payload["to"]])
    except OSError as error:  # SMTP errors are OSErrors
        raise outbox.Retry("The mail server did not take the mail.") from error


outbox.register(TOPIC, outbox.Handler(run=_deliver, forget=True))
