"""Jobs and hiring processes in the Django admin: to look at. Steps are edited where people know their candidates."""

from typing import Any

from django.contrib import admin

from recruiting.company_fields.admin import FieldAdmin, OptionAdmin, ValueInline
from recruiting.foundation.adminsite import ReadOnlyAdmin, ReadOnlyInline
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


class JobValueInline(ValueInline):
    """What the job says in the company's fields."""

    model = JobFieldValue


@admin.register(JobField)
class JobFieldAdmin(FieldAdmin):
    """The fields that companies keep about their jobs."""

    list_display: Any = ("name", "company", "kind", "category", "visibility", "is_required", "is_active")


admin.site.register(JobFieldOption, OptionAdmin)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Jobs."""

    list_display = ("title", "company", "state", "process", "created_at")
    list_filter = ("state",)
    list_select_related = ("company", "process")
    search_fields = ("title", "company__name")
    inlines = (TeamInline, JobValueInline)
