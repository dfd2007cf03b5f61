"""The tester's first page for Spark Hire; making accounts, and starting over."""

import sqlite3

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response
from devtools.sandbox.spark_hire.control.frame import ROOT, SHOWN, TRAIL, Route, shown
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
        interviews = [(row, deadline_text(row)) for row in rows]
        return shown("Spark Hire: interviews", "spark_hire/home.html", trail=TRAIL[:1], interviews=interviews)

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
        return done(request, {"reset": True}, back=f"{ROOT}/")
