"""The sandbox's pages: Django templates on an engine of their own, so that a double needs no settings.

The host's templates lie in `devtools/sandbox/templates`, a double's in `templates` of its own folder. Whatever a
candidate, a client or a tester typed may end up on a page: templates escape it, and so do the tags here.
"""

import json
import re
from datetime import UTC, datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

from django.template import Context, Engine, Library
from django.utils.html import escape, format_html, format_html_join, urlize
from django.utils.safestring import SafeString

from devtools.sandbox.host.http import BadRequest, Refusal, Request, Response, html_response
from devtools.sandbox.host.router import Handler
from devtools.sandbox.host.store import instant_of

HERE = Path(__file__).parent
BANNER = "Nothing here reaches a real vendor or a real person."
TRAIL = (("/__sandbox__/", "Sandbox"),)
TONES = {
    "success": ("active", "completed", "delivered", "on"),
    "info": ("accepted", "held", "in_progress", "pending", "requested", "sent", "waiting"),
    "warning": ("declined", "dropped", "expired", "past_due"),
    "danger": ("disabled", "failed", "inactive", "off"),
}
"""How a badge looks that says one of these; any other is neutral."""

register = Library()


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(folder) for folder in HERE.parent.glob("**/templates")], builtins=[__name__])


def page(
    title: str, template: str, *, banner: str = BANNER, trail: Any = (), status: int = 200, **values: Any
) -> Response:
    """A whole page. `banner` says on every page that this is a sandbox; `trail` is (address, text), outermost first."""
    context = Context({"title": title, "banner": banner, "trail": trail, **values})
    return html_response(_engine().get_template(template).render(context), status=status)


def guarded(handler: Handler, *, banner: str, back: str = "") -> Handler:
    """A vendor's page; a refusal is a page as well, with a link `back` (a pattern of the same names)."""

    def page_or_refusal(request: Request) -> Response:
        try:
            return handler(request)
        except BadRequest:
            raise  # what nobody can read is answered by the host, in JSON where that was asked for
        except Refusal as refusal:
            return page(
                "That is not possible",
                "sandbox/refused.html",
                banner=banner,
                status=refusal.status,
                reason=refusal.reason,
                back=back.format(**request.params),
            )

    return page_or_refusal


@register.simple_tag
def button(label: str, *path: object, tone: str = "", **fields: object) -> SafeString:
    """A form that is one button, to the parts of `path`; every action of a tester is a POST."""
    return format_html(
        '<form method="post" action="{}" class="inline">{}<button class="{}">{}</button></form>',
        "/".join(str(part) for part in path),
        format_html_join("", '<input type="hidden" name="{}" value="{}">', fields.items()),
        tone,
        label,
    )


@register.simple_tag
def option(value: object, text: str = "", chosen: object = "") -> SafeString:
    """An option of a select, its text its value unless given; the one that is `chosen` is selected."""
    selected = " selected" if str(value) == str(chosen) else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, text or value)


@register.simple_block_tag
def table(content: str, heads: str) -> SafeString:
    """A table whose rows become cards on a narrow screen; content without a row is the sentence that stands in for it.

    `heads` are the names of the columns with a comma and a space between them.
    """
    if "<tr>" not in content:
        return format_html('<p class="empty">{}</p>', content)
    names = heads.split(", ")
    labels = cycle(names)
    body = re.sub("<td>", lambda _: f'<td data-label="{escape(next(labels))}">', content)
    return format_html(
        '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        format_html_join("", '<th scope="col">{}</th>', [(name,) for name in names]),
        SafeString(body),
    )


@register.filter
def badge(text: str, tone: str = "") -> SafeString:
    """A state as a word with a tone, its own when none is given."""
    own = next((name for name, states in TONES.items() if text in states), "neutral")
    return format_html('<span class="badge {}">{}</span>', tone or own, text.replace("_", " "))


@register.filter
def shown_time(text: str | None) -> str:
    """A stored instant for people."""
    return f"{instant_of(text):%d %b %Y, %H:%M} UTC" if text else ""


@register.filter
def moment(seconds: float | None) -> str:
    """A machine time as short text in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %H:%M:%S") if seconds else ""


@register.filter
def linked(text: str) -> SafeString:
    """Text with its web addresses as links, so that a tester can follow an invitation from the mail."""
    return SafeString(urlize(text, autoescape=True))


@register.filter("json")
def as_json(value: object) -> str:
    """A value, also a mapping of any kind, as JSON."""
    return json.dumps(value, default=dict)
