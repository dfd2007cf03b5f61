"""Video interview requests and job links for platform staff: the vendor's state beside ours, read-only."""

from django.contrib import admin

from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from recruiting.foundation.adminsite import ReadOnlyAdmin


@admin.register(InterviewRequest)
class InterviewRequestAdmin(ReadOnlyAdmin):
    """Requests with both states side by side."""

    list_display = ("id", "company", "state", "vendor_status", "status_is_unknown", "expires_at", "seen_at", "failure")
    list_filter = ("state", "status_is_unknown", "is_superseded", "cancel_pending")
    list_select_related = ("company",)
    search_fields = ("vendor_id",)
    # Whoever has the link can watch: it is a secret.
    exclude = ("share_url",)


@admin.register(JobLink)
class JobLinkAdmin(ReadOnlyAdmin):
    """Links of jobs."""

    list_display = ("job", "company", "state", "vendor_title", "vendor_is_active", "checked_at", "failure")
    list_filter = ("state", "vendor_is_active")
    list_select_related = ("company", "job")


@admin.register(WebhookSubscription)
class WebhookSubscriptionAdmin(ReadOnlyAdmin):
    """Subscriptions under each key."""

    list_display = ("event", "company", "credential", "vendor_id", "created_at")
    list_select_related = ("company", "credential__membership__user", "credential__company")
