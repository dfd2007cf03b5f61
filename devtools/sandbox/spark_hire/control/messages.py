"""What Spark Hire tells whom, on the tester's side: its mails and webhook subscriptions; deliveries are the host's."""

from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.spark_hire import serializers
from devtools.sandbox.spark_hire.control.frame import SHOWN, Route, shown
from devtools.sandbox.spark_hire.records import Records


class MessagePages:
    """Mails to candidates and to Spark Hire's users; the subscriptions of all users."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (("GET", "/mails", self.mails), ("GET", "/webhooks", self.webhooks))

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
                        "sent_at": serializers.time(row["sent_at"]),
                    }
                    for row in rows
                ]
            )
        return shown("Mails that Spark Hire would have sent", "spark_hire/mails.html", mails=rows[:SHOWN])

    def webhooks(self, request: Request) -> Response:
        rows = self.records.subscriptions()
        if not request.wants_html():
            return json_response(
                [
                    {**serializers.webhook(row), "user": row["user_email"], "company": row["company_name"]}
                    for row in rows
                ]
            )
        return shown("Spark Hire: webhook subscriptions", "spark_hire/webhooks.html", subscriptions=rows)
