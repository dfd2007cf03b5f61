"""The tester's pages and calls that every vendor's stand-in has: faults, webhook deliveries, request log, settings.

Each address answers a page to a browser and JSON to everything else. What only one vendor has (its interviews, its
mails) is in that vendor's own control pages.
"""

import json
from datetime import UTC, datetime
from typing import Any

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.faults import FOREVER, FaultRefused
from devtools.sandbox.host.http import BadRequest, Request, Response, html_response, json_response, redirect
from devtools.sandbox.host.markup import Markup, badge, button, join, markup, page, table
from devtools.sandbox.host.router import Router

BANNER = "Nothing here reaches a real vendor or a real person."
DELIVERY_TONES = {"delivered": "success", "failed": "danger", "dropped": "warning", "held": "info", "waiting": "info"}


def control_error(request: Request, status: int, reason: str) -> Response:
    """A refusal of the control surface, as a page or as JSON."""
    if not request.wants_html():
        return json_response({"reason": reason}, status=status)
    body = markup(
        '<p class="notice bad">{reason}</p><p><a href="/__sandbox__/">Back to the start</a></p>', reason=reason
    )
    return html_response(page(title="That did not work", body=body, banner=BANNER), status=status)


def moment(seconds: float | None) -> str:
    """A machine time as short text in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %H:%M:%S") if seconds else ""


class Levers:
    """Registers the shared control routes of one vendor."""

    def __init__(self, vendor: VendorSandbox) -> None:
        self.vendor = vendor
        self.root = f"/__sandbox__/{vendor.slug}"

    def register(self, router: Router) -> None:
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

    # Faults

    def faults(self, request: Request) -> Response:
        open_faults = self.vendor.faults.open()
        if not request.wants_html():
            return json_response([fault.as_json() for fault in open_faults])
        rows = [
            (
                markup("<code>{kind}</code>", kind=fault.kind),
                fault.operation,
                "every time" if fault.times == FOREVER else f"{fault.times} more",
                fault.used,
                markup("<code>{text}</code>", text=json.dumps(dict(fault.parameters))),
                f"ends {fault.key[-4:]}" if fault.key else "any",
                button(f"{self.root}/faults/{fault.id}/remove", "Remove"),
            )
            for fault in open_faults
        ]
        body = join(
            [
                markup(
                    "<p>Order a fault, and the next matching calls get it. A webhook fault is aimed at an event, "
                    "every other fault at an operation.</p><section><h2>Ordered now</h2>{rows}{clear}</section>",
                    rows=table(
                        ("Kind", "Aimed at", "Left", "Used", "Parameters", "Key", ""),
                        rows,
                        empty="No faults are ordered: the vendor behaves.",
                    ),
                    clear=button(f"{self.root}/faults/remove", "Remove all faults", tone="danger") if rows else "",
                ),
                self._order_form(),
                markup(
                    "<section><h2>Kinds</h2>{rows}</section>",
                    rows=table(
                        ("Kind", "What it does", "Parameters and defaults"),
                        [
                            (
                                markup("<code>{name}</code>", name=kind.name),
                                kind.summary,
                                markup("<code>{text}</code>", text=json.dumps(dict(kind.parameters)))
                                if kind.parameters
                                else "none",
                            )
                            for kind in self.vendor.faults.kinds.values()
                        ],
                        empty="",
                    ),
                ),
            ]
        )
        return self._page(f"{self.vendor.name}: faults", body)

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
        return self._done(request, f"{self.root}/faults", fault.as_json(), status=201)

    def remove_faults(self, request: Request) -> Response:
        return self._done(request, f"{self.root}/faults", {"removed": self.vendor.faults.remove()})

    def remove_fault(self, request: Request) -> Response:
        number = request.params["id"]
        removed = self.vendor.faults.remove(int(number)) if number.isdigit() else 0
        if not removed:
            return control_error(request, 404, "There is no such fault.")
        return self._done(request, f"{self.root}/faults", {"removed": removed})

    def _order_form(self) -> Markup:
        def options(names: list[str]) -> list[Markup]:
            return [markup("<option>{name}</option>", name=name) for name in names]

        return markup(
            '<section><h2>Order a fault</h2><form method="post" action="{action}" class="stack">'
            '<label>Kind<select name="kind">{kinds}</select></label>'
            '<label>Aimed at<select name="operation">{operations}</select></label>'
            '<label>Times <small>-1 for every time</small><input name="times" value="1" inputmode="numeric"></label>'
            "<label>Parameters <small>JSON; what is left out keeps its default</small>"
            '<input name="parameters" value="{empty}"></label>'
            "<label>Key <small>an API key or its last four; empty for any</small>"
            '<input name="key" autocomplete="off"></label>'
            '<div><button class="primary">Order the fault</button></div></form></section>',
            action=f"{self.root}/faults",
            kinds=options(list(self.vendor.faults.kinds)),
            operations=options(["*", *self.vendor.routes.operations(), *self.vendor.events]),
            empty="{}",
        )

    # Request log

    def requests(self, request: Request) -> Response:
        entries = self.vendor.requests.latest(limit=_limit(request, default=1000), operation=request.first("operation"))
        if not request.wants_html():
            return json_response(entries)
        rows = [
            (
                moment(entry["received_at"]),
                markup("<code>{method} {path}</code>", method=entry["method"], path=entry["path"]),
                entry["operation"],
                entry["key_last4"],
                "" if entry["status"] is None else entry["status"],
                entry["outcome"],
                "" if entry["milliseconds"] is None else f"{entry['milliseconds']} ms",
            )
            for entry in entries[:200]
        ]
        heads = ("Received (UTC)", "Request", "Operation", "Key ends", "Status", "Outcome", "Took")
        return self._page(
            f"{self.vendor.name}: request log", table(heads, rows, empty="Nobody has called the API yet.")
        )

    def clear_requests(self, request: Request) -> Response:
        self.vendor.requests.clear()
        return self._done(request, f"{self.root}/requests", {"cleared": True})

    # Webhook deliveries

    def deliveries(self, request: Request) -> Response:
        entries = self.vendor.webhooks.latest(limit=_limit(request, default=500), event=request.first("event"))
        if not request.wants_html():
            return json_response(entries)
        rows = [
            (
                moment(entry["created_at"]),
                entry["event"],
                markup("<code>{url}</code>", url=entry["url"]),
                badge(entry["state"], DELIVERY_TONES.get(entry["state"], "neutral")),
                entry["mode"],
                entry["attempts"],
                entry["last_status"] or entry["last_error"],
                markup("<details><summary>Body</summary><pre>{body}</pre></details>", body=entry["body"]),
            )
            for entry in entries[:200]
        ]
        heads = ("Put out (UTC)", "Event", "To", "State", "Mode", "Tries", "Last answer", "Payload")
        return self._page(
            f"{self.vendor.name}: webhook deliveries",
            table(heads, rows, empty="No event has been put out yet, or nobody has subscribed."),
        )

    def clear_deliveries(self, request: Request) -> Response:
        self.vendor.webhooks.clear()
        return self._done(request, f"{self.root}/webhooks/deliveries", {"cleared": True})

    # Settings

    def settings(self, request: Request) -> Response:
        values = self.vendor.settings()
        if not request.wants_html():
            return json_response(values)
        fields = [
            markup(
                '<label>{name}<input name="{name}" value="{value}"></label>', name=name, value=json.dumps(values[name])
            )
            for name in values
        ]
        body = markup(
            '<section><form method="post" action="{action}" class="stack">{fields}'
            '<div><button class="primary">Save settings</button></div></form></section>',
            action=f"{self.root}/settings",
            fields=fields,
        )
        return self._page(f"{self.vendor.name}: settings", body)

    def change_settings(self, request: Request) -> Response:
        data = request.data()
        try:
            if not request.is_json():
                data = {name: json.loads(value) for name, value in data.items()}
            values = self.vendor.change_settings(data)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        return self._done(request, f"{self.root}/settings", values)

    def _page(self, title: str, body: object) -> Response:
        trail = [("/__sandbox__/", "Sandbox"), (self.vendor.control_home(), self.vendor.name)]
        return html_response(page(title=title, body=body, banner=BANNER, trail=trail))

    def _done(self, request: Request, back: str, value: Any, *, status: int = 200) -> Response:
        return redirect(back) if request.wants_html() else json_response(value, status=status)


def _limit(request: Request, *, default: int) -> int:
    text = request.first("limit")
    if text and not text.isdigit():
        raise BadRequest("limit must be a whole number.")
    return int(text) if text else default
