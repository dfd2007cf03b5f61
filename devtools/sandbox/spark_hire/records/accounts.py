"""Spark Hire's accounts: companies, their users, and the keys that act for a user."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.repository import Refused, Repository, new_uuid
from devtools.sandbox.spark_hire.records.sight import User

ROLES = ("admin", "standard", "evaluator")


class Accounts(Repository):
    """Companies, users and keys."""

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
        return _user_of(row) if row else None

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
            number = self._add_user(
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

    def _user(self, connection: sqlite3.Connection, number: str) -> User:
        row = connection.execute(
            "SELECT user.*, company.name AS company_name FROM spark_hire_user user "
            "JOIN spark_hire_company company ON company.uuid = user.company WHERE user.uuid = ?",
            (number,),
        ).fetchone()
        if row is None:
            raise Refused(404, "User not found.")
        return _user_of(row)

    def _new_key(self, connection: sqlite3.Connection, number: str) -> str:
        api_key = new_uuid()
        connection.execute(
            "INSERT INTO spark_hire_key (uuid, user, api_key, created_at) VALUES (?, ?, ?, ?)",
            (new_uuid(), number, api_key, timestamp(self.clock())),
        )
        return api_key

    def _add_user(self, connection: sqlite3.Connection, company: str, spec: Mapping[str, Any], now: str) -> str:
        role = str(spec.get("role", "standard"))
        # "disabled" is a state, not a role; accepted as one because seeds read better that way.
        disabled = int(bool(spec.get("disabled")) or role == "disabled")
        connection.execute(
            "INSERT INTO spark_hire_user (uuid, company, first_name, last_name, email, role, disabled, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, email) DO NOTHING",
            (
                *(new_uuid(), company, spec["first_name"], spec["last_name"], spec["email"]),
                *("standard" if role == "disabled" else role, disabled, now),
            ),
        )
        found = connection.execute(
            "SELECT uuid FROM spark_hire_user WHERE company = ? AND email = ?", (company, spec["email"])
        ).fetchone()
        return str(found["uuid"])


def _user_of(row: sqlite3.Row) -> User:
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
