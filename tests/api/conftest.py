"""Two companies, their people, and a caller that speaks JSON with a token."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from recruiting.api import services
from recruiting.api.models import ApiToken
from recruiting.api.scopes import names
from recruiting.companies.models import Company, Membership
from recruiting.connected_apps.models import Connection
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Job
from tests.factories import CompanyFactory, JobFactory, MembershipFactory, on_team


class Caller:
    """A program that calls the API; without a token when `token` is ""."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        """GET /api/v1/{path}."""
        return self.client.get(f"/api/v1/{path}", query, headers=self._headers())

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON to /api/v1/{path}; headers by their names in snake case."""
        return self.send("post", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        """PATCH /api/v1/{path} with JSON."""
        return self.send("patch", path, body, **headers)

    def send(self, method: str, path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        """Send `body` (as JSON unless it is bytes) to /api/v1/{path}."""
        data = b"" if body is None else body
        return self.client.generic(
            method.upper(),
            f"/api/v1/{path}",
            self._encoded(data),
            content_type,
            headers=self._headers() | _hyphened(headers),
        )

    def upload(self, path: str, file: Any, headers: Mapping[str, str] | None = None, **fields: Any) -> Any:
        """POST a form with a file to /api/v1/{path}."""
        sent = self._headers() | _hyphened(headers or {})
        return self.client.post(f"/api/v1/{path}", {"file": file, **fields}, headers=sent)

    def _encoded(self, data: Any) -> bytes:
        encoded: Any = data if isinstance(data, bytes) else self.client._encode_json(data, "application/json").encode()
        return bytes(encoded)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def _hyphened(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def state_of_the_world() -> dict[str, Any]:
    """Return every row that belongs to a company, but for what is noted of every call."""
    models = [model for model in apps.get_models() if any(field.name == "company" for field in model._meta.fields)]
    noted = (ApiToken, Connection)
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models if model not in noted
    }


MakeCaller = Callable[..., Caller]


@pytest.fixture
def calls_as() -> MakeCaller:
    """Return a function that makes a caller for a member, with these scopes (all of them by default)."""

    def make(membership: Membership, *scopes: str) -> Caller:
        _, token = services.create_token(membership=membership, name="Tests", scopes=scopes or names(), days=30)
        return Caller(token)

    return make


@pytest.fixture
def acme(db: None) -> Company:
    """Return the company that the tests are about."""
    return CompanyFactory(name="Acme", time_zone="America/New_York")


@pytest.fixture
def dana(acme: Company) -> Membership:
    """Return Acme's Administrator."""
    return MembershipFactory(
        company=acme,
        role=CompanyRole.ADMINISTRATOR,
        user__email="dana@acme.example",
        user__first_name="Dana",
        user__last_name="Cole",
    )


@pytest.fixture
def buyer(acme: Company) -> Job:
    """Return an open job of Acme."""
    return JobFactory(company=acme, title="Senior Buyer", city="Boston", region="MA", country="US")


@pytest.fixture
def interviewer(buyer: Job) -> Membership:
    """Return a Standard member who interviews for the job."""
    return on_team(buyer, JobRole.INTERVIEWER)


@pytest.fixture
def outsider(acme: Company) -> Membership:
    """Return a Standard member of Acme without any role on a job."""
    return MembershipFactory(company=acme)


@pytest.fixture
def stranger(db: None) -> Membership:
    """Return the Administrator of another company."""
    return MembershipFactory(company=CompanyFactory(name="Other"), role=CompanyRole.ADMINISTRATOR)
