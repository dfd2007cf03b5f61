"""Dummies that break one promise each, so that each check of the contract is seen to fail."""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from inspect import unwrap
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction
from django.urls import include, path

from devtools.sandbox.host.base import VendorSandbox
from integrations import outbound
from integrations.base import Integration, VendorEvent
from integrations.models import Credential, Installation
from recruiting import events
from recruiting.extensions import JobPanel, WorkItem
from recruiting.foundation import clock
from recruiting.outbox.tasks import Attempt, Discard, Hold
from recruiting.web.access import page
from tests.contract.driver import expiration
from tests.dummy_integration import activity, assessments, urls
from tests.dummy_integration.driver import DummyDriver
from tests.dummy_integration.integration import AssessmentPanel, AssessmentTab, Dummy, Webhook
from tests.dummy_integration.models import Assessment
from tests.dummy_integration.registered import registered


class IgnoresTheSwitch(DummyDriver):
    """Asks although the company switched it off."""

    def request(self, application: Any, *, by: Any) -> Any:
        """Write the row without looking at the connection."""
        installation = assessments.installations.find(application.company, "dummy")
        if installation is None:
            return super().request(application, by=by)
        day = expiration(application.company)
        with transaction.atomic():
            assessment = Assessment.objects.create(
                company=application.company,
                installation=installation,
                application=application,
                requested_by=by,
                expires_on=day,
                expires_at=clock.start_of_day(day, application.company.zone),
                invited_email=application.candidate.email,
            )
            assessments.send.enqueue(assessment)
        return assessment


class _TabForAll(AssessmentTab):
    def is_visible(self, *, application: Any, membership: Any) -> bool:
        return True


class TabForAll(Dummy):
    """Shows its tab to everybody."""

    tabs = (_TabForAll(),)


class _PanelForAll(AssessmentPanel):
    def is_visible(self, *, job: Any, membership: Any) -> bool:
        return True


class PanelForAll(Dummy):
    """Shows its panel to everybody."""

    panels: Sequence[JobPanel] = (_PanelForAll(),)


class WorkForAll(Dummy):
    """Gives everybody something to do."""

    def work_items(self, membership: Any) -> Sequence[WorkItem]:
        """Return work of somebody else."""
        return [WorkItem(key="x", sentence="Look at this.", url="/", action="Look", weight=1)]


class _TabThatCalls(AssessmentTab):
    def get_context(self, *, request: Any, application: Any, membership: Any) -> Mapping[str, Any]:
        credential = Credential.objects.for_company(application.company).get()
        session = assessments.session_for(credential, deadline_seconds=django_settings.VENDOR_PAGE_DEADLINE_SECONDS)
        session.request("GET", "/me")
        return super().get_context(request=request, application=application, membership=membership)


class TabThatCalls(Dummy):
    """Asks the vendor while a page is drawn."""

    tabs = (_TabThatCalls(),)


class _WebhookForAll(Webhook):
    def handle(self, event: VendorEvent, installation: Installation) -> None:
        found = Assessment.objects.filter(vendor_id=event.vendor_id).first()
        if found is not None:
            assessments.refresh.enqueue(found)


class WebhookForAll(Dummy):
    """Looks for a request in every company."""

    webhook = _WebhookForAll()


def _chatty(attempt: Attempt) -> None:
    assessment = assessments.load(attempt)
    key = assessment.installation.credentials.get().secret
    logging.getLogger("tests.faulty").info("sending with %s", key)
    assessments.send.run(attempt)


class LogsTheKey(Dummy):
    """Writes the key into the log."""

    sends = staticmethod(_chatty)


class _TabWithTheToken(AssessmentTab):
    def get_context(self, *, request: Any, application: Any, membership: Any) -> Mapping[str, Any]:
        token = Installation.objects.for_company(application.company).get().webhook_token
        return {"assessments": [{"state": token}]}


class TabWithTheToken(Dummy):
    """Shows the webhook's address on a page."""

    tabs = (_TabWithTheToken(),)


