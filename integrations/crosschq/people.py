"""Who is named to the vendor: the requestor, who owns the check and gets the mail, and the hiring managers."""

from integrations.crosschq.models import Connection
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job


def requestor_of(job: Job, connection: Connection) -> Membership | None:
    """Return the job's Recruiter, else its Coordinator, else the connection's default; of several the first to join."""
    raise NotImplementedError


def hiring_managers_of(job: Job) -> list[Membership]:
    """Return all of the job's hiring managers, by when they joined."""
    raise NotImplementedError


def choices(job: Job, connection: Connection) -> list[Membership]:
    """Return who may be chosen as requestor: the hiring team first, then the company, each once."""
    raise NotImplementedError
