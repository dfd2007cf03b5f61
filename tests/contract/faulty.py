"""Vendors that break one rule of the contract each, so that each check of the contract is seen to fail.

Acme of `tests/dummy_integration` breaks all but those about a deadline, which it has not; one that has breaks these.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from inspect import unwrap
from typing import Any

from django.db import transaction
from django.urls import path

from devtools.sandbox.host.base import VendorSandbox
from integrations import installations, outbound, registry
from integrations.base import Integration, NotMatchedYet, VendorEvent
from integrations.models import Credential, Installation
from integrations.requests import changes
from integrations.requests.lifecycle import Call, Entry
from integrations.standard import services
from integrations.standard.models import StandardRequest
from integrations.standard.status import StandardTab
from integrations.standard.webhook import SignedWebhook
from recruiting import events
from recruiting.extensions import JobPanel, WorkItem
from recruiting.foundation import clock
from recruiting.outbox import tasks
from recruiting.outbox.tasks import Attempt, Discard, Hold
from recruiting.web.access import page
from tests import vendors
from tests.contract.driver import Driver
from tests.dummy_integration.driver import DummyDriver
from tests.dummy_integration.integration import FLOW, Dummy
from tests.dummy_integration.models import Assessment


class IgnoresTheSwitch(DummyDriver):
    """Asks although the company switched it off."""

    def request(self, application: Any, *, by: Any) -> Any:
        """Write the row without looking at the connection."""
        installation = installations.find(application.company, FLOW.slug)
        if installation is None:
            return super().request(application, by=by)
        with transaction.atomic():
            return services._create(FLOW, application, installation, self.product, by=by)


class _TabForAll(StandardTab):
    def is_visible(self, *, application: Any, membership: Any) -> bool:
        return True


class _TabThatCalls(StandardTab):
    def context(self, *, application: Any, membership: Any) -> dict[str, Any]:
        FLOW.products(FLOW.page_client(Credential.objects.for_company(application.company).get()))
        return super().context(application=application, membership=membership)


class _TabWithTheToken(StandardTab):
    def context(self, *, application: Any, membership: Any) -> dict[str, Any]:
        token = Installation.objects.for_company(application.company).get().webhook_token
        return {**super().context(application=application, membership=membership), "notice": token}


class _TabThatStays(StandardTab):
    def version(self, *, application: Any, membership: Any) -> str:
        return "same"


class _WithAnotherTab(Dummy):
    kind: type[StandardTab]

    def __init__(self) -> None:
        super().__init__()
        self.tabs = (self.kind(FLOW, slug=FLOW.tab_slug, label=FLOW.title),)


class TabForAll(_WithAnotherTab):
    """Shows its tab to everybody."""

    kind = _TabForAll


class TabThatCalls(_WithAnotherTab):
    """Asks the vendor while a page is drawn."""

    kind = _TabThatCalls


class TabThatStays(_WithAnotherTab):
    """Says that nothing changed, whatever did."""

    kind = _TabThatStays


class TabWithTheToken(_WithAnotherTab):
    """Shows the webhook's address on a page."""

    kind = _TabWithTheToken


class _PanelForAll(JobPanel):
    slug, label, template_name = "assessments", "Assessments by Acme", "standard/tab.html"

    def is_visible(self, *, job: Any, membership: Any) -> bool:
        return True

    def get_context(self, *, request: Any, job: Any, membership: Any) -> Mapping[str, Any]:
        return {"cards": ()}


class PanelForAll(Dummy):
    """Shows a panel to everybody."""

    panels: Sequence[JobPanel] = (_PanelForAll(),)


class WorkForAll(Dummy):
    """Gives everybody something to do."""

    def work_items(self, membership: Any) -> Sequence[WorkItem]:
        """Return work of somebody else."""
        return [WorkItem(key="x", sentence="Look at this.", url="/", action="Look", weight=1)]


class SettingsForAll(Dummy):
    """Shows the webhook's address to every member."""

    def __init__(self) -> None:
        super().__init__()
        patterns, namespace = self.urls
        settings = next(one for one in patterns if one.name == "settings")
        view: Any = settings.callback
        self.urls = ([path(str(settings.pattern), page("GET")(unwrap(view)), name="settings"), *patterns], namespace)


# ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
class _WebhookForAll(SignedWebhook):
    def find(self, event: VendorEvent, installation: Installation) -> StandardRequest:
        found = Assessment.objects.filter(vendor_id=event.vendor_id).first()
        if found is None:
            raise NotMatchedYet
        return found


class WebhookForAll(Dummy):
    """Looks for a request in every company."""

    webhook = _WebhookForAll(FLOW, header=Dummy.webhook.header)


class _WebhookThatBelieves(SignedWebhook):
    def handle(self, event: VendorEvent, installation: Installation) -> None:
        found = self.find(event, installation)
        Assessment.objects.filter(pk=found.pk).update(state="completed")
        changes.write_entry(found, Entry.COMPLETED)


