"""Fields as a company defines them: their names, order, readers and the choices of single selects.

What something answers in them is `values`; what extensions would like to have asked of jobs is `field_suggestions`.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.company_fields.models import Field, FieldOption
from recruiting.foundation import edits, keys, limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound

MOST_FIELDS = 200
"""Of one company, deactivated ones included."""
MOST_OPTIONS = 6_000
"""Of one field, archived ones included."""
NEEDS_A_VALUE = "Not active until it has a value."

AnyField = TypeVar("AnyField", bound=Field)


@dataclass(frozen=True)
class FieldDetails:
    """What can be changed about a field as long as it lives."""

    name: str
    is_required: bool = False
    visibility: Field.Visibility = Field.Visibility.INTERNAL


# ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def of_company(fields: type[AnyField], company: Company) -> QuerySet[AnyField]:
    """Return the company's fields in order, each with `used_on` (how many values) and `choices` (not archived)."""
    found: QuerySet[AnyField] = (
        _objects(fields)
        .for_company(company)
        .annotate(
            used_on=_counted(fields.value_model().objects.all()),
            choices=_counted(fields.option_model().objects.filter(is_archived=False)),
        )
        .order_by("position", "id")
    )
    return found


def find(fields: type[AnyField], company: Company, name: str) -> AnyField | None:
    """Return the company's field of this name, active or not; capitals do not matter."""
    found: AnyField | None = _objects(fields).for_company(company).filter(name_key=name).first()
    return found


def uses_of(field: Field) -> int:
    """Return how many jobs, or people, have a value of the field."""
    return int(field.value_model().objects.filter(field=field).count())


def options_of(field: Field) -> "QuerySet[Any]":
    """Return the choices of a single select that are not archived, each with `used_on` (how many have it)."""
    used = field.value_model().objects.filter(option=OuterRef("pk")).order_by().values("option")
    counted = Subquery(used.annotate(count=Count("pk")).values("count"))
    options: QuerySet[Any] = _live_options(field).annotate(used_on=Coalesce(counted, 0))
    return options


def uses_of_option(option: FieldOption) -> int:
    """Return how many jobs, or people, have this choice."""
    return int(_field_model(option).value_model().objects.filter(option=option).count())


def choices_like(field: Field, typed: str, *, most: int) -> list[str]:
    """Return the labels of choices that hold what was typed, in order."""
    found = _live_options(field).filter(label_key__contains=text.compare_key(typed)).order_by("position", "id")
    return list(found.values_list("label", flat=True)[:most])


def create(
    fields: type[AnyField],
    *,
    details: FieldDetails,
    kind: Field.Kind,
    by: Membership,
    is_active: bool = True,
    labels: Iterable[str] = (),
    **fixed: str,
) -> AnyField:
    """Create a field at the end of the company's list.

    Args:
        fields: the class of fields.
        details: what can be changed later.
        kind: what a value is.
        by: who creates it.
        is_active: whether it is shown at once.
        labels: the choices of a single select.
        fixed: what fields of this class keep besides, such as a job field's `category`.

    Raises:
        NotAllowed: when the actor does not manage the company.
        InvalidInput: for a name that is empty, too long or taken, and for an active single select without choices.
        Conflict: when the company has as many fields as it can.
    """
    require_administrator(by)
    details = _cleaned(details)
    chosen = _cleaned_labels(labels) if kind == Field.Kind.SELECT else []
    if is_active and kind == Field.Kind.SELECT and not chosen:
        raise InvalidInput(fields={"values": f"{NEEDS_A_VALUE} Add one, or create the field inactive."})
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=by.company_id)
        mine = fields.objects.filter(company_id=by.company_id)
        if mine.count() >= MOST_FIELDS:
            sentence = f"A company keeps {MOST_FIELDS} {_called(fields)}s at most. Use one that is there."
            raise Conflict(sentence, code="too_many")
        last = mine.aggregate(last=Max("position"))["last"]
        with _unique_name(fields, details.name):
            field: AnyField = _objects(fields).create(
                company_id=by.company_id,
                kind=kind,
                is_active=is_active,
                position=0 if last is None else last + 1,
                **vars(details),
                **fixed,
            )
        _write_labels(field, chosen)
    return field


