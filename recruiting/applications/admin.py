"""Applications in the Django admin: to look at. Notes are between the people of a job and not shown."""

from django.contrib import admin

from recruiting.applications.models import Application, SharedFile, StageTask, StageTransition
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


@admin.register(SharedFile)
class SharedFileAdmin(ReadOnlyAdmin):
    """Files for vendors' servers: for whom, until when, and when they were opened. A link itself is kept nowhere."""

    list_display = ("label", "attachment", "company", "created_at", "expires_at", "opened_count", "last_opened_at")
    list_select_related = ("attachment", "company")
    search_fields = ("label", "=subject_id")
    fields = (
        "company",
        "attachment",
        "label",
        "extension",
        "subject_id",
        "created_at",
        "expires_at",
        "revoked_at",
        "opened_count",
        "first_opened_at",
        "last_opened_at",
    )
