"""The candidate's locker (crosschq.md §3.1, 3): naming references, the self-reference, saying no."""

import sqlite3

from devtools.sandbox.crosschq import intake
from devtools.sandbox.crosschq.records import OPEN, OUTSTANDING, Records, missing
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS
from devtools.sandbox.crosschq.web.frame import answered, guarded, related
from devtools.sandbox.host.http import Request, Response, redirect
from devtools.sandbox.host.router import Router

LOCKER = "/crosschq/locker/{token}/"


class Locker:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        router.add("GET", LOCKER, guarded(self.locker))
        router.add("POST", f"{LOCKER}references", guarded(self.name_reference, back=LOCKER))
        router.add("POST", f"{LOCKER}cancel_reference", guarded(self.cancel_reference, back=LOCKER))
        router.add("POST", f"{LOCKER}self_reference", guarded(self.self_reference, back=LOCKER))
        router.add("POST", f"{LOCKER}decline", guarded(self.decline, back=LOCKER))

    def locker(self, request: Request) -> Response:
        row = self.records.request_of_locker(request.params["token"])
        references = self.records.references(row["id"])
        left = missing(row, references)
        return answered(
            f"Your references: {row['job_position']}",
            "crosschq/locker.html",
            row=row,
            here=LOCKER.format(token=row["locker"]).removesuffix("/"),
            references=related(references),
            relationships=RELATIONSHIPS,
            left=", ".join(f"{count} {RELATIONSHIPS[key][0]}" for key, count in left.items()),
            first=next(iter(left), ""),
            is_open=row["status"] in OPEN,
            outstanding=OUTSTANDING,
        )

    def name_reference(self, request: Request) -> Response:
        row = self._row(request)
        self.records.name_references(row["id"], [intake.new_reference(request.form())])
        return self._back(row)

    def cancel_reference(self, request: Request) -> Response:
        row = self._row(request)
        self.records.cancel_reference(row["id"], request.form().get("reference", ""))
        return self._back(row)

    def self_reference(self, request: Request) -> Response:
        row = self._row(request)
        self.records.answer_self_reference(row["id"])
        return self._back(row)

    def decline(self, request: Request) -> Response:
        row = self._row(request)
        self.records.decline(row["id"])
        return self._back(row)

    def _row(self, request: Request) -> sqlite3.Row:
        return self.records.request_of_locker(request.params["token"])

    def _back(self, row: sqlite3.Row) -> Response:
        return redirect(LOCKER.format(token=row["locker"]))
