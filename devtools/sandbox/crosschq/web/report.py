"""The web report, the same at every visit. At Crosschq it may need a login; here the link is enough."""

from devtools.sandbox.crosschq.records import PDF_KINDS, Records, Refused
from devtools.sandbox.crosschq.report import written
from devtools.sandbox.crosschq.web.frame import answered, guarded
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.markup import join, link, markup
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
            link(self.records.pdf_url(row, kind).removeprefix(self.records.base_url()), f"{kind.capitalize()} (PDF)")
            for kind in PDF_KINDS
            if row["pdf"]
        ]
        body = markup(
            "<section><dl>{facts}</dl><p>{files}</p></section><section><h2>Average ratings</h2><dl>{ratings}</dl>"
            "</section>{answers}",
            facts=[markup("<dt>{name}</dt><dd>{value}</dd>", name=name, value=value) for name, value in report.facts],
            files=join(files, separator=" · ") if files else "This organization does not make PDFs.",
            ratings=_ratings(report.ratings),
            answers=[
                markup(
                    '<section><h2>{name} <span class="quiet">{relationship}</span></h2><p>{state}</p>'
                    "<dl>{ratings}</dl><p>{comment}</p></section>",
                    name=each.name,
                    relationship=each.relationship,
                    state=each.state,
                    ratings=_ratings(each.ratings),
                    comment=each.comment,
                )
                for each in report.answers
            ],
        )
        return answered(report.title, body)


def _ratings(ratings: tuple[tuple[str, int], ...]) -> list[str]:
    return [
        markup("<dt>{quality}</dt><dd>{stars} of 5</dd>", quality=quality, stars=stars) for quality, stars in ratings
    ]
