"""Model and manager bases for every table.

Knows no domain: a company appears here only as a foreign key by name.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

from recruiting.foundation import clock, ids, text
from recruiting.foundation.errors import NotFound
from recruiting.foundation.keys import KeyedModel, KeyedQuerySet, KeyField


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

    def write(self, **columns: Any) -> Self:
        """Set columns, save them alone, and return the row."""
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


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


class ChoiceField(_CharField):
    """Text that is one of its choices, as the constraint `<model>_<field>_legal` says. A CharField to migrations."""

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
            legal = models.Q(**{f"{name}__in": [value for value, _ in self.flatchoices]})
            meta.constraints = [*meta.constraints, models.CheckConstraint(name=rule, condition=legal)]
            meta.original_attrs["constraints"] = meta.constraints
