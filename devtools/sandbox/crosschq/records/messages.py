"""The mails and text messages that Crosschq would have sent (crosschq.md §3.1); nothing leaves this machine."""

import sqlite3

from devtools.sandbox.crosschq.records.repository import Repository


class Messages(Repository):
    """Mails and SMS to candidates, references and owners."""

    def messages(
        self, *, request: str = "", recipient: str = "", channel: str = "", kind: str = ""
    ) -> list[sqlite3.Row]:
        """Newest first."""
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT message.*, organisation.name AS organisation_name FROM crosschq_message message "
                "JOIN crosschq_organisation organisation ON organisation.id = message.organisation "
                "WHERE :request IN ('', message.request) AND :recipient IN ('', message.recipient) "
                "AND :channel IN ('', message.channel) AND :kind IN ('', message.kind) ORDER BY message.id DESC",
                {"request": request, "recipient": recipient, "channel": channel, "kind": kind},
            ).fetchall()

    def _message_candidate(self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, subject: str) -> None:
        own = row["email_message"] or row["candidate_message"]
        lines = [
            f"Hello {row['first_name']},",
            f"{row['organisation_name']} asks for your references for {row['job_position']}. {subject}.",
            own if kind == "invitation" else "",
        ]
        if kind != "cancelled":
            lines.append(f"Your locker: {self._locker(row)}")
        self._mail(connection, row, kind, row["email"], subject, lines)
        if kind == "cancelled":
            return
        text = row["sms_message"] if kind == "invitation" and row["sms_message"] else f"{subject}."
        self._text(connection, row, kind, row["mobile_phone"], f"{text} {self._locker(row)}")

    def _message_reference(
        self, connection: sqlite3.Connection, row: sqlite3.Row, reference: sqlite3.Row, kind: str
    ) -> None:
        subject = f"{row['first_name']} {row['last_name']} names you as a reference"
        address = f"{self.base_url()}/crosschq/survey/{reference['token']}/"
        lines = [
            f"Hello {reference['first_name']},",
            f"{subject} for {row['job_position']} at {row['organisation_name']}.",
            f"The survey: {address}",
        ]
        self._mail(connection, row, kind, reference["email"], subject, lines)
        self._text(connection, row, kind, reference["mobile_phone"], f"{subject}. {address}")

    def _message_owner(self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, subject: str) -> None:
        lines = [f"{subject}: {row['first_name']} {row['last_name']}, {row['job_position']}."]
        if row["progress"] == 100:
            lines.append(f"The report: {self.base_url()}/crosschq/report/{row['report']}/")
        self._mail(connection, row, kind, row["requestor_email"], subject, lines)

    def _locker(self, row: sqlite3.Row) -> str:
        return f"{self.base_url()}/crosschq/locker/{row['locker']}/"

    def _mail(
        self,
        connection: sqlite3.Connection,
        row: sqlite3.Row,
        kind: str,
        recipient: str,
        subject: str,
        lines: list[str],
    ) -> None:
        body = "\n\n".join([*filter(None, lines), "Crosschq"])
        self._keep(connection, row, channel="email", kind=kind, recipient=recipient, subject=subject, body=body)

    def _text(self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, recipient: str, body: str) -> None:
        """A text message, where the request allows them and there is a number."""
        if row["use_sms"] and recipient:
            self._keep(connection, row, channel="sms", kind=kind, recipient=recipient, subject="", body=body)

    def _keep(self, connection: sqlite3.Connection, row: sqlite3.Row, **values: str) -> None:
        owned = {"organisation": row["organisation"], "request": row["id"], "sent_at": self.now}
        self._add(connection, "message", {**owned, **values})
