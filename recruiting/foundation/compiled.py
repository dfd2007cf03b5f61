"""Queries whose SQL is composed once per process: Django composes most of ours longer than a database answers them.

    @compiled
    def _stages(process_id: UUID) -> QuerySet[Stage]:
        return Stage.objects.filter(process=process_id).order_by("position")

    stages = _stages(job.process_id)                    # a list; only its first call in a process composes

The function runs once for each *shape* of its arguments, with stand-ins for their values, which are filled in at each
call. Values are ids, numbers, texts and instants. They go into the query as they are (a number also as its LIMIT); of
an instant also an earlier or a later one may (`now - timedelta(days=10)`). The shape is everything else: enums, bools,
None, classes, functions, what a `Shape` holds, whether a tuple has values, and of a row which of its keys are None and
what its `decides` names. Of a row nothing but its own keys and those fields is there. A tuple goes into the query as a
whole (`pk__in=ids`), however long it is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache, wraps
from itertools import count
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

Arguments = ParamSpec("Arguments")
Row = TypeVar("Row")
Built = TypeVar("Built")
Answer = TypeVar("Answer")
_VALUES = (UUID, int, str, datetime)
# Of more shapes than that of one query all are forgotten.
_MOST_SHAPES = 500
_all_known: list[dict[Hashable, Any]] = []
# Stand-ins for instants lie so far apart, and before every instant that a query can mean, that each says whose it is.
_FIRST_INSTANT = datetime(1000, 1, 1, tzinfo=UTC)
_APART = timedelta(days=3000)


@dataclass(frozen=True)
class Composed(Generic[Answer]):
    """SQL with its parameters, and what asks the database with both and reads the answer."""

    sql: str
    parameters: Sequence[Any]
    ask: Callable[[str, tuple[Any, ...]], Answer]


@dataclass(frozen=True)
class Shape(Generic[Built]):
    """An argument whose value decides the shape, such as the order of rows. Only for what has few values."""

    value: Built


_SHAPES = (Shape, Enum, bool, type, FunctionType)


def compiled(build: Callable[Arguments, QuerySet[Any, Row]]) -> Callable[Arguments, list[Row]]:
    """Return a function that answers with the rows of the query that `build` returns.

    Raises (when called with a new shape):
        TypeError: for an argument that is neither value nor shape or is given by name, for a value that does not go
            into the query as it is, and for an instant or date that the query would keep for ever.
    """
    return compose_once(compose_rows, lambda: list[Row]())(build)


def compose_once(
    compose: Callable[[Built], Composed[Answer]], nothing: Callable[[], Answer]
) -> Callable[[Callable[Arguments, Built]], Callable[Arguments, Answer]]:
    """Return a decorator like `compiled` for functions that build something else than one queryset.

    Args:
        compose: makes SQL of what such a function returns. Raises EmptyResultSet where nothing can be found.
        nothing: makes the answer then.
    """

    def decorate(build: Callable[Arguments, Built]) -> Callable[Arguments, Answer]:
        known: dict[Hashable, _Template[Answer] | None] = {}
        _all_known.append(known)

        @wraps(build)
        def answer(*arguments: Arguments.args, **names: Arguments.kwargs) -> Answer:
            if names:
                raise TypeError(f"{build.__qualname__} takes its arguments by place, not by name.")
            shape: list[Hashable] = [connection.vendor]
            values: list[Any] = []
            for argument in arguments:
                _take_apart(argument, shape, values)
            key = tuple(shape)
            try:
                template = known[key]
            except KeyError:
                if len(known) >= _MOST_SHAPES:
                    known.clear()
                template = known[key] = _template(build, compose, arguments)
            return nothing() if template is None else template.ask(values)

        return answer

    return decorate


def forget() -> None:
    """Compose every query anew: after a constant that one is made of changed, as in a test."""
    for known in _all_known:
        known.clear()


def compose_rows(queryset: QuerySet[Any, Row]) -> Composed[list[Row]]:
    """Return the SQL of a queryset, and what makes rows of its answer; rows that it locks need a transaction."""
    locks = queryset.query.select_for_update
    composed = queryset.query.get_compiler(queryset.db)
    sql, parameters = composed.as_sql()
    # How each column is read: found out once where no connection has a way of its own, as SQLite's have.
    columns = [column for column, *_ in composed.select[: composed.col_count]]
    readers = composed.get_converters(columns) if connections[queryset.db].vendor == "postgresql" else None

    def ask(sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        if locks and not connections[queryset.db].in_atomic_block:
            raise TransactionManagementError("Rows are locked in a transaction.")
        # A copy with the connection of this thread; it holds what Django needs to make objects of rows.
        compiler = object.__new__(type(composed))
        compiler.__dict__.update(composed.__dict__, connection=connections[queryset.db])
        compiler.as_sql = lambda *_, **__: (sql, parameters)
        if readers is not None:
            compiler.get_converters = lambda *_: readers
        fresh = queryset.all()
        fresh.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(fresh)

    return Composed(sql, parameters, ask)


@dataclass(frozen=True)
class _Slot:
    """A parameter: a constant, or a value by its place among all (and how much later), or all values of a tuple."""

    constant: Any = None
    place: int | None = None
    later: timedelta = timedelta()
    is_whole: bool = False

    def fill(self, values: Sequence[Any]) -> Any:
        """Return the parameter; a list of a tuple."""
        if self.place is None:
            return self.constant
        value = values[self.place]
        if self.is_whole:
            return [_as_parameter(each) for each in value]
        return _as_parameter(value + self.later if self.later else value)


class _Template(Generic[Answer]):
    """Composed SQL, cut where a tuple goes in, and a slot for each parameter."""

    def __init__(self, composed: Composed[Answer], stand_ins: Sequence[Any]) -> None:
        self._ask, sql = composed.ask, composed.sql
        slots = [_slot_of(parameter, stand_ins) for parameter in composed.parameters]
        for place, stand_in in enumerate(stand_ins):
            # Django writes the number of a LIMIT into the SQL.
            while isinstance(stand_in, int) and str(stand_in) in sql:
                before, after = sql.split(str(stand_in), 1)
                sql = f"{before}%s{after}"
                slots.insert(before.replace("%%", "").count("%s"), _Slot(place=place))
        self.slots: list[_Slot] = []
        pieces, end, rest = [], 0, iter(slots)
        for found in re.finditer(r"%%|%s|IN \(%s, %s\)", sql):
            here = [next(rest) for _ in range(found[0].count("%s"))]
            if len(here) == 2 and here[0].place is not None and here[0].place == here[1].place:
                pieces.append(sql[end : found.start()])
                here, end = [replace(here[0], is_whole=True)], found.end()
            self.slots += here
        self.pieces = [*pieces, sql[end:]]

    def ask(self, values: Sequence[Any]) -> Answer:
        """Return what the database answers with these values."""
        parameters = [slot.fill(values) for slot in self.slots]
        if len(self.pieces) == 1 or connection.vendor == "postgresql":
            return self._ask("= ANY(%s)".join(self.pieces), tuple(parameters))
        flat: list[Any] = []
        pieces = iter(self.pieces)
        sql = [next(pieces)]
        for slot, parameter in zip(self.slots, parameters, strict=True):
            flat += parameter if slot.is_whole else [parameter]
            if slot.is_whole:
                sql.append(f"IN ({', '.join(['%s'] * len(parameter))}){next(pieces)}")
        return self._ask("".join(sql), tuple(flat))


def _slot_of(parameter: Any, stand_ins: Sequence[Any]) -> _Slot:
    instant = _instant(parameter)
    for place, stand_in in enumerate(stand_ins):
        for one in stand_in if isinstance(stand_in, tuple) else (stand_in,):
            if isinstance(parameter, _VALUES) and _as_parameter(one) == parameter:
                return _Slot(place=place)
            if isinstance(one, datetime) and instant and abs(instant - one) < _APART / 2:
                return _Slot(place=place, later=instant - one)
    return _Slot(parameter)


def _template(
    build: Callable[..., Built], compose: Callable[[Built], Composed[Answer]], arguments: Sequence[Any]
) -> _Template[Answer] | None:
    """Return the template for arguments of this shape, or None where nothing can be found.

    It is made twice, with other stand-ins: what differs comes of a value that did not go in as it is.
    """
    try:
        template, again = (_fill(build, compose, arguments) for _ in range(2))
    except EmptyResultSet:
        return None
    if any(_instant(slot.constant) or _is_date(slot.constant) for slot in template.slots if slot.place is None):
        raise TypeError(f"The query of {build.__qualname__} would keep a date for ever: make an instant an argument.")
    if (template.pieces, template.slots) != (again.pieces, again.slots):
        raise TypeError(f"A value given to {build.__qualname__} does not go into its query as it is.")
    return template


def _fill(
    build: Callable[..., Built], compose: Callable[[Built], Composed[Answer]], arguments: Sequence[Any]
) -> _Template[Answer]:
    """Build with stand-ins. Raises TypeError where one of a tuple's values is used by itself."""
    stand_ins: list[Any] = []
    instead = []
    numbers = count()
    for argument in arguments:
        values: list[Any] = []
        _take_apart(argument, [], values)
        mine = [_stand_in(value, numbers) for value in values]
        instead.append(_argument(argument, mine))
        stand_ins += mine
    template = _Template(compose(build(*instead)), stand_ins)
    for slot in template.slots:
        if slot.place is not None and isinstance(stand_ins[slot.place], tuple) and not slot.is_whole:
            raise TypeError(f"A value given to {build.__qualname__} does not go into its query as it is.")
    return template


