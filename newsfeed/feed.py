"""Writing and reading the newsfeed.

Knows no roles: who may see which jobs and applications comes in as querysets.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from newsfeed import activity, facts
from newsfeed.activity import ActivityType, P
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock

if TYPE_CHECKING:
    from recruiting.applications.models import Application
    from recruiting.candidates.models import Candidate
    from recruiting.companies.models import Company, Membership
    from recruiting.jobs.models import Job

UNKNOWN = "Something happened that this version cannot describe."


@dataclass(frozen=True)
class RenderedEntry:
    """An entry as a page shows it."""

    entry: NewsfeedEntry
    kind: ActivityType[Any] | None
    payload: Any
    sentence: str
    live: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The user story's own name, or ""."""
        return self.kind.title if self.kind else ""

    @property
    def icon(self) -> str:
        """The name of the icon."""
        return self.kind.icon if self.kind else "info-circle"

    @property
    def tone(self) -> str:
        """The tone of the icon's disc."""
        return self.kind.tone if self.kind else "neutral"

    @property
    def template_name(self) -> str:
        """The template with the blocks of its kind, or ""."""
        return self.kind.template_name if self.kind else ""


def publish(
    kind: ActivityType[P],
    payload: P,
    *,
    company_id: UUID | None = None,
    actor: "Membership | None" = None,
    actor_label: str = "",
    application: "Application | None" = None,
    job: "Job | None" = None,
    candidate: "Candidate | None" = None,
    subject_id: UUID | None = None,
    audience: NewsfeedEntry.Audience = NewsfeedEntry.Audience.EVERYONE,
    occurred_at: datetime | None = None,
    ids: facts.Ids | None = None,
) -> NewsfeedEntry:
    """Write one fact in the open transaction, and tell it to whom kinds of facts are told.

    Args:
        kind: a registered type of entry.
        payload: an instance of its dataclass.
        company_id: whose fact it is; by default the company of what it is about, or of the actor.
        actor: the membership who did it; `actor_label` names a vendor instead, and neither means Throughline.
        application: gives candidate and job as well; who may see the job may read about the application.
        subject_id: the note or request it is about.
        occurred_at: when it happened (UTC), now by default.
        ids: what programs are told besides (`facts.Fact.ids`).

    Raises:
        TypeError: when the payload is of another type, or nothing says whose fact it is.
    """
    if not isinstance(payload, kind.payload):
        raise TypeError(f"{kind.verb} takes a {kind.payload.__name__}.")
    subject = application or job or candidate or actor
    if company_id is None:
        if subject is None:
            raise TypeError(f"{kind.verb} does not say whose fact it is.")
        company_id = subject.company_id
    entry = NewsfeedEntry.objects.create(
        company_id=company_id,
        verb=kind.verb,
        actor_id=actor.pk if actor else None,
        actor_label=actor_label,
        application_id=application.pk if application else None,
        job_id=application.job_id if application else (job.pk if job else None),
        candidate_id=application.candidate_id if application else (candidate.pk if candidate else None),
        audience=audience,
        subject_id=subject_id,
        payload=dataclasses.asdict(payload),
        occurred_at=occurred_at or clock.now(),
    )
    if kind.fact is not None:
        facts.publish([facts.of_entry(kind.fact, entry, ids or {})])
    return entry


def publish_many(
    rows: Sequence[NewsfeedEntry],
    *,
    batch_size: int = 1000,
    ids: Callable[[NewsfeedEntry], facts.Ids] = lambda row: {},
) -> None:
    """Write many facts at once in the open transaction (a sweep's), and tell them as `publish` does.

    Raises:
        TypeError: when a row is of an unknown type.
    """
    unknown = {row.verb for row in rows if activity.get(row.verb) is None}
    if unknown:
        raise TypeError(f"No type of entry is called {', '.join(sorted(unknown))}.")
    NewsfeedEntry.objects.bulk_create(rows, batch_size=batch_size)
    kinds = ((activity.registered(row.verb).fact, row) for row in rows)
    facts.publish([facts.of_entry(kind, row, ids(row)) for kind, row in kinds if kind is not None])


def last(kind: ActivityType[Any], **about: Any) -> NewsfeedEntry | None:
    """Return the newest entry of a type about something (`job=job`), with its actor, or None."""
    found = NewsfeedEntry.objects.filter(verb=kind.verb, **about).select_related("actor__user")
    return found.order_by("-id").first()


