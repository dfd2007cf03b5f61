"""The *Video Interviewing* section of the Job Info window."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from integrations import credentials, installations
from integrations.spark_hire import SLUG
from integrations.spark_hire.client import job_page, question_sets_page
from integrations.spark_hire.models import JobLink
from recruiting.companies.models import Membership
from recruiting.extensions import JobPanel
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job


class VideoInterviewingPanel(JobPanel):
    """How the job is set up for video interviews: its link and its question set."""

    slug = SLUG
    label = "Video Interviewing"
    template_name = "spark_hire/panel.html"
    weight = 50

    def is_visible(self, *, job: Job, membership: Membership) -> bool:
        """Return whether the company uses it; Administrators also see that it is off."""
        if membership.is_administrator:
            return installations.is_enabled(membership.company, SLUG)
        return installations.in_use(membership.company, SLUG) is not None

    def get_context(self, *, request: HttpRequest, job: Job, membership: Membership) -> Mapping[str, Any]:
        """Return the link and what the reader may do about it."""
        return context(job=job, membership=membership)


def context(*, job: Job, membership: Membership) -> dict[str, Any]:
    """Return what the section shows."""
    installation = installations.find(membership.company, SLUG)
    is_on = installations.in_use(membership.company, SLUG) is not None
    own = credentials.own(installation, membership) if installation else None
    link = JobLink.objects.filter(job=job).first()
    return {
        "job": job,
        "is_on": is_on,
        "link": link,
        "vendor_job_url": job_page(link.vendor_job_id) if link and link.vendor_job_id else "",
        "question_sets_url": question_sets_page(),
        "may_link": is_on and own is not None and access.may(membership, Action.EDIT_JOB, job),
        "has_own_key": own is not None,
        "holders": [holder.name for holder in credentials.holders(installation)] if installation else [],
    }
