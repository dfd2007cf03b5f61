"""Normalized key columns: what other columns of their row are compared or found by, computed in Python.

Two engines fold text differently, so no rule and no look-up leaves it to them: `KeyField` keeps `text.compare_key` or
`text.email_key` of its source, a unique rule stands on it, and a look-up by it folds what it is given by the same
function (`filter(name_key=typed)`). Saving, creating and updating in bulk all keep keys right, for models of
`KeyedModel` with a manager of `KeyedQuerySet`. What is shown is always the source.
"""

import hashlib
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection, connections, models, transaction

from recruiting.foundation import text

LONGEST_KEY = 255
"""Characters. A longer key ends in a digest instead, since PostgreSQL indexes no more than 2,704 bytes."""
FILL_BATCH = 2_000
"""Rows."""


class _Computed(models.Field):  # type: ignore[type-arg]
    """A column computed from the columns `sources` of its row by `key`, whenever one of them is written."""

    sources: tuple[str, ...]
    key: Callable[..., str]

    def __init__(self, *, sources: Collection[str], key: Callable[..., str], **options: Any) -> None:
        self.sources, self.key = tuple(sources), key
        super().__init__(**{"default": "", "blank": True, "editable": False, **options})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Add how it is computed."""
        name, path, arguments, options = super().deconstruct()
        for given in ("default", "blank", "editable"):
            options.pop(given, None)
        return name or "", path, arguments, {**options, "sources": list(self.sources), "key": self.key}

    def of(self, row: models.Model) -> str:
        """Return what belongs into the column."""
        return self.key(*(getattr(row, source) for source in self.sources))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Compute the column."""
        value = self.of(model_instance)
        setattr(model_instance, self.attname, value)
        return value


class KeyField(_Computed, models.CharField):  # type: ignore[type-arg]
    """The key of one column. Look-ups of equality take the text as somebody gave it.

    A row whose key was left empty though its source is not, for it is some other row's, keeps the empty key until its
    source changes.
    """

    def __init__(self, *, sources: Collection[str], key: Callable[[str], str], **options: Any) -> None:
        super().__init__(sources=sources, key=key, **{"max_length": LONGEST_KEY, **options})

    def get_prep_value(self, value: Any) -> Any:
        """Fold a text as the column does."""
        return bounded(self.key(value)) if isinstance(value, str) else super().get_prep_value(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Compute the column, unless the row waits with an empty one."""
        before = "" if add else model_instance.__dict__.get(self.attname, "")
        value = bounded(self.of(model_instance))
        if value and not add and not before and self._waits(model_instance):
            value = ""
        setattr(model_instance, self.attname, value)
        return value

    def _waits(self, row: models.Model) -> bool:
        (source,) = self.sources
        stored = type(row)._base_manager.filter(pk=row.pk, **{source: getattr(row, source)})
        return stored.filter(**{self.attname: ""}).exists()


class SearchField(_Computed, models.TextField):  # type: ignore[type-arg]
    """What a search looks for in a row."""


class KeyedModel(models.Model):
    """A model whose keys follow their sources, also when only some columns are saved."""

    class Meta:
        abstract = True

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Write the keys of what is written."""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *_names(type(self), kwargs["update_fields"])}
        super().save_base(*args, **kwargs)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check unique rules of keys whose sources are checked, which no form shows."""
        left_out = set(exclude or ())
        for field in _computed(type(self)):
            if not left_out.intersection(field.sources):
                field.pre_save(self, self._state.adding)
                left_out.discard(field.name)
        super().validate_constraints(exclude=left_out)


Row = TypeVar("Row", bound=models.Model)


class KeyedQuerySet(models.QuerySet[Row]):
    """Updates keys together with their sources."""

    def update(self, **values: Any) -> int:
        """Update rows, and then the keys of what was written."""
        names = [name for name in _names(self.model, values) if name not in values]
        if not names:
            return super().update(**values)
        with transaction.atomic(using=self.db, savepoint=False):
            written = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**values)
            fill(self.model, names, only=written, using=self.db)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update rows, and the keys of what is written."""
        rows, written = list(objs), list(fields)
        names = [name for name in _names(self.model, written) if name not in written]
        for row in rows:
            for name in names:
                _field(self.model, name).pre_save(row, False)
        return super().bulk_update(rows, [*written, *names], batch_size=batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]


def of_name(name: str) -> str:
    """Return the key of a unique name, as columns hold it."""
    return bounded(text.compare_key(name))


