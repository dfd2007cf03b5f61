"""Applications in the Django admin: to look at. Notes are between the people of a job and not shown."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recruiting.applications.models import Application, StageTask, StageTransition
from recruiting.foundation.adminsite import ReadOnlyAdmin, ReadOnlyInline


class TransitionInline(ReadOnlyInline):
    """How the application moved."""

    model = StageTransition
    fk_name = "application"
    fields = ("moved_at", "from_stage", "to_stage", "moved_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StageTransition]:
        """Return the moves with their names, newest first."""
        return super().get_queryset(request).select_related("from_stage", "to_stage", "moved_by__user").order_by("-id")


class TaskInline(ReadOnlyInline):
    """What its steps asked a person."""

    model = StageTask
    fields = ("created_at", "stage", "action", "state", "done_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StageTask]:
        """Return the tasks with their names, newest first."""
        return super().get_queryset(request).select_related("stage", "done_by__user").order_by("-id")


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """People on jobs."""

    list_display = ("candidate", "job", "state", "stage", "company", "created_at")
    list_filter = ("state",)
    list_select_related = ("candidate", "job", "stage", "company")
    search_fields = ("candidate__first_name", "candidate__last_name", "=candidate__email", "job__title")
    ordering = ("-id",)
    inlines = (TransitionInline, TaskInline)
