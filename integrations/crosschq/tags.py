"""The tag on a job: which field carries it, what it says, which template it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from integrations.crosschq.models import Template
from recruiting.companies.models import Company
from recruiting.jobs.models import Job, JobField

FIELD_NAME = "Crosschq tag"


@dataclass(frozen=True)
class JobTag:
    """A job's tag as typed, and the template that it means; None when there is none."""

    job: Job
    text: str
    template: Template | None


def normal(text: str) -> str:
    """Return a tag as it is saved and compared: trimmed, in small letters."""
    raise NotImplementedError


def field_of(company: Company) -> JobField | None:
    """Return the active job field that carries the tag: the chosen one, else the one called "Crosschq tag"."""
    raise NotImplementedError


def of_jobs(jobs: Sequence[Job], company: Company) -> Mapping[UUID, JobTag]:
    """Return the tag of each job, by job id, in a bounded number of queries."""
    raise NotImplementedError


def of_job(job: Job) -> JobTag:
    """Return the job's tag."""
    raise NotImplementedError


def of_open_jobs(company: Company) -> list[JobTag]:
    """Return the tags of all open jobs, by title: for "9 of 12 open jobs have a tag" and the list of the others."""
    raise NotImplementedError


def values(company: Company) -> list[str]:
    """Return the templates' tags, for type-ahead."""
    raise NotImplementedError