def bounded(key: str) -> str:
    """Return a key of at most `LONGEST_KEY` characters, different for different keys."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY - len(digest) - 1].rstrip()} {digest}"


def fill(
    model: type[models.Model], names: Sequence[str], *, only: Iterable[Any] | None = None, using: str = "default"
) -> int:
    """Compute keys of rows and write those that are not as they should be; for migrations, too.

    Args:
        model: of an app's models or of a migration's.
        names: the keys.
        only: primary keys of rows; None for all.
        using: the database.

    Returns:
        How many rows were written.
    """
    fields = [_field(model, name) for name in names]
    sources = sorted({source for field in fields for source in field.sources})
    rows = model._base_manager.using(using).order_by("pk")
    if only is not None:
        ids = list(only)
        batches: Iterable[list[Any]] = (ids[at : at + FILL_BATCH] for at in range(0, len(ids), FILL_BATCH))
        return sum(_write(using, fields, list(rows.filter(pk__in=batch).only(*sources, *names))) for batch in batches)
    written, last = 0, None
    while batch := list((rows.filter(pk__gt=last) if last else rows).only(*sources, *names)[:FILL_BATCH]):
        written += _write(using, fields, batch)
        last = batch[-1].pk
    return written


def _write(using: str, fields: Sequence[_Computed], rows: Sequence[models.Model]) -> int:
    if not rows:
        return 0
    database, meta = connections[using], rows[0]._meta
    assert meta.pk is not None
    quote = database.ops.quote_name
    right = [[_prepared(field, field.of(row)) for field in fields] for row in rows]
    stale = [
        [*values, meta.pk.get_db_prep_value(row.pk, database)]
        for row, values in zip(rows, right, strict=True)
        if values != [getattr(row, field.attname) for field in fields]
    ]
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    with database.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(meta.pk.column))} = %s", stale
        )
    return len(stale)


def _prepared(field: _Computed, value: str) -> str:
    return str(field.get_prep_value(value))


def _computed(model: type[models.Model]) -> list[_Computed]:
    return [field for field in model._meta.concrete_fields if isinstance(field, _Computed)]


def _field(model: type[models.Model], name: str) -> _Computed:
    field = model._meta.get_field(name)
    assert isinstance(field, _Computed)
    return field


def _names(model: type[models.Model], written: Iterable[str]) -> list[str]:
    """Return the names of the keys whose sources are among what is written."""
    sources = set(written)
    return [field.name for field in _computed(model) if sources.intersection(field.sources)]


# ── For migrations: what was unique before keys were ─────────────────────────────────────────────────────────────────
def rename_twins(model: type[models.Model], *, name: str, key: str, scope: Sequence[str]) -> int:
    """Give each later one of rows that share a filled key a name of its own, "Data science (2)"; return how many."""
    longest = getattr(model._meta.get_field(name), "max_length", None)
    renamed = 0
    for rows in _groups(model, key, scope, order=("pk",)):
        neighbors = model._base_manager.filter(**{column: getattr(rows[0], column) for column in scope})
        for row in rows[1:]:
            for number in itertools.count(2):
                ending = f" ({number})"
                free = f"{getattr(row, name)[: longest - len(ending)]}{ending}" if longest else ending
                if not neighbors.filter(**{key: free}).exists():
                    break
            folded = _prepared(_field(model, key), free)
            model._base_manager.filter(pk=row.pk).update(**{name: free, key: folded})
            renamed += 1
    _settle(renamed)
    return renamed


def release_twins(
    model: type[models.Model],
    *,
    key: str,
    scope: Sequence[str],
    order: Sequence[str] = ("pk",),
    of: "models.QuerySet[Any] | None" = None,
) -> int:
    """Empty the filled key of all but the first in `order` of the rows that share it; return how many.

    `of` are the rows among which it must be unique; None for all.
    """
    released = 0
    for rows in _groups(model, key, scope, order=order, of=of):
        released += model._base_manager.filter(pk__in=[row.pk for row in rows[1:]]).update(**{key: ""})
    _settle(released)
    return released


def _settle(written: int) -> None:
    """Let PostgreSQL check what it put off for rows written twice: until then it alters no table."""
    if written:
        connection.check_constraints()


def _groups(
    model: type[models.Model],
    key: str,
    scope: Sequence[str],
    *,
    order: Sequence[str],
    of: "models.QuerySet[Any] | None" = None,
) -> Iterator[list[Any]]:
    rows = (of if of is not None else model._base_manager.all()).order_by(*order)
    shared = rows.exclude(**{key: ""}).order_by().values(*scope, key).annotate(rows=models.Count("pk"))
    for group in list(shared.filter(rows__gt=1)):
        group.pop("rows")
        yield list(rows.filter(**group))
