"""Who may open a page of staff at all: `@page`, the one decorator of their views.

Which objects somebody sees is `visible_to(membership)` on the querysets; what they may do to one, the services say.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recruiting.companies.models import Company, Membership, User
from recruiting.foundation.permissions import CompanyRole

ADMINISTRATOR = CompanyRole.ADMINISTRATOR
NO_COMPANY = "Your account works, but it belongs to no company now. Ask an Administrator of the company to let you in."

Arguments = ParamSpec("Arguments")


class MemberRequest(HttpRequest):
    """A request of a signed-in member: who asks, and in which company."""

    user: User
    membership: Membership
    company: Company


def page(
    *methods: str, role: CompanyRole | None = None, sensitive: bool = False
) -> Callable[
    [Callable[Concatenate[MemberRequest, Arguments], HttpResponse]],
    Callable[Concatenate[HttpRequest, Arguments], HttpResponse],
]:
    """Let members in, then those with the role, then the methods; send everybody else where they can become a member.

    Signed out: to sign-in, and back afterwards. Platform staff without a company: to the Django admin. Anybody else
    without a company has lost it (or never had one): signed out, and told so on the sign-in page.

    Args:
        methods: what the page answers, GET for HEAD as well; any other method is answered 405.
        role: who may come, by default every member; for all others there is nothing at the address (404).
        sensitive: whether what is posted stays out of error reports.
    """
    allowed = [each for method in methods for each in ((method, "HEAD") if method == "GET" else (method,))]

    def decorate(
        view: Callable[Concatenate[MemberRequest, Arguments], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
        guarded = require_http_methods(allowed)(sensitive_post_parameters()(view) if sensitive else view)

        @wraps(view)
        def inner(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _sign_in(request)
            membership: Membership | None = getattr(request, "membership", None)
            if membership is None:
                if request.user.is_staff:
                    return redirect("admin:index")
                logout(request)
                messages.error(request, NO_COMPANY)
                return _sign_in(request, come_back=False)
            if role is not None and membership.role != role:
                raise Http404
            return guarded(cast(MemberRequest, request), *args, **kwargs)

        return inner

    return decorate


def _sign_in(request: HttpRequest, *, come_back: bool = True) -> HttpResponse:
    if come_back and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect("account_login")
