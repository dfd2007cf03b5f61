"""The tester's pages and calls for Spark Hire, a module per noun.

All of it lies under `/__sandbox__/spark-hire/`, off the API's prefix, so that nothing in a client can depend on it.
Each address answers a page to a browser and JSON to everything else. Faults, deliveries, the request log and settings
are the host's (`integrations.sandbox.levers`).
"""

from integrations.sandbox.base import VendorSandbox
from integrations.sandbox.http import Request, Response
from integrations.sandbox.levers import control_error
from integrations.sandbox.router import Router
from integrations.spark_hire.sandbox.control.accounts import AccountPages
from integrations.spark_hire.sandbox.control.frame import ROOT, Handler
from integrations.spark_hire.sandbox.control.home import HomePages
from integrations.spark_hire.sandbox.control.interviews import InterviewPages
from integrations.spark_hire.sandbox.control.jobs import JobPages
from integrations.spark_hire.sandbox.control.mails import MailPages
from integrations.spark_hire.sandbox.control.subscriptions import SubscriptionPages
from integrations.spark_hire.sandbox.records import Records, Refused

__all__ = ["Control"]


class Control:
    """Every page of the tester's side, put together."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.pages = (
            HomePages(vendor, records),
            InterviewPages(records),
            AccountPages(records),
            JobPages(records),
            SubscriptionPages(records),
            MailPages(records),
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
