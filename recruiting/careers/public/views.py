"""What answers at public addresses. Nothing here looks at a session or at who is signed in.

Views return an `Answer`, which is kept for a minute by its address (`cache`), or raise Http404. Whoever adds a page
draws it with `rendering.page`, and finds whose it is with `site_at`.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from recruiting.careers import questions
from recruiting.careers.models import Posting
from recruiting.careers.public import addresses, assets, board_post, feeds, rendering, selectors
from recruiting.careers.public import board as boards
from recruiting.careers.public.cache import Answer, cached
from recruiting.careers.public.middleware import POLICY_HEADER, policy
from recruiting.careers.public.rendering import Asked, JobList
from recruiting.careers.public.selectors import Line, Opening, PublicSite
from recruiting.foundation import clock, text

XML = "application/xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/json"
CSS = "text/css; charset=utf-8"
JAVASCRIPT = "text/javascript; charset=utf-8"
READING = {"Access-Control-Allow-Origin": "*"}
"""Any page may read the board."""
LONGEST_QUERY = 200


class Elsewhere(Exception):
    """The company has another word in its addresses by now."""

    def __init__(self, site: PublicSite) -> None:
        super().__init__(site.handle)
        self.site = site


def site_at(handle: str) -> PublicSite:
    """Return whose page stands at a word. Raises Http404 for nobody's, Elsewhere for an old one."""
    site = selectors.find_site(handle)
    if site is None:
        raise Http404
    if site.handle != handle:
        raise Elsewhere(site)
    return site


def redirects_old(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view that leads from a company's old word to the same address under the current one, for ever."""

    def answered(request: HttpRequest, handle: str, **parts: Any) -> Any:
        try:
            return view(request, handle=handle, **parts)
        except Elsewhere as elsewhere:
            rest = escape_uri_path(request.path_info.removeprefix(f"/careers/{handle}"))
            query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
            return HttpResponsePermanentRedirect(f"/careers/{elsewhere.site.handle}{rest}{query}")

    return answered


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
@cached("q", "location", "department", "page")
@redirects_old
def jobs(request: HttpRequest, handle: str) -> Answer:
    """Show a company's listed jobs, those that were asked for."""
    return _list(request, site_at(handle))


@require_safe
@cached("q", "location", "department", "page")
@redirects_old
def embed(request: HttpRequest, handle: str) -> Answer:
    """Show the same list without the frame of a page, for pages of the company's own to frame."""
    site = site_at(handle)
    answer = _list(request, site, is_embedded=True)
    answer.headers[POLICY_HEADER] = policy(framed_by=" ".join(site.embed_origins))
    return answer


def _list(request: HttpRequest, site: PublicSite, *, is_embedded: bool = False) -> Answer:
    now, asked = clock.now(), _asked(request)
    lines = selectors.lines(site.company_id, now=now)
    departments = {each.department_number: each.department for each in lines if each.department_number}
    shown = JobList(
        site,
        _asked_for(site, lines, asked),
        locations=selectors.locations(site.company_id, now=now),
        departments=sorted(departments.items(), key=lambda item: text.compare_key(item[1])),
        total=len(lines),
        asked=asked,
        is_embedded=is_embedded,
    )
    return Answer(rendering.list_page(shown, now=now).encode())


def _asked_for(site: PublicSite, lines: list[Line], asked: Asked) -> list[Line]:
    """Return those jobs that fit what was asked for."""
    if asked.department is not None:
        lines = [each for each in lines if each.department_number == asked.department]
    if asked.location is not None:
        there = selectors.numbers_at(site.company_id, asked.location)
        lines = [each for each in lines if each.number in there]
    if needles := text.search_words(asked.words):
        keys = selectors.search_keys(site.company_id, now=clock.now())
        lines = [each for each in lines if all(word in keys.get(each.number, "") for word in needles)]
    return lines


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        words=text.one_line(str(request.GET.get("q", ""))[:LONGEST_QUERY]),
        location=_number(request.GET.get("location", "")),
        department=_number(request.GET.get("department", "")),
        page=max(1, min(_number(request.GET.get("page", "")) or 1, 1000)),
        source=addresses.source_in(request),
    )


def _number(typed: Any) -> int | None:
    """Return a number of at most ten digits, None for anything else."""
    plain = str(typed)
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 10 else None


