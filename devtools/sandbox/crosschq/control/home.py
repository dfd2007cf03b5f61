"""The tester's first page for Crosschq; starting over."""

from devtools.sandbox.crosschq.control.frame import ROOT, SHOWN, TRAIL, Route, shown
from devtools.sandbox.crosschq.records import OPEN, Records
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response, done


class HomePages:
    """Where a tester begins."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.vendor = vendor
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (("GET", "/", self.home), ("POST", "/reset", self.reset))

    def home(self, request: Request) -> Response:
        self.records.do_what_is_due()
        checks = self.records.requests(limit=SHOWN)
        return shown("Crosschq: reference checks", "crosschq/home.html", trail=TRAIL[:1], checks=checks, open=OPEN)

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the organizations as well."""
        self.records.clear(everything=bool(request.data().get("everything")))
        self.vendor.forget()
        return done(request, {"reset": True}, back=f"{ROOT}/")
