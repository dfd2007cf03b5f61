"""Writes rows as their serializers describe them, by a plan that is made once per serializer.

REST framework copies all fields for each answer and asks each for each row: that took longer than the database does.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.utils import timezone
from rest_framework import serializers

Shown = TypeVar("Shown")
Write = Callable[[Any, Any], Any]
"""Makes a member of the answer, given the serializer and the row."""


class Output(serializers.Serializer[Shown]):
    """What something looks like. What it answers is what REST framework would make of its fields."""

    def to_representation(self, instance: Any) -> Any:
        """Return an object of a row."""
        return {name: write(self, instance) for name, write in _plan(type(self))}


@cache
def _plan(kind: type[Output[Any]]) -> Sequence[tuple[str, Write]]:
    """Return how each member is made, in order."""
    fields: dict[str, Any] = kind().fields
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
    is_usual = not {"timezone", "format"} & set(vars(field))
    known = _USUAL.get(type(field), field.to_representation) if is_usual else field.to_representation

    def write_plain(serializer: Any, row: Any) -> Any:
        found = value(row)
        return None if found is None else known(found)

    return write_plain


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
    is_utc = isinstance(value, datetime) and value.tzinfo is UTC and str(timezone.get_current_timezone()) == "UTC"
    return f"{value.isoformat()[:-6]}Z" if is_utc else _ANY_INSTANT.to_representation(value)


_ANY_INSTANT = serializers.DateTimeField()
_USUAL: dict[type[Any], Callable[[Any], Any]] = {
    serializers.UUIDField: str,
    serializers.CharField: str,
    serializers.DateTimeField: _instant,
}
