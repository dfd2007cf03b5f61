"""HTML for the sandbox's pages: a template function that escapes, and the frame around every page.

Whatever a candidate, a client or a tester typed may end up here, so text is escaped unless it is `Markup` already.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(value: object) -> Markup:
    if isinstance(value, Markup):
        return value
    return Markup(html.escape("" if value is None else str(value), quote=True))


def markup(template: str, /, **values: Any) -> Markup:
    """Fills `{name}` in `template`: Markup as it is, lists joined, everything else escaped."""
    return Markup(template.format_map({name: _filled(value) for name, value in values.items()}))


def join(parts: Iterable[object], *, separator: str = "") -> Markup:
    return Markup(separator.join(escape(part) for part in parts))


def link(href: str, text: object) -> Markup:
    return markup('<a href="{href}">{text}</a>', href=href, text=text)


def button(action: str, label: str, *, fields: Mapping[str, object] | None = None, tone: str = "") -> Markup:
    """A form that is one button; every act of a tester is a POST."""
    hidden = [
        markup('<input type="hidden" name="{name}" value="{value}">', name=name, value=value)
        for name, value in (fields or {}).items()
    ]
    return markup(
        '<form method="post" action="{action}" class="inline">{hidden}<button class="{tone}">{label}</button></form>',
        action=action,
        hidden=hidden,
        tone=tone,
        label=label,
    )


def badge(text: str, tone: str = "neutral") -> Markup:
    return markup('<span class="badge {tone}">{text}</span>', tone=tone, text=text)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> Markup:
    """A table whose rows become cards on a narrow screen; `empty` is the sentence that stands in for no rows."""
    if not rows:
        return markup('<p class="empty">{empty}</p>', empty=empty)
    body = [
        markup(
            "<tr>{cells}</tr>",
            cells=[
                markup('<td data-label="{head}">{cell}</td>', head=head, cell=cell)
                for head, cell in zip(heads, row, strict=True)
            ],
        )
        for row in rows
    ]
    return markup(
        '<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>',
        heads=[markup('<th scope="col">{head}</th>', head=head) for head in heads],
        body=body,
    )


def page(*, title: str, body: object, banner: str, trail: Sequence[tuple[str, str]] = ()) -> str:
    """A whole page. `banner` says on every page that this is a sandbox; `trail` is (address, text), outermost first."""
    return markup(
        """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/__sandbox__/style.css">
</head>
<body>
<p class="banner" role="note"><strong>Sandbox</strong> {banner}</p>
<main>
{trail}
<h1>{title}</h1>
{body}
</main>
</body>
</html>
""",
        title=title,
        banner=banner,
        trail=markup(
            '<nav aria-label="Where you are">{links}</nav>',
            links=join([link(href, text) for href, text in trail], separator=" › "),
        )
        if trail
        else "",
        body=body,
    )


def _filled(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return join(value)
    return escape(value)
