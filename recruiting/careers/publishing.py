"""Publishing a job: who finds it, until when, and what it says to the public besides what it says itself."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from newsfeed import feed
from recruiting import events
from recruiting.careers import activity, sites
from recruiting.careers.models import Posting
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, edits, formatting, text
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.formatting import Deadline
from recruiting.foundation.permissions import Action
from recruiting.jobs import places
from recruiting.jobs.activity import JobPayload
from recruiting.jobs.countries import is_country
from recruiting.jobs.models import Job
from recruiting.jobs.services import lock

Publication = Posting.Publication
_CURRENCIES = """
USD EUR GBP CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN ISK TRY ILS AED SAR INR PKR BDT LKR SGD HKD CNY JPY KRW TWD
THB MYR IDR PHP VND BRL MXN ARS CLP COP PEN UYU ZAR NGN KES GHS EGP MAD TND UAH GEL AMD KZT
"""
CURRENCIES = tuple(_CURRENCIES.split())


@dataclass(frozen=True)
class PostingDetails:
    """What the form says; texts as they were typed, "" for nothing."""

    closes_on: str = ""
    """ISO 8601."""
    employment_type: str = ""
    workplace: str = ""
    remote_countries: tuple[str, ...] = ()
    pay_min: str = ""
    pay_max: str = ""
    pay_currency: str = ""
    pay_period: str = ""
    openings: str = "1"
    is_resume_required: bool = True


def details_of(posting: Posting) -> PostingDetails:
    """Return what a posting says, as its form shows it."""
    return PostingDetails(
        closes_on=posting.closes_on.isoformat() if posting.closes_on else "",
        employment_type=posting.employment_type,
        workplace=posting.workplace,
        remote_countries=tuple(posting.remote_countries),
        pay_min=_plain(posting.pay_min),
        pay_max=_plain(posting.pay_max),
        pay_currency=posting.pay_currency,
        pay_period=posting.pay_period,
        openings=str(posting.openings),
        is_resume_required=posting.is_resume_required,
    )


def of_job(job: Job) -> Posting:
    """Return a job's posting; one that is not saved, and published to nobody, while there is none."""
    return Posting.objects.filter(job=job).first() or Posting(company_id=job.company_id, job=job)


def saved(*, job: Job, by: Membership) -> Posting:
    """Return a job's posting, made where there was none, for questions to belong to.

    Raises:
        NotFound, NotAllowed: when the actor may not see, or not edit the job.
    """
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        posting = _posting(locked, by.company)
        if posting._state.adding:
            posting.save()
    return posting


def save(*, job: Job, details: PostingDetails, by: Membership, base: PostingDetails | None = None) -> Posting:
    """Change what a job says to the public, published or not.

    Raises:
        NotFound, NotAllowed: when the actor may not see, or not edit the job.
        InvalidInput: for what cannot be accepted.
        EditConflict: when somebody else changed the same meanwhile.
    """
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        posting = _posting(locked, by.company)
        now = vars(details_of(posting))
        changed = edits.merge_changes(vars(details), base=vars(base) if base else None, now=now)
        if changed or posting._state.adding:
            _apply(posting, PostingDetails(**{**now, **changed}), by.company.zone, touched=set(changed))
            posting.save()
    return posting


def publish(*, job: Job, publication: str, by: Membership) -> Posting:
    """Say who finds a job: everyone (public), whoever has its address (unlisted), or nobody (none).

    A job that is no longer open, or past its closing date, may be published; nobody sees it before that is mended.

    Raises:
        NotFound, NotAllowed: when the actor may not see, or not edit the job.
        InvalidInput: for another word.
        Conflict: for a draft, and while the careers page lacks what a published job needs.
    """
    if publication not in Publication.values:
        raise InvalidInput(fields={"publication": "Choose who finds the job."})
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        posting = _posting(locked, by.company)
        if posting.publication == publication:
            return posting
        if publication != Publication.NONE:
            sites.require_published_settings(by.company)
            if locked.state == Job.State.DRAFT:
                raise Conflict("This job is a draft. Open it before you publish it.", code="job_is_a_draft")
            posting.first_published_at = posting.first_published_at or clock.now()
        posting.publication = publication
        posting.save()
        if publication == Publication.NONE:
            feed.publish(activity.UNPUBLISHED, JobPayload(locked.title), actor=by, job=locked)
        else:
            words = posting.get_publication_display().lower()
            feed.publish(activity.PUBLISHED, activity.PublishedPayload(locked.title, words), actor=by, job=locked)
    return posting


