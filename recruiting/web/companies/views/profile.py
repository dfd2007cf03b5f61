"""What a person sets for themselves: name, time zone, how pages look, and in which company they work now."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from recruiting import extensions
from recruiting.companies import email_change, services
from recruiting.companies.models import Membership
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.companies.forms import DisplayForm, ProfileForm
from recruiting.web.companies.middleware import SESSION_KEY
from recruiting.web.responses import respond_to_form

_A_YEAR = 60 * 60 * 24 * 365


@page("GET", "POST")
def profile(request: MemberRequest) -> HttpResponse:
    """Show and change one's own name and time zone."""
    user = request.user
    form = ProfileForm(
        request.POST or None,
        initial={"first_name": user.first_name, "last_name": user.last_name, "time_zone": user.time_zone},
        current_zone=user.time_zone,
        company_zone=request.company.time_zone,
    )

    def save() -> HttpResponse:
        services.change_profile(user=user, **form.cleaned_data)
        return responses.saved(request, "Saved.", "companies:profile")

    context = {
        "display_form": DisplayForm(initial=_display(request), auto_id="id_display_%s"),
        "email_change": email_change.pending_change(user),
        "has_second_factor": is_mfa_enabled(user),
        "profile_links": list(
            extensions.collect(lambda one: one.profile_links(request.membership), label="profile links")
        ),
    }
    return respond_to_form(request, form, save, "companies/profile.html", context)


@page("POST")
def display(request: MemberRequest) -> HttpResponse:
    """Keep in this browser how dense pages are, and whether keys act."""
    form = DisplayForm(request.POST)
    response = responses.saved(request, "Saved.", "companies:profile")
    if form.is_valid():
        keys = "on" if form.cleaned_data["keys"] else "off"
        for name, value in (("density", form.cleaned_data["density"]), ("keys", keys)):
            response.set_cookie(name, value, max_age=_A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@page("GET", "POST")
def switch(request: MemberRequest) -> HttpResponse:
    """Work in another of one's companies from now on."""
    mine = Membership.objects.active().filter(user=request.user).select_related("company")
    if request.method == "POST":
        try:
            chosen = mine.get(pk=request.POST.get("membership", ""))
        except (Membership.DoesNotExist, ValidationError) as error:
            raise Http404 from error
        request.session[SESSION_KEY] = str(chosen.pk)
        return responses.saved(request, f"You are in {chosen.company.name} now.", settings.LOGIN_REDIRECT_URL)
    return render(request, "companies/switch.html", {"memberships": mine.order_by("company__name", "id")})


def _display(request: HttpRequest) -> dict[str, object]:
    return {
        "density": "compact" if request.COOKIES.get("density") == "compact" else "comfortable",
        "keys": request.COOKIES.get("keys") != "off",
    }
