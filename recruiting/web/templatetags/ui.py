"""The tags and filters that templates are built from; loaded everywhere without `{% load %}`.

Words come from `recruiting.foundation.formatting`; markup lives in `templates/components/`. No queries here.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.conf import settings
from django.contrib import messages
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.template.base import NodeList
from django.template.loader import render_to_string
from django.template.loader_tags import BlockNode
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from recruiting.foundation import clock, formatting
from recruiting.foundation import markdown as markdown_text

register = template.Library()

ICON_FOLDER = Path(settings.BASE_DIR) / "templates" / "icons"
LOOK = ' fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
TONES = frozenset({"success", "warning", "danger", "info", "neutral"})
THEMES = frozenset({"light", "dark", "system"})

# Every status the product knows: its word, its icon, its tone.
STATUSES: Mapping[str, tuple[str, str]] = {
    # requests
    "Sending": ("send", "neutral"),
    "Requested": ("mail-forward", "info"),
    "Accepted": ("user-check", "info"),
    "In Progress": ("progress", "info"),
    "Past due": ("clock-exclamation", "warning"),
    "Complete": ("circle-check", "success"),
    "Expired": ("clock-x", "warning"),
    "Canceled": ("ban", "neutral"),
    "Failed": ("alert-triangle", "danger"),
    "Waiting": ("clock-pause", "warning"),
    # applications
    "Lead": ("user-question", "neutral"),
    "Rejected": ("user-x", "neutral"),
    "Withdrawn": ("door-exit", "neutral"),
    "Hired": ("rosette-discount-check", "success"),
    # jobs
    "Draft": ("pencil", "neutral"),
    "Open": ("circle-dot", "success"),
    "Closed": ("lock", "neutral"),
    # installations
    "On": ("plug-connected", "success"),
    "Setup not finished": ("tool", "info"),
    "Off": ("plug-x", "neutral"),
    "Available on request": ("lock", "neutral"),
    "Paused": ("player-pause", "warning"),
    "Needs attention": ("alert-triangle", "danger"),
}


_NEW_WINDOW = mark_safe('<span class="visually-hidden"> (opens in a new window)</span>')


# ── Icons, badges, avatars ───────────────────────────────────────────────────────────────────────────────────────────
@cache
def _drawing(name: str) -> str:
    # Trusted markup: our own files, by a name that a template spells out.
    if not name.replace("-", "").isalnum():
        raise ValueError(f"Not an icon's name: {name!r}")
    drawing = (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8").strip()
    # The style sheet says how a line looks (.icon): a page repeats some icons a hundred times.
    return drawing.replace(LOOK, "", 1).replace(' focusable="false"', "", 1)


@cache
def _sized(name: str, classes: str) -> str:
    return _drawing(name).replace('class="icon"', str(format_html('class="{}"', classes)), 1)


@register.simple_tag(name="icon")
def draw_icon(name: str, *, size: int = 16, label: str = "", **attributes: str) -> SafeString:
    """Draw `templates/icons/<name>.svg`; `label` gives it a name, without one it is hidden from screen readers.

    `{% icon "send" %}`, `{% icon "send" size=20 %}`, `{% icon "lock" label="Private" %}`
    """
    drawing = _sized(name, f"icon tl-icon-{size} {attributes.get('class', '')}".strip())
    if label:
        named = format_html('role="img" aria-label="{}"', label)
        drawing = drawing.replace('aria-hidden="true"', str(named), 1)
    return mark_safe(drawing)


@register.simple_tag(name="options")
def draw_options(groups: Iterable[tuple[str | None, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """The options of a select, as its widget groups them: drawn at once, since a template each takes a form's time."""
    drawn = []
    for name, options, _ in groups:
        option = '<option value="{}"{}>{}</option>'
        each = ((str(one["value"]), flatatt(one["attrs"]), one["label"]) for one in options)
        lines = format_html_join("\n  ", option, each)
        drawn.append(format_html('<optgroup label="{}">\n  {}\n  </optgroup>', name, lines) if name else lines)
    return mark_safe("\n  ".join(drawn))


@register.simple_tag(name="choices")
def draw_choices(choices: Iterable[tuple[Any, str]], chosen: Any) -> SafeString:
    """The options of a select without a form: `{% choices jobs job.pk %}` of (value, label)."""
    option = '<option value="{}"{}>{}</option>'
    marked = {True: mark_safe(" selected"), False: ""}
    return format_html_join("\n  ", option, ((value, marked[value == chosen], label) for value, label in choices))


