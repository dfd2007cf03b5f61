"""Video interview requests and job links for platform staff: the vendor's state beside ours, read-only."""

from integrations.requests.admin import show_requests
from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from recruiting.foundation.adminsite import show

# Whoever has the link can watch: it is a secret.
show_requests(InterviewRequest, "expires_at", secret=["share_url"])
show(
    JobLink,
    ["job", "company", "state", "vendor_title", "vendor_is_active", "checked_at", "failure"],
    list_filter=["state", "vendor_is_active"],
    list_select_related=["company", "job"],
)
show(
    WebhookSubscription,
    ["event", "company", "credential", "vendor_id", "created_at"],
    list_select_related=["company", "credential__membership__user", "credential__company"],
)
