"""A forgotten password: whoever asks is written down, the worker looks for an account.

So known and unknown addresses get the same answer after the same work, with and without a mail server, and the link is
made when it is sent and kept nowhere.
"""

from datetime import timedelta

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from recruiting.companies.models import User
from recruiting.foundation import clock, ids, text
from recruiting.outbox import mail
from recruiting.outbox.tasks import Attempt, Secret, secret_of, task


def request_password_reset(*, email: str) -> None:
    """Enqueue a link to choose a new password to the account of this address, if there is one, or to each of several.

    The address is kept encrypted: whoever reads the outbox learns nobody's. When the mail server stays away for as long
    as a link works, the person has to ask again.
    """
    _enqueue(email=email)


def _enqueue(**asked: str) -> None:
    until = clock.machine_now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    send_links.enqueue(secret=Secret(asked, until))


@task("companies.reset_password", order_by=lambda _: f"mail:{ids.uuid7()}", forget=True)
def send_links(attempt: Attempt) -> None:
    """Send its link to one account; others that share the address get a message each, so that no mail is sent twice."""
    asked = secret_of(attempt)
    accounts = _accounts(asked.get("email", ""))
    if "user" in asked:
        accounts = [user for user in accounts if str(user.pk) == asked["user"]]
    if not accounts:
        return
    first, *others = accounts
    _send_link_to(first)
    with transaction.atomic():
        for user in others:
            _enqueue(email=asked["email"], user=str(user.pk))


def _accounts(email: str) -> list[User]:
    """Return every active account of an address, those included that share it from before keys, the first one first."""
    key = text.email_key(email)
    if not key:
        return []
    likely = User.objects.filter(Q(email_key=email) | Q(email_key=""), is_active=True).order_by("-email_key", "pk")
    return [user for user in likely if text.email_key(user.email) == key]


def _send_link_to(user: User) -> None:
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    message = render_to_string(
        "account/email/password_reset_key_message.txt", {"password_reset_url": f"{settings.PUBLIC_BASE_URL}{path}"}
    )
    # To the address of the account: the one that was typed may merely look like it.
    mail.send_now(to=user.email, subject="Reset your Throughline password", text=message.strip() + "\n")