@register.simple_tag(name="badge")
def badge(tone: str, word: str, *, icon: str = "", title: str = "") -> SafeString:
    """A status: icon, word and tone. `{% badge "info" "Requested" icon="mail-forward" %}`."""
    if tone not in TONES:
        raise ValueError(f"Not a tone: {tone!r}")
    drawn = draw_icon(icon) if icon else ""
    titled = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="badge tl-badge tl-badge--{}"{}>{}{}</span>', tone, titled, drawn, word)


@register.simple_tag(name="status")
def status(word: str, *, prefix: str = "") -> SafeString:
    """The badge of a known status: `{% status "In Progress" %}`, `{% status "Requested" prefix="Video:" %}`."""
    drawn, tone = STATUSES[word]
    return badge(tone, f"{prefix} {word}".strip(), icon=drawn)


@register.simple_tag(name="job_badge")
def job_badge(shown: Any) -> SafeString:
    """A state of a job (`extensions.JobBadge`), as a link in a new window where it leads somewhere."""
    drawn = badge(shown.badge.tone, shown.badge.word, icon=shown.badge.icon)
    if not shown.url:
        return drawn
    link = '<a class="tl-badge-link" href="{}" target="_blank" rel="noopener">{}{}</a>'
    return format_html(link, shown.url, drawn, _NEW_WINDOW)


@register.simple_tag(name="avatar")
def avatar(person: Any, *, size: int = 32, kind: str = "member", label: str = "", **attributes: str) -> SafeString:
    """Initials of a person, decorative: the name stands beside it, or `label` says who that is ("Owner: Kim Ito").

    `{% avatar user %}` for team members (a hue by id), `{% avatar candidate kind="candidate" %}` (neutral). A plain
    string works too.
    """
    person = getattr(person, "user", None) or person  # a membership looks like its user, if it has one
    name = person_name(person)
    letters = formatting.initials(name) if "@" not in name else name[:1].upper()
    classes = [*([attributes["class"]] if attributes else []), f"tl-avatar tl-avatar--{size}"]
    if kind == "member" and not isinstance(person, str):
        classes.append(f"tl-avatar-{_hue(getattr(person, 'pk', None))}")
        if getattr(person, "is_active", True) is False:
            classes.append("tl-avatar--deactivated")
    inner: str = letters or draw_icon("user")
    if label:
        named = format_html('role="img" title="{}: {}"', label, name)
    else:
        named = mark_safe('aria-hidden="true"')
    return format_html('<span class="{}" {}>{}</span>', " ".join(classes), named, inner)


def _hue(key: object) -> int:
    if isinstance(key, uuid.UUID):
        return key.int % 8 + 1
    return sum(str(key).encode()) % 8 + 1


@register.filter(name="person_name")
def person_name(person: Any) -> str:
    """Return what a person is called: full name, else name, else email, else the text itself."""
    if person is None:
        return ""
    for attribute in ("full_name", "name", "get_full_name"):
        value = getattr(person, attribute, "")
        value = value() if callable(value) else value
        if value:
            return str(value)
    return str(getattr(person, "email", "") or person)


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag(name="moment")
def moment(value: datetime | None, *, style: str = "ago") -> SafeString:
    """A `<time>` in the reader's zone. style: "ago" (kept fresh by the page), "exact" (21 Nov, 14:32), "day"."""
    if value is None:
        return mark_safe("")
    zone, now = timezone.get_current_timezone(), clock.now()
    if style == "ago":
        words = formatting.ago(value, now=now, zone=zone)
    elif style == "exact":
        words = formatting.moment(value, now=now, zone=zone)
    else:
        words = formatting.day(value.astimezone(zone).date(), today=now.astimezone(zone).date())
    full = formatting.full_moment(value, zone=zone)
    live = mark_safe(" data-ago") if style == "ago" else ""
    return format_html(
        '<time datetime="{}" title="{}"><span aria-hidden="true"{}>{}</span>'
        '<span class="visually-hidden">{}</span></time>',
        value.isoformat(),
        full,
        live,
        words,
        full,
    )


@register.simple_tag(name="now_iso")
def now_iso() -> str:
    """The server's clock, for the page's script: in the sandbox it may have been moved."""
    return clock.now().isoformat()


@register.filter(name="day")
def day(value: date | datetime | None) -> str:
    """ "Fri 28 Nov" of a local date, or of an instant in the reader's zone."""
    if value is None:
        return ""
    zone = timezone.get_current_timezone()
    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return formatting.day(local, today=clock.today(_zone(zone)))


