"""The tester's pages and calls that every vendor's stand-in has: faults, webhook deliveries, request log, settings.

Each address answers a page to a browser and JSON to everything else. What only one vendor has (its interviews, its
mails) is in that vendor's own control pages.
"""

import json
import sqlite3
from typing import Any

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.faults import FaultRefused
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response
from devtools.sandbox.host.pages import TRAIL, page
from devtools.sandbox.host.router import Router


def control_error(request: Request, status: int, reason: str) -> Response:
    """A refusal of the control surface, as a page or as JSON."""
    if not request.wants_html():
        return json_response({"reason": reason}, status=status)
    return page(
        "That did not work",
        "sandbox/refused.html",
        status=status,
        reason=reason,
        back="/__sandbox__/",
        back_text="Back to the start",
    )


class Controls:
    """Registers the shared control routes of one vendor."""

    def __init__(self, vendor: VendorSandbox) -> None:
        self.vendor = vendor
        self.root = f"/__sandbox__/{vendor.slug}"

    def register(self, router: Router) -> None:
        router.add("POST", f"{self.root}/seed", self.seed)
        router.add("POST", f"{self.root}/reset", self.reset)
        router.add("GET", f"{self.root}/faults", self.faults)
        router.add("POST", f"{self.root}/faults", self.order_fault)
        router.add("DELETE", f"{self.root}/faults", self.remove_faults)
        router.add("POST", f"{self.root}/faults/remove", self.remove_faults)
        router.add("DELETE", f"{self.root}/faults/{{id}}", self.remove_fault)
        router.add("POST", f"{self.root}/faults/{{id}}/remove", self.remove_fault)
        router.add("GET", f"{self.root}/requests", self.requests)
        router.add("DELETE", f"{self.root}/requests", self.clear_requests)
        router.add("GET", f"{self.root}/webhooks/deliveries", self.deliveries)
        router.add("DELETE", f"{self.root}/webhooks/deliveries", self.clear_deliveries)
        router.add("GET", f"{self.root}/settings", self.settings)
        router.add("POST", f"{self.root}/settings", self.change_settings)

    def seed(self, request: Request) -> Response:
        """The arguments of the stand-in's `seed` as JSON; answers what it does, its keys above all."""
        try:
            return json_response(self.vendor.seed(**request.data()), status=201)
        except (TypeError, KeyError, ValueError, sqlite3.IntegrityError) as error:
            raise BadRequest("The seed cannot be read; docs/sandbox.md shows one.") from error

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the accounts as well."""
        self.vendor.forget(everything=bool(request.data().get("everything")))
        return done(request, {"reset": True}, back=self.vendor.control_home())

    # Faults

    def faults(self, request: Request) -> Response:
        open_faults = self.vendor.faults.open()
        if not request.wants_html():
            return json_response([fault.as_json() for fault in open_faults])
        return self._page(
            "faults",
            faults=open_faults,
            kinds=self.vendor.faults.kinds.values(),
            aims=["*", *self.vendor.routes.operations(), *self.vendor.events],
        )

    def order_fault(self, request: Request) -> Response:
        data: dict[str, Any] = request.data()
        if not request.is_json():
            try:
                data = {
                    "operation": data.get("operation", "*"),
                    "kind": data.get("kind", ""),
                    "times": int(str(data.get("times") or "1")),
                    "parameters": json.loads(str(data.get("parameters") or "{}")),
                    "key": data.get("key", ""),
                }
            except ValueError as error:
                raise BadRequest("times must be a whole number and parameters a JSON object.") from error
        try:
            fault = self.vendor.faults.order(
                data, operations=self.vendor.routes.operations(), events=self.vendor.events
            )
        except FaultRefused as error:
            raise BadRequest(str(error)) from error
        return done(request, fault.as_json(), back=f"{self.root}/faults", status=201)

    def remove_faults(self, request: Request) -> Response:
        return done(request, {"removed": self.vendor.faults.remove()}, back=f"{self.root}/faults")

    def remove_fault(self, request: Request) -> Response:
        number = request.params["id"]
        removed = self.vendor.faults.remove(int(number)) if number.isdigit() else 0
        if not removed:
            return control_error(request, 404, "There is no such fault.")
        return done(request, {"removed": removed}, back=f"{self.root}/faults")

    # Request log

    def requests(self, request: Request) -> Response:
        entries = self.vendor.requests.latest(limit=_limit(request, default=1000), operation=request.first("operation"))
        if not request.wants_html():
            return json_response(entries)
        return self._page("requests", "request log", entries=entries[:200])

    def clear_requests(self, request: Request) -> Response:
        self.vendor.requests.clear()
        return done(request, {"cleared": True}, back=f"{self.root}/requests")

    # Webhook deliveries

    def deliveries(self, request: Request) -> Response:
        entries = self.vendor.webhooks.latest(limit=_limit(request, default=500), event=request.first("event"))
        if not request.wants_html():
            return json_response(entries)
        return self._page("deliveries", "webhook deliveries", entries=entries[:200])

    def clear_deliveries(self, request: Request) -> Response:
        self.vendor.webhooks.clear()
        return done(request, {"cleared": True}, back=f"{self.root}/webhooks/deliveries")

    # Settings

    def settings(self, request: Request) -> Response:
        values = self.vendor.settings()
        if not request.wants_html():
            return json_response(values)
        return self._page("settings", values=values)

    def change_settings(self, request: Request) -> Response:
        data = request.data()
        try:
            if not request.is_json():
                data = {name: json.loads(value) for name, value in data.items()}
            values = self.vendor.change_settings(data)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        return done(request, values, back=f"{self.root}/settings")

    def _page(self, template: str, what: str = "", **values: Any) -> Response:
        trail = (*TRAIL, (self.vendor.control_home(), self.vendor.name))
        title = f"{self.vendor.name}: {what or template}"
        return page(title, f"sandbox/{template}.html", trail=trail, root=self.root, **values)


def _limit(request: Request, *, default: int) -> int:
    text = request.first("limit")
    if text and not text.isdigit():
        raise BadRequest("limit must be a whole number.")
    return int(text) if text else default
