"""The *Reference Check* tab of the candidate record."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import installations
from integrations.crosschq import selectors, status
from integrations.crosschq.connection import SLUG
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.ways import TAB
from recruiting.extensions import Badge, CandidateTab


class ReferenceCheckTab(CandidateTab):
    """Send, follow, cancel and read. Hidden until it is usable, unless something happened here already."""

    slug = TAB
    label = "Reference Check"
    template_name = "crosschq/tab.html"
    weight = 60

    def is_visible(self, *, application: Any, membership: Any) -> bool:
        """Return whether the tab is usable for the company, or has history."""
        return (
            installations.in_use(membership.company, SLUG) is not None
            or ReferenceCheck.objects.filter(application=application).exists()
        )

    def badge(self, *, application: Any, membership: Any) -> Badge | None:
        """Return the state of the check that counts."""
        check = selectors.latest_by_application([application.pk]).get(application.pk)
        return selectors.badge(check) if check else None

    def get_context(self, *, request: HttpRequest, application: Any, membership: Any) -> Mapping[str, Any]:
        """Return what the tab shows."""
        return context(application=application, membership=membership)


def context(*, application: Any, membership: Any) -> dict[str, Any]:
    """Return what the tab shows."""
    return {"status": status.describe(application=application, member=membership)}
