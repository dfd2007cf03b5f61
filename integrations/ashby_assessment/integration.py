"""READ THIS FIRST: assessments of any vendor that speaks Ashby's assessment contract.

A partner is given by its address and the company's key there, and is told the address and key at which it reports; a
company may have several. The partner cannot be asked how an assessment stands: what it reports, verified and stored, is
the truth, in the order of its own timestamps. It cannot list either, so a lost answer makes a request uncertain.
Source: assessment-partners.md §2. Results of assessments that were started elsewhere are not taken.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from integrations.ashby_assessment.client import PartnerClient
from integrations.ashby_assessment.models import AssessmentOrder
from integrations.base import EventKind, VendorEvent
from integrations.models import Installation
from integrations.requests import changes
from integrations.requests.flow import Created
from integrations.requests.lifecycle import Event
from integrations.standard.base import StandardIntegration
from integrations.standard.flow import Answer, Product, StandardFlow
from integrations.standard.webhook import StandardWebhook
from recruiting.foundation import clock, text

SLUG = "ashby-assessments"
TYPES = ("numeric_score", "numeric_duration_minutes", "url", "string", "boolean_success")


class OrderFlow(StandardFlow[AssessmentOrder]):
    """A partner's side of an assessment."""

    model = AssessmentOrder
    slug = SLUG
    order_prefix = "ashby-assessment"
    tab_slug = "ashby-assessment"
    noun = "Ashby assessment"
    cancels = True
    reads = False

    def products(self, client: PartnerClient) -> Sequence[Product]:
        """Return the partner's assessments."""
        return client.list()

    def create(self, client: PartnerClient, request: AssessmentOrder) -> Created:
        """Let the partner invite the candidate."""
        application, asker = request.application, request.requested_by
        candidate = application.candidate
        person = {"name": request.invited_name, "email": request.invited_email, "phone": candidate.phone or None}
        body = {
            "assessment_type_id": request.product_id,
            "candidate": {"id": str(candidate.pk), **person},
            "application": {"id": str(application.pk)},
            "job": {"id": str(application.job_id), "title": application.job.title},
            "user": {"name": asker.name, "email": asker.email or None} if asker else None,
        }
        return Created(client.start(body))

    def cancel(self, client: PartnerClient, request: AssessmentOrder) -> None:
        """Cancel it; a partner that cannot says so."""
        client.cancel(request.vendor_id)


class PartnerWebhook(StandardWebhook):
    """assessment.update: a status, a result or a reason, with a timestamp that rises."""

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return the one update, unknown where it says nothing that the contract has. Raises ValueError for no JSON."""
        data = text.vendor_data(json.loads(body))
        try:
            answer = answer_of(data)
        except (ArithmeticError, ValueError, TypeError, LookupError, AttributeError):
            return [VendorEvent(EventKind.UNKNOWN, "")]
        return [VendorEvent(EventKind.REQUEST_CHANGED, answer.id, data)]

    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Apply it, unless a later one was applied. Raises NotMatchedYet for none of ours."""
        if event.kind == EventKind.UNKNOWN:
            return
        request = self.find(event, installation)
        answer = answer_of(event.raw)
        changes.apply_seen(FLOW, request.pk, event=answer.event, seen=answer, asked_at=clock.now())


def answer_of(data: Mapping[str, Any]) -> Answer:
    """Return what an update says. Raises ValueError, TypeError or LookupError for what the contract does not allow."""
    result, reason = data.get("assessment_result"), data.get("cancelled_reason")
    status = data.get("assessment_status")
    if not isinstance(data["assessment_id"], str) or not data["assessment_id"]:
        raise ValueError("An update says whose it is.")
    if result is None and reason is None and status is None:
        raise ValueError("An update says a status, a result or a reason.")
    known = [*([result] if result else []), *(data.get("metadata") or [])]
    event = Event.SEEN_COMPLETED if result else Event.SEEN_CANCELED if reason is not None else Event.SEEN_STARTED
    words = reason if reason is not None else (status or {}).get("value", "") if not result else ""
    return Answer(
        id=data["assessment_id"],
        event=event,
        status=str(words)[:80],
        score=_shown(result)[:60] if result else "",
        result_url=str(data.get("assessment_profile_url") or ""),
        details=[(str(blob["label"])[:80], _shown(blob)) for blob in known if blob is not result],
        changed_at=datetime.fromtimestamp(int(data["timestamp"]) / 1000, UTC),
    )


def _shown(blob: Mapping[str, Any]) -> str:
    """Write a typed value. Raises ValueError for a type that the contract does not know."""
    kind, value = blob["type"], blob["value"]
    if kind not in TYPES:
        raise ValueError(f"{kind} is no type of a value.")
    if kind == "boolean_success":
        return "Passed" if value else "Not passed"
    if kind == "numeric_duration_minutes":
        return f"{value:g} min"
    return f"{value:g}" if kind == "numeric_score" else str(value)[:300]


FLOW = OrderFlow()


class AshbyAssessments(StandardIntegration):
    """Assessments by Ashby's partner contract."""

    slug = SLUG
    name = "Ashby assessments"
    vendor = "The assessment partner"
    sentence = "Send assessments of any partner that speaks Ashby's contract and can be told where to report."
    flow = FLOW
    client = PartnerClient
    webhook = PartnerWebhook(FLOW)
    allows_several = True
    needs_base_url = True
    shows_webhook_url = True
    weight = 72
