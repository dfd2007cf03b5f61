"""A stand-in for an assessment partner that speaks Greenhouse's contract, built from that contract alone."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.host.faults import FaultKind
from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.host.partner import Handler, PartnerSandbox

MALFORMED = FaultKind("malformed", "test_status says complete and gives no partner_profile_url")


class GreenhousePartnerSandbox(PartnerSandbox):
    """Tests that can be sent; a PATCH to each one's own address when something changed."""

    slug, name = "greenhouse-partner", "Assessment partner (Greenhouse contract)"
    summary = "Tests of a partner that speaks the Greenhouse Assessment Partner API."
    fault_kinds = (MALFORMED,)
    events = ("changed",)

    def calls(self) -> Mapping[tuple[str, str, str], Handler]:
        return {
            ("GET", "list_tests", "list_tests"): self._list,
            ("POST", "send_test", "send_test"): self._send,
            ("GET", "test_status", "test_status"): self._status,
            ("POST", "response_error", "response_error"): lambda request: json_response({}),
        }

    def report(self, connection: sqlite3.Connection, order: Mapping[str, Any]) -> None:
        self.webhooks.put(
            connection, account=order["key"], subscription=order["key"], event="changed", url=order["url"], body=""
        )

    def webhook_method(self, subscription: str) -> str:
        return "PATCH"

    def _list(self, request: Request) -> Response:
        return json_response(
            [{"partner_test_id": key, "partner_test_name": name} for key, name in self.products.items()]
        )

    def _send(self, request: Request) -> Response:
        body = request.data()
        person = body.get("candidate") or {}
        missing = [name for name in ("first_name", "preferred_name", "email") if not person.get(name)]
        if body.get("partner_test_id") not in self.products or missing:
            return self.error(422, "The test is unknown, or the candidate lacks a name or an email address.")
        name = f"{person['first_name']} {person.get('last_name') or ''}".strip()
        number = self.order(
            request,
            product=body["partner_test_id"],
            name=name,
            email=person["email"],
            url=str(body.get("url") or ""),
            file=str(person.get("resume_url") or ""),
        )
        return json_response({"partner_interview_id": number})

    def _status(self, request: Request) -> Response:
        order = self.find(request.first("partner_interview_id"), self.credential_of(request))
        if order is None:
            return self.error(404, "No such assessment.")
        is_done = order["state"] == "completed"
        has_link = is_done and not request.take_fault("malformed")
        return json_response(
            {
                "partner_status": "complete" if is_done else order["state"],
                "partner_profile_url": self.result_url(order) if has_link else None,
                "partner_score": 87.5 if is_done else None,
                "metadata": {"minutes_taken": 42, "passed": True} if is_done else {},
            }
        )
