"""What every noun of the fake Crosschq stands on: the store, transactions, the clock, and how it says no."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from devtools.sandbox.crosschq.schema import DDL
from devtools.sandbox.host.http import Refusal
from devtools.sandbox.host.store import Store, timestamp
from devtools.sandbox.host.webhooks import WebhookOutbox


class Refused(Refusal):
    """Crosschq says no: `{"errors": …}` (by field, or one sentence) when given, else `{"detail": …}` (§1)."""

    def __init__(self, status: int, detail: str = "", *, errors: Mapping[str, Any] | str = "") -> None:
        super().__init__(status, detail or flat(errors))
        self.body: dict[str, Any] = {"errors": errors} if errors else {"detail": detail}


class Repository:
    """`clock` gives the instant of every change, `base_url` is where links lead, `setting` a number of the tester's."""

    def __init__(
        self,
        store: Store,
        webhooks: WebhookOutbox,
        *,
        clock: Callable[[], datetime],
        base_url: Callable[[], str],
        setting: Callable[[str], Any],
    ) -> None:
        self.store = store
        self.webhooks = webhooks
        self.clock = clock
        self.base_url = base_url
        self.setting = setting
        store.ensure(DDL)

    @property
    def now(self) -> str:
        """The instant, as it is kept."""
        return timestamp(self.clock())

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; the deliverer is woken once it is committed."""
        with self.store.writing() as connection:
            yield connection
        self.webhooks.bell.set()

    def _set(self, connection: sqlite3.Connection, table: str, number: str, changes: Mapping[str, Any]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in changes)
        connection.execute(f"UPDATE crosschq_{table} SET {columns} WHERE id = :id_", {**changes, "id_": number})

    def _add(
        self, connection: sqlite3.Connection, table: str, values: Mapping[str, Any], *, or_ignore: str = ""
    ) -> None:
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        connection.execute(f"INSERT {or_ignore} INTO crosschq_{table} ({names}) VALUES ({places})", values)


def new_id() -> str:
    return str(uuid.uuid4())


def flat(errors: Any) -> str:
    """Nested errors as one sentence, for pages."""
    if isinstance(errors, Mapping):
        return " ".join(f"{name}: {flat(value)}" for name, value in errors.items())
    if isinstance(errors, (list, tuple)):
        return " ".join(flat(each) for each in errors)
    return str(errors)
