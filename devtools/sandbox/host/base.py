"""What every vendor's stand-in is to the host: a name, routes, a seed and a tick.

Nothing here knows a vendor, and a vendor's stand-in knows nothing of the product: it may use this package and the
clock, and neither the project's models nor the vendor's client.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from devtools.sandbox.host.faults import FaultBook, FaultKind
from devtools.sandbox.host.held import HeldCommits
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.requestlog import RequestLog
from devtools.sandbox.host.router import Router
from devtools.sandbox.host.store import Store
from devtools.sandbox.host.webhooks import DEFAULT_TRY_DELAYS, WebhookOutbox

SETTINGS_DDL = """
CREATE TABLE IF NOT EXISTS sandbox_setting (
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (vendor, name)
);
"""


class VendorSandbox(ABC):
    """A vendor, played on this machine.

    Subclasses fill `routes` (the vendor's API and web pages, under `/<slug>/`) and `control` (the tester's pages and
    calls, under `/__sandbox__/<slug>/`). A route with an operation name takes part in faults and in the request log.
    """

    slug: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    fault_kinds: ClassVar[Sequence[FaultKind]] = ()
    events: ClassVar[Sequence[str]] = ()
    default_settings: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, store: Store) -> None:
        self.store = store
        store.ensure(SETTINGS_DDL)
        # Where the sandbox is reached; the server sets it when it knows its port. Used in links inside answers.
        self.base_url = "http://127.0.0.1"
        self.faults = FaultBook(store, vendor=self.slug, kinds=self.fault_kinds)
        self.requests = RequestLog(store, vendor=self.slug)
        self.webhooks = WebhookOutbox(store, vendor=self.slug, faults=self.faults, try_delays=self.try_delays)
        self.held = HeldCommits()
        self.routes = Router()
        self.control = Router()

    @classmethod
    def at(cls, database: Path | str) -> Self:
        """The stand-in on a database file, without a server: for seeding from another process."""
        return cls(Store(database))

    @abstractmethod
    def seed(self, *, company: str, users: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Makes an account with users, once; returns each user's API key by email. Vendors add their own options."""

    @abstractmethod
    def tick(self, now: datetime) -> None:
        """Does what is due at `now` (an aware instant); called about twice a second, and must be cheap."""

    @abstractmethod
    def credential_of(self, request: Request) -> str:
        """The API key that the request carries, '' when none; only used to aim faults and for the log's last four."""

    @abstractmethod
    def error(self, status: int, reason: str) -> Response:
        """An error in the shape of the vendor's API."""

    @abstractmethod
    def rate_limited(self, seconds: int) -> Response:
        """The vendor's 429, with the seconds to wait where the vendor puts them."""

    def control_home(self) -> str:
        """The address of the tester's first page."""
        return f"/__sandbox__/{self.slug}/"

    def webhook_headers(self, event: str, subscription: str) -> Mapping[str, str]:
        """Headers on top of Content-Type for a delivery."""
        return {"User-Agent": f"{self.slug}-sandbox"}

    def webhook_method(self, subscription: str) -> str:
        """How a delivery is sent; some vendors let their customer choose PUT."""
        return "POST"

    def webhook_wanted(self, subscription: str) -> bool:
        """False when the subscription has gone since the event was put into the outbox."""
        return True

    def forget(self, *, everything: bool = False) -> None:
        """Drops faults, request log and deliveries; a vendor also what was asked of it, and its accounts on demand."""
        self.faults.remove()
        self.requests.clear()
        self.webhooks.clear()

    # Settings a tester may change while the sandbox runs.

    def setting(self, name: str) -> Any:
        return self.settings()[name]

    def settings(self) -> dict[str, Any]:
        with self.store.reading() as connection:
            rows = connection.execute(
                "SELECT name, value FROM sandbox_setting WHERE vendor = ?", (self.slug,)
            ).fetchall()
        known = {"webhook_try_delays": list(DEFAULT_TRY_DELAYS), **self.default_settings}
        return {**known, **{row["name"]: json.loads(row["value"]) for row in rows if row["name"] in known}}

    def change_settings(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Raises ValueError, with a sentence, for an unknown name or a value of another kind than the default."""
        known = self.settings()
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"Unknown setting {name}. Known: {', '.join(known)}.")
            numbers = value if isinstance(value, list) else [value]
            if (
                isinstance(value, list) is not isinstance(known[name], list)
                or not numbers
                or not all(
                    isinstance(number, (int, float)) and not isinstance(number, bool) and number >= 0
                    for number in numbers
                )
            ):
                raise ValueError(f"{name} must look like {json.dumps(known[name])}.")
        with self.store.writing() as connection:
            for name, value in values.items():
                connection.execute(
                    "INSERT INTO sandbox_setting (vendor, name, value) VALUES (?, ?, ?) "
                    "ON CONFLICT (vendor, name) DO UPDATE SET value = excluded.value",
                    (self.slug, name, json.dumps(value)),
                )
        return self.settings()

    def try_delays(self) -> tuple[float, ...]:
        """Seconds before each try of a webhook; as many tries as there are entries."""
        return tuple(float(seconds) for seconds in self.setting("webhook_try_delays"))