class WebhookThatBelieves(Dummy):
    """Takes the webhook for the truth, each time."""

    webhook = _WebhookThatBelieves(FLOW, header=Dummy.webhook.header)


class VendorThatPatches(DummyDriver):
    """Is told by a method that the integration does not declare."""

    def webhook_method(self, sandbox: VendorSandbox) -> str:
        """Return what nobody expects."""
        return "PATCH"


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class SendsOtherwise(DummyDriver):
    """Sends as `run` does, which is given the request and how it is sent."""

    def __init__(self, run: Callable[[StandardRequest, Callable[[], None]], None]) -> None:
        super().__init__()
        self.run = run

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Register it with that."""
        with super().integration() as made:
            task = FLOW.tasks[Call.CREATE]

            def run(attempt: Attempt) -> None:
                self.run(changes.load(FLOW, attempt.payload[FLOW.about]), lambda: task.run(attempt))

            tasks._tasks[task.topic] = replace(task, run=run)
            yield made


def _logs_the_key(request: StandardRequest, send: Callable[[], None]) -> None:
    logging.getLogger("tests.faulty").info("sending with %s", request.installation.credentials.get().secret)
    send()


def _tells_the_feed(request: StandardRequest, send: Callable[[], None]) -> None:
    send()
    changes.write_entry(request, Entry.FAILED, detail=f"Sent with {request.installation.credentials.get().secret}.")


def _blames_the_key(request: StandardRequest, send: Callable[[], None]) -> None:
    try:
        send()
    except Discard as refusal:
        outbound.refuse(request.installation.credentials.get())
        raise Hold(str(refusal)) from refusal


# ── Deadlines ────────────────────────────────────────────────────────────────────────────────────────────────────────
DEADLINED = next(kind for kind in vendors.classes("driver", Driver) if kind.has_deadline)


def hearing(hear: Callable[[events.CompanyTimeZoneChanged], None]) -> Driver:
    """Return the driver of a vendor that is told of a company's new time zone by `hear` alone."""

    @contextlib.contextmanager
    def integration(self: Driver) -> Iterator[Integration]:
        subscribers = events._subscribers[events.CompanyTimeZoneChanged]
        before = list(subscribers)
        subscribers[:] = [hear]
        try:
            with DEADLINED.integration(self) as found:
                yield found
        finally:
            subscribers[:] = before

    made: Driver = type("Hearing", (DEADLINED,), {"integration": integration})()
    return made


def keeping_quiet() -> Driver:
    """Return the driver of a vendor that has a deadline and says that it has none."""
    made: Driver = type("KeepingQuiet", (DEADLINED,), {"has_deadline": False})()
    return made


def _does_not_listen(event: events.CompanyTimeZoneChanged) -> None:
    """Do nothing."""


def _moves_deadlines_earlier(event: events.CompanyTimeZoneChanged) -> None:
    found = registry.get(DEADLINED.slug)
    assert found is not None
    rows: Any = found.request_models[0]._default_manager.filter(company_id=event.company_id)
    for request in rows:
        rows.filter(pk=request.pk).update(expires_at=clock.start_of_day(request.expires_on, event.after))


FAULTS: Sequence[tuple[str, str, Driver]] = (
    ("connects_and_disconnects", "asks although it is off", IgnoresTheSwitch()),
    ("hides_from_strangers", "a tab for all", DummyDriver(TabForAll)),
    ("hides_from_strangers", "a panel for all", DummyDriver(PanelForAll)),
    ("hides_from_strangers", "work for all", DummyDriver(WorkForAll)),
    ("keeps_its_tab_without_the_vendor", "asks while a page is drawn", DummyDriver(TabThatCalls)),
    ("keeps_two_companies_apart", "looks in every company", DummyDriver(WebhookForAll)),
    ("shows_no_secret", "logs the key", SendsOtherwise(_logs_the_key)),
    ("shows_no_secret", "a token on a page", DummyDriver(TabWithTheToken)),
    ("shows_no_secret", "tells the newsfeed", SendsOtherwise(_tells_the_feed)),
    ("shows_no_secret", "the webhook's address for all", DummyDriver(SettingsForAll)),
    ("follows_the_time_zone", "does not listen", hearing(_does_not_listen)),
    ("follows_the_time_zone", "moves a deadline earlier", hearing(_moves_deadlines_earlier)),
    ("follows_the_time_zone", "says that it has no deadline", keeping_quiet()),
    ("tells_what_is_forbidden_from_a_dead_key", "blames the key", SendsOtherwise(_blames_the_key)),
    ("takes_a_webhook_twice", "believes each webhook", DummyDriver(WebhookThatBelieves)),
    ("asks_again_without_a_page", "says that nothing changed", DummyDriver(TabThatStays)),
    ("takes_a_webhook_twice", "refuses the vendor's method", VendorThatPatches()),
)
