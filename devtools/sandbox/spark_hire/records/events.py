"""What webhook subscribers are told: which events there are, who hears of one, and with what body."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.spark_hire import serializers
from devtools.sandbox.spark_hire.records.share_links import ShareLinks
from devtools.sandbox.spark_hire.records.sight import VISIBLE_JOB

INTERVIEW_EVENTS = (
    "InterviewCreated",
    "InterviewAccepted",
    "InterviewCompleted",
    "InterviewDeleted",
    "InterviewExpired",
    "InterviewRescheduled",
    "InterviewReset",
    "InterviewRated",
)
JOB_EVENTS = ("JobCreated", "JobUpdated", "JobDeleted")
EVENTS = (*INTERVIEW_EVENTS, *JOB_EVENTS)


class Events(ShareLinks):
    """Puts events into the outbox, inside the transaction that causes them."""

    def job_shape(self, row: sqlite3.Row) -> dict[str, Any]:
        return serializers.job(row, base_url=self.base_url())

    def _emit_interview(self, connection: sqlite3.Connection, event: str, row: sqlite3.Row) -> None:
        for subscription in self._subscribers(connection, event, row["job"], row["uuid"]):
            shown = row
            extra = {}
            if subscription["create_share_link"]:
                extra = {"create_share_link": True}
                if event == "InterviewCompleted" and not row["share_uuid"]:
                    self._new_share_link(connection, row["uuid"], subscription["user"])
                    shown = row = self._interview(connection, row["uuid"], None)
            questions = self._questions(connection, [row["uuid"]]).get(row["uuid"], [])
            body = {**serializers.interview(shown, questions, base_url=self.base_url()), **extra}
            self._put(connection, subscription, body)

    def _emit_job(self, connection: sqlite3.Connection, event: str, row: sqlite3.Row) -> None:
        for subscription in self._subscribers(connection, event, row["uuid"], ""):
            self._put(connection, subscription, self.job_shape(row))

    def _subscribers(self, connection: sqlite3.Connection, event: str, job: str, interview: str) -> list[sqlite3.Row]:
        """Subscriptions of users who see the thing and whose key works; a `jobs` filter narrows them."""
        sight = f"""EXISTS (SELECT 1 FROM spark_hire_job job WHERE job.uuid = :job AND {VISIBLE_JOB})
            OR EXISTS (SELECT 1 FROM spark_hire_interview interview
                WHERE interview.uuid = :interview AND interview.created_by = :user)"""
        rows = connection.execute(
            "SELECT webhook.*, user.role FROM spark_hire_webhook webhook "
            "JOIN spark_hire_user user ON user.uuid = webhook.user JOIN spark_hire_key key ON key.user = user.uuid "
            "JOIN spark_hire_job own ON own.uuid = ? AND own.company = webhook.company "
            "WHERE webhook.event = ? AND user.disabled = 0 ORDER BY webhook.rowid",
            (job, event),
        ).fetchall()
        return [
            row
            for row in rows
            if (not json.loads(row["jobs"]) or job in json.loads(row["jobs"]))
            and connection.execute(
                f"SELECT {sight}",
                {
                    "company": row["company"],
                    "role": row["role"],
                    "user": row["user"],
                    "job": job,
                    "interview": interview,
                },
            ).fetchone()[0]
        ]

    def _put(self, connection: sqlite3.Connection, subscription: sqlite3.Row, body: Mapping[str, Any]) -> None:
        self.webhooks.put(
            connection,
            account=subscription["company"],
            subscription=subscription["uuid"],
            event=subscription["event"],
            url=subscription["url"],
            body=json.dumps(body, ensure_ascii=False),
        )
