"""Reference checks on the tester's side: every step of candidate, references, Crosschq's users and the clock."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from devtools.sandbox.crosschq import intake, serializers
from devtools.sandbox.crosschq.control.frame import CHECKS, SHOWN, TRAIL, Route, no_such_act, shown
from devtools.sandbox.crosschq.records import OPEN, OUTSTANDING, Records, missing, wanted
from devtools.sandbox.crosschq.web.frame import full_name, related
from devtools.sandbox.host.http import Request, Response, done, json_response, redirect


class CheckPages:
    """Requests and the actions on them."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/", self.home),
            ("GET", "/reference-requests", self.checks),
            ("GET", "/reference-requests/{id}", self.check),
            ("POST", "/reference-requests/{id}/{action}", self.perform),
        )

    def home(self, request: Request) -> Response:
        """Where a tester begins."""
        self.records.do_what_is_due()
        checks = self.records.requests(limit=SHOWN)
        return shown("Crosschq: reference checks", "crosschq/home.html", trail=TRAIL[:1], checks=checks, open=OPEN)

    def checks(self, request: Request) -> Response:
        """`email`, `status`, `organisation` (id or name) and `deleted=1` narrow or widen the list; newest first."""
        if request.wants_html():
            return redirect(CHECKS.removesuffix("reference-requests"))
        self.records.do_what_is_due()
        organization = request.first("organisation")
        rows = self.records.requests(
            organization=str(self.records.organization(organization)["id"]) if organization else "",
            email=request.first("email"),
            status=request.first("status"),
            deleted=bool(request.first("deleted")),
        )
        return json_response([self._full(row) for row in rows])

    def check(self, request: Request) -> Response:
        self.records.do_what_is_due()
        row = self.records.request(request.params["id"], deleted=True)
        return self._page(row) if request.wants_html() else json_response(self._full(row))

    def perform(self, request: Request) -> Response:
        number = request.params["id"]
        self.records.do_what_is_due()
        self._perform(number, request.params["action"], request.data())
        shape = self._full(self.records.request(number, deleted=True))
        return done(request, shape, back=f"{CHECKS}/{number}")

    def _perform(self, number: str, action: str, data: Mapping[str, Any]) -> None:
        records, reference = self.records, str(data.get("reference") or "")
        whole: dict[str, Callable[[str], object]] = {
            "self_reference": records.answer_self_reference,
            "complete": records.complete,
            "decline": records.decline,
            "conclude": records.conclude,
            "past_due": records.past_due,
            "expire": records.expire,
            "cancel": records.cancel,
            "archive": records.archive,
            "remind": records.remind,
            "delete": records.delete,
            "restore": records.restore,
        }
        of_reference: dict[str, Callable[[str, str], object]] = {
            "start": records.begin_answer,
            "decline_reference": records.decline_reference,
            "cancel_reference": records.cancel_reference,
        }
        if action in whole:
            whole[action](number)
        elif action in of_reference:
            of_reference[action](number, reference)
        elif action == "answer":
            records.answer(number, reference, open_to_jobs=bool(data.get("open_to_jobs")))
        elif action == "references" and "references" in data:
            records.name_references(number, intake.new_references(data["references"]))
        elif action == "references":
            records.name_missing_references(number)
        else:
            raise no_such_act()

    # What is shown

    def _page(self, row: sqlite3.Row) -> Response:
        references = self.records.references(row["id"])
        return shown(
            f"{full_name(row)}: {row['job_position']}",
            "crosschq/check.html",
            row=row,
            here=f"{CHECKS}/{row['id']}",
            is_open=row["status"] in OPEN,
            missing=missing(row, references),
            outstanding=OUTSTANDING,
            references=related(references),
            wanted=", ".join(f"{count} {key}" for key, count in wanted(row).items() if count),
        )

    def _full(self, row: sqlite3.Row) -> dict[str, Any]:
        """A request as the API shows it, with all that was sent and everybody's links."""
        base = f"{self.records.base_url()}/crosschq"
        references = self.records.references(row["id"])
        return {
            **self.records.request_shape(row, version="v2"),
            **{
                name: row[name]
                for name in ("candidate_message", "email_message", "sms_message", "external_id", "version", "ended_by")
            },
            **{
                name: bool(row[name])
                for name in ("use_sms", "send_past_due_notification", "send_completed_notification")
            },
            "organisation": row["organisation_name"],
            "requestor": row["requestor_email"],
            "config_params": wanted(row),
            "hiring_managers": serializers.loads(row["hiring_managers"]),
            "self_reference_at": serializers.time(row["self_reference_at"]),
            "due_at": serializers.time(row["due_at"]),
            "deleted": row["deleted_at"] is not None,
            "locker_url": f"{base}/locker/{row['locker']}/",
            "references": [
                {
                    **serializers.reference(each),
                    "id": each["id"],
                    "relationship": each["relationship"],
                    "ended_by": each["ended_by"],
                    "survey_url": f"{base}/survey/{each['token']}/",
                }
                for each in references
            ],
        }
