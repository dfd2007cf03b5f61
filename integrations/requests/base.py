"""What the integration of every vendor with requests gives the framework and the core alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from integrations.base import Integration
from integrations.requests import selectors, tasks
from integrations.requests.flow import RequestFlow
from integrations.requests.selectors import Worklist
from recruiting.companies.models import Membership
from recruiting.extensions import Chip, WorkItem


class RequestIntegration(Integration):
    """An integration whose vendor gets requests about candidates."""

    flow: ClassVar[RequestFlow[Any]]
    chip: str
    """What board cards call a request."""
    worklists: Sequence[Worklist]
    """What can need a member."""
    worklist_prefix: str
    """Of the lines' keys on the home page."""
    worklist_url: str

    def reconcile(self, *, now: datetime) -> int:
        """Refresh what the vendor has not spoken of for two hours, and what the flow finds due besides."""
        return tasks.reconcile(self.flow, now=now)

    def work_items(self, membership: Membership) -> Sequence[WorkItem]:
        """Return the lines of the home page."""
        return selectors.work_items(self.worklists, membership, prefix=self.worklist_prefix, url_name=self.worklist_url)

    def chips(self, application_ids: Sequence[UUID], membership: Membership) -> Mapping[UUID, Sequence[Chip]]:
        """Return the states of requests for board cards."""
        return selectors.chips(self.flow, application_ids, self.chip)
