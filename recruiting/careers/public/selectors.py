"""What the public reads: a company's page, its listed jobs and one job. Nothing else of a company comes through here.

Every function takes what it needs as arguments; nothing looks at a request. All queries are composed once per process.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from recruiting.careers.models import CareersSite, Handle, Language, Posting
from recruiting.company_fields.values import Value, value_in
from recruiting.foundation.compiled import compiled
from recruiting.jobs.models import Department, Job, JobField, JobFieldValue, JobLocation, Location

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
    what_next: str = ""
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


class Line(NamedTuple):
    """What the list of a company says of a job, and no more: a list is drawn more often than all else."""

    number: int
    title: str
    city: str
    region: str
    country: str
    further_locations: str
    department: str
    department_number: int | None
    own_type: str
    employment_type: str
    workplace: str
    remote_countries: str
    """As JSON."""
    published: str
    """An instant in UTC as the database writes it: "2026-11-30 21:00:00.1+00"."""

    @property
    def published_at(self) -> datetime:
        """When it was published, to the minute."""
        return datetime.fromisoformat(f"{self.published[:16]}+00:00")


class Row(NamedTuple):
    """What feeds and the board say of a job. The order is that of `_listed`."""

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
        what_next=site.what_next,
        contact=site.contact,
        language=site.language,
        keep_months=site.keep_months,
        is_indexed=site.is_indexed,
        embed_origins=tuple(site.embed_origins),
    )


def find_site(handle: str) -> PublicSite | None:
    """Return the careers page of whoever has, or had, this word in its addresses; its own `handle` is the current."""
    for found in _sites(handle.lower()[:41]):
        return _site(found)
    return None


_OF_COMPANY = ("company_id", "company__name", "company__time_zone")
_SAVED = (
    "name",
    "color",
    "logo",
    "introduction",
    "what_next",
    "contact",
    "language",
    "keep_months",
    "is_indexed",
    "embed_origins",
)
_SITE = (*_OF_COMPANY, *(f"company__careers_site__{name}" for name in _SAVED))


@compiled
def _sites(handle: str) -> QuerySet[Handle, tuple[Any, ...]]:
    found = Handle.objects.filter(handle=handle).annotate(current=_current_handle()).exclude(current=None)
    return found.values_list("current", *_SITE)


def _current_handle() -> Subquery:
    return Subquery(Handle.objects.filter(company=OuterRef("company"), is_current=True).values("handle")[:1])


def _site(values: Sequence[Any]) -> PublicSite:
    """Return a page by its handle and the values of `_SITE`."""
    current, company_id, company, zone, *saved = values
    row = CareersSite(company_id=company_id, name=company)
    if saved[0] is not None:
        row = CareersSite(company_id=company_id, **dict(zip(_SAVED, saved, strict=True)))
    return site_of(row, handle=current, zone=ZoneInfo(zone))


@compiled
def indexed_handles() -> QuerySet[Handle, str]:
    """Return the handles of the companies that let search engines find their pages."""
    found = Handle.objects.filter(is_current=True, company__careers_site__is_indexed=True).order_by("handle")
    return found.values_list("handle", flat=True)[:MOST_INDEXED]


# ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────────
_LINE = (
    "number",
    "job__title",
    "job__city",
    "job__region",
    "job__country",
    "job__further_locations",
    "job__department",
    "job__listed_department__number",
    "job__employment_type",
    "employment_type",
    "workplace",
    # As text: to read two hundred instants takes as long as to read all else.
    Cast("remote_countries", TextField()),
    Cast("first_published_at", TextField()),
)


def lines(company_id: UUID, *, now: datetime) -> list[Line]:
    """Return the jobs of a company that stand in lists, the newest first."""
    return [Line._make(each) for each in _lines(company_id, now)]


@compiled
def _lines(company_id: UUID, now: datetime) -> QuerySet[Posting, tuple[Any, ...]]:
    found = Posting.objects.filter(company=company_id).listed(now=now)
    return found.order_by("-first_published_at", "-id").values_list(*_LINE)


def line_of(posting: Posting) -> Line:
    """Return what a list says of a job, published or not, for whoever may see it before the public does."""
    job, part = posting.job, posting.job.listed_department
    return Line(
        number=posting.number or 0,
        title=job.title,
        city=job.city,
        region=job.region,
        country=job.country,
        further_locations=job.further_locations,
        department=job.department,
        department_number=part.number if part else None,
        own_type=job.employment_type,
        employment_type=posting.employment_type,
        workplace=posting.workplace,
        remote_countries=json.dumps(posting.remote_countries),
        published=(posting.first_published_at or posting.created_at).isoformat(" "),
    )


def locations(company_id: UUID, *, now: datetime) -> list[Place]:
    """Return where the listed jobs of a company are, each place once."""
    return [Place._make(each) for each in _locations(company_id, now)]


@compiled
def _locations(company_id: UUID, now: datetime) -> QuerySet[Location, tuple[Any, ...]]:
    listed_jobs = Posting.objects.filter(company=company_id).listed(now=now).values("job")
    found = Location.objects.filter(pk__in=JobLocation.objects.filter(job__in=listed_jobs).values("location"))
    return found.order_by("name_key").values_list("number", "name", "city", "region", "country")


def numbers_at(company_id: UUID, location: int) -> set[int]:
    """Return the numbers of the jobs that are at a location, listed or not."""
    return set(_numbers_at(company_id, location))


@compiled
def _numbers_at(company_id: UUID, location: int) -> QuerySet[Posting, int]:
    found = Posting.objects.filter(company=company_id, job__places__location__number=location)
    return found.values_list("number", flat=True)


def search_keys(company_id: UUID, *, now: datetime) -> dict[int, str]:
    """Return by number in what the words of a search are looked for."""
    return dict(_search_keys(company_id, now))


@compiled
def _search_keys(company_id: UUID, now: datetime) -> QuerySet[Posting, tuple[int, str]]:
    return Posting.objects.filter(company=company_id).listed(now=now).values_list("number", "job__search_key")


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
    for place in _places(tuple(job_ids)) if job_ids else ():
        found[place[0]].append(Place._make(place[1:]))
    return dict(found)


@compiled
def _places(job_ids: tuple[UUID, ...]) -> QuerySet[JobLocation, tuple[Any, ...]]:
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
def find_opening(handle: str, number: int) -> tuple[PublicSite, Opening] | None:
    """Return the job of this number that a company published, now or once, with the company's page; None for any other.

    Args:
        handle: a word that the company has, or had, in its addresses.
        number: the job's.
    """
    for found in _published(handle.lower()[:41], number):
        site, row = _site(found[: len(_SITE) + 1]), Row._make(found[len(_SITE) + 1 : -len(_BESIDE)])
        description, publication, state, city, region, country, further, has_fields, *first = found[-len(_BESIDE) :]
        places: Sequence[Place] = ()
        if further:
            places = places_of((row.job_id,))[row.job_id]
        elif first[0] is not None:
            number_there, name_there = first
            places = [Place(number_there, name_there, city, region, country)]
        fields = _fields_of((row.job_id,)).get(row.job_id, ()) if has_fields else ()
        return site, Opening(row, description, places, fields, publication, state)
    return None


# What is asked for beside the company's page and the job's row.
_BESIDE = (
    "job__description",
    "publication",
    "job__state",
    "job__city",
    "job__region",
    "job__country",
    "job__further_locations",
    "has_fields",
    "first_number",
    "first_name",
)


@compiled
def _published(handle: str, number: int) -> QuerySet[Posting, tuple[Any, ...]]:
    found = Posting.objects.filter(company__handles__handle=handle, number=number, first_published_at__isnull=False)
    public = JobFieldValue.objects.filter(job=OuterRef("job"), field__visibility=JobField.Visibility.PUBLIC)
    first = JobLocation.objects.filter(job=OuterRef("job"), position=0)
    with_first = found.annotate(
        current=_current_handle(),
        has_fields=Exists(public),
        first_number=Subquery(first.values("location__number")),
        first_name=Subquery(first.values("location__name")),
    )
    return with_first.values_list("current", *_SITE, *_ROW, *_BESIDE)


def opening_of(posting: Posting) -> Opening:
    """Return a job as its page shows it, published or not, for whoever may see it before the public does."""
    job, ids = posting.job, (posting.job_id,)
    row = Row._make(_follow(posting, path) for path in _ROW)
    row = row._replace(published_at=row.published_at or posting.created_at)
    places, fields = places_of(ids).get(job.pk, ()), _fields_of(ids).get(job.pk, ())
    return Opening(row, job.description, places, fields, posting.publication, job.state)


def _follow(row: Any, path: str) -> Any:
    """Return what stands at the end of a path of fields; None where it breaks off."""
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row
