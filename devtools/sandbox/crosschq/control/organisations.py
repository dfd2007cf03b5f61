"""Organisations on the tester's side: keys, webhooks, rules, surveys, users and prospects."""

from devtools.sandbox.crosschq import wire
from devtools.sandbox.crosschq.administration import Administration
from devtools.sandbox.crosschq.control.frame import ROOT, Route, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response, redirect


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
        organisations = [(row, self.records.count_prospects(row["id"])) for row in rows]
        return shown("Crosschq: organizations", "crosschq/keys.html", organisations=organisations)

    def organisation(self, request: Request) -> Response:
        """By id or name."""
        row = self.records.organisation(request.params["id"])
        return done(request, self.administration.shape(row), back=f"/crosschq/admin/{row['id']}/")

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
        return done(request, answer, back=f"{ROOT}/organisations")
