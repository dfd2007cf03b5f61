"""Long lists: keyset pages, and counts that stop counting."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, ParamSpec, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.core.signing import BadSignature, Signer
from django.db import connection, models
from django.db.models import Q, Subquery
from django.http import QueryDict

from recruiting.foundation import formatting
from recruiting.foundation.compiled import Composed, Shape, compiled, compose_once

Row = TypeVar("Row", bound=models.Model)
Arguments = ParamSpec("Arguments")
Querysets = Mapping[str, "models.QuerySet[Any]"]

COUNT_TO = 1_000
"""Where counting rows stops: to count ten times as many takes as long as to read the page that says how many."""

WORK_TO = 100
"""Where counting what needs somebody stops, on a page that leads to the list."""


def bounded_count(queryset: "models.QuerySet[Any]") -> int:
    """Count rows, but never more than `COUNT_TO` of them (`number`, given that limit, shows it as "1,000+")."""
    return _first(queryset).count()


def bounded_counts(querysets: Querysets) -> dict[str, int]:
    """Count the rows of several querysets in one query, each as `bounded_count`, by the same keys."""
    try:
        composed = _compose_counts(querysets)
    except EmptyResultSet:
        return dict.fromkeys(querysets, 0)
    return composed.ask(composed.sql, tuple(composed.parameters))


def compiled_counts(build: Callable[Arguments, Querysets]) -> Callable[Arguments, Mapping[str, int]]:
    """Return a function that answers with the `bounded_counts` of what `build` returns, composed once (see `compiled`).

    Where no queryset can match anything the mapping is empty: ask it with `get(key, 0)`.
    """
    return compose_once(_compose_counts, lambda: dict[str, int]())(build)


def compiled_work(build: Callable[Arguments, Querysets]) -> Callable[Arguments, Mapping[str, int]]:
    """Do the same for what needs somebody, up to `WORK_TO`."""
    return compose_once(_compose_work, lambda: dict[str, int]())(build)


def _compose_work(querysets: Querysets) -> Composed[dict[str, int]]:
    return _compose_counts(querysets, WORK_TO)


def _compose_counts(querysets: Querysets, limit: int | None = None) -> Composed[dict[str, int]]:
    parts: list[str] = []
    parameters: list[Any] = []
    counts = dict.fromkeys(querysets, 0)
    counted: list[str] = []
    for key, queryset in querysets.items():
        try:
            sql, values = _first(queryset, limit).query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) bounded)")
        parameters.extend(values)
        counted.append(key)
    if not parts:
        raise EmptyResultSet

    def ask(sql: str, parameters: tuple[Any, ...]) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return counts | dict(zip(counted, cursor.fetchone(), strict=True))

    return Composed(f"SELECT {', '.join(parts)}", parameters, ask)


class BoundedCount(Subquery):
    """`bounded_count` as a column of another query, up to a `limit` of its own where one is given."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) bounded)"
    output_field = models.IntegerField()
    empty_result_set_value = 0

    def __init__(self, queryset: "models.QuerySet[Any]", limit: int | None = None) -> None:
        super().__init__(_first(queryset, limit))


def _first(queryset: "models.QuerySet[Any]", limit: int | None = None) -> "models.QuerySet[Any, Any]":
    return queryset.order_by()[: COUNT_TO if limit is None else limit].values("pk")


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """The rows of a list whose queries are composed once (`recruiting.foundation.compiled`).

    Args:
        model: what the rows are.
        build: a function of a module that returns them, not ordered.
        arguments: what it is called with: values and shapes.
        takes_before: whether it takes a key at the end that the rows are older than (or None), to begin there.
    """

    model: type[Row]
    build: Callable[..., "models.QuerySet[Row]"]
    arguments: tuple[Any, ...]
    takes_before: bool = False

    def count(self) -> int:
        """Return how many there are, as `bounded_count`."""
        before = (None,) if self.takes_before else ()
        return _listed_count(self.build, *self.arguments, *before).get("rows", 0)

    def read(self, order: Sequence[str], after: Sequence[Any], size: int) -> list[Row]:
        """Return the first rows in an order, or the first after the values of another one."""
        fields = [_field(self.model, term.lstrip("-")) for term in order] if after else []
        values = [field.to_python(value) for field, value in zip(fields, after, strict=True)]
        before = (values[0] if values and order[0] == "-id" else None,) if self.takes_before else ()
        return _listed(self.build, Shape(tuple(order)), Shape(len(values)), size, *values, *self.arguments, *before)


@compiled_counts
def _listed_count(build: Callable[..., "models.QuerySet[Any]"], *arguments: Any) -> Querysets:
    return {"rows": build(*arguments)}


@compiled
def _listed(
    build: Callable[..., "models.QuerySet[Any]"],
    order: Shape[tuple[str, ...]],
    after: Shape[int],
    size: int,
    *rest: Any,
) -> "models.QuerySet[Any]":
    return _sliced(build(*rest[after.value :]), order.value, rest[: after.value], size)


def _sliced(
    queryset: "models.QuerySet[Row]", order: Sequence[str], after: Sequence[Any], size: int
) -> "models.QuerySet[Row]":
    first = queryset.filter(_beyond(order, after) if after else Q()).order_by(*order)[:size]
    if not any("__" in term for term in order):
        return first
    # By another table's columns all are sorted: by their keys first, then what is shown is joined for a page alone.
    return queryset.filter(pk__in=first.values("pk")).order_by(*order)


