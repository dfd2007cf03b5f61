"""Faults that a tester orders and the sandbox then commits, exactly as often as ordered.

A fault is a row in the sandbox's file, so it survives a restart and can be ordered by a page, a control call or another
process. This module stores them; who commits a fault (server, deliverer, vendor) asks it with `take`.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devtools.sandbox.host.store import Store

ANY_OPERATION = "*"
FOREVER = -1

DDL = """
CREATE TABLE IF NOT EXISTS sandbox_fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL,
    operation TEXT NOT NULL,
    kind TEXT NOT NULL,
    times INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    parameters TEXT NOT NULL,
    key TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS sandbox_fault_open ON sandbox_fault (vendor) WHERE times != 0;
"""


class FaultRefused(Exception):
    """An order that makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault: its parameters with their defaults, and where it can be aimed."""

    name: str
    summary: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1
    webhook: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """An ordered fault. `times` is what is left (-1: until removed); `key` is an API key or its last four, '' = any."""

    id: int
    operation: str
    kind: str
    times: int
    used: int
    parameters: Mapping[str, Any]
    key: str

    def number(self, name: str) -> float:
        return float(self.parameters[name])

    def text(self, name: str) -> str:
        return str(self.parameters[name])

    def aims_at(self, *, operation: str, key: str) -> bool:
        if self.operation not in (operation, ANY_OPERATION):
            return False
        return not self.key or self.key in (key, key[-4:])

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "operation": self.operation,
            "kind": self.kind,
            "times": self.times,
            "used": self.used,
            "parameters": dict(self.parameters),
            "key": self.key[-4:] or None,
        }


# Committed by the server around an operation; the same for every vendor.
TRANSPORT_KINDS = (
    FaultKind(
        "status",
        "Answer with this status and reason. The vendor does nothing, unless committed is true.",
        {"status": 500, "reason": "Something went wrong.", "headers": {}, "committed": False},
    ),
    FaultKind(
        "forbidden",
        "Answer 403: the key is good, and may not do this. The vendor does nothing.",
        {"reason": "You may not do this."},
    ),
    FaultKind("rate_limit", "Answer 429 with the seconds to wait. The vendor does nothing.", {"seconds": 60}),
    FaultKind(
        "slow_before",
        "Wait, then do the work and answer. A client that has hung up meanwhile gets nothing done.",
        {"seconds": 30},
    ),
    FaultKind("slow_after", "Do the work, then wait before answering.", {"seconds": 30}),
    FaultKind("hang_after", "Do the work, say nothing for this long, then close the connection.", {"seconds": 60}),
    FaultKind(
        "commit_delay",
        "Take the request, do the work only after this long, also when the client has hung up; then answer.",
        {"seconds": 10},
    ),
    FaultKind(
        "commit_held",
        "Take the request, do the work only once the very same is asked again (whoever retries has looked by then, and "
        "found nothing), or after this long; also when the client has hung up; then answer.",
        {"seconds": 60},
    ),
    FaultKind("reset_before", "Reset the connection before any work is done."),
    FaultKind("reset_after", "Do the work, then reset the connection instead of answering."),
    FaultKind("drip", "Do the work and answer slowly, this many bytes a second.", {"bytes_per_second": 20}),
    FaultKind("truncated", "Do the work, send half of the body and close the connection."),
    FaultKind(
        "html",
        "Answer with a proxy's HTML error page. The vendor does nothing, unless committed is true.",
        {"status": 502, "committed": False},
    ),
)

# Committed when an event is put into the webhook outbox; the operation of such a fault is the event's name.
WEBHOOK_KINDS = (
    FaultKind("webhook_duplicate", "Deliver the event this many times.", {"copies": 2}, webhook=True),
    FaultKind("webhook_delay", "Deliver the event this much later.", {"seconds": 10}, webhook=True),
    FaultKind(
        "webhook_reorder",
        "Hold the event back until the account's next one has gone out, at most this long.",
        {"seconds": 10},
        webhook=True,
    ),
    FaultKind("webhook_drop", "Never deliver the event.", webhook=True),
    FaultKind("webhook_fail", "Let the first tries fail without reaching the receiver.", {"attempts": 1}, webhook=True),
)


class FaultBook:
    """The faults ordered for one vendor."""

    def __init__(self, store: Store, *, vendor: str, kinds: Sequence[FaultKind]) -> None:
        self.store = store
        self.vendor = vendor
        self.kinds = {kind.name: kind for kind in (*TRANSPORT_KINDS, *kinds, *WEBHOOK_KINDS)}
        store.ensure(DDL)

    def order(self, spec: Mapping[str, Any], *, operations: Sequence[str], events: Sequence[str]) -> Fault:
        """Adds a fault from `{operation, kind, times, parameters, key}`; raises FaultRefused."""
        unknown = set(spec) - {"operation", "kind", "times", "parameters", "key"}
        if unknown:
            raise FaultRefused(f"Unknown field: {sorted(unknown)[0]}.")
        kind = self.kinds.get(str(spec.get("kind", "")))
        if kind is None:
            raise FaultRefused(f"Unknown kind. Known: {', '.join(self.kinds)}.")
        operation = str(spec.get("operation") or ANY_OPERATION)
        known = events if kind.webhook else operations
        if operation != ANY_OPERATION and operation not in known:
            raise FaultRefused(f"{kind.name} cannot be aimed at {operation}. Known: *, {', '.join(known)}.")
        times = spec.get("times", kind.times)
        if isinstance(times, bool) or not isinstance(times, int) or times < FOREVER or times == 0:
            raise FaultRefused("times must be a whole number above zero, or -1 for every time.")
        parameters = self._parameters(kind, spec.get("parameters") or {})
        key = str(spec.get("key") or "")
        with self.store.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO sandbox_fault (vendor, operation, kind, times, parameters, key) VALUES (?, ?, ?, ?, ?, ?)",
                (self.vendor, operation, kind.name, times, json.dumps(parameters), key),
            )
            number = int(cursor.lastrowid or 0)
        return Fault(number, operation, kind.name, times, 0, parameters, key)

    def open(self) -> list[Fault]:
        """Faults that still have something to do, oldest first."""
        with self.store.reading() as connection:
            return self._open(connection)

    def take(self, kind: str, *, operation: str, key: str = "") -> Fault | None:
        """Uses up one time of the oldest fault of this kind that aims here; None when there is none."""
        with self.store.reading() as connection:
            due = [
                fault
                for fault in self._open(connection)
                if fault.kind == kind and fault.aims_at(operation=operation, key=key)
            ]
        for fault in due:
            with self.store.writing() as connection:
                if self._use(connection, fault):
                    return fault
        return None

    def take_within(self, connection: sqlite3.Connection, kind: str, *, operation: str) -> Fault | None:
        """Like `take`, inside a writing transaction that is already open."""
        for fault in self._open(connection):
            if fault.kind == kind and fault.aims_at(operation=operation, key="") and self._use(connection, fault):
                return fault
        return None

    def remove(self, number: int | None = None) -> int:
        """Removes one fault, or all of them; returns how many there were."""
        with self.store.writing() as connection:
            if number is None:
                return connection.execute("DELETE FROM sandbox_fault WHERE vendor = ?", (self.vendor,)).rowcount
            return connection.execute(
                "DELETE FROM sandbox_fault WHERE vendor = ? AND id = ?", (self.vendor, number)
            ).rowcount

    def _parameters(self, kind: FaultKind, given: Any) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            raise FaultRefused("parameters must be an object.")
        parameters = dict(kind.parameters)
        for name, value in given.items():
            if name not in parameters:
                raise FaultRefused(f"{kind.name} has no parameter {name}. Known: {', '.join(parameters) or 'none'}.")
            default = parameters[name]
            if isinstance(default, bool):
                right = isinstance(value, bool)
            elif isinstance(default, int):
                right = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
            else:
                right = isinstance(value, type(default))
            if not right:
                raise FaultRefused(f"{name} must look like {json.dumps(default)}.")
            parameters[name] = value
        status = parameters.get("status")
        if isinstance(status, (int, float)) and status not in range(200, 600):
            raise FaultRefused("status must be a whole number from 200 to 599.")
        if parameters.get("bytes_per_second", 1) < 1:
            raise FaultRefused("bytes_per_second must be at least 1.")
        return parameters

    def _open(self, connection: sqlite3.Connection) -> list[Fault]:
        rows = connection.execute(
            "SELECT * FROM sandbox_fault WHERE vendor = ? AND times != 0 ORDER BY id", (self.vendor,)
        ).fetchall()
        return [
            Fault(
                row["id"],
                row["operation"],
                row["kind"],
                row["times"],
                row["used"],
                json.loads(row["parameters"]),
                row["key"],
            )
            for row in rows
        ]

    def _use(self, connection: sqlite3.Connection, fault: Fault) -> bool:
        return (
            connection.execute(
                "UPDATE sandbox_fault SET used = used + 1, times = CASE WHEN times > 0 THEN times - 1 ELSE times END "
                "WHERE id = ? AND times != 0",
                (fault.id,),
            ).rowcount
            == 1
        )
