"""Changing the address that somebody signs in with: their password, a link to the new address, word to the old one.

The new address counts once its owner opens the link while signed in to the very account: a mistyped address gives its
owner nothing. Whether an address has an account, or an invitation waits for it, is told to that address alone.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from recruiting import events
from recruiting.companies.models import EmailChange, Invitation, User
from recruiting.foundation import clock, limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.foundation.tokens import digest
from recruiting.outbox import mail

LIFETIME = timedelta(hours=24)
TAKEN = "This address has an account or an invitation by now, so yours stays as it is. Choose another address."
CLOSED = (
    "This link was used, replaced or is too old, or it belongs to another account. Ask for a new one in your profile."
)


def request_change(*, user: User, email: str, password: str) -> str:
    """Send a link to the address that somebody wants to sign in with from now on; return the address.

    Nothing changes until they open it. A second request replaces the first. The address is told nothing else than
    anybody's would be, also when it is taken; then a mail says so there.

    Raises:
        InvalidInput: for a wrong password, what is no address, or the address that they have already.
    """
    email = text.email(email)
    if not user.check_password(password):
        raise InvalidInput(fields={"password": "That is not your password."})
    limits.require_address(EmailChange, email)
    if text.email_key(email) == text.email_key(user.email):
        raise InvalidInput(fields={"email": "You sign in with this address already."})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        EmailChange.objects.filter(user=user).delete()
        # Written down in either case, since the profile shows what waits; of a taken one nobody gets the link.
        token = secrets.token_urlsafe(32)
        EmailChange.objects.create(
            user=user, email=email, token_digest=digest(token), expires_at=clock.now() + LIFETIME
        )
        if _is_taken(email):
            _notify_owner(email)
        else:
            _send_link(user, email, token)
        mail.send(
            to=user.email,
            subject="Your Throughline sign-in address is about to change",
            text=(
                f"Somebody who knows your password asked to sign in to Throughline as {email} instead of {user.email}."
                "\n\nIf it was you, open the link that was sent to the new address. Until then nothing changes.\n\n"
                "If it was not you, choose a new password now; that also takes the request back:\n"
                f"{settings.PUBLIC_BASE_URL}{reverse('account_reset_password')}\n"
            ),
        )
    return email


def confirm_change(*, user: User, token: str) -> User:
    """Let somebody sign in with their new address from now on, and tell the old one.

    Raises:
        NotFound: when the link was used, replaced, is too old, or another account's.
        Conflict: when somebody else has the address, or is invited by it, since the link was sent.
    """
    with transaction.atomic():
        change = find_change(user=user, token=token, lock=True)
        locked = User.objects.select_for_update().get(pk=user.pk)
        if _is_taken(change.email):
            raise Conflict(TAKEN, code="address_taken")
        before, locked.email = locked.email, change.email
        with translate_integrity_errors({"user_email_unique": Conflict(TAKEN, code="address_taken")}):
            locked.save(update_fields=["email"])
        change.delete()
        mail.send(
            to=before,
            subject="Your Throughline sign-in address was changed",
            text=(
                f"You sign in to Throughline as {locked.email} from now on. {before} no longer opens your account.\n\n"
                "If this was not you, tell an Administrator of your company.\n"
            ),
        )
    user.email = locked.email
    return locked


def find_change(*, user: User, token: str, lock: bool = False) -> EmailChange:
    """Return the request behind a link. Raises NotFound when it was used, replaced, is too old, or another's."""
    changes = EmailChange.objects.filter(user=user, token_digest=digest(token), expires_at__gt=clock.now())
    change = (changes.select_for_update() if lock else changes).first()
    if change is None:
        raise NotFound(CLOSED)
    return change


def pending_change(user: User) -> EmailChange | None:
    """Return the request that waits for its link to be opened, or None."""
    return EmailChange.objects.filter(user=user, expires_at__gt=clock.now()).first()


def cancel(*, user: User) -> None:
    """Take a request back: its link stops working."""
    EmailChange.objects.filter(user=user).delete()


def password_changed(event: events.PasswordChanged) -> None:
    """Take back what somebody who knew the old password may have asked for."""
    EmailChange.objects.filter(user_id=event.user_id).delete()


def _is_taken(email: str) -> bool:
    if User.objects.with_email(email).exists():
        return True
    waiting = Invitation.objects.filter(email_key=email, accepted_at__isnull=True, expires_at__gt=clock.now())
    return waiting.exists()


def _send_link(user: User, email: str, token: str) -> None:
    path = reverse("companies:confirm-email", args=[token])
    mail.send(
        to=email,
        subject="Confirm your new Throughline address",
        text=(
            f"Open this link to sign in to Throughline with this address from now on, instead of {user.email}. It "
            f"works once, for 24 hours, while you are signed in:\n{settings.PUBLIC_BASE_URL}{path}\n\n"
            "If you did not ask for it, there is nothing to do.\n"
        ),
        link_until=clock.machine_now() + LIFETIME,
    )


def _notify_owner(email: str) -> None:
    mail.send(
        to=email,
        subject="Somebody asked for your Throughline address",
        text=(
            "Somebody asked to sign in to Throughline with this address. Nothing was changed, because it has an "
            "account already or an invitation waits for it.\n\n"
            "If it was you: sign in with this address, or open the invitation. If it was not, there is nothing to do.\n"
        ),
    )
