"""What an admin of an organization sees at Crosschq: the partner key, webhook, rules, surveys, users, prospects."""

import json
import sqlite3

from devtools.sandbox.crosschq.administration import Administration
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS
from devtools.sandbox.crosschq.web.frame import answered, guarded
from devtools.sandbox.host.http import Request, Response, redirect
from devtools.sandbox.host.router import Router

ADMIN = "/crosschq/admin/"
ORGANIZATION = f"{ADMIN}{{id}}/"
PROSPECTS_SHOWN = 100


class AdminPages:
    """Behind a login at Crosschq; the sandbox signs the tester in."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.administration = Administration(records)

    def register(self, router: Router) -> None:
        router.add("GET", ADMIN, guarded(self.organizations))
        router.add("GET", ORGANIZATION, guarded(self.organization))
        router.add("POST", f"{ORGANIZATION}{{action}}", guarded(self.perform, back=ORGANIZATION))

    def organizations(self, request: Request) -> Response:
        rows = self.records.organizations()
        return answered("Crosschq: organizations", "crosschq/organizations.html", here=ADMIN, organizations=rows)

    def organization(self, request: Request) -> Response:
        row = self.records.organization(request.params["id"])
        number = str(row["id"])
        return answered(
            f"{row['name']}: settings",
            "crosschq/organization.html",
            row=row,
            here=f"{ADMIN}{number}",
            relationships=RELATIONSHIPS,
            surveys=[(each, _limits(each)) for each in self.records.surveys(number, disabled=True)],
            users=self.records.users(number),
            count=self.records.count_prospects(number),
            prospects=self.records.newest_prospects(number, limit=PROSPECTS_SHOWN),
        )

    def perform(self, request: Request) -> Response:
        number = str(self.records.organization(request.params["id"])["id"])
        self.administration.perform(number, request.params["action"], request.form())
        return redirect(f"{ADMIN}{number}/")


def _limits(survey: sqlite3.Row) -> list[tuple[str, str, str, int]]:
    """How many references of each kind: key and name of the kind, min or max, and the number."""
    limits = json.loads(survey["relationships"])
    return [(key, names[0], edge, limits[key][edge]) for key, names in RELATIONSHIPS.items() for edge in ("min", "max")]
