"""What members read about published jobs, source links, and applications that came in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from recruiting.applications.models import Application
from recruiting.careers.models import DataRequest, Handle, Posting, SourceLink, Submission
from recruiting.careers.public import addresses
from recruiting.companies.models import Company, Membership
from recruiting.extensions import Badge, JobBadge
from recruiting.foundation import pagination
from recruiting.foundation.compiled import compiled
from recruiting.jobs.models import Job

SUBMISSIONS_SHOWN = 20
State = Submission.State


def submissions_of(application: Application) -> Sequence[Submission]:
    """Return what was sent for an application, newest first; read once per page."""
    kept: Sequence[Submission] | None = application.__dict__.get("_submissions")
    if kept is None:
        kept = list(_submissions(application.pk))
        application.__dict__["_submissions"] = kept
    return kept


@compiled
def _submissions(application_id: UUID) -> "QuerySet[Submission]":
    rows = Submission.objects.filter(application=application_id).select_related("source", "notice", "referrer__user")
    return rows.order_by("-id")[:SUBMISSIONS_SHOWN]


def inbox(membership: Membership, kind: str, jobs: tuple[UUID, ...] | None) -> "QuerySet[Submission]":
    """Return the submissions of one kind that a member sees to.

    Args:
        membership: who looks.
        kind: "new": first applications that nobody looked at; "again": further ones; "held"; "discarded".
        jobs: the keys of the jobs where they may move people, which is where they may add them; None for all.
    """
    rows = Submission.objects.for_company(membership.company)
    if jobs is not None:
        rows = rows.filter(posting__job__in=jobs)
    if kind in ("held", "discarded"):
        return rows.filter(state=State.HELD if kind == "held" else State.DISCARDED)
    rows = rows.filter(state=State.TAKEN, seen_at=None)
    return rows.filter(applied_again="") if kind == "new" else rows.exclude(applied_again="")


def data_requests(membership: Membership) -> "QuerySet[DataRequest]":
    """Return what people asked for about their data and nobody has done; nothing for who is no Administrator."""
    rows = DataRequest.objects.for_company(membership.company).filter(done_at=None)
    return rows if membership.is_administrator else rows.none()


@pagination.compiled_work
def count_inbox(membership: Membership, jobs: tuple[UUID, ...] | None) -> Mapping[str, "QuerySet[Any]"]:
    """Return how many there are of each kind, in one query."""
    found: dict[str, QuerySet[Any]] = {kind: inbox(membership, kind, jobs) for kind in ("new", "again", "held")}
    if membership.is_administrator:
        found["requests"] = data_requests(membership)
    return found


# ── Published jobs ───────────────────────────────────────────────────────────────────────────────────────────────────
def badges_of(jobs: Sequence[Job], *, now: datetime) -> Mapping[UUID, Sequence[JobBadge]]:
    """Return what lists and headers show of published jobs, with where the public reads them, in one query."""
    by_id = {job.pk: job for job in jobs}
    found: dict[UUID, Sequence[JobBadge]] = {}
    for posting in _published(tuple(by_id)) if by_id else ():
        posting.job = by_id[posting.job_id]
        badge = badge_of(posting, now=now)
        if badge is not None:
            handle: str = posting.handle or ""  # type: ignore[attr-defined]  # what `_published` adds
            url = public_url(posting, handle) if posting.takes_applications(now=now) else ""
            found[posting.job_id] = (JobBadge(badge, url),)
    return found


@compiled
def _published(jobs: tuple[UUID, ...]) -> "QuerySet[Posting]":
    handles = Handle.objects.filter(company=OuterRef("company"), is_current=True).values("handle")[:1]
    live = Posting.objects.filter(job__in=jobs).exclude(publication=Posting.Publication.NONE)
    return live.annotate(handle=Subquery(handles))


def badge_of(posting: Posting, *, now: datetime) -> Badge | None:
    """Return who finds a job, of one that is open and published; None for any other."""
    if posting.job.state != Job.State.OPEN or posting.publication == Posting.Publication.NONE:
        return None
    if posting.is_past(now=now):
        return Badge("Past its closing date", "clock-x", "neutral")
    if posting.publication == Posting.Publication.PUBLIC:
        return Badge("Public", "world", "success")
    return Badge("Unlisted", "link", "info")


def public_url(posting: Posting, handle: str) -> str:
    """Return the address of a job's public page; "" while it has none."""
    if not handle or posting.number is None or posting.publication == Posting.Publication.NONE:
        return ""
    return addresses.absolute(addresses.job_path(handle, posting.number, posting.job.title))


# ── Source links ─────────────────────────────────────────────────────────────────────────────────────────────────────
def source_links(company: Company) -> "QuerySet[SourceLink]":
    """Return a company's codes with `people`: how many forms were sent by somebody who came from there."""
    sent = Submission.objects.for_company(company).exclude(state=State.DISCARDED).order_by()
    of_source = sent.filter(source=OuterRef("source"), referrer=None).values("source")
    of_member = sent.filter(referrer=OuterRef("referrer")).values("referrer")
    counted = [Subquery(rows.annotate(count=Count("pk")).values("count")) for rows in (of_source, of_member)]
    people = Case(When(referrer=None, then=counted[0]), default=counted[1], output_field=IntegerField())
    rows = SourceLink.objects.for_company(company).select_related("source__type", "referrer__user")
    return rows.annotate(people=Coalesce(people, Value(0)))
