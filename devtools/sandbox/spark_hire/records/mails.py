"""The mails that Spark Hire would have sent (spark-hire.md §4); nothing leaves this machine."""

import sqlite3
from zoneinfo import ZoneInfo

from devtools.sandbox.host.store import instant_of, timestamp
from devtools.sandbox.spark_hire.records.repository import Repository

# §4: candidates' replies go to Spark Hire, not to the recruiter.
SUPPORT = "support@spark-hire.invalid"


class Mails(Repository):
    """Mails to candidates and to Spark Hire's users."""

    def mails(self, *, interview: str = "", recipient: str = "") -> list[sqlite3.Row]:
        """The mails that Spark Hire would have sent, newest first."""
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT mail.*, company.name AS company_name FROM spark_hire_mail mail "
                "JOIN spark_hire_company company ON company.uuid = mail.company "
                "WHERE :interview IN ('', mail.interview) AND :recipient IN ('', mail.recipient) ORDER BY mail.id DESC",
                {"interview": interview, "recipient": recipient},
            ).fetchall()

    def _mail_candidate(self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, subject: str) -> None:
        lines = [f"Hello {row['name']},", ""]
        if kind == "canceled":
            lines.append(f"{row['company_name']} has canceled your video interview for {row['job_title']}.")
        else:
            lines += [
                f"{row['company_name']} would like to see you in a one-way video interview for {row['job_title']}.",
                "",
                *([row["email_message"], ""] if row["email_message"] else []),
                f"Deadline: {deadline_text(row)}",
                f"Your link: {self.base_url()}/spark-hire/invitation/{row['token']}",
            ]
        lines += ["", "Spark Hire"]
        self._mail(connection, row, kind, row["email"], subject, "\n".join(lines))

    def _mail_recruiters(
        self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, subject: str, *, extra: str = ""
    ) -> None:
        """§4: to the creator of the interview and the job's manager, while they are enabled."""
        people = connection.execute(
            "SELECT email FROM spark_hire_user WHERE uuid IN (?, ?) AND disabled = 0 ORDER BY rowid",
            (row["created_by"], row["job_created_by"]),
        ).fetchall()
        body = "\n".join(
            [
                f"{subject} for {row['job_title']}.",
                *(["", extra] if extra else []),
                "",
                f"Watch or review: {self.base_url()}/spark-hire/company/interviews/{row['uuid']}/watch",
            ]
        )
        for person in people:
            self._mail(connection, row, kind, person["email"], subject, body)

    def _mail(
        self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str, recipient: str, subject: str, body: str
    ) -> None:
        connection.execute(
            "INSERT INTO spark_hire_mail (company, interview, kind, recipient, reply_to, subject, body, sent_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row["company"], row["uuid"], kind, recipient, SUPPORT),
                *(subject, body, timestamp(self.clock())),
            ),
        )


def deadline_text(row: sqlite3.Row) -> str:
    """The deadline as a candidate reads it: in the interview's own time zone, else in UTC (§2.4)."""
    zone = row["timezone"] or "UTC"
    return f"{instant_of(row['scheduled_at']).astimezone(ZoneInfo(zone)):%A, %B %d, %Y at %I:%M %p} ({zone})"