def credit(row: NewsfeedEntry | None, *, reader: "Membership") -> tuple[str, datetime | None]:
    """Return who did it ("You" for the reader, "" when nobody knows) and when."""
    if row is None:
        return "", None
    if row.actor is None:
        return row.actor_label, row.occurred_at
    return "You" if row.actor == reader else str(row.actor), row.occurred_at


@dataclass(frozen=True)
class Readable:
    """The entries that a reader may see: rows that match any of some conditions of which no row matches two."""

    rows: models.QuerySet[NewsfeedEntry]
    conditions: Sequence[Q]

    def together(self) -> models.QuerySet[NewsfeedEntry]:
        """Return them as one queryset."""
        return self.rows.filter(reduce(or_, self.conditions))


def readable(
    *,
    company: "Company",
    reader: "Membership",
    jobs: models.QuerySet[Any] | Collection[UUID] | None,
    full_access_jobs: models.QuerySet[Any] | None,
    applications: "models.QuerySet[Application]",
) -> Readable:
    """Return the entries of a company that a reader may see: those on jobs, and those about people alone.

    An entry about an application carries its job, so jobs decide; an entry about a person alone (details) needs an
    application that the reader sees. Nothing here lists applications or people: PostgreSQL would read such a list anew
    for each entry once it outgrows its hash table.

    Args:
        company: whose entries.
        reader: the membership, who reads their own entries, unless they are for those who see all jobs.
        jobs: keys of the jobs that the reader may see; None for all of the company's.
        full_access_jobs: keys of the jobs where they read what is marked *full access only*; None for all.
        applications: the applications that the reader may see.
    """
    Audience = NewsfeedEntry.Audience
    full_access = Q(job__isnull=False) if full_access_jobs is None else Q(job__in=full_access_jobs)
    rows = NewsfeedEntry.objects.for_company(company).filter(
        Q(audience__in=[Audience.EVERYONE, *([Audience.ALL_JOBS] if jobs is None else [])])
        | Q(audience=Audience.FULL_ACCESS) & full_access
        | Q(actor=reader)
    )
    if jobs is None:
        return Readable(rows, [Q()])
    rows = rows.exclude(audience=Audience.ALL_JOBS)  # their own, too
    person_is_seen = Exists(applications.filter(candidate=OuterRef("candidate")))
    # The cheap test first: inside an OR SQLite runs them as written (findings/sqlite_exists_inside_or.sh).
    return Readable(rows, [Q(job__in=jobs), Q(job__isnull=True) & Q(person_is_seen)])


def newest(parts: Iterable[Callable[[UUID | None], Sequence[NewsfeedEntry]]], size: int) -> list[NewsfeedEntry]:
    """Return the newest entries of parts that share none, one query each.

    Asked apart, each part can use its own index; together the database could only walk through all entries.

    Args:
        parts: each returns its newest entries up to `size`, or only those after an entry.
        size: how many.
    """
    found: list[NewsfeedEntry] = []
    for part in parts:
        after = found[-1].id if len(found) == size else None
        found = sorted([*found, *part(after)], key=lambda entry: entry.id, reverse=True)[:size]
    return found


def render(rows: Sequence[NewsfeedEntry], *, membership: "Membership") -> list[RenderedEntry]:
    """Prepare entries for a page; the queries depend on the types among them, not on their number."""
    alike: dict[Callable[..., Mapping[UUID, Mapping[str, Any]]], list[NewsfeedEntry]] = {}
    for row in rows:
        kind = activity.get(row.verb)
        if kind is not None and kind.live is not None:
            alike.setdefault(kind.live, []).append(row)
    live: dict[UUID, Mapping[str, Any]] = {}
    for read, same in alike.items():
        live.update(read(same, membership))
    return [_rendered(row, live.get(row.id, {})) for row in rows]


def plain(row: NewsfeedEntry) -> RenderedEntry:
    """Prepare an entry for a reader without a page: the fact in words, nothing of today."""
    return _rendered(row, {})


def _rendered(row: NewsfeedEntry, live: Mapping[str, Any]) -> RenderedEntry:
    kind = activity.get(row.verb)
    if kind is None:
        return RenderedEntry(entry=row, kind=None, payload=None, sentence=UNKNOWN, live={})
    payload = activity.payload_of(row)
    actor = row.actor_label or (str(row.actor) if row.actor_id else "Throughline")
    return RenderedEntry(entry=row, kind=kind, payload=payload, sentence=kind.describe(payload, actor=actor), live=live)
