"""Two-factor authentication before the Django admin: platform staff without one set it up before anything opens.

What the second factor is and how it is asked for at sign-in is allauth's; for everybody else it stays an offer.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

SENTENCE = "The admin needs a second step at sign-in. Set it up, then open the admin again."


def may_enter(request: HttpRequest) -> bool:
    """Return whether the admin is open to this person: active platform staff, with a second factor where it is due."""
    return request.user.is_active and request.user.is_staff and not _is_missing(request)


def set_up_first(sign_in: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make the admin's sign-in lead signed-in staff without a second factor to where it is set up."""

    @wraps(sign_in)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and _is_missing(request):
            messages.warning(request, SENTENCE)
            return redirect("mfa_activate_totp")
        return sign_in(request, *args, **kwargs)

    return inner


def _is_missing(request: HttpRequest) -> bool:
    if not settings.ADMIN_REQUIRES_SECOND_FACTOR:
        return False
    return not is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
