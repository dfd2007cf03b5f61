"""Long work for platform staff: to look at."""

from recruiting.foundation.adminsite import show
from recruiting.runs.models import Run

show(
    Run,
    ["title", "kind", "company", "member", "state", "done_count", "skipped_count", "total", "created_at"],
    fields=[
        "title", "kind", "company", "member", "state", "sentence", "params", "checkpoint", "total", "done_count",
        "skipped_count", "tries", "created_at", "started_at", "finished_at", "undoes",
    ],
    list_filter=["state", "kind"],
    list_select_related=["company", "member__user"],
    search_fields=["company__name"],
)  # fmt: skip
