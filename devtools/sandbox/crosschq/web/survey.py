"""The reference's page (crosschq.md §3.1, 4): the survey, a no, and the wish to hear of jobs."""

import sqlite3

from devtools.sandbox.crosschq.records import OPEN, OUTSTANDING, Records
from devtools.sandbox.crosschq.report import QUALITIES
from devtools.sandbox.crosschq.web.frame import answered, full_name, guarded
from devtools.sandbox.host.http import Request, Response, redirect
from devtools.sandbox.host.router import Router

SURVEY = "/crosschq/survey/{token}/"


class Survey:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        router.add("GET", SURVEY, guarded(self.survey))
        router.add("POST", f"{SURVEY}start", guarded(self.start, back=SURVEY))
        router.add("POST", f"{SURVEY}answer", guarded(self.answer, back=SURVEY))
        router.add("POST", f"{SURVEY}decline", guarded(self.decline, back=SURVEY))

    def survey(self, request: Request) -> Response:
        reference = self._reference(request)
        row = self.records.request(reference["request"])
        return answered(
            f"Reference survey: {full_name(row)}",
            "crosschq/survey.html",
            row=row,
            reference=reference,
            here=SURVEY.format(token=reference["token"]).removesuffix("/"),
            open=OPEN,
            outstanding=OUTSTANDING,
            qualities=QUALITIES,
        )

    def start(self, request: Request) -> Response:
        reference = self._reference(request)
        self.records.begin_answer(reference["request"], reference["id"])
        return self._back(reference)

    def answer(self, request: Request) -> Response:
        reference = self._reference(request)
        open_to_jobs = bool(request.form().get("open_to_jobs"))
        self.records.answer(reference["request"], reference["id"], open_to_jobs=open_to_jobs)
        return self._back(reference)

    def decline(self, request: Request) -> Response:
        reference = self._reference(request)
        self.records.decline_reference(reference["request"], reference["id"])
        return self._back(reference)

    def _reference(self, request: Request) -> sqlite3.Row:
        return self.records.reference_of_token(request.params["token"])

    def _back(self, reference: sqlite3.Row) -> Response:
        return redirect(SURVEY.format(token=reference["token"]))
