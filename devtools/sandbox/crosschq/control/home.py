"""The tester's first page for Crosschq; making organizations, and starting over."""

import sqlite3

from devtools.sandbox.crosschq.control.frame import ROOT, SHOWN, TRAIL, Route, shown
from devtools.sandbox.crosschq.records import OPEN, Records
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response


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
        self.records.do_what_is_due()
        checks = self.records.requests(limit=SHOWN)
        return shown("Crosschq: reference checks", "crosschq/home.html", trail=TRAIL[:1], checks=checks, open=OPEN)

    def seed(self, request: Request) -> Response:
        """The arguments of `CrosschqSandbox.seed` as JSON; answers key and organization."""
        try:
            return json_response(self.vendor.seed(**request.data()), status=201)
        except (TypeError, KeyError, ValueError, sqlite3.IntegrityError) as error:
            raise BadRequest("The seed cannot be read; docs/sandbox.md shows one.") from error

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the organizations as well."""
        self.records.clear(everything=bool(request.data().get("everything")))
        self.vendor.faults.remove()
        self.vendor.requests.clear()
        self.vendor.webhooks.clear()
        return done(request, {"reset": True}, back=f"{ROOT}/")
