"""What reached a vendor's API and what it answered, for testers and for proofs that count calls.

Only the last four characters of a key are kept, and no bodies.
"""

import time
from typing import Any

from devtools.sandbox.host.store import Store

KEPT = 20_000

DDL = """
CREATE TABLE IF NOT EXISTS sandbox_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL,
    received_at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    operation TEXT NOT NULL,
    key_last4 TEXT NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL DEFAULT 'open',
    milliseconds INTEGER
);
CREATE INDEX IF NOT EXISTS sandbox_request_vendor ON sandbox_request (vendor, id);
"""


class RequestLog:
    """A row is written when a request arrives (outcome *open*) and finished when its answer is decided."""

    def __init__(self, store: Store, *, vendor: str) -> None:
        self.store = store
        self.vendor = vendor
        store.ensure(DDL)

    def received(self, *, method: str, path: str, operation: str, key: str) -> int:
        with self.store.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO sandbox_request (vendor, received_at, method, path, operation, key_last4) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (self.vendor, time.time(), method, path, operation, key[-4:]),
            )
            number = int(cursor.lastrowid or 0)
            if number % 1000 == 0:
                connection.execute("DELETE FROM sandbox_request WHERE id <= ?", (number - KEPT,))
        return number

    def decided(self, number: int, *, status: int | None, outcome: str, seconds: float) -> None:
        """`outcome` is *answered*, or the name of the fault that was committed, or *client gone*."""
        with self.store.writing() as connection:
            connection.execute(
                "UPDATE sandbox_request SET status = ?, outcome = ?, milliseconds = ? WHERE id = ?",
                (status, outcome, round(seconds * 1000), number),
            )

    def latest(self, *, limit: int = 1000, operation: str = "") -> list[dict[str, Any]]:
        """Newest first."""
        with self.store.reading() as connection:
            rows = connection.execute(
                "SELECT id, received_at, method, path, operation, key_last4, status, outcome, milliseconds "
                "FROM sandbox_request WHERE vendor = ? AND (? = '' OR operation = ?) ORDER BY id DESC LIMIT ?",
                (self.vendor, operation, operation, limit),
            ).fetchall()
        return [dict(row) for row in rows]

    def clear(self) -> None:
        with self.store.writing() as connection:
            connection.execute("DELETE FROM sandbox_request WHERE vendor = ?", (self.vendor,))
