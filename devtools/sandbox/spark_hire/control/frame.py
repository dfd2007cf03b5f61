"""What the tester's pages for Spark Hire have in common: where they lie and how they look."""

from collections.abc import Callable, Sequence

from devtools.sandbox.host.http import Request, Response, html_response
from devtools.sandbox.host.markup import page
from devtools.sandbox.spark_hire.records import Refused
from devtools.sandbox.spark_hire.web import BANNER

Handler = Callable[[Request], Response]
Route = tuple[str, str, Handler]

ROOT = "/__sandbox__/spark-hire"
TRAIL = [("/__sandbox__/", "Sandbox"), (f"{ROOT}/", "Spark Hire")]
SHOWN = 200


def shown(title: str, body: object, *, trail: Sequence[tuple[str, str]] = TRAIL) -> Response:
    """A page under Spark Hire's banner."""
    return html_response(page(title=title, body=body, banner=BANNER, trail=trail))


def no_such_act() -> Refused:
    """The answer to an act that is not in docs/sandbox.md."""
    return Refused(404, "There is no such act.")
