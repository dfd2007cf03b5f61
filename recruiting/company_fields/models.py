"""What a company's own fields are made of, whatever they are about: a field, choices of a single select, and values.

The three are abstract. `jobs` and `candidates` each have tables of their own, whose names begin with what a value is
about (`JobField`, `JobFieldOption`, `JobFieldValue`): these add the company and the foreign keys between them. Their
functions (`definitions`, `values`) take a field, or the concrete class of fields where there is none yet.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from recruiting.foundation import text
from recruiting.foundation.keys import KeyField
from recruiting.foundation.models import ChoiceField, CompanyModel, NamedModel


class Field(NamedModel):
    """A fact that a company keeps about something. The kind stays as it was chosen: values depend on it."""

    class Kind(models.TextChoices):
        """What a value is."""

        TEXT = "text", "Free text"
        SELECT = "select", "Single select"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        YES_NO = "yes_no", "Yes/no"

    class Visibility(models.TextChoices):
        """Who reads it: everyone who sees what it is about, or people with full access to that."""

        PUBLIC = "public", "Public"
        INTERNAL = "internal", "Internal"

    about: ClassVar[str]
    """What a value is about, by its column there: "job"."""
    is_always_asked: ClassVar[bool] = True
    """Whether everything that writes has to give required values; else those only that offer the field."""

    name = models.CharField(max_length=100)
    kind = ChoiceField(Kind, max_length=8, default=Kind.TEXT)
    is_required = models.BooleanField(default=False)
    visibility = ChoiceField(Visibility, max_length=8, default=Visibility.INTERNAL)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["company", "name_key"], name="%(class)s_name_unique"),
            models.CheckConstraint(name="%(class)s_name_not_empty", condition=~Q(name="")),
        ]

    @property
    def group(self) -> str:
        """Under which heading forms ask for it."""
        return self.about

    @classmethod
    def option_model(cls) -> Any:
        """Return the model of choices, a `FieldOption`."""
        return cls._meta.get_field("options").related_model

    @classmethod
    def value_model(cls) -> Any:
        """Return the model of values, a `FieldValue`."""
        return cls._meta.get_field("values").related_model

    @classmethod
    def owner_model(cls) -> Any:
        """Return the model of what values are about."""
        return cls.value_model()._meta.get_field(cls.about).related_model


class FieldOption(CompanyModel):
    """One choice of a single-select field. An archived one is no longer offered; what has it keeps it."""

    field: Any
    field_id: UUID
    label = models.CharField(max_length=200)
    label_key = KeyField(sources=["label"], key=text.compare_key)
    position = models.PositiveIntegerField(default=0)
    is_archived = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["field", "label_key"], name="%(class)s_label_unique"),
            models.CheckConstraint(name="%(class)s_label_not_empty", condition=~Q(label="")),
        ]

    def __str__(self) -> str:
        return self.label


class FieldValue(CompanyModel):
    """The value of a field, as a typed row: exactly the column of the field's kind is filled."""

    field: Any
    field_id: UUID
    option: Any
    option_id: UUID | None
    text = models.CharField(max_length=500, blank=True, default="")
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    date = models.DateField(null=True, blank=True)
    yes_no = models.BooleanField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_one_kind",
                condition=Q(number__isnull=True, date__isnull=True, yes_no__isnull=True, option__isnull=True)
                | Q(text="", date__isnull=True, yes_no__isnull=True, option__isnull=True)
                | Q(text="", number__isnull=True, yes_no__isnull=True, option__isnull=True)
                | Q(text="", number__isnull=True, date__isnull=True, option__isnull=True)
                | Q(text="", number__isnull=True, date__isnull=True, yes_no__isnull=True),
            ),
            # No value is no row, so that counting rows counts what has one.
            models.CheckConstraint(
                name="%(class)s_not_empty",
                condition=~Q(text="")
                | Q(number__isnull=False)
                | Q(date__isnull=False)
                | Q(yes_no__isnull=False)
                | Q(option__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {getattr(self, type(self.field).about)}"