def _tells_the_feed(attempt: Attempt) -> None:
    assessments.send.run(attempt)
    assessment = assessments.load(attempt)
    key = assessment.installation.credentials.get().secret
    assessments.tell(activity.FAILED, assessment, detail=f"Sent with {key}.")


class TellsTheFeed(Dummy):
    """Writes the key into the newsfeed."""

    sends = staticmethod(_tells_the_feed)


class _WebhookThatBelieves(Webhook):
    def handle(self, event: VendorEvent, installation: Installation) -> None:
        found = Assessment.objects.filter(installation=installation, vendor_id=event.vendor_id).first()
        if found is not None:
            Assessment.objects.filter(pk=found.pk).update(state="completed")
            assessments.tell(activity.COMPLETED, found)


class WebhookThatBelieves(Dummy):
    """Takes the webhook for the truth, each time."""

    webhook = _WebhookThatBelieves()


def _blames_the_key(attempt: Attempt) -> None:
    try:
        assessments.send.run(attempt)
    except Discard as refusal:
        outbound.refuse(assessments.load(attempt).installation.credentials.get())
        raise Hold(str(refusal)) from refusal


class BlamesTheKey(Dummy):
    """Takes whatever is refused for a dead key."""

    sends = staticmethod(_blames_the_key)


class SaysItHasNoDeadline(DummyDriver):
    """Has one, and keeps it to itself."""

    has_deadline = False


class MovesDeadlinesEarlier(DummyDriver):
    """Moves every deadline to where its date begins now, earlier or later."""

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Register it with a subscriber of its own."""

        def moved(event: events.CompanyTimeZoneChanged) -> None:
            for assessment in Assessment.objects.filter(company_id=event.company_id):
                assessment.expires_at = clock.start_of_day(assessment.expires_on, event.after)
                assessment.save(update_fields=["expires_at"])

        with registered(self.kind(), listens=False) as dummy:
            events.subscribe(events.CompanyTimeZoneChanged, moved)
            yield dummy


class VendorThatPatches(DummyDriver):
    """Is told by a method that the integration does not declare."""

    def webhook_method(self, sandbox: VendorSandbox) -> str:
        """Return what nobody expects."""
        return "PATCH"


class SettingsForAll(DummyDriver):
    """Shows the webhook's address to every member."""

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Mount this module's addresses."""
        return {"ROOT_URLCONF": __name__}


_open = [path("settings/integrations/assessments/", page("GET", "POST")(unwrap(urls.settings_page)), name="settings")]
urlpatterns = [
    path("", include((_open, "dummy"))),
    path("", include("tests.dummy_integration.root_urls")),
]

FAULTS = (
    ("connects_and_disconnects", "asks although it is off", IgnoresTheSwitch()),
    ("hides_from_strangers", "a tab for all", DummyDriver(TabForAll)),
    ("hides_from_strangers", "a panel for all", DummyDriver(PanelForAll)),
    ("hides_from_strangers", "work for all", DummyDriver(WorkForAll)),
    ("keeps_its_tab_without_the_vendor", "asks while a page is drawn", DummyDriver(TabThatCalls)),
    ("keeps_two_companies_apart", "looks in every company", DummyDriver(WebhookForAll)),
    ("shows_no_secret", "logs the key", DummyDriver(LogsTheKey)),
    ("shows_no_secret", "a token on a page", DummyDriver(TabWithTheToken)),
    ("shows_no_secret", "tells the newsfeed", DummyDriver(TellsTheFeed)),
    ("shows_no_secret", "the webhook's address for all", SettingsForAll()),
    ("follows_the_time_zone", "does not listen", DummyDriver(listens=False)),
    ("follows_the_time_zone", "moves a deadline earlier", MovesDeadlinesEarlier()),
    ("follows_the_time_zone", "says that it has no deadline", SaysItHasNoDeadline()),
    ("tells_what_is_forbidden_from_a_dead_key", "blames the key", DummyDriver(BlamesTheKey)),
    ("takes_a_webhook_twice", "believes each webhook", DummyDriver(WebhookThatBelieves)),
    ("takes_a_webhook_twice", "refuses the vendor's method", VendorThatPatches()),
)
