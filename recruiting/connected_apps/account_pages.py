"""Company Settings › Connected apps: the service accounts, as which programs of the company work by themselves."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from recruiting.companies import service_accounts
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.connected_apps import services
from recruiting.connected_apps.forms import AccountForm, ConnectForm
from recruiting.foundation.permissions import CompanyRole
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.forms import set_choices
from recruiting.web.responses import respond_to_form

INDEX = "connected_apps:index"


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest) -> HttpResponse:
    """Make a service account."""
    form = AccountForm(request.POST or None)

    def save() -> HttpResponse:
        name, role = form.cleaned_data["name"], CompanyRole(form.cleaned_data["role"])
        made = service_accounts.create(company=request.company, name=name, role=role, by=request.membership)
        return responses.saved(request, f"{made.name} can do nothing yet: connect an app to it.", INDEX)

    return respond_to_form(request, form, save, "connected_apps/account_form.html", conflict="name")


@page("GET", "POST", role=ADMINISTRATOR)
def edit(request: MemberRequest, account_id: UUID) -> HttpResponse:
    """Rename a service account, or change what it may open."""
    account = account_of(request, account_id)
    form = AccountForm(request.POST or None, initial={"name": account.name, "role": account.role})

    def save() -> HttpResponse:
        name, role = form.cleaned_data["name"], CompanyRole(form.cleaned_data["role"])
        service_accounts.change(account=account, name=name, role=role, by=request.membership)
        return responses.saved(request, "Saved.", INDEX)

    context = {"account": account}
    return respond_to_form(request, form, save, "connected_apps/account_form.html", context, conflict="name")


@page("GET", "POST", role=ADMINISTRATOR)
def deactivate(request: MemberRequest, account_id: UUID) -> HttpResponse:
    """Ask, then take a service account's access away."""
    account = account_of(request, account_id)

    def save() -> HttpResponse:
        companies.deactivate(membership=account, by=request.membership)
        return responses.saved(request, f"{account.name} was deactivated.", INDEX)

    return respond_to_form(request, None, save, "connected_apps/account_deactivate.html", {"account": account})


@page("POST", role=ADMINISTRATOR)
def reactivate(request: MemberRequest, account_id: UUID) -> HttpResponse:
    """Let a service account act again."""
    account = account_of(request, account_id)
    companies.reactivate(membership=account, by=request.membership)
    return responses.saved(request, f"{account.name} may act again. Connect an app to it.", INDEX)


@page("GET", "POST", role=ADMINISTRATOR)
def connect(request: MemberRequest, account_id: UUID) -> HttpResponse:
    """Let an app of the company work by itself, as a service account."""
    account = account_of(request, account_id)
    form = ConnectForm(request.POST or None)
    set_choices(form, client=services.connectable_clients(request.company))

    def save() -> HttpResponse:
        client, chosen = form.cleaned_data["client"], form.cleaned_data["scopes"]
        services.connect_account(client=client, account=account, scopes=chosen, by=request.membership)
        return responses.saved(request, f"{client.name} works as {account.name} now.", INDEX)

    context = {"account": account}
    return respond_to_form(request, form, save, "connected_apps/account_connect.html", context, conflict="client")


def account_of(request: MemberRequest, account_id: UUID) -> Membership:
    """Return a service account of the company, or answer 404."""
    accounts = Membership.objects.for_company(request.company).service_accounts()
    return get_object_or_404(accounts.select_related("company"), pk=account_id)
