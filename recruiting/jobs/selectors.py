"""Reads about jobs, their steps and their people."""

from collections.abc import Iterable

from recruiting.companies.models import Membership
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import HiringTeamMember, Job, Stage


def stages_of(job: Job) -> list[Stage]:
    """Return the steps of the job's process in order, with what each starts by itself."""
    stages = Stage.objects.filter(process_id=job.process_id).select_related("automation")
    return sorted(stages, key=lambda stage: stage.order)


def team_of(jobs: Iterable[Job]) -> list[HiringTeamMember]:
    """Return the active members with a role on any of the jobs, by when they joined."""
    return list(
        HiringTeamMember.objects.filter(
            job__in=[job.pk for job in jobs], membership__is_active=True, membership__user__is_active=True
        )
        .select_related("membership__user")
        .order_by("id")
    )


def people_without_role(job: Job, role: JobRole) -> list[Membership]:
    """Return the company's active members who do not have the role on the job, by name."""
    taken = HiringTeamMember.objects.filter(job=job, role=role).values("membership")
    members = Membership.objects.for_company(job.company).active().exclude(pk__in=taken).select_related("user")
    return list(members.order_by("user__first_name", "user__last_name", "id"))
