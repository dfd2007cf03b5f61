"""What long work adds to home: what has ended and was not looked at."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse

from recruiting.companies.models import Membership
from recruiting.extensions import Extension, WorkItem
from recruiting.foundation import clock
from recruiting.foundation.compiled import compiled
from recruiting.runs import services  # noqa: F401  (its task is registered)
from recruiting.runs.models import Run, RunQuerySet

TOLD_FOR = timedelta(days=7)
AT_ONCE = 3


class RunsExtension(Extension):
    """Long work, always there."""

    slug = "runs"
    name = "Long work"

    def work_items(self, membership: Membership) -> Sequence[WorkItem]:
        """Return the newest that ended and were not looked at."""
        return [
            WorkItem(f"runs:{run.pk}", f"{run.title}: {run.get_state_display().lower()}", address_of(run), "See", 5)
            for run in _unseen(membership.pk, clock.now() - TOLD_FOR)
        ]


def address_of(run: Run) -> str:
    """Return the address of the page that shows a run."""
    return reverse("runs:run", args=[run.pk])


@compiled
def _unseen(member: UUID, since: datetime) -> RunQuerySet:
    ended = Run.objects.filter(member=member, seen_at=None, finished_at__gt=since)
    rows: RunQuerySet = ended.order_by("-finished_at")[:AT_ONCE]
    return rows
