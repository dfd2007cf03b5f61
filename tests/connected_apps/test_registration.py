"""Dynamic registration (RFC 7591): off unless it is switched on, and whoever registers itself gets little."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from recruiting.api import scopes
from recruiting.companies.models import Company, Membership
from recruiting.connected_apps import registration, services
from recruiting.connected_apps.models import Client, Connection
from recruiting.foundation import clock
from recruiting.foundation.errors import NotFound
from recruiting.foundation.tokens import digest
from tests.connected_apps.conftest import BACK, Program, call, returned
from tests.connected_apps.factories import AuthorizationCodeFactory, ClientFactory, ConnectionFactory
from tests.factories import ServiceAccountFactory

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]
READS = "jobs:read candidates:read"


@pytest.fixture
def switched_on(settings: Any) -> None:
    """Switch registration on, for as many as come."""
    settings.OAUTH_DYNAMIC_REGISTRATION = True
    settings.ACCOUNT_RATE_LIMITS = {}


def register(body: Any = None, **changes: Any) -> Any:
    """Register a public program, with changes to what it says of itself; None leaves a member out."""
    said = {"client_name": "Helper", "redirect_uris": [BACK], "token_endpoint_auth_method": "none"}
    said = {name: value for name, value in {**said, **changes}.items() if value is not None}
    content = body if isinstance(body, bytes | str) else json.dumps(said if body is None else body)
    return Browser(raise_request_exception=False).post("/oauth/register/", content, content_type="application/json")


def registered(**changes: Any) -> Program:
    """Return the program that registered itself."""
    answer = register(**changes)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    return Program(Client.objects.get(client_id=told["client_id"]), told.get("client_secret", ""))


def metadata() -> Any:
    return Browser().get("/.well-known/oauth-authorization-server").json()


# ── Off ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_is_off_and_nothing_says_that_it_is_there() -> None:
    assert register().status_code == 404
    assert not Client.objects.exists()
    assert "registration_endpoint" not in metadata()


def test_on_the_metadata_says_where(switched_on: None) -> None:
    assert metadata()["registration_endpoint"] == "http://testserver/oauth/register/"
    for method in ("get", "put", "delete"):  # RFC 7592 is not offered
        assert getattr(Browser(), method)("/oauth/register/").status_code == 405


# ── Attacks ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(
    "uris",
    [
        [],
        "https://connector.example/",
        [BACK, 7],
        [BACK, None],
        ["http://connector.example/"],
        ["https://user@connector.example/"],
        ["https://connector.example/#part"],
        ["https://connector.example/a https://evil.example/"],
        ["https://connector.example/a\nhttps://evil.example/"],
        ["https://connector.example/\x00"],
        ["https://["],
        ["https://connector.example\u2100/"],
        ["https://10.0.0.1/"],
        ["javascript:alert(1)"],
        ["com.example.app:/callback"],
        ["https://*.connector.example/"],
        [f"https://connector.example/{'x' * 1000}"],
        [f"https://connector.example/{number}" for number in range(11)],
        {"0": BACK},
        None,
    ],
)
def test_addresses_follow_the_rules_of_everybody(uris: Any) -> None:
    answer = register(redirect_uris=uris)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_redirect_uri")
    assert not Client.objects.exists()


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(
    "said",
    [
        {"client_name": ""},
        {"client_name": "x" * 81},
        {"client_name": ["Helper"]},
        {"client_name": 7},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["authorization_code", "client_credentials"]},
        {"grant_types": ["authorization_code", "password"]},
        {"grant_types": ["refresh_token"]},
        {"grant_types": "authorization_code"},
        {"grant_types": [{"a": 1}]},
        {"response_types": ["token"]},
        {"response_types": ["code", "token"]},
        {"response_types": {"code": 1}},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": ["none"]},
        {"scope": ["jobs:read"]},
        {"scope": "jobs:write settings:read"},
    ],
)
def test_what_is_not_offered_is_refused(said: dict[str, Any]) -> None:
    answer = register(**said)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")
    assert answer.json()["error_description"]
    assert not Client.objects.exists()


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"null", b'"x"', b"[" * 7000, b"{", b'{"a": NaN', b"a=b"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    answer = register(body)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


@pytest.mark.usefixtures("switched_on")
def test_what_is_too_large_is_refused_and_forms_are_no_json() -> None:
    assert register(client_uri="x" * registration.LARGEST).status_code == 413
    form = Browser().post("/oauth/register/", {"redirect_uris": BACK})
    assert (form.status_code, form.json()["error"]) == (400, "invalid_client_metadata")
    assert not Client.objects.exists()


@pytest.mark.usefixtures("switched_on")
def test_nothing_that_is_said_makes_it_more_than_it_is(acme: Company) -> None:
    said = {
        "company": str(acme.pk),
        "is_unverified": False,
        "client_id": "chosen",
        "client_secret": "chosen",
        "registered_by": "dana",
        "skip_authorization": True,
        "software_statement": "e30.e30.",
        "logo_uri": "https://evil.example/",
    }

    answer = register(**said)

    client = Client.objects.get()
    assert answer.status_code == 201
    assert (client.company, client.registered_by, client.is_unverified) == (None, None, True)
    assert client.client_id not in ("chosen", "") and client.client_secret == ""
    assert set(answer.json()) == {
        "client_id", "client_id_issued_at", "client_name", "redirect_uris", "grant_types", "response_types",
        "token_endpoint_auth_method", "scope",
    }  # fmt: skip
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("scope", ["jobs:write", "settings:read", "webhooks:read", "jobs:read files:write"])
def test_it_cannot_ask_for_writes_or_settings(danas: Browser, scope: str) -> None:
    program = registered()

    for response in (program.ask(danas, scope=scope), program.answer(danas, {"answer": "allow"}, scope=scope)):
        assert returned(response)["error"] == "invalid_scope"
    assert not Connection.objects.exists()


@pytest.mark.usefixtures("switched_on")
def test_it_may_ask_for_what_reads_and_gets_no_more_by_refreshing(danas: Browser) -> None:
    program = registered()
    every = [
        name for name in scopes.names() if name.endswith(":read") and name not in ("settings:read", "webhooks:read")
    ]
    tokens = program.connect(danas, scope=" ".join(every))

    assert set(tokens["scope"].split()) == set(every)
    assert program.refresh(tokens["refresh_token"], scope="jobs:read jobs:write").json()["error"] == "invalid_scope"


@pytest.mark.usefixtures("switched_on")
def test_it_needs_proof_of_its_code_as_everybody(danas: Browser) -> None:
    program = registered()
    assert returned(program.ask(danas, scope=READS, code_challenge=None))["error"] == "invalid_request"
    code = program.code(danas, scope=READS)

    assert program.exchange(code, code_verifier="x" * 50).json()["error"] == "invalid_grant"
    assert call(program.exchange(code).json()["access_token"]).status_code == 200


@pytest.mark.usefixtures("switched_on")
def test_it_never_works_by_itself(acme: Company, dana: Membership) -> None:
    program = registered(token_endpoint_auth_method="client_secret_basic")
    answer = program.post("token", grant_type="client_credentials")
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")

    with pytest.raises(NotFound):
        services.connect_account(
            client=program.client, account=ServiceAccountFactory(company=acme), scopes=["jobs:read"], by=dana
        )


def test_one_address_registers_so_many_an_hour(settings: Any) -> None:
    settings.OAUTH_DYNAMIC_REGISTRATION = True
    assert settings.ACCOUNT_RATE_LIMITS["oauth_register"] == "10/h/ip"

    answers = [register() for _ in range(11)]

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert Client.objects.count() == 10


@pytest.mark.usefixtures("switched_on")
def test_all_together_register_so_many_that_nobody_uses(monkeypatch: pytest.MonkeyPatch, dana: Membership) -> None:
    assert registration.MOST_UNUSED == 1000
    monkeypatch.setattr(registration, "MOST_UNUSED", 1)
    program = registered()

    assert register().status_code == 429
    ConnectionFactory(membership=dana, client=program.client)
    assert register().status_code == 201


# ── What works ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", None])
def test_one_with_a_secret_gets_it_once_and_it_is_kept_as_a_digest(danas: Browser, method: str | None) -> None:
    answer = register(token_endpoint_auth_method=method)

    told, client = answer.json(), Client.objects.get()
    assert told["token_endpoint_auth_method"] == (method or "client_secret_basic")
    assert told["client_secret_expires_at"] == 0
    assert client.client_secret == digest(told["client_secret"])
    program = Program(client, told["client_secret"])
    assert call(program.connect(danas, scope=READS)["access_token"]).status_code == 200
    assert Program(client).refresh("x").status_code == 401


@pytest.mark.usefixtures("switched_on")
def test_it_is_told_what_it_may_ask_for() -> None:
    assert register(scope="jobs:read jobs:write").json()["scope"] == "jobs:read"
    everything = register().json()["scope"].split()
    assert "candidates:read" in everything and "settings:read" not in everything
    assert [name for name in everything if not name.endswith(":read")] == []
    assert register(client_name=None).json()["client_name"] == "App at connector.example"


@pytest.mark.usefixtures("switched_on")
def test_the_page_of_consent_says_first_that_it_is_unverified(danas: Browser, program: Program) -> None:
    page = " ".join(registered().ask(danas, scope=READS).content.decode().split())

    body = page[page.index("<main") :]
    assert body.index("Helper is unverified") < body.index("<h1")
    assert "is unverified" not in program.ask(danas, scope=READS).content.decode()


@pytest.mark.usefixtures("switched_on")
def test_settings_say_that_a_connected_app_is_unverified(danas: Browser) -> None:
    registered().connect(danas, scope=READS)

    assert "Unverified" in danas.get("/settings/connected-apps/").content.decode()


def test_what_nobody_uses_goes_after_a_week(dana: Membership) -> None:
    old = clock.now() - timedelta(days=8)
    unused, used, ended, asked, new, ours = (
        ClientFactory(name=name, is_unverified=name != "ours", created_at=old if name != "new" else clock.now())
        for name in ("unused", "used", "ended", "asked", "new", "ours")
    )
    ConnectionFactory(membership=dana, client=used, is_service=False)
    ConnectionFactory(membership=dana, client=ended, revoked_at=old)
    recently = ConnectionFactory(membership=dana, client=asked, revoked_at=clock.now())
    AuthorizationCodeFactory(application=unused, expires=old)

    assert services.forget_unused_clients() == 2

    assert set(Client.objects.all()) == {used, asked, new, ours}
    assert Connection.objects.filter(pk=recently.pk).exists()
