"""The OAuth server: oauthlib's for authorization codes, with our validator and S256 as the only proof of possession.

Clients that an Administrator connected to a service account get tokens with their own credentials, too.
"""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from oauthlib.common import Request
from oauthlib.oauth2 import ClientCredentialsGrant, WebApplicationServer
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256

from recruiting.connected_apps import tokens
from recruiting.connected_apps.validator import Validator

_CHALLENGE = re.compile(r"[\w-]{43}\Z", re.ASCII)


@cache
def server() -> WebApplicationServer:
    """Return the server. It knows codes, refresh tokens and client credentials, no other way to a token."""
    validator = Validator()
    made = WebApplicationServer(
        validator,
        token_generator=tokens.access_token,
        refresh_token_generator=tokens.refresh_token,
        token_expires_in=settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"],
    )
    made.grant_types["client_credentials"] = ClientCredentialsGrant(validator)
    made.auth_grant._code_challenge_methods = {"S256": code_challenge_method_s256}
    made.auth_grant.custom_validators.pre_auth.append(_require_challenge)
    return made


def question(request: HttpRequest) -> str:
    """Return address and query of a request as oauthlib takes them: encoded anew, whatever was sent."""
    query = request.GET.urlencode()
    return f"{request.path}?{query}" if query else request.path


def form_of(request: HttpRequest) -> tuple[str, str, str, dict[str, Any]]:
    """Return address, method, body and headers of a client's own request as oauthlib takes them."""
    given = str(request.META.get("HTTP_AUTHORIZATION", ""))
    headers = {"HTTP_AUTHORIZATION": given, "Authorization": given} if given.isascii() else {}
    headers["Content-Type"] = request.META.get("CONTENT_TYPE", "")
    return question(request), request.method or "", request.POST.urlencode(), headers


def answer(headers: dict[str, str], body: str | None, status: int) -> HttpResponse:
    """Return what oauthlib answered as a response."""
    response = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _require_challenge(request: Request) -> dict[str, Any]:
    if request.code_challenge is not None and not _CHALLENGE.match(request.code_challenge):
        raise InvalidRequestError(description="The code challenge is no SHA-256 in base64url.", request=request)
    return {}
