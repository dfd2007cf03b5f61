"""Crosschq's own web pages: what candidate and references see, the report, and the settings of an organisation.

Links carry their own right of way; signing in is played.
"""

from integrations.crosschq.sandbox.records import Records
from integrations.crosschq.sandbox.web.admin import AdminPages
from integrations.crosschq.sandbox.web.locker import Locker
from integrations.crosschq.sandbox.web.report import ReportPage
from integrations.crosschq.sandbox.web.survey import Survey
from integrations.sandbox.router import Router

__all__ = ["Web"]


class Web:
    """Every page of the vendor, put together."""

    def __init__(self, records: Records) -> None:
        self.pages = (Locker(records), Survey(records), ReportPage(records), AdminPages(records))

    def register(self, router: Router) -> None:
        for pages in self.pages:
            pages.register(router)
