"""Which database constraint an `IntegrityError` broke, on either engine.

PostgreSQL names it. SQLite names CHECKs and expression indexes, but for a plain or partial unique rule only the
columns, which is why no two unique rules of a table may share their columns (a test says so).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, models, transaction

from recruiting.foundation.errors import RecruitingError


def violated(error: IntegrityError) -> str:
    """Return the name of the constraint that `error` reports, or "" when the database does not say."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    text = str(error)
    if match := re.search(r"CHECK constraint failed: (\w+)", text) or re.search(r"failed: index '(\w+)'", text):
        return match.group(1)
    if match := re.search(r"UNIQUE constraint failed: (.+)", text):
        return _unique_by_columns(match.group(1))
    return ""


@contextmanager
def translate_integrity_errors(errors: Mapping[str, RecruitingError]) -> Iterator[None]:
    """Run a block in its own savepoint and raise the mapped error when it breaks one of the named constraints."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as integrity_error:
        error = errors.get(violated(integrity_error))
        if error is None:
            raise
        raise error from integrity_error


def _unique_by_columns(described: str) -> str:
    pairs = [part.strip().split(".") for part in described.split(",")]
    table, columns = pairs[0][0], {column for _, column in pairs}
    for model in apps.get_models():
        if model._meta.db_table != table:
            continue
        for constraint in model._meta.total_unique_constraints + _partial_uniques(model):
            if {_column(model, name) for name in constraint.fields} == columns:
                return constraint.name
    return ""


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return str(field.column)


def _partial_uniques(model: type[models.Model]) -> list[models.UniqueConstraint]:
    return [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is not None and constraint.fields
    ]
