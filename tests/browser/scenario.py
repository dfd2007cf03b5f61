"""What a browser test runs in: live server, vendor sandbox over HTTP, worker loop, and people with browsers.

What happens in the background happens here by itself as in production; only the scheduled tasks run when asked, since
no test waits for a minute to pass.
"""

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TypeVar

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import close_old_connections, connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from devtools import doubles
from devtools.sandbox.host.server import SandboxServer
from integrations import registry
from integrations.background import reconcile
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership, User
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Job
from recruiting.outbox import worker
from tests import factories, vendors
from tests.contract.driver import Driver

# Milliseconds; a busy machine is no failure.
PATIENCE = 30_000
PASSWORD = "correct-horse-battery"
ZONE = "America/New_York"
# What a refused form or a sandbox page behind a login answers with; the browser writes every such answer down.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (401|409|422) ")


class Worker(threading.Thread):
    """Drains the outbox all the time and runs a scheduled task when asked, as the cluster does."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self._tasks: Queue[tuple[Callable[[], object], threading.Event]] = Queue()
        self._stopping = threading.Event()
        self.errors: list[BaseException] = []

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopping.is_set():
            try:
                task, done = self._tasks.get(timeout=0.1)
            except Empty:
                self._do(worker.drain)
            else:
                self._do(task)
                done.set()
        connections.close_all()

    def scheduled(self, task: Callable[[], object]) -> None:
        """Run a scheduled task and wait for its end."""
        done = threading.Event()
        self._tasks.put((task, done))
        assert done.wait(timeout=20), f"{task} did not end"

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Keep it from working for a while."""
        rests, awake = threading.Event(), threading.Event()

        def rest() -> None:
            rests.set()
            awake.wait(timeout=PATIENCE / 1000)

        self._tasks.put((rest, threading.Event()))
        assert rests.wait(timeout=20), "it did not come to rest"
        try:
            yield
        finally:
            awake.set()

    def stop(self) -> None:
        """End, and say what broke."""
        self._stopping.set()
        self.join(timeout=20)
        assert self.errors == []

    def _do(self, task: Callable[[], object]) -> None:
        try:
            close_old_connections()
            task()
        except BaseException as error:  # a thread has nobody above it: kept for `stop`
            self.errors.append(error)


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds wrong with a page. It need not list what it finds right, which takes as long again."""
    found: list[dict[str, Any]] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return found


class Visitor:
    """Somebody with a browser of their own. Whatever the browser complains about fails the test at the end."""

    def __init__(self, browser: Browser, base_url: str, *, width: int = 1280, has_script: bool = True) -> None:
        self._base_url = base_url
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": 900},
            has_touch=width < 500,
            java_script_enabled=has_script,
        )
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = self.context.new_page()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def sign_in(self, user: User) -> "Visitor":
        """Bring the session of somebody who signed in; no page is open yet."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self._base_url}])
        return self

    def sign_in_by_form(self, user: User) -> "Visitor":
        """Sign in as people do."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Email").fill(user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator("h1, #site-name").first).not_to_have_text("Sign in to Throughline")
        self.page.wait_for_load_state("load")
        return self

    def click(self, name: str, *, role: Any = "button", inside: str = "body") -> None:
        """Press a button (or a link) by its whole name."""
        self.page.locator(inside).get_by_role(role, name=name, exact=True).click()

    def sees(self, words: str, *, inside: str = "main") -> None:
        """Wait until these words stand on the page."""
        expect(self.page.locator(inside).first).to_contain_text(words, timeout=PATIENCE)

    def sees_after_reload(self, words: str, *, inside: str = "main") -> None:
        """Load the page until these words stand on it: what was sent by webhook comes when it comes."""
        for _ in range(100):
            if words in self.page.locator(inside).first.inner_text():
                return
            self.page.wait_for_timeout(150)
            self.page.reload()
        self.sees(words, inside=inside)

    def is_accessible(self) -> None:
        """Fail on violations that axe calls serious or critical, and on a page wider than the screen."""
        grave = [rule for rule in violations(self.page) if rule["impact"] in ("serious", "critical")]
        said = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in grave]
        assert not said, f"{self.page.url}: {said}"
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, self.page.url


Kind = TypeVar("Kind", bound="Scenario")


@dataclass
class Scenario:
    """Everything that runs, and who uses it."""

    browser: Browser
    url: str
    sandbox: SandboxServer
    worker: Worker
    company: Company
    job: Job
    administrator: Membership
    recruiter: Membership
    interviewer: Membership
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, *, at: str = "", width: int = 1280) -> Visitor:
        """Open a browser of somebody's own."""
        visitor = Visitor(self.browser, at or self.url, width=width)
        self.visitors.append(visitor)
        return visitor

    def signed_in(self, member: Membership, *, width: int = 1280) -> Visitor:
        """Open a browser in which a member is signed in."""
        return self.visitor(width=width).sign_in(member.user)

    def apply(self, first_name: str, last_name: str) -> Application:
        """Put a candidate into the job's first step."""
        application: Application = factories.ApplicationFactory(
            job=self.job,
            candidate__first_name=first_name,
            candidate__last_name=last_name,
            candidate__email=f"{first_name.lower()}@example.com",
        )
        return application

    def prepare(self) -> None:
        """Do what a kind of scenario needs before anybody signs in."""

    def move_clock(self, *, move: str = "", by: str = "") -> None:
        """Move everybody's clock on the sandbox's clock page: to a midnight in New York, or by a button."""
        tester = self.visitor(at=self.sandbox.url)
        tester.page.goto("/__sandbox__/clock")
        if by:
            tester.click(by)
        else:
            tester.page.get_by_label("Time zone").fill(ZONE)
            tester.click(move)
        tester.sees("Moved by", inside="body")

    def reconcile(self) -> None:
        """Ask the vendor about what it has not spoken of lately, as every half hour."""
        self.worker.scheduled(reconcile)


