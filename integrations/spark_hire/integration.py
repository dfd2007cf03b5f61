"""READ THIS FIRST: the one class that declares everything Spark Hire plugs into.

Video interviews on API v1.0 as `spark-hire.md` describes it. From here: `states` (the life of a request), `interviews`
(what changes one), `deliveries` (what is said to the vendor), `wire` (every name on the wire), `tabs` and `panels`
(where it shows).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from integrations import installations
from integrations.base import Integration
from integrations.models import Credential, Installation
from integrations.spark_hire import (
    connection,
    consequences,
    deliveries,
    joblinks,
    promises,
    rezoning,
    selectors,
    settings_page,
    subscriptions,
    tabs,
)
from integrations.spark_hire.blockers import SLUG
from integrations.spark_hire.models import InterviewRequest, WebhookSubscription
from integrations.spark_hire.panels import VideoInterviewingPanel
from integrations.spark_hire.states import AT_VENDOR, State
from integrations.spark_hire.webhook import SparkHireWebhook
from recruiting import events
from recruiting.companies.models import Membership
from recruiting.extensions import Chip, ProfileLink, ProposedChange, WorkItem
from recruiting.outbox.outbox import Handler, publish_many
from recruiting.outbox.schedules import ScheduledTask

QUIET = timedelta(hours=2)
RECONCILE_AT_ONCE = 5000


class SparkHire(Integration):
    """Video interviews by Spark Hire."""

    slug = SLUG
    name = "Video Interviewing"
    vendor = "Spark Hire"
    tabs = (tabs.VideoInterviewTab(),)
    panels = (VideoInterviewingPanel(),)
    settings_pages = (settings_page.PAGE,)
    webhook = SparkHireWebhook()
    request_models = (InterviewRequest,)
    outbox_handlers = {
        promises.CREATE: Handler(run=deliveries.send, on_dead=deliveries.send_failed),
        promises.CANCEL: Handler(run=deliveries.cancel, on_dead=deliveries.cancel_failed),
        promises.REFRESH: Handler(run=deliveries.refresh),
        promises.SHARE: Handler(run=deliveries.fetch_share_link, on_dead=deliveries.share_link_failed),
        promises.MOVE_DEADLINE: Handler(run=deliveries.move_deadline),
        promises.CREATE_JOB: Handler(run=joblinks.create_at_vendor, on_dead=joblinks.create_failed),
        promises.REFRESH_JOB: Handler(run=joblinks.refresh),
        promises.SUBSCRIBE: Handler(run=subscriptions.subscribe),
    }
    scheduled_tasks = (
        ScheduledTask(name="spark_hire.expire_due", function="integrations.spark_hire.expiry.expire_due", minutes=1),
        ScheduledTask(
            name="spark_hire.follow_zone_rules",
            function="integrations.spark_hire.rezoning.zone_rules_changed",
            minutes=60,
            at_start=True,
        ),
    )
    urls = "integrations.spark_hire.urls"
    api_urls = "integrations.spark_hire.api_urls"

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with this key."""
        return connection.client_for(credential, deadline_seconds=deadline_seconds or 20.0)

    def check_connection(self, credential: Credential) -> None:
        """Ask Spark Hire whose key it is."""
        connection.check(credential)

    def primary_changed(self, installation: Installation, *, before: Credential | None) -> None:
        """Move the subscriptions to the new primary key."""
        if before is not None and before.pk == installation.primary_credential_id:
            # They are under the account of its old key, which we can no longer speak for.
            WebhookSubscription.objects.filter(credential=before).delete()
        promises.subscribe(installation)

    def reconcile(self, *, now: datetime) -> int:
        """Refresh what the vendor has not spoken of for two hours, and what expired without its last word."""
        quiet = Q(seen_at__lt=now - QUIET) | Q(seen_at__isnull=True, sent_at__lt=now - QUIET)
        unheard = Q(state=State.EXPIRED, closed_at__gt=now - timedelta(days=2)) & (
            Q(seen_at__isnull=True) | Q(seen_at__lt=now - QUIET)
        )
        due = (
            InterviewRequest.objects.exclude(vendor_id="")
            .filter((Q(state__in=AT_VENDOR) & quiet) | unheard)
            .order_by("seen_at")[:RECONCILE_AT_ONCE]
        )
        messages = [
            promises.refresh_message(request_id, company_id=company_id, installation_id=installation_id)
            for request_id, company_id, installation_id in due.values_list("id", "company_id", "installation_id")
        ]
        publish_many(messages)
        for installation in subscriptions.left_over():
            promises.subscribe(installation)
        return len(messages)

    def work_items(self, membership: Membership) -> Sequence[WorkItem]:
        """Return failed, expiring and unwatched interviews."""
        return selectors.work_items(membership)

    def profile_links(self, membership: Membership) -> Sequence[ProfileLink]:
        """Link the member's own key, where the company uses Spark Hire."""
        company = membership.company
        installation = installations.find(company, self.slug) if self.is_enabled_for(company) else None
        if installation is None:
            return ()
        mine = Credential.objects.filter(installation=installation, membership=membership).first()
        sentence = mine.get_state_display() if mine else "You are not among its users."
        return (ProfileLink("My Spark Hire key", reverse("spark_hire:my-key"), f"{sentence}."),)

    def consequences(self, change: ProposedChange) -> Sequence[str]:
        """Return what a new time zone or a deactivation means for open requests and for keys."""
        return consequences.of(change)

    def chips(self, application_ids: Sequence[UUID], membership: Membership) -> Mapping[UUID, Sequence[Chip]]:
        """Return the states of interviews for board cards."""
        return selectors.chips(application_ids)


def on_time_zone_changed(event: events.CompanyTimeZoneChanged) -> None:
    """Move the open deadlines of the company."""
    rezoning.zone_changed(company_id=event.company_id)
