"""Webhooks sent again by hand; what becomes of them is on the host's page of deliveries."""

from devtools.sandbox.crosschq.control.frame import ROOT, Route, no_such_act, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.http import Request, Response, done, json_response


class WebhookPages:
    """The webhook of each organization, and the acts on what it sent last."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/webhooks", self.webhooks),
            ("POST", "/webhooks/{act}", self.act),
        )

    def webhooks(self, request: Request) -> Response:
        rows = self.records.organisations()
        if not request.wants_html():
            return json_response(
                [
                    {"organisation": row["name"], "id": row["id"]}
                    | {name: row[f"webhook_{name}"] for name in ("url", "method", "auth", "token")}
                    for row in rows
                ]
            )
        return shown("Crosschq: webhooks", "crosschq/webhooks.html", organisations=rows)

    def act(self, request: Request) -> Response:
        """`organisation` (id or name; not needed when there is one) and `request` (an id; else whichever was last)."""
        data, act = request.data(), request.params["act"]
        number = str(self.records.only_organisation(str(data.get("organisation") or ""))["id"])
        about = str(data.get("request") or "")
        if act == "replay":
            sent = self.records.send_again(number, request=about)
        elif act == "duplicate":
            sent = self.records.send_again(number, request=about, copies=2)
        elif act == "reorder":
            sent = self.records.send_reordered(number, request=about)
        else:
            raise no_such_act()
        return done(request, {"sent": sent}, back=f"{ROOT}/webhooks/deliveries")
