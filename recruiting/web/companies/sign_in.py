"""Signing in, and asking for a new password: whose address was typed."""

from typing import Any

from allauth.account import forms
from django.http import HttpRequest

from recruiting.companies.models import User
from recruiting.companies.password_reset import request_password_reset
from recruiting.foundation import text


class LoginForm(forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Signs in whoever has the address, however it is written."""

    def user_credentials(self) -> dict[str, Any]:
        """Return the address as the account has it, by which allauth looks for it."""
        given: dict[str, Any] = super().user_credentials()
        if typed := given.get("email"):
            stored = list(User.objects.with_email(typed).values_list("email", flat=True))
            given["email"] = typed if typed in stored else next(iter(stored), typed)
        return given


class ResetPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asks for an address, and looks nothing up."""

    def clean_email(self) -> str:
        """Return the address as addresses are stored."""
        return text.email(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Enqueue a mail with a link when there is an account."""
        email: str = self.cleaned_data["email"]
        request_password_reset(email=email)
        return email
