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


STYLE = """
:root { color-scheme: light dark; --page: #fafafa; --surface: #fff; --text: #262626; --text-2: #5a5e66;
  --border: #e5e5e5; --control: #85898f; --accent: #066fd1; --link: #0a5fb8;
  --success: #146c2e; --success-tint: #e6f4ea; --warning: #7a4f01; --warning-tint: #fff3d6;
  --danger: #b3261e; --danger-tint: #fdecea; --info: #0b57b0; --info-tint: #e7f1fd;
  --neutral: #54585f; --neutral-tint: #f0f1f3; }
@media (prefers-color-scheme: dark) { :root { --page: #171717; --surface: #262626; --text: #e5e5e5; --text-2: #a9adb5;
  --border: #3a3d42; --control: #8a8f98; --link: #7fb6ff;
  --success: #7bd895; --success-tint: #12301c; --warning: #f3c063; --warning-tint: #35270a;
  --danger: #ff9b92; --danger-tint: #3f1816; --info: #8cbcff; --info-tint: #112a4b;
  --neutral: #b4b8bf; --neutral-tint: #2b2d31; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.banner { margin: 0; max-width: none; padding: 8px 24px; background: var(--warning-tint); color: var(--warning);
  border-bottom: 3px dashed var(--warning); }
.banner strong { text-transform: uppercase; letter-spacing: .06em; margin-right: 8px; }
main { max-width: 1080px; margin: 0 auto; padding: 24px; }
nav { color: var(--text-2); margin-bottom: 4px; }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 16px; }
h2 { font-size: 17px; margin: 0 0 8px; }
p { margin: 0 0 12px; max-width: 72ch; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
section, .card { background: var(--surface); border: 1px solid var(--border); border-radius: 6px; padding: 16px;
  margin: 0 0 16px; }
.quiet, .empty { color: var(--text-2); }
.lead { font-size: 17px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 8px; }
form.inline { display: inline-block; margin: 0 4px 4px 0; }
form.stack { display: grid; gap: 12px; max-width: 520px; margin: 0 0 12px; }
label { display: grid; gap: 4px; font-weight: 600; }
label small { font-weight: 400; color: var(--text-2); }
input, select, textarea { font: inherit; font-weight: 400; width: 100%; padding: 8px; border: 1px solid var(--control);
  border-radius: 6px; background: var(--surface); color: inherit; }
button { font: inherit; min-height: 36px; padding: 6px 14px; border: 1px solid var(--control); border-radius: 6px;
  background: var(--surface); color: var(--text); cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; }
button.danger { border-color: var(--danger); color: var(--danger); }
.big button { min-height: 48px; padding: 10px 24px; font-size: 17px; width: 100%; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 4px; font-size: 13px; font-weight: 600;
  white-space: nowrap; }
.success { color: var(--success); } .badge.success { background: var(--success-tint); }
.warning { color: var(--warning); } .badge.warning { background: var(--warning-tint); }
.badge.danger { color: var(--danger); background: var(--danger-tint); }
.badge.info { color: var(--info); background: var(--info-tint); }
.badge.neutral { color: var(--neutral); background: var(--neutral-tint); }
.notice { border-left: 4px solid var(--info); padding: 8px 12px; background: var(--info-tint); }
.notice.bad { border-color: var(--danger); background: var(--danger-tint); }
.scroll { overflow-x: auto; margin: 0 0 16px; }
table { width: 100%; border-collapse: collapse; background: var(--surface); }
th, td { text-align: left; vertical-align: top; padding: 8px; border-bottom: 1px solid var(--border); }
th { color: var(--text-2); font-size: 13px; }
code, pre { font-family: ui-monospace, "SF Mono", Consolas, monospace; font-size: 13px; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 12px; }
dt { color: var(--text-2); } dd { margin: 0; overflow-wrap: anywhere; }
ol, ul { padding-left: 20px; } li { margin-bottom: 6px; }
summary { cursor: pointer; }
.player { aspect-ratio: 16 / 9; background: #14181f; border-radius: 6px; display: grid; place-items: center;
  color: #e5e5e5; margin: 0 0 16px; overflow: hidden; }
.player svg { width: 100%; height: 100%; }
.player .head { animation: nod 2.4s ease-in-out infinite alternate; }
.player .mouth { animation: talk .5s ease-in-out infinite alternate; transform-origin: 160px 96px; }
.player .bar { animation: play 20s linear infinite; transform-origin: 16px 166px; }
@keyframes nod { from { transform: translateY(-2px); } to { transform: translateY(3px); } }
@keyframes talk { from { transform: scaleY(.4); } to { transform: scaleY(1.4); } }
@keyframes play { from { transform: scaleX(0); } to { transform: scaleX(1); } }
@media (prefers-reduced-motion: reduce) { .player * { animation: none !important; } }
@media (pointer: coarse) { button { min-height: 44px; } }
@media (max-width: 640px) {
  main { padding: 12px; } .banner { padding: 8px 12px; } input, select, textarea { font-size: 16px; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  thead { position: absolute; left: -9999px; }
  table, tbody, tr, td { display: block; }
  tr { border: 1px solid var(--border); border-radius: 6px; margin-bottom: 12px; padding: 4px 0; }
  td { border: 0; padding: 4px 12px; overflow-wrap: anywhere; }
  td::before { content: attr(data-label); display: block; color: var(--text-2); font-size: 12px; }
  td:empty { display: none; }
}
"""


def _filled(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return join(value)
    return escape(value)
