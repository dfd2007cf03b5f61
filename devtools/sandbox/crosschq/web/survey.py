"""The reference's page (crosschq.md §3.1, 4): the survey, a no, and the wish to hear of jobs."""

import sqlite3

from devtools.sandbox.crosschq.records import OPEN, OUTSTANDING, Records
from devtools.sandbox.crosschq.report import QUALITIES
from devtools.sandbox.crosschq.web.frame import answered, guarded, status_badge
from devtools.sandbox.crosschq.web.locker import full_name
from devtools.sandbox.host.http import Request, Response, redirect
from devtools.sandbox.host.markup import Markup, button, markup
from devtools.sandbox.host.router import Router

SURVEY = "/crosschq/survey/{token}/"


class Survey:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        router.add("GET", SURVEY, guarded(self.survey))
        router.add("POST", f"{SURVEY}start", guarded(self.start))
        router.add("POST", f"{SURVEY}answer", guarded(self.answer))
        router.add("POST", f"{SURVEY}decline", guarded(self.decline))

    def survey(self, request: Request) -> Response:
        reference = self._reference(request)
        row = self.records.request(reference["request"])
        body = markup(
            '<p class="lead">{candidate} names you as a reference for {position} at {organisation}.</p>'
            "<section><dl><dt>You</dt><dd>{name}, {email}</dd><dt>State</dt><dd>{status}</dd></dl>{step}</section>",
            candidate=full_name(row),
            position=row["job_position"],
            organisation=row["organisation_name"],
            name=full_name(reference),
            email=reference["email"],
            status=status_badge(reference["status"]),
            step=self._step(row, reference),
        )
        return answered(f"Reference survey: {full_name(row)}", body)

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

    def _step(self, row: sqlite3.Row, reference: sqlite3.Row) -> Markup:
        here = SURVEY.format(token=reference["token"])
        if reference["status"] == "completed":
            return markup('<p class="notice">Thank you. Your answers are submitted.</p>')
        if row["status"] not in OPEN or reference["status"] not in OUTSTANDING:
            return markup('<p class="notice">This survey is closed. There is nothing left to do.</p>')
        if reference["status"] == "sent":
            return markup(
                '<div class="big">{start}</div>{decline}',
                start=button(f"{here}start", "Start the survey", tone="primary"),
                decline=button(f"{here}decline", "I cannot give a reference", tone="danger"),
            )
        # What is rated here is not kept: the report makes its own, so that it stays the same.
        return markup(
            '<form method="post" action="{here}answer" class="stack">{questions}'
            '<label>Anything else<textarea name="comment" rows="3"></textarea></label>'
            '<label>Open to hearing about jobs?<select name="open_to_jobs"><option value="">No</option>'
            '<option value="1">Yes, add me as a prospect</option></select></label>'
            '<div class="big"><button class="primary">Submit my answers</button></div></form>',
            here=here,
            questions=[
                markup(
                    '<label>{quality}<select name="{quality}">{stars}</select></label>',
                    quality=quality,
                    stars=[markup("<option>{stars}</option>", stars=stars) for stars in (5, 4, 3, 2, 1)],
                )
                for quality in QUALITIES
            ],
        )