def _field(model: type[models.Model], path: str) -> "models.Field[Any, Any]":
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]
    return model._meta.get_field(name)  # type: ignore[return-value]


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page of a long list. Cursors are opaque; "" means that there is no such page."""

    rows: Sequence[Row]
    next_cursor: str
    previous_cursor: str
    summary: str = ""
    parameters: str = ""
    total: int | None = None

    @property
    def next_query(self) -> str:
        """The query string of the next page, filters included."""
        return self._query(self.next_cursor)

    @property
    def previous_query(self) -> str:
        """The query string of the previous page, filters included."""
        return self._query(self.previous_cursor)

    def _query(self, cursor: str) -> str:
        return "&".join(filter(None, (self.parameters, urlencode({"cursor": cursor}))))


class Keyset(Generic[Row]):
    """Pages by the values of the last row instead of by number, so that page 1,000 costs what page 1 does.

    Args:
        rows: the rows, filtered; an ordering is replaced.
        order: fields like `("-created_at", "id")`; the last one must be unique, none may be null.
        cursor: what the address carried (`request.GET.get("cursor", "")`); a broken one means the first page.
        size: rows on a page.
        query: the rest of the query string (`request.GET`), repeated in the links.
        total: a `bounded_count`, to say how many there are; None says nothing.
        noun, nouns: what the rows are called.
    """

    def __init__(
        self,
        rows: "models.QuerySet[Row] | Listed[Row]",
        order: Sequence[str],
        cursor: str = "",
        size: int = 50,
        *,
        query: QueryDict | None = None,
        total: int | None = None,
        noun: str = "",
        nouns: str = "",
    ) -> None:
        self.rows = rows
        self.order = tuple(order)
        self.size = size
        self.backwards, self.after = self._read_cursor(cursor)
        self.query = query
        self.total = total
        self.noun, self.nouns = noun, nouns

    def page(self) -> KeysetPage[Row]:
        """Read one page (one query)."""
        order = tuple(_reverse(term) for term in self.order) if self.backwards else self.order
        found = self._read(order)
        more, rows = len(found) > self.size, found[: self.size]
        if self.backwards:
            rows.reverse()
        has_next = bool(rows) and (more if not self.backwards else True)
        has_previous = bool(rows) and (more if self.backwards else bool(self.after))
        return KeysetPage(
            rows=rows,
            next_cursor=self._cursor(rows[-1], backwards=False) if has_next else "",
            previous_cursor=self._cursor(rows[0], backwards=True) if has_previous else "",
            summary=self._summary(len(rows), has_next=has_next),
            parameters=self._parameters(),
            total=self.total,
        )

    def _read(self, order: Sequence[str]) -> list[Row]:
        if isinstance(self.rows, Listed):
            return self.rows.read(order, self.after, self.size + 1)
        return list(_sliced(self.rows, order, self.after, self.size + 1))

    def _cursor(self, row: Row, *, backwards: bool) -> str:
        values = [_value(row, term.lstrip("-")) for term in self.order]
        packed = json.dumps(["<" if backwards else ">", *values], separators=(",", ":"))
        return self._signer.sign(base64.urlsafe_b64encode(packed.encode()).decode().rstrip("="))

    def _read_cursor(self, cursor: str) -> tuple[bool, list[Any]]:
        """Return what a cursor of this list says; anything else means the first page."""
        try:
            packed = self._signer.unsign(cursor)
        except (BadSignature, ValueError):
            return False, []
        direction, *values = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        return direction == "<", values

    @property
    def _signer(self) -> Signer:
        # Signed, since only what we wrote ourselves is sure to fit the columns of this list.
        return Signer(sep=".", salt=f"{self.rows.model._meta.label}:{','.join(self.order)}")

    def _parameters(self) -> str:
        if self.query is None:
            return ""
        rest = self.query.copy()
        rest.pop("cursor", None)
        return rest.urlencode()

    def _summary(self, shown: int, *, has_next: bool) -> str:
        if not self.nouns:
            return ""
        if self.total is None:
            return f"{shown} {self.nouns}, and more" if has_next else ""
        total = formatting.plural(self.total, self.noun, self.nouns, zero=f"No {self.nouns}", limit=COUNT_TO)
        return total if shown >= self.total else f"{formatting.number(shown)} of {total}"


def page_of(
    rows: "models.QuerySet[Row] | Listed[Row]",
    order: Sequence[str],
    query: QueryDict,
    noun: str,
    nouns: str,
    size: int = 50,
    *,
    total: int | None = None,
    counts: bool = True,
) -> KeysetPage[Row]:
    """Read the page of a list that an address asks for, with how many rows there are (two queries).

    `total` is a `bounded_count` from elsewhere, which saves the other query; without `counts` nobody asks how many.
    """
    if total is None and counts:
        total = rows.count() if isinstance(rows, Listed) else bounded_count(rows)
    cursor = query.get("cursor", "")
    return Keyset(rows, order, cursor, size, query=query, total=total, noun=noun, nouns=nouns).page()


def _reverse(term: str) -> str:
    return term.removeprefix("-") if term.startswith("-") else f"-{term}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values` in this order: (a > x) or (a = x and b > y) or …"""
    condition, equal = Q(), Q()
    for term, value in zip(order, values, strict=True):
        name = term.lstrip("-")
        condition |= equal & Q(**{f"{name}__{'lt' if term.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return condition


def _value(row: models.Model, path: str) -> Any:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
