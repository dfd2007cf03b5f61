"""Candidates in the Django admin: to look at. Their files are not served here."""

from django.contrib import admin

from recruiting.candidates.models import Candidate, CandidateField, CandidateFieldOption, CandidateFieldValue
from recruiting.company_fields.admin import FieldAdmin, OptionAdmin, ValueInline
from recruiting.foundation.adminsite import ReadOnlyAdmin


class CandidateValueInline(ValueInline):
    """What is said about the person in the company's fields."""

    model = CandidateFieldValue


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """People."""

    list_display = ("name", "email", "company", "created_at")
    list_select_related = ("company",)
    search_fields = ("first_name", "last_name", "=email")
    fields = ("company", "first_name", "last_name", "email", "phone", "source", "owner", "created_at", "updated_at")
    inlines = (CandidateValueInline,)


admin.site.register(CandidateField, FieldAdmin)
admin.site.register(CandidateFieldOption, OptionAdmin)
