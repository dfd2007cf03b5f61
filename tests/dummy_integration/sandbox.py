"""Acme, played on this machine."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.host.store import Store

DDL = """
CREATE TABLE IF NOT EXISTS acme_user (email TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS acme_assessment (id TEXT PRIMARY KEY, email TEXT NOT NULL, state TEXT NOT NULL);
"""


class AcmeSandbox(VendorSandbox):
    """Users with keys, and assessments that are sent or completed."""

    slug, name, summary = "acme", "Acme", "A vendor of assessments that does not exist."

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        store.ensure(DDL)
        self.routes.add("GET", "/acme/v1/me", self._me, operation="me")
        self.routes.add("POST", "/acme/v1/assessments", self._create, operation="create")
        self.routes.add("GET", "/acme/v1/assessments/{id}", self._read, operation="read")

    def seed(self, *, company: str, users: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Give each user a key."""
        keys = {user["email"]: f"acme-{secrets.token_hex(8)}" for user in users}
        with self.store.writing() as connection:
            connection.executemany(
                "INSERT INTO acme_user VALUES (?, ?, ?)",
                [(user["email"], user["name"], keys[user["email"]]) for user in users],
            )
        return keys

    def complete(self, number: str) -> None:
        """Let the candidate complete an assessment."""
        with self.store.writing() as connection:
            connection.execute("UPDATE acme_assessment SET state = 'completed' WHERE id = ?", (number,))

    def tick(self, now: datetime) -> None:
        """Nothing becomes due by itself."""

    def credential_of(self, request: Request) -> str:
        """The key is the user name of HTTP Basic."""
        return request.basic_user()

    def error(self, status: int, reason: str) -> Response:
        """Acme's errors carry a message."""
        return json_response({"message": reason}, status=status)

    def rate_limited(self, seconds: int) -> Response:
        """429 with the usual header."""
        return json_response({"message": "Slow down."}, status=429, headers={"Retry-After": str(seconds)})

    def control_home(self) -> str:
        """Acme has no pages of its own."""
        return "/__sandbox__/acme/"

    def _me(self, request: Request) -> Response:
        user = self._user(request)
        return (
            json_response({"name": user["name"], "email": user["email"]}) if user else self.error(401, "No such key.")
        )

    def _create(self, request: Request) -> Response:
        if self._user(request) is None:
            return self.error(401, "No such key.")
        number = secrets.token_hex(6)
        with self.store.writing() as connection:
            connection.execute(
                "INSERT INTO acme_assessment VALUES (?, ?, 'sent')", (number, json.loads(request.body)["email"])
            )
        return json_response({"id": number}, status=201)

    def _read(self, request: Request) -> Response:
        with self.store.reading() as connection:
            row = connection.execute("SELECT * FROM acme_assessment WHERE id = ?", (request.params["id"],)).fetchone()
        if self._user(request) is None or row is None:
            return self.error(404, "No such assessment.")
        return json_response({"id": row["id"], "state": row["state"]})

    def _user(self, request: Request) -> Any:
        with self.store.reading() as connection:
            return connection.execute("SELECT * FROM acme_user WHERE key = ?", (request.basic_user(),)).fetchone()
