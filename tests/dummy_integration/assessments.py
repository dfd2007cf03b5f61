"""What changes an assessment: services for people, handlers for the worker, a subscriber for the core."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from integrations import credentials, installations, outbound
from integrations.env_settings import EnvSetting
from integrations.models import Credential, Installation
from newsfeed import feed
from recruiting import events
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict
from recruiting.foundation.http import VendorSession
from recruiting.foundation.permissions import Action
from recruiting.outbox.tasks import Attempt, Hold
from tests.dummy_integration import activity
from tests.dummy_integration.models import OPEN, Assessment

SLUG = "dummy"
VENDOR = "Acme"
BASE_URL = EnvSetting("ACME_BASE_URL", "https://api.acme.example/v1", "Where Acme's API is.", sandbox_path="/acme/v1")


def session_for(credential: Credential, *, deadline_seconds: float) -> VendorSession:
    """Return a session that acts with this key."""
    return VendorSession(
        vendor=VENDOR,
        base_url=installations.base_url(credential.installation, BASE_URL.value),
        auth=(credential.secret, ""),
        deadline_seconds=deadline_seconds,
    )


def request_assessment(*, application: Application, expires_on: date, by: Membership) -> Assessment:
    """Ask a candidate for an assessment. Raises Conflict when it is off, without a key or asked for already."""
    with transaction.atomic():
        locked = applications.lock(application, by, Action.SEND_REQUEST)
        installation = installations.in_use(locked.company, SLUG)
        if installation is None:
            raise Conflict("Assessments are off.", code="integration_off")
        if credentials.own(installation, by) is None:
            raise Conflict("You have no key.", code="no_own_key")
        assessment = Assessment(
            company_id=locked.company_id,
            installation=installation,
            application=locked,
            requested_by=by,
            expires_on=expires_on,
            expires_at=clock.start_of_day(expires_on, locked.company.zone),
            invited_email=locked.candidate.email,
        )
        with translate_integrity_errors(
            {"assessment_one_per_application": Conflict("Asked for already.", code="already_requested")}
        ):
            assessment.save(force_insert=True)
        tell(activity.REQUESTED, assessment, actor=by)
        send.enqueue(assessment)
    return assessment


def send_failed(attempt: Attempt, reason: str) -> None:
    """Note that the vendor refused."""
    assessment = load(attempt)
    if Assessment.objects.filter(pk=assessment.pk, state="queued").update(state="failed", failure=reason[:300]):
        tell(activity.FAILED, assessment, detail=reason)


@outbound.vendor_task("dummy.send", about="assessment", order_by="assessment", on_failure=send_failed)
def send(attempt: Attempt) -> None:
    """Create the assessment at the vendor."""
    assessment = load(attempt)
    if assessment.state != "queued":
        return
    with conversation(assessment) as session:
        body = {"email": assessment.invited_email, "until": assessment.expires_at.isoformat()}
        made = session.request("POST", "/assessments", body=body).json()
    Assessment.objects.filter(pk=assessment.pk, state="queued").update(
        state="sent", vendor_id=made["id"], sent_at=clock.now(), send_attempted_at=clock.now()
    )


@outbound.vendor_task("dummy.refresh", about="assessment", order_by="assessment")
def refresh(attempt: Attempt) -> None:
    """Ask the vendor how the assessment stands and apply it."""
    assessment = load(attempt)
    with conversation(assessment) as session:
        seen = session.request("GET", f"/assessments/{assessment.vendor_id}").json()
    with transaction.atomic():
        locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
        locked.seen_at, locked.vendor_status = clock.now(), str(seen["state"])[:80]
        if seen["state"] == "completed" and locked.state != "completed":
            locked.state = "completed"
            tell(activity.COMPLETED, assessment)
        locked.save()


def zone_changed(event: events.CompanyTimeZoneChanged) -> None:
    """Move those open deadlines of a company into its new zone that it makes later; none moves earlier."""
    for assessment in Assessment.objects.filter(company_id=event.company_id, state__in=OPEN):
        there = clock.start_of_day(assessment.expires_on, event.after)
        assessment.expires_at = max(there, assessment.expires_at)
        assessment.save(update_fields=["expires_at"])


def sweep() -> None:
    """Do nothing: a schedule of the dummy's own."""


def load(attempt: Attempt) -> Assessment:
    """Return the assessment that a message is about."""
    return Assessment.objects.select_related(
        "installation", "company", "application__candidate", "requested_by__user"
    ).get(pk=attempt.payload["assessment"])


def tell(
    kind: activity.ActivityType[activity.AssessmentPayload],
    assessment: Assessment,
    *,
    actor: Any = None,
    detail: str = "",
) -> None:
    """Write an entry about an assessment."""
    feed.publish(
        kind,
        activity.AssessmentPayload(candidate=assessment.application.candidate.name, detail=detail),
        company_id=assessment.company_id,
        actor=actor,
        actor_label="" if actor else VENDOR,
        application=assessment.application,
        subject_id=assessment.pk,
    )


class conversation:
    """A conversation with the sender's key, or the primary one."""

    def __init__(self, assessment: Assessment) -> None:
        keys = credentials.for_unattended(assessment.installation, sender=assessment.requested_by)
        if not keys:
            raise Hold("No key of Acme works.")
        self.session = session_for(keys[0], deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        self.outbound = outbound.handle_vendor_errors(assessment.installation, keys[0])

    def __enter__(self) -> VendorSession:
        self.outbound.__enter__()
        return self.session

    def __exit__(self, *error: Any) -> bool | None:
        return self.outbound.__exit__(*error)


def check(credential: Credential) -> None:
    """Ask Acme whose key it is."""
    session = session_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)
    owner = session.request("GET", "/me").json()
    credential.account_name, credential.account_email = owner["name"], owner["email"]


def on(application: Application) -> Installation | None:
    """Return the connection over which the application's company may ask, or None."""
    return installations.in_use(application.company, SLUG)
