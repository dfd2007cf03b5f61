"""Spark Hire's own web pages: what the candidate sees, what a link from the applicant tracking system leads to.

The recording is a drawn stub. Signing in is played: nobody has a password here, so the pages that need a login say so
and let the tester choose who to be.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from devtools.sandbox.host.http import BadRequest, Request, Response, html_response, redirect
from devtools.sandbox.host.markup import Markup, badge, button, join, link, markup, page, table
from devtools.sandbox.host.router import Router
from devtools.sandbox.host.store import instant_of
from devtools.sandbox.spark_hire import intake
from devtools.sandbox.spark_hire.records import OPEN, Question, Records, Refused, User, deadline_text

BANNER = "This is a stand-in for Spark Hire. No real person is invited, filmed or told anything."
TONES = {
    "requested": "info",
    "accepted": "info",
    "in_progress": "info",
    "completed": "success",
    "expired": "warning",
    "canceled": "neutral",
}
AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#85898f"/>'
    '<circle cx="16" cy="12" r="6" fill="#fff"/><path d="M4 32a12 12 0 0 1 24 0z" fill="#fff"/></svg>'
)
PLAYER = Markup(
    '<div class="player"><svg viewBox="0 0 320 180" role="img" aria-label="A drawn person speaking">'
    '<rect width="320" height="180" fill="#14181f"/><g class="head"><circle cx="160" cy="80" r="34" fill="#c8a98c"/>'
    '<circle cx="148" cy="74" r="3" fill="#14181f"/><circle cx="172" cy="74" r="3" fill="#14181f"/>'
    '<ellipse class="mouth" cx="160" cy="96" rx="9" ry="5" fill="#7a2e2e"/></g>'
    '<path d="M104 180c0-42 24-60 56-60s56 18 56 60z" fill="#0b57b0"/>'
    '<rect x="16" y="164" width="288" height="4" rx="2" fill="#54585f"/>'
    '<rect class="bar" x="16" y="164" width="288" height="4" rx="2" fill="#8cbcff"/></svg></div>'
)


def status_badge(status: str) -> Markup:
    return badge(status.replace("_", " "), TONES.get(status, "neutral"))


def shown_time(text: str | None) -> str:
    return f"{instant_of(text):%d %b %Y, %H:%M} UTC" if text else ""


def answered(title: str, body: object, *, status: int = 200) -> Response:
    return html_response(page(title=title, body=body, banner=BANNER), status=status)


def refused(refusal: Refused, *, back: str) -> Response:
    body = markup(
        '<p class="notice bad">{reason}</p><p>{back}</p>',
        reason=refusal.reason,
        back=link(back, "Back") if back else "",
    )
    return answered("That is not possible", body, status=refusal.status)


class Web:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        invitation = "/spark-hire/invitation/{token}"
        router.add("GET", "/spark-hire/avatar.svg", self.avatar)
        router.add("GET", invitation, self.invitation)
        for act in ("accept", "start", "finish", "decline", "extension", "identity"):
            router.add("POST", f"{invitation}/{act}", self._candidate_act(act))
        router.add("GET", "/spark-hire/share/{token}", self.share)
        router.add("GET", "/spark-hire/company/interviews/{uuid}/watch", self.watch)
        router.add("POST", "/spark-hire/company/interviews/{uuid}/watch", self.watch_as)
        router.add("GET", "/spark-hire/company/jobs/{uuid}", self.job)
        router.add("GET", "/spark-hire/company/question_sets", self.question_sets)
        router.add("POST", "/spark-hire/company/question_sets", self.add_question_set)
        router.add("POST", "/spark-hire/company/question_sets/{uuid}", self.rename_question_set)

    def avatar(self, request: Request) -> Response:
        return Response(200, AVATAR.encode("utf-8"), "image/svg+xml", {"Cache-Control": "max-age=3600"})

    # The candidate

    def invitation(self, request: Request) -> Response:
        try:
            self.records.expire_due(request.now)
            row = self.records.interview_of_token(request.params["token"])
        except Refused as refusal:
            return refused(refusal, back="")
        here = f"/spark-hire/invitation/{row['token']}"
        facts = markup(
            "<dl><dt>For</dt><dd>{name}, {email}</dd><dt>Deadline</dt><dd>{deadline}</dd>"
            "<dt>State</dt><dd>{status}</dd></dl>",
            name=row["name"],
            email=row["email"],
            deadline=deadline_text(row),
            status=badge("deleted", "neutral") if row["deleted_at"] else status_badge(row["status"]),
        )
        message = (
            markup('<p class="notice">{text}</p>', text=row["email_message"])
            if row["email_message"] and row["status"] in OPEN
            else ""
        )
        body = markup(
            '<p class="lead">{company} would like to see you in a one-way video interview.</p>'
            "<section>{facts}{message}{step}</section>{more}"
            '<p class="quiet">{control}</p>',
            company=row["company_name"],
            facts=facts,
            message=message,
            step=self._step(row, here, request.now),
            more=self._more(row, here),
            control=link(
                f"/__sandbox__/spark-hire/interviews/{row['uuid']}", "Tester: play Spark Hire's users instead"
            ),
        )
        return answered(f"Video interview: {row['job_title']}", body)

    def _step(self, row: sqlite3.Row, here: str, now: datetime) -> Markup:
        """What the candidate can do next, or why there is nothing to do."""
        status = row["status"]
        if row["deleted_at"] or status == "canceled":
            return markup('<p class="notice">This interview was canceled. There is nothing left to do.</p>')
        if status == "completed":
            return markup('<p class="notice">Thank you. Your interview has been submitted.</p>')
        if status == "expired":
            return markup('<p class="notice bad">The deadline has passed.</p>')
        if row["job_status"] != "active" or row["job_deleted_at"]:
            return markup('<p class="notice bad">This job is no longer active. The interview cannot be entered.</p>')
        if status == "requested":
            return markup(
                "<h2>Step 1 of 3: accept</h2><p>You can record whenever you like until the deadline.</p>"
                '<div class="big">{button}</div>',
                button=button(f"{here}/accept", "Accept the invitation", tone="primary"),
            )
        if status == "accepted":
            return markup(
                "<h2>Step 2 of 3: start</h2><p>You can leave and come back by the same link.</p>"
                '<div class="big">{button}</div>',
                button=button(f"{here}/start", "Start the interview", tone="primary"),
            )
        asked = self.records.questions([row["uuid"]]).get(row["uuid"], [])
        return markup(
            '<h2>Step 3 of 3: record and submit</h2>{player}<ol>{questions}</ol><div class="big">{button}</div>',
            player=PLAYER,
            questions=[
                markup(
                    '<li>{text} <span class="quiet">{limit} s, {takes} takes</span></li>',
                    text=each["text"],
                    limit=each["time_limit"],
                    takes=each["takes"],
                )
                for each in asked
            ],
            button=button(f"{here}/finish", "Finish and submit", tone="primary"),
        )

    def _more(self, row: sqlite3.Row, here: str) -> Markup:
        parts: list[Markup] = []
        if row["deleted_at"] or row["status"] not in (*OPEN, "expired"):
            return Markup("")
        asked = (
            markup(
                '<p class="notice">You asked for more time on {at}.</p>', at=shown_time(row["extension_requested_at"])
            )
            if row["extension_requested_at"]
            else ""
        )
        parts.append(
            markup(
                '<section><h2>Need more time?</h2>{asked}<form method="post" action="{here}/extension" class="stack">'
                '<label>Why<textarea name="note" rows="2" maxlength="1000"></textarea></label>'
                "<div><button>Ask for an extension</button></div></form></section>",
                asked=asked,
                here=here,
            )
        )
        if row["status"] in OPEN:
            parts.append(
                markup(
                    '<section><h2>Your details</h2><form method="post" action="{here}/identity" class="stack">'
                    '<label>Name<input name="name" value="{name}" required></label>'
                    '<label>Email<input name="email" type="email" value="{email}" required></label>'
                    "<div><button>Save my details</button></div></form></section>"
                    "<section><h2>Not interested?</h2>{decline}</section>",
                    here=here,
                    name=row["name"],
                    email=row["email"],
                    decline=button(f"{here}/decline", "Decline the interview", tone="danger"),
                )
            )
        return join(parts)

    def _candidate_act(self, act: str) -> Callable[[Request], Response]:
        def handler(request: Request) -> Response:
            token = request.params["token"]
            here = f"/spark-hire/invitation/{token}"
            try:
                self.records.expire_due(request.now)
                number = str(self.records.interview_of_token(token)["uuid"])
                if act == "accept":
                    self.records.accept(number)
                elif act == "start":
                    self.records.begin(number)
                elif act == "finish":
                    self.records.finish(number)
                elif act == "decline":
                    self.records.decline(number)
                elif act == "extension":
                    self.records.ask_extension(number, request.form().get("note", "").strip())
                else:
                    form = request.form()
                    self.records.change_identity(
                        number,
                        name=intake.text(form, "name", required=True),
                        email=intake.email(form.get("email")),
                    )
            except Refused as refusal:
                return refused(refusal, back=here)
            return redirect(here)

        return handler

    # Watching (§2.5)

    def share(self, request: Request) -> Response:
        """Anyone with the link watches; no login."""
        try:
            row, active = self.records.shared(request.params["token"])
        except Refused as refusal:
            return refused(refusal, back="")
        if not active:
            return refused(Refused(410, "This share link is no longer active."), back="")
        return answered(f"{row['name']}: {row['job_title']}", self._recording(row, "Shared by link, no login needed."))

    def watch(self, request: Request) -> Response:
        try:
            row = self.records.interview(request.params["uuid"])
        except Refused as refusal:
            return refused(refusal, back="")
        return self._sign_in(row, status=401)

    def watch_as(self, request: Request) -> Response:
        try:
            row = self.records.interview(request.params["uuid"])
            number = request.form().get("user", "")
            if number not in {user["uuid"] for user in self._people(row["company"])}:
                return self._sign_in(row, status=401)
            user: User = self.records.user(number)
            row = self.records.interview(row["uuid"], user)
            if row["status"] != "completed":
                raise Refused(409, "There is no recording yet.")
        except Refused as refusal:
            return refused(refusal, back=request.path)
        who = f"Signed in as {user.first_name} {user.last_name}."
        return answered(f"{row['name']}: {row['job_title']}", self._recording(row, who))

    def _people(self, company: str) -> list[sqlite3.Row]:
        return [user for user in self.records.users(company=company) if not user["disabled"]]

    def _sign_in(self, row: sqlite3.Row, *, status: int) -> Response:
        body = markup(
            '<p class="lead">You need to sign in to Spark Hire to watch this interview.</p>'
            '<section><form method="post" action="/spark-hire/company/interviews/{uuid}/watch" class="stack">'
            '<label>Sandbox: sign in as<select name="user">{users}</select></label>'
            '<div><button class="primary">Sign in and watch</button></div></form></section>',
            uuid=row["uuid"],
            users=[
                markup(
                    '<option value="{uuid}">{first} {last} ({role})</option>',
                    uuid=user["uuid"],
                    first=user["first_name"],
                    last=user["last_name"],
                    role=user["role"],
                )
                for user in self._people(row["company"])
            ],
        )
        return answered("Sign in to Spark Hire", body, status=status)

    def _recording(self, row: sqlite3.Row, note: str) -> Markup:
        asked = self.records.questions([row["uuid"]]).get(row["uuid"], [])
        return markup(
            '{player}<p>Submitted {at}. <span class="quiet">{note}</span></p><section><h2>Questions</h2>'
            "<ol>{questions}</ol></section>",
            player=PLAYER,
            at=shown_time(row["completed_at"]),
            note=note,
            questions=[markup("<li>{text}</li>", text=each["text"]) for each in asked],
        )

    # Jobs and question sets, behind a login that is played

    def job(self, request: Request) -> Response:
        try:
            row = self.records.job(request.params["uuid"])
        except Refused as refusal:
            return refused(refusal, back="")
        control = f"/__sandbox__/spark-hire/jobs/{row['uuid']}"
        active = row["status"] == "active"
        rows = [
            (each["name"], status_badge(each["status"]), deadline_text(each))
            for each in self.records.interviews(None, jobs=[row["uuid"]])
        ]
        body = markup(
            "<section><dl><dt>State</dt><dd>{state}</dd><dt>Where</dt><dd>{city}, {region}, {country}</dd>"
            "<dt>Manager</dt><dd>{first} {last}</dd></dl>{toggle}</section><section><h2>Interviews</h2>{rows}</section>"
            '<p class="quiet">In Spark Hire this page needs a login; the sandbox signs you in.</p>',
            state=badge(row["status"], "success" if active else "danger"),
            city=row["city"],
            region=row["state"],
            country=row["country"],
            first=row["creator_first_name"],
            last=row["creator_last_name"],
            toggle=button(f"{control}/deactivate", "Deactivate the job", tone="danger")
            if active
            else button(f"{control}/activate", "Activate the job", tone="primary"),
            rows=table(("Candidate", "State", "Deadline"), rows, empty="Nobody has been invited yet."),
        )
        return answered(row["title"], body)

    def question_sets(self, request: Request) -> Response:
        sets = self.records.question_sets()
        questions = self.records.questions([row["uuid"] for row in sets])
        cards = [
            markup(
                "<section><h2>{name}</h2><p class='quiet'>{company}</p><ol>{questions}</ol>"
                '<form method="post" action="/spark-hire/company/question_sets/{uuid}" class="row">'
                '<label>New name<input name="name" value="{name}" required></label><button>Rename</button></form>'
                "</section>",
                name=row["name"],
                company=row["company_name"],
                uuid=row["uuid"],
                questions=[
                    markup(
                        '<li>{text} <span class="quiet">{limit} s, {takes} takes, {think} s to think</span></li>',
                        text=each["text"],
                        limit=each["time_limit"],
                        takes=each["takes"],
                        think=each["think_time"],
                    )
                    for each in questions.get(row["uuid"], [])
                ],
            )
            for row in sets
        ]
        companies = [
            markup('<option value="{uuid}">{name}</option>', uuid=row["uuid"], name=row["name"])
            for row in self.records.companies()
        ]
        body = markup(
            '<p class="quiet">In Spark Hire this page needs a login; the sandbox signs you in and shows every '
            "account.</p>{cards}<section><h2>Add a question set</h2>"
            '<form method="post" action="/spark-hire/company/question_sets" class="stack">'
            '<label>Account<select name="company">{companies}</select></label>'
            '<label>Name<input name="name" required></label>'
            '<label>Questions <small>one a line, up to ten</small><textarea name="questions" rows="4" required>'
            '</textarea></label><div><button class="primary">Add the question set</button></div></form></section>',
            cards=cards or markup('<p class="empty">There is no question set yet.</p>'),
            companies=companies,
        )
        return answered("Question sets", body)

    def add_question_set(self, request: Request) -> Response:
        here = "/spark-hire/company/question_sets"
        form = request.form()
        lines = [line.strip() for line in form.get("questions", "").splitlines() if line.strip()]
        try:
            if not 1 <= len(lines) <= 10:
                raise Refused(400, "A question set holds one to ten questions.")
            company = str(self.records.company(form.get("company", ""))["uuid"])
            self.records.create_question_set(
                company,
                name=intake.text(form, "name", required=True),
                questions=[Question(line) for line in lines],
            )
        except Refused as refusal:
            return refused(refusal, back=here)
        return redirect(here)

    def rename_question_set(self, request: Request) -> Response:
        here = "/spark-hire/company/question_sets"
        name = request.form().get("name", "").strip()
        if not name:
            raise BadRequest("A question set needs a name.")
        try:
            number = str(self.records.question_set(request.params["uuid"])["uuid"])
        except Refused as refusal:
            return refused(refusal, back=here)
        self.records.rename_question_set(number, name)
        return redirect(here)
