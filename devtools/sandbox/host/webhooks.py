"""The webhook deliverer of a sandbox: an outbox of events and a thread that sends them, well or badly as ordered.

An event is put into the outbox in the transaction that caused it, as a vendor worth its name would do. Which events
exist, who has subscribed and what the body says belongs to the vendor. Times here are the machine's own: a tester who
moves the clock does not move the retries.
"""

import http.client
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from devtools.sandbox.host.faults import FaultBook
from devtools.sandbox.host.store import Store

logger = logging.getLogger(__name__)

DDL = """
CREATE TABLE IF NOT EXISTS sandbox_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL,
    account TEXT NOT NULL,
    subscription TEXT NOT NULL,
    event TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at REAL NOT NULL,
    due_at REAL NOT NULL,
    state TEXT NOT NULL,
    mode TEXT NOT NULL DEFAULT 'normal',
    failing INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER,
    last_error TEXT NOT NULL DEFAULT '',
    delivered_at REAL
);
CREATE INDEX IF NOT EXISTS sandbox_delivery_due ON sandbox_delivery (vendor, due_at, id)
    WHERE state IN ('waiting', 'held');
CREATE INDEX IF NOT EXISTS sandbox_delivery_event ON sandbox_delivery (vendor, event, id);
"""

# Waiting to be sent; held back for the next event; being sent; and the three ways to end.
WAITING, HELD, SENDING, DELIVERED, FAILED, DROPPED = "waiting", "held", "sending", "delivered", "failed", "dropped"
SENDERS = 8
ANSWER_TIMEOUT = 10.0
# Seconds before each try: three tries, the first one second after the event.
DEFAULT_TRY_DELAYS = (1.0, 5.0, 30.0)


class WebhookOutbox:
    """The events of one vendor on their way out."""

    def __init__(
        self, store: Store, *, vendor: str, faults: FaultBook, try_delays: Callable[[], tuple[float, ...]]
    ) -> None:
        self.store = store
        self.vendor = vendor
        self.faults = faults
        self.try_delays = try_delays
        self.bell = threading.Event()
        store.ensure(DDL)

    def put(
        self, connection: sqlite3.Connection, *, account: str, subscription: str, event: str, url: str, body: str
    ) -> None:
        """Puts one event for one subscription into the outbox, inside the transaction of `connection`.

        Ordered webhook faults are used up here, so that a fault changes exactly the next events. Call `bell.set()`
        after the commit to send at once.
        """
        now = time.time()
        state, copies, failing = WAITING, 1, 0
        mode: list[str] = []
        due = now + self.try_delays()[0]
        if self.faults.take_within(connection, "webhook_drop", operation=event):
            state, mode = DROPPED, ["drop"]
        else:
            if fault := self.faults.take_within(connection, "webhook_fail", operation=event):
                mode.append("fail")
                failing = int(fault.number("attempts"))
            if fault := self.faults.take_within(connection, "webhook_duplicate", operation=event):
                mode.append("duplicate")
                copies = int(fault.number("copies"))
            if fault := self.faults.take_within(connection, "webhook_delay", operation=event):
                mode.append("delay")
                due += fault.number("seconds")
            if fault := self.faults.take_within(connection, "webhook_reorder", operation=event):
                mode.append("reorder")
                state, due = HELD, now + fault.number("seconds")
        for _ in range(copies):
            connection.execute(
                "INSERT INTO sandbox_delivery (vendor, account, subscription, event, url, body, created_at, due_at, "
                "state, mode, failing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(self.vendor, account, subscription, event, url, body, now, due, state),
                    *("+".join(mode) or "normal", failing),
                ),
            )
        if state == WAITING:
            # The next event is out: what was held back for it follows right behind.
            connection.execute(
                "UPDATE sandbox_delivery SET state = ?, due_at = ? WHERE vendor = ? AND account = ? AND state = ? "
                "AND created_at < ?",
                (WAITING, due + 0.001, self.vendor, account, HELD, now),
            )

    def last_body(self, *, account: str, event: str) -> str | None:
        """The body that was last put out for that event."""
        with self.store.reading() as connection:
            row = connection.execute(
                "SELECT body FROM sandbox_delivery WHERE vendor = ? AND account = ? AND event = ? "
                "ORDER BY id DESC LIMIT 1",
                (self.vendor, account, event),
            ).fetchone()
        return str(row["body"]) if row else None

    def latest(self, *, limit: int = 500, event: str = "") -> list[dict[str, Any]]:
        """Newest first, with the whole URL: a tester has to see where a delivery went."""
        with self.store.reading() as connection:
            rows = connection.execute(
                "SELECT id, account, subscription, event, url, body, created_at, due_at, state, mode, attempts, "
                "last_status, last_error, delivered_at FROM sandbox_delivery "
                "WHERE vendor = ? AND (? = '' OR event = ?) ORDER BY id DESC LIMIT ?",
                (self.vendor, event, event, limit),
            ).fetchall()
        return [dict(row) for row in rows]

    def clear(self) -> None:
        with self.store.writing() as connection:
            connection.execute("DELETE FROM sandbox_delivery WHERE vendor = ?", (self.vendor,))

    # What the deliverer does with the rows.

    def recover(self) -> None:
        """After a restart: what was being sent is sent again (at least once, as vendors do)."""
        with self.store.writing() as connection:
            connection.execute(
                "UPDATE sandbox_delivery SET state = ? WHERE vendor = ? AND state = ?", (WAITING, self.vendor, SENDING)
            )

    def claim(self, *, busy: set[str]) -> sqlite3.Row | None:
        """The next delivery that is due and whose account is not in `busy`; marked as being sent."""
        now = time.time()
        with self.store.reading() as connection:
            due = connection.execute(
                "SELECT * FROM sandbox_delivery WHERE vendor = ? AND due_at <= ? AND state IN ('waiting', 'held') "
                "ORDER BY due_at, id LIMIT 200",
                (self.vendor, now),
            ).fetchall()
        for row in due:
            if row["account"] in busy:
                continue
            with self.store.writing() as connection:
                claimed = connection.execute(
                    "UPDATE sandbox_delivery SET state = ? WHERE id = ? AND state IN ('waiting', 'held')",
                    (SENDING, row["id"]),
                ).rowcount
            if claimed:
                found: sqlite3.Row = row
                return found
        return None

    def dropped(self, row: sqlite3.Row, *, reason: str) -> None:
        """Writes down that nobody wants this delivery any more."""
        with self.store.writing() as connection:
            connection.execute(
                "UPDATE sandbox_delivery SET state = ?, last_error = ? WHERE id = ?", (DROPPED, reason, row["id"])
            )

    def tried(self, row: sqlite3.Row, *, status: int | None, error: str) -> None:
        """Writes down one attempt: 2xx ends it, anything else waits for the next try or gives up."""
        attempts = row["attempts"] + 1
        delivered = status is not None and 200 <= status < 300
        delays = self.try_delays()
        now = time.time()
        if delivered:
            state, due = DELIVERED, row["due_at"]
        elif attempts >= len(delays):
            state, due = FAILED, row["due_at"]
        else:
            state, due = WAITING, now + delays[attempts]
        with self.store.writing() as connection:
            connection.execute(
                "UPDATE sandbox_delivery SET state = ?, due_at = ?, attempts = ?, last_status = ?, last_error = ?, "
                "delivered_at = ? WHERE id = ?",
                (state, due, attempts, status, error, now if delivered else None, row["id"]),
            )


