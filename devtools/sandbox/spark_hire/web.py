"""Spark Hire's own web pages: what the candidate sees, what a link from the applicant tracking system leads to.

The recording is a drawn stub. Signing in is played: nobody has a password here, so the pages that need a login say so
and let the tester choose who to be.
"""

import sqlite3
from collections.abc import Callable
from functools import partial

from devtools.sandbox.host import pages
from devtools.sandbox.host.http import BadRequest, Request, Response, redirect
from devtools.sandbox.host.router import Router
from devtools.sandbox.spark_hire import intake
from devtools.sandbox.spark_hire.records import OPEN, Question, Records, Refused, deadline_text

BANNER = "This is a stand-in for Spark Hire. No real person is invited, filmed or told anything."
UNFINISHED = (*OPEN, "expired")
INVITATION = "/spark-hire/invitation/{token}"
WATCH = "/spark-hire/company/interviews/{uuid}/watch"
SETS = "/spark-hire/company/question_sets"
AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#85898f"/>'
    '<circle cx="16" cy="12" r="6" fill="#fff"/><path d="M4 32a12 12 0 0 1 24 0z" fill="#fff"/></svg>'
)

answered = partial(pages.page, banner=BANNER)
guarded = partial(pages.guarded, banner=BANNER)


class Web:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        router.add("GET", "/spark-hire/avatar.svg", self.avatar)
        router.add("GET", INVITATION, guarded(self.invitation))
        for action in ("accept", "start", "finish", "decline", "extension", "identity"):
            router.add(
                "POST", f"{INVITATION}/{action}", guarded(partial(self.candidate_action, action), back=INVITATION)
            )
        router.add("GET", "/spark-hire/share/{token}", guarded(self.share))
        router.add("GET", WATCH, guarded(self.watch))
        router.add("POST", WATCH, guarded(self.watch_as, back=WATCH))
        router.add("GET", "/spark-hire/company/jobs/{uuid}", guarded(self.job))
        router.add("GET", SETS, self.question_sets)
        router.add("POST", SETS, guarded(self.add_question_set, back=SETS))
        router.add("POST", f"{SETS}/{{uuid}}", guarded(self.rename_question_set, back=SETS))

    def avatar(self, request: Request) -> Response:
        return Response(200, AVATAR.encode("utf-8"), "image/svg+xml", {"Cache-Control": "max-age=3600"})

    # The candidate

    def invitation(self, request: Request) -> Response:
        self.records.expire_due(request.now)
        row = self.records.interview_of_token(request.params["token"])
        return answered(
            f"Video interview: {row['job_title']}",
            "spark_hire/invitation.html",
            row=row,
            deadline=deadline_text(row),
            here=INVITATION.format(token=row["token"]),
            questions=self._questions(row),
            open=OPEN,
            unfinished=UNFINISHED,
        )

    def candidate_action(self, action: str, request: Request) -> Response:
        self.records.expire_due(request.now)
        number = str(self.records.interview_of_token(request.params["token"])["uuid"])
        if action == "extension":
            self.records.ask_extension(number, request.form().get("note", "").strip())
        elif action == "identity":
            form = request.form()
            name = intake.text(form, "name", required=True)
            self.records.change_identity(number, name=name, email=intake.email(form.get("email")))
        else:
            actions: dict[str, Callable[[str], object]] = {
                "accept": self.records.accept,
                "start": self.records.begin,
                "finish": self.records.finish,
                "decline": self.records.decline,
            }
            actions[action](number)
        return redirect(INVITATION.format(**request.params))

    # Watching (§2.5)

    def share(self, request: Request) -> Response:
        """Anyone with the link watches; no login."""
        row, active = self.records.shared(request.params["token"])
        if not active:
            raise Refused(410, "This share link is no longer active.")
        return self._recording(row, "Shared by link, no login needed.")

    def watch(self, request: Request) -> Response:
        return self._sign_in(self.records.interview(request.params["uuid"]))

    def watch_as(self, request: Request) -> Response:
        row = self.records.interview(request.params["uuid"])
        number = request.form().get("user", "")
        if number not in {user["uuid"] for user in self._people(row)}:
            return self._sign_in(row)
        user = self.records.user(number)
        row = self.records.interview(row["uuid"], user)
        if row["status"] != "completed":
            raise Refused(409, "There is no recording yet.")
        return self._recording(row, f"Signed in as {user.first_name} {user.last_name}.")

    def _people(self, row: sqlite3.Row) -> list[sqlite3.Row]:
        return [user for user in self.records.users(company=row["company"]) if not user["disabled"]]

    def _sign_in(self, row: sqlite3.Row) -> Response:
        here, users = WATCH.format(uuid=row["uuid"]), self._people(row)
        return answered("Sign in to Spark Hire", "spark_hire/sign_in.html", status=401, here=here, users=users)

    def _recording(self, row: sqlite3.Row, note: str) -> Response:
        title, questions = f"{row['name']}: {row['job_title']}", self._questions(row)
        return answered(title, "spark_hire/recording.html", row=row, note=note, questions=questions)

    def _questions(self, row: sqlite3.Row) -> list[sqlite3.Row]:
        return self.records.questions([row["uuid"]]).get(row["uuid"], [])

    # Jobs and question sets, behind a login that is played

    def job(self, request: Request) -> Response:
        row = self.records.job(request.params["uuid"])
        return answered(
            row["title"],
            "spark_hire/job.html",
            row=row,
            control=f"/__sandbox__/spark-hire/jobs/{row['uuid']}",
            interviews=[(each, deadline_text(each)) for each in self.records.interviews(None, jobs=[row["uuid"]])],
        )

    def question_sets(self, request: Request) -> Response:
        rows = self.records.question_sets()
        questions = self.records.questions([row["uuid"] for row in rows])
        sets = [(row, questions.get(row["uuid"], [])) for row in rows]
        companies = self.records.companies()
        return answered("Question sets", "spark_hire/question_sets.html", here=SETS, sets=sets, companies=companies)

    def add_question_set(self, request: Request) -> Response:
        form = request.form()
        lines = [line.strip() for line in form.get("questions", "").splitlines() if line.strip()]
        if not 1 <= len(lines) <= 10:
            raise Refused(400, "A question set holds one to ten questions.")
        company = str(self.records.company(form.get("company", ""))["uuid"])
        self.records.create_question_set(
            company,
            name=intake.text(form, "name", required=True),
            questions=[Question(line) for line in lines],
        )
        return redirect(SETS)

    def rename_question_set(self, request: Request) -> Response:
        name = request.form().get("name", "").strip()
        if not name:
            raise BadRequest("A question set needs a name.")
        number = str(self.records.question_set(request.params["uuid"])["uuid"])
        self.records.rename_question_set(number, name)
        return redirect(SETS)
