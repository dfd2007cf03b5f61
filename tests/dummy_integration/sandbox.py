"""Acme, played on this machine, built from its API's description alone."""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.host.partner import Handler, PartnerSandbox


class AcmeSandbox(PartnerSandbox):
    """Tests that can be sent, listed and withdrawn; each change is reported, signed."""

    slug, name = "acme", "Acme"
    summary = "Tests by a vendor that does not exist."
    events = ("changed",)

    def calls(self) -> Mapping[tuple[str, str, str], Handler]:
        return {
            ("GET", "tests", "tests"): self._tests,
            ("POST", "assessments", "create"): self._create,
            ("GET", "assessments", "list"): self._list,
            ("GET", "assessments/{id}", "read"): self._read,
            ("DELETE", "assessments/{id}", "cancel"): self._cancel,
        }

    def report(self, connection: sqlite3.Connection, order: Mapping[str, Any]) -> None:
        if not order["report_url"]:
            return
        body = json.dumps({"id": order["id"]})
        signature = hmac.new(order["report_key"].encode(), body.encode(), hashlib.sha256).hexdigest()
        self.webhooks.put(
            connection,
            account=order["key"],
            subscription=signature,
            event="changed",
            url=order["report_url"],
            body=body,
        )

    def webhook_headers(self, event: str, subscription: str) -> Mapping[str, str]:
        return {"X-Acme-Signature": subscription}

    def _tests(self, request: Request) -> Response:
        return json_response([{"id": number, "name": name} for number, name in self.products.items()])

    def _create(self, request: Request) -> Response:
        body = request.data()
        if body.get("test") not in self.products or not body.get("email"):
            return self.error(422, "The test is unknown, or the candidate has no email address.")
        number = self.order(request, product=body["test"], name=str(body.get("name") or ""), email=body["email"])
        return json_response(self._row(self.find(number)), status=201)

    def _list(self, request: Request) -> Response:
        key, email = self.credential_of(request), request.first("email")
        return json_response([self._row(one) for one in self.orders() if (one["key"], one["email"]) == (key, email)])

    def _read(self, request: Request) -> Response:
        order = self.find(request.params["id"], self.credential_of(request))
        return json_response(self._row(order)) if order is not None else self.error(404, "No such assessment.")

    def _cancel(self, request: Request) -> Response:
        if self.find(request.params["id"], self.credential_of(request)) is not None:
            self.move(request.params["id"], "canceled")
        return self._read(request)

    def _row(self, order: Any) -> dict[str, Any]:
        is_done = order["state"] == "completed"
        return {
            "id": order["id"],
            "test": order["product"],
            "status": order["state"],
            "created_at": order["created_at"],
            "score": 87 if is_done else None,
            "result_url": self.result_url(order) if is_done else None,
        }