def closing_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) after a local day: until then people can apply."""
    return clock.start_of_day(day + timedelta(days=1), zone)


def closing_in_words(posting: Posting, *, zone: ZoneInfo, now: datetime) -> Deadline | None:
    """Return until when people can apply, in the company's zone and the reader's; None without a closing date."""
    if posting.closes_on is None or posting.closes_at is None:
        return None
    found = formatting.deadline(
        expires_on=None,
        expires_at=posting.closes_at,
        zone=zone,
        reader_zone=timezone.get_current_timezone(),
        now=now,
    )
    last = formatting.day(posting.closes_on, today=clock.today(zone))
    where = f"({formatting.zone_name(zone)})"
    if posting.closes_at != closing_instant(posting.closes_on, zone):  # the zone was another one
        local = posting.closes_at.astimezone(zone)
        last = f"{formatting.day(local.date(), today=clock.today(zone))}, {formatting.clock_time(local)}"
        sentence = f"People could apply until {last} {where}." if found.is_past else f"Closes {last} {where}."
    elif found.is_past:
        sentence = f"The last day to apply was {last} {where}."
    else:
        sentence = f"The last day to apply is {last} {where}; it closes as the next day begins."
    return replace(found, sentence=sentence)


def follow_zone(event: events.CompanyTimeZoneChanged) -> None:
    """Move closing instants that are ahead to the company's new midnight, where that is later: never earlier."""
    ahead = Posting.objects.filter(company_id=event.company_id, closes_at__gt=event.at)
    for posting in ahead.select_for_update().order_by("pk"):
        assert posting.closes_on is not None  # a constraint's
        later = closing_instant(posting.closes_on, event.after)
        if posting.closes_at is not None and later > posting.closes_at:
            posting.write(closes_at=later)


def _posting(locked: Job, company: Company) -> Posting:
    """Return the posting of a locked job, which nobody else changes meanwhile; a new one gets its number."""
    posting = Posting.objects.filter(job=locked).first()
    if posting is None:
        posting = Posting(company=company, job=locked, number=places.draw_number())
    posting.job = locked
    return posting


def _apply(posting: Posting, details: PostingDetails, zone: ZoneInfo, *, touched: Collection[str]) -> None:
    errors: dict[str, str] = {}
    if "closes_on" in touched:
        _apply_closing(posting, details.closes_on, zone, errors)
    for name, choices in (("employment_type", Posting.EmploymentType), ("workplace", Posting.Workplace)):
        value = getattr(details, name)
        if value not in ["", *choices.values]:
            errors[name] = "Choose one from the list."
        setattr(posting, name, value)
    countries = list(dict.fromkeys(text.one_line(each).upper() for each in details.remote_countries))
    if not all(is_country(each) for each in countries):
        errors["remote_countries"] = "Choose countries from the list."
    posting.remote_countries = countries if details.workplace == Posting.Workplace.REMOTE else []
    _apply_pay(posting, details, errors)
    posting.is_resume_required = details.is_resume_required
    openings = text.one_line(details.openings)
    if openings.isascii() and openings.isdecimal() and 1 <= int(openings[:6]) <= 999:
        posting.openings = int(openings)
    else:
        errors["openings"] = "Use a number from 1 to 999."
    if errors:
        raise InvalidInput(fields=errors)


def _apply_closing(posting: Posting, typed: str, zone: ZoneInfo, errors: dict[str, str]) -> None:
    if not typed:
        posting.closes_on = posting.closes_at = None
        return
    try:
        day = date.fromisoformat(typed)
        posting.closes_at = closing_instant(day, zone)
    except (ValueError, OverflowError):
        errors["closes_on"] = "Enter a date."
        return
    posting.closes_on = day


def _apply_pay(posting: Posting, details: PostingDetails, errors: dict[str, str]) -> None:
    low, high = _amount(details.pay_min, "pay_min", errors), _amount(details.pay_max, "pay_max", errors)
    low, high = (high if low is None else low), (low if high is None else high)
    posting.pay_min, posting.pay_max = low, high
    if low is None or high is None:
        posting.pay_currency = posting.pay_period = ""
        return
    posting.pay_currency, posting.pay_period = details.pay_currency, details.pay_period
    if high < low:
        errors["pay_max"] = "This is less than the lowest pay."
    if details.pay_currency not in CURRENCIES:
        errors["pay_currency"] = "Choose a currency."
    if details.pay_period not in Posting.PayPeriod.values:
        errors["pay_period"] = "Choose what the pay is for."


def _amount(typed: str, name: str, errors: dict[str, str]) -> Decimal | None:
    plain = text.one_line(typed).replace(",", "").replace(" ", "")
    if not plain:
        return None
    try:
        amount = Decimal(plain)
        if amount.is_finite() and 0 <= amount < 10**10 and amount == amount.quantize(Decimal("0.01")):
            return amount
    except InvalidOperation:
        pass
    errors[name] = "Enter an amount such as 52000 or 18.50."
    return None


def _plain(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return str(amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount)