@require_safe
@cached()
@redirects_old
def job(request: HttpRequest, handle: str, number: int, slug: str = "") -> Answer | HttpResponse:
    """Show a job; say of one that takes no applications any more that it is closed (410)."""
    source, wanted = addresses.source_in(request), _number(number)
    found = selectors.find_opening(handle, wanted) if wanted else None
    if found is None:
        raise Http404
    site, opening = found
    if site.handle != handle:
        raise Elsewhere(site)
    if not opening.is_taking(now=clock.now()):
        return Answer(rendering.closed_page(site, source=source).encode(), status=410)
    path = addresses.job_path(handle, opening.row.number, opening.row.title)
    if request.path_info != path:
        return HttpResponsePermanentRedirect(addresses.with_source(path, source))
    is_listed = opening.publication == Posting.Publication.PUBLIC
    answer = Answer(rendering.job_page(site, opening, is_listed=is_listed, source=source).encode())
    if not is_listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
@cached()
def style(request: HttpRequest, handle: str, digest: str) -> Answer:
    """Return a company's stylesheet; pages of the last minute may ask for the one before by its name."""
    site = selectors.find_site(handle)
    if site is None:
        raise Http404
    return Answer(assets.stylesheet(site.color), CSS, lasts=assets.stylesheet_name(site.color) == f"style.{digest}.css")


@require_safe
@cached()
def plain_style(request: HttpRequest, digest: str) -> Answer:
    """Return the stylesheet of pages that are no company's."""
    return Answer(assets.stylesheet(""), CSS, lasts=assets.stylesheet_name("") == f"style.{digest}.css")


@require_safe
@cached()
def script(request: HttpRequest, digest: str) -> Answer:
    """Return the script of a job's page."""
    return Answer(assets.page_script(), JAVASCRIPT, lasts=assets.page_script_path().endswith(f".{digest}.js"))


@require_safe
@cached()
def logo(request: HttpRequest, handle: str, digest: str) -> Answer:
    """Return a company's logo."""
    site = selectors.find_site(handle)
    if site is None or not site.logo:
        raise Http404
    return Answer(site.logo, "image/png", is_compressible=False, lasts=site.logo_name == f"logo.{digest}.png")


@require_safe
@cached()
@redirects_old
def embed_script(request: HttpRequest, handle: str) -> Answer:
    """Return the script that writes the list of jobs into a page of the company's own."""
    site = site_at(handle)
    with rendering.in_language(site):
        content = assets.embed_script(
            board=addresses.absolute(addresses.board_path(handle)),
            none=gettext("No open jobs right now."),
            failed=gettext("The jobs cannot be read right now."),
        )
    return Answer(content, JAVASCRIPT, headers={**READING, "Cross-Origin-Resource-Policy": "cross-origin"})


# ── Feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@require_safe
@cached()
def robots(request: HttpRequest) -> Answer:
    """Say what programs may read."""
    return Answer(feeds.robots().encode(), "text/plain; charset=utf-8")


@require_safe
@cached()
def sitemap_index(request: HttpRequest) -> Answer:
    """List the sitemaps of the companies that let search engines find their pages."""
    return Answer(feeds.sitemap_index(selectors.indexed_handles()).encode(), XML)


@require_safe
@cached()
@redirects_old
def sitemap(request: HttpRequest, handle: str) -> Answer:
    """List a company's pages."""
    site = site_at(handle)
    return Answer(feeds.sitemap(site, selectors.listed(site.company_id, now=clock.now())).encode(), XML)


@require_safe
@cached()
@redirects_old
def atom(request: HttpRequest, handle: str) -> Answer:
    """Return a company's newest jobs as a feed."""
    site = site_at(handle)
    found = selectors.openings(site.company_id, now=clock.now())
    with rendering.in_language(site):
        title = gettext("Work at %(company)s") % {"company": site.name}
    return Answer(feeds.atom(site, found, title=title, source=addresses.source_in(request)).encode(), ATOM)


@require_safe
@cached()
@redirects_old
def job_sites(request: HttpRequest, handle: str) -> Answer:
    """Return a company's jobs for job sites."""
    site = site_at(handle)
    found = selectors.openings(site.company_id, now=clock.now())
    return Answer(feeds.job_sites(site, found, source=addresses.source_in(request)).encode(), XML)


# ── The job board ────────────────────────────────────────────────────────────────────────────────────────────────────
BoardView = Callable[..., Answer]
Responds = Callable[..., HttpResponse]


