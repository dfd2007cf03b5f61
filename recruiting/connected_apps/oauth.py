"""The addresses that clients speak to, and the page on which a member lets one in.

What is asked stands in the address and is read from there alone, on the page and when it is answered: the form says
only yes or no, and in which company. Nothing in the address makes the page go away.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from oauth2_provider.oauth2_backends import _add_iss_to_redirect
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, FatalClientError, InvalidRequestError, OAuth2Error

from recruiting.api import scopes
from recruiting.connected_apps import services
from recruiting.connected_apps.forms import ConsentForm
from recruiting.connected_apps.models import Client
from recruiting.connected_apps.server import answer, form_of, question, server
from recruiting.connected_apps.validator import client_called
from recruiting.web.access import MemberRequest, page
from recruiting.web.responses import SeeOther


# ── Consent ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def authorize(request: MemberRequest) -> HttpResponse:
    """Ask a member whether a client may work for them, and send the browser back to it with the answer."""
    # Known first: nobody is sent to a program, not even with an error, who could not let it in.
    client = client_called(request.GET.get("client_id"))
    members = services.members_who_may_connect(user=request.user, client=client) if client else []
    try:
        wanted, asked = server().validate_authorization_request(question(request), "GET", "", {})
    except FatalClientError as error:
        return render(request, "connected_apps/refused.html", {"why": error.description}, status=400)
    except OAuth2Error as error:
        return _back(error.in_uri(error.redirect_uri)) if members else _not_allowed(request, client)
    except ValueError:
        return render(request, "connected_apps/refused.html", {"why": "It cannot be read."}, status=400)
    if not members:
        return _not_allowed(request, client)
    del asked["request"]
    form = ConsentForm(request.POST or None, members=members, chosen=request.membership)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["answer"] != "allow":
            denied = AccessDeniedError(state=asked["state"])
            return _back(denied.in_uri(asked["redirect_uri"]))
        given = {**asked, "membership": form.cleaned_data["company"]}
        headers, _, _ = server().create_authorization_response(question(request), "GET", "", {}, wanted, given)
        return _back(headers["Location"])
    address = urlsplit(asked["redirect_uri"])
    host = address.netloc.rstrip(":")
    context = {
        "form": form,
        "client": client,
        "permissions": permissions(wanted),
        "host": host,
        "company": members[0].company if len(members) == 1 else None,
        "address": question(request),
    }
    status = 422 if form.is_bound else 200
    response = render(request, "connected_apps/consent.html", context, status=status)
    # The browser counts where the answer to a form leads as a part of sending it.
    response._csp_update = {"form-action": f"{address.scheme}://{host}"}  # type: ignore[attr-defined]
    return response


def _not_allowed(request: MemberRequest, client: Client | None) -> HttpResponse:
    assert client is not None  # an unknown one is refused before
    asked = [member.company.name for member in services.members_asked(user=request.user, client=client)]
    return render(request, "connected_apps/not_allowed.html", {"client": client, "companies": asked}, status=403)


def permissions(names: list[str]) -> list[dict[str, str]]:
    """Return permissions as people read them: what each is about, and its sentence."""
    return [
        {
            "about": _ABOUT.get(thing := name.partition(":")[0], thing.replace("_", " ").capitalize()),
            "sentence": sentence,
        }
        for name, sentence in scopes.choices()
        if name in names
    ]


_ABOUT = {"profile": "Who you are", "settings": "Company Settings"}


def _back(address: str) -> HttpResponse:
    """Send the browser to a client, which is told who answers (RFC 9207)."""
    return SeeOther(_add_iss_to_redirect(address, settings.PUBLIC_BASE_URL))


# ── What clients ask themselves ──────────────────────────────────────────────────────────────────────────────────────
def _endpoint(ask: Callable[[tuple[str, str, str, dict[str, Any]]], Any]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view for clients: one transaction, which a refusal does not undo, since it may have revoked."""

    @csrf_exempt
    @require_POST
    @sensitive_post_parameters()
    def view(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            try:
                return answer(*ask(form_of(request)))
            except OAuth2Error as refusal:
                error = refusal
            except (MultiPartParserError, SuspiciousOperation):
                error = InvalidRequestError(description="The form cannot be read, or is too large.")
            return answer(error.headers, error.json, error.status_code)

    return view


token = _endpoint(lambda form: server().create_token_response(*form))
revoke_token = _endpoint(lambda form: server().create_revocation_response(*form))
introspect = _endpoint(lambda form: server().create_introspect_response(*form))


@require_safe
def server_metadata(request: HttpRequest) -> HttpResponse:
    """Say where what is, and what is supported (RFC 8414)."""
    methods = ["client_secret_basic", "client_secret_post", "none"]
    return _public(
        {
            "issuer": settings.PUBLIC_BASE_URL,
            "authorization_endpoint": _at("authorize"),
            "token_endpoint": _at("token"),
            "revocation_endpoint": _at("revoke"),
            "introspection_endpoint": _at("introspect"),
            **({"registration_endpoint": _at("register")} if settings.OAUTH_DYNAMIC_REGISTRATION else {}),
            "scopes_supported": scopes.names(),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "authorization_response_iss_parameter_supported": True,
            "service_documentation": f"{settings.PUBLIC_BASE_URL}{reverse('api:docs')}",
        }
    )


@require_safe
def resource_metadata(request: HttpRequest) -> HttpResponse:
    """Say who gives tokens for the API, and what a client should ask for that was told nothing else (RFC 9728)."""
    return _public(
        {
            "resource": settings.PUBLIC_BASE_URL,
            "resource_name": "Throughline API",
            "authorization_servers": [settings.PUBLIC_BASE_URL],
            # Some clients ask for all that stands here.
            "scopes_supported": services.offered_scopes(),
            "bearer_methods_supported": ["header"],
            "resource_documentation": f"{settings.PUBLIC_BASE_URL}{reverse('api:docs')}",
        }
    )


def _at(name: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse(f'connected_apps:{name}')}"


def _public(metadata: dict[str, Any]) -> HttpResponse:
    return JsonResponse(metadata, headers={"Access-Control-Allow-Origin": "*"})
