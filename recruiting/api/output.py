"""Writes rows as their serializers describe them, by a plan that is made once per serializer.

REST framework copies all fields for each answer and asks each for each row: that took longer than the database does.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from rest_framework import serializers

Shown = TypeVar("Shown")
Write = Callable[[Any, Any], Any]
"""Makes a member of the answer, given the serializer and the row, or the row's columns and the context."""


class Output(serializers.Serializer[Shown]):
    """What something looks like. What it answers is what REST framework would make of its fields."""

    def to_representation(self, instance: Any) -> Any:
        """Return an object of a row."""
        return {name: write(self, instance) for name, write in _plan(type(self))}


@cache
def _plan(kind: type[Output[Any]]) -> Sequence[tuple[str, Write]]:
    """Return how each member is made, in order."""
    fields: Any = kind().fields
    return [(name, _write(field)) for name, field in fields.items() if not field.write_only]


def _write(field: Any) -> Write:
    if isinstance(field, serializers.SerializerMethodField):
        method = str(field.method_name)
        return lambda serializer, row: getattr(serializer, method)(row)
    value = _value_of(field)
    if isinstance(field, Output) and _is_plain(type(field)):
        plan = _plan(type(field))

        def write_object(serializer: Any, row: Any) -> Any:
            found = value(row)
            return None if found is None else {name: write(serializer, found) for name, write in plan}

        return write_object
    if isinstance(field, serializers.BaseSerializer):
        name = field.field_name

        def write_with_context(serializer: Any, row: Any) -> Any:
            found = value(row)
            return None if found is None else serializer.fields[name].to_representation(found)

        return write_with_context
    known = _of_one(field)

    def write_plain(serializer: Any, row: Any) -> Any:
        found = value(row)
        return None if found is None else known(found)

    return write_plain


def columns(kind: type[Output[Any]]) -> tuple[str, ...]:
    """Return the columns that `of_columns` needs, by their paths from the model; the first is its key."""
    return _flat(kind)[0]


def of_columns(kind: type[Output[Any]], rows: Iterable[Sequence[Any]], context: Any = None) -> list[dict[str, Any]]:
    """Return the objects of rows of `columns`: no models are made, and nothing else is read.

    Args:
        kind: what they look like: columns, objects of columns, and `Made` ones.
        rows: what the database answered.
        context: what `Made` members are made with.
    """
    members = _flat(kind)[1]
    return [{name: make(row, context) for name, make in members} for row in rows]


class Made(serializers.Field[Any, Any, Any, Any]):
    """A member that is made of columns (`needs`), in lists, and of the row elsewhere."""

    needs: Sequence[str] = ()

    def of_columns(self, context: Any, *values: Any) -> Any:
        """Return it, given what `of_columns` got as context."""
        raise NotImplementedError


@cache
def _flat(kind: type[Output[Any]]) -> tuple[tuple[str, ...], Sequence[tuple[str, Write]]]:
    paths: dict[str, int] = {"id": 0}
    members = _members(kind, "", paths)
    return tuple(paths), members


def _members(kind: type[Output[Any]], prefix: str, paths: dict[str, int]) -> Sequence[tuple[str, Write]]:
    """Return what makes each member of a row, given the context; add the columns that they need."""
    fields: Any = kind().fields
    return [(name, _member(field, prefix, paths)) for name, field in fields.items()]


def _member(field: Any, prefix: str, paths: dict[str, int]) -> Write:
    def place(column: str) -> int:
        return paths.setdefault(f"{prefix}{column}", len(paths))

    if isinstance(field, Made):
        places = [place(column) for column in field.needs]
        return lambda row, context: field.of_columns(context, *(row[at] for at in places))
    path = str(field.source).replace(".", "__")
    if isinstance(field, Output):
        key = place(f"{path}__id")
        members = _members(type(field), f"{prefix}{path}__", paths)

        def make_object(row: Sequence[Any], context: Any) -> Any:
            return None if row[key] is None else {name: make(row, context) for name, make in members}

        return make_object
    if isinstance(field, serializers.SerializerMethodField | serializers.BaseSerializer):
        raise TypeError(f"{field.field_name} is not made of columns: make it a Made field.")
    at, write = place(path), _of_one(field)

    def make_plain(row: Sequence[Any], context: Any) -> Any:
        return None if row[at] is None else write(row[at])

    return make_plain


def _of_one(field: Any) -> Callable[[Any], Any]:
    """Return what writes a value of a field that is not null."""
    is_usual = not {"timezone", "format"} & set(vars(field))
    as_declared: Callable[[Any], Any] = field.to_representation
    return _USUAL.get(type(field), as_declared) if is_usual else as_declared


def _is_plain(kind: type[Output[Any]]) -> bool:
    """Whether no member is made by a method or another serializer, which may need what the answer is made with."""
    made: Any = (serializers.SerializerMethodField, serializers.BaseSerializer)
    return not any(isinstance(field, made) for field in kind().fields.values())


def _value_of(field: Any) -> Callable[[Any], Any]:
    """Return what finds a field's value in a row."""
    if field.source == "*":
        return lambda row: row
    find = attrgetter(field.source)

    def value(row: Any) -> Any:
        if isinstance(row, dict):
            return field.get_attribute(row)
        try:
            found = find(row)
        except AttributeError:
            return field.get_attribute(row)  # which knows what stands for nothing
        return field.get_attribute(row) if callable(found) else found

    return value


def _instant(value: Any) -> Any:
    # Always UTC, as REST framework's would be once `TokenAuthentication` has seen to it.
    return f"{value.astimezone(UTC).isoformat()[:-6]}Z" if isinstance(value, datetime) else value


_USUAL: dict[type[Any], Callable[[Any], Any]] = {
    serializers.UUIDField: str,
    serializers.CharField: str,
    serializers.DateTimeField: _instant,
}
