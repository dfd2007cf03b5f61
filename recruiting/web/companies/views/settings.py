"""Company Settings: the list of its pages, General, and the list of integrations."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render

from recruiting import extensions
from recruiting.companies import services
from recruiting.foundation.zones import place
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.companies import settings_nav
from recruiting.web.companies.forms import GeneralForm
from recruiting.web.responses import respond_to_form


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """Show what can be set; on a phone every page leads back here."""
    return render(request, "companies/settings/index.html")


@page("GET", "POST", role=ADMINISTRATOR)
def general(request: MemberRequest) -> HttpResponse:
    """Show and change the company's name and time zone; a new zone moves deadlines, so it is asked about first."""
    company = request.company
    form = GeneralForm(request.POST or None, current=services.details_of(company))

    def save() -> HttpResponse:
        decision = request.POST.get("decision")
        if "time_zone" in form.touched() and decision not in ("change", "keep"):
            return _ask_about_zone(request, form)
        services.change_details(
            company=company,
            name=form.cleaned_data["name"],
            time_zone=company.time_zone if decision == "keep" else form.cleaned_data["time_zone"],
            by=request.membership,
            base=form.base_as(services.CompanyDetails, ("name", "time_zone")),
        )
        return responses.saved(request, "Saved.", "companies:general")

    show = "companies/settings/general.html"
    return respond_to_form(request, form, save, show, edited=lambda: ("", company.updated_at))


@page("GET", role=ADMINISTRATOR)
def integrations(request: MemberRequest) -> HttpResponse:
    """Show what can be connected and how each connection is doing."""
    cards = settings_nav.integration_cards(request.company)
    return render(request, "companies/settings/integrations.html", {"cards": cards})


def _ask_about_zone(request: MemberRequest, form: GeneralForm) -> HttpResponse:
    return render(
        request,
        "companies/settings/time_zone.html",
        {
            "form": form,
            "name": form.cleaned_data["name"],
            "time_zone": form.cleaned_data["time_zone"],
            "before": place(request.company.time_zone),
            "after": place(form.cleaned_data["time_zone"]),
            "impact": extensions.impact(
                extensions.TimeZoneChange(request.company, ZoneInfo(form.cleaned_data["time_zone"]))
            ),
        },
    )
