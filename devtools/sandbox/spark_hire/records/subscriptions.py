"""Webhook subscriptions (spark-hire.md §2.6). What is sent to them is in `events`."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from devtools.sandbox.host.store import timestamp
from devtools.sandbox.spark_hire.records.repository import Refused, Repository, new_uuid
from devtools.sandbox.spark_hire.records.sight import User


class Subscriptions(Repository):
    """Subscriptions, each under one user's key."""

    def subscriptions(self, *, user: str = "") -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT webhook.*, user.email AS user_email, company.name AS company_name "
                "FROM spark_hire_webhook webhook JOIN spark_hire_user user ON user.uuid = webhook.user "
                "JOIN spark_hire_company company ON company.uuid = webhook.company "
                "WHERE :user IN ('', webhook.user) ORDER BY webhook.rowid",
                {"user": user},
            ).fetchall()

    def subscribe(
        self, user: User, *, event: str, url: str, jobs: Sequence[str], create_share_link: bool
    ) -> sqlite3.Row:
        number = new_uuid()
        with self.changing() as connection:
            connection.execute(
                "INSERT INTO spark_hire_webhook (uuid, company, user, event, url, jobs, create_share_link, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(number, user.company, user.uuid, event, url, json.dumps(list(jobs))),
                    *(int(create_share_link), timestamp(self.clock())),
                ),
            )
            row: sqlite3.Row = connection.execute(
                "SELECT * FROM spark_hire_webhook WHERE uuid = ?", (number,)
            ).fetchone()
        return row

    def unsubscribe(self, user: User, number: str) -> None:
        """Only one's own: a subscription lives under one user's key (§2.6)."""
        with self.changing() as connection:
            gone = connection.execute(
                "DELETE FROM spark_hire_webhook WHERE uuid = ? AND user = ?", (number, user.uuid)
            ).rowcount
        if not gone:
            raise Refused(404, "Webhook not found.")

    def subscription_works(self, number: str) -> bool:
        """§7, 21: deliveries stop when the user is disabled or has no key."""
        with self.store.reading() as connection:
            return (
                connection.execute(
                    "SELECT 1 FROM spark_hire_webhook webhook JOIN spark_hire_user user ON user.uuid = webhook.user "
                    "JOIN spark_hire_key key ON key.user = user.uuid WHERE webhook.uuid = ? AND user.disabled = 0",
                    (number,),
                ).fetchone()
                is not None
            )

    def replay(self, user: User, event: str) -> list[Any]:
        """Delivers the account's last payload of an event again, to the user's own subscriptions; returns it."""
        body = self.webhooks.last_body(account=user.company, event=event)
        if body is None:
            return []
        with self.changing() as connection:
            rows = connection.execute(
                "SELECT uuid, url FROM spark_hire_webhook WHERE user = ? AND event = ?", (user.uuid, event)
            ).fetchall()
            for row in rows:
                self.webhooks.put(
                    connection, account=user.company, subscription=row["uuid"], event=event, url=row["url"], body=body
                )
        return [json.loads(body)]
