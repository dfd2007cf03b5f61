"""What extensions say will go wrong with a job later, for the people who can mend it."""

from functools import partial

from recruiting import extensions
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, JobWarning
from recruiting.jobs.models import Job


def of_job(job: Job, membership: Membership) -> list[JobWarning]:
    """Return the warnings of a job that the member may edit (the caller has looked); each extension is asked once."""
    found: list[JobWarning] = []
    for extension in extensions.enabled_for(membership.company):
        found += extensions.ask(
            partial(_ask, extension, job, membership), otherwise=[], about=f"warnings about a job by {extension.slug}"
        )
    return found


def _ask(extension: Extension, job: Job, membership: Membership) -> list[JobWarning]:
    return list(extension.job_warnings([job], membership).get(job.pk, ()))
