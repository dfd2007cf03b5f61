"""How Crosschq's pages look, and what they share."""

from collections.abc import Callable
from typing import Any

from devtools.sandbox.crosschq.records import Refused
from devtools.sandbox.crosschq.wire import RELATIONSHIPS
from devtools.sandbox.host.http import Request, Response, html_response
from devtools.sandbox.host.markup import Markup, badge, link, markup, page
from devtools.sandbox.host.store import instant_of

BANNER = "This is a stand-in for Crosschq. No real person is asked, mailed or told anything."
TONES = {
    "pending": "info",
    "sent": "info",
    "in_progress": "info",
    "past_due": "warning",
    "completed": "success",
    "expired": "warning",
    "declined": "warning",
    "cancelled": "neutral",
    "archived": "neutral",
}


def answered(title: str, body: object, *, status: int = 200) -> Response:
    return html_response(page(title=title, body=body, banner=BANNER), status=status)


def refused(refusal: Refused, *, back: str = "") -> Response:
    body = markup(
        '<p class="notice bad">{reason}</p><p>{back}</p>',
        reason=str(refusal),
        back=link(back, "Back") if back else "",
    )
    return answered("That is not possible", body, status=refusal.status)


def guarded(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """A page; a refusal is a page as well."""

    def page_or_refusal(request: Request) -> Response:
        try:
            return handler(request)
        except Refused as refusal:
            here = request.path if request.method == "GET" else request.path.rstrip("/").rsplit("/", 1)[0] + "/"
            return refused(refusal, back="" if refusal.status == 404 else here)

    return page_or_refusal


def status_badge(status: str) -> Markup:
    return badge(status.replace("_", " "), TONES.get(status, "neutral"))


def shown_time(text: str | None) -> str:
    return f"{instant_of(text):%d %b %Y, %H:%M} UTC" if text else ""


def relationship_options(chosen: str = "", *, none: str = "") -> list[Markup]:
    """Options of a select; `none` is the text of an empty first one."""
    names: list[tuple[str, Any]] = [("", none)] if none else []
    names += [(key, texts[0]) for key, texts in RELATIONSHIPS.items()]
    return [
        markup(
            '<option value="{key}"{selected}>{text}</option>',
            key=key,
            selected=Markup(" selected" if key == chosen else ""),
            text=text,
        )
        for key, text in names
    ]