def _reads_board(*names: str) -> Callable[[BoardView], Callable[..., HttpResponse]]:
    """Return a decorator of a view of the board: JSON whatever happens, read by any page, under old words as well.

    A reader is not led on from an old word to the current one, since some follow no redirect.

    Args:
        names: of what in the query makes another answer.
    """

    def decorate(view: BoardView) -> Responds:
        @cached(*names)
        def kept(request: HttpRequest, **parts: Any) -> Answer:
            return view(request, **parts)

        @csrf_exempt
        def answered(request: HttpRequest, handle: str, **parts: Any) -> HttpResponse:
            if request.method == "OPTIONS":
                allowed = {"Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "If-None-Match"}
                return HttpResponse(status=204, headers={**READING, **allowed, "Allow": "GET, HEAD, OPTIONS"})
            if request.method not in ("GET", "HEAD"):
                body = boards.as_json({"status": 405, "error": "Method not allowed"})
                return HttpResponse(body, status=405, content_type=JSON, headers={"Allow": "GET, HEAD, OPTIONS"})
            try:
                return kept(request, handle=handle, **parts)
            except Http404 as gone:
                body = boards.not_found(str(gone) or "Board")
                length = {"Content-Length": str(len(body)), "Cache-Control": "public, max-age=10"}
                return HttpResponse(body, status=404, content_type=JSON, headers={**READING, **length})

        return answered

    return decorate


def _json(body: dict[str, Any]) -> Answer:
    return Answer(boards.as_json(body), JSON, headers={**READING})


def _board_of(handle: str) -> PublicSite:
    site = selectors.find_site(handle)
    if site is None:
        raise Http404("Board")
    return site


@_reads_board()
def board(request: HttpRequest, handle: str) -> Answer:
    """Say whose board it is."""
    return _json(boards.board(_board_of(handle)))


@_reads_board("content", "pay_transparency")
def board_jobs(request: HttpRequest, handle: str) -> Answer:
    """List the jobs: the newest first, all at once."""
    site = _board_of(handle)
    found, parts = _openings(site)
    content, pay = _is_wanted(request, "content"), _is_wanted(request, "pay_transparency")
    with rendering.in_language(site):
        return _json(boards.jobs(site, found, parts, content=content, pay=pay))


@_reads_board("questions", "pay_transparency")
def board_job(request: HttpRequest, handle: str, number: str) -> Answer:
    """Show one job, with what its form asks where that is wanted."""
    wanted = _number(number)
    found = selectors.find_opening(handle, wanted) if wanted else None
    if found is None or not found[1].is_listed(now=clock.now()):
        raise Http404("Job")
    site, opening = found
    parts = boards.shown_parts([opening], selectors.parts_of(site.company_id))
    with rendering.in_language(site):
        body = boards.job(site, opening, parts, pay=_is_wanted(request, "pay_transparency"))
    if _is_wanted(request, "questions"):
        body = boards.with_questions(body, questions.of_posting(Posting.objects.get(number=opening.row.number)))
    return _json(body)


@csrf_exempt
def board_job_or_application(request: HttpRequest, handle: str, number: str) -> HttpResponse:
    """Show a job of the board, or take an application for it."""
    if request.method == "POST":
        return board_post.receive(request, handle, _number(number) or 0)
    return board_job(request, handle=handle, number=number)


@_reads_board("render_as")
def board_departments(request: HttpRequest, handle: str) -> Answer:
    """List the departments of listed jobs, beside each other or as a tree."""
    return _json({"departments": _departments(request, _board_of(handle))})


@_reads_board("render_as")
def board_department(request: HttpRequest, handle: str, number: str) -> Answer:
    """Show one department."""
    waiting = _departments(request, _board_of(handle))
    while waiting:
        found = waiting.pop()
        if found["id"] == _number(number):
            return _json(found)
        waiting += found.get("children", ())
    raise Http404("Department")


@_reads_board()
def board_offices(request: HttpRequest, handle: str) -> Answer:
    """List the locations of listed jobs."""
    return _json({"offices": _offices(_board_of(handle))})


@_reads_board()
def board_office(request: HttpRequest, handle: str, number: str) -> Answer:
    """Show one location."""
    for found in _offices(_board_of(handle)):
        if found["id"] == _number(number):
            return _json(found)
    raise Http404("Office")


def _departments(request: HttpRequest, site: PublicSite) -> list[dict[str, Any]]:
    found, parts = _openings(site)
    with rendering.in_language(site):
        return boards.departments(site, found, parts, as_tree=request.GET.get("render_as") == "tree")


def _offices(site: PublicSite) -> list[dict[str, Any]]:
    found, parts = _openings(site)
    with rendering.in_language(site):
        return boards.offices(site, found, parts)


def _openings(site: PublicSite) -> tuple[list[Opening], boards.Parts]:
    """Return the listed jobs, and the departments that may be shown."""
    found = selectors.openings(site.company_id, now=clock.now())
    return found, boards.shown_parts(found, selectors.parts_of(site.company_id))


def _is_wanted(request: HttpRequest, name: str) -> bool:
    return request.GET.get(name) == "true"
