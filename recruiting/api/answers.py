"""What bodies say in the company's own fields, as the services take it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from recruiting.companies.models import Membership
from recruiting.company_fields import values as field_values
from recruiting.company_fields.models import Field, FieldOption
from recruiting.company_fields.values import Kind, Value
from recruiting.foundation import keys
from recruiting.foundation.errors import InvalidInput


def name_in_body(name: str, member: str) -> str:
    """Return what a body calls a field that a service refuses: `member` and the field's id; other names stay."""
    prefix = "field_"  # of `field_values.input_name`
    return f"{member}.{UUID(name.removeprefix(prefix))}" if name.startswith(prefix) else name


def values(
    fields: type[Field],
    answers: Sequence[Mapping[str, Any]],
    by: Membership,
    owner: Any = None,
    *,
    sees_all: bool = False,
) -> dict[UUID, Value | None]:
    """Return what a body said in fields as values of their kinds.

    Raises:
        InvalidInput: for one that is no value of its field, by its `field_values.input_name`.
    """
    if not answers:
        return {}
    known = {field.pk: field for field in field_values.seen(fields, by, owner, sees_all=sees_all)}
    labels = [keys.of_name(answer["value"]) for answer in answers if isinstance(answer["value"], str)]
    options = field_values.find_options(fields, known, labels)
    said: dict[UUID, Value | None] = {}
    refused: dict[str, str] = {}
    for answer in answers:
        pk, given = answer["id"], answer["value"]
        field = known.get(pk)
        if field is None or pk in said:
            refused[field_values.input_name(pk)] = (
                "It is named twice." if field else f"There is no such {fields._meta.verbose_name}."
            )
            continue
        try:
            said[pk] = _value(field, given, options)
        except (ValueError, InvalidOperation):
            refused[field_values.input_name(pk)] = f"{field.name} takes {field_values.TAKES[field.kind]}."
    if refused:
        raise InvalidInput(fields=refused)
    return said


def _value(field: Field, given: str | bool | None, options: Mapping[tuple[UUID, str], FieldOption]) -> Value | None:
    """Return a value of a field's kind. Raises ValueError and InvalidOperation for what is none."""
    if given is None:
        return None
    if isinstance(given, bool) is not (field.kind == Kind.YES_NO):
        raise ValueError
    if isinstance(given, bool) or field.kind == Kind.TEXT:
        return given
    if field.kind == Kind.SELECT:
        option = options.get((field.pk, keys.of_name(given)))
        if option is None:
            raise ValueError
        return option
    if field.kind == Kind.NUMBER:
        return Decimal(given)
    read = date.fromisoformat(given) if field.kind == Kind.DATE else None
    if read is None or read.isoformat() != given:  # it reads weeks as well
        raise ValueError
    return read
