"""How Crosschq's pages look, and what they share."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial

from devtools.sandbox.crosschq.records import Refused
from devtools.sandbox.crosschq.wire import RELATIONSHIPS
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.pages import page

BANNER = "This is a stand-in for Crosschq. No real person is asked, mailed or told anything."

answered = partial(page, banner=BANNER)


def guarded(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """A page; a refusal is a page as well."""

    def page_or_refusal(request: Request) -> Response:
        try:
            return handler(request)
        except Refused as refusal:
            here = request.path if request.method == "GET" else request.path.rstrip("/").rsplit("/", 1)[0] + "/"
            back = "" if refusal.status == 404 else here
            title, template = "That is not possible", "sandbox/refused.html"
            return answered(title, template, status=refusal.status, reason=str(refusal), back=back)

    return page_or_refusal


def related(references: Sequence[sqlite3.Row]) -> list[tuple[sqlite3.Row, str]]:
    """References, each with the name of what it is to the candidate."""
    return [(each, RELATIONSHIPS[each["relationship"]][0]) for each in references]


def full_name(row: sqlite3.Row) -> str:
    return f"{row['first_name']} {row['last_name']}"
