"""What the fake Spark Hire knows and does: accounts, users, jobs, question sets, interviews, events, mails.

One class over the sandbox's store. HTTP, JSON and pages are elsewhere. Every change runs in one transaction together
with the events and mails that it causes. Facts are from the contract (spark-hire.md), by section.
"""

import json
import secrets
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from integrations.sandbox.store import Store, instant_of, timestamp
from integrations.sandbox.webhooks import WebhookOutbox
from integrations.spark_hire.sandbox import wire
from integrations.spark_hire.sandbox.schema import DDL

ROLES = ("admin", "standard", "evaluator")
OPEN = ("requested", "accepted", "in_progress")
INTERVIEW_EVENTS = (
    "InterviewCreated",
    "InterviewAccepted",
    "InterviewCompleted",
    "InterviewDeleted",
    "InterviewExpired",
    "InterviewRescheduled",
    "InterviewReset",
    "InterviewRated",
)
JOB_EVENTS = ("JobCreated", "JobUpdated", "JobDeleted")
EVENTS = (*INTERVIEW_EVENTS, *JOB_EVENTS)
MAX_QUESTIONS = 10
# §4: candidates' replies go to Spark Hire, not to the recruiter.
SUPPORT = "support@spark-hire.invalid"

# §1 and §2.2: a key sees what its user sees on the site.
VISIBLE_JOB = """(job.company = :company AND (
    :role = 'admin'
    OR (:role = 'standard' AND (job.visibility = 'shared' OR job.created_by = :user))
    OR EXISTS (SELECT 1 FROM spark_hire_job_member member WHERE member.job = job.uuid AND member.user = :user)
))"""
VISIBLE_INTERVIEW = f"(interview.company = :company AND (interview.created_by = :user OR {VISIBLE_JOB}))"

JOBS = """
SELECT job.*, creator.first_name AS creator_first_name, creator.last_name AS creator_last_name,
    creator.email AS creator_email
FROM spark_hire_job job JOIN spark_hire_user creator ON creator.uuid = job.created_by
"""
INTERVIEWS = """
SELECT interview.*, job.title AS job_title, job.city AS job_city, job.state AS job_state, job.country AS job_country,
    job.status AS job_status, job.deleted_at AS job_deleted_at, job.created_by AS job_created_by,
    company.name AS company_name,
    creator.first_name AS creator_first_name, creator.last_name AS creator_last_name, creator.email AS creator_email,
    share.uuid AS share_uuid, share.token AS share_token, share.status AS share_status,
    share.created_at AS share_created_at, share.updated_at AS share_updated_at, share.updated_by AS share_updated_by,
    sharer.first_name AS sharer_first_name, sharer.last_name AS sharer_last_name, sharer.email AS sharer_email
FROM spark_hire_interview interview
JOIN spark_hire_job job ON job.uuid = interview.job
JOIN spark_hire_company company ON company.uuid = interview.company
JOIN spark_hire_user creator ON creator.uuid = interview.created_by
LEFT JOIN spark_hire_share_link share ON share.rowid = (
    SELECT max(newest.rowid) FROM spark_hire_share_link newest WHERE newest.interview = interview.uuid)
LEFT JOIN spark_hire_user sharer ON sharer.uuid = share.updated_by
"""


