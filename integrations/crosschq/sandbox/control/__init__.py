"""The tester's pages and calls for Crosschq, a module per noun.

All of it lies under `/__sandbox__/crosschq/`, off the API's prefix, so that nothing in a client can depend on it. Each
address answers a page to a browser and JSON to everything else. Faults, deliveries, the log of calls and settings are
the host's (`integrations.sandbox.levers`).
"""

from integrations.crosschq.sandbox.control.checks import CheckPages
from integrations.crosschq.sandbox.control.frame import ROOT, Handler
from integrations.crosschq.sandbox.control.home import HomePages
from integrations.crosschq.sandbox.control.messages import MessagePages
from integrations.crosschq.sandbox.control.organisations import OrganisationPages
from integrations.crosschq.sandbox.control.webhooks import WebhookPages
from integrations.crosschq.sandbox.records import Records, Refused
from integrations.sandbox.base import VendorSandbox
from integrations.sandbox.http import Request, Response
from integrations.sandbox.levers import control_error
from integrations.sandbox.router import Router

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
