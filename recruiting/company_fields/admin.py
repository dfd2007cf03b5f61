"""How the Django admin shows fields: to look at."""

from typing import Any

from django.contrib import admin

from recruiting.company_fields import values
from recruiting.company_fields.models import FieldValue
from recruiting.foundation.adminsite import ReadOnlyAdmin, ReadOnlyInline


class ValueInline(ReadOnlyInline):
    """What is said in the company's fields, hidden ones included."""

    fields = ("field", "words")
    related = ("field", "option")

    @admin.display(description="value")
    def words(self, value: FieldValue) -> str:
        """Return the value as text."""
        return values.in_words(values.value_in(value.field, value))


class FieldAdmin(ReadOnlyAdmin):
    """The fields that companies keep."""

    list_display: Any = ("name", "company", "kind", "visibility", "is_required", "is_active")
    list_filter = ("kind", "visibility", "is_active")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")


class OptionAdmin(ReadOnlyAdmin):
    """The choices of single selects; a field can have thousands, so they have a list of their own."""

    list_display = ("label", "field", "company", "is_archived")
    list_filter = ("is_archived",)
    list_select_related = ("field", "company")
    search_fields = ("label", "field__name", "company__name")
