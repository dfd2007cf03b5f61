"""Who may do what on a job: company role and job roles together."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from recruiting.companies.models import Membership
from recruiting.foundation import memo, permissions
from recruiting.foundation.compiled import compiled
from recruiting.foundation.errors import NotAllowed
from recruiting.foundation.permissions import Action, JobRole
from recruiting.jobs.models import HiringTeamMember, Job


def roles_on(job: Job, membership: Membership) -> frozenset[str]:
    """Return the member's roles on the job."""
    if memo.is_open():
        return roles_by_job(membership).get(job.pk, frozenset())
    return frozenset(HiringTeamMember.objects.filter(job=job, membership=membership).values_list("role", flat=True))


def roles_by_job(membership: Membership) -> Mapping[UUID, frozenset[str]]:
    """Return the member's roles on each job where they have one: one query, and one for a whole page."""

    def read() -> Mapping[UUID, frozenset[str]]:
        found: dict[UUID, set[str]] = {}
        for job_id, role in _roles_of(membership.pk):
            found.setdefault(job_id, set()).add(role)
        return {job_id: frozenset(roles) for job_id, roles in found.items()}

    return memo.once(("roles", membership.pk), read)


@compiled
def _roles_of(membership_id: UUID) -> QuerySet[HiringTeamMember, tuple[UUID, str]]:
    return HiringTeamMember.objects.filter(membership=membership_id).values_list("job_id", "role")


def allowed_actions(job: Job, membership: Membership) -> frozenset[Action]:
    """Return everything the member may do on the job; nothing on another company's job.

    Their roles on the job are asked for, in one query, only where one could allow more than their company role does.
    """
    if membership.company_id != job.company_id or not membership.is_active:
        return frozenset()
    roles = frozenset() if permissions.allows_all_of_a_job(membership.role) else roles_on(job, membership)
    return frozenset(
        action for action in Action if permissions.allows(action, company_role=membership.role, job_roles=roles)
    )


def may(membership: Membership, action: Action, job: Job) -> bool:
    """Return whether the member may do `action` on the job."""
    return action in allowed_actions(job, membership)


def jobs_allowing(action: Action, membership: Membership, job_ids: Collection[UUID]) -> Collection[UUID]:
    """Return those of the jobs, all of the member's company, on which they may do `action`."""
    rule = permissions.PERMISSIONS[action]
    if membership.role in rule.company_roles:
        return job_ids
    mine = roles_by_job(membership) if job_ids else {}
    return frozenset(job_id for job_id in job_ids if not mine.get(job_id, frozenset()).isdisjoint(rule.job_roles))


def require(membership: Membership, action: Action, job: Job) -> None:
    """Raise NotAllowed, naming the reader's role and who can help, unless the member may do `action` on the job."""
    if may(membership, action, job):
        return
    roles = roles_on(job, membership)
    role = JobRole(sorted(roles)[0]).label if roles else membership.get_role_display()
    helpers = [member.name for member in who_may(action, job)][:3]
    help_sentence = f" {_listed(helpers)} can help." if helpers else ""
    raise NotAllowed(f"Your role on this job is {role}, which does not allow this.{help_sentence}")


def who_may(action: Action, job: Job) -> list[Membership]:
    """Return the active members who may do `action` through a role on the job, else the company's."""
    rule = permissions.PERMISSIONS[action]
    members = Membership.objects.for_company(job.company).active().select_related("user").order_by("id")
    on_job = members.filter(job_roles__job=job, job_roles__role__in=rule.job_roles).distinct()
    return list(on_job[:10]) or list(members.filter(role__in=rule.company_roles)[:10])


def who_sends(job: Job) -> str:
    """Say to somebody whose role sends no requests that it does not, and who on the job can help."""
    names = [member.name for member in who_may(Action.SEND_REQUEST, job)][:3]
    helpers = f" {_listed(names)} can send one." if names else ""
    return f"Your role on this job does not send requests.{helpers}"


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