def until(found: Callable[[], Any], what: str) -> Any:
    """Wait for something to be true; return it."""
    for _ in range(200):
        result = found()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"Never: {what}")


def run_doubles(database: Path, settings: Any) -> SandboxServer:
    """Return a server of every vendor's double, to which the settings lead."""
    found = [doubles.double_of(integration) for integration in registry.all_integrations()]
    server = SandboxServer(database=database, vendors=[double for double in found if double is not None])
    for kind in vendors.classes("driver", Driver):
        for name, value in kind().settings(server.url).items() if registry.get(kind.slug) else ():
            setattr(settings, name, value)
    return server


@contextlib.contextmanager
def start_scenario(kind: type[Kind], *, browser: Browser, url: str, folder: Path, settings: Any) -> Iterator[Kind]:
    """Start everything with a company of three people and a job; nothing is connected yet."""
    settings.SANDBOX_DATABASE = str(folder / "sandbox.sqlite3")
    settings.SANDBOX_CLOCK_FILE = str(folder / "clock.json")
    settings.PUBLIC_BASE_URL = url  # where the vendor delivers its webhooks
    company = factories.CompanyFactory(name="Acme Manufacturing", time_zone=ZONE)
    people = [
        ("Dana", "Cole", CompanyRole.ADMINISTRATOR),
        ("Kim", "Ito", CompanyRole.STAFFING),
        ("Sam", "Ortiz", CompanyRole.STANDARD),
    ]
    dana, kim, sam = (
        factories.MembershipFactory(
            company=company,
            role=role,
            user=factories.UserFactory(
                first_name=first, last_name=last, email=f"{first.lower()}@acme.example", password=PASSWORD
            ),
        )
        for first, last, role in people
    )
    job = factories.JobFactory(company=company, title="Senior Buyer", city="Austin", region="TX")
    factories.HiringTeamMemberFactory(job=job, membership=kim, role=JobRole.RECRUITER)
    factories.HiringTeamMemberFactory(job=job, membership=sam, role=JobRole.INTERVIEWER)
    with run_doubles(Path(settings.SANDBOX_DATABASE), settings) as sandbox:
        worker_loop = Worker()
        worker_loop.start()
        scenario = kind(
            browser=browser,
            url=url,
            sandbox=sandbox,
            worker=worker_loop,
            company=company,
            job=job,
            administrator=dana,
            recruiter=kim,
            interviewer=sam,
        )
        try:
            scenario.prepare()
            yield scenario
            complaints = [words for visitor in scenario.visitors for words in visitor.complaints]
            assert not complaints, complaints
        finally:
            for visitor in scenario.visitors:
                visitor.context.close()
            worker_loop.stop()
