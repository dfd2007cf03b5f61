"""What the tester's pages for Crosschq have in common: where they lie and how they look."""

from collections.abc import Callable, Sequence

from devtools.sandbox.crosschq.records import Refused
from devtools.sandbox.crosschq.web.frame import BANNER
from devtools.sandbox.host.http import Request, Response, html_response
from devtools.sandbox.host.markup import page

Handler = Callable[[Request], Response]
Route = tuple[str, str, Handler]

ROOT = "/__sandbox__/crosschq"
# Not "requests": that is the host's log of calls.
CHECKS = f"{ROOT}/reference-requests"
TRAIL = [("/__sandbox__/", "Sandbox"), (f"{ROOT}/", "Crosschq")]
SHOWN = 200


def shown(title: str, body: object, *, trail: Sequence[tuple[str, str]] = TRAIL) -> Response:
    """A page under Crosschq's banner."""
    return html_response(page(title=title, body=body, banner=BANNER, trail=trail))


def no_such_act() -> Refused:
    """The answer to an act that is not in docs/sandbox.md."""
    return Refused(404, "There is no such act.")
