"""Reads about jobs, their steps and their people."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from recruiting.companies.models import Membership
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import HiringTeamMember, Job, Stage


def stages_of(job: Job) -> list[Stage]:
    """Return the steps of the job's process in order, with what each starts by itself."""
    return sorted(_stages_of(job.process_id), key=lambda stage: stage.order)


@compiled
def _stages_of(process_id: UUID) -> QuerySet[Stage]:
    return Stage.objects.filter(process_id=process_id).select_related("automation")


def team_of(jobs: Iterable[Job]) -> list[HiringTeamMember]:
    """Return the active members with a role on any of the jobs, by when they joined."""
    return _team_of(tuple(job.pk for job in jobs))


@compiled
def _team_of(jobs: tuple[UUID, ...]) -> QuerySet[HiringTeamMember]:
    return team_members(jobs).order_by("id")


def team_members(jobs: Collection[UUID]) -> QuerySet[HiringTeamMember]:
    """Return the roles that active members have on any of the jobs, with who has them."""
    can_act = Q(membership__user__isnull=True) | Q(membership__user__is_active=True)
    active = HiringTeamMember.objects.filter(can_act, membership__is_active=True)
    return active.filter(job__in=jobs).select_related("membership__user")


def people_without_role(job: Job, role: JobRole) -> list[Membership]:
    """Return the company's active members without the role on the job: people by name, then service accounts."""
    taken = HiringTeamMember.objects.filter(job=job, role=role).values("membership")
    members = Membership.objects.for_company(job.company).acting().exclude(pk__in=taken).select_related("user")
    return list(members.order_by("service_name", "user__first_name", "user__last_name", "id"))


def jobs_by_member(members: Iterable[Membership]) -> Mapping[UUID, int]:
    """Return on how many jobs that are not closed each member has a role."""
    jobs = Count("job_roles__job", distinct=True, filter=~Q(job_roles__job__state=Job.State.CLOSED))
    counted = Membership.objects.filter(pk__in=[member.pk for member in members]).annotate(jobs=jobs)
    return dict(counted.order_by().values_list("pk", "jobs"))


def roles_on_jobs(member: Membership) -> Mapping[JobRole, int]:
    """Return on how many jobs that are not closed a member has which role, for the roles they have."""
    roles = member.job_roles.exclude(job__state=Job.State.CLOSED).order_by()
    found = dict(roles.values_list("role").annotate(Count("job")))
    return {role: found[role] for role in JobRole if role in found}
