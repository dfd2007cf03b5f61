"""Companies with and without a vendor, and the vendor's sandbox, for the contract suite."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client

from devtools import doubles
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.server import SandboxServer
from integrations import installations
from integrations.base import Integration
from integrations.models import Installation
from integrations.requests import changes
from integrations.requests.lifecycle import Call
from integrations.requests.models import VendorRequest
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from recruiting.web.applications.record import record_url
from tests import factories
from tests.contract.driver import Driver
from tests.signing_in import signed_in


class Log(logging.Handler):
    """Keeps every line that was logged, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(self.format(record))

    def failed_extensions(self) -> list[str]:
        """Return the lines in which the core says that an extension failed."""
        return [line for line in self.lines if "An extension failed" in line]


@dataclass
class Team:
    """A company with an Administrator, a job and a candidate on it."""

    company: Company
    administrator: Membership
    job: Job
    application: Application

    def get(self, url: str, *, by: Membership | None = None) -> Any:
        """Open a page as the Administrator, or as somebody else."""
        return signed_in(by or self.administrator, raise_request_exception=False).get(url)

    def installation(self, slug: str) -> Installation:
        """Return the company's connection as it is now."""
        found = installations.find(self.company, slug)
        assert found is not None
        return found


@dataclass
class World:
    """The vendor, two companies that may use it, and one that does not know it."""

    driver: Driver
    integration: Integration
    server: SandboxServer
    log: Log
    here: Team
    there: Team
    stranger: Team
    vendor_is_up: bool = True

    @property
    def sandbox(self) -> VendorSandbox:
        """The vendor's stand-in."""
        return self.server.vendors[0]

    def connect(self, team: Team) -> Installation:
        """Enable and connect a company as the demo is connected, and make requests on its job possible."""
        companies.enable_feature(company=team.company, feature=self.integration.slug, by=None)
        doubles.prepare_demo(self.integration, company=team.company, members=[team.administrator])
        installation = team.installation(self.integration.slug)
        self.driver.connected(installation, self.server.url)
        self.driver.prepare_job(team.job, installation, team.administrator)
        self.work()
        return team.installation(self.integration.slug)

    def sent(self, team: Team) -> VendorRequest:
        """Ask for one and let the worker send it."""
        request = self.driver.request(team.application, by=team.administrator)
        self.work()
        return fresh(request)

    def ask_another(self, team: Team) -> VendorRequest:
        """Ask for one for somebody else on the job; nothing has left yet."""
        return self.driver.request(factories.ApplicationFactory(job=team.job), by=team.administrator)

    def order(self, operation: str, kind: str, **parameters: Any) -> None:
        """Order a fault of the sandbox for every call of an operation, "*" for all."""
        wish = {"operation": operation, "kind": kind, "times": -1, "parameters": parameters}
        known = self.sandbox.routes.operations()
        self.sandbox.faults.order(wish, operations=known, events=self.sandbox.events)

    def forget_faults(self) -> None:
        """Let the vendor behave again."""
        self.sandbox.faults.remove()

    def work(self) -> None:
        """Let the worker process every message that is due."""
        worker.drain()

    def stop_vendor(self) -> None:
        """Take the vendor off the network."""
        if self.vendor_is_up:
            self.server.stop()
            self.vendor_is_up = False

    def deliver(
        self, request: VendorRequest, installation: Installation, *, times: int = 1, work: bool = True
    ) -> list[int]:
        """Deliver the vendor's webhook about a request to a connection's address; return the statuses."""
        event, body, headers = self.driver.webhook(request, installation)
        address = f"/webhooks/{installation.integration}/{installation.webhook_token}/"
        url = f"{address}{event}/" if event else address
        method, client = self.driver.webhook_method(self.sandbox), Client(raise_request_exception=False)
        statuses = [
            client.generic(method, url, body, content_type="application/json", headers=dict(headers)).status_code
            for _ in range(times)
        ]
        if work:
            self.work()
        return statuses

    @property
    def taken(self) -> int:
        """What a webhook is answered: a vendor without any has no address for them."""
        return 200 if self.integration.webhook else 404

    def learn(self, request: VendorRequest, installation: Installation) -> None:
        """Let us learn how a request stands: by the vendor's webhook, else by asking, as is done every two hours."""
        assert self.deliver(request, installation) == [self.taken]
        if not self.integration.webhook:
            changes.enqueue(Call.REFRESH, fresh(request))
            self.work()


def fresh(request: VendorRequest) -> VendorRequest:
    """Return the request as the database has it now."""
    return type(request).objects.get(pk=request.pk)  # type: ignore[attr-defined,no-any-return]


def columns(request: VendorRequest) -> dict[str, Any]:
    """Return what the row says."""
    return {field.attname: getattr(request, field.attname) for field in request._meta.concrete_fields}


def counts(integration: Integration) -> tuple[int, ...]:
    """Return how many requests, newsfeed entries and outbox messages there are."""
    rows = [model.objects.count() for model in integration.request_models]  # type: ignore[attr-defined]
    return *rows, NewsfeedEntry.objects.count(), OutboxMessage.objects.count()


def tab_url(team: Team, integration: Integration) -> str:
    """Return the address of the integration's first tab on the team's candidate."""
    return record_url(team.application, integration.tabs[0].slug)


def team(name: str) -> Team:
    """Return a new company with people and a candidate."""
    company = factories.CompanyFactory(name=name, time_zone="America/New_York")
    administrator = factories.administrator(company)
    job = factories.JobFactory(company=company)
    application = factories.ApplicationFactory(job=job)
    return Team(company=company, administrator=administrator, job=job, application=application)


@contextlib.contextmanager
def world(driver: Driver, *, settings: Any, folder: Path) -> Iterator[World]:
    """Start the vendor's sandbox and make the companies."""
    settings.SANDBOX_DATABASE = str(folder / "sandbox.sqlite3")
    settings.SANDBOX_CLOCK_FILE = str(folder / "clock.json")
    # The sandbox delivers webhooks by itself; here a test delivers them, so it finds nobody at this address.
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    settings.VENDOR_PAGE_DEADLINE_SECONDS = 2.0
    log = Log()
    root = logging.getLogger()
    quiet = {name: logging.getLogger(name).level for name in ("", "integrations", "recruiting")}
    with driver.integration() as integration:
        vendor = doubles.double_of(integration)
        assert vendor is not None
        server = SandboxServer(database=settings.SANDBOX_DATABASE, vendors=[vendor]).start()
        for name, value in driver.settings(server.url).items():
            setattr(settings, name, value)
        made = World(
            driver=driver,
            integration=integration,
            server=server,
            log=log,
            here=team("Here"),
            there=team("There"),
            stranger=team("Stranger"),
        )
        root.addHandler(log)
        for name in quiet:
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            yield made
        finally:
            root.removeHandler(log)
            for name, level in quiet.items():
                logging.getLogger(name).setLevel(level)
            made.stop_vendor()
