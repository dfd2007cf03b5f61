"""The tester's pages and calls for Crosschq, a module per noun.

All of it lies under `/__sandbox__/crosschq/`, off the API's prefix, so that nothing in a client can depend on it. Each
address answers a page to a browser and JSON to everything else. Faults, deliveries, the log of calls and settings are
the host's (`devtools.sandbox.host.levers`).
"""

from devtools.sandbox.crosschq.control.checks import CheckPages
from devtools.sandbox.crosschq.control.frame import ROOT, Handler
from devtools.sandbox.crosschq.control.home import HomePages
from devtools.sandbox.crosschq.control.messages import MessagePages
from devtools.sandbox.crosschq.control.organisations import OrganisationPages
from devtools.sandbox.crosschq.control.webhooks import WebhookPages
from devtools.sandbox.crosschq.records import Records, Refused
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.levers import control_error
from devtools.sandbox.host.router import Router

__all__ = ["Control"]


class Control:
    """Every page of the tester's side, put together."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.pages = (
            HomePages(vendor, records),
            CheckPages(records),
            OrganisationPages(records),
            WebhookPages(records),
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
            return control_error(request, refusal.status, str(refusal))

    return guarded
