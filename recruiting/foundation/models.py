"""Model and manager bases for every table.

Knows no domain: a company appears here only as a foreign key by name.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

from recruiting.foundation import clock, ids, text
from recruiting.foundation.errors import NotFound
from recruiting.foundation.keys import KeyedModel, KeyedQuerySet, KeyField

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
    _IntegerField = models.PositiveIntegerField[int, int]
else:
    _CharField, _IntegerField = models.CharField, models.PositiveIntegerField


class VersionField(_IntegerField):
    """How often a row was written, as its column `version`, whatever else was written.

    `save` of a row raises it, and with it `write` and `change`; so does `update` of a `CompanyQuerySet`, and with it
    `bulk_update`. Nothing else does: no SQL of one's own, no `bulk_create` that updates on conflict, no foreign key
    that is emptied because its row was deleted. The database counts, so that no two writers come to the same number; a
    row that was saved reads its own again when it is asked for.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": 1, "editable": False, **options})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column alone."""
        name, _, arguments, options = super().deconstruct()
        return name or "", "django.db.models.PositiveIntegerField", arguments, options

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return what is written: one more than what is there."""
        kept = model_instance.__dict__.pop(self.attname, 1)
        if add:
            model_instance.__dict__[self.attname] = kept
        return kept if add else models.F(self.attname) + 1


def is_versioned(model: type[models.Model]) -> bool:
    """Return whether a model has a `VersionField`, by its one name."""
    return isinstance(getattr(getattr(model, "version", None), "field", None), VersionField)


class BaseModel(KeyedModel):
    """UUIDv7 key and the two instants (UTC) that every row carries."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and move `updated_at` with every save."""
        self.updated_at = clock.now()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "updated_at"}
        super().save(*args, **kwargs)

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, and raise its version whichever columns are written."""
        if kwargs.get("update_fields") is not None and is_versioned(type(self)):
            kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save_base(*args, **kwargs)

    def write(self, **columns: Any) -> Self:
        """Set columns, save them alone, and return the row; without any, its version alone."""
        for name, value in columns.items():
            setattr(self, name, value)
        self.save(update_fields=list(columns))
        return self

    def change(self, **columns: Any) -> bool:
        """Write columns, unless they all stand so already; return whether one did not."""
        is_change = any(getattr(self, name) != value for name, value in columns.items())
        if is_change:
            self.write(**columns)
        return is_change


Row = TypeVar("Row", bound=models.Model)


class CompanyQuerySet(KeyedQuerySet[Row]):
    """Every query about a company's rows starts at `for_company`."""

    def update(self, **values: Any) -> int:
        """Update rows, and raise their versions."""
        if is_versioned(self.model):
            values.setdefault("version", models.F("version") + 1)
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def for_company(self, company: models.Model) -> Self:
        """Return only rows of `company`."""
        return self.filter(company=company)

    def locked(self, row: models.Model, by: "CompanyModel", *, called: str = "", no_key: bool = False) -> Row:
        """Return a row of the actor's company as it stands now, locked until the transaction ends.

        Args:
            row: the row as the caller read it.
            by: the member who acts.
            called: what it is to people; the model's own name by default.
            no_key: let rows that point to it be written meanwhile.

        Raises:
            NotFound: when the company has none like it (any more).
        """
        rows = self.select_for_update(of=("self",), no_key=no_key)
        found = rows.filter(pk=row.pk, company=by.company_id).first()
        if found is None:
            raise NotFound(f"There is no such {called or self.model._meta.verbose_name} in your company.")
        return found


class CompanyModel(BaseModel):
    """A row of one company. A model that the company leads to states `company` again, with its `related_name`."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")

    objects = CompanyQuerySet.as_manager()

    class Meta:
        abstract = True


class NamedModel(CompanyModel):
    """A row of one company with a `name`, by whose key it is compared and found."""

    name: "models.CharField[str, str]"
    name_key = KeyField(sources=["name"], key=text.compare_key)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class ChoiceField(_CharField):
    """Text that is one of its choices, or "" where it may be blank, as the constraint `<model>_<field>_legal` says.

    A CharField to migrations.
    """

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices=choices, **options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column alone; its constraint is one of the model's."""
        name, _, arguments, options = super().deconstruct()
        return name or "", "django.db.models.CharField", arguments, options

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Join the model, and give it the constraint."""
        super().contribute_to_class(cls, name, private_only)
        meta, rule = cls._meta, f"{cls.__name__.lower()}_{name}_legal"
        if not meta.abstract and rule not in {constraint.name for constraint in meta.constraints}:
            values = [value for value, _ in self.flatchoices]
            legal = models.Q(**{f"{name}__in": ["", *values] if self.blank else values})
            meta.constraints = [*meta.constraints, models.CheckConstraint(name=rule, condition=legal)]
            meta.original_attrs["constraints"] = meta.constraints


def delete_in_batches(rows: "models.QuerySet[Any]", size: int = 1000) -> int:
    """Delete rows, at most `size` in one transaction, so that nobody waits long for it; return how many."""
    deleted = 0
    while batch := list(rows.values_list("pk", flat=True)[:size]):
        rows.filter(pk__in=batch).delete()
        deleted += len(batch)
    return deleted
