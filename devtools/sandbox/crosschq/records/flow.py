"""How a request moves: progress, its end, reminders, and who is told (crosschq.md §3).

Every change of a request happens within `_moved`, which works out progress, ends what is complete and tells the
webhook. Who may do what is in `lifecycle`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from devtools.sandbox.crosschq.records.events import Events
from devtools.sandbox.crosschq.records.messages import Messages
from devtools.sandbox.crosschq.records.repository import Refused
from devtools.sandbox.crosschq.records.requests import OPEN, OUTSTANDING, later, missing, progress

DAY = timedelta(days=1)
# Behind every instant, as text.
LATER = "~"

DUE = {
    "past_due": "SELECT id FROM crosschq_request WHERE due_at <= :now AND status IN ('pending', 'in_progress') "
    "AND deleted_at IS NULL",
    "reminders": "SELECT id FROM crosschq_request WHERE remind_at <= :now AND deleted_at IS NULL UNION "
    "SELECT request FROM crosschq_reference WHERE remind_at <= :now",
    "rules": "SELECT request.id FROM crosschq_request request "
    "JOIN crosschq_organisation organisation ON organisation.id = request.organisation "
    "WHERE organisation.conclude_count > 0 AND organisation.conclude_days > 0 "
    "AND request.status IN ('pending', 'in_progress', 'past_due') AND request.deleted_at IS NULL "
    "AND request.self_reference_at IS NOT NULL "
    "AND julianday(request.created_at) + organisation.conclude_days <= julianday(:now) "
    "AND (SELECT count(*) FROM crosschq_reference reference WHERE reference.request = request.id "
    "AND reference.status = 'completed' AND organisation.conclude_relationship IN ('', reference.relationship)) "
    ">= organisation.conclude_count",
}


class Flow(Events, Messages):
    """What follows from a change, and what the clock does."""

    def do_what_is_due(self) -> None:
        """Reminders every 24 hours, past due, and rules that wait for days; cheap when nothing is due."""
        now = self.now
        with self.store.reading() as connection:
            due = {
                name: [str(row["id"]) for row in connection.execute(query, {"now": now}).fetchall()]
                for name, query in DUE.items()
            }
        for number in due["past_due"]:
            with self.changing() as connection:
                self._past_due(connection, number)
        for number in dict.fromkeys(due["reminders"]):
            with self.changing() as connection:
                row, known = self._request(connection, number), self._references(connection, number)
                self._remind(
                    connection,
                    row,
                    candidate=(row["remind_at"] or LATER) <= now,
                    references=[each for each in known if (each["remind_at"] or LATER) <= now],
                )
        for number in due["rules"]:
            with self.changing() as connection, self._moved(connection, number):
                pass

    @contextmanager
    def _moved(self, connection: sqlite3.Connection, number: str) -> Iterator[sqlite3.Row]:
        """Around every change: the request as it was goes in; progress, completion and webhook follow."""
        before = self._request(connection, number)
        if before["deleted_at"]:
            raise Refused(404, "Not found.")
        yield before
        row = self._request(connection, number)
        if row["status"] in OPEN:
            row = self._advanced(connection, row)
        changed = {"status", "progress"} & {name for name in before.keys() if before[name] != row[name]}  # noqa: SIM118
        now = self.now
        stamps = {"updated_on": now, "status_updated_on": now} if "status" in changed else {"updated_on": now}
        self._set(connection, "request", number, stamps)
        if changed:
            row = self._request(connection, number)
            event = "completed" if row["status"] == "completed" else "status" if "status" in changed else "progress"
            self._emit(connection, event, row)

    def _advanced(self, connection: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row:
        """An open request after a change: how far it is, and whether that is the end."""
        number, known = row["id"], self._references(connection, row["id"])
        done = progress(row, known)
        changes: dict[str, Any] = {"progress": max(done, row["progress"])}
        if done and row["status"] == "pending":
            changes["status"] = "in_progress"
        if done and not row["started_at"]:
            changes["started_at"] = self.now
        self._set(connection, "request", number, changes)
        answered = [each for each in known if each["status"] == "completed"]
        outstanding = [each for each in known if each["status"] in OUTSTANDING]
        if row["self_reference_at"] and answered and not outstanding and not missing(row, known):
            self._complete(connection, number, by="answers")
        elif self._rule_is_met(connection, row, answered):
            self._cancel_outstanding(connection, number, by="conclusion")
            self._complete(connection, number, by="rule")
        elif row["self_reference_at"] and not missing(row, known):
            self._set(connection, "request", number, {"remind_at": None})
        return self._request(connection, number)

    def _rule_is_met(self, connection: sqlite3.Connection, row: sqlite3.Row, answered: Sequence[sqlite3.Row]) -> bool:
        """Auto-conclude (§3.1, 6c): enough answers, perhaps of one kind, perhaps only after some days."""
        rule = connection.execute(
            "SELECT conclude_count, conclude_relationship, conclude_days FROM crosschq_organisation WHERE id = ?",
            (row["organisation"],),
        ).fetchone()
        counted = [each for each in answered if rule["conclude_relationship"] in ("", each["relationship"])]
        return bool(
            rule["conclude_count"]
            and row["self_reference_at"]
            and len(counted) >= rule["conclude_count"]
            and later(row["created_at"], timedelta(days=rule["conclude_days"])) <= self.now
        )

    def _complete(self, connection: sqlite3.Connection, number: str, *, by: str) -> None:
        changes = {
            "status": "completed",
            "progress": 100,
            "ended_by": by,
            "completed_at": self.now,
            "remind_at": None,
            "due_at": None,
        }
        self._set(connection, "request", number, changes)
        row = self._request(connection, number)
        if row["send_completed_notification"]:
            self._message_owner(connection, row, "completed_notice", "The reference report is ready")

    def _end(self, number: str, status: str, *, ended_by: str) -> sqlite3.Row:
        """Over without a report; progress stays where it was."""
        with self.changing() as connection:
            row = self._open(connection, number)
            with self._moved(connection, number):
                changes = {"status": status, "ended_by": ended_by, "remind_at": None, "due_at": None}
                self._set(connection, "request", number, changes)
                self._cancel_outstanding(connection, number, by=ended_by)
            if status in ("cancelled", "expired"):
                self._message_candidate(connection, row, "cancelled", f"The request is {status}")
        return self.request(number)

    def _open(self, connection: sqlite3.Connection, number: str) -> sqlite3.Row:
        """Raises Refused 404, or 409 when it has ended."""
        row = self._request(connection, number)
        if row["deleted_at"]:
            raise Refused(404, "Not found.")
        if row["status"] not in OPEN:
            raise Refused(409, f"This request is {row['status']} already.")
        return row

    def _cancel_outstanding(self, connection: sqlite3.Connection, number: str, *, by: str) -> None:
        connection.execute(
            "UPDATE crosschq_reference SET status = 'cancelled', ended_by = ?, remind_at = NULL "
            "WHERE request = ? AND status IN ('sent', 'in_progress')",
            (by, number),
        )
        self._set(connection, "request", number, {"remind_at": None, "due_at": None})

    def _past_due(self, connection: sqlite3.Connection, number: str) -> None:
        with self._moved(connection, number):
            self._set(connection, "request", number, {"status": "past_due", "due_at": None})
        row = self._request(connection, number)
        self._message_candidate(connection, row, "past_due", "Your references are past due")
        if row["send_past_due_notification"]:
            self._message_owner(connection, row, "past_due_notice", "A reference request is past due")

    def _remind(
        self, connection: sqlite3.Connection, row: sqlite3.Row, *, candidate: bool, references: Sequence[sqlite3.Row]
    ) -> None:
        """Whoever still owes something, of those given; their next reminder is a day from now."""
        following = later(self.now, DAY)
        if candidate and (not row["self_reference_at"] or missing(row, self._references(connection, row["id"]))):
            self._message_candidate(connection, row, "candidate_reminder", "A reminder to finish your references")
            self._set(connection, "request", row["id"], {"remind_at": following})
        for each in references:
            if each["status"] in OUTSTANDING:
                self._message_reference(connection, row, each, "reference_reminder")
                self._set(connection, "reference", each["id"], {"remind_at": following})
