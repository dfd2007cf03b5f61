"""Public pages drawn from data: `list_page`, `job_page`, `closed_page`, `not_found_page`, and `page` for all others.

None of them asks the database or looks at a request, so that Company Settings can show the same pages before the
public sees them. Fixed words are in the company's language (`in_language`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from recruiting.careers.public import addresses, assets, structured_data, words
from recruiting.careers.public.selectors import Opening, Place, PublicSite, Row
from recruiting.foundation import markdown, text

FILTERS_FROM = 8
"""From how many jobs on a list can be searched."""
PER_PAGE = 200
DESCRIPTION_LENGTH = 200


@dataclass(frozen=True)
class Asked:
    """What a reader of the list asked for: words, and the numbers of a location and a department."""

    words: str = ""
    location: int | None = None
    department: int | None = None
    page: int = 1
    source: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but a page was asked for."""
        return bool(self.words or self.location or self.department)


@dataclass(frozen=True)
class JobList:
    """The list of a company: its jobs, the newest first, and their locations."""

    site: PublicSite
    rows: Sequence[Row]
    places: Mapping[UUID, Sequence[Place]]
    asked: Asked = field(default_factory=Asked)
    is_embedded: bool = False


@contextmanager
def in_language(site: PublicSite | None) -> Iterator[None]:
    """Draw with the fixed words of a company's language."""
    with translation.override(site.language if site else "en"):
        yield


def page(template: str, site: PublicSite | None, /, *, source: str = "", noindex: bool = True, **context: Any) -> str:
    """Return a page of the public: a template that extends careers/public/base.html, in the company's language.

    Args:
        template: its name.
        site: whose page it is; None for nobody's.
        source: the code that its links carry on.
        noindex: keep it out of search engines.
        context: what else the template shows; `is_embedded` leaves the frame of the page away.
    """
    handle = site.handle if site else ""
    around = {
        "site": site,
        "language": site.language if site else "en",
        "style": style_path(site),
        "icon": addresses.file_path(handle, site.logo_name) if site and site.logo_name else "",
        "home": addresses.list_path(handle, source) if site else "",
        "noindex": noindex,
        "is_embedded": context.get("is_embedded", False),
    }
    with in_language(site):
        return render_to_string(template, {"page": around, "source": source, **context})


def style_path(site: PublicSite | None) -> str:
    """Return the path of the stylesheet; of nobody's pages that in our color."""
    if site is None:
        return f"/careers/{assets.stylesheet_name('')}"
    return addresses.file_path(site.handle, assets.stylesheet_name(site.color))


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def list_page(shown: JobList, *, now: datetime) -> str:
    """Return the list of a company's jobs, those that were asked for."""
    site, asked = shown.site, shown.asked
    with in_language(site):
        fitting = matching(shown)
        first = (asked.page - 1) * PER_PAGE
        rows = "".join(_row(row, shown, now) for row in fitting[first : first + PER_PAGE])
        can_filter = len(shown.rows) >= FILTERS_FROM
        context = {
            "rows": mark_safe(rows),
            "has_jobs": bool(shown.rows),
            "asked": asked,
            "can_filter": can_filter or asked.is_filtered,
            "locations": _locations(shown) if can_filter or asked.is_filtered else (),
            "departments": _departments(shown) if can_filter or asked.is_filtered else (),
            "introduction": markdown.render(site.introduction) if site.introduction else "",
            "earlier": _page_link(shown, asked.page - 1) if asked.page > 1 else "",
            "later": _page_link(shown, asked.page + 1) if len(fitting) > first + PER_PAGE else "",
            "canonical": addresses.absolute(addresses.list_path(site.handle)),
            "summary": _shortened(markdown.plain(site.introduction)) if site.introduction else "",
            "atom": addresses.file_path(site.handle, "atom.xml"),
            "is_embedded": shown.is_embedded,
        }
    noindex = shown.is_embedded or not site.is_indexed or asked.is_filtered or asked.page > 1
    return page("careers/public/list.html", site, source=asked.source, noindex=noindex, **context)


def matching(shown: JobList) -> list[Row]:
    """Return the jobs that were asked for, in their order."""
    asked = shown.asked
    needles = text.search_words(asked.words)
    return [
        row
        for row in shown.rows
        if all(word in row.search_key for word in needles)
        and (asked.department is None or row.department_number == asked.department)
        and (asked.location is None or any(each.number == asked.location for each in shown.places.get(row.job_id, ())))
    ]


