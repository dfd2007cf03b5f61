"""Reference checks, templates and connections for platform staff: the vendor's state beside ours, read-only."""

from django.contrib import admin

from integrations.crosschq.models import Connection, ReferenceCheck, ReportFile, Survey, Template
from recruiting.base.adminsite import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    """How companies are connected."""

    list_display = ("company", "api_version", "can_list", "webhook_auth", "vendor_tells_owner", "keeps_references")
    list_filter = ("api_version", "can_list", "webhook_auth", "keeps_references")
    list_select_related = ("company",)
    # Who has it can claim to be the vendor.
    exclude = ("webhook_secret",)
    show_full_result_count = False


@admin.register(ReferenceCheck)
class ReferenceCheckAdmin(ReadOnlyAdmin):
    """Checks with both states side by side."""

    list_display = (
        "id",
        "company",
        "state",
        "vendor_status",
        "status_is_unknown",
        "progress",
        "asked_count",
        "answered_count",
        "seen_at",
        "failure",
    )
    list_filter = ("state", "status_is_unknown", "is_superseded", "is_forced", "cancel_pending", "is_past_due")
    list_select_related = ("company",)
    search_fields = ("vendor_id",)
    # Whoever has the report's link may read it; the order holds the candidate's data and the texts.
    exclude = ("report_url", "order", "invited_name", "invited_email", "matches")
    show_full_result_count = False


@admin.register(ReportFile)
class ReportFileAdmin(ReadOnlyAdmin):
    """PDFs on their way into the candidates' files."""

    list_display = ("reference_check_id", "company", "kind", "state", "failure", "created_at")
    list_filter = ("kind", "state")
    list_select_related = ("company",)
    exclude = ("attachment",)
    show_full_result_count = False


@admin.register(Template)
class TemplateAdmin(ReadOnlyAdmin):
    """Templates; what they say to candidates is the company's own."""

    list_display = ("name", "company", "tag", "survey", "any_relationship")
    list_select_related = ("company",)
    search_fields = ("tag",)
    exclude = (
        "email_message",
        "sms_message",
        "hiring_manager_first_name",
        "hiring_manager_last_name",
        "hiring_manager_email",
    )
    show_full_result_count = False


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    """Surveys as they were last listed."""

    list_display = ("name", "company", "codename", "is_offered", "seen_at")
    list_filter = ("is_offered",)
    list_select_related = ("company",)
    show_full_result_count = False
