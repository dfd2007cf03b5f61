"""What extensions say will go wrong with a job later, for the people who can mend it."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from recruiting import extensions
from recruiting.base.permissions import Action
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, JobWarning
from recruiting.jobs.models import Job


def of_job(job: Job, membership: Membership) -> list[JobWarning]:
    """Return the warnings of a job that the member may edit."""
    return of_jobs([job], membership).get(job.pk, [])


def of_jobs(jobs: Sequence[Job], membership: Membership) -> dict[UUID, list[JobWarning]]:
    """Return the warnings by job, for those that the member may edit; each extension is asked once."""
    ids = [job.pk for job in jobs]
    editable = set(Job.objects.allowing(Action.EDIT_JOB, membership).filter(pk__in=ids).values_list("pk", flat=True))
    wanted = [job for job in jobs if job.pk in editable]
    found: dict[UUID, list[JobWarning]] = {}
    if not wanted:
        return found
    nothing: Mapping[UUID, Sequence[JobWarning]] = {}
    for extension in extensions.enabled_for(membership.company):
        answer = extensions.ask(
            partial(_ask, extension, wanted, membership),
            otherwise=nothing,
            about=f"warnings about jobs by {extension.slug}",
        )
        for pk, warnings in answer.items():
            if pk in editable:
                found.setdefault(pk, []).extend(warnings)
    return found


def _ask(extension: Extension, jobs: Sequence[Job], membership: Membership) -> Mapping[UUID, Sequence[JobWarning]]:
    return {pk: list(warnings) for pk, warnings in extension.job_warnings(jobs, membership).items()}
