"""The mails and text messages of Crosschq on the tester's side."""

from devtools.sandbox.crosschq import serializers
from devtools.sandbox.crosschq.control.frame import ROOT, SHOWN, Route, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.http import Request, Response, json_response, redirect


class MessagePages:
    """Mails and SMS to candidates, references and owners."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/mails", self.messages),
            ("GET", "/sms", self.texts),
        )

    def texts(self, request: Request) -> Response:
        return redirect(f"{ROOT}/mails?channel=sms")

    def messages(self, request: Request) -> Response:
        """`request` (id), `to`, `channel` (email, sms) and `kind` narrow the list; newest first."""
        rows = self.records.messages(
            request=request.first("request"),
            recipient=request.first("to"),
            channel=request.first("channel"),
            kind=request.first("kind"),
        )
        if not request.wants_html():
            return json_response(
                [
                    {
                        "id": row["id"],
                        "channel": row["channel"],
                        "kind": row["kind"],
                        "request": row["request"],
                        "organisation": row["organisation_name"],
                        "to": row["recipient"],
                        "subject": row["subject"],
                        "body": row["body"],
                        "sent_at": serializers.time(row["sent_at"]),
                    }
                    for row in rows
                ]
            )
        return shown("Messages that Crosschq would have sent", "crosschq/messages.html", sent=rows[:SHOWN])
