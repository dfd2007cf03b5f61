"""Share links (spark-hire.md §2.5): who has one watches without a login."""

import secrets
import sqlite3

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.interviews import Interviews
from devtools.sandbox.spark_hire.records.repository import Refused, new_uuid
from devtools.sandbox.spark_hire.records.sight import User


class ShareLinks(Interviews):
    """Share links of completed interviews; the newest one of an interview counts."""

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

    def _new_share_link(self, connection: sqlite3.Connection, interview: str, user: str) -> None:
        now = timestamp(self.clock())
        connection.execute(
            "INSERT INTO spark_hire_share_link (uuid, token, interview, status, created_at, updated_at, updated_by) "
            "VALUES (?, ?, ?, 1, ?, ?, ?)",
            (new_uuid(), secrets.token_urlsafe(18), interview, now, now, user),
        )
