"""Organizations on the tester's side: keys, rules, surveys, users, prospects, and webhooks sent again by hand.

What becomes of a webhook is on the host's page of deliveries.
"""

from devtools.sandbox.crosschq import serializers
from devtools.sandbox.crosschq.administration import Administration
from devtools.sandbox.crosschq.control.frame import ROOT, Route, no_such_act, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response, redirect


class OrganizationPages:
    """Organizations and the acts of their admins; the pages with forms are Crosschq's own."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.administration = Administration(records)

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/organisations", self.organizations),
            ("GET", "/organisations/{id}", self.organization),
            ("GET", "/organisations/{id}/prospects", self.prospects),
            ("POST", "/organisations/{id}/{act}", self.act),
            ("GET", "/webhooks", self.webhooks),
            ("POST", "/webhooks/{act}", self.act_on_webhooks),
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

    def act(self, request: Request) -> Response:
        """`rotate_key`, `revoke_key`, `webhook`, `settings`, `survey`, `user`, `remove_user`, `prospects`, ..."""
        answer = self.administration.act(request.params["id"], request.params["act"], request.data())
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

    def act_on_webhooks(self, request: Request) -> Response:
        """`organisation` (id or name; not needed when there is one) and `request` (an id; else whichever was last)."""
        data, act = request.data(), request.params["act"]
        number = str(self.records.only_organization(str(data.get("organisation") or ""))["id"])
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