@register.filter(name="days_in")
def days_in(value: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """ "12 days" since an instant or date, in the company's local days: `{{ moved_at|days_in:company.zone }}`."""
    if value is None:
        return ""
    used = zone or _zone(timezone.get_current_timezone())
    since = value.astimezone(used).date() if isinstance(value, datetime) else value
    return formatting.days_in(since, today=clock.today(used))


@register.simple_tag(name="deadline")
def deadline(*, expires_at: datetime, zone: ZoneInfo, expires_on: date | None = None) -> SafeString:
    """The deadline line: `{% deadline expires_on=r.expires_on expires_at=r.expires_at zone=company.zone %}`."""
    reader_zone = timezone.get_current_timezone()
    words = formatting.deadline(
        expires_on=expires_on, expires_at=expires_at, zone=zone, reader_zone=reader_zone, now=clock.now()
    )
    return mark_safe(render_to_string("components/deadline.html", {"deadline": words}))


def _zone(zone: Any) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


# ── Numbers and lists ────────────────────────────────────────────────────────────────────────────────────────────────
@register.filter(name="number")
def number(value: int, limit: int | None = None) -> str:
    """ "1,204", or "1,000+" where counting stopped: `{{ total|number }}`, `{{ people|number:count_to }}`."""
    return formatting.number(int(value), limit=limit)


@register.simple_tag(name="plural")
def plural(value: int, one: str, many: str, zero: str = "", limit: int | None = None) -> str:
    """ "1 candidate", "12 candidates": `{% plural total "candidate" "candidates" zero="No candidates" %}`."""
    return formatting.plural(value, one, many, zero=zero, limit=limit)


@register.filter(name="file_size")
def file_size(value: int) -> str:
    """ "240 kB"."""
    return formatting.size(int(value))


@register.filter(name="join_names")
def join_names(people: Iterable[Any], last: str = "and") -> str:
    """ "Kim, Sam and Lee" of people or texts: `{{ helpers|join_names }}`, `{{ helpers|join_names:"or" }}`."""
    return formatting.join_names([person_name(person) for person in people], last=last)


@register.filter(name="markdown")
def markdown(typed: str) -> SafeString:
    """Markdown that somebody typed, as markup that cannot do anything: in a `div.tl-markdown`."""
    return markdown_text.render(typed)


# ── Page parts that hold other markup ────────────────────────────────────────────────────────────────────────────────
# Each takes the parameters that its template in components/ names, and what it holds as `body`:
# {% page_header title="Jobs" %}…{% endpage_header %}, {% card title="Contact" id="contact" %}…{% endcard %},
# {% banner tone="warning" title="…" %}…{% endbanner %}, {% nothing title="No jobs yet" text="…" %}…{% endnothing %}
# (an empty state and its one action), {% menu name="Actions for Ada" %}<a class="dropdown-item" …>…{% endmenu %},
# {% fact label="Phone" %}…{% endfact %} in a <dl class="datagrid">.
def _draw_part(content: str, *, part: str, **parameters: Any) -> SafeString:
    return mark_safe(render_to_string(f"components/{part}.html", {**parameters, "body": content}))


for _tag in ("page_header", "card", "banner", "nothing", "menu", "fact"):
    _draw = partial(_draw_part, part="empty" if _tag == "nothing" else _tag)
    register.simple_block_tag(_draw, name=_tag)


@register.simple_block_tag(name="sentence")
def sentence(content: str) -> SafeString:
    """Words too long for the tag that takes them, on as many lines: `{% sentence as lead %}…{% endsentence %}`."""
    return mark_safe(" ".join(content.split()))


@register.simple_tag(name="block_again", takes_context=True)
def block_again(context: template.Context, name: str) -> SafeString:
    """What a page that extends this one put into a block, at a second place: `{% block_again "dialog_title" %}`."""
    return BlockNode(name, NodeList()).render(context)


@register.simple_tag(name="table_head")
def table_head(*names: str, actions: bool = False, select: Any = False) -> SafeString:
    """The head of a table, `{% table_head "Name" "Email" actions=True %}`: a column of buttons is named unseen.

    `select`: whether its rows begin with a box.
    """
    unseen = [mark_safe('<span class="visually-hidden">Actions</span>')] if actions else []
    cells = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in [*names, *unseen]))
    return format_html("<thead><tr>{}{}</tr></thead>", select_all() if select else "", cells)


@register.simple_tag(name="select_all")
def select_all() -> SafeString:
    """The head of the column of boxes; with script it ticks all rows of the page."""
    box = (
        '<input class="form-check-input" type="checkbox" aria-label="Select all on this page" data-select-page hidden>'
    )
    return mark_safe(f'<th scope="col" class="tl-select"><span class="visually-hidden">Selected</span>{box}</th>')