def _take_apart(argument: Any, shape: list[Hashable], values: list[Any]) -> None:
    """Add what an argument says about the shape, and its values."""
    if isinstance(argument, models.Model):
        keys, decisive = _fields_of(type(argument))
        mine = [getattr(argument, key) for key in keys]
        shape += [type(argument), *(value is None for value in mine), *(getattr(argument, name) for name in decisive)]
        values += [value for value in mine if value is not None]
    elif argument is None or isinstance(argument, _SHAPES):
        shape.append(argument)
    elif isinstance(argument, _VALUES):
        shape.append(str(type(argument)))
        values.append(argument)
    elif isinstance(argument, tuple) and all(isinstance(each, _SHAPES) for each in argument):
        shape.append(argument)
    elif isinstance(argument, tuple):
        shape.append(tuple)
        values.append(argument)
    else:
        raise TypeError(f"{argument!r} is neither a value nor a shape of a compiled query.")


def _argument(argument: Any, stand_ins: list[Any]) -> Any:
    """Return what `build` gets instead of an argument: the same shape with stand-ins for its values."""
    if isinstance(argument, models.Model):
        return _row(argument, iter(stand_ins))
    return stand_ins[0] if stand_ins else argument


def _row(row: models.Model, stand_ins: Iterator[Any]) -> models.Model:
    keys, decisive = _fields_of(type(row))
    known = {key: None if getattr(row, key) is None else next(stand_ins) for key in keys}
    known |= {name: getattr(row, name) for name in decisive}
    copied = type(row).from_db(DEFAULT_DB_ALIAS, list(known), list(known.values()))
    for field in row._meta.concrete_fields:
        if field.remote_field and (key := known.get(field.attname)) is not None:
            related: type[models.Model] = field.remote_field.model
            setattr(copied, field.name, related.from_db(DEFAULT_DB_ALIAS, [related._meta.pk.attname], [key]))
    return copied


