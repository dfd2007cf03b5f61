"""The tab of an integration in the candidate record."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import installations
from integrations.requests import selectors
from integrations.requests.flow import RequestFlow
from recruiting.extensions import Badge, CandidateTab


class RequestTab(CandidateTab):
    """Send, track, cancel, read. Hidden until it is usable, unless something happened here already."""

    flow: RequestFlow[Any]

    def is_visible(self, *, application: Any, membership: Any) -> bool:
        """Return whether the tab is usable for the company, or has history."""
        return (
            installations.in_use(membership.company, self.flow.slug) is not None
            or self.flow.model._default_manager.filter(application=application).exists()
        )

    def badge(self, *, application: Any, membership: Any) -> Badge | None:
        """Return the state of the request that counts."""
        return selectors.badge_of(self.flow, application)

    def get_context(self, *, request: HttpRequest, application: Any, membership: Any) -> Mapping[str, Any]:
        """Return what `context` does, and which tab it is (`tab`)."""
        return {"tab": self.slug, **self.context(application=application, membership=membership)}

    @abstractmethod
    def context(self, *, application: Any, membership: Any) -> dict[str, Any]:
        """Return what the tab shows to a member."""
