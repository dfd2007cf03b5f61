"""Accepting an invitation: a one-time link becomes an account, a membership, or both."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recruiting.companies import services
from recruiting.companies.models import Invitation, User
from recruiting.foundation.errors import InvalidInput, NotFound, RecruitingError
from recruiting.web import responses
from recruiting.web.companies.forms import AcceptForm
from recruiting.web.companies.middleware import SESSION_KEY
from recruiting.web.responses import respond_to_form


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Open an invitation; what it asks depends on who is signed in and whether the address has an account."""
    try:
        found = services.find_invitation(token)
    except NotFound as error:
        return _closed(request, error)
    account = User.objects.with_email(found.email).first()
    if request.user.is_authenticated and request.user != account:
        return _page(request, "companies/invitation_wrong_user.html", found)
    if request.user.is_authenticated:
        return _join(request, token, found)
    if account is not None:
        return _page(request, "companies/invitation_sign_in.html", found)
    return _sign_up(request, token, found)


def _join(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    if request.method != "POST":
        return _page(request, "companies/invitation_join.html", found)
    assert isinstance(request.user, User)
    try:
        membership = services.accept_invitation(token=token, as_user=request.user)
    except RecruitingError as error:
        return _closed(request, error)
    request.session[SESSION_KEY] = str(membership.pk)
    return responses.saved(request, f"Welcome to {membership.company.name}.", settings.LOGIN_REDIRECT_URL)


def _sign_up(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST or None, email=found.email)

    def save() -> HttpResponse:
        try:
            membership = services.accept_invitation(token=token, **form.cleaned_data)
        except InvalidInput:
            raise
        except RecruitingError as error:
            return _closed(request, error)
        response: HttpResponse = perform_login(
            request, membership.user, redirect_url=resolve_url(settings.LOGIN_REDIRECT_URL)
        )
        request.session[SESSION_KEY] = str(membership.pk)
        return response

    return respond_to_form(request, form, save, "companies/invitation_sign_up.html", {"invitation": found})


def _page(request: HttpRequest, template: str, found: Invitation) -> HttpResponse:
    return render(request, template, {"invitation": found})


def _closed(request: HttpRequest, error: RecruitingError) -> HttpResponse:
    return render(request, "companies/invitation_closed.html", {"sentence": error.message}, status=error.status)
