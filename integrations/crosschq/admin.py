"""Reference checks for platform staff: the vendor's state beside ours, read-only, without references' data."""

from django.contrib import admin

from integrations.crosschq.models import Connection, ReferenceCheck, ReportFile, Template
from recruiting.foundation.adminsite import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    """How companies are connected."""

    list_display = ("company", "api_version", "can_list", "webhook_auth", "default_requestor")
    list_select_related = ("company", "default_requestor__user")
    exclude = ("webhook_secret",)


@admin.register(Template)
class TemplateAdmin(ReadOnlyAdmin):
    """What companies ask, and of whom."""

    list_display = ("name", "company", "tag", "survey")
    list_select_related = ("company",)


@admin.register(ReferenceCheck)
class ReferenceCheckAdmin(ReadOnlyAdmin):
    """Checks with both states side by side."""

    list_display = ("id", "company", "state", "vendor_status", "status_is_unknown", "progress", "seen_at", "failure")
    list_filter = ("state", "status_is_unknown", "is_superseded", "cancel_pending")
    list_select_related = ("company",)
    search_fields = ("vendor_id",)
    # Whoever has the link may read what references said; the order holds addresses.
    exclude = ("report_url", "order", "matches")


@admin.register(ReportFile)
class ReportFileAdmin(ReadOnlyAdmin):
    """PDFs on their way into files."""

    list_display = ("id", "company", "kind", "state", "failure")
    list_filter = ("state",)
    list_select_related = ("company",)
