"""The sandbox's own SQLite file: state survives restarts, and another process may open it at the same time.

Deliberately not the project's database: the fake vendor must not be able to look at our tables, nor we at its. What
the tables mean belongs to the modules that declare them.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


def timestamp(instant: datetime) -> str:
    """An instant as text of fixed width in UTC, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Store:
    """Connections to one database file: many readers, one writer at a time.

    Connections are pooled rather than kept per thread, because the server starts a thread per client connection.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._writer = threading.Lock()
        self._closed = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # The file holds API keys (of the fake vendor, but people reuse habits): nobody else may read it.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))

    def ensure(self, ddl: str) -> None:
        """Runs `CREATE ... IF NOT EXISTS` statements."""
        with self._connection() as connection, self._writer:
            connection.executescript(f"BEGIN IMMEDIATE; {ddl}; COMMIT;")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: commits at the end of the block, rolls back when it raises."""
        with self._writer, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._guard:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection
