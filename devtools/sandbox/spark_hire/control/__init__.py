"""The tester's pages and calls for Spark Hire, a module per noun.

All of it lies under `/__sandbox__/spark-hire/`, off the API's prefix, so that nothing in a client can depend on it.
Each address answers a page to a browser and JSON to everything else. Faults, deliveries, the request log and settings
are the host's (`devtools.sandbox.host.levers`).
"""

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.levers import control_error
from devtools.sandbox.host.router import Router
from devtools.sandbox.spark_hire.control.accounts import AccountPages
from devtools.sandbox.spark_hire.control.frame import ROOT, Handler
from devtools.sandbox.spark_hire.control.home import HomePages
from devtools.sandbox.spark_hire.control.interviews import InterviewPages
from devtools.sandbox.spark_hire.control.messages import MessagePages
from devtools.sandbox.spark_hire.records import Records, Refused

__all__ = ["Control"]


class Control:
    """Every page of the tester's side, put together."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.pages = (
            HomePages(vendor, records),
            InterviewPages(records),
            AccountPages(records),
            MessagePages(records),
        )

    def register(self, router: Router) -> None:
        for pages in self.pages:
            for method, path, handler in pages.routes():
                router.add(method, ROOT + path, _guarded(handler))


def _guarded(handler: Handler) -> Handler:
    def guarded(request: Request) -> Response:
        try:
            return handler(request)
        except Refused as refusal:
            return control_error(request, refusal.status, refusal.reason)

    return guarded
