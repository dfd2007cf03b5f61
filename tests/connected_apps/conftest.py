"""A company, its people, and a program that speaks OAuth as any client does."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client as Browser

from recruiting.companies.models import Company, Membership
from recruiting.connected_apps import services
from recruiting.connected_apps.models import Client
from recruiting.foundation.permissions import CompanyRole
from tests.factories import CompanyFactory, MembershipFactory
from tests.signing_in import signed_in

BACK = "https://connector.example/callback"
SCOPES = "jobs:read candidates:read settings:read"


@dataclass
class Program:
    """A client: it asks for consent in somebody's browser, and for tokens itself."""

    client: Client
    secret: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def question(self, **changes: str | None) -> dict[str, str]:
        """Return the query of an authorization request; None leaves a parameter out."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": BACK,
            "scope": SCOPES,
            "state": "state-1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**query, **changes}.items() if value is not None}

    def ask(self, browser: Browser, **changes: str | None) -> Any:
        """Open the page on which a person is asked."""
        return browser.get("/oauth/authorize/", self.question(**changes))

    def answer(self, browser: Browser, given: dict[str, Any], **changes: str | None) -> Any:
        """Press a button of that page."""
        return browser.post("/oauth/authorize/", given, query_params=self.question(**changes))

    def code(self, browser: Browser, company: Membership | None = None, **changes: str | None) -> str:
        """Let a person allow it, and return the code that came back."""
        given = {"answer": "allow", **({"company": str(company.pk)} if company else {})}
        return returned(self.answer(browser, given, **changes))["code"]

    def post(self, path: str, **form: str) -> Any:
        """Send a form to one of the addresses for clients, authenticated as the client can."""
        known = {"client_id": self.client.client_id, **({"client_secret": self.secret} if self.secret else {})}
        return Browser(raise_request_exception=False).post(f"/oauth/{path}/", {**known, **form})

    def exchange(self, code: str, **changes: str) -> Any:
        """Exchange a code for tokens."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": self.verifier}
        return self.post("token", **{**form, **changes})

    def refresh(self, token: str, **more: str) -> Any:
        """Exchange a refresh token for tokens."""
        return self.post("token", grant_type="refresh_token", refresh_token=token, **more)

    def connect(self, browser: Browser, company: Membership | None = None, **changes: str | None) -> dict[str, Any]:
        """Go all the way, and return the tokens."""
        answered: dict[str, Any] = self.exchange(self.code(browser, company, **changes)).json()
        assert "access_token" in answered, answered
        return answered


def returned(response: Any) -> dict[str, str]:
    """Return what a redirect brings back to the program."""
    assert response.status_code == 303, response.content
    address = response.headers["Location"]
    assert address.startswith(f"{BACK}?"), address
    return dict(parse_qsl(urlsplit(address).query))


def call(token: str, path: str = "jobs/") -> Any:
    """Ask the API with a token."""
    return Browser(raise_request_exception=False).get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


Register = Callable[..., Program]


@pytest.fixture
def register() -> Register:
    """Return a function that registers a program, for everybody unless a company is given."""

    def make(*, company: Company | None = None, confidential: bool = True, back: str = BACK) -> Program:
        client, secret = services.register_client(
            company=company, name="Sourcing connector", redirect_uris=back, is_confidential=confidential, by=None
        )
        return Program(client, secret)

    return make


@pytest.fixture
def program(db: None, register: Register) -> Program:
    """Return a confidential program for everybody."""
    return register()


@pytest.fixture
def acme(db: None) -> Company:
    """Return the company that the tests are about."""
    return CompanyFactory(name="Acme")


@pytest.fixture
def dana(acme: Company) -> Membership:
    """Return Acme's Administrator."""
    return MembershipFactory(
        company=acme, role=CompanyRole.ADMINISTRATOR, user__email="dana@acme.example", user__first_name="Dana"
    )


@pytest.fixture
def sam(acme: Company) -> Membership:
    """Return a Standard member of Acme."""
    return MembershipFactory(company=acme, user__first_name="Sam")


@pytest.fixture
def stranger(db: None) -> Membership:
    """Return the Administrator of another company."""
    return MembershipFactory(company=CompanyFactory(name="Globex"), role=CompanyRole.ADMINISTRATOR)


@pytest.fixture
def danas(dana: Membership) -> Browser:
    """Return Dana's browser."""
    return signed_in(dana, raise_request_exception=False)
