"""Spark Hire, as the fault tests use it: a key per sender, requests looked for by job."""

import json
from collections.abc import Mapping
from typing import Any

from integrations.requests.lifecycle import Entry
from integrations.spark_hire import SLUG
from recruiting.applications.models import Application
from tests.faults.driver import FaultDriver, Told
from tests.spark_hire import scenario
from tests.spark_hire.door import Door


class SparkHireFaults(FaultDriver):
    """Video interviews."""

    slug = SLUG
    create, read, look_up = "create_interview", "get_interview", "list_interviews"
    check_key = "me"
    cancel_calls = ("get_interview", "delete_interview")
    beginning = ("accept",)
    moved_to = ("accepted", Entry.ACCEPTED)
    waits_for_key = (
        "Spark Hire needs Kim Ito's User API Key, and it does not work at the moment.",
        ("spark_hire.waiting",),
    )
    cancel_needs_key = "Spark Hire needs Kim Ito's User API Key to cancel, and it does not work."
    odd_creates = ("unknown_status", "extra_fields", "missing_names", "missing_location")
    odd_reads = ("extra_fields", "missing_names", "missing_location")
    unknown_status = "under_moderation"
    odd_bodies = (b'{"uuid": 7}', b'{"uuid": {"uuid": "x"}}')
    scenario: scenario.Scenario
    door: Door

    @staticmethod
    def settings(url: str) -> Mapping[str, Any]:
        return {"SPARK_HIRE_BASE_URL": f"{url}/spark-hire/v1.0", "SPARK_HIRE_WEB_URL": f"{url}/spark-hire"}

    def build(self) -> None:
        self.door = Door(self.server, {})
        self.scenario = built = scenario.build(self.door)
        self.application, self.kim, self.installation = built.application, built.kim, built.installation

    def ask(self, *, application: Application | None = None) -> Any:
        return self.scenario.ask(application=application)

    def running(self) -> list[str]:
        return [row["uuid"] for row in self.scenario.at_vendor()]

    def perform(self, vendor_id: str, action: str) -> None:
        answer = self.door.perform(vendor_id, action)
        assert answer.status == 200, answer.text

    def about(self, vendor_id: str, **claims: Any) -> Told:
        return Told("InterviewCompleted", json.dumps({"uuid": vendor_id, **claims}).encode())
