"""Public pages drawn from data: `list_page`, `job_page`, `closed_page`, `not_found_page`, and `page` for all others.

None of them asks the database or looks at a request, so that Company Settings can show the same pages before the
public sees them. Fixed words are in the company's language (`in_language`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from recruiting.careers.public import addresses, assets, structured_data, words
from recruiting.careers.public.selectors import Line, Opening, Place, PublicSite
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
    """The list of a company: those of its jobs that were asked for, the newest first."""

    site: PublicSite
    lines: Sequence[Line]
    locations: Sequence[Place] = ()
    """Where its listed jobs are, asked for or not."""
    departments: Sequence[tuple[int, str]] = ()
    """Whose they are, likewise: numbers and names."""
    total: int = 0
    """How many they are, likewise."""
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
        first = (asked.page - 1) * PER_PAGE
        can_filter = shown.total >= FILTERS_FROM or asked.is_filtered
        context = {
            "rows": mark_safe("".join(_rows(shown, shown.lines[first : first + PER_PAGE], now))),
            "has_jobs": bool(shown.total),
            "asked": asked,
            "heading": gettext("Work at %(company)s") % {"company": site.name},
            "can_filter": can_filter,
            "locations": _options(((each.number, words.place(each)) for each in shown.locations), asked.location),
            "departments": _options(shown.departments, asked.department),
            "introduction": words.html_of(site.introduction),
            "earlier": _page_link(shown, asked.page - 1) if asked.page > 1 else "",
            "later": _page_link(shown, asked.page + 1) if len(shown.lines) > first + PER_PAGE else "",
            "canonical": addresses.absolute(addresses.list_path(site.handle)),
            "summary": _introduced(site.introduction),
            "atom": addresses.file_path(site.handle, "atom.xml"),
            "is_embedded": shown.is_embedded,
        }
    noindex = shown.is_embedded or not site.is_indexed or asked.is_filtered or asked.page > 1
    return page("careers/public/list.html", site, source=asked.source, noindex=noindex, **context)


def _rows(shown: JobList, lines: Iterable[Line], now: datetime) -> Iterator[str]:
    """Yield a row for each job. What many have in common is put into words once: a list has two hundred."""
    site, start = shown.site, addresses.list_path(shown.site.handle)
    end = f'{addresses.with_source("", shown.asked.source)}"{" target=_top" if shown.is_embedded else ""}'
    said: dict[object, str] = {}
    named = {each.name: words.place(each) for each in shown.locations}
    at = {each[2:]: words.place(each) for each in shown.locations}
    for line in lines:
        place = (line.city, line.region, line.country, line.further_locations)
        kind = (line.employment_type, line.own_type, line.workplace, line.remote_countries)
        minute = line.published[:16]
        if place not in said:
            further = line.further_locations.split("; ") if line.further_locations else []
            first = at.get(place[:3]) or words.address(*place[:3])
            said[place] = escape(words.places([*filter(None, [first]), *(named.get(each, each) for each in further)]))
        if kind not in said:
            said[kind] = escape(" · ".join(filter(None, _kind(*kind))))
        if minute not in said:
            said[minute] = escape(words.posted(line.published_at, now=now, zone=site.zone))
        facts = " · ".join(filter(None, (said[place], said[kind], said[minute])))
        yield f'{_link(start, line.number, line.title, end)} <span class="c-meta" dir="auto">{facts}</span>\n'


@lru_cache(maxsize=20_000)
def _link(start: str, number: int, title: str, end: str) -> str:
    """Return the beginning of a row: the link to the job."""
    return f'<li><a href="{start}jobs/{addresses.job_part(number, title)}/{end} dir="auto">{escape(title)}</a>'


def _options(choices: Iterable[tuple[int, str]], chosen: int | None) -> str:
    """Return the options of a filter; "" when there is nothing to choose."""
    options = [
        f'<option value="{number}"{" selected" if number == chosen else ""}>{escape(name)}</option>'
        for number, name in choices
    ]
    return mark_safe("".join(options)) if len(options) > 1 or chosen is not None else ""


def _kind(employment_type: str, own_type: str, workplace: str, countries: str) -> tuple[str, str]:
    return words.employment_type(employment_type, own_type), words.workplace(workplace, json.loads(countries))


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
            "description": words.html_of(opening.description),
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
        (gettext("Type"), words.employment_type(row.employment_type, row.own_type)),
        (gettext("Workplace"), words.workplace(row.workplace, row.remote_countries)),
        (gettext("Pay"), words.pay(row)),
        (gettext("Department"), row.department),
        (gettext("Openings"), words.openings(row)),
        (gettext("Closing date"), words.closing(row.closes_on, site.zone) if row.closes_on else ""),
        *((each.name, words.value(each.value)) for each in opening.fields),
    )
    yield from ((label, value) for label, value in shown if value)


def _summary(site: PublicSite, opening: Opening) -> str:
    row = opening.row
    where = words.places([words.place(each) for each in opening.places])
    facts = (where, words.employment_type(row.employment_type, row.own_type), words.pay(row))
    return _shortened(" · ".join(filter(None, facts)) or site.name)


@lru_cache(maxsize=500)
def _introduced(introduction: str) -> str:
    return _shortened(markdown.plain(introduction)) if introduction else ""


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
