"""The tester's pages and calls for Spark Hire, a module per noun.

All of it lies under `/__sandbox__/spark-hire/`, off the API's prefix, so that nothing in a client can depend on it.
Each address answers a page to a browser and JSON to everything else. Faults, deliveries, the request log and settings
are the host's (`devtools.sandbox.host.controls`).
"""

from devtools.sandbox.host.router import Router
from devtools.sandbox.spark_hire.control.accounts import AccountPages
from devtools.sandbox.spark_hire.control.frame import ROOT
from devtools.sandbox.spark_hire.control.interviews import InterviewPages
from devtools.sandbox.spark_hire.control.messages import MessagePages
from devtools.sandbox.spark_hire.records import Records


def register(router: Router, records: Records) -> None:
    """Every page of the tester's side, put together."""
    for pages in (InterviewPages(records), AccountPages(records), MessagePages(records)):
        for method, path, handler in pages.routes():
            router.add(method, ROOT + path, handler)
