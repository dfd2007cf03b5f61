"""What every noun of the fake Spark Hire stands on: the store, transactions, the clock, and how it says no."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from devtools.sandbox.host.http import Refusal
from devtools.sandbox.host.store import Store
from devtools.sandbox.host.webhooks import WebhookOutbox
from devtools.sandbox.spark_hire.schema import DDL


class Refused(Refusal):
    """Spark Hire says no: `status` and `reason` as its API would answer."""


class Repository:
    """`clock` gives the instant of every change; `base_url` is where links in mails lead."""

    def __init__(
        self, store: Store, webhooks: WebhookOutbox, *, clock: Callable[[], datetime], base_url: Callable[[], str]
    ) -> None:
        self.store = store
        self.webhooks = webhooks
        self.clock = clock
        self.base_url = base_url
        store.ensure(DDL)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; the deliverer is woken once it is committed."""
        with self.store.writing() as connection:
            yield connection
        self.webhooks.bell.set()

    def _set(self, connection: sqlite3.Connection, table: str, number: str, changes: Mapping[str, Any]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in changes)
        connection.execute(f"UPDATE {table} SET {columns} WHERE uuid = :uuid_", {**changes, "uuid_": number})


def new_uuid() -> str:
    """As Spark Hire numbers everything, and writes its keys."""
    return str(uuid.uuid4())


def named(values: dict[str, Any], name: str, wanted: Sequence[str]) -> str:
    """Placeholders for an IN list; puts their values into `values`."""
    names = [f"{name}_{number}" for number in range(len(wanted))]
    values.update(zip(names, wanted, strict=True))
    return ", ".join(f":{each}" for each in names)
