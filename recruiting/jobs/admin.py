"""Jobs in the Django admin: to look at. Hiring processes and their stages are edited here until they have a page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recruiting.base.adminsite import ModelAdmin, ReadOnlyAdmin, ReadOnlyInline, TabularInline
from recruiting.jobs import field_values
from recruiting.jobs.models import (
    HiringProcess,
    HiringTeamMember,
    Job,
    JobField,
    JobFieldOption,
    JobFieldValue,
    Stage,
)


class StageInline(TabularInline):
    """The steps of a process. A step in which candidates stand cannot be removed."""

    model = Stage
    fields = ("group", "name", "position")
    extra = 0


@admin.register(HiringProcess)
class HiringProcessAdmin(ModelAdmin):
    """Processes with their steps."""

    list_display = ("name", "company", "is_default")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    ordering = ("-id",)
    raw_id_fields = ("company",)
    fields = ("company", "name", "is_default")
    inlines = (StageInline,)
    show_full_result_count = False
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: HiringProcess | None = None) -> tuple[str, ...]:
        """Return what is fixed: whose process it is."""
        return ("company",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: HiringProcess | None = None) -> bool:
        """Return whether it may go: a company always has a default one."""
        return not (obj and obj.is_default) and super().has_delete_permission(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the steps as rows of the process's company."""
        for stage in formset.save(commit=False):
            stage.company_id = form.instance.company_id
            stage.save()
        for stage in formset.deleted_objects:
            stage.delete()


class TeamInline(ReadOnlyInline):
    """The hiring team."""

    model = HiringTeamMember
    fields = ("membership", "role")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[HiringTeamMember]:
        """Return the team with its names."""
        return super().get_queryset(request).select_related("membership__user")


class ValueInline(ReadOnlyInline):
    """What the job says in the company's fields, hidden ones included."""

    model = JobFieldValue
    fields = ("field", "words")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobFieldValue]:
        """Return the values with their fields."""
        return super().get_queryset(request).select_related("field", "option")

    @admin.display(description="value")
    def words(self, value: JobFieldValue) -> str:
        """Return the value as text."""
        return field_values.in_words(field_values.value_in(value.field, value))


@admin.register(JobField)
class JobFieldAdmin(ReadOnlyAdmin):
    """The fields that companies keep about their jobs."""

    list_display = ("name", "company", "kind", "category", "visibility", "is_required", "is_active")
    list_filter = ("kind", "visibility", "is_active")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    ordering = ("-id",)


@admin.register(JobFieldOption)
class JobFieldOptionAdmin(ReadOnlyAdmin):
    """The choices of single selects; a field can have thousands, so they have a list of their own."""

    list_display = ("label", "field", "company", "is_archived")
    list_filter = ("is_archived",)
    list_select_related = ("field", "company")
    search_fields = ("label", "field__name", "company__name")
    ordering = ("-id",)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Jobs."""

    list_display = ("title", "company", "state", "process", "created_at")
    list_filter = ("state",)
    list_select_related = ("company", "process")
    search_fields = ("title", "company__name")
    ordering = ("-id",)
    inlines = (TeamInline, ValueInline)
