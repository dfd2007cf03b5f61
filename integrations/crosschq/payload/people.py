"""Who is named to the vendor: the requestor, who owns the check and gets the mail, and the hiring managers."""

from integrations.crosschq.models import Connection
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import selectors as jobs
from recruiting.jobs.models import HiringTeamMember, Job


def requestor_of(job: Job, connection: Connection) -> Membership | None:
    """Return the job's Recruiter, else its Coordinator, else the connection's default; of several the first to join."""
    team = _people_of(job)
    for role in (JobRole.RECRUITER, JobRole.COORDINATOR):
        for member in team:
            if member.role == role:
                return member.membership
    return default_requestor(connection)


def default_requestor(connection: Connection) -> Membership | None:
    """Return the connection's default requestor while they may act."""
    default = connection.default_requestor
    return default if default is not None and default.can_sign_in else None


def hiring_managers_of(job: Job) -> list[Membership]:
    """Return all of the job's hiring managers, by when they joined."""
    return [member.membership for member in _people_of(job) if member.role == JobRole.HIRING_MANAGER]


def choices(job: Job, connection: Connection) -> list[Membership]:
    """Return who may be chosen as requestor: the hiring team first, then the company, each once."""
    team = [member.membership for member in _people_of(job)]
    company = Membership.objects.for_company(job.company).active().select_related("user")
    everyone = [*team, *company.order_by("user__first_name", "user__last_name", "id")]
    return list({member.pk: member for member in everyone}.values())


def _people_of(job: Job) -> list[HiringTeamMember]:
    """Return the roles that people have on a job: the vendor knows its users by their email."""
    return [member for member in jobs.team_of([job]) if member.membership.is_person]
