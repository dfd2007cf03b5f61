"""The tag on a job: which field carries it, what it says, which template it means.

Read at the moment a candidate enters the step; what is edited later does not change what was sent.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from integrations.crosschq.models import Connection, Template
from recruiting.companies.models import Company
from recruiting.extensions import JobFieldSuggestion
from recruiting.foundation import keys, text
from recruiting.jobs.models import Job, JobField, JobFieldValue

FIELD_NAME = "Crosschq tag"
FIELD = JobFieldSuggestion(
    name=FIELD_NAME,
    kind=JobField.Kind.TEXT,
    category=JobField.Category.JOB,
    visibility=JobField.Visibility.INTERNAL,
    sentence="Says which template a candidate on the job gets. Capitals and spaces around it don't matter.",
)


@dataclass(frozen=True)
class JobTag:
    """A job's tag as typed, and the template that it means; None when there is none."""

    job: Job
    text: str
    template: Template | None


def normal(typed: str) -> str:
    """Return a tag as it is saved and compared: trimmed, in small letters."""
    return text.one_line(typed).lower()


def field_of(company: Company) -> JobField | None:
    """Return the active job field that carries the tag: the chosen one, else the one called "Crosschq tag"."""
    connection = Connection.objects.for_company(company).select_related("tag_field").first()
    if connection is not None and connection.tag_field is not None:
        return connection.tag_field if connection.tag_field.is_active else None
    named = JobField.objects.for_company(company).filter(name_key=FIELD_NAME, is_active=True)
    return named.filter(kind__in=[JobField.Kind.TEXT, JobField.Kind.SELECT]).first()


def of_jobs(jobs: Sequence[Job], company: Company) -> Mapping[UUID, JobTag]:
    """Return the tag of each job, by job id, in a bounded number of queries."""
    field = field_of(company)
    texts: dict[UUID, str] = {}
    if field is not None:
        values = JobFieldValue.objects.filter(field=field, job__in=[job.pk for job in jobs]).select_related("option")
        texts = {value.job_id: text.one_line(value.option.label if value.option else value.text) for value in values}
    templates = {template.tag_key: template for template in Template.objects.for_company(company)} if texts else {}
    tags = [(job, texts.get(job.pk, "")) for job in jobs]
    return {job.pk: JobTag(job, tag, templates.get(keys.of_name(tag))) for job, tag in tags}


def of_job(job: Job) -> JobTag:
    """Return the job's tag."""
    return of_jobs([job], job.company)[job.pk]


def of_open_jobs(company: Company) -> list[JobTag]:
    """Return the tags of all open jobs, by title: for "9 of 12 open jobs have a tag" and the list of the others."""
    jobs = list(Job.objects.for_company(company).filter(state=Job.State.OPEN).order_by("title", "id"))
    return list(of_jobs(jobs, company).values())


def template_of(company: Company, tag: str) -> Template | None:
    """Return the template that a tag means."""
    return Template.objects.for_company(company).filter(tag_key=tag).first()


def nearest(company: Company, typed: str) -> str:
    """Return the template's tag that somebody may have meant by what they typed, or ""."""
    return next(iter(difflib.get_close_matches(normal(typed), values(company), n=1)), "") if typed else ""


def values(company: Company) -> list[str]:
    """Return the templates' tags, for type-ahead."""
    return list(Template.objects.for_company(company).order_by("tag").values_list("tag", flat=True))
