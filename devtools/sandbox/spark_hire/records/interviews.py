"""Interviews as they are found and shown. What happens to them is in `lifecycle` and `candidates`."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire import serializers
from devtools.sandbox.spark_hire.records.question_sets import QuestionSets
from devtools.sandbox.spark_hire.records.repository import Refused, named
from devtools.sandbox.spark_hire.records.sight import VISIBLE_INTERVIEW, User

OPEN = ("requested", "accepted", "in_progress")

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


class Interviews(QuestionSets):
    """Interviews, read; and the one way to change a row of them."""

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
                where += f" AND interview.{column} IN ({named(values, column, wanted)})"
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
            return self._any_interview(connection, number)

    def interview_of_token(self, token: str) -> sqlite3.Row:
        """By the token of the candidate's link, deleted or not; raises Refused 404."""
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(f"{INTERVIEWS} WHERE interview.token = ?", (token,)).fetchone()
        if row is None:
            raise Refused(404, "This invitation does not exist.")
        return row

    def interview_shape(self, row: sqlite3.Row) -> dict[str, Any]:
        questions = self.questions([row["uuid"]]).get(row["uuid"], [])
        return serializers.interview(row, questions, base_url=self.base_url())

    def interview_shapes(self, rows: Sequence[sqlite3.Row]) -> list[dict[str, Any]]:
        questions = self.questions([row["uuid"] for row in rows])
        return [serializers.interview(row, questions.get(row["uuid"], []), base_url=self.base_url()) for row in rows]

    def _interview(self, connection: sqlite3.Connection, number: str, user: User | None) -> sqlite3.Row:
        sight = VISIBLE_INTERVIEW if user else "1"
        row: sqlite3.Row | None = connection.execute(
            f"{INTERVIEWS} WHERE interview.uuid = :number AND interview.deleted_at IS NULL AND {sight}",
            {"number": number, **(user.sight if user else {})},
        ).fetchone()
        if row is None:
            raise Refused(404, "Interview not found.")
        return row

    def _any_interview(self, connection: sqlite3.Connection, number: str) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(f"{INTERVIEWS} WHERE interview.uuid = ?", (number,)).fetchone()
        if row is None:
            raise Refused(404, "Interview not found.")
        return row

    def _change(self, connection: sqlite3.Connection, number: str, changes: Mapping[str, Any]) -> sqlite3.Row:
        self._set(connection, "spark_hire_interview", number, {**changes, "updated_at": timestamp(self.clock())})
        return self._interview(connection, number, None)
