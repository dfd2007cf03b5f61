"""Jobs: their slots, their states and their events (spark-hire.md §2.2)."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.events import Events
from devtools.sandbox.spark_hire.records.repository import Refused, named, new_uuid
from devtools.sandbox.spark_hire.records.sight import VISIBLE_JOB, User

JOBS = """
SELECT job.*, creator.first_name AS creator_first_name, creator.last_name AS creator_last_name,
    creator.email AS creator_email
FROM spark_hire_job job JOIN spark_hire_user creator ON creator.uuid = job.created_by
"""


class Jobs(Events):
    """Jobs of an account; a change of one is told to subscribers."""

    def jobs(self, user: User, *, order: str, offset: int, limit: int, statuses: Sequence[str]) -> list[sqlite3.Row]:
        where = f"job.deleted_at IS NULL AND {VISIBLE_JOB}"
        values: dict[str, Any] = {**user.sight, "limit": limit, "offset": offset}
        if statuses:
            where += f" AND job.status IN ({named(values, 'status', statuses)})"
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
        with self.changing() as connection:
            number = self._add_job(
                connection, user.company, {"visibility": "shared", **values}, manager=user.uuid, now=now
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

    def _add_job(
        self, connection: sqlite3.Connection, company: str, values: Mapping[str, Any], *, manager: str, now: str
    ) -> str:
        if values["status"] == "active":
            self._require_slot(connection, company)
        number = new_uuid()
        connection.execute(
            "INSERT INTO spark_hire_job (uuid, company, title, description, city, state, country, status, visibility, "
            "created_by, created_at, updated_at, status_updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, company, values["title"], values["description"]),
                *(values["city"], values["state"], values["country"]),
                *(values["status"], values["visibility"], manager, now, now, now),
            ),
        )
        return number

    def _job(self, connection: sqlite3.Connection, number: str, user: User | None) -> sqlite3.Row:
        sight = VISIBLE_JOB if user else "1"
        row: sqlite3.Row | None = connection.execute(
            f"{JOBS} WHERE job.uuid = :number AND job.deleted_at IS NULL AND {sight}",
            {"number": number, **(user.sight if user else {})},
        ).fetchone()
        if row is None:
            raise Refused(404, "Job not found.")
        return row

    def _require_slot(self, connection: sqlite3.Connection, company: str) -> None:
        active, limit = connection.execute(
            "SELECT (SELECT count(*) FROM spark_hire_job WHERE company = :company AND status = 'active' "
            "AND deleted_at IS NULL), (SELECT active_jobs_limit FROM spark_hire_company WHERE uuid = :company)",
            {"company": company},
        ).fetchone()
        if active >= limit:
            raise Refused(400, f"Your plan allows {limit} active jobs. Deactivate a job first.")
