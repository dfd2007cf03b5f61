"""Applications in the Django admin: to look at. Notes are between the people of a job and not shown."""

from django.contrib import admin

from recruiting.applications.models import Application, StageTask, StageTransition
from recruiting.foundation.adminsite import ReadOnlyAdmin, ReadOnlyInline


class TransitionInline(ReadOnlyInline):
    """How the application moved."""

    model = StageTransition
    fk_name = "application"
    fields = ("moved_at", "from_stage", "to_stage", "moved_by")
    ordering = ("-id",)
    related = ("from_stage", "to_stage", "moved_by__user")


class TaskInline(ReadOnlyInline):
    """What its steps asked a person."""

    model = StageTask
    fields = ("created_at", "stage", "action", "state", "done_by")
    ordering = ("-id",)
    related = ("stage", "done_by__user")


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """People on jobs."""

    list_display = ("candidate", "job", "state", "stage", "company", "created_at")
    list_filter = ("state",)
    list_select_related = ("candidate", "job", "stage", "company")
    search_fields = ("candidate__first_name", "candidate__last_name", "=candidate__email", "job__title")
    inlines = (TransitionInline, TaskInline)
