"""Interviews on the tester's side: playing the candidate, and the users of Spark Hire."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from devtools.sandbox.host.http import BadRequest, Request, Response, json_response, redirect
from devtools.sandbox.host.store import instant_of
from devtools.sandbox.spark_hire import intake, serializers
from devtools.sandbox.spark_hire.control.frame import ROOT, SHOWN, TRAIL, Route, no_such_act, shown
from devtools.sandbox.spark_hire.records import OPEN, Records, deadline_text
from devtools.sandbox.spark_hire.web import UNFINISHED


class InterviewPages:
    """Interviews and the actions on them."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/", self.home),
            ("GET", "/interviews", self.interviews),
            ("GET", "/interviews/{uuid}", self.interview),
            ("POST", "/interviews/{uuid}/{action}", self.interview_action),
        )

    def home(self, request: Request) -> Response:
        """Where a tester begins."""
        self.records.expire_due(request.now)
        rows = self.records.interviews(None, deleted=True)[:SHOWN]
        interviews = [(row, deadline_text(row)) for row in rows]
        return shown("Spark Hire: interviews", "spark_hire/home.html", trail=TRAIL[:1], interviews=interviews)

    def interviews(self, request: Request) -> Response:
        """`email`, `job` and `deleted=1` narrow or widen the list; newest first."""
        if request.wants_html():
            return redirect(f"{ROOT}/")
        self.records.expire_due(request.now)
        rows = self.records.interviews(
            None,
            email=request.first("email"),
            jobs=[request.first("job")] if request.first("job") else [],
            deleted=bool(request.first("deleted")),
        )
        shapes = self.records.interview_shapes(rows)
        return json_response([self._full(row, shape) for row, shape in zip(rows, shapes, strict=True)])

    def interview(self, request: Request) -> Response:
        self.records.expire_due(request.now)
        row = self.records.any_interview(request.params["uuid"])
        if not request.wants_html():
            return json_response(self._full(row, self.records.interview_shape(row)))
        return shown(
            f"{row['name']}: {row['job_title']}",
            "spark_hire/interview.html",
            row=row,
            deadline=deadline_text(row),
            here=f"{ROOT}/interviews/{row['uuid']}",
            open=OPEN,
            unfinished=UNFINISHED,
        )

    def interview_action(self, request: Request) -> Response:
        number, action = request.params["uuid"], request.params["action"]
        data = request.data()
        self.records.expire_due(request.now)
        if action == "complete" and data.get("ahead"):
            # The page's button: as if submitted a minute ahead of the deadline, and told only now.
            data["at"] = (instant_of(self.records.interview(number)["scheduled_at"]) - timedelta(minutes=1)).isoformat(
                timespec="seconds"
            )
        row = self._perform(number, action, data, request)
        if request.wants_html():
            return redirect(f"{ROOT}/interviews/{number}")
        if row is None:
            row = self.records.any_interview(number)
        return json_response(self._full(row, self.records.interview_shape(row)))

    def _perform(self, number: str, action: str, data: Mapping[str, Any], request: Request) -> sqlite3.Row | None:
        records = self.records
        plain: dict[str, Callable[[str], sqlite3.Row]] = {
            "accept": records.accept,
            "start": records.begin,
            "finish": records.finish,
            "decline": records.decline,
            "cancel": records.cancel,
            "restore": records.restore,
            "expire": records.expire,
        }
        if action in plain:
            return plain[action](number)
        if action == "complete":
            return records.complete(number, at=_instant(data, "at"))
        if action == "extension":
            return records.ask_extension(number, str(data.get("note") or ""))
        if action == "identity":
            row = records.interview(number)
            return records.change_identity(
                number,
                name=intake.text({"name": row["name"], **data}, "name", required=True),
                email=intake.email(data.get("email") or row["email"]),
            )
        if action == "rate":
            return records.rate(number, _stars(data.get("rating")))
        if action == "reset":
            return records.reset(number, deadline=intake.later(data, now=request.now))
        if action in ("reschedule", "extend"):
            deadline = intake.later(data, now=request.now)
            if deadline is None:
                raise BadRequest("Give scheduled_at, days or hours.")
            return records.reschedule(number, deadline)
        if action == "delete":
            records.delete(number)
            return None
        if action == "share":
            row = records.interview(number)
            return records.share(number, records.user(row["created_by"]))[0]
        raise no_such_act()

    def _full(self, row: sqlite3.Row, shape: dict[str, Any]) -> dict[str, Any]:
        """An interview with what the API does not tell: the candidate's link, what was asked, whether it is deleted."""
        return {
            **shape,
            "account": row["company_name"],
            "timezone": row["timezone"],
            "email_message": row["email_message"],
            "accepted_at": serializers.time(row["accepted_at"]),
            "started_at": serializers.time(row["started_at"]),
            "extension_requested_at": serializers.time(row["extension_requested_at"]),
            "extension_note": row["extension_note"],
            "deleted": row["deleted_at"] is not None,
            "invitation_url": f"{self.records.base_url()}/spark-hire/invitation/{row['token']}",
        }


def _instant(data: Mapping[str, Any], name: str) -> datetime | None:
    if not data.get(name):
        return None
    instant = intake.instant_with_offset(str(data[name]))
    if instant is None:
        raise BadRequest(f"{name} must be a date and time with an offset.")
    return instant


def _stars(value: object) -> int:
    if str(value) not in ("1", "2", "3", "4", "5"):
        raise BadRequest("rating must be a whole number from 1 to 5.")
    return int(str(value))
