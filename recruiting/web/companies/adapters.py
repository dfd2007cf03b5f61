"""How sign-in behaves: nobody signs up by themselves; people come in by invitation."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.http import HttpRequest

from recruiting.companies.models import User
from recruiting.foundation import clock, proxies
from recruiting.outbox import mail
from recruiting.web import responses

# The same for somebody deactivated, so that nobody learns who works where.
MISMATCH = "That email and password don't match. Check both, or reset your password."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's account adapter with sign-up closed and our sentences."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "enter_current_password": "Enter your present password.",
        "incorrect_code": "That code is not right. Codes change every 30 seconds; try the one shown now.",
        "incorrect_password": "That is not your password.",
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
        "too_many_login_attempts": "Too many tries. Wait 5 minutes, or reset your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: entry is by invitation."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether signing in or out may lead there: to pages of this site alone."""
        return bool(responses.own_address(current.request, url))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Enqueue a mail of allauth's as every other; any may carry a link, so it is a secret."""
        made = self.render_mail(template_prefix, email, {"request": current.request, "email": email, **context})
        link_until = clock.machine_now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        mail.send(to=email, subject=str(made.subject), text=str(made.body), link_until=link_until)

    def set_password(self, user: User, password: str) -> None:
        """Save a new password, and let the person sign in at once, whatever was tried before."""
        super().set_password(user, password)
        if current.request is not None:
            self._delete_login_attempts_cached_email(current.request, email=user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return whose tries are counted together."""
        return proxies.client_address(request)
