"""What the public reads: a company's page, its listed jobs and one job. Nothing else of a company comes through here.

Every function takes what it needs as arguments; nothing looks at a request. All queries are composed once per process.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from recruiting.careers.models import CareersSite, Handle, Language, Posting
from recruiting.careers.sites import DEFAULT_WHAT_NEXT
from recruiting.foundation.compiled import compiled
from recruiting.jobs.field_values import Value, value_in
from recruiting.jobs.models import Department, Job, JobField, JobFieldValue, JobLocation

MOST_INDEXED = 40_000
"""Companies in the index of sitemaps, which may name 50,000."""


@dataclass(frozen=True)
class PublicSite:
    """A company's careers page."""

    company_id: UUID
    handle: str
    name: str
    zone: ZoneInfo
    color: str = ""
    logo: bytes = b""
    introduction: str = ""
    what_next: str = DEFAULT_WHAT_NEXT
    contact: str = ""
    language: str = Language.ENGLISH
    keep_months: int = 12
    is_indexed: bool = False
    embed_origins: Sequence[str] = ()

    @property
    def logo_name(self) -> str:
        """What the file of its logo is called; "" without one."""
        return f"logo.{sha256(self.logo).hexdigest()[:12]}.png" if self.logo else ""


class Place(NamedTuple):
    """A location of a job."""

    number: int
    name: str
    city: str
    region: str
    country: str


class Part(NamedTuple):
    """A department, and the number of what it is a part of."""

    number: int
    name: str
    parent: int | None


class Row(NamedTuple):
    """What lists, feeds and the board say of a job. The order is that of `_listed`."""

    job_id: UUID
    number: int
    title: str
    department: str
    department_number: int | None
    own_type: str
    employment_type: str
    workplace: str
    remote_countries: Sequence[str]
    published_at: datetime
    changed_at: datetime
    job_changed_at: datetime
    search_key: str
    closes_on: date | None
    closes_at: datetime | None
    pay_min: Decimal | None
    pay_max: Decimal | None
    pay_currency: str
    pay_period: str
    openings: int

    @property
    def updated_at(self) -> datetime:
        """When the job or its publication changed last."""
        return max(self.changed_at, self.job_changed_at)


@dataclass(frozen=True)
class PublicField:
    """A public job field with its value."""

    field_id: UUID
    name: str
    kind: str
    value: Value


@dataclass(frozen=True)
class Opening:
    """One job as its page, the feeds and the board show it."""

    row: Row
    description: str
    places: Sequence[Place] = ()
    fields: Sequence[PublicField] = ()
    publication: str = Posting.Publication.PUBLIC
    state: str = Job.State.OPEN

    def is_taking(self, *, now: datetime) -> bool:
        """Return whether people can apply, as `PostingQuerySet.taking` says."""
        is_live = self.state == Job.State.OPEN and self.publication != Posting.Publication.NONE
        return is_live and (self.row.closes_at is None or self.row.closes_at > now)

    def is_listed(self, *, now: datetime) -> bool:
        """Return whether it stands in lists, feeds and boards, too."""
        return self.publication == Posting.Publication.PUBLIC and self.is_taking(now=now)


# ── The company's page ───────────────────────────────────────────────────────────────────────────────────────────────
def site_of(site: CareersSite, *, handle: str, zone: ZoneInfo) -> PublicSite:
    """Return the careers page that a row says, saved or not."""
    return PublicSite(
        company_id=site.company_id,
        handle=handle,
        name=site.name,
        zone=zone,
        color=site.color,
        logo=bytes(site.logo or b""),
        introduction=site.introduction,
        what_next=site.what_next or DEFAULT_WHAT_NEXT,
        contact=site.contact,
        language=site.language,
        keep_months=site.keep_months,
        is_indexed=site.is_indexed,
        embed_origins=tuple(site.embed_origins),
    )


def find_site(handle: str) -> PublicSite | None:
    """Return the careers page of whoever has, or had, this word in its addresses; its own `handle` is the current."""
    for found in _handles(handle.lower()[:41]):
        company = found.company
        site = getattr(company, "careers_site", None) or CareersSite(company=company, name=company.name)
        return site_of(site, handle=getattr(found, "current", ""), zone=company.zone)
    return None


@compiled
def _handles(handle: str) -> "QuerySet[Handle]":
    current = Handle.objects.filter(company=OuterRef("company"), is_current=True).values("handle")[:1]
    found = Handle.objects.filter(handle=handle).select_related("company__careers_site")
    return found.annotate(current=Subquery(current)).exclude(current=None)


@compiled
def indexed_handles() -> QuerySet[Handle, str]:
    """Return the handles of the companies that let search engines find their pages."""
    found = Handle.objects.filter(is_current=True, company__careers_site__is_indexed=True).order_by("handle")
    return found.values_list("handle", flat=True)[:MOST_INDEXED]


