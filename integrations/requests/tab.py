"""The tab of an integration in the candidate record."""

import hashlib
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import installations
from integrations.requests import card, selectors
from integrations.requests.flow import RequestFlow
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Badge, CandidateTab
from recruiting.foundation import clock


class RequestTab(CandidateTab):
    """Send, track, cancel, read. Hidden until it is usable, unless something happened here already."""

    flow: RequestFlow[Any]

    def is_visible(self, *, application: Application, membership: Membership) -> bool:
        """Return whether the tab is usable for the company, or has history."""
        company, slug = membership.company, self.flow.slug
        if not installations.all_of(company, slug):
            return False  # and nothing can have been sent
        rows = self.flow.model._default_manager.filter(application=application)
        return installations.in_use(company, slug) is not None or rows.exists()

    def badge(self, *, application: Application, membership: Membership) -> Badge | None:
        """Return the state of the request that counts."""
        return selectors.badge_of(self.flow, application)

    def get_context(
        self, *, request: HttpRequest, application: Application, membership: Membership
    ) -> Mapping[str, Any]:
        """Return what `context` does, which tab it is (`tab`), and its `version`."""
        version = self.version(application=application, membership=membership)
        return {
            "tab": self.slug,
            "version": version,
            **self.context(application=application, membership=membership),
        }

    def version(self, *, application: Application, membership: Membership) -> str:
        """Return a digest of the requests, the connections, what delays them, the reader and the minute.

        The minute stands for all that changes without a request: words about time, roles, a vendor's further tables.
        """
        requests = selectors.history(self.flow, application)
        counting, now = selectors.current(requests), clock.now()
        said = (
            [(request.pk, request.updated_at) for request in requests],
            [(one.pk, one.updated_at) for one in installations.all_of(membership.company, self.flow.slug)],
            card.poll(counting, is_moving=True) if counting else 0,
            selectors.delay_reason(counting) if counting and counting.is_open else "",
            (membership.pk, str(membership.role), int(now.timestamp() // 60)),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    @abstractmethod
    def context(self, *, application: Application, membership: Membership) -> dict[str, Any]:
        """Return what the tab shows to a member."""
