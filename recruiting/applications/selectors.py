"""Reads about applications, the people behind them and what happened to them, always for one member.

Nothing here writes, opens a transaction or knows a template.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import (
    Application,
    ApplicationQuerySet,
    Attachment,
    Note,
    StageTask,
    StageTransition,
)
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation import formatting, pagination
from recruiting.foundation.compiled import compiled
from recruiting.foundation.errors import NotFound
from recruiting.foundation.pagination import BoundedCount
from recruiting.foundation.permissions import Action, CompanyRole
from recruiting.jobs import access
from recruiting.jobs.models import HiringTeamMember, Job, Stage

State = Application.State
NEWSFEED_PAGE = 30
FEW_JOBS = 10
BADGE_LIMIT = 99
"""Where counting notes and files stops on a candidate's record."""

# What people are called by.
NAMES = ("first_name", "last_name", "email")
_IN_NEWSFEED = (
    *(field.name for field in NewsfeedEntry._meta.concrete_fields),
    "job__title",
    *(f"candidate__{name}" for name in NAMES),
    *(f"actor__user__{name}" for name in NAMES),
    "actor__service_name",
)
RUNNING_FIRST = (
    Case(
        When(state__in=(State.ACTIVE, State.HIRED), then=Value(0)),
        When(state=State.LEAD, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    ),
    "-id",
)


# ── One record ───────────────────────────────────────────────────────────────────────────────────────────────────────
def records(membership: Membership) -> QuerySet[Application]:
    """Return the applications a member may see, with everything a record's header shows."""
    return Application.objects.visible_to(membership).select_related(
        "candidate__source", "candidate__owner__user", "company", "job", "source", "stage"
    )


@compiled
def record(membership: Membership, candidate_id: UUID, application_id: UUID) -> QuerySet[Application]:
    """Return the application of this person with this id, if there is one that the member may see."""
    return records(membership).filter(pk=application_id, candidate=candidate_id)


def applications_of(candidate: Candidate, membership: Membership) -> list[Application]:
    """Return a person's applications that the member may see: those in the running first, then the newest."""
    return list(records(membership).filter(candidate=candidate).order_by(*RUNNING_FIRST)[:50])


def others_of(application: Application, membership: Membership) -> list[Application]:
    """Return the same person's other applications, in the same order, with no more than job and step."""
    return _others_of(application, membership)


@compiled
def _others_of(application: Application, membership: Membership) -> QuerySet[Application]:
    visible = Application.objects.visible_to(membership).select_related("job", "stage")
    others = visible.filter(candidate=application.candidate_id).exclude(pk=application.pk)
    return others.order_by(*RUNNING_FIRST)[:50]


@dataclass(frozen=True)
class Place:
    """Where an application stands in the list it belongs to, newest first: "4 of 37 in In Review"."""

    label: str
    position: int
    total: int
    previous: Application | None
    following: Application | None

    def __str__(self) -> str:
        position, total = (formatting.number(each, limit=pagination.COUNT_TO) for each in (self.position, self.total))
        return f"{position} of {total} in {self.label}"


@dataclass(frozen=True)
class Summary:
    """What the frame of a record says besides who and where it is. `place` is None for closed applications."""

    place: Place | None
    task: StageTask | None
    """What waits for a person because the step asks first."""
    notes: int
    files: int


def summary_of(application: Application, membership: Membership) -> Summary:
    """Return the place among the applications of the same step (or the leads) of the job, and what a member may read.

    One query: the application and its neighbors, with counts that the database makes once for all three rows.

    Raises:
        NotFound: when the application is gone.
    """
    is_listed = application.state in (State.ACTIVE, State.HIRED, State.LEAD)
    rows: list[Any] = _frame_of(application, application.state if is_listed else None, membership)
    found = {row.id: row for row in rows}
    here = found.get(application.id)
    if here is None:
        raise NotFound("There is no such application.")
    place = None
    if is_listed:
        place = Place(
            label=application.stage.name if application.stage else "Leads",
            position=here.newer_count + 1,
            total=here.peer_count,
            previous=next((row for key, row in found.items() if key > here.id), None),
            following=next((row for key, row in found.items() if key < here.id), None),
        )
    task = getattr(here, "open_task", None)  # Django sets nothing where there is none
    return Summary(place, task, notes=here.note_count, files=here.file_count)


@compiled
def _frame_of(application: Application, state: str | None, membership: Membership) -> QuerySet[Any]:
    """Return the application and its neighbors in this state, each with all counts and the task that waits."""
    notes, files = notes_of(application, membership), files_of(application, membership)
    counts = {"note_count": BoundedCount(notes, BADGE_LIMIT), "file_count": BoundedCount(files, BADGE_LIMIT)}
    neighbors: list[Subquery] = []
    if state is not None:
        # Nothing but columns of the index application_board, which then answers alone; by `stage` for leads, whose null
        # is no constant to PostgreSQL.
        peers = Application.objects.filter(job=application.job_id, state=state, stage=application.stage_id)
        newer, older = peers.filter(id__gt=application.id), peers.filter(id__lt=application.id)
        counts |= {"newer_count": BoundedCount(newer), "peer_count": BoundedCount(peers)}
        nearest = newer.order_by("stage_id", "id"), older.order_by("-stage_id", "-id")
        neighbors = [Subquery(side.values("id")[:1]) for side in nearest]
    waits = FilteredRelation("stage_tasks", condition=Q(stage_tasks__state=StageTask.State.OPEN))
    rows: Any = Application.objects.filter(id__in=[application.id, *neighbors]).annotate(**counts, open_task=waits)
    framed: QuerySet[Any] = rows.select_related("open_task__stage")
    return framed


def next_stage(stages: Iterable[Stage], now_in: Stage | None) -> Stage | None:
    """Return the step after `now_in`, or None at the end and for a lead."""
    if now_in is None:
        return None
    return next((stage for stage in stages if stage.order > now_in.order), None)


def history_of(application: Application) -> list[StageTransition]:
    """Return the newest moves of an application, up to 50."""
    return _history_of(application.pk)


@compiled
def _history_of(application_id: UUID) -> QuerySet[StageTransition]:
    return moves_of(application_id).order_by("-id")[:50]


def moves_of(application_id: UUID) -> QuerySet[StageTransition]:
    """Return every move of an application, with the steps and who moved it."""
    moves = StageTransition.objects.filter(application=application_id)
    return moves.select_related("from_stage", "to_stage", "moved_by__user")


def closed_by(application: Application) -> NewsfeedEntry | None:
    """Return the fact that an application was rejected or withdrawn, for who did it and when; None when it was not."""
    if application.state not in (State.REJECTED, State.WITHDRAWN):
        return None
    return next(iter(_newest_of(application.pk, f"applications.{application.state}")), None)


@compiled
def _newest_of(application_id: UUID, verb: str) -> QuerySet[NewsfeedEntry]:
    entries = NewsfeedEntry.objects.filter(application=application_id, verb=verb)
    return entries.select_related("actor__user").order_by("-id")[:1]


def notes_of(application: Application, membership: Membership) -> QuerySet[Note]:
    """Return the notes about an application that the member may read."""
    full = Job.objects.allowing(Action.READ_FULL_ACCESS_NOTES, membership)
    return Note.objects.filter(application=application).filter(
        Q(visibility=Note.Visibility.EVERYONE)
        | Q(visibility=Note.Visibility.FULL_ACCESS, application__job__in=full)
        | Q(author=membership)
    )


def files_of(application: Application, membership: Membership) -> QuerySet[Attachment]:
    """Return the files of an application's person that the member may see, whichever job they belong to."""
    return Attachment.objects.visible_to(membership).filter(candidate=application.candidate_id)


def possible_owners(application: Application) -> QuerySet[Membership]:
    """Return the active members who may look after the person: those who see the job, and who does now."""
    on_team = HiringTeamMember.objects.filter(job=application.job_id).values("membership")
    company = Membership.objects.for_company(application.company)
    sees_it = Q(role__in=(CompanyRole.ADMINISTRATOR, CompanyRole.STAFFING)) | Q(pk__in=on_team)
    now = Q(pk=application.candidate.owner_id)
    members = company.active().filter(sees_it | now).select_related("user")
    return members.order_by("user__first_name", "user__last_name", "id")


# ── Newsfeed ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def newsfeed(membership: Membership) -> QuerySet[NewsfeedEntry]:
    """Return every entry of the company that the member may read."""
    return _readable(membership, jobs_seen(membership)).together()


def newsfeed_page(
    membership: Membership,
    *,
    candidate: Candidate | None = None,
    job: Job | None = None,
    verbs: Iterable[str] | None = None,
    only_my_jobs: bool = False,
    before: UUID | None = None,
) -> list[NewsfeedEntry]:
    """Return the newest `NEWSFEED_PAGE` entries (and one more) that a member may read, with actor, person and job.

    Args:
        membership: the reader.
        candidate, job: only what is about this person, or on this job.
        verbs: only these kinds of entries.
        only_my_jobs: only what is on jobs where the reader has a role; of the company's newsfeed alone.
        before: only what is older than this entry.
    """
    jobs = jobs_seen(membership)
    kinds = None if verbs is None else tuple(verbs)
    mine = tuple(access.roles_by_job(membership)) if only_my_jobs else jobs
    if candidate or job or mine is None:
        about = (candidate.pk if candidate else None, job.pk if job else None)
        return _newsfeed_about(membership, jobs, *about, kinds, before)
    # The news of quiet jobs is found among millions of others only if each condition is asked for by itself, and those
    # of a few jobs only if each job is.
    parts: list[Callable[[UUID | None], list[NewsfeedEntry]]] = []
    if len(mine) <= FEW_JOBS:
        parts += [lambda after: _newsfeed_on_few(membership, kinds, before, after, *mine)] if mine else []
    else:
        parts.append(lambda after: _newsfeed_on_jobs(membership, mine, kinds, before, after))
    if jobs and not only_my_jobs:
        parts.append(lambda after: _newsfeed_on_no_job(membership, jobs, kinds, before, after))
    return feed.newest(parts, NEWSFEED_PAGE + 1)


@compiled
def _newsfeed_about(
    membership: Membership,
    jobs: tuple[UUID, ...] | None,
    candidate: UUID | None,
    job: UUID | None,
    verbs: tuple[str, ...] | None,
    before: UUID | None,
) -> QuerySet[NewsfeedEntry]:
    rows = _readable(membership, jobs).together()
    return _newest(_narrowed(rows, candidate=candidate, job=job, verb__in=verbs, id__lt=before))


@compiled
def _newsfeed_on_few(
    membership: Membership,
    verbs: tuple[str, ...] | None,
    before: UUID | None,
    after: UUID | None,
    *jobs: UUID,
) -> QuerySet[NewsfeedEntry]:
    rows = _narrowed(
        _readable(membership, None if membership.sees_all_jobs else ()).rows,
        verb__in=verbs,
        id__lt=before,
        id__gt=after,
    )
    first = [rows.filter(job=job).order_by("-id")[: NEWSFEED_PAGE + 1] for job in jobs]
    # SQLite takes a LIMIT in a part of a UNION only one level down.
    parts = [NewsfeedEntry.objects.filter(pk__in=each.values("pk")).values("pk") for each in first]
    return _newest(NewsfeedEntry.objects.filter(pk__in=parts[0].union(*parts[1:], all=True)))


@compiled
def _newsfeed_on_jobs(
    membership: Membership,
    jobs: tuple[UUID, ...],
    verbs: tuple[str, ...] | None,
    before: UUID | None,
    after: UUID | None,
) -> QuerySet[NewsfeedEntry]:
    rows = _readable(membership, None if membership.sees_all_jobs else ()).rows
    return _newest(_narrowed(rows, job__in=jobs, verb__in=verbs, id__lt=before, id__gt=after))


@compiled
def _newsfeed_on_no_job(
    membership: Membership,
    jobs: tuple[UUID, ...],
    verbs: tuple[str, ...] | None,
    before: UUID | None,
    after: UUID | None,
) -> QuerySet[NewsfeedEntry]:
    readable = _readable(membership, jobs)
    return _newest(_narrowed(readable.rows.filter(readable.conditions[1]), verb__in=verbs, id__lt=before, id__gt=after))


def _narrowed(rows: QuerySet[NewsfeedEntry], **conditions: Any) -> QuerySet[NewsfeedEntry]:
    return rows.filter(**{name: value for name, value in conditions.items() if value is not None})


def _newest(rows: QuerySet[NewsfeedEntry]) -> QuerySet[NewsfeedEntry]:
    shown = rows.select_related("actor__user", "candidate", "job").only(*_IN_NEWSFEED)
    return shown.order_by("-id")[: NEWSFEED_PAGE + 1]


def _readable(membership: Membership, jobs: Collection[UUID] | None) -> feed.Readable:
    """Return what a member may read who sees these jobs, by their keys: the database knows how much happens on them."""
    full_access = Job.objects.allowing(Action.READ_FULL_ACCESS_NOTES, membership).values("pk")
    return feed.readable(
        company=membership.company,
        reader=membership,
        jobs=jobs,
        full_access_jobs=None if membership.can(Action.READ_FULL_ACCESS_NOTES) else full_access,
        applications=Application.objects.for_company(membership.company).filter(job__in=jobs or ()),
    )


def jobs_with_a_role(membership: Membership) -> QuerySet[Job]:
    """Return the jobs on whose hiring team the member is."""
    roles = HiringTeamMember.objects.filter(membership=membership)
    return Job.objects.for_company(membership.company).filter(pk__in=roles.values("job"))


# ── Home ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def my_jobs(membership: Membership) -> list[Job]:
    """Return the member's jobs that are not closed, newest first, each with `active_count`; 11 say "and more"."""
    return _my_jobs(membership)


@compiled
def _my_jobs(membership: Membership) -> QuerySet[Job]:
    active = Application.objects.filter(job=OuterRef("pk"), state=State.ACTIVE)
    jobs = jobs_with_a_role(membership).exclude(state=Job.State.CLOSED)
    return jobs.annotate(active_count=BoundedCount(active)).order_by("-id")[:11]


def jobs_seen(membership: Membership) -> tuple[UUID, ...] | None:
    """Return the keys of the jobs that a member sees, None for all: by keys the database knows how much is on them."""
    return None if membership.sees_all_jobs else tuple(access.roles_by_job(membership))


def movable_jobs(membership: Membership) -> tuple[UUID, ...] | None:
    """Return the keys of the jobs where a member may move people, None for all."""
    jobs = jobs_seen(membership)
    return None if jobs is None else tuple(access.jobs_allowing(Action.MOVE_APPLICATION, membership, jobs))


def leads_to_convert(membership: Membership, jobs: Collection[UUID] | None) -> QuerySet[Application]:
    """Return the leads on open jobs that the member may convert; `jobs` are their `movable_jobs`."""
    return _movable(membership, jobs).filter(state=State.LEAD)


def unmoved(membership: Membership, jobs: Collection[UUID] | None, *, now: datetime) -> QuerySet[Application]:
    """Return the applications on open jobs that the member may move (`movable_jobs`) and nobody moved for ten days."""
    return _movable(membership, jobs).unmoved(now=now)


def _movable(membership: Membership, jobs: Collection[UUID] | None) -> ApplicationQuerySet:
    found: ApplicationQuerySet = Application.objects.for_company(membership.company).filter(job__state=Job.State.OPEN)
    return found if jobs is None else found.filter(job__in=jobs)


def unplaced_files(membership: Membership) -> QuerySet[Attachment]:
    """Return the files of which the member, an Administrator, can say where they belong."""
    if not membership.is_administrator:
        return Attachment.objects.none()
    return Attachment.objects.for_company(membership.company).filter(is_unplaced=True)


# ── Lists of people ──────────────────────────────────────────────────────────────────────────────────────────────────
def for_cards(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """Return applications with what cards of a board and rows of a list show of them, and nothing else."""
    people = ("candidate", "candidate__owner__user")
    names = [f"{person}__{name}" for person in people for name in NAMES]
    shown = ("state", "stage__name", "stage_entered_at", "source__name", "candidate__owner__user__is_active")
    return applications.select_related("candidate__owner__user", "source", "stage").only(*shown, *names)


def applications_by_person(people: Iterable[Candidate], membership: Membership) -> Mapping[UUID, list[Application]]:
    """Return the visible applications of several people by person, newest first, in one query.

    Each with its state and the names of job and step, which is what a list shows.
    """
    found: dict[UUID, list[Application]] = {person.id: [] for person in people}
    for application in _applications_of(membership, tuple(found)):
        found[application.candidate_id].append(application)
    return found


@compiled
def _applications_of(membership: Membership, people: tuple[UUID, ...]) -> QuerySet[Application]:
    rows = Application.objects.visible_to(membership).filter(candidate__in=people).select_related("job", "stage")
    return rows.only("candidate", "state", "job__title", "stage__name").order_by("-id")


def moved_since(transition: StageTransition) -> bool:
    """Return whether the application was moved again after a transition."""
    return StageTransition.objects.filter(application_id=transition.application_id, id__gt=transition.pk).exists()


def where_it_is(application: Application) -> str:
    """Return in a sentence who moved an application to where it stands, for somebody who was slower."""
    last = (
        StageTransition.objects.filter(application=application).select_related("moved_by__user").order_by("-id").first()
    )
    mover = last.moved_by.name if last and last.moved_by else "Somebody"
    name = application.candidate.name
    return f"{mover} moved {name} to {application.stage} meanwhile. {name} stays there."