# ── Listed jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────
_ROW = (
    "job_id",
    "number",
    "job__title",
    "job__department",
    "job__listed_department__number",
    "job__employment_type",
    "employment_type",
    "workplace",
    "remote_countries",
    "first_published_at",
    "updated_at",
    "job__updated_at",
    "job__search_key",
    "closes_on",
    "closes_at",
    "pay_min",
    "pay_max",
    "pay_currency",
    "pay_period",
    "openings",
)


def listed(company_id: UUID, *, now: datetime) -> list[Row]:
    """Return the jobs of a company that stand in lists, the newest first."""
    return [Row._make(each) for each in _listed(company_id, now)]


@compiled
def _listed(company_id: UUID, now: datetime) -> QuerySet[Posting, tuple[object, ...]]:
    found = Posting.objects.filter(company=company_id).listed(now=now)
    return found.order_by("-first_published_at", "-id").values_list(*_ROW)


def openings(company_id: UUID, *, now: datetime) -> list[Opening]:
    """Return the listed jobs of a company whole, in four queries however many they are."""
    rows = listed(company_id, now=now)
    ids = tuple(row.job_id for row in rows)
    if not ids:
        return []
    descriptions = dict(_descriptions(ids))
    places, fields = places_of(ids), _fields_of(ids)
    return [
        Opening(row, descriptions.get(row.job_id, ""), places.get(row.job_id, ()), fields.get(row.job_id, ()))
        for row in rows
    ]


@compiled
def _descriptions(job_ids: tuple[UUID, ...]) -> QuerySet[Job, tuple[UUID, str]]:
    return Job.objects.filter(pk__in=job_ids).values_list("pk", "description")


def places_of(job_ids: Sequence[UUID]) -> dict[UUID, list[Place]]:
    """Return by job its locations in order; a job without any is missing."""
    found = defaultdict[UUID, list[Place]](list)
    for job_id, *place in _places(tuple(job_ids)) if job_ids else ():
        found[cast(UUID, job_id)].append(Place._make(place))
    return dict(found)


@compiled
def _places(job_ids: tuple[UUID, ...]) -> QuerySet[JobLocation, tuple[object, ...]]:
    found = JobLocation.objects.filter(job__in=job_ids).order_by("job", "position")
    of_place = ("number", "name", "city", "region", "country")
    return found.values_list("job_id", *(f"location__{name}" for name in of_place))


def parts_of(company_id: UUID) -> dict[int | None, Part]:
    """Return a company's departments by number. What lists show of them are those of listed jobs."""
    return {number: Part(number, name, parent) for number, name, parent in _parts(company_id)}


@compiled
def _parts(company_id: UUID) -> QuerySet[Department, tuple[int, str, int | None]]:
    return (
        Department.objects.filter(company=company_id)
        .order_by("name_key")
        .values_list("number", "name", "parent__number")
    )


def _fields_of(job_ids: tuple[UUID, ...]) -> dict[UUID, list[PublicField]]:
    found = defaultdict[UUID, list[PublicField]](list)
    for row in _field_values(job_ids):
        if (value := value_in(row.field, row)) is not None:
            found[row.job_id].append(PublicField(row.field_id, row.field.name, row.field.kind, value))
    return dict(found)


@compiled
def _field_values(job_ids: tuple[UUID, ...]) -> QuerySet[JobFieldValue]:
    public = JobFieldValue.objects.filter(
        job__in=job_ids, field__is_active=True, field__visibility=JobField.Visibility.PUBLIC
    )
    return public.select_related("field", "option").order_by("field__position", "field")


# ── One job ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def find_opening(company_id: UUID, number: int) -> Opening | None:
    """Return the job of this number that the company published, now or once; None for any other."""
    for found in _published(company_id, number):
        return _opening(found)
    return None


def opening_of(posting: Posting) -> Opening:
    """Return a job as its page shows it, published or not, for whoever may see it before the public does."""
    return _opening(posting)


@compiled
def _published(company_id: UUID, number: int) -> QuerySet[Posting]:
    found = Posting.objects.filter(company=company_id, number=number, first_published_at__isnull=False)
    return found.select_related("job__listed_department")


def _opening(posting: Posting) -> Opening:
    job, ids = posting.job, (posting.job_id,)
    row = Row(
        job_id=job.pk,
        number=posting.number,
        title=job.title,
        department=job.department,
        department_number=job.listed_department.number if job.listed_department else None,
        own_type=job.employment_type,
        employment_type=posting.employment_type,
        workplace=posting.workplace,
        remote_countries=posting.remote_countries,
        published_at=posting.first_published_at or posting.created_at,
        changed_at=posting.updated_at,
        job_changed_at=job.updated_at,
        search_key=job.search_key,
        closes_on=posting.closes_on,
        closes_at=posting.closes_at,
        pay_min=posting.pay_min,
        pay_max=posting.pay_max,
        pay_currency=posting.pay_currency,
        pay_period=posting.pay_period,
        openings=posting.openings,
    )
    return Opening(
        row,
        job.description,
        places_of(ids).get(job.pk, ()),
        _fields_of(ids).get(job.pk, ()),
        posting.publication,
        job.state,
    )
