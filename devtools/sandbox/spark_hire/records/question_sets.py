"""Question sets, and the questions that they and interviews hold."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.repository import Refused, Repository, named, new_uuid

MAX_QUESTIONS = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be asked: `time_limit` and `think_time` in seconds, the latter as text (§2.3)."""

    text: str
    time_limit: int = 120
    takes: int = 2
    think_time: str = "30"


class QuestionSets(Repository):
    """Question sets of an account; an interview holds a copy of its questions."""

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
        with self.changing() as connection:
            number = self._add_question_set(connection, company, name=name, questions=questions, now=now)
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

    def _add_question_set(
        self, connection: sqlite3.Connection, company: str, *, name: str, questions: Sequence[Question], now: str
    ) -> str:
        number = new_uuid()
        connection.execute(
            "INSERT INTO spark_hire_question_set (uuid, company, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
            (number, company, name, now, now),
        )
        self._add_questions(connection, number, questions)
        return number

    def _add_questions(self, connection: sqlite3.Connection, owner: str, questions: Sequence[Question]) -> None:
        connection.executemany(
            "INSERT INTO spark_hire_question (uuid, owner, position, text, time_limit, takes, think_time) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (new_uuid(), owner, position, asked.text, asked.time_limit, asked.takes, str(asked.think_time))
                for position, asked in enumerate(questions)
            ],
        )

    def _questions(self, connection: sqlite3.Connection, owners: Sequence[str]) -> dict[str, list[sqlite3.Row]]:
        values: dict[str, Any] = {}
        rows = connection.execute(
            f"SELECT * FROM spark_hire_question WHERE owner IN ({named(values, 'owner', owners)}) ORDER BY position",
            values,
        ).fetchall()
        found: dict[str, list[sqlite3.Row]] = {}
        for row in rows:
            found.setdefault(row["owner"], []).append(row)
        return found
