"""Accounts made from a description, for testers and tests; what exists already is left as it is."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.accounts import Accounts
from devtools.sandbox.spark_hire.records.jobs import Jobs
from devtools.sandbox.spark_hire.records.question_sets import Question
from devtools.sandbox.spark_hire.records.repository import new_uuid

JOB_DEFAULTS = {
    "description": "",
    "city": "Chicago",
    "state": "IL",
    "country": "USA",
    "status": "active",
    "visibility": "shared",
}


class Seeds(Accounts, Jobs):
    """Seeds that may be sown again."""

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
                (new_uuid(), company, active_jobs_limit, users_limit, now),
            )
            account = str(
                connection.execute("SELECT uuid FROM spark_hire_company WHERE name = ?", (company,)).fetchone()[0]
            )
            for spec in users:
                number = self._add_user(connection, account, spec, now)
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

    def _seed_question_set(
        self, connection: sqlite3.Connection, company: str, spec: Mapping[str, Any], now: str
    ) -> None:
        known = connection.execute(
            "SELECT 1 FROM spark_hire_question_set WHERE company = ? AND name = ?", (company, spec["name"])
        ).fetchone()
        if known:
            return
        asked = [
            Question(question) if isinstance(question, str) else Question(**question)
            for question in spec.get("questions", ())
        ]
        self._add_question_set(connection, company, name=spec["name"], questions=asked, now=now)

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
        number = self._add_job(connection, company, {**JOB_DEFAULTS, **spec}, manager=manager, now=now)
        for address in spec.get("team", ()):
            connection.execute(
                "INSERT INTO spark_hire_job_member (job, user) VALUES (?, ?)", (number, by_email[address])
            )
