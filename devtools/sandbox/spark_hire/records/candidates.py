"""What candidates do with their interviews, and what they may no longer do (spark-hire.md §3, §4)."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.events import Events
from devtools.sandbox.spark_hire.records.interviews import OPEN
from devtools.sandbox.spark_hire.records.mails import Mails
from devtools.sandbox.spark_hire.records.repository import Refused


class Candidates(Events, Mails):
    """The candidate's own actions."""

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
        """§4: candidates may change their own name and email."""
        with self.changing() as connection:
            row = self._interview(connection, number, None)
            if row["status"] not in OPEN:
                raise Refused(409, f"An interview that is {row['status']} can no longer be changed by the candidate.")
            return self._change(connection, number, {"name": name, "email": email})

    def _candidate_may(
        self,
        connection: sqlite3.Connection,
        number: str,
        action: str,
        statuses: Sequence[str],
        *,
        job_must_be_active: bool = True,
    ) -> sqlite3.Row:
        row = self._interview(connection, number, None)
        if row["status"] not in statuses:
            raise Refused(409, f"You cannot {action} an interview that is {row['status']}.")
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
