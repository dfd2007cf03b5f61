"""The tester's pages and calls for Crosschq, a module per noun.

All of it lies under `/__sandbox__/crosschq/`, off the API's prefix, so that nothing in a client can depend on it. Each
address answers a page to a browser and JSON to everything else. Faults, deliveries, the log of calls and settings are
the host's (`devtools.sandbox.host.controls`).
"""

from devtools.sandbox.crosschq.control.checks import CheckPages
from devtools.sandbox.crosschq.control.frame import ROOT
from devtools.sandbox.crosschq.control.messages import MessagePages
from devtools.sandbox.crosschq.control.organizations import OrganizationPages
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.host.router import Router


def register(router: Router, records: Records) -> None:
    """Every page of the tester's side, put together."""
    for pages in (CheckPages(records), OrganizationPages(records), MessagePages(records)):
        for method, path, handler in pages.routes():
            router.add(method, ROOT + path, handler)
