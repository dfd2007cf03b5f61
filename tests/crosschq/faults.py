"""Crosschq, as the fault tests use it: one key for the company, requests looked for by the candidate's address."""

import json
from collections.abc import Mapping
from typing import Any

from integrations import installations
from integrations.crosschq import SLUG
from integrations.crosschq.settings import connection
from integrations.models import Installation
from integrations.requests.lifecycle import Entry
from recruiting.applications.models import Application
from tests.crosschq import scenario
from tests.crosschq.door import Door
from tests.faults.driver import FaultDriver, Told


class CrosschqFaults(FaultDriver):
    """Reference checks."""

    slug = SLUG
    signs = adopts_by_delivery = True
    create, read, look_up = "create_request", "get_request", "list_requests"
    check_key = "config"
    cancel_calls = ("get_request_v2", "cancel_request")
    beginning = ("references", "self_reference")
    moved_to = ("progress", Entry.STARTED)
    cancel_needs_key = "Crosschq no longer accepts the partner key, or there is none."
    odd_creates = ("extra_fields", "id_only")
    odd_reads = ("extra_fields", "progress_text")
    unknown_status = "awaiting_moderation"
    # It carries the candidate's address, so that a lost answer is looked for at once.
    early_delivery = "processed"
    odd_bodies = (b'{"id": null}', b'{"id": true}', b'{"id": {"id": "x"}}', b'{"id": ["x"]}', b'{"progress": 100}')
    scenario: scenario.Scenario
    door: Door

    @staticmethod
    def settings(url: str) -> Mapping[str, Any]:
        return {"CROSSCHQ_BASE_URL": f"{url}/crosschq", "CROSSCHQ_WEB_URL": f"{url}/crosschq"}

    def build(self) -> None:
        self.door = Door(self.server, {})
        self.scenario = built = scenario.build(self.door)
        self.application, self.kim, self.installation = built.application, built.kim, built.installation
        self.door.organization(
            "webhook",
            url=installations.webhook_url(self.installation),
            method="POST",
            auth="token",
            token=built.told.webhook_secret,
        )

    def prepare_canceling(self) -> None:
        self.scenario.configure(api_version="v2")

    def ask(self, *, application: Application | None = None) -> Any:
        return self.scenario.send(application=application)

    def running(self) -> list[str]:
        return [
            row["id"] for row in self.scenario.at_vendor() if row["status"].lower() not in ("canceled", "cancelled")
        ]

    def perform(self, vendor_id: str, action: str) -> None:
        answer = self.door.perform(vendor_id, action)
        assert answer.status == 200, answer.text

    def about(self, vendor_id: str, **claims: Any) -> Told:
        return Told("", json.dumps({"id": vendor_id, "candidate": {"email": "ada@example.com"}, **claims}).encode())

    def headers(self, installation: Installation, body: bytes) -> Mapping[str, str]:
        return {"Authorization": f"Token {connection.of(installation).webhook_secret}"}


class CrosschqAlone(CrosschqFaults):
    """A company whose account lists nothing, on the version that cancels nothing."""

    name = f"{SLUG}-alone"
    can_list = can_cancel = False

    def build(self) -> None:
        super().build()
        self.scenario.configure(can_list=False, api_version="v1")
