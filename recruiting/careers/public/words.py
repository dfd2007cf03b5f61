"""Facts of published jobs in words, in the language that is active (`rendering.in_language`).

Numbers, dates and countries read as the language has it. What programs read (board, feeds) has its own forms there.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as formatted
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from recruiting.careers.models import Posting
from recruiting.careers.public.selectors import Place, Row
from recruiting.company_fields.values import Value
from recruiting.foundation import formatting, markdown
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import in_one_line

_ENGLISH_NAMES = dict(COUNTRIES)
TYPES: dict[str, Promise] = {
    Posting.EmploymentType.FULL_TIME: gettext_lazy("Full time"),
    Posting.EmploymentType.PART_TIME: gettext_lazy("Part time"),
    Posting.EmploymentType.CONTRACT: gettext_lazy("Contract"),
    Posting.EmploymentType.TEMPORARY: gettext_lazy("Temporary"),
    Posting.EmploymentType.INTERN: gettext_lazy("Internship"),
    Posting.EmploymentType.VOLUNTEER: gettext_lazy("Volunteer"),
    Posting.EmploymentType.PER_DIEM: gettext_lazy("By the day"),
    Posting.EmploymentType.OTHER: gettext_lazy("Other"),
}
WORKPLACES: dict[str, Promise] = {
    Posting.Workplace.ON_SITE: gettext_lazy("On site"),
    Posting.Workplace.HYBRID: gettext_lazy("Hybrid"),
    Posting.Workplace.REMOTE: gettext_lazy("Remote"),
}
PERIODS: dict[str, Promise] = {
    Posting.PayPeriod.HOUR: gettext_lazy("an hour"),
    Posting.PayPeriod.DAY: gettext_lazy("a day"),
    Posting.PayPeriod.WEEK: gettext_lazy("a week"),
    Posting.PayPeriod.MONTH: gettext_lazy("a month"),
    Posting.PayPeriod.YEAR: gettext_lazy("a year"),
}
DATES = {"en": "j F Y", "de": "j. F Y", "fr": "j F Y", "es": r"j \d\e F \d\e Y"}
WITH_WEEKDAY = {"en": "l j F Y", "de": "l, j. F Y", "fr": "l j F Y", "es": r"l, j \d\e F \d\e Y"}
# What stands between thousands, and before cents.
SEPARATORS = {"en": (",", "."), "de": (".", ","), "fr": ("\u202f", ","), "es": (".", ",")}
MOST_DAYS_AGO = 30
MOST_PLACES = 3


def language() -> str:
    """Return the code of the language that is active, one that these pages have."""
    active = (get_language() or "en").partition("-")[0]
    return active if active in DATES else "en"


# ── Times and numbers ────────────────────────────────────────────────────────────────────────────────────────────────
def day(value: date, *, weekday: bool = False) -> str:
    """Return "31 December 2026", or "Thursday 31 December 2026"."""
    return formatted(value, (WITH_WEEKDAY if weekday else DATES)[language()])


def posted(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """Return when a job was published, in the company's days: "Posted 3 days ago"."""
    local = at.astimezone(zone).date()
    days = (now.astimezone(zone).date() - local).days
    if days <= 0:
        return gettext("Posted today")
    if days == 1:
        return gettext("Posted yesterday")
    if days <= MOST_DAYS_AGO:
        return ngettext("Posted %(days)d day ago", "Posted %(days)d days ago", days) % {"days": days}
    return gettext("Posted on %(day)s") % {"day": day(local)}


def closing(closes_on: date, zone: ZoneInfo) -> str:
    """Return until when people apply, with the zone in which that day ends."""
    place = formatting.zone_name(zone).removesuffix(" time")
    time = place if place == "UTC" else gettext("%(city)s time") % {"city": place}
    return gettext("%(day)s, end of the day (%(time)s)") % {"day": day(closes_on, weekday=True), "time": time}


def number(value: Decimal | int, *, separators: tuple[str, str] | None = None) -> str:
    """Return a number with its thousands apart, and cents only where there are some."""
    thousands, point = separators or SEPARATORS[language()]
    amount = Decimal(value)
    plain = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount.normalize():,f}"
    return plain.translate({ord(","): thousands, ord("."): point})


def amount(value: Decimal) -> str:
    """Return an amount of money as `number` does, with none or two places."""
    whole = value == value.to_integral_value()
    thousands, point = SEPARATORS[language()]
    return f"{value:,.{0 if whole else 2}f}".translate({ord(","): thousands, ord("."): point})


def pay(row: Row) -> str:
    """Return what a job pays: "52,000–58,000 EUR a year"; "" when it does not say."""
    if row.pay_min is None or row.pay_max is None:
        return ""
    low, high = amount(row.pay_min), amount(row.pay_max)
    values = {
        "amount": low if low == high else f"{low}–{high}",
        "currency": row.pay_currency,
        "period": PERIODS[row.pay_period],
    }
    return gettext("%(amount)s %(currency)s %(period)s") % values


def value(given: Value) -> str:
    """Return what a job says in a public field."""
    if isinstance(given, bool):
        return gettext("Yes") if given else gettext("No")
    if isinstance(given, Decimal):
        return number(given)
    return day(given) if isinstance(given, date) else str(given)


# ── What kind of work, and where ─────────────────────────────────────────────────────────────────────────────────────
def employment_type(chosen: str, own: str) -> str:
    """Return what kind of work it is; the job's own words where nothing was chosen for the public."""
    return str(TYPES[chosen]) if chosen else own


def country(code: str) -> str:
    """Return a country's name; its code for one that nobody knows."""
    return _country(language(), code)


@lru_cache(maxsize=2_000)
def _country(language: str, code: str) -> str:
    name = _ENGLISH_NAMES.get(code)
    return gettext(name) if name else code


def place(given: Place) -> str:
    """Return a location: by its name where it has one of its own, else city, state and country."""
    if given.name and given.name != in_one_line(given.city, given.region, given.country):
        return given.name
    return address(given.city, given.region, given.country) or given.name


def address(city: str, region: str, code: str) -> str:
    """Return city, state and country in one line, as far as they are known."""
    return in_one_line(city, region, country(code) if code else "")


def places(given: Sequence[str]) -> str:
    """Return locations by their names, three at most, and how many more there are."""
    names = " · ".join(given[:MOST_PLACES])
    if (more := len(given) - MOST_PLACES) > 0:
        more_words = ngettext("%(count)d more place", "%(count)d more places", more) % {"count": more}
        return f"{names} · {more_words}"
    return names


def workplace(kind: str, countries: Sequence[str]) -> str:
    """Return where the work is done: "Hybrid", "Remote in: Austria, Germany"; "" when the job does not say."""
    if not kind:
        return ""
    if kind != Posting.Workplace.REMOTE or not countries:
        return str(WORKPLACES[kind])
    names = ", ".join(sorted(country(each) for each in countries))
    return gettext("Remote in: %(countries)s") % {"countries": names}


def openings(row: Row) -> str:
    """Return how many people are sought, when it is more than one."""
    return number(row.openings) if row.openings > 1 else ""


@lru_cache(maxsize=500)
def html_of(typed: str) -> SafeString:
    """Return Markdown as HTML, as `markdown.render`, remembered: texts change seldom, and pages show them often."""
    return markdown.render(typed) if typed else mark_safe("")
