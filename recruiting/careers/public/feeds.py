"""What programs read of careers pages beside the job board: robots.txt, sitemaps, an Atom feed and one for job sites.

Each is a pure function of listed jobs, so that a job that closed is in none of them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from recruiting.careers.models import Posting
from recruiting.careers.public import addresses, words
from recruiting.careers.public.selectors import Opening, PublicSite, Row
from recruiting.jobs.countries import COUNTRIES

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ATOM_ENTRIES = 100
NOT_FOR_PROGRAMS = (
    "/accounts/",
    "/admin/",
    "/api/",
    "/application/",
    "/candidates/",
    "/jobs/",
    "/oauth/",
    "/profile/",
    "/settings/",
)
_COUNTRIES = dict(COUNTRIES)
_JOB_TYPES = {
    Posting.EmploymentType.FULL_TIME: "fulltime",
    Posting.EmploymentType.PART_TIME: "parttime",
    Posting.EmploymentType.CONTRACT: "contract",
    Posting.EmploymentType.TEMPORARY: "temporary",
    Posting.EmploymentType.INTERN: "internship",
    Posting.EmploymentType.VOLUNTEER: "volunteer",
    Posting.EmploymentType.PER_DIEM: "perdiem",
}
_REMOTE_TYPES = {Posting.Workplace.REMOTE: "Fully remote", Posting.Workplace.HYBRID: "Hybrid remote"}
DEFAULT_SOURCE = "jobs-xml"
"""What links of the feed for job sites carry where it was asked for without a code."""


# ── Search engines ───────────────────────────────────────────────────────────────────────────────────────────────────
def robots() -> str:
    """Return which addresses programs may read: what is public, and nothing of the staff's, nor anybody's status page.

    `/` itself is not refused: some readers ask for it before they read anything.
    """
    lines = (
        "User-agent: *",
        *(f"Allow: {each}" for each in ("/careers/", "/v1/boards/")),
        *(f"Disallow: {each}" for each in NOT_FOR_PROGRAMS),
        "",
        f"Sitemap: {addresses.absolute('/sitemap.xml')}",
        "",
    )
    return "\n".join(lines)


def sitemap_index(handles: Iterable[str]) -> str:
    """Return the index of the sitemaps of companies."""
    entries = "".join(
        f"<sitemap><loc>{escape(addresses.absolute(addresses.file_path(handle, 'sitemap.xml')))}</loc></sitemap>\n"
        for handle in handles
    )
    return f'{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapindex>\n'


def sitemap(site: PublicSite, rows: Sequence[Row]) -> str:
    """Return the pages of a company: its list and each listed job."""
    pages = [(addresses.list_path(site.handle), max((row.updated_at for row in rows), default=None))]
    pages += [(addresses.job_path(site.handle, row.number, row.title), row.updated_at) for row in rows]
    entries = "".join(
        f"<url><loc>{escape(addresses.absolute(path))}</loc>{_element('lastmod', _iso(at)) if at else ''}</url>\n"
        for path, at in pages
    )
    return f'{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'


# ── Feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def atom(site: PublicSite, found: Sequence[Opening], *, title: str, source: str = "") -> str:
    """Return the newest jobs of a company as an Atom feed.

    Args:
        site: the company's page.
        found: its listed jobs.
        title: of the feed, in the company's language.
        source: the code that links carry on.
    """
    home, own = (addresses.absolute(path) for path in (addresses.list_path(site.handle, source), f"{_atom(site)}"))
    host = urlsplit(own).hostname
    entries = "".join(
        "<entry>"
        + _element("id", f"tag:{host},2026:job/{each.row.number}")
        + _element("title", each.row.title)
        + f'<link rel="alternate" type="text/html" href="{_attribute(_job_address(site, each.row, source))}"/>'
        + _element("published", _iso(each.row.published_at))
        + _element("updated", _iso(each.row.updated_at))
        + f'<content type="html">{escape(_clean(words.html_of(each.description)))}</content>'
        + "</entry>\n"
        for each in found[:ATOM_ENTRIES]
    )
    updated = max((each.row.updated_at for each in found), default=datetime(2026, 1, 1, tzinfo=UTC))
    return (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">\n'
        f"{_element('id', f'tag:{host},2026:company/{site.company_id}')}{_element('title', title)}"
        f'<link rel="self" type="application/atom+xml" href="{_attribute(own)}"/>'
        f'<link rel="alternate" type="text/html" href="{_attribute(home)}"/>'
        f"{_element('updated', _iso(updated))}<author>{_element('name', site.name)}</author>\n{entries}</feed>\n"
    )


def job_sites(site: PublicSite, found: Sequence[Opening], *, source: str) -> str:
    """Return the jobs of a company in the format that job sites take: texts in CDATA, pay and dates in English."""
    jobs = "".join(_job_site_entry(site, each, source or DEFAULT_SOURCE) for each in found)
    built = max((each.row.updated_at for each in found), default=datetime(2026, 1, 1, tzinfo=UTC))
    return (
        f"{HEAD}<source>\n{_element('publisher', site.name)}"
        f"{_element('publisherurl', addresses.absolute(addresses.list_path(site.handle)))}"
        f"{_element('lastBuildDate', _rfc_822(built))}\n{jobs}</source>\n"
    )


def _job_site_entry(site: PublicSite, opening: Opening, source: str) -> str:
    row = opening.row
    first = opening.places[0] if opening.places else None
    members = {
        "title": row.title,
        "date": _rfc_822(row.published_at),
        "referencenumber": str(row.number),
        "url": _job_address(site, row, source),
        "company": site.name,
        "city": first.city if first else "",
        "state": first.region if first else "",
        "country": first.country if first else "",
        "description": str(words.html_of(opening.description)),
        "jobtype": _JOB_TYPES.get(row.employment_type, ""),  # type: ignore[call-overload]
        "category": row.department,
        "salary": pay_in_english(row),
        "expirationdate": row.closes_on.isoformat() if row.closes_on else "",
        "remotetype": _REMOTE_TYPES.get(row.workplace, ""),  # type: ignore[call-overload]
    }
    return f"<job>\n{''.join(f'<{name}>{_cdata(text)}</{name}>' for name, text in members.items())}\n</job>\n"


def pay_in_english(row: Row) -> str:
    """Return what a job pays as programs find it in texts: "$60,000 - $70,000 a year", "52,000 - 58,000 EUR a year"."""
    if row.pay_min is None or row.pay_max is None:
        return ""
    sign, code = ("$", "") if row.pay_currency == "USD" else ("", f" {row.pay_currency}")
    amounts = [f"{sign}{each:,.{0 if each == each.to_integral_value() else 2}f}" for each in (row.pay_min, row.pay_max)]
    return f"{' - '.join(dict.fromkeys(amounts))}{code} {Posting.PayPeriod(row.pay_period).label}"


def country_in_english(code: str) -> str:
    """Return a country's English name."""
    return _COUNTRIES.get(code, code)


def _job_address(site: PublicSite, row: Row, source: str) -> str:
    return addresses.absolute(addresses.job_path(site.handle, row.number, row.title, source))


def _atom(site: PublicSite) -> str:
    return addresses.file_path(site.handle, "atom.xml")


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_clean(text))}</{name}>"


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _cdata(text: str) -> str:
    return f"<![CDATA[{_clean(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _clean(text: str) -> str:
    """Return a text without the controls that XML cannot carry."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rfc_822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)
