"""Fields that extensions would like a company's jobs to have, and the values that they know for them.

A field belongs to the extension that suggests its name. Nothing is created before somebody asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from recruiting import extensions
from recruiting.base.errors import NotFound
from recruiting.companies.models import Company, Membership
from recruiting.extensions import Extension, JobFieldSuggestion
from recruiting.jobs import fields
from recruiting.jobs.fields import FieldDetails
from recruiting.jobs.models import JobField


@dataclass(frozen=True)
class Suggested:
    """A suggestion and whose it is."""

    extension: Extension
    suggestion: JobFieldSuggestion


def by_name(company: Company) -> Mapping[str, Suggested]:
    """Return every suggestion of the extensions that the company may use, by its name in small letters."""
    found: dict[str, Suggested] = {}
    for extension in extensions.all_extensions():
        if extension.suggestions.job_fields and extensions.is_enabled(extension, company):
            for suggestion in extension.suggestions.job_fields:
                found.setdefault(suggestion.name.lower(), Suggested(extension, suggestion))
    return found


def missing(company: Company) -> list[JobFieldSuggestion]:
    """Return the suggestions of whose names the company has no field, deactivated ones included."""
    suggested = by_name(company)
    if not suggested:
        return []
    names = {name.lower() for name in JobField.objects.for_company(company).values_list("name", flat=True)}
    return [one.suggestion for name, one in suggested.items() if name not in names]


def create(*, name: str, by: Membership) -> JobField:
    """Create the suggested field of this name; one that is there already is kept, and made active again.

    Raises:
        NotFound: when no extension of the company suggests it.
    """
    suggested = by_name(by.company).get(name.strip().lower())
    if suggested is None:
        raise NotFound("Nobody suggests a job field of this name.")
    existing = fields.find(by.company, name)
    if existing is not None:
        return fields.activate(field=existing, by=by)
    wanted = suggested.suggestion
    kind = JobField.Kind(wanted.kind)
    return fields.create(
        details=FieldDetails(name=wanted.name, visibility=JobField.Visibility(wanted.visibility)),
        kind=kind,
        category=JobField.Category(wanted.category),
        is_active=kind != JobField.Kind.SELECT,
        by=by,
    )


def values(field: JobField, *, typed: str, most: int) -> list[str]:
    """Return the values that the field's extension knows and that hold what was typed."""
    suggested = by_name(field.company).get(field.name.lower())
    if suggested is None:
        return []
    known: Sequence[str] = extensions.ask(
        partial(suggested.extension.field_values, field),
        otherwise=(),
        about=f"values of a job field for {suggested.extension.slug}",
    )
    words = typed.strip().lower()
    return [value for value in known if words in value.lower()][:most]
