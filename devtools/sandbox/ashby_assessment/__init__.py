"""A stand-in for an assessment partner that speaks Ashby's contract, built from that contract alone."""

import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.host.partner import Handler, PartnerSandbox


class AshbyPartnerSandbox(PartnerSandbox):
    """Assessments that can be started and canceled; each change is reported with a timestamp that rises."""

    slug, name = "ashby-partner", "Assessment partner (Ashby contract)"
    summary = "Assessments of a partner that speaks Ashby's contract."
    events = ("assessment.update",)

    def calls(self) -> Mapping[tuple[str, str, str], Handler]:
        return {
            ("POST", "assessment.list", "list"): self._list,
            ("POST", "assessment.start", "start"): self._start,
            ("POST", "assessment.cancel", "cancel"): self._cancel,
        }

    def report(self, connection: sqlite3.Connection, order: Mapping[str, Any]) -> None:
        body = json.dumps(self.update(order))
        self.webhooks.put(
            connection,
            account=order["key"],
            subscription=order["report_key"],
            event="assessment.update",
            url=order["report_url"],
            body=body,
        )

    def update(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """What is reported of an order."""
        said: dict[str, Any] = {"assessment_id": order["id"], "timestamp": int(time.time() * 1000)}
        if order["state"] == "canceled":
            return {**said, "cancelled_reason": "The partner canceled it."}
        if order["state"] != "completed":
            status = {"identifier": "status", "label": "Status", "type": "string", "value": order["state"]}
            return {**said, "assessment_status": status}
        score = {"identifier": "score", "label": "Score", "type": "numeric_score", "value": 91}
        passed = {"identifier": "passed", "label": "Outcome", "type": "boolean_success", "value": True}
        result = {"assessment_result": score, "assessment_profile_url": self.result_url(order), "metadata": [passed]}
        return {**said, **result}

    def webhook_wanted(self, subscription: str) -> bool:
        return bool(subscription)

    def _list(self, request: Request) -> Response:
        rows = [{"assessment_type_id": key, "name": name, "description": ""} for key, name in self.products.items()]
        return json_response({"success": True, "results": rows})

    def _start(self, request: Request) -> Response:
        body = request.data()
        person = body.get("candidate") or {}
        if body.get("assessment_type_id") not in self.products or not person.get("email"):
            return json_response({"success": False, "errors": ["The assessment or the candidate is unknown."]})
        number = self.order(
            request, product=body["assessment_type_id"], name=person.get("name") or "", email=person["email"]
        )
        return json_response({"success": True, "results": {"assessment_id": number}})

    def _cancel(self, request: Request) -> Response:
        number = str(request.data().get("assessment_id"))
        if self.find(number, self.credential_of(request)) is None:
            return self.error(404, "No such assessment.")
        self.move(number, "canceled", reports=False)
        return json_response({"success": True, "results": {}})
