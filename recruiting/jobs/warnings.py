"""What extensions say will go wrong with a job later, for the people who can fix it."""

from recruiting import extensions
from recruiting.companies.models import Membership
from recruiting.extensions import JobWarning
from recruiting.jobs.models import Job


def of_job(job: Job, membership: Membership) -> list[JobWarning]:
    """Return the warnings of a job that the member may edit (the caller has looked); each extension is asked once."""
    asked = extensions.collect(
        lambda extension: extension.job_warnings([job], membership).get(job.pk, ()),
        label="warnings about a job",
        enabled_in=membership.company,
    )
    return list(asked)
