"""Webhooks: what an organization is told, and what a tester sends it again.

The body names no event (crosschq.md §2.3); the names here exist for the controls and for the list of deliveries alone.
"""

import sqlite3
from collections.abc import Sequence

from devtools.sandbox.crosschq import serializers
from devtools.sandbox.crosschq.records.repository import Refused
from devtools.sandbox.crosschq.records.requests import Requests

EVENTS = ("created", "progress", "status", "completed")


class Events(Requests):
    """Puts the request itself into the outbox, inside the transaction that changed it."""

    def webhook_of(self, organization: str) -> sqlite3.Row | None:
        """The organization whose webhook it is, None when it has no address any more."""
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(
                "SELECT * FROM crosschq_organisation WHERE id = ? AND webhook_url != ''", (organization,)
            ).fetchone()
        return row

    def send_again(self, organization: str, *, request: str = "", copies: int = 1) -> int:
        """The last body once more, or more often; of one request or of any."""
        newest = self._sent(organization, request, least=1)[0]
        return self._send(organization, [newest] * copies)

    def send_reordered(self, organization: str, *, request: str = "") -> int:
        """The last body and then the one ahead of it: news followed by what is no longer true."""
        return self._send(organization, self._sent(organization, request, least=2)[:2])

    def _sent(self, organization: str, request: str, *, least: int) -> list[tuple[str, str]]:
        """(event, body) of what was put out, newest first."""
        found = [
            (row["event"], row["body"])
            for row in self.webhooks.latest()
            if row["account"] == organization and (not request or f'"{request}"' in row["body"])
        ]
        if len(found) < least:
            raise Refused(409, f"There have to be {least} webhooks to send again; there are {len(found)}.")
        return found

    def _send(self, organization: str, bodies: Sequence[tuple[str, str]]) -> int:
        row = self.webhook_of(organization)
        if row is None:
            raise Refused(409, "This organisation has no webhook address.")
        with self.changing() as connection:
            for event, body in bodies:
                self._put(connection, row, event, body)
        return len(bodies)

    def _emit(self, connection: sqlite3.Connection, event: str, row: sqlite3.Row) -> None:
        organization = connection.execute(
            "SELECT * FROM crosschq_organisation WHERE id = ? AND webhook_url != ''", (row["organisation"],)
        ).fetchone()
        if organization is not None:
            body = serializers.webhook(row, self._references(connection, row["id"]), links=self.links(row))
            self._put(connection, organization, event, serializers.dumps(body))

    def _put(self, connection: sqlite3.Connection, organization: sqlite3.Row, event: str, body: str) -> None:
        self.webhooks.put(
            connection,
            account=organization["id"],
            subscription=organization["id"],
            event=event,
            url=organization["webhook_url"],
            body=body,
        )
