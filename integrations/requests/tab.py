"""The tab of an integration in the candidate record."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import installations
from integrations.requests import selectors
from integrations.requests.flow import RequestFlow
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Badge, CandidateTab


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
        """Return what `context` does, and which tab it is (`tab`)."""
        return {"tab": self.slug, **self.context(application=application, membership=membership)}

    @abstractmethod
    def context(self, *, application: Application, membership: Membership) -> dict[str, Any]:
        """Return what the tab shows to a member."""
