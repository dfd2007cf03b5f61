"""The mails of Spark Hire on the tester's side."""

from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.host.markup import badge, join, link, markup, table
from devtools.sandbox.spark_hire import wire
from devtools.sandbox.spark_hire.control.frame import ROOT, SHOWN, Route, shown
from devtools.sandbox.spark_hire.records import Records
from devtools.sandbox.spark_hire.web import shown_time


class MailPages:
    """Mails to candidates and to Spark Hire's users."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (("GET", "/mails", self.mails),)

    def mails(self, request: Request) -> Response:
        """`interview` (uuid) and `to` narrow the list; newest first."""
        rows = self.records.mails(interview=request.first("interview"), recipient=request.first("to"))
        if not request.wants_html():
            return json_response(
                [
                    {
                        "id": row["id"],
                        "kind": row["kind"],
                        "interview": row["interview"],
                        "company": row["company_name"],
                        "to": row["recipient"],
                        "reply_to": row["reply_to"],
                        "subject": row["subject"],
                        "body": row["body"],
                        "sent_at": wire.time(row["sent_at"]),
                    }
                    for row in rows
                ]
            )
        cells = [
            (
                shown_time(row["sent_at"]),
                row["recipient"],
                badge(row["kind"].replace("_", " "), "info"),
                markup(
                    "<details><summary>{subject}</summary><pre>{body}</pre></details>",
                    subject=row["subject"],
                    body=row["body"],
                ),
                link(f"{ROOT}/interviews/{row['interview']}", "Interview"),
            )
            for row in rows[:SHOWN]
        ]
        body = join(
            [
                markup(
                    "<p>What Spark Hire would have sent by e-mail, to candidates and to its own users. "
                    "Nothing leaves this machine.</p>"
                ),
                table(("Sent", "To", "Kind", "Mail", "About"), cells, empty="Spark Hire has sent no mail yet."),
            ]
        )
        return shown("Mails that Spark Hire would have sent", body)
