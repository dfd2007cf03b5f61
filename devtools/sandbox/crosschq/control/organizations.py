"""Organizations on the tester's side: keys, rules, surveys, users, prospects, and webhooks sent again by hand.

What becomes of a webhook is on the host's page of deliveries.
"""

from devtools.sandbox.crosschq import serializers
from devtools.sandbox.crosschq.administration import Administration
from devtools.sandbox.crosschq.control.frame import ROOT, Route, no_such_act, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response, redirect


class OrganizationPages:
    """Organizations and the actions of their admins; the pages with forms are Crosschq's own."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.administration = Administration(records)

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/organisations", self.organizations),
            ("GET", "/organisations/{id}", self.organization),
            ("GET", "/organisations/{id}/prospects", self.prospects),
            ("POST", "/organisations/{id}/{action}", self.perform),
            ("GET", "/webhooks", self.webhooks),
            ("POST", "/webhooks/{action}", self.webhook_action),
        )

    def organizations(self, request: Request) -> Response:
        """With their keys: this is the tester's side of the vendor."""
        rows = self.records.organizations()
        if not request.wants_html():
            return json_response([self.administration.shape(row) for row in rows])
        organizations = [(row, self.records.count_prospects(row["id"])) for row in rows]
        return shown("Crosschq: organizations", "crosschq/keys.html", organizations=organizations)

    def organization(self, request: Request) -> Response:
        """By id or name."""
        row = self.records.organization(request.params["id"])
        return done(request, self.administration.shape(row), back=f"/crosschq/admin/{row['id']}/")

    def prospects(self, request: Request) -> Response:
        """All of them in the shape of the API, oldest first; `limit` cuts."""
        number = str(self.records.organization(request.params["id"])["id"])
        if request.wants_html():
            return redirect(f"/crosschq/admin/{number}/")
        limit = request.first("limit", "-1")
        if not limit.lstrip("-").isdigit():
            raise BadRequest("limit must be a whole number.")
        return json_response([serializers.prospect(row) for row in self.records.prospects(number, limit=int(limit))])

    def perform(self, request: Request) -> Response:
        """`rotate_key`, `revoke_key`, `webhook`, `settings`, `survey`, `user`, `remove_user`, `prospects`, ..."""
        answer = self.administration.perform(request.params["id"], request.params["action"], request.data())
        return done(request, answer, back=f"{ROOT}/organisations")

    def webhooks(self, request: Request) -> Response:
        rows = self.records.organizations()
        if not request.wants_html():
            return json_response(
                [
                    {"organisation": row["name"], "id": row["id"]}
                    | {name: row[f"webhook_{name}"] for name in ("url", "method", "auth", "token")}
                    for row in rows
                ]
            )
        return shown("Crosschq: webhooks", "crosschq/webhooks.html", organizations=rows)

    def webhook_action(self, request: Request) -> Response:
        """`organisation` (id or name; not needed when there is one) and `request` (an id; else whichever was last)."""
        data, action = request.data(), request.params["action"]
        number = str(self.records.only_organization(str(data.get("organisation") or ""))["id"])
        about = str(data.get("request") or "")
        if action == "replay":
            sent = self.records.send_again(number, request=about)
        elif action == "duplicate":
            sent = self.records.send_again(number, request=about, copies=2)
        elif action == "reorder":
            sent = self.records.send_reordered(number, request=about)
        else:
            raise no_such_act()
        return done(request, {"sent": sent}, back=f"{ROOT}/webhooks/deliveries")
