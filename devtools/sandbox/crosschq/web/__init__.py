"""Crosschq's own web pages: what candidate and references see, the report, and the settings of an organization.

Links carry their own right of way; signing in is played.
"""

from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.crosschq.web.admin import AdminPages
from devtools.sandbox.crosschq.web.locker import Locker
from devtools.sandbox.crosschq.web.report import ReportPage
from devtools.sandbox.crosschq.web.survey import Survey
from devtools.sandbox.host.router import Router


def register(router: Router, records: Records) -> None:
    """Every page of the vendor, put together."""
    for pages in (Locker(records), Survey(records), ReportPage(records), AdminPages(records)):
        pages.register(router)
