"""The mails and text messages of Crosschq on the tester's side."""

from devtools.sandbox.crosschq import wire
from devtools.sandbox.crosschq.control.frame import CHECKS, ROOT, SHOWN, Route, shown
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.crosschq.web.frame import shown_time
from devtools.sandbox.host.http import Request, Response, json_response, redirect
from devtools.sandbox.host.markup import badge, join, link, markup, table


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
                        "sent_at": wire.time(row["sent_at"]),
                    }
                    for row in rows
                ]
            )
        cells = [
            (
                shown_time(row["sent_at"]),
                row["recipient"],
                join([badge(row["channel"], "neutral"), badge(row["kind"].replace("_", " "), "info")], separator=" "),
                markup(
                    "<details><summary>{subject}</summary><pre>{body}</pre></details>",
                    subject=row["subject"] or "Text message",
                    body=row["body"],
                ),
                link(f"{CHECKS}/{row['request']}", "Reference check"),
            )
            for row in rows[:SHOWN]
        ]
        body = join(
            [
                markup(
                    "<p>What Crosschq would have sent by e-mail and SMS, to candidates, references and owners. "
                    "Nothing leaves this machine. {mails} · {texts} · {all}</p>",
                    mails=link(f"{ROOT}/mails?channel=email", "Mails only"),
                    texts=link(f"{ROOT}/mails?channel=sms", "Text messages only"),
                    all=link(f"{ROOT}/mails", "All"),
                ),
                table(("Sent", "To", "Kind", "Message", "About"), cells, empty="Crosschq has sent nothing yet."),
            ]
        )
        return shown("Messages that Crosschq would have sent", body)