class Refused(Exception):
    """Spark Hire says no: `status` and `reason` as its API would answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class User:
    """A Spark Hire user who acts, by key or on the site."""

    uuid: str
    company: str
    company_name: str
    first_name: str
    last_name: str
    email: str
    role: str
    created_at: str = ""

    @property
    def sight(self) -> dict[str, str]:
        """The parameters of VISIBLE_JOB and VISIBLE_INTERVIEW."""
        return {"company": self.company, "role": self.role, "user": self.uuid}


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    time_limit: int = 120
    takes: int = 2
    think_time: str = "30"


def _new_uuid() -> str:
    return str(uuid.uuid4())


class Records:
    """`clock` gives the instant of every change; `base_url` is where links in mails lead."""

    def __init__(
        self, store: Store, webhooks: WebhookOutbox, *, clock: Callable[[], datetime], base_url: Callable[[], str]
    ) -> None:
        self.store = store
        self.webhooks = webhooks
        self.clock = clock
        self.base_url = base_url
        store.ensure(DDL)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; the deliverer is woken once it is committed."""
        with self.store.writing() as connection:
            yield connection
        self.webhooks.bell.set()

    # Accounts, users and keys

    def user_of_key(self, api_key: str) -> User | None:
        """The user of a working key; a disabled user's key does not work (§1)."""
        if not api_key:
            return None
        with self.store.reading() as connection:
            row = connection.execute(
                "SELECT user.*, company.name AS company_name FROM spark_hire_key key "
                "JOIN spark_hire_user user ON user.uuid = key.user "
                "JOIN spark_hire_company company ON company.uuid = user.company "
                "WHERE key.api_key = ? AND user.disabled = 0",
                (api_key,),
            ).fetchone()
        return _user(row) if row else None

    def user(self, number: str) -> User:
        """Raises Refused 404."""
        with self.store.reading() as connection:
            return self._user(connection, number)

    def users(self, *, company: str = "") -> list[sqlite3.Row]:
        """Users with their account and key, oldest first."""
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT user.*, company.name AS company_name, key.api_key, key.uuid AS key_uuid, "
                "key.created_at AS key_created_at FROM spark_hire_user user "
                "JOIN spark_hire_company company ON company.uuid = user.company "
                "LEFT JOIN spark_hire_key key ON key.user = user.uuid "
                "WHERE :company IN ('', user.company) ORDER BY user.rowid",
                {"company": company},
            ).fetchall()

    def companies(self) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT company.*, (SELECT count(*) FROM spark_hire_job job WHERE job.company = company.uuid "
                "AND job.status = 'active' AND job.deleted_at IS NULL) AS active_jobs "
                "FROM spark_hire_company company ORDER BY company.rowid"
            ).fetchall()

    def company(self, number: str) -> sqlite3.Row:
        """Raises Refused 404."""
        for row in self.companies():
            if row["uuid"] == number:
                return row
        raise Refused(404, "Company not found.")

    def seed(
        self,
        *,
        company: str,
        users: Sequence[Mapping[str, Any]],
        jobs: Sequence[Mapping[str, Any]],
        question_sets: Sequence[Mapping[str, Any]],
        active_jobs_limit: int,
        users_limit: int,
    ) -> dict[str, str]:
        """See `SparkHireSandbox.seed`."""
        keys: dict[str, str] = {}
        now = timestamp(self.clock())
        with self.changing() as connection:
            connection.execute(
                "INSERT INTO spark_hire_company (uuid, name, active_jobs_limit, users_limit, created_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "active_jobs_limit = excluded.active_jobs_limit, users_limit = excluded.users_limit",
                (_new_uuid(), company, active_jobs_limit, users_limit, now),
            )
            account = str(
                connection.execute("SELECT uuid FROM spark_hire_company WHERE name = ?", (company,)).fetchone()[0]
            )
            for spec in users:
                number = self._seed_user(connection, account, spec, now)
                found = connection.execute("SELECT api_key FROM spark_hire_key WHERE user = ?", (number,)).fetchone()
                keys[str(spec["email"])] = found["api_key"] if found else self._new_key(connection, number)
            people = connection.execute(
                "SELECT uuid, email, role FROM spark_hire_user WHERE company = ? ORDER BY rowid", (account,)
            ).fetchall()
            for spec in question_sets:
                self._seed_question_set(connection, account, spec, now)
            for spec in jobs:
                self._seed_job(connection, account, spec, people, now)
        return keys

    def create_user(self, by: User, *, first_name: str, last_name: str, email: str, role: str) -> User:
        with self.changing() as connection:
            # §4: an address that is on any Spark Hire account already is refused.
            if connection.execute("SELECT 1 FROM spark_hire_user WHERE email = ?", (email,)).fetchone():
                raise Refused(400, "This email is already used by a Spark Hire account.")
            taken, limit = connection.execute(
                "SELECT (SELECT count(*) FROM spark_hire_user WHERE company = uuid_ AND disabled = 0), users_limit "
                "FROM (SELECT uuid AS uuid_, users_limit FROM spark_hire_company WHERE uuid = ?)",
                (by.company,),
            ).fetchone()
            if taken >= limit:
                raise Refused(400, f"Your plan allows {limit} users.")
            number = self._seed_user(
                connection,
                by.company,
                {"first_name": first_name, "last_name": last_name, "email": email, "role": role},
                timestamp(self.clock()),
            )
            return self._user(connection, number)

    def set_disabled(self, number: str, disabled: bool) -> None:
        with self.changing() as connection:
            self._user(connection, number)
            connection.execute("UPDATE spark_hire_user SET disabled = ? WHERE uuid = ?", (int(disabled), number))

    def key_of(self, number: str) -> sqlite3.Row | None:
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(
                "SELECT * FROM spark_hire_key WHERE user = ?", (number,)
            ).fetchone()
        return row

    def rotate_key(self, number: str) -> str:
        """A new key; the old one stops working."""
        with self.changing() as connection:
            self._user(connection, number)
            connection.execute("DELETE FROM spark_hire_key WHERE user = ?", (number,))
            return self._new_key(connection, number)

    def revoke_key(self, number: str) -> None:
        with self.changing() as connection:
            self._user(connection, number)
            connection.execute("DELETE FROM spark_hire_key WHERE user = ?", (number,))

    # Jobs

    def jobs(self, user: User, *, order: str, offset: int, limit: int, statuses: Sequence[str]) -> list[sqlite3.Row]:
        where = f"job.deleted_at IS NULL AND {VISIBLE_JOB}"
        values: dict[str, Any] = {**user.sight, "limit": limit, "offset": offset}
        if statuses:
            where += f" AND job.status IN ({_named(values, 'status', statuses)})"
        with self.store.reading() as connection:
            return connection.execute(
                f"{JOBS} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset", values
            ).fetchall()

    def all_jobs(self) -> list[sqlite3.Row]:
        """Every job of every account, for the tester."""
        with self.store.reading() as connection:
            return connection.execute(f"{JOBS} ORDER BY job.rowid").fetchall()

    def job(self, number: str, user: User | None = None) -> sqlite3.Row:
        """A job that the user (or, with None, the tester) sees; raises Refused 404."""
        with self.store.reading() as connection:
            return self._job(connection, number, user)

    def create_job(self, user: User, values: Mapping[str, str]) -> sqlite3.Row:
        now = timestamp(self.clock())
        number = _new_uuid()
        with self.changing() as connection:
            if values["status"] == "active":
                self._require_slot(connection, user.company)
            connection.execute(
                "INSERT INTO spark_hire_job (uuid, company, title, description, city, state, country, status, "
                "created_by, created_at, updated_at, status_updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(number, user.company, values["title"], values["description"]),
                    *(values["city"], values["state"], values["country"], values["status"]),
                    *(user.uuid, now, now, now),
                ),
            )
            row = self._job(connection, number, None)
            self._emit_job(connection, "JobCreated", row)
        return row

    def update_job(self, number: str, values: Mapping[str, str], user: User | None = None) -> sqlite3.Row:
        """Changes the given columns; activating needs a free job slot (§2.2)."""
        now = timestamp(self.clock())
        with self.changing() as connection:
            row = self._job(connection, number, user)
            changes = dict(values)
            if changes.get("status", row["status"]) != row["status"]:
                if changes["status"] == "active":
                    self._require_slot(connection, row["company"])
                changes["status_updated_at"] = now
            changes["updated_at"] = now
            self._set(connection, "spark_hire_job", number, changes)
            row = self._job(connection, number, None)
            self._emit_job(connection, "JobUpdated", row)
        return row

    def delete_job(self, number: str, user: User | None = None) -> None:
        now = timestamp(self.clock())
        with self.changing() as connection:
            self._job(connection, number, user)
            self._set(connection, "spark_hire_job", number, {"deleted_at": now, "updated_at": now})
            row = connection.execute(f"{JOBS} WHERE job.uuid = ?", (number,)).fetchone()
            self._emit_job(connection, "JobDeleted", row)

    # Question sets

    def question_sets(
        self, *, company: str = "", order: str = "question_set.rowid", offset: int = 0, limit: int = -1
    ) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT question_set.*, company.name AS company_name FROM spark_hire_question_set question_set "
                "JOIN spark_hire_company company ON company.uuid = question_set.company "
                f"WHERE :company IN ('', question_set.company) ORDER BY {order} LIMIT :limit OFFSET :offset",
                {"company": company, "limit": limit, "offset": offset},
            ).fetchall()

    def question_set(self, number: str, *, company: str = "") -> sqlite3.Row:
        """Raises Refused 404."""
        for row in self.question_sets(company=company):
            if row["uuid"] == number:
                return row
        raise Refused(404, "Question set not found.")

    def create_question_set(self, company: str, *, name: str, questions: Sequence[Question]) -> sqlite3.Row:
        now = timestamp(self.clock())
        number = _new_uuid()
        with self.changing() as connection:
            connection.execute(
                "INSERT INTO spark_hire_question_set (uuid, company, name, created_at, updated_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (number, company, name, now, now),
            )
            self._add_questions(connection, number, questions)
        return self.question_set(number)

    def rename_question_set(self, number: str, name: str) -> None:
        with self.changing() as connection:
            self._set(
                connection, "spark_hire_question_set", number, {"name": name, "updated_at": timestamp(self.clock())}
            )

    def questions(self, owners: Sequence[str]) -> dict[str, list[sqlite3.Row]]:
        """The questions of question sets or interviews, by owner."""
        with self.store.reading() as connection:
            return self._questions(connection, owners)

    # Interviews: reading

    def interviews(
        self,
        user: User | None,
        *,
        order: str = "interview.rowid DESC",
        offset: int = 0,
        limit: int = -1,
        statuses: Sequence[str] = (),
        types: Sequence[str] = (),
        jobs: Sequence[str] = (),
        email: str = "",
        deleted: bool = False,
    ) -> list[sqlite3.Row]:
        """Interviews that the user (or, with None, the tester) sees."""
        values: dict[str, Any] = {"limit": limit, "offset": offset, "email": email}
        where = "(:email = '' OR interview.email = :email)"
        if user is not None:
            values.update(user.sight)
            where += f" AND {VISIBLE_INTERVIEW}"
        if not deleted:
            where += " AND interview.deleted_at IS NULL"
        for column, wanted in (("status", statuses), ("type", types), ("job", jobs)):
            if wanted:
                where += f" AND interview.{column} IN ({_named(values, column, wanted)})"
        with self.store.reading() as connection:
            return connection.execute(
                f"{INTERVIEWS} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset", values
            ).fetchall()

    def interview(self, number: str, user: User | None = None) -> sqlite3.Row:
        """An interview that is not deleted and that the user (or, with None, the tester) sees; raises Refused 404."""
        with self.store.reading() as connection:
            return self._interview(connection, number, user)

    def any_interview(self, number: str) -> sqlite3.Row:
        """Deleted ones too, for the tester; raises Refused 404."""
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(f"{INTERVIEWS} WHERE interview.uuid = ?", (number,)).fetchone()
        if row is None:
            raise Refused(404, "Interview not found.")
        return row

    def interview_of_token(self, token: str) -> sqlite3.Row:
        """By the token of the candidate's link, deleted or not; raises Refused 404."""
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(f"{INTERVIEWS} WHERE interview.token = ?", (token,)).fetchone()
        if row is None:
            raise Refused(404, "This invitation does not exist.")
        return row

    # Interviews: by the API

    def create_interviews(
        self,
        user: User,
        *,
        job: str,
        candidates: Sequence[tuple[str, str]],
        deadline: datetime,
        timezone: str,
        email_message: str,
        question_set: str,
        questions: Sequence[Question],
    ) -> list[sqlite3.Row]:
        """One interview per (name, email), each with its mail and its event. Duplicates are allowed (§7, 11)."""
        now = timestamp(self.clock())
        with self.changing() as connection:
            post = connection.execute(
                f"{JOBS} WHERE job.uuid = :job AND job.deleted_at IS NULL AND {VISIBLE_JOB}",
                {"job": job, **user.sight},
            ).fetchone()
            if post is None:
                raise Refused(400, "job_post.uuid: there is no such job.")
            if post["status"] != "active":
                raise Refused(400, "This job is inactive. Activate it before you schedule interviews.")
            asked = list(questions)
            if question_set:
                own = connection.execute(
                    "SELECT 1 FROM spark_hire_question_set WHERE uuid = ? AND company = ?", (question_set, user.company)
                ).fetchone()
                if own is None:
                    raise Refused(400, "interview_question_set: there is no such question set.")
                asked = asked or [
                    Question(row["text"], row["time_limit"], row["takes"], row["think_time"])
                    for row in self._questions(connection, [question_set]).get(question_set, [])
                ]
            made = []
            for name, address in candidates:
                number = _new_uuid()
                connection.execute(
                    "INSERT INTO spark_hire_interview (uuid, token, company, job, type, status, candidate, name, "
                    "email, created_by, scheduled_at, timezone, email_message, created_at, updated_at) "
                    "VALUES (?, ?, ?, ?, 'one_way', 'requested', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(number, secrets.token_urlsafe(18), user.company, job, _new_uuid(), name, address),
                        *(user.uuid, timestamp(deadline), timezone, email_message, now, now),
                    ),
                )
                self._add_questions(connection, number, asked)
                row = self._interview(connection, number, None)
                self._mail_candidate(connection, row, "invitation", f"{row['company_name']} invites you to interview")
                self._emit_interview(connection, "InterviewCreated", row)
                made.append(row)
        return made

    def reschedule(
        self, number: str, deadline: datetime, *, user: User | None = None, timezone: str | None = None
    ) -> sqlite3.Row:
        """A new deadline; brings an expired interview back to *requested* (§7, 13)."""
        with self.changing() as connection:
            row = self._interview(connection, number, user)
            if row["status"] not in (*OPEN, "expired"):
                raise Refused(400, f"An interview that is {row['status']} cannot be rescheduled.")
            changes: dict[str, Any] = {"scheduled_at": timestamp(deadline), "extension_requested_at": None}
            if timezone is not None:
                changes["timezone"] = timezone
            if row["status"] == "expired":
                changes["status"] = "requested"
            row = self._change(connection, number, changes)
            self._mail_candidate(connection, row, "rescheduled", "You have more time for your video interview")
            self._emit_interview(connection, "InterviewRescheduled", row)
        return row

    def delete(self, number: str, *, user: User | None = None) -> None:
        with self.changing() as connection:
            row = self._interview(connection, number, user)
            now = timestamp(self.clock())
            self._set(connection, "spark_hire_interview", number, {"deleted_at": now, "updated_at": now})
            gone = connection.execute(f"{INTERVIEWS} WHERE interview.uuid = ?", (number,)).fetchone()
            if row["status"] in OPEN:
                self._mail_candidate(connection, gone, "canceled", "Your video interview was canceled")
            self._emit_interview(connection, "InterviewDeleted", gone)

    # Interviews: by the candidate

    def accept(self, number: str) -> sqlite3.Row:
        with self.changing() as connection:
            row = self._candidate_may(connection, number, "accept", ("requested",))
            return self._accept(connection, row)

    def begin(self, number: str) -> sqlite3.Row:
        with self.changing() as connection:
            row = self._candidate_may(connection, number, "start", ("accepted",))
            return self._begin(connection, row)

    def finish(self, number: str) -> sqlite3.Row:
        with self.changing() as connection:
            row = self._candidate_may(connection, number, "finish", ("in_progress",))
            return self._finish(connection, row, at=self.clock())

    def complete(self, number: str, *, at: datetime | None = None) -> sqlite3.Row:
        """Accepts, starts and finishes, as far as not yet done.

        With `at` the candidate had finished at that instant, ahead of the deadline, and Spark Hire only tells now:
        possible for an interview that has expired meanwhile.
        """
        with self.changing() as connection:
            if at is None:
                row = self._candidate_may(connection, number, "finish", OPEN)
            else:
                row = self._interview(connection, number, None)
                if row["status"] not in (*OPEN, "expired"):
                    raise Refused(409, f"An interview that is {row['status']} cannot be finished.")
                if not row["created_at"] <= timestamp(at) < row["scheduled_at"]:
                    raise Refused(409, "That instant is not between the invitation and the deadline.")
            if row["status"] == "requested":
                row = self._accept(connection, row)
            if row["status"] == "accepted":
                row = self._begin(connection, row)
            return self._finish(connection, row, at=at or self.clock())

    def decline(self, number: str) -> sqlite3.Row:
        """§3: a decline folds into *canceled*, and no event says so."""
        with self.changing() as connection:
            row = self._candidate_may(connection, number, "decline", OPEN, job_must_be_active=False)
            row = self._change(connection, number, {"status": "canceled"})
            self._mail_recruiters(connection, row, "canceled_notice", f"{row['name']} canceled the video interview")
        return row

    def ask_extension(self, number: str, note: str) -> sqlite3.Row:
        """§3: reviewed by a person at Spark Hire; no event says so."""
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] not in (*OPEN, "expired"):
                raise Refused(409, f"An interview that is {row['status']} needs no more time.")
            row = self._change(
                connection,
                number,
                {"extension_requested_at": timestamp(self.clock()), "extension_note": note[:1000]},
            )
            self._mail_recruiters(connection, row, "extension_request", f"{row['name']} asks for more time", extra=note)
        return row

    def change_identity(self, number: str, *, name: str, email: str) -> sqlite3.Row:
        """§4: candidates may change their own name and e-mail."""
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] not in OPEN:
                raise Refused(409, f"An interview that is {row['status']} can no longer be changed by the candidate.")
            return self._change(connection, number, {"name": name, "email": email})

    # Interviews: by Spark Hire's users, on its site

    def rate(self, number: str, stars: int) -> sqlite3.Row:
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] != "completed":
                raise Refused(409, "Only a completed interview can be rated.")
            row = self._change(connection, number, {"rating": stars})
            self._emit_interview(connection, "InterviewRated", row)
        return row

    def reset(self, number: str, *, deadline: datetime | None = None) -> sqlite3.Row:
        """Back to *requested*, the recording gone; a deadline that has passed is moved, by seven days if not given."""
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] != "completed":
                raise Refused(409, "Only a completed interview can be reset.")
            now = self.clock()
            if deadline is None and row["scheduled_at"] <= timestamp(now):
                deadline = now + timedelta(days=7)
            changes: dict[str, Any] = {
                "status": "requested",
                "accepted_at": None,
                "started_at": None,
                "completed_at": None,
                "rating": None,
            }
            if deadline is not None:
                changes["scheduled_at"] = timestamp(deadline)
            row = self._change(connection, number, changes)
            connection.execute("UPDATE spark_hire_share_link SET status = 0 WHERE interview = ?", (number,))
            row = self._interview(connection, number, None)
            self._mail_candidate(connection, row, "reset", "Please record your video interview again")
            self._emit_interview(connection, "InterviewReset", row)
        return row

    def cancel(self, number: str) -> sqlite3.Row:
        """Canceled on the site: no event says so (§3)."""
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] not in OPEN:
                raise Refused(409, f"An interview that is {row['status']} cannot be canceled.")
            row = self._change(connection, number, {"status": "canceled"})
            self._mail_candidate(connection, row, "canceled", "Your video interview was canceled")
        return row

    def restore(self, number: str) -> sqlite3.Row:
        """Brings a deleted interview back as it was; v1.0 has no event for it."""
        with self.changing() as connection:
            restored = connection.execute(
                "UPDATE spark_hire_interview SET deleted_at = NULL, updated_at = ? "
                "WHERE uuid = ? AND deleted_at IS NOT NULL",
                (timestamp(self.clock()), number),
            ).rowcount
            if not restored:
                raise Refused(409, "This interview is not deleted.")
            return self._interview(connection, number, None)

    def expire(self, number: str) -> sqlite3.Row:
        """Lets the deadline of an open interview pass now."""
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] not in OPEN:
                raise Refused(409, f"An interview that is {row['status']} cannot expire.")
            self._set(connection, "spark_hire_interview", number, {"scheduled_at": timestamp(self.clock())})
            return self._expire(connection, number)

    def expire_due(self, now: datetime) -> int:
        """Expires every open interview whose deadline is at or before `now`; cheap when there is none."""
        due = (
            "SELECT uuid FROM spark_hire_interview WHERE deleted_at IS NULL "
            "AND status IN ('requested', 'accepted', 'in_progress') AND scheduled_at <= ? ORDER BY scheduled_at, rowid"
        )
        with self.store.reading() as connection:
            if connection.execute(f"{due} LIMIT 1", (timestamp(now),)).fetchone() is None:
                return 0
        with self.changing() as connection:
            numbers = [row["uuid"] for row in connection.execute(due, (timestamp(now),)).fetchall()]
            for number in numbers:
                self._expire(connection, number)
        return len(numbers)

    # Share links

    def share(self, number: str, user: User) -> tuple[sqlite3.Row, bool]:
        """The active share link of a completed interview, made if there is none; (interview, whether it was made)."""
        with self.changing() as connection:
            row = self._interview(connection, number, user)
            if row["status"] != "completed":
                raise Refused(400, "Only a completed interview can be shared.")
            made = not row["share_uuid"] or row["share_status"] != 1
            if made:
                self._new_share_link(connection, number, user.uuid)
            return self._interview(connection, number, user), made

    def set_share_status(self, number: str, link: str, status: int, user: User) -> sqlite3.Row:
        with self.changing() as connection:
            self._interview(connection, number, user)
            changed = connection.execute(
                "UPDATE spark_hire_share_link SET status = ?, updated_at = ?, updated_by = ? "
                "WHERE uuid = ? AND interview = ?",
                (status, timestamp(self.clock()), user.uuid, link, number),
            ).rowcount
            if not changed:
                raise Refused(404, "Share link not found.")
            return self._interview(connection, number, user)

    def shared(self, token: str) -> tuple[sqlite3.Row, bool]:
        """(interview, whether the link is active) by the token of a share link; raises Refused 404."""
        with self.store.reading() as connection:
            found = connection.execute(
                "SELECT interview, status FROM spark_hire_share_link WHERE token = ?", (token,)
            ).fetchone()
            if found is None:
                raise Refused(404, "This share link does not exist.")
            row = self._interview(connection, found["interview"], None)
        return row, found["status"] == 1 and row["status"] == "completed"

    # Webhook subscriptions

    def subscriptions(self, *, user: str = "") -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT webhook.*, user.email AS user_email, company.name AS company_name "
                "FROM spark_hire_webhook webhook JOIN spark_hire_user user ON user.uuid = webhook.user "
                "JOIN spark_hire_company company ON company.uuid = webhook.company "
                "WHERE :user IN ('', webhook.user) ORDER BY webhook.rowid",
                {"user": user},
            ).fetchall()

    def subscribe(
        self, user: User, *, event: str, url: str, jobs: Sequence[str], create_share_link: bool
    ) -> sqlite3.Row:
        number = _new_uuid()
        with self.changing() as connection:
            connection.execute(
                "INSERT INTO spark_hire_webhook (uuid, company, user, event, url, jobs, create_share_link, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(number, user.company, user.uuid, event, url, json.dumps(list(jobs))),
                    *(int(create_share_link), timestamp(self.clock())),
                ),
            )
            row: sqlite3.Row = connection.execute(
                "SELECT * FROM spark_hire_webhook WHERE uuid = ?", (number,)
            ).fetchone()
        return row

    def unsubscribe(self, user: User, number: str) -> None:
        """Only one's own: a subscription lives under one user's key (§2.6)."""
        with self.changing() as connection:
            gone = connection.execute(
                "DELETE FROM spark_hire_webhook WHERE uuid = ? AND user = ?", (number, user.uuid)
            ).rowcount
        if not gone:
            raise Refused(404, "Webhook not found.")

    def subscription_works(self, number: str) -> bool:
        """§7, 21: deliveries stop when the user is disabled or has no key."""
        with self.store.reading() as connection:
            return (
                connection.execute(
                    "SELECT 1 FROM spark_hire_webhook webhook JOIN spark_hire_user user ON user.uuid = webhook.user "
                    "JOIN spark_hire_key key ON key.user = user.uuid WHERE webhook.uuid = ? AND user.disabled = 0",
                    (number,),
                ).fetchone()
                is not None
            )

    def replay(self, user: User, event: str) -> list[Any]:
        """Delivers the account's last payload of an event again, to the user's own subscriptions; returns it."""
        body = self.webhooks.last_body(account=user.company, event=event)
        if body is None:
            return []
        with self.changing() as connection:
            rows = connection.execute(
                "SELECT uuid, url FROM spark_hire_webhook WHERE user = ? AND event = ?", (user.uuid, event)
            ).fetchall()
            for row in rows:
                self.webhooks.put(
                    connection, account=user.company, subscription=row["uuid"], event=event, url=row["url"], body=body
                )
        return [json.loads(body)]

    # Mails and cleaning up

    def mails(self, *, interview: str = "", recipient: str = "") -> list[sqlite3.Row]:
        """The mails that Spark Hire would have sent, newest first."""
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT mail.*, company.name AS company_name FROM spark_hire_mail mail "
                "JOIN spark_hire_company company ON company.uuid = mail.company "
                "WHERE :interview IN ('', mail.interview) AND :recipient IN ('', mail.recipient) ORDER BY mail.id DESC",
                {"interview": interview, "recipient": recipient},
            ).fetchall()

    def clear(self, *, everything: bool) -> None:
        """Forgets interviews, mails and subscriptions; with `everything` also accounts, users, keys and jobs."""
        tables = ["mail", "webhook", "share_link", "interview"]
        with self.changing() as connection:
            connection.execute(
                "DELETE FROM spark_hire_question WHERE owner NOT IN (SELECT uuid FROM spark_hire_question_set)"
            )
            if everything:
                tables += ["job_member", "job", "question", "question_set", "key", "user", "company"]
            for table in tables:
                connection.execute(f"DELETE FROM spark_hire_{table}")

    # Shapes, as the API and the events show them

    def interview_shape(self, row: sqlite3.Row) -> dict[str, Any]:
        questions = self.questions([row["uuid"]]).get(row["uuid"], [])
        return wire.interview(row, questions, base_url=self.base_url())

    def interview_shapes(self, rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
        questions = self.questions([row["uuid"] for row in rows])
        return [wire.interview(row, questions.get(row["uuid"], []), base_url=self.base_url()) for row in rows]

    def job_shape(self, row: sqlite3.Row) -> dict[str, Any]:
        return wire.job(row, base_url=self.base_url())

    # Inside a transaction

    def _user(self, connection: sqlite3.Connection, number: str) -> User:
        row = connection.execute(
            "SELECT user.*, company.name AS company_name FROM spark_hire_user user "
            "JOIN spark_hire_company company ON company.uuid = user.company WHERE user.uuid = ?",
            (number,),
        ).fetchone()
        if row is None:
            raise Refused(404, "User not found.")
        return _user(row)

    def _new_key(self, connection: sqlite3.Connection, number: str) -> str:
        api_key = _new_uuid()
        connection.execute(
            "INSERT INTO spark_hire_key (uuid, user, api_key, created_at) VALUES (?, ?, ?, ?)",
            (_new_uuid(), number, api_key, timestamp(self.clock())),
        )
        return api_key

    def _seed_user(self, connection: sqlite3.Connection, company: str, spec: Mapping[str, Any], now: str) -> str:
        role = str(spec.get("role", "standard"))
        # "disabled" is a state, not a role; accepted as one because seeds read better that way.
        disabled = int(bool(spec.get("disabled")) or role == "disabled")
        connection.execute(
            "INSERT INTO spark_hire_user (uuid, company, first_name, last_name, email, role, disabled, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, email) DO NOTHING",
            (
                *(_new_uuid(), company, spec["first_name"], spec["last_name"], spec["email"]),
                *("standard" if role == "disabled" else role, disabled, now),
            ),
        )
        found = connection.execute(
            "SELECT uuid FROM spark_hire_user WHERE company = ? AND email = ?", (company, spec["email"])
        ).fetchone()
        return str(found["uuid"])

    def _seed_question_set(
        self, connection: sqlite3.Connection, company: str, spec: Mapping[str, Any], now: str
    ) -> None:
        known = connection.execute(
            "SELECT 1 FROM spark_hire_question_set WHERE company = ? AND name = ?", (company, spec["name"])
        ).fetchone()
        if known:
            return
        number = _new_uuid()
        connection.execute(
            "INSERT INTO spark_hire_question_set (uuid, company, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
            (number, company, spec["name"], now, now),
        )
        asked = [
            Question(question) if isinstance(question, str) else Question(**question)
            for question in spec.get("questions", ())
        ]
        self._add_questions(connection, number, asked)

    def _seed_job(
        self,
        connection: sqlite3.Connection,
        company: str,
        spec: Mapping[str, Any],
        people: Sequence[sqlite3.Row],
        now: str,
    ) -> None:
        known = connection.execute(
            "SELECT 1 FROM spark_hire_job WHERE company = ? AND title = ? AND deleted_at IS NULL",
            (company, spec["title"]),
        ).fetchone()
        if known:
            return
        by_email = {row["email"]: row["uuid"] for row in people}
        admins = [row["uuid"] for row in people if row["role"] == "admin"]
        manager = by_email[spec["manager"]] if "manager" in spec else (admins or list(by_email.values()))[0]
        status = str(spec.get("status", "active"))
        if status == "active":
            self._require_slot(connection, company)
        number = _new_uuid()
        connection.execute(
            "INSERT INTO spark_hire_job (uuid, company, title, description, city, state, country, status, visibility, "
            "created_by, created_at, updated_at, status_updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, company, spec["title"], spec.get("description", "")),
                *(spec.get("city", "Chicago"), spec.get("state", "IL"), spec.get("country", "USA")),
                *(status, spec.get("visibility", "shared"), manager, now, now, now),
            ),
        )
        for address in spec.get("team", ()):
            connection.execute(
                "INSERT INTO spark_hire_job_member (job, user) VALUES (?, ?)", (number, by_email[address])
            )

    def _add_questions(self, connection: sqlite3.Connection, owner: str, questions: Sequence[Question]) -> None:
        connection.executemany(
            "INSERT INTO spark_hire_question (uuid, owner, position, text, time_limit, takes, think_time) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (_new_uuid(), owner, position, asked.text, asked.time_limit, asked.takes, str(asked.think_time))
                for position, asked in enumerate(questions)
            ],
        )

    def _questions(self, connection: sqlite3.Connection, owners: Sequence[str]) -> dict[str, list[sqlite3.Row]]:
        values: dict[str, Any] = {}
        rows = connection.execute(
            f"SELECT * FROM spark_hire_question WHERE owner IN ({_named(values, 'owner', owners)}) ORDER BY position",
            values,
        ).fetchall()
        found: dict[str, list[sqlite3.Row]] = {}
        for row in rows:
            found.setdefault(row["owner"], []).append(row)
        return found

    def _job(self, connection: sqlite3.Connection, number: str, user: User | None) -> sqlite3.Row:
        sight = VISIBLE_JOB if user else "1"
        row: sqlite3.Row | None = connection.execute(
            f"{JOBS} WHERE job.uuid = :number AND job.deleted_at IS NULL AND {sight}",
            {"number": number, **(user.sight if user else {})},
        ).fetchone()
        if row is None:
            raise Refused(404, "Job not found.")
        return row

    def _interview(self, connection: sqlite3.Connection, number: str, user: User | None) -> sqlite3.Row:
        sight = VISIBLE_INTERVIEW if user else "1"
        row: sqlite3.Row | None = connection.execute(
            f"{INTERVIEWS} WHERE interview.uuid = :number AND interview.deleted_at IS NULL AND {sight}",
            {"number": number, **(user.sight if user else {})},
        ).fetchone()
        if row is None:
            raise Refused(404, "Interview not found.")
        return row

    def _require_slot(self, connection: sqlite3.Connection, company: str) -> None:
        active, limit = connection.execute(
            "SELECT (SELECT count(*) FROM spark_hire_job WHERE company = :company AND status = 'active' "
            "AND deleted_at IS NULL), (SELECT active_jobs_limit FROM spark_hire_company WHERE uuid = :company)",
            {"company": company},
        ).fetchone()
        if active >= limit:
            raise Refused(400, f"Your plan allows {limit} active jobs. Deactivate a job first.")

    def _candidate_may(
        self,
        connection: sqlite3.Connection,
        number: str,
        act: str,
        statuses: Sequence[str],
        *,
        job_must_be_active: bool = True,
    ) -> sqlite3.Row:
        row = self._interview(connection, number, None)
        if row["status"] not in statuses:
            raise Refused(409, f"You cannot {act} an interview that is {row['status']}.")
        if row["scheduled_at"] <= timestamp(self.clock()):
            raise Refused(409, "The deadline has passed.")
        if job_must_be_active and (row["job_status"] != "active" or row["job_deleted_at"]):
            raise Refused(409, "This job is no longer active, so the interview cannot be entered or completed.")
        return row

    def _accept(self, connection: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row:
        row = self._change(connection, row["uuid"], {"status": "accepted", "accepted_at": timestamp(self.clock())})
        self._emit_interview(connection, "InterviewAccepted", row)
        return row

    def _begin(self, connection: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row:
        return self._change(connection, row["uuid"], {"status": "in_progress", "started_at": timestamp(self.clock())})

    def _finish(self, connection: sqlite3.Connection, row: sqlite3.Row, *, at: datetime) -> sqlite3.Row:
        row = self._change(connection, row["uuid"], {"status": "completed", "completed_at": timestamp(at)})
        self._mail_recruiters(connection, row, "completed_notice", f"{row['name']} completed the video interview")
        self._emit_interview(connection, "InterviewCompleted", row)
        return row

    def _expire(self, connection: sqlite3.Connection, number: str) -> sqlite3.Row:
        row = self._change(connection, number, {"status": "expired"})
        self._emit_interview(connection, "InterviewExpired", row)
        return row

    def _change(self, connection: sqlite3.Connection, number: str, changes: Mapping[str, Any]) -> sqlite3.Row:
        self._set(connection, "spark_hire_interview", number, {**changes, "updated_at": timestamp(self.clock())})
        return self._interview(connection, number, None)

    def _set(self, connection: sqlite3.Connection, table: str, number: str, changes: Mapping[str, Any]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in changes)
        connection.execute(f"UPDATE {table} SET {columns} WHERE uuid = :uuid_", {**changes, "uuid_": number})

    def _new_share_link(self, connection: sqlite3.Connection, interview: str, user: str) -> None:
        now = timestamp(self.clock())
        connection.execute(
            "INSERT INTO spark_hire_share_link (uuid, token, interview, status, created_at, updated_at, updated_by) "
            "VALUES (?, ?, ?, 1, ?, ?, ?)",
            (_new_uuid(), secrets.token_urlsafe(18), interview, now, now, user),
        )

    def _subscribers(self, connection: sqlite3.Connection, event: str, job: str, interview: str) -> list[sqlite3.Row]:
        """Subscriptions of users who see the thing and whose key works; a `jobs` filter narrows them."""
        sight = f"""EXISTS (SELECT 1 FROM spark_hire_job job WHERE job.uuid = :job AND {VISIBLE_JOB})
            OR EXISTS (SELECT 1 FROM spark_hire_interview interview
                WHERE interview.uuid = :interview AND interview.created_by = :user)"""
        rows = connection.execute(
            "SELECT webhook.*, user.role FROM spark_hire_webhook webhook "
            "JOIN spark_hire_user user ON user.uuid = webhook.user JOIN spark_hire_key key ON key.user = user.uuid "
            "JOIN spark_hire_job own ON own.uuid = ? AND own.company = webhook.company "
            "WHERE webhook.event = ? AND user.disabled = 0 ORDER BY webhook.rowid",
            (job, event),
        ).fetchall()
        return [
            row
            for row in rows
            if (not json.loads(row["jobs"]) or job in json.loads(row["jobs"]))
            and connection.execute(
                f"SELECT {sight}",
                {
                    "company": row["company"],
                    "role": row["role"],
                    "user": row["user"],
                    "job": job,
                    "interview": interview,
                },
            ).fetchone()[0]
        ]

    def _emit_interview(self, connection: sqlite3.Connection, event: str, row: sqlite3.Row) -> None:
        for subscription in self._subscribers(connection, event, row["job"], row["uuid"]):
            shown = row
            extra = {}
            if subscription["create_share_link"]:
                extra = {"create_share_link": True}
                if event == "InterviewCompleted" and not row["share_uuid"]:
                    self._new_share_link(connection, row["uuid"], subscription["user"])
                    shown = row = self._interview(connection, row["uuid"], None)
            questions = self._questions(connection, [row["uuid"]]).get(row["uuid"], [])
            body = {**wire.interview(shown, questions, base_url=self.base_url()), **extra}
            self._put(connection, subscription, body)

    def _emit_job(self, connection: sqlite3.Connection, event: str, row: sqlite3.Row) -> None:
        for subscription in self._subscribers(connection, event, row["uuid"], ""):
            self._put(connection, subscription, self.job_shape(row))

    def _put(self, connection: sqlite3.Connection, subscription: sqlite3.Row, body: Mapping[str, Any]) -> None:
        self.webhooks.put(
            connection,
            account=subscription["company"],
            subscription=subscription["uuid"],
            event=subscription["event"],
            url=subscription["url"],
            body=json.dumps(body, ensure_ascii=False),
        )

    def _mail_candidate(self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, subject: str) -> None:
        lines = [f"Hello {row['name']},", ""]
        if kind == "canceled":
            lines.append(f"{row['company_name']} has canceled your video interview for {row['job_title']}.")
        else:
            lines += [
                f"{row['company_name']} would like to see you in a one-way video interview for {row['job_title']}.",
                "",
                *([row["email_message"], ""] if row["email_message"] else []),
                f"Deadline: {deadline_text(row)}",
                f"Your link: {self.base_url()}/spark-hire/invitation/{row['token']}",
            ]
        lines += ["", "Spark Hire"]
        self._mail(connection, row, kind, row["email"], subject, "\n".join(lines))

    def _mail_recruiters(
        self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, subject: str, *, extra: str = ""
    ) -> None:
        """§4: to the creator of the interview and the job's manager, while they are enabled."""
        people = connection.execute(
            "SELECT email FROM spark_hire_user WHERE uuid IN (?, ?) AND disabled = 0 ORDER BY rowid",
            (row["created_by"], row["job_created_by"]),
        ).fetchall()
        body = "\n".join(
            [
                f"{subject} for {row['job_title']}.",
                *(["", extra] if extra else []),
                "",
                f"Watch or review: {self.base_url()}/spark-hire/company/interviews/{row['uuid']}/watch",
            ]
        )
        for person in people:
            self._mail(connection, row, kind, person["email"], subject, body)

    def _mail(
        self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, recipient: str, subject: str, body: str
    ) -> None:
        connection.execute(
            "INSERT INTO spark_hire_mail (company, interview, kind, recipient, reply_to, subject, body, sent_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row["company"], row["uuid"], kind, recipient, SUPPORT),
                *(subject, body, timestamp(self.clock())),
            ),
        )


def deadline_text(row: sqlite3.Row) -> str:
    """The deadline as a candidate reads it: in the interview's own time zone, else in UTC (§2.4)."""
    zone = row["timezone"] or "UTC"
    return f"{instant_of(row['scheduled_at']).astimezone(ZoneInfo(zone)):%A, %B %d, %Y at %I:%M %p} ({zone})"


def _user(row: sqlite3.Row) -> User:
    return User(
        uuid=row["uuid"],
        company=row["company"],
        company_name=row["company_name"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row["email"],
        role=row["role"],
        created_at=row["created_at"],
    )


def _named(values: dict[str, Any], name: str, wanted: Sequence[str]) -> str:
    """Placeholders for an IN list; puts their values into `values`."""
    names = [f"{name}_{number}" for number in range(len(wanted))]
    values.update(zip(names, wanted, strict=True))
    return ", ".join(f":{each}" for each in names)
