"""Search in the Django admin: an item of the status panel."""

from recruiting.foundation import adminsite
from recruiting.foundation.adminsite import StatusItem
from recruiting.search import indexes


def search_state() -> StatusItem:
    """Return whether search has its index, and what to do when not."""
    if missing := indexes.missing():
        return StatusItem("Search", missing, "alert-triangle", "warning")
    return StatusItem("Search", "Fine", "circle-check", "success")


adminsite.register_status_item("Search", search_state)
