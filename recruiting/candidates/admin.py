"""Candidates in the Django admin: to look at. Their files are not served here."""

from django.contrib import admin

from recruiting.candidates.models import Candidate
from recruiting.foundation.adminsite import ReadOnlyAdmin


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """People."""

    list_display = ("name", "email", "company", "created_at")
    list_select_related = ("company",)
    search_fields = ("first_name", "last_name", "=email")
    fields = ("company", "first_name", "last_name", "email", "phone", "source", "owner", "created_at", "updated_at")
