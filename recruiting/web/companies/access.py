"""Who may open a page at all: the door every view of ours stands behind.

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

from recruiting.companies.models import Company, Membership, User

NO_COMPANY = "Your account works, but it belongs to no company now. Ask an Administrator of the company to let you in."

Arguments = ParamSpec("Arguments")


class MemberRequest(HttpRequest):
    """A request of a signed-in member: who asks, and in which company."""

    user: User
    membership: Membership
    company: Company


def member_required(
    view: Callable[Concatenate[MemberRequest, Arguments], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """Let members in; send everybody else where they can become one.

    Signed out: to sign-in, and back afterwards. Platform staff without a company: to the Django admin. Anybody else
    without a company has lost it (or never had one): signed out, and told so on the sign-in page.
    """
    return _door(view, administrators_only=False)


def administrator_required(
    view: Callable[Concatenate[MemberRequest, Arguments], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """Let the company's Administrators in; for every other member there is nothing at the address."""
    return _door(view, administrators_only=True)


def _door(
    view: Callable[Concatenate[MemberRequest, Arguments], HttpResponse], *, administrators_only: bool
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
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
        if administrators_only and not membership.is_administrator:
            raise Http404
        return view(cast(MemberRequest, request), *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, Arguments], HttpResponse], inner)


def _sign_in(request: HttpRequest, *, come_back: bool = True) -> HttpResponse:
    if come_back and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect("account_login")