def edit(*, field: AnyField, details: FieldDetails, by: Membership, base: FieldDetails | None = None) -> AnyField:
    """Change a field's name, readers and whether it is required; saving it unchanged writes nothing.

    Args:
        field: which field.
        details: what is to stand there.
        by: who changes it.
        base: what the actor saw when they began; what they left as it was stays as it is now.

    Raises:
        InvalidInput: when another field has the name.
        EditConflict: when somebody else changed the same meanwhile.
    """
    details = _cleaned(details)
    with transaction.atomic():
        locked = _lock(field, by)
        now = {name: getattr(locked, name) for name in vars(details)}
        changed = edits.merge_changes(vars(details), base=vars(base) if base else None, now=now)
        if changed:
            with _unique_name(type(field), details.name):
                locked.write(**changed)
    return locked


def move(*, field: Field, up: bool, by: Membership) -> tuple[int, int]:
    """Swap a field with the one above or below it; return its place, from 1, and how many fields there are."""
    require_administrator(by)
    with transaction.atomic():
        rows = type(field).objects.select_for_update(no_key=True).filter(company_id=by.company_id)
        order = list(rows.order_by("position", "id"))
        here = next((place for place, one in enumerate(order) if one.pk == field.pk), None)
        if here is None:
            raise NotFound(f"There is no such {_called(type(field))} in your company.")
        there = here - 1 if up else here + 1
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
            for place, one in enumerate(order):
                one.change(position=place)
            here = there
    return here + 1, len(order)


def activate(*, field: AnyField, by: Membership) -> AnyField:
    """Show a field and its values again.

    Raises:
        Conflict: for a single select without choices.
    """
    with transaction.atomic():
        locked = _lock(field, by)
        if locked.is_active:
            return locked
        if locked.kind == Field.Kind.SELECT and not _live_options(locked).exists():
            raise Conflict(f"{locked.name} has no value to choose from. Add one first.", code="no_options")
        return locked.write(is_active=True)


def deactivate(*, field: AnyField, by: Membership) -> AnyField:
    """Hide a field everywhere. Its values are kept; they count as empty until it is active again."""
    with transaction.atomic():
        locked = _lock(field, by)
        locked.change(is_active=False)
    return locked


# ── Choices of a single select ───────────────────────────────────────────────────────────────────────────────────────
def add_options(*, field: Field, labels: Iterable[str], by: Membership) -> int:
    """Add choices; archived ones of the same label come back, others that exist stay. Return how many are new.

    Raises:
        InvalidInput: for labels that are too long, for none, and for more than a field can hold.
        Conflict: when the field is no single select.
    """
    wanted = _cleaned_labels(labels)
    if not wanted:
        raise InvalidInput(fields={"values": "Enter at least one value."})
    with transaction.atomic():
        locked = _lock(field, by)
        if locked.kind != Field.Kind.SELECT:
            raise Conflict(f"{locked.name} is no single select.", code="not_a_select")
        return _write_labels(locked, wanted)


def rename_option(*, option: FieldOption, label: str, by: Membership) -> FieldOption:
    """Call a choice something else, wherever it was chosen."""
    (wanted,) = _cleaned_labels([label]) or [""]
    if not wanted:
        raise InvalidInput(fields={"label": "Enter a value."})
    with transaction.atomic():
        locked = _lock_option(option, by)
        taken = InvalidInput(fields={"label": f"There is a value {wanted} already."})
        with translate_integrity_errors({f"{option._meta.model_name}_label_unique": taken}):
            locked.change(label=wanted)
    return locked


