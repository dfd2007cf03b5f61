"""What jobs answer in their company's fields: who reads which answer, and how answers are written.

Only active fields count: a deactivated one keeps its values, hidden. An Internal field is for people with full access
to the job, everywhere. Writing is part of `services.create_job`, `edit_job` and `set_field_values`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, text
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job, JobField, JobFieldOption, JobFieldValue

Value = str | Decimal | date | bool | JobFieldOption
Kind = JobField.Kind
Category = JobField.Category
COLUMNS: Mapping[str, str] = {
    Kind.TEXT: "text",
    Kind.SELECT: "option",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.YES_NO: "yes_no",
}
"""Which column of `JobFieldValue` holds a value of each kind."""
TAKES: Mapping[str, str] = {
    Kind.TEXT: "text",
    Kind.SELECT: "the label of one of its choices",
    Kind.NUMBER: 'a number as text, such as "12.5"',
    Kind.DATE: 'a date such as "2027-01-31"',
    Kind.YES_NO: "true or false",
}
"""What a field of each kind takes, in words."""
EMPTY: Mapping[str, object] = {"text": "", "option": None, "number": None, "date": None, "yes_no": None}
SHORT_LIST = 50
"""A single select with more choices than this is asked for by typing."""


@dataclass(frozen=True)
class FieldValue:
    """A field and what one job says in it; None when nothing."""

    field: JobField
    value: Value | None

    @property
    def words(self) -> str:
        """The value as text: a choice's label, "Yes" or "No", a plain number, an ISO date; "" when there is none."""
        return in_words(self.value)


@dataclass(frozen=True)
class Asked:
    """A field as a job's form asks for it."""

    field: JobField
    value: Value | None
    options: Sequence[JobFieldOption] | None
    """The choices of a single select with a short list; None when they are found by typing, and for other kinds."""


def input_name(field_id: UUID) -> str:
    """Return the name under which forms and refusals know a field."""
    return f"field_{field_id.hex}"


def in_words(value: Value | None) -> str:
    """Return a value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def value_in(field: JobField, row: JobFieldValue | None) -> Value | None:
    """Return the value that a row holds for its field; None without a row."""
    value: Value | None = getattr(row, COLUMNS[field.kind]) if row else None
    return None if value == "" else value


def grouped(values: Iterable[FieldValue]) -> list[tuple[str, list[FieldValue]]]:
    """Return values under the label of their category, the job's own first; categories without any are left out."""
    every = list(values)
    groups = [(category.label, [one for one in every if one.field.category == category]) for category in Category]
    return [(label, found) for label, found in groups if found]


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def visible(job: Job, membership: Membership) -> list[FieldValue]:
    """Return every field that the member may see on the job, with its value, in order."""
    return of_jobs([job], membership)[job.pk]


def of_jobs(jobs: Sequence[Job], membership: Membership) -> dict[UUID, list[FieldValue]]:
    """Return by job what `visible` returns, in three queries for any number of jobs."""
    fields = list(_active(membership.company))
    ids = [job.pk for job in jobs]
    if not fields:
        return {pk: [] for pk in ids}
    open_to = set(
        Job.objects.allowing(Action.SEE_INTERNAL_FIELDS, membership).filter(pk__in=ids).values_list("pk", flat=True)
    )
    rows = JobFieldValue.objects.filter(job__in=ids, field__in=fields).select_related("option")
    values = {(row.job_id, row.field_id): row for row in rows}
    return {
        pk: [
            FieldValue(field, value_in(field, values.get((pk, field.pk))))
            for field in fields
            if pk in open_to or field.visibility == JobField.Visibility.PUBLIC
        ]
        for pk in ids
    }


def named(name: str, jobs: Iterable[Job]) -> dict[UUID, str]:
    """Return by job the words in the active field of this name, whoever reads; jobs without any are missing.

    For extensions, which know their field by its name. Capitals in the name do not matter.
    """
    rows = JobFieldValue.objects.filter(
        job__in=[job.pk for job in jobs], field__name_key=name, field__is_active=True
    ).select_related("field", "option")
    return {row.job_id: in_words(value_in(row.field, row)) for row in rows}


def asked_of(membership: Membership, job: Job | None = None) -> list[Asked]:
    """Return what the form of a job asks this member, with the job's values; without a job, for a new one."""
    fields = list(
        seen(membership, job)
        .annotate(choices=Count("options", filter=Q(options__is_archived=False)))
        .order_by("position", "id")
    )
    short = [field.pk for field in fields if field.kind == Kind.SELECT and field.choices <= SHORT_LIST]
    options: dict[UUID, list[JobFieldOption]] = {pk: [] for pk in short}
    for option in JobFieldOption.objects.filter(field__in=short, is_archived=False):
        options[option.field_id].append(option)
    rows = JobFieldValue.objects.filter(job=job, field__in=fields).select_related("option") if job else ()
    values = {row.field_id: row for row in rows}
    return [Asked(field, value_in(field, values.get(field.pk)), options.get(field.pk)) for field in fields]


