"""Fields that extensions would like a company's jobs to have, and the values that they know for them.

Nothing is created before somebody asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from recruiting import extensions
from recruiting.companies.models import Company, Membership
from recruiting.company_fields import definitions as fields
from recruiting.company_fields.definitions import FieldDetails
from recruiting.extensions import FieldHint, JobFieldSuggestion
from recruiting.foundation import keys, text
from recruiting.foundation.errors import NotFound
from recruiting.jobs.models import JobField


@dataclass(frozen=True)
class Help:
    """What an extension says to somebody who fills in a field."""

    sentence: str
    """What the field is for; "" when its name is none that the extension suggests."""
    values: Sequence[str] | None
    """What to suggest; None when the extension knows nothing of the field's values."""


def by_name(company: Company) -> Mapping[str, JobFieldSuggestion]:
    """Return every suggestion of the extensions that the company may use, by the key of its name."""
    found: dict[str, JobFieldSuggestion] = {}
    for extension in extensions.all_extensions():
        if extension.suggestions.job_fields and extensions.is_enabled(extension, company):
            for suggestion in extension.suggestions.job_fields:
                found.setdefault(keys.of_name(suggestion.name), suggestion)
    return found


def missing(company: Company) -> list[JobFieldSuggestion]:
    """Return the suggestions of whose names the company has no field, deactivated ones included."""
    suggested = by_name(company)
    if not suggested:
        return []
    names = set(JobField.objects.for_company(company).values_list("name_key", flat=True))
    return [suggestion for name, suggestion in suggested.items() if name not in names]


def create(*, name: str, by: Membership) -> JobField:
    """Create the suggested field of this name; one that is there already is kept, and made active again.

    Raises:
        NotFound: when no extension of the company suggests it.
    """
    wanted = by_name(by.company).get(keys.of_name(name))
    if wanted is None:
        raise NotFound("Nobody suggests a job field of this name.")
    existing = fields.find(JobField, by.company, name)
    if existing is not None:
        return fields.activate(field=existing, by=by)
    kind = JobField.Kind(wanted.kind)
    return fields.create(
        JobField,
        details=FieldDetails(name=wanted.name, visibility=JobField.Visibility(wanted.visibility)),
        kind=kind,
        category=JobField.Category(wanted.category),
        is_active=kind != JobField.Kind.SELECT,
        by=by,
    )


def help_with(company: Company, asked: Sequence[JobField]) -> dict[UUID, Help]:
    """Return by field what extensions have to say to somebody who fills these in; each is asked once."""
    texts = [field for field in asked if field.kind == JobField.Kind.TEXT]
    found: dict[UUID, Help] = {}
    if not texts:
        return found
    for extension in extensions.enabled_for(company):
        sentences = {keys.of_name(one.name): one.sentence for one in extension.suggestions.job_fields}
        nothing: Mapping[UUID, Sequence[str]] = {}
        values = extensions.call_safely(
            partial(extension.field_values, company, texts),
            default=nothing,
            label=f"values of job fields for {extension.slug}",
        )
        for field in texts:
            sentence = sentences.get(field.name_key, "")
            if sentence or field.pk in values:
                found.setdefault(field.pk, Help(sentence, values.get(field.pk)))
    return found


def hint(field: JobField, typed: str) -> FieldHint | None:
    """Return what the first extension that has something to say says about a value before it is saved."""
    line = text.one_line(typed)
    hints = extensions.collect(
        lambda extension: [extension.field_hint(field, line)],
        label="a value of a job field",
        enabled_in=field.company,
    )
    return next(filter(None, hints), None)


def values(field: JobField, *, typed: str, most: int) -> list[str]:
    """Return the values that extensions know for the field and that hold what was typed."""
    known = help_with(field.company, [field]).get(field.pk)
    words = text.search_key(typed)
    return [value for value in (known.values if known else None) or () if words in text.search_key(value)][:most]
