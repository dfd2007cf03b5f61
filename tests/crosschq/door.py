"""Speaks to a running fake Crosschq over plain sockets. Uses nothing of our client."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from devtools.sandbox.crosschq import CrosschqSandbox
from tests.sandbox.door import Answer, Caller

USERS = (
    {"first_name": "Rita", "last_name": "Recruiter", "email": "rita@acme.example", "role": "super_admin"},
    {"first_name": "Hugo", "last_name": "Manager", "email": "hugo@acme.example"},
)
SURVEY = "brand-marketer-manager"


@dataclass
class Door(Caller):
    """A sandbox with the organizations Acme and Globex; `keys` by name."""

    slug = "crosschq"

    @property
    def vendor(self) -> CrosschqSandbox:
        vendor = self.server.vendor("crosschq")
        assert isinstance(vendor, CrosschqSandbox)
        return vendor

    def api(self, method: str, path: str, body: Any = None, *, by: str = "Acme", header: str | None = None) -> Answer:
        headers = {"Authorization": self.keys[by] if header is None else header, "Content-Type": "application/json"}
        return self.send(
            method, f"/crosschq{path}", body=b"" if body is None else json.dumps(body).encode(), headers=headers
        )

    def order(self, **changes: Any) -> dict[str, Any]:
        """A valid body for v1's create."""
        return {
            "candidate": {
                "first_name": "Ada",
                "last_name": "Lovelace",
                "email": "ada@example.com",
                "mobile_phone": "+15125550123",
            },
            "jobrole": SURVEY,
            "requestor": "rita@acme.example",
            "use_sms": True,
            "config_params": {"managers": 1, "employees": 0, "peers": 2, "business": 0, "social": 0},
            "send_past_due_notification": True,
            "send_completed_notification": True,
            "candidate_message": "Last day is Thursday.",
            "job_position": "Engine Programmer",
            "hiring_manager": {"first_name": "Hugo", "last_name": "Manager", "email": "hugo@acme.example"},
            **changes,
        }

    def ask(self, **changes: Any) -> str:
        """A new request; returns its id."""
        answer = self.api("POST", "/partners/reference-request/", self.order(**changes))
        assert answer.status == 201, answer.text
        return str(answer.json["request_id"])

    def get(self, number: str, *, v2: bool = False) -> dict[str, Any]:
        answer = self.api("GET", f"/{'api/v2' if v2 else 'partners'}/reference-request/{number}/")
        assert answer.status == 200, answer.text
        shape: dict[str, Any] = answer.json
        return shape

    def perform(self, number: str, action: str, **data: Any) -> Answer:
        return self.control("POST", f"/crosschq/reference-requests/{number}/{action}", data)

    def seen(self, number: str) -> dict[str, Any]:
        """The request with all that the tester sees."""
        shape: dict[str, Any] = self.control("GET", f"/crosschq/reference-requests/{number}").json
        return shape

    def organization(self, action: str, *, name: str = "Acme", **data: Any) -> Answer:
        return self.control("POST", f"/crosschq/organisations/{name}/{action}", data)

    def messages(self, **query: str) -> list[tuple[str, str, str]]:
        """(channel, kind, recipient), oldest first."""
        rows = self.control("GET", f"/crosschq/mails?{urlencode(query)}").json
        return [(row["channel"], row["kind"], row["to"]) for row in reversed(rows)]

    def path(self, url: str) -> str:
        return url.removeprefix(self.server.url)


def seed(database: Path) -> dict[str, str]:
    """Makes Acme and Globex; returns their keys by name. The file is whole afterwards, without a log beside it."""
    vendor = CrosschqSandbox.at(database)
    keys = {
        "Acme": vendor.seed(company="Acme", users=USERS)["key"],
        "Globex": vendor.seed(company="Globex", users=USERS[:1])["key"],
    }
    vendor.store.close()
    return keys