@cache
def _fields_of(model: type[models.Model]) -> tuple[list[str], Sequence[str]]:
    """Return a model's keys, and which other fields decide the shape of queries (its `decides`)."""
    keys = [field.attname for field in model._meta.concrete_fields if field.primary_key or field.remote_field]
    return keys, getattr(model, "decides", ())


def _stand_in(value: Any, numbers: Iterator[int]) -> Any:
    """Return a value of the same kind that nothing else in a query equals."""
    unlike = uuid.uuid4().int
    if isinstance(value, tuple):
        return _stand_in(value[0], numbers), _stand_in(value[0], numbers)
    if isinstance(value, UUID):
        return UUID(int=unlike)
    if isinstance(value, datetime):
        # Another time of day in each build, so that a beginning of the day is no constant time before it.
        return _FIRST_INSTANT + next(numbers) * _APART + timedelta(microseconds=unlike % 86_400_000_000)
    # Nothing that normalizes a text leaves this one as it is.
    return f" É'x{unlike:X}" if isinstance(value, str) else 2**30 + unlike % 2**30


def _as_parameter(value: Any) -> Any:
    """Return a value as Django hands it to the driver."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _instant(parameter: Any) -> datetime | None:
    """Return the instant that a parameter is, or None. SQLite gets instants as text without a zone."""
    if isinstance(parameter, str) and parameter[4:5] == "-" and not _is_date(parameter):
        with suppress(ValueError):
            parameter = datetime.fromisoformat(parameter)
    if not isinstance(parameter, datetime):
        return None
    return parameter if parameter.tzinfo else parameter.replace(tzinfo=UTC)


def _is_date(parameter: Any) -> bool:
    """Whether a parameter is a day (on SQLite: looks like one)."""
    if isinstance(parameter, str):
        return re.fullmatch(r"\d{4}-\d\d-\d\d", parameter) is not None
    return isinstance(parameter, date) and not isinstance(parameter, datetime)