# ── Forms and messages ───────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ErrorSummary:
    """What stands above a refused form."""

    title: str = ""
    general: Sequence[str] = ()
    items: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    concurrent_edit: Any = None


@register.simple_tag(name="error_summary")
def error_summary(form: Any = None, forms: Iterable[Any] | None = None) -> ErrorSummary:
    """Collect the errors of one form or of several; links only from two errors on."""
    every = [one for one in [*(forms or []), form] if one]
    general = [str(message) for one in every for message in one.non_field_errors()]
    items = [
        {"id": bound.id_for_label or bound.auto_id, "text": _labeled(str(bound.label), " ".join(bound.errors))}
        for one in every
        for bound in one
        if bound.errors
    ]
    concurrent_edit = next((found for one in every if (found := getattr(one, "concurrent_edit", None))), None)
    total = len(general) + len(items)
    if total < 2:
        return ErrorSummary(general=general, concurrent_edit=concurrent_edit)
    return ErrorSummary(f"{formatting.count_word(total)} things need your attention", general, items, concurrent_edit)


def _labeled(label: str, message: str) -> str:
    return message if message.startswith(f"{label}:") else f"{label}: {message}"


@register.filter(name="is_switch")
def is_switch(bound: forms.BoundField) -> bool:
    """Whether a checkbox is drawn as a switch: `widget=forms.CheckboxInput(attrs={"role": "switch"})`."""
    return bool(bound.field.widget.attrs.get("role") == "switch")


@register.simple_tag(name="page_messages", takes_context=True)
def page_messages(context: template.Context, *, here: bool = False) -> list[dict[str, str]]:
    """The messages to show on this page, once.

    A response of which only a part is swapped in (a polled card, a dialog) must not use them up: they wait for the next
    page. `here` shows them in a fragment all the same.
    """
    request = context.get("request")
    if request is None or (not here and is_partial(request)):
        return []
    return [_described(message) for message in messages.get_messages(request)]


def _described(message: Any) -> dict[str, str]:
    tone = {"success": "success", "warning": "warning", "error": "danger"}.get(message.level_tag, "info")
    described = {"text": str(message), "tone": tone, "undo": "", "focus": ""}
    for tag in (message.extra_tags or "").split():
        name, _, value = tag.partition(":")
        if name in {"undo", "focus"}:
            described[name] = value
    described["icon"] = {"success": "circle-check", "warning": "alert-triangle", "danger": "alert-triangle"}.get(
        tone, "info-circle"
    )
    return described


def is_partial(request: HttpRequest) -> bool:
    """Whether only a part of this response will be used: a dialog's content, or one card of the page."""
    if request.headers.get("X-Requested-With") in {"dialog", "board"}:
        return True
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target", "content") != "content"


# ── Frame ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@register.filter(name="dialog_layout")
def dialog_layout(request: HttpRequest | None) -> str:
    """The layout of a dialog's address: its content alone when a page asks for it, else a full page."""
    return "layouts/fragment.html" if request and is_dialog(request) else "base.html"


@register.filter(name="page_layout")
def page_layout(request: HttpRequest | None) -> str:
    """The layout of a page that people see signed in or not (errors): with the frame where there is a membership."""
    return "base.html" if getattr(request, "membership", None) else "base_entry.html"


@register.filter(name="is_dialog")
def is_dialog(request: HttpRequest | None) -> bool:
    """Whether this response goes into a dialog of a page that is already open."""
    return request is not None and request.headers.get("X-Requested-With") == "dialog"


@register.simple_tag(name="nav_current", takes_context=True)
def nav_current(context: template.Context, url: str, *, exact: bool = False, apart: Sequence[str] = ()) -> SafeString:
    """Mark the link to the section one is in: `aria-current`, "page" on the spot, "true" below it.

    Below it, unless only the exact address counts, or what is below has a link of its own (`apart`).
    """
    request = context.get("request")
    if request is None or not url:
        return mark_safe("")
    if request.path == url:
        return mark_safe(' aria-current="page"')
    if not exact and request.path.startswith(url) and not request.path.startswith(tuple(apart)):
        return mark_safe(' aria-current="true"')
    return mark_safe("")


@register.simple_tag(name="display", takes_context=True)
def display(context: template.Context) -> dict[str, str]:
    """What this browser chose: theme (light, dark, system), density (comfortable, compact), keys (on, off)."""
    request = context.get("request")
    cookies = request.COOKIES if request is not None else {}
    theme = cookies.get("theme", "system")
    return {
        "theme": theme if theme in THEMES else "system",
        "density": "compact" if cookies.get("density") == "compact" else "comfortable",
        "keys": "off" if cookies.get("keys") == "off" else "on",
    }
