"""Organisations on the tester's side: keys, webhooks, rules, surveys, users and prospects."""

from devtools.sandbox.crosschq import wire
from devtools.sandbox.crosschq.administration import Administration
from devtools.sandbox.crosschq.control.frame import ROOT, Route, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.http import BadRequest, Request, Response, json_response, redirect
from devtools.sandbox.host.markup import join, link, markup, table


class OrganisationPages:
    """Organisations and the acts of their admins; the pages with forms are Crosschq's own."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.administration = Administration(records)

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/organisations", self.organisations),
            ("GET", "/organisations/{id}", self.organisation),
            ("GET", "/organisations/{id}/prospects", self.prospects),
            ("POST", "/organisations/{id}/{act}", self.act),
        )

    def organisations(self, request: Request) -> Response:
        """With their keys: this is the tester's side of the vendor."""
        rows = self.records.organisations()
        if not request.wants_html():
            return json_response([self.administration.shape(row) for row in rows])
        cells = [
            (
                link(f"/crosschq/admin/{row['id']}/", row["name"]),
                markup("<details><summary>Show</summary><code>{key}</code></details>", key=row["api_key"])
                if row["api_key"]
                else "none",
                markup("{method} <code>{url}</code>", method=row["webhook_method"], url=row["webhook_url"])
                if row["webhook_url"]
                else "none",
                self.records.count_prospects(row["id"]),
                self._add_prospects(row["id"]),
            )
            for row in rows
        ]
        heads = ("Organization", "Partner API Key", "Webhook", "Prospects", "Add prospects")
        return shown("Crosschq: organizations", table(heads, cells, empty="There is no organization yet."))

    def organisation(self, request: Request) -> Response:
        """By id or name."""
        row = self.records.organisation(request.params["id"])
        if request.wants_html():
            return redirect(f"/crosschq/admin/{row['id']}/")
        return json_response(self.administration.shape(row))

    def prospects(self, request: Request) -> Response:
        """All of them in the shape of the API, oldest first; `limit` cuts."""
        number = str(self.records.organisation(request.params["id"])["id"])
        if request.wants_html():
            return redirect(f"/crosschq/admin/{number}/")
        limit = request.first("limit", "-1")
        if not limit.lstrip("-").isdigit():
            raise BadRequest("limit must be a whole number.")
        return json_response([wire.prospect(row) for row in self.records.prospects(number, limit=int(limit))])

    def act(self, request: Request) -> Response:
        """`rotate_key`, `revoke_key`, `webhook`, `settings`, `survey`, `user`, `remove_user`, `prospects`, ..."""
        answer = self.administration.act(request.params["id"], request.params["act"], request.data())
        return redirect(f"{ROOT}/organisations") if request.wants_html() else json_response(answer)

    def _add_prospects(self, number: str) -> object:
        return join(
            [
                markup(
                    '<form method="post" action="{root}/organisations/{number}/prospects" class="inline">'
                    '<input type="hidden" name="count" value="{count}"><button>Add {count}</button></form>',
                    root=ROOT,
                    number=number,
                    count=count,
                )
                for count in (10, 500, 5000)
            ]
        )
