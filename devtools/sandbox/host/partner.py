"""The base of a small vendor's stand-in: one key per company, a few products, and what was asked for.

A subclass says which routes the vendor has, how its answers look and how it reports. The tester plays everybody on one
page: `/__sandbox__/<slug>/`.
"""

import base64
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response, done, html_response, json_response
from devtools.sandbox.host.pages import page
from devtools.sandbox.host.store import Store, timestamp
from recruiting.foundation import clock

DDL = """
CREATE TABLE IF NOT EXISTS partner_key (
    vendor TEXT NOT NULL, company TEXT NOT NULL, key TEXT NOT NULL UNIQUE, report_url TEXT NOT NULL DEFAULT '',
    report_key TEXT NOT NULL DEFAULT '', PRIMARY KEY (vendor, company)
);
CREATE TABLE IF NOT EXISTS partner_order (
    id TEXT PRIMARY KEY, vendor TEXT NOT NULL, key TEXT NOT NULL, product TEXT NOT NULL, name TEXT NOT NULL,
    email TEXT NOT NULL, state TEXT NOT NULL, url TEXT NOT NULL, created_at TEXT NOT NULL,
    file_url TEXT NOT NULL DEFAULT ''
);
"""
OPEN = ("sent", "started")
Handler = Callable[[Request], Response]


class PartnerSandbox(VendorSandbox):
    """Orders that are sent, started, completed or canceled."""

    products: ClassVar[Mapping[str, str]] = {"coding": "Coding basics", "writing": "Writing sample"}
    """Name by id of what can be ordered."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        store.ensure(DDL)
        root = self.control_home()
        self.control.add("GET", root, self._home)
        self.control.add("GET", f"{root}orders", lambda request: json_response([dict(row) for row in self.orders()]))
        self.control.add("POST", f"{root}orders/{{id}}/{{state}}", self._play)
        self.control.add("POST", f"{root}reset", self._start_over)
        for (method, path, operation), handler in self.calls().items():
            self.routes.add(method, f"/{self.slug}/{path}", self._guarded(handler), operation=operation)
        self.routes.add("GET", f"/{self.slug}/result/{{id}}", lambda request: html_response("<h1>Result</h1>"))

    def calls(self) -> Mapping[tuple[str, str, str], Handler]:
        """What companies with a key can call: a handler by method, path and operation."""
        raise NotImplementedError

    def report(self, connection: sqlite3.Connection, order: Mapping[str, Any]) -> None:
        """Puts word of a changed order into the webhook outbox, in the transaction that changed it; none by default."""

    def seed(
        self, *, company: str, users: Sequence[Mapping[str, Any]] = (), report_url: str = "", report_key: str = ""
    ) -> dict[str, str]:
        """Makes a company with a key, once; `report_…` is where it is told of changes. Returns {"key": …}."""
        with self.store.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO partner_key (vendor, company, key) VALUES (?, ?, ?)",
                (self.slug, company, secrets.token_hex(16)),
            )
            connection.execute(
                "UPDATE partner_key SET report_url = ?, report_key = ? WHERE vendor = ? AND company = ?",
                (report_url, report_key, self.slug, company),
            )
        return {"key": self._one("SELECT key FROM partner_key WHERE vendor = ? AND company = ?", self.slug, company)[0]}

    def order(self, request: Request, *, product: str, name: str, email: str, url: str = "", file: str = "") -> str:
        """Keeps an order of the company that the request's key belongs to; returns its id."""
        number = secrets.token_hex(8)
        made = (number, self.slug, self.credential_of(request), product, name, email, "sent", url)
        with self.store.writing() as connection:
            connection.execute(
                "INSERT INTO partner_order VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*made, timestamp(clock.now()), file)
            )
        return number

    def orders(self) -> list[sqlite3.Row]:
        """Every order, the newest first."""
        with self.store.reading() as connection:
            query = "SELECT * FROM partner_order WHERE vendor = ? ORDER BY created_at DESC, id"
            return connection.execute(query, (self.slug,)).fetchall()

    def find(self, number: str, key: str | None = None) -> sqlite3.Row | None:
        """An order, or None where there is none (under that key)."""
        row = self._one("SELECT * FROM partner_order WHERE vendor = ? AND id = ?", self.slug, number)
        return row if row is not None and key in (None, row["key"]) else None

    def move(self, number: str, state: str, *, reports: bool = True) -> bool:
        """Puts an open order into another state and reports it; False when it is not open."""
        with self.store.writing() as connection:
            moved = connection.execute(
                "UPDATE partner_order SET state = ? WHERE vendor = ? AND id = ? AND state IN ('sent', 'started')",
                (state, self.slug, number),
            ).rowcount
            if moved and reports:
                query = "SELECT o.*, k.report_url, k.report_key FROM partner_order o JOIN partner_key k USING (key)"
                self.report(connection, connection.execute(f"{query} WHERE o.id = ?", (number,)).fetchone())
        self.webhooks.bell.set()
        return bool(moved)

    def result_url(self, order: Any) -> str:
        """Where the result of an order is."""
        return f"{self.base_url}/{self.slug}/result/{order['id']}"

    def complete(self, number: str) -> None:
        """Lets the candidate complete an order."""
        self.move(number, "completed")

    def knows(self, request: Request) -> bool:
        """Whether the request's key is some company's."""
        query = "SELECT 1 FROM partner_key WHERE vendor = ? AND key = ?"
        return self._one(query, self.slug, self.credential_of(request)) is not None

    def forget(self, *, everything: bool = False) -> None:
        """Drops the orders as well; keys stay."""
        with self.store.writing() as connection:
            connection.execute("DELETE FROM partner_order WHERE vendor = ?", (self.slug,))
        super().forget()

    def _guarded(self, handler: Handler) -> Handler:
        return lambda request: handler(request) if self.knows(request) else self.error(401, "No such key.")

    # ── What the host asks ───────────────────────────────────────────────────────────────────────────────────────────
    def tick(self, now: datetime) -> None:
        """Nothing becomes due by itself."""

    def credential_of(self, request: Request) -> str:
        """The key is the user name of HTTP Basic."""
        return request.basic_user()

    def webhook_headers(self, event: str, subscription: str) -> Mapping[str, str]:
        """The key that lets a report in is the user name of HTTP Basic."""
        return {"Authorization": f"Basic {base64.b64encode(f'{subscription}:'.encode()).decode()}"}

    def error(self, status: int, reason: str) -> Response:
        """An error with a message."""
        return json_response({"message": reason}, status=status)

    def rate_limited(self, seconds: int) -> Response:
        """429 with the usual header."""
        return json_response({"message": "Slow down."}, status=429, headers={"Retry-After": str(seconds)})

    # ── The tester's page ────────────────────────────────────────────────────────────────────────────────────────────
    def _home(self, request: Request) -> Response:
        orders = [
            {**dict(row), "what": self.products.get(row["product"], row["product"])} for row in self.orders()[:200]
        ]
        root = self.control_home().removesuffix("/")
        return page(self.name, "sandbox/partner.html", banner=self.summary, root=root, orders=orders, open=OPEN)

    def _play(self, request: Request) -> Response:
        if request.params["state"] not in (*OPEN, "completed", "canceled"):
            return self.error(404, "There is no such state.")
        moved = self.move(request.params["id"], request.params["state"])
        return done(request, {"moved": moved}, back=self.control_home(), status=200 if moved else 409)

    def _start_over(self, request: Request) -> Response:
        self.forget()
        return done(request, {}, back=self.control_home())

    def _one(self, query: str, *values: Any) -> Any:
        with self.store.reading() as connection:
            return connection.execute(query, values).fetchone()
