"""Reference checks for platform staff: the vendor's state beside ours, read-only, without references' data."""

from integrations.crosschq.models import Connection, ReferenceCheck, ReportFile, Template
from integrations.requests.admin import show_requests
from recruiting.foundation.adminsite import show

show(
    Connection,
    ["company", "api_version", "can_list", "webhook_auth", "default_requestor"],
    list_select_related=["company", "default_requestor__user"],
    exclude=["webhook_secret"],
)
show(Template, ["name", "company", "tag", "survey"], list_select_related=["company"])
# Whoever has the link may read what references said; the order holds addresses.
show_requests(ReferenceCheck, "progress", secret=["report_url", "order", "matches"])
show(
    ReportFile,
    ["id", "company", "kind", "state", "failure"],
    list_filter=["state"],
    list_select_related=["company"],
)
