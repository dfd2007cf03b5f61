"""The tester's first page for Spark Hire; starting over."""

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response, done
from devtools.sandbox.spark_hire.control.frame import ROOT, SHOWN, TRAIL, Route, shown
from devtools.sandbox.spark_hire.records import Records, deadline_text


class HomePages:
    """Where a tester begins."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.vendor = vendor
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (("GET", "/", self.home), ("POST", "/reset", self.reset))

    def home(self, request: Request) -> Response:
        self.records.expire_due(request.now)
        rows = self.records.interviews(None, deleted=True)[:SHOWN]
        interviews = [(row, deadline_text(row)) for row in rows]
        return shown("Spark Hire: interviews", "spark_hire/home.html", trail=TRAIL[:1], interviews=interviews)

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the accounts as well."""
        self.records.clear(everything=bool(request.data().get("everything")))
        self.vendor.forget()
        return done(request, {"reset": True}, back=f"{ROOT}/")
