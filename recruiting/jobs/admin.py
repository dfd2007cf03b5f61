"""Jobs and hiring processes in the Django admin: to look at. Steps are edited where people know their candidates."""

from django.contrib import admin

from recruiting.foundation.adminsite import ReadOnlyAdmin, ReadOnlyInline
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


class StageInline(ReadOnlyInline):
    """The steps of a process and what they start."""

    model = Stage
    fields = ("group", "name", "position", "starts")
    related = ("automation",)

    @admin.display(description="automation")
    def starts(self, stage: Stage) -> str:
        """Return the action and whether a person is asked first."""
        automation = getattr(stage, "automation", None)
        if automation is None:
            return ""
        what = ", ".join(filter(None, [automation.get_mode_display(), automation.settings_label]))
        return f"{automation.action} ({what})"


@admin.register(HiringProcess)
class HiringProcessAdmin(ReadOnlyAdmin):
    """Processes with their steps."""

    list_display = ("name", "company", "is_default")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    inlines = (StageInline,)


class TeamInline(ReadOnlyInline):
    """The hiring team."""

    model = HiringTeamMember
    fields = ("membership", "role")
    related = ("membership__user",)


class ValueInline(ReadOnlyInline):
    """What the job says in the company's fields, hidden ones included."""

    model = JobFieldValue
    fields = ("field", "words")
    related = ("field", "option")

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


@admin.register(JobFieldOption)
class JobFieldOptionAdmin(ReadOnlyAdmin):
    """The choices of single selects; a field can have thousands, so they have a list of their own."""

    list_display = ("label", "field", "company", "is_archived")
    list_filter = ("is_archived",)
    list_select_related = ("field", "company")
    search_fields = ("label", "field__name", "company__name")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Jobs."""

    list_display = ("title", "company", "state", "process", "created_at")
    list_filter = ("state",)
    list_select_related = ("company", "process")
    search_fields = ("title", "company__name")
    inlines = (TeamInline, ValueInline)
