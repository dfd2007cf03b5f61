"""The libraries that others write clients with, unchanged, against a live server."""

import json
import time
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.integrations.requests_client import OAuthError
from django.test import Client as Browser
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError
from pytest_django.live_server_helper import LiveServer
from requests_oauthlib import OAuth2Session

from tests import javascript
from tests.connected_apps.conftest import BACK, SCOPES, Program, Register

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def found(live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what a client finds that knows the API's address alone: from the 401 to the server's metadata."""
    settings.PUBLIC_BASE_URL = live_server.url
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    challenge = requests.get(f"{live_server.url}/api/v1/jobs/", timeout=30).headers["WWW-Authenticate"]
    resource = requests.get(challenge.partition('resource_metadata="')[2].rstrip('"'), timeout=30).json()
    (issuer,) = resource["authorization_servers"]
    metadata: dict[str, Any] = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=30).json()
    assert metadata["issuer"] == issuer == live_server.url
    return {**metadata, "api": f"{resource['resource']}/api/v1/", "offered": resource["scopes_supported"]}


def allowed(danas: Browser, address: str) -> str:
    """Let Dana allow what a client asks at an address, and return where her browser goes."""
    path = address.partition("://")[2].partition("/")[2]
    assert danas.get(f"/{path}").status_code == 200
    answered = danas.post(f"/{path}", {"answer": "allow"})
    assert answered.status_code == 303
    return str(answered.headers["Location"])


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_authlib(danas: Browser, found: dict[str, Any], register: Register, method: str) -> None:
    program = register(confidential=method != "none")
    client = AuthlibSession(
        client_id=program.client.client_id,
        client_secret=program.secret or None,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        scope=SCOPES,
        redirect_uri=BACK,
        code_challenge_method="S256",
    )
    address, state = client.create_authorization_url(found["authorization_endpoint"], code_verifier=program.verifier)

    token = client.fetch_token(
        found["token_endpoint"],
        authorization_response=allowed(danas, address),
        code_verifier=program.verifier,
        state=state,
    )
    assert set(token["scope"].split()) == set(SCOPES.split())
    assert client.get(f"{found['api']}jobs/").status_code == 200

    fresh = client.refresh_token(found["token_endpoint"], refresh_token=token["refresh_token"])
    assert fresh["access_token"] != token["access_token"]
    assert client.get(f"{found['api']}candidates/").status_code == 200
    told = client.introspect_token(found["introspection_endpoint"], token=fresh["access_token"])
    assert told.json()["active"] is True

    assert client.revoke_token(found["revocation_endpoint"], token=fresh["refresh_token"]).status_code == 200
    assert client.get(f"{found['api']}jobs/").status_code == 401
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh_token(found["token_endpoint"], refresh_token=fresh["refresh_token"])


def test_requests_oauthlib(danas: Browser, found: dict[str, Any], program: Program) -> None:
    renewed: list[dict[str, Any]] = []
    known = {"client_id": program.client.client_id, "client_secret": program.secret}
    client = OAuth2Session(
        program.client.client_id,
        scope=SCOPES.split(),
        redirect_uri=BACK,
        pkce="S256",
        auto_refresh_url=found["token_endpoint"],
        auto_refresh_kwargs=known,
        token_updater=renewed.append,
    )
    address, _ = client.authorization_url(found["authorization_endpoint"])

    client.fetch_token(
        found["token_endpoint"],
        authorization_response=allowed(danas, address),
        client_secret=program.secret,
    )
    assert client.get(f"{found['api']}jobs/").status_code == 200

    client.token = {**client.token, "expires_at": time.time() - 1}
    assert client.get(f"{found['api']}jobs/").status_code == 200
    assert len(renewed) == 1
    requests.post(found["revocation_endpoint"], data={**known, "token": renewed[0]["access_token"]}, timeout=30)
    assert client.get(f"{found['api']}jobs/").status_code == 401
    with pytest.raises(InvalidGrantError):
        client.refresh_token(found["token_endpoint"], **known)


@pytest.mark.parametrize("confidential", [True, False])
@pytest.mark.parametrize("library", ["openid_client.mjs", "oauth4webapi.mjs"])
def test_libraries_of_javascript(
    danas: Browser, found: dict[str, Any], register: Register, library: str, confidential: bool
) -> None:
    program = register(confidential=confidential)
    arguments = (found["issuer"], program.client.client_id, program.secret, BACK, SCOPES)

    with javascript.start(library, *arguments) as client:
        assert client.stdin and client.stdout
        address = client.stdout.readline().strip()
        assert address.startswith(found["authorization_endpoint"]), client.communicate()
        told, wrong = client.communicate(allowed(danas, address) + "\n", timeout=30)

    assert wrong == ""
    became = json.loads(told)
    assert set(became.pop("scope").split()) == set(SCOPES.split())
    introspected = {"active": True} if confidential else {}
    assert became == {"first": 200, "fresh": 200, **introspected, "revoked": 401, "refused": "invalid_grant"}


def test_what_is_offered_to_whoever_knows_nothing_else_reads_and_opens_no_settings(found: dict[str, Any]) -> None:
    assert "jobs:read" in found["offered"] and "settings:read" not in found["offered"]
    assert [name for name in found["offered"] if not name.endswith(":read")] == []
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    assert found["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
