"""What jobs and people answer in their company's fields: who reads which answer, and how answers are written.

The *owner* is the job or the person that an answer is about. Only active fields count: a deactivated one keeps its
values, hidden. An Internal field is for people with full access to the job, or to a job of the person, everywhere.
Writing is part of the services that write owners.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from recruiting.companies.models import Company, Membership
from recruiting.company_fields.models import Field, FieldOption
from recruiting.company_fields.models import FieldValue as Row
from recruiting.foundation import clock, text
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import Action

Value = str | Decimal | date | bool | FieldOption
Kind = Field.Kind
COLUMNS: Mapping[str, str] = {
    Kind.TEXT: "text",
    Kind.SELECT: "option",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.YES_NO: "yes_no",
}
"""Which column of `FieldValue` holds a value of each kind."""
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
    """A field and what its owner says in it; None when nothing."""

    field: Any
    value: Value | None

    @property
    def words(self) -> str:
        """The value as text: a choice's label, "Yes" or "No", a plain number, an ISO date; "" when there is none."""
        return in_words(self.value)


@dataclass(frozen=True)
class Asked:
    """A field as a form asks for it."""

    field: Any
    value: Value | None
    options: Sequence[FieldOption] | None
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


def value_in(field: Field, row: Row | None) -> Value | None:
    """Return the value that a row holds for its field; None without a row."""
    value: Value | None = getattr(row, COLUMNS[field.kind]) if row else None
    return None if value == "" else value


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def visible(fields: type[Field], owner: Any, membership: Membership) -> list[FieldValue]:
    """Return every field that the member may see on the owner, with its value, in order."""
    return of_owners(fields, [owner.pk], membership)[owner.pk]


def of_owners(fields: type[Field], owners: Sequence[UUID], membership: Membership) -> dict[UUID, list[FieldValue]]:
    """Return by the key of an owner what `visible` returns, in three queries for any number of owners."""
    active = list(_active(fields, membership.company))
    if not active:
        return {pk: [] for pk in owners}
    open_to = set(_open_to(fields, membership).filter(pk__in=owners).values_list("pk", flat=True))
    owner = f"{fields.about}_id"
    rows = fields.value_model().objects.filter(**{f"{owner}__in": owners}, field__in=active).select_related("option")
    values = {(getattr(row, owner), row.field_id): row for row in rows}
    return {
        pk: [
            FieldValue(field, value_in(field, values.get((pk, field.pk))))
            for field in active
            if pk in open_to or field.visibility == Field.Visibility.PUBLIC
        ]
        for pk in owners
    }


def given(fields: type[Field], owner: UUID, membership: Membership) -> "QuerySet[Any]":
    """Return the values about an owner that the member may see, with field and choice, in order: one query."""
    rows: QuerySet[Any] = fields.value_model().objects.filter(**{fields.about: owner}, field__is_active=True)
    if not membership.can(Action.SEE_INTERNAL_FIELDS):
        is_open = Q(**{f"{fields.about}__in": _open_to(fields, membership)})
        rows = rows.filter(Q(field__visibility=Field.Visibility.PUBLIC) | is_open)
    return rows.select_related("field", "option").order_by("field__position", "field_id")


def asked_of(fields: type[Field], membership: Membership, owner: Any = None) -> list[Asked]:
    """Return what the form of an owner asks this member, with its values; without an owner, for a new one."""
    asked = list(
        seen(fields, membership, owner)
        .annotate(choices=Count("options", filter=Q(options__is_archived=False)))
        .order_by("position", "id")
    )
    short = [field.pk for field in asked if field.kind == Kind.SELECT and field.choices <= SHORT_LIST]
    options: dict[UUID, list[FieldOption]] = {pk: [] for pk in short}
    for option in fields.option_model().objects.filter(field__in=short, is_archived=False) if short else ():
        options[option.field_id].append(option)
    values = {row.field_id: row for row in _rows(fields, owner, asked).select_related("option")} if owner else {}
    return [Asked(field, value_in(field, values.get(field.pk)), options.get(field.pk)) for field in asked]


