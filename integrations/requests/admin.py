"""Any vendor's requests for platform staff: the vendor's state beside ours, read-only."""

from collections.abc import Sequence

from integrations.requests.models import VendorRequest
from recruiting.foundation.adminsite import show


def show_requests(model: type[VendorRequest], *columns: str, secret: Sequence[str] = ()) -> None:
    """Show a vendor's requests, with columns of its own, without those that nobody here may read."""
    show(
        model,
        ["id", "company", "state", "vendor_status", "status_is_unknown", *columns, "seen_at", "failure"],
        list_filter=["state", "status_is_unknown", "is_superseded", "cancel_pending"],
        list_select_related=["company"],
        search_fields=["vendor_id"],
        exclude=list(secret),
    )
