"""READ THIS FIRST: the one class that declares everything Spark Hire plugs into.

Video interviews on API v1.0 as `spark-hire.md` describes it. From here: `lifecycle` (the life of a request), `services`
(asking for one), `flow` (what is said to the vendor, and what its answers mean), `schemas` (every name on the wire),
`status` (the tab); `job_links`, `deadlines` and `settings` are features of their own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from integrations.models import Credential, Installation
from integrations.requests.base import RequestIntegration
from integrations.spark_hire import BASE_URL, SLUG, VENDOR, WEB_URL, client, selectors, status, webhooks
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.job_links.panel import VideoInterviewingPanel
from integrations.spark_hire.models import InterviewRequest, WebhookSubscription
from integrations.spark_hire.settings.page import PAGES
from recruiting.companies.models import Membership
from recruiting.extensions import ProfileLink, ProposedChange
from recruiting.outbox.schedules import ScheduledTask


class SparkHire(RequestIntegration):
    """Video interviews by Spark Hire."""

    slug = SLUG
    name = "Video Interviewing"
    vendor = VENDOR
    tabs = (status.TAB,)
    panels = (VideoInterviewingPanel(),)
    settings_pages = (PAGES.page,)
    env_settings = (BASE_URL, WEB_URL)
    webhook = webhooks.SparkHireWebhook()
    request_models = (InterviewRequest,)
    flow = FLOW
    chip = "Video"
    worklists = selectors.WORKLISTS
    worklist_prefix = "video"
    worklist_url = "spark_hire:worklist"
    scheduled_tasks = (
        ScheduledTask(
            name="spark_hire.expire_due", function="integrations.spark_hire.deadlines.expiry.expire_due", minutes=1
        ),
        ScheduledTask(
            name="spark_hire.follow_zone_rules",
            function="integrations.spark_hire.deadlines.rezoning.zone_rules_changed",
            minutes=60,
            at_start=True,
        ),
    )
    urls = "integrations.spark_hire.urls"
    api_urls = "integrations.spark_hire.api"

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with this key."""
        return client.client_for(credential, deadline_seconds=deadline_seconds or 20.0)

    def check_connection(self, credential: Credential) -> None:
        """Ask Spark Hire whose key it is."""
        client.check(credential)

    def primary_changed(self, installation: Installation, *, before: Credential | None) -> None:
        """Move the subscriptions to the new primary key."""
        if before is not None and before.pk == installation.primary_credential_id:
            # They are under the account of its old key, which we can no longer speak for.
            WebhookSubscription.objects.filter(credential=before).delete()
        webhooks.subscribe.enqueue(installation)

    def reconcile(self, *, now: datetime) -> int:
        """Ask about requests, and end subscriptions that were left over."""
        found = super().reconcile(now=now)
        for installation in webhooks.left_over():
            webhooks.subscribe.enqueue(installation)
        return found

    def profile_links(self, membership: Membership) -> Sequence[ProfileLink]:
        """Link the member's own key, where the company uses Spark Hire."""
        return PAGES.profile_links(membership)

    def impact(self, change: ProposedChange) -> Sequence[str]:
        """Return what a new time zone or a deactivation means for open requests and for keys."""
        return selectors.impact(change)
