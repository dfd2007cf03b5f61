"""A factory per model of connected apps: plain rows; nobody knows their secrets and tokens."""

from datetime import timedelta

import factory

from recruiting.connected_apps.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    Connection,
    ConnectPolicy,
    RefreshToken,
)
from recruiting.foundation import clock
from tests.factories import CompanyFactory, MembershipFactory, Row, child, company_of, explicit_company

ASKING = "client-that-asks"
QUESTION = {
    "response_type": "code",
    "client_id": ASKING,
    "redirect_uri": "https://app.example/callback",
    "scope": "jobs:read",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}
"""What a client of this ID asks on the page of consent."""


class ClientFactory(Row):
    """A public program, for everybody unless a company is given."""

    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"App {n}")
    client_id = factory.Sequence(lambda n: f"client-{n}")
    client_type = Client.CLIENT_PUBLIC
    redirect_uris = "https://app.example/callback"


class ConnectionFactory(Row):
    """A program that a member let in."""

    class Meta:
        model = Connection

    company = company_of("membership")
    membership = child(MembershipFactory)
    client = child(ClientFactory)
    scope = "jobs:read settings:read"


class AuthorizationCodeFactory(Row):
    """A code that was not exchanged yet."""

    class Meta:
        model = AuthorizationCode

    code = factory.Sequence(lambda n: f"{n:064x}")
    membership = factory.SubFactory(MembershipFactory, company=factory.SubFactory(CompanyFactory))
    application = factory.SubFactory(ClientFactory)
    redirect_uri = "https://app.example/callback"
    scope = "jobs:read"
    code_challenge = "a" * 43
    expires = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=1))


class AccessTokenFactory(Row):
    """An access token."""

    class Meta:
        model = AccessToken

    connection = factory.SubFactory(ConnectionFactory, company=factory.SubFactory(CompanyFactory))
    token_checksum = factory.Sequence(lambda n: f"{n:064x}")
    scope = "jobs:read"
    expires = factory.LazyFunction(lambda: clock.now() + timedelta(hours=1))


class RefreshTokenFactory(Row):
    """A refresh token that was not used yet."""

    class Meta:
        model = RefreshToken

    connection = factory.SubFactory(ConnectionFactory, company=factory.SubFactory(CompanyFactory))
    token_checksum = factory.Sequence(lambda n: f"{n:064x}")
    expires = factory.LazyFunction(lambda: clock.now() + timedelta(days=90))


class ConnectPolicyFactory(Row):
    """What a company says about who may let apps in."""

    class Meta:
        model = ConnectPolicy

    company = explicit_company()