def find_options(
    fields: type[Field], keys: Iterable[UUID], labels: Iterable[str]
) -> dict[tuple[UUID, str], FieldOption]:
    """Return choices by the key of their field and `keys.of_name` of their label, in one query; no archived ones."""
    found = fields.option_model().objects.filter(label_key__in=set(labels), field__in=list(keys), is_archived=False)
    return {(option.field_id, option.label_key): option for option in found}


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def write(fields: type[Field], owner: Any, given: Mapping[UUID, Value | None], by: Membership) -> bool:
    """Write values about an owner that the caller has locked, and return whether anything changed.

    Args:
        fields: the class of fields.
        owner: the job, or the person.
        given: the values by field; None empties one, fields that are missing stay as they are.
        by: who writes; fields that they do not see are neither taken nor asked for.

    Raises:
        InvalidInput: for values that do not fit, and for required fields that would be empty, by `input_name`.
    """
    if not (given or fields.is_always_asked):
        return False
    known = {field.pk: field for field in seen(fields, by, owner)}
    options = _still_there(fields, (value for value in given.values() if isinstance(value, FieldOption)))
    before = {row.field_id: row for row in _rows(fields, owner, known)}
    after: dict[UUID, Value | None] = {}
    refused: dict[str, str] = {}
    for pk, value in given.items():
        try:
            after[pk] = _fitting(known.get(pk), value, options, before.get(pk), fields)
        except ValueError as misfit:
            refused[input_name(pk)] = str(misfit)
    for field in known.values():
        if not (fields.is_always_asked or field.pk in after):
            continue
        is_empty = after[field.pk] is None if field.pk in after else field.pk not in before
        if field.is_required and is_empty:
            refused.setdefault(input_name(field.pk), f"Choose a value for {field.name}; it is required.")
    if refused:
        raise InvalidInput(fields=refused)
    return _save(owner, known, before, after, fields)


def seen(fields: type[Field], membership: Membership, owner: Any, *, sees_all: bool = False) -> "QuerySet[Any]":
    """Return the active fields that the member sees on an owner, or on one that they would create.

    `sees_all` is for the latter, where more is known of it than that.
    """
    active = _active(fields, membership.company)
    sees_all = sees_all or membership.can(Action.SEE_INTERNAL_FIELDS)
    if owner is not None and not sees_all:
        sees_all = _open_to(fields, membership).filter(pk=owner.pk).exists()
    return active if sees_all else active.filter(visibility=Field.Visibility.PUBLIC)


def _active(fields: type[Field], company: Company) -> "QuerySet[Any]":
    return fields.objects.for_company(company).filter(is_active=True)


def _open_to(fields: type[Field], membership: Membership) -> "QuerySet[Any]":
    """Return the owners of which the member sees Internal fields."""
    owners: QuerySet[Any] = fields.owner_model().objects.allowing(Action.SEE_INTERNAL_FIELDS, membership)
    return owners


def _rows(fields: type[Field], owner: Any, only: Iterable[Any]) -> "QuerySet[Any]":
    rows: QuerySet[Any] = fields.value_model().objects.filter(**{fields.about: owner}, field__in=list(only))
    return rows


def _still_there(fields: type[Field], options: Iterable[FieldOption]) -> dict[UUID, FieldOption]:
    """Return the choices as they are now, kept from being removed until the transaction ends."""
    wanted = [option.pk for option in options]
    if not wanted:
        return {}
    rows = fields.option_model().objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {option.pk: option for option in rows}


def _fitting(
    field: Field | None,
    value: Value | None,
    options: Mapping[UUID, FieldOption],
    before: Row | None,
    fields: type[Field],
) -> Value | None:
    """Return the value as it is kept. Raises ValueError, with a sentence, for one that does not fit the field."""
    if field is None:
        raise ValueError(f"There is no such {fields._meta.verbose_name}.")
    if value is None:
        return None
    if field.kind == Kind.TEXT and isinstance(value, str):
        words = text.one_line(value)
        if len(words) > 500:
            raise ValueError(f"Use 500 characters at most; this has {len(words):,}.")
        return words or None
    if field.kind == Kind.NUMBER and isinstance(value, Decimal):
        return _fitting_number(value)
    if field.kind == Kind.SELECT and isinstance(value, FieldOption):
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
    owner: Any,
    known: Mapping[UUID, Field],
    before: Mapping[UUID, Row],
    after: Mapping[UUID, Value | None],
    fields: type[Field],
) -> bool:
    created: list[Row] = []
    changed: list[Row] = []
    emptied: list[UUID] = []
    rows = fields.value_model()
    for pk, value in after.items():
        row, column = before.get(pk), COLUMNS[known[pk].kind]
        if value is None:
            emptied += [row.pk] if row else []
        elif row is None:
            about = {fields.about: owner, column: value}
            created.append(rows(company_id=owner.company_id, field_id=pk, **about))
        elif _key(getattr(row, column if column != "option" else "option_id")) != _key(value):
            for name, nothing in EMPTY.items():
                setattr(row, name, nothing)
            setattr(row, column, value)
            row.updated_at = clock.now()
            changed.append(row)
    rows.objects.bulk_create(created)
    rows.objects.bulk_update(changed, [*EMPTY, "updated_at"])
    rows.objects.filter(pk__in=emptied).delete()
    return bool(created or changed or emptied)


def _key(value: object) -> object:
    return value.pk if isinstance(value, FieldOption) else value
