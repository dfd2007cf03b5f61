"""An interview's life as Spark Hire and its users lead it: invited, rescheduled, rated, reset, expired, deleted."""

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.events import Events
from devtools.sandbox.spark_hire.records.interviews import OPEN
from devtools.sandbox.spark_hire.records.jobs import JOBS
from devtools.sandbox.spark_hire.records.mails import Mails
from devtools.sandbox.spark_hire.records.question_sets import Question
from devtools.sandbox.spark_hire.records.repository import Refused, new_uuid
from devtools.sandbox.spark_hire.records.sight import VISIBLE_JOB, User


class Lifecycle(Events, Mails):
    """What the API and the users of Spark Hire do to an interview, and what its deadline does."""

    # By the API

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
                number = new_uuid()
                connection.execute(
                    "INSERT INTO spark_hire_interview (uuid, token, company, job, type, status, candidate, name, "
                    "email, created_by, scheduled_at, timezone, email_message, created_at, updated_at) "
                    "VALUES (?, ?, ?, ?, 'one_way', 'requested', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(number, secrets.token_urlsafe(18), user.company, job, new_uuid(), name, address),
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
            gone = self._any_interview(connection, number)
            if row["status"] in OPEN:
                self._mail_candidate(connection, gone, "canceled", "Your video interview was canceled")
            self._emit_interview(connection, "InterviewDeleted", gone)

    # By Spark Hire's users, on its site

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

    # By the deadline

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

    def _expire(self, connection: sqlite3.Connection, number: str) -> sqlite3.Row:
        row = self._change(connection, number, {"status": "expired"})
        self._emit_interview(connection, "InterviewExpired", row)
        return row