class Deliverer:
    """Sends what is due: one at a time per account, so that a quiet day keeps its order, several accounts at once."""

    def __init__(
        self,
        outbox: WebhookOutbox,
        *,
        headers: Callable[[str, str], Mapping[str, str]],
        method: Callable[[str], str],
        still_wanted: Callable[[str], bool],
    ) -> None:
        self.outbox = outbox
        self.headers = headers
        self.method = method
        self.still_wanted = still_wanted
        self._stopping = threading.Event()
        self._busy: set[str] = set()
        self._guard = threading.Lock()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="sandbox-webhook")
        self._thread = threading.Thread(target=self._run, name="sandbox-deliverer", daemon=True)

    def start(self) -> None:
        self.outbox.recover()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.outbox.bell.set()
        self._thread.join(timeout=2)
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.outbox.bell.wait(0.1)
            self.outbox.bell.clear()
            try:
                self._send_due()
            except sqlite3.Error:
                if not self._stopping.is_set():
                    logger.exception("The webhook deliverer could not read its outbox; trying again.")

    def _send_due(self) -> None:
        while not self._stopping.is_set():
            with self._guard:
                if len(self._busy) >= SENDERS:
                    return
                busy = set(self._busy)
            row = self.outbox.claim(busy=busy)
            if row is None:
                return
            with self._guard:
                self._busy.add(row["account"])
            self._senders.submit(self._send, row)

    def _send(self, row: sqlite3.Row) -> None:
        try:
            if not self.still_wanted(row["subscription"]):
                self.outbox.dropped(row, reason="The subscription is gone or its user has no working key.")
                return
            if row["attempts"] < row["failing"]:
                status, error = None, "Failed on purpose; the receiver was not called."
            else:
                status, error = self._deliver(row)
            if not self._stopping.is_set():
                self.outbox.tried(row, status=status, error=error)
        except sqlite3.Error:
            logger.exception("A webhook delivery could not be written down.")
        finally:
            with self._guard:
                self._busy.discard(row["account"])
            self.outbox.bell.set()

    def _deliver(self, row: sqlite3.Row) -> tuple[int | None, str]:
        target = urlsplit(row["url"])
        kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
        connection = kind(target.hostname or "", target.port, timeout=ANSWER_TIMEOUT)
        try:
            path = (target.path or "/") + (f"?{target.query}" if target.query else "")
            body = row["body"].encode("utf-8")
            headers = {"Content-Type": "application/json", **self.headers(row["event"], row["subscription"])}
            connection.request(self.method(row["subscription"]), path, body, headers)
            answer = connection.getresponse()
            answer.read(65_536)
            return answer.status, ""
        except (OSError, http.client.HTTPException) as error:
            return None, f"{type(error).__name__}: {error}"[:200]
        finally:
            connection.close()
