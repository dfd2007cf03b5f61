"""The web report, the same at every visit. At Crosschq it may need a login; here the link is enough."""

from devtools.sandbox.crosschq.records import PDF_KINDS, Records, Refused
from devtools.sandbox.crosschq.report import written
from devtools.sandbox.crosschq.web.frame import answered, guarded
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.router import Router


class ReportPage:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        router.add("GET", "/crosschq/report/{token}/", guarded(self.report))

    def report(self, request: Request) -> Response:
        row = self.records.request_of_report(request.params["token"])
        if row["progress"] < 100:
            raise Refused(404, "There is no report yet.")
        report = written(row, self.records.references(row["id"]))
        files = [
            (self.records.pdf_url(row, kind).removeprefix(self.records.base_url()), f"{kind.capitalize()} (PDF)")
            for kind in PDF_KINDS
            if row["pdf"]
        ]
        return answered(report.title, "crosschq/report.html", report=report, files=files)