def _row(row: Row, shown: JobList, now: datetime) -> str:
    handle, target = shown.site.handle, ' target="_top"' if shown.is_embedded else ""
    path = addresses.job_path(handle, row.number, row.title, shown.asked.source)
    facts = (words.places(shown.places.get(row.job_id, ())), words.employment_type(row), words.workplace(row))
    posted = words.posted(row.published_at, now=now, zone=shown.site.zone)
    meta = " · ".join(filter(None, (*facts, posted)))
    link = f'<a href="{escape(path)}"{target} dir="auto">{escape(row.title)}</a>'
    return f'<li>{link} <span class="c-meta" dir="auto">{escape(meta)}</span></li>\n'


def _locations(shown: JobList) -> list[tuple[int, str]]:
    known = {each.number: words.place(each) for row in shown.rows for each in shown.places.get(row.job_id, ())}
    return sorted(known.items(), key=lambda item: text.compare_key(item[1]))


def _departments(shown: JobList) -> list[tuple[int, str]]:
    known = {row.department_number: row.department for row in shown.rows if row.department_number}
    return sorted(known.items(), key=lambda item: text.compare_key(item[1]))


def _page_link(shown: JobList, number: int) -> str:
    asked = shown.asked
    query = {"q": asked.words, "location": asked.location, "department": asked.department, "page": number}
    query[addresses.SOURCE] = asked.source
    return "?" + urlencode({name: value for name, value in query.items() if value})


# ── A job ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def job_page(site: PublicSite, opening: Opening, *, is_listed: bool = True, source: str = "") -> str:
    """Return the page of a job that takes applications, or of one that will.

    Args:
        site: whose job it is.
        opening: the job.
        is_listed: whether it stands in lists; search engines read of no other.
        source: the code that its links carry on.
    """
    row = opening.row
    canonical = addresses.absolute(addresses.job_path(site.handle, row.number, row.title))
    with in_language(site):
        context = {
            "title": row.title,
            "facts": list(_facts(site, opening)),
            "description": markdown.render(opening.description) if opening.description else "",
            "apply": addresses.apply_path(site.handle, row.number, row.title, source),
            "home": addresses.list_path(site.handle, source),
            "canonical": canonical,
            "summary": _summary(site, opening),
            "image": addresses.absolute(addresses.file_path(site.handle, site.logo_name)) if site.logo else "",
            "script": assets.page_script_path(),
            "structured": structured_data.script(site, opening) if is_listed else "",
        }
    noindex = not is_listed or not site.is_indexed
    return page("careers/public/job.html", site, source=source, noindex=noindex, **context)


def _facts(site: PublicSite, opening: Opening) -> Iterator[tuple[str, str]]:
    row = opening.row
    shown: Iterable[tuple[str, str]] = (
        (gettext("Location"), " · ".join(words.place(each) for each in opening.places)),
        (gettext("Type"), words.employment_type(row)),
        (gettext("Workplace"), words.workplace(row)),
        (gettext("Pay"), words.pay(row)),
        (gettext("Department"), row.department),
        (gettext("Openings"), words.openings(row)),
        (gettext("Closing date"), words.closing(row.closes_on, site.zone) if row.closes_on else ""),
        *((each.name, words.value(each.value)) for each in opening.fields),
    )
    yield from ((label, value) for label, value in shown if value)


def _summary(site: PublicSite, opening: Opening) -> str:
    facts = filter(None, (words.places(opening.places), words.employment_type(opening.row), words.pay(opening.row)))
    return _shortened(" · ".join(facts) or site.name)


def _shortened(words_: str) -> str:
    line = text.one_line(words_)
    return line if len(line) <= DESCRIPTION_LENGTH else f"{line[: DESCRIPTION_LENGTH - 1].rstrip()}…"


# ── No job ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def closed_page(site: PublicSite, *, source: str = "") -> str:
    """Return what stands where a job was."""
    return page("careers/public/closed.html", site, source=source)


def error_page(status: int, *, site: PublicSite | None = None) -> str:
    """Return what is answered where there is nothing (404), and to what cannot be read (400)."""
    return page("careers/public/error.html", site, status=status)
