"""The tester's first page for Spark Hire; making accounts, and starting over."""

import sqlite3

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import BadRequest, Request, Response, json_response, redirect
from devtools.sandbox.host.markup import button, join, link, markup, table
from devtools.sandbox.spark_hire.control.frame import ROOT, SHOWN, TRAIL, Route, shown
from devtools.sandbox.spark_hire.control.interviews import state
from devtools.sandbox.spark_hire.records import Records, deadline_text


class HomePages:
    """Where a tester begins."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.vendor = vendor
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/", self.home),
            ("POST", "/seed", self.seed),
            ("POST", "/reset", self.reset),
        )

    def home(self, request: Request) -> Response:
        self.records.expire_due(request.now)
        rows = self.records.interviews(None, deleted=True)[:SHOWN]
        links = (
            ("accounts", "Accounts: users, keys and jobs"),
            ("mails", "Mails that Spark Hire would have sent"),
            ("webhooks", "Webhook subscriptions"),
            ("webhooks/deliveries", "Webhook deliveries"),
            ("faults", "Faults"),
            ("requests", "Request log"),
            ("settings", "Settings"),
        )
        body = markup(
            '<p class="lead">Choose an interview and play the candidate, or a Spark Hire user who rates, extends, '
            "cancels or deletes it.</p>{rows}<section><h2>More</h2><ul>{links}<li>{sets}</li></ul></section>"
            "<section><h2>Start over</h2><p>Forgets interviews, mails, webhook subscriptions, deliveries, faults and "
            "the request log. Accounts, keys, jobs and question sets stay.</p>{reset}</section>",
            rows=table(
                ("Candidate", "Job", "State", "Deadline", "Invited by", "Play"),
                [
                    (
                        markup("<strong>{name}</strong><br>{email}", name=row["name"], email=row["email"]),
                        markup(
                            '{job}<br><span class="quiet">{company}</span>',
                            job=row["job_title"],
                            company=row["company_name"],
                        ),
                        state(row),
                        deadline_text(row),
                        row["creator_email"],
                        join(
                            [
                                link(f"/spark-hire/invitation/{row['token']}", "The candidate"),
                                link(f"{ROOT}/interviews/{row['uuid']}", "Spark Hire's users"),
                            ],
                            separator=" · ",
                        ),
                    )
                    for row in rows
                ],
                empty="Nobody has been invited yet. Send a video interview request in Throughline.",
            ),
            links=[markup("<li>{link}</li>", link=link(f"{ROOT}/{path}", text)) for path, text in links],
            sets=link("/spark-hire/company/question_sets", "Question sets"),
            reset=button(f"{ROOT}/reset", "Start over", tone="danger"),
        )
        return shown("Spark Hire: interviews", body, trail=TRAIL[:1])

    def seed(self, request: Request) -> Response:
        """The arguments of `SparkHireSandbox.seed` as JSON; answers the keys by email."""
        try:
            return json_response(self.vendor.seed(**request.data()), status=201)
        except (TypeError, KeyError, ValueError, sqlite3.IntegrityError) as error:
            raise BadRequest("The seed cannot be read; docs/sandbox.md shows one.") from error

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the accounts as well."""
        self.records.clear(everything=bool(request.data().get("everything")))
        self.vendor.faults.remove()
        self.vendor.requests.clear()
        self.vendor.webhooks.clear()
        return redirect(f"{ROOT}/") if request.wants_html() else json_response({"reset": True})
