"""Spark Hire's webhooks (§2.6): unsigned, so the address holds an unguessable token and the body is only a hint.

The body is the changed object itself; nothing but its id is read. The event stands in the path, since we subscribe
with one address per event.
"""

import json
from collections.abc import Sequence

from django.http import HttpRequest

from integrations.base import EventKind, NotMatchedYet, VendorEvent, WebhookHandler
from integrations.models import Installation
from integrations.spark_hire import promises, wire
from integrations.spark_hire.models import InterviewRequest, JobLink
from integrations.spark_hire.states import Call


class SparkHireWebhook(WebhookHandler):
    """Turns deliveries into refreshes."""

    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Accept: v1.0 signs nothing, and the token in the address was checked already."""

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return one event about the object in the body."""
        data = json.loads(body)
        kind = EventKind.RESOURCE_CHANGED if event in wire.JOB_EVENTS else EventKind.REQUEST_CHANGED
        vendor_id = wire.subject_id(data)
        return [VendorEvent(kind=kind if vendor_id else EventKind.UNKNOWN, vendor_id=vendor_id)]

    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Ask the vendor again about what changed. Raises NotMatchedYet for an interview that we do not know."""
        if event.kind == EventKind.REQUEST_CHANGED:
            self._refresh_request(event.vendor_id, installation)
        elif event.kind == EventKind.RESOURCE_CHANGED:
            links = JobLink.objects.filter(installation=installation, vendor_job_id=event.vendor_id)
            for link in links.select_related("installation", "company"):
                promises.about_job(promises.REFRESH_JOB, link)

    def _refresh_request(self, vendor_id: str, installation: Installation) -> None:
        request = (
            InterviewRequest.objects.filter(installation=installation, vendor_id=vendor_id)
            .select_related("installation", "company")
            .first()
        )
        if request is None:
            raise NotMatchedYet
        promises.make_now(Call.REFRESH, request)
