"""Entries of a newsfeed as markup.

Written here and in no template: 30 of them are a third of the page's time. A kind of entry adds blocks of its own
template: `detail` (markup under the sentence), `meta` (beside the time) and `actions` (buttons; name their object).
They see `item` (a `newsfeed.feed.RenderedEntry`) and what every template does.
"""

from collections.abc import Mapping
from html import escape
from typing import Any
from weakref import WeakKeyDictionary

from django.template import Context, NodeList, Template
from django.template.loader import get_template
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString, mark_safe

from newsfeed.feed import RenderedEntry
from recruiting.jobs.models import Job
from recruiting.web.addresses import address
from recruiting.web.templatetags import ui

_blocks: WeakKeyDictionary[Template, Mapping[str, NodeList]] = WeakKeyDictionary()


class EntryDrawer:
    """Draws the entries of one page.

    Args:
        context: what the blocks see, bound to a template.
        shows_person: whether the candidate's name leads.
        page_job: the job that goes without saying, if any.
    """

    def __init__(self, context: Context, *, shows_person: bool, page_job: Job | None) -> None:
        self._context, self._shows_person = context, shows_person
        self._page_job_id = page_job.pk if page_job else None

    def draw(self, item: RenderedEntry) -> SafeString:
        """Return one entry."""
        key = f"entry-{item.entry.pk}"
        detail, meta, actions = self._own(item)
        title = f'<div class="tl-entry__title">{escape(item.title)}</div>' if item.title else ""
        return mark_safe(
            f'<article class="tl-entry" id="{key}" aria-label="{escape(item.title or item.sentence)}">'
            f'<span class="tl-entry__disc tl-badge--{item.tone}">{ui.draw_icon(item.icon)}</span>'
            f'<div class="tl-entry__body">{self._about(item)}{title}<div>{escape(item.sentence)}</div>{detail}'
            f'<div class="tl-entry__meta"><a href="#{key}" hx-boost="false">{ui.moment(item.entry.occurred_at)}</a>'
            f"{meta}</div>{actions}</div></article>"
        )

    def _about(self, item: RenderedEntry) -> str:
        person, entry = item.entry.candidate, item.entry
        job = None if entry.job_id == self._page_job_id else entry.job
        title = escape(job.title) if job else ""
        if person and self._shows_person:
            if entry.application_id:
                url = address("applications:candidate", person.pk, entry.application_id)
            else:
                url = address("applications:person", person.pk)
            on_job = f'<span class="tl-muted">· {title}</span>' if job else ""
            return f'<div class="tl-entry__about"><a href="{url}">{escape(person.name)}</a> {on_job}</div>'
        if job is None:
            return ""
        url = address("applications:job", job.pk)
        named = f'<span class="tl-muted">{title}</span>' if person else f'<a href="{url}">{title}</a>'
        return f'<div class="tl-entry__about">{named}</div>'

    def _own(self, item: RenderedEntry) -> tuple[str, str, str]:
        """Return the kind's own blocks."""
        if not item.template_name:
            return "", "", ""
        template: Template = get_template(item.template_name).template  # type: ignore[attr-defined]
        if template not in _blocks:
            blocks: list[Any] = template.nodelist.get_nodes_by_type(BlockNode)
            _blocks[template] = {block.name: block.nodelist for block in blocks}
        own = _blocks[template]
        with self._context.push(item=item), self._context.render_context.push_state(template):
            detail, meta, actions = (
                own[name].render(self._context) if name in own else "" for name in ("detail", "meta", "actions")
            )
        return detail, meta, actions
