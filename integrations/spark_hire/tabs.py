"""The *Video Interview* tab of the candidate record."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import installations
from integrations.spark_hire import blockers, selectors, status
from integrations.spark_hire.blockers import SLUG
from integrations.spark_hire.models import InterviewRequest
from recruiting.extensions import Badge, CandidateTab
from recruiting.foundation import clock

TAB = "video-interview"


class VideoInterviewTab(CandidateTab):
    """Request, follow, cancel and watch. Hidden until it is usable, unless something happened here already."""

    slug = TAB
    label = "Video Interview"
    template_name = "spark_hire/tab.html"
    weight = 50

    def is_visible(self, *, application: Any, membership: Any) -> bool:
        """Return whether the tab is usable for the company, or has history."""
        return (
            installations.in_use(membership.company, SLUG) is not None
            or InterviewRequest.objects.filter(application=application).exists()
        )

    def badge(self, *, application: Any, membership: Any) -> Badge | None:
        """Return the state of the request that counts."""
        request = selectors.latest_by_application([application.pk]).get(application.pk)
        return selectors.badge(request, clock.now()) if request else None

    def get_context(self, *, request: HttpRequest, application: Any, membership: Any) -> Mapping[str, Any]:
        """Return the status card, and the reason when Video Interviewing is not there at all."""
        return context(application=application, membership=membership)


def context(*, application: Any, membership: Any) -> dict[str, Any]:
    """Return what the tab shows."""
    return {
        "status": status.describe(application=application, member=membership),
        "unavailable": unavailable(membership),
    }


def unavailable(membership: Any) -> str:
    """Return why Video Interviewing cannot be used by this company, or ""."""
    if not installations.is_enabled(membership.company, SLUG):
        return (
            "Video Interviewing is available on request. Once your company has purchased a Spark Hire account, "
            "reach out to the Recruiting Support Team to enable it."
        )
    if installations.in_use(membership.company, SLUG) is None:
        return blockers.off_sentence(membership)
    return ""
