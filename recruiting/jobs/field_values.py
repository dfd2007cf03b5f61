"""What is particular about the fields of jobs: their categories, and that extensions know fields by their names."""

from collections.abc import Iterable
from uuid import UUID

from recruiting.company_fields.values import FieldValue, in_words, value_in
from recruiting.jobs.models import Job, JobField, JobFieldValue


def grouped(values: Iterable[FieldValue]) -> list[tuple[str, list[FieldValue]]]:
    """Return values under the label of their category, the job's own first; categories without any are left out."""
    every = list(values)
    groups = [
        (category.label, [one for one in every if one.field.category == category]) for category in JobField.Category
    ]
    return [(label, found) for label, found in groups if found]


def named(name: str, jobs: Iterable[Job]) -> dict[UUID, str]:
    """Return by job the words in the active field of this name, whoever reads; jobs without any are missing.

    For extensions, which know their field by its name. Capitals in the name do not matter.
    """
    rows = JobFieldValue.objects.filter(
        job__in=[job.pk for job in jobs], field__name_key=name, field__is_active=True
    ).select_related("field", "option")
    return {row.job_id: in_words(value_in(row.field, row)) for row in rows}
