"""Webhook subscriptions on the tester's side; deliveries are the host's."""

from devtools.sandbox.host.http import Request, Response, json_response
from devtools.sandbox.host.markup import join, link, markup, table
from devtools.sandbox.spark_hire import wire
from devtools.sandbox.spark_hire.control.frame import ROOT, Route, shown
from devtools.sandbox.spark_hire.records import Records


class SubscriptionPages:
    """The subscriptions of all users."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (("GET", "/webhooks", self.webhooks),)

    def webhooks(self, request: Request) -> Response:
        rows = self.records.subscriptions()
        if not request.wants_html():
            return json_response(
                [{**wire.webhook(row), "user": row["user_email"], "company": row["company_name"]} for row in rows]
            )
        heads = ("Event", "To", "Under the key of", "Account")
        cells = [
            (
                row["event"],
                markup("<code>{url}</code>", url=row["url"]),
                row["user_email"],
                row["company_name"],
            )
            for row in rows
        ]
        body = join(
            [
                table(heads, cells, empty="Nobody has subscribed to anything yet."),
                markup("<p>{link}</p>", link=link(f"{ROOT}/webhooks/deliveries", "Deliveries")),
            ]
        )
        return shown("Spark Hire: webhook subscriptions", body)
