"""Company Settings › Connected apps: all of the company's; Profile › Connected apps: one's own.

A secret is shown in the answer to the form that made it and nowhere else: it is in no address, session or message.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from recruiting.companies.models import Membership
from recruiting.connected_apps import lately, services
from recruiting.connected_apps.forms import ClientForm, NewClientForm, PolicyForm
from recruiting.connected_apps.models import Client, Connection
from recruiting.connected_apps.oauth import permissions
from recruiting.foundation import pagination
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.responses import respond_to_form

INDEX = "connected_apps:index"


@page("GET", "POST", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List what was let into the company and what it registered, and say who may let apps in."""
    everyone = services.everyone_may_connect(request.company)
    form = PolicyForm(request.POST or None, initial={"who": "everyone" if everyone else "administrators"})

    def save() -> HttpResponse:
        everyone = form.cleaned_data["who"] == "everyone"
        services.set_policy(company=request.company, everyone=everyone, by=request.membership)
        return responses.saved(request, "Saved.", INDEX)

    rows = services.connections_of(company=request.company)
    listed = pagination.page_of(rows, ("-id",), request.GET, "app", "apps")
    context = {
        "page": listed,
        "rows": _shown(request, listed.rows),
        "accounts": Membership.objects.for_company(request.company).service_accounts().order_by("service_name", "id"),
        "clients": Client.objects.of_company(request.company).order_by("name", "id"),
    }
    return respond_to_form(request, form, save, "connected_apps/index.html", context)


@page("GET")
def mine(request: MemberRequest) -> HttpResponse:
    """List what one let in oneself."""
    rows = services.connections_of(company=request.company, membership=request.membership)
    listed = pagination.page_of(rows, ("-id",), request.GET, "app", "apps")
    context = {"page": listed, "rows": _shown(request, listed.rows)}
    return render(request, "connected_apps/mine.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def revoke(request: MemberRequest, connection_id: UUID) -> HttpResponse:
    """Ask, then take back what anybody of the company allowed."""
    return _revoke(request, connection_id, back=INDEX)


@page("GET", "POST")
def revoke_mine(request: MemberRequest, connection_id: UUID) -> HttpResponse:
    """Ask, then take back what one allowed oneself."""
    return _revoke(request, connection_id, back="connected_apps:mine")


@page("GET", "POST", role=ADMINISTRATOR)
def new_client(request: MemberRequest) -> HttpResponse:
    """Register an app for the company, and show its secret once."""
    form = NewClientForm(request.POST or None)

    def save() -> HttpResponse:
        given = form.cleaned_data
        client, secret = services.register_client(
            company=request.company,
            name=given["name"],
            redirect_uris=given["redirect_uris"],
            is_confidential=given["kind"] == "confidential",
            by=request.membership,
        )
        return _registered(request, client, secret)

    return respond_to_form(request, form, save, "connected_apps/client_form.html")


@page("GET", "POST", role=ADMINISTRATOR)
def edit_client(request: MemberRequest, client_id: UUID) -> HttpResponse:
    """Change an app of the company."""
    client = _client(request, client_id)
    form = ClientForm(request.POST or None, initial={"name": client.name, "redirect_uris": client.redirect_uris})

    def save() -> HttpResponse:
        services.change_client(client=client, by=request.membership, **form.cleaned_data)
        return responses.saved(request, "Saved.", INDEX)

    return respond_to_form(request, form, save, "connected_apps/client_form.html", {"client": client})


@page("GET", "POST", role=ADMINISTRATOR)
def rotate_secret(request: MemberRequest, client_id: UUID) -> HttpResponse:
    """Ask, then give an app another secret and show it once."""
    client = _client(request, client_id)
    if request.method == "POST":
        client, secret = services.rotate_secret(client=client, by=request.membership)
        return _registered(request, client, secret)
    return render(request, "connected_apps/rotate.html", {"client": client})


@page("GET", "POST", role=ADMINISTRATOR)
def remove_client(request: MemberRequest, client_id: UUID) -> HttpResponse:
    """Ask, then take an app of the company out of use."""
    client = _client(request, client_id)
    if request.method == "POST":
        services.remove_client(client=client, by=request.membership)
        return responses.saved(request, f"{client.name} was removed.", INDEX)
    return render(request, "connected_apps/remove.html", {"client": client})


def _shown(request: MemberRequest, rows: Sequence[Connection]) -> list[dict[str, Any]]:
    """Return connections with what each may do and did lately."""
    done = lately.done(rows, reader=request.membership)
    return [{"connection": row, "permissions": permissions(row.scopes), "done": done[row.pk]} for row in rows]


def _client(request: MemberRequest, client_id: UUID) -> Client:
    return get_object_or_404(Client.objects.of_company(request.company), pk=client_id)


def _registered(request: MemberRequest, client: Client, secret: str) -> HttpResponse:
    return render(request, "connected_apps/registered.html", {"client": client, "secret": secret}, status=201)


def _revoke(request: MemberRequest, connection_id: UUID, *, back: str) -> HttpResponse:
    own = None if back == INDEX else request.membership
    rows = services.connections_of(company=request.company, membership=own)
    connection = get_object_or_404(rows, pk=connection_id)
    if request.method == "POST":
        services.revoke(connection=connection, by=request.membership)
        return responses.saved(request, f"{connection.client} has lost access.", back)
    return render(request, "connected_apps/revoke.html", {"connection": connection, "back": back})