def remove_option(*, option: FieldOption, by: Membership) -> bool:
    """Take a choice away: archived when anything has it, else deleted. Return whether it was archived.

    Raises:
        Conflict: when it is the last one of an active field.
    """
    with transaction.atomic():
        locked = _lock_option(option, by)
        others = _live_options(locked.field).exclude(pk=locked.pk)
        if locked.field.is_active and not locked.is_archived and not others.exists():
            raise Conflict(
                f"{locked.field.name} needs a value while it is active. Deactivate the field first.", code="last_option"
            )
        is_used = uses_of_option(locked) > 0
        if not is_used:
            locked.delete()
        else:
            locked.change(is_archived=True)
    return is_used


def _counted(rows: "QuerySet[Any]") -> Coalesce:
    # Counted apart: joined, a field with many choices and many values would be read choices times values.
    counted = rows.filter(field=OuterRef("pk")).order_by().values("field").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _lock(field: AnyField, by: Membership) -> AnyField:
    # Without the key: rows of values that point here are written meanwhile, and must not wait.
    require_administrator(by)
    locked: AnyField = _objects(type(field)).locked(field, by, no_key=True)
    return locked


def _lock_option(option: FieldOption, by: Membership) -> FieldOption:
    """Return the choice as it is once its field is locked, and nobody can choose it meanwhile."""
    field = _lock(_field_model(option)(pk=option.field_id), by)
    locked: FieldOption | None = type(option).objects.select_for_update().filter(pk=option.pk).first()
    if locked is None:
        raise NotFound("This value was removed meanwhile.")
    locked.field = field
    return locked


def _unique_name(fields: type[Field], name: str) -> AbstractContextManager[None]:
    taken = InvalidInput(fields={"name": f"There is a {_called(fields)} called {name} already."})
    return translate_integrity_errors({f"{fields._meta.model_name}_name_unique": taken})


def _called(fields: type[Field]) -> str:
    return str(fields._meta.verbose_name)


def _objects(fields: type[Field]) -> Any:
    return fields.objects


def _field_model(option: Any) -> Any:
    return option._meta.get_field("field").related_model


def _live_options(field: Field) -> "QuerySet[Any]":
    options: QuerySet[Any] = field.option_model().objects.filter(field=field, is_archived=False)
    return options


def _cleaned(details: FieldDetails) -> FieldDetails:
    cleaned = FieldDetails(text.one_line(details.name), details.is_required, details.visibility)
    if not cleaned.name:
        raise InvalidInput(fields={"name": "Enter a name."})
    limits.require_fits(Field, {"name": cleaned.name})
    return cleaned


def _cleaned_labels(labels: Iterable[str]) -> list[str]:
    """Return the labels in order, each once, without blank ones."""
    wanted: dict[str, str] = {}
    for label in labels:
        words = text.one_line(label)
        if len(words) > 200:
            raise InvalidInput(fields={"values": f"Use 200 characters at most; “{words[:40]}…” has {len(words):,}."})
        if words:
            wanted.setdefault(keys.of_name(words), words)
    return list(wanted.values())


def _write_labels(field: Field, labels: Sequence[str]) -> int:
    """Write choices of a locked field after those that are there; return how many can be chosen now and could not."""
    options = field.option_model()
    existing = {option.label_key: option for option in options.objects.filter(field=field)}
    wanted = {keys.of_name(label): label for label in labels}
    new = [label for key, label in wanted.items() if key not in existing]
    if len(existing) + len(new) > MOST_OPTIONS:
        sentence = f"A field holds {MOST_OPTIONS:,} values at most; this makes {len(existing) + len(new):,}."
        raise InvalidInput(fields={"values": sentence})
    back = [one.pk for key, one in existing.items() if key in wanted and one.is_archived]
    options.objects.filter(pk__in=back).update(is_archived=False)
    after = max((option.position for option in existing.values()), default=-1) + 1
    options.objects.bulk_create(
        options(company_id=field.company_id, field=field, label=label, position=after + place)
        for place, label in enumerate(new)
    )
    return len(new) + len(back)