def find_options(fields: Iterable[UUID], labels: Iterable[str]) -> dict[tuple[UUID, str], JobFieldOption]:
    """Return choices by field and `keys.of_name` of their label, in one query; archived ones are left out."""
    found = JobFieldOption.objects.filter(label_key__in=set(labels), field__in=list(fields), is_archived=False)
    return {(option.field_id, option.label_key): option for option in found}


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def write(*, job: Job, given: Mapping[UUID, Value | None], by: Membership) -> bool:
    """Write values on a job that the caller has locked, and return whether anything changed.

    Args:
        given: the values by field; None empties one, fields that are missing stay as they are.
        by: who writes; fields that they do not see are neither taken nor asked for.

    Raises:
        InvalidInput: for values that do not fit, and for required fields that would be empty, by `input_name`.
    """
    fields = {field.pk: field for field in seen(by, job)}
    options = _still_there(value for value in given.values() if isinstance(value, JobFieldOption))
    before = {row.field_id: row for row in JobFieldValue.objects.filter(job=job, field__in=fields)}
    after: dict[UUID, Value | None] = {}
    refused: dict[str, str] = {}
    for pk, value in given.items():
        try:
            after[pk] = _fitting(fields.get(pk), value, options, before.get(pk))
        except ValueError as misfit:
            refused[input_name(pk)] = str(misfit)
    for field in fields.values():
        is_empty = after[field.pk] is None if field.pk in after else field.pk not in before
        if field.is_required and is_empty:
            refused.setdefault(input_name(field.pk), f"Choose a value for {field.name}; it is required.")
    if refused:
        raise InvalidInput(fields=refused)
    return _save(job, fields, before, after)


def _active(company: Company) -> QuerySet[JobField]:
    return JobField.objects.for_company(company).filter(is_active=True)


def seen(membership: Membership, job: Job | None) -> QuerySet[JobField]:
    """Return the active fields that the member sees on a job, or on one that they would create."""
    action = Action.SEE_INTERNAL_FIELDS
    sees_all = access.may(membership, action, job) if job else membership.can(action)
    fields = _active(membership.company)
    return fields if sees_all else fields.filter(visibility=JobField.Visibility.PUBLIC)


def _still_there(options: Iterable[JobFieldOption]) -> dict[UUID, JobFieldOption]:
    """Return the choices as they are now, kept from being removed until the transaction ends."""
    wanted = [option.pk for option in options]
    rows = JobFieldOption.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {option.pk: option for option in rows} if wanted else {}


def _fitting(
    field: JobField | None, value: Value | None, options: Mapping[UUID, JobFieldOption], before: JobFieldValue | None
) -> Value | None:
    """Return the value as it is kept. Raises ValueError, with a sentence, for one that does not fit the field."""
    if field is None:
        raise ValueError("There is no such job field.")
    if value is None:
        return None
    if field.kind == Kind.TEXT and isinstance(value, str):
        words = text.one_line(value)
        if len(words) > 500:
            raise ValueError(f"Use 500 characters at most; this has {len(words):,}.")
        return words or None
    if field.kind == Kind.NUMBER and isinstance(value, Decimal):
        return _fitting_number(value)
    if field.kind == Kind.SELECT and isinstance(value, JobFieldOption):
        option = options.get(value.pk)
        is_kept = before is not None and before.option_id == value.pk
        if option is None or option.field_id != field.pk or (option.is_archived and not is_kept):
            raise ValueError("This value can no longer be chosen. Choose another one.")
        return option
    is_date = field.kind == Kind.DATE and isinstance(value, date)
    is_answer = field.kind == Kind.YES_NO and isinstance(value, bool)
    if is_date or is_answer:
        return value
    raise ValueError(f"{field.name} takes {TAKES[field.kind]}.")


def _fitting_number(value: Decimal) -> Decimal:
    most = Decimal(10) ** 14
    if value.is_finite() and abs(value) < most:
        kept = value.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
        if abs(kept) < most:
            return kept
    raise ValueError("Enter a number with at most 14 digits before the point.")


def _save(
    job: Job,
    fields: Mapping[UUID, JobField],
    before: Mapping[UUID, JobFieldValue],
    after: Mapping[UUID, Value | None],
) -> bool:
    created, changed, emptied = [], [], []
    for pk, value in after.items():
        row, column = before.get(pk), COLUMNS[fields[pk].kind]
        if value is None:
            emptied += [row.pk] if row else []
        elif row is None:
            created.append(JobFieldValue(company_id=job.company_id, job=job, field_id=pk, **{column: value}))
        elif _key(getattr(row, column if column != "option" else "option_id")) != _key(value):
            for name, nothing in EMPTY.items():
                setattr(row, name, nothing)
            setattr(row, column, value)
            row.updated_at = clock.now()
            changed.append(row)
    JobFieldValue.objects.bulk_create(created)
    JobFieldValue.objects.bulk_update(changed, [*EMPTY, "updated_at"])
    JobFieldValue.objects.filter(pk__in=emptied).delete()
    return bool(created or changed or emptied)


def _key(value: object) -> object:
    return value.pk if isinstance(value, JobFieldOption) else value
