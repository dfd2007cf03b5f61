"""Programs that register themselves (RFC 7591), where `OAUTH_DYNAMIC_REGISTRATION` lets them.

Nobody knows who they are: they are *unverified*, read some things at most, and go again when nobody lets them in. What
they say of themselves beside name and addresses is neither kept nor fetched. Changing it later (RFC 7592) is not
offered.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.core.ratelimit import consume
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from recruiting.connected_apps import services
from recruiting.connected_apps.models import Client
from recruiting.foundation.errors import InvalidInput

LARGEST = 8 * 1024
"""Bytes of a registration."""
MOST_UNUSED = 1000
METHODS = ("client_secret_basic", "client_secret_post", "none")
GRANTS = ("authorization_code", "refresh_token")


class Refused(Exception):
    """A registration that cannot be accepted, by the codes of RFC 7591."""

    def __init__(self, description: str, *, error: str = "invalid_client_metadata", status: int = 400) -> None:
        super().__init__(description)
        self.answer = {"error": error, "error_description": description}
        self.status = status


@csrf_exempt
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register a program that asks for it, as an unverified one."""
    if not settings.OAUTH_DYNAMIC_REGISTRATION:
        raise Http404
    try:
        said = _said(request)
        method = _one_of(said, "token_endpoint_auth_method", METHODS)
        grants = _some_of(said, "grant_types", GRANTS)
        _some_of(said, "response_types", ("code",))
        scope = _scope(said)
        addresses = _addresses(said)
        name = _text(said, "client_name", default=f"App at {urlsplit(addresses[0]).hostname}"[:80])
        if not consume(request, action="oauth_register") or services.unused_clients().count() >= MOST_UNUSED:
            raise Refused("Too many programs registered. Try again in an hour.", error="slow_down", status=429)
        client, secret = _registered(name, addresses, is_confidential=method != "none")
    except Refused as refusal:
        wait = {"Retry-After": "3600"} if refusal.status == 429 else {}
        return JsonResponse(refusal.answer, status=refusal.status, headers={"Cache-Control": "no-store", **wait})
    answer = {
        "client_id": client.client_id,
        "client_id_issued_at": int(client.created_at.timestamp()),
        **({"client_secret": secret, "client_secret_expires_at": 0} if secret else {}),
        "client_name": client.name,
        "redirect_uris": addresses,
        "grant_types": grants,
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
        "scope": scope,
    }
    return JsonResponse(answer, status=201, headers={"Cache-Control": "no-store"})


def _said(request: HttpRequest) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        raise Refused("Send application/json.")
    if len(request.body) > LARGEST:
        raise Refused(f"Send {LARGEST} bytes at most.", status=413)
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused("It cannot be read as JSON.") from None
    if not isinstance(said, dict):
        raise Refused("Send an object.")
    return said


def _registered(name: str, addresses: list[str], *, is_confidential: bool) -> tuple[Client, str]:
    try:
        return services.register_client(
            company=None,
            name=name,
            redirect_uris="\n".join(addresses),
            is_confidential=is_confidential,
            by=None,
            is_unverified=True,
        )
    except InvalidInput as refusal:
        raise Refused(next(iter(refusal.fields.values()))) from refusal


def _addresses(said: Mapping[str, Any]) -> list[str]:
    addresses = said.get("redirect_uris")
    # They are kept one a line, so that one with a space in it would be two.
    is_right = isinstance(addresses, list) and all(isinstance(one, str) and one.split() == [one] for one in addresses)
    if not addresses or not is_right:
        raise Refused("redirect_uris has to be a list of addresses.", error="invalid_redirect_uri")
    if wrong := services.wrong_addresses(addresses):
        raise Refused(wrong, error="invalid_redirect_uri")
    return [str(one) for one in addresses]


def _text(said: Mapping[str, Any], name: str, *, default: str = "") -> str:
    value = said.get(name, default)
    if not isinstance(value, str):
        raise Refused(f"{name} has to be a text.")
    return value


def _one_of(said: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = _text(said, name, default=known[0])
    if value not in known:
        raise Refused(f"{name} is one of {', '.join(known)}.")
    return value


def _some_of(said: Mapping[str, Any], name: str, known: tuple[str, ...]) -> list[str]:
    """Return what was chosen of what there is; the first has to be among it."""
    values = said.get(name, [known[0]])
    if not isinstance(values, list) or known[0] not in values or any(value not in known for value in values):
        raise Refused(f"{name} has {known[0]}, and nothing beside {' and '.join(known)}.")
    return values


def _scope(said: Mapping[str, Any]) -> str:
    """Return what the program may ask for, of what it wants if it says so."""
    offered, wanted = services.offered_scopes(), _text(said, "scope").split()
    scope = [name for name in offered if not wanted or name in wanted]
    if not scope:
        raise Refused(f"A program that registers itself may ask for {' '.join(offered)}.")
    return " ".join(scope)
