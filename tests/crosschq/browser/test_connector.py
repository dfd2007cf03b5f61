"""The program in examples/connector does from outside what our integration does inside; people let it in by OAuth.

It runs as somebody else's process would, over HTTP alone; nothing of the integration is switched on.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from integrations.crosschq.check_templates.tags import FIELD_NAME
from recruiting.applications.models import Application, Attachment, Note
from recruiting.candidates.models import Candidate
from recruiting.connected_apps import services as apps
from recruiting.jobs.models import StageGroup
from recruiting.webhooks.models import Subscription
from tests import factories
from tests.browser.scenario import Scenario, start_scenario
from tests.crosschq.browser.scenario import STEP, Crosschq
from tests.crosschq.door import SURVEY

pytestmark = pytest.mark.django_db(transaction=True)

CONNECTOR = Path(__file__).parents[3] / "examples" / "connector"


class Program:
    """The connector, running one of its commands."""

    def __init__(self, *arguments: str, folder: Path, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CONNECTOR), "--folder", str(folder), *arguments],
            env={**os.environ, "BROWSER": "true", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self._timer = Timer(120, self._process.kill)  # whoever waits for its words waits no longer than that
        self._timer.start()

    def says(self, words: str) -> str:
        """Wait for a line with these words, and return it."""
        said = []
        for line in self._output:
            said.append(line.rstrip())
            if words in line:
                return said[-1]
        raise AssertionError(f"It said {said}, never {words!r}.")

    def stop(self) -> None:
        """Tell it to end."""
        self._process.terminate()

    def ends(self) -> int:
        """Wait for its end, and return its exit code."""
        code = self._process.wait(timeout=20)
        self._timer.cancel()
        self._output.close()
        return code


@pytest.fixture
def scenario(browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[Scenario]:
    with start_scenario(Scenario, browser=browser, url=live_server.url, folder=tmp_path, settings=settings) as opened:
        yield opened


Start = Callable[..., Program]


@pytest.fixture
def start(scenario: Scenario, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts the connector, with a folder of its own; nothing of it outlives the scenario."""
    started: list[Program] = []

    def begin(*arguments: str, **environment: str) -> Program:
        started.append(Program(*arguments, folder=tmp_path / "connector", **environment))
        return started[-1]

    yield begin
    for program in started:
        program.stop()
        program.ends()


def test_a_program_from_outside_does_the_whole_story(
    scenario: Scenario, settings: Any, tmp_path: Path, start: Start
) -> None:
    dana, folder = scenario.administrator, tmp_path / "connector"
    vendor = Crosschq(scenario, settings=settings)
    step = factories.StageFactory(process=scenario.job.process, group=StageGroup.INTERVIEW, name=STEP)
    factories.JobFieldFactory(company=scenario.company, name=FIELD_NAME)
    vendor.tag(scenario.job, SURVEY)
    ada = scenario.apply("Ada", "Lovelace")
    app, _ = apps.register_client(
        company=scenario.company, name="Checks", redirect_uris="http://127.0.0.1/back", is_confidential=False, by=dana
    )

    # The Administrator lets it in.
    asking = start("connect", scenario.url, app.client_id)
    danas = scenario.signed_in(dana)
    danas.page.goto(asking.says("/oauth/authorize/"))
    danas.sees("Allow Checks to work in Acme Manufacturing?")
    danas.click("Allow")
    danas.sees("Thank you.", inside="body")
    assert asking.ends() == 0
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "secrets.json": 0o600,
        "work.sqlite3": 0o600,
    }

    # People are moved; the program is told and asks the vendor about whom it can be asked.
    options = ["run", "--port", "0", "--every", "0.2", "--requestor", scenario.recruiter.user.email]
    options += ["--vendor", f"{scenario.sandbox.url}/crosschq"]
    running = start(*options, VENDOR_KEY=vendor.key)
    running.says("Listening at")
    vendor.move(factories.ApplicationFactory(job=scenario.job, candidate__email=""), step)
    kim = scenario.signed_in(scenario.recruiter)
    kim.page.goto(f"/jobs/{scenario.job.pk}/")
    kim.page.get_by_role("link", name="Ada Lovelace", exact=True).focus()
    kim.page.keyboard.press("m")
    kim.page.get_by_label("Find a step").fill(STEP)
    kim.page.keyboard.press("Enter")
    running.says("has no email: nobody was asked.")
    number = running.says("Asked for references of Ada Lovelace").rpartition(" ")[2].rstrip(".")

    # The vendor is done; note and file stand on the record.
    vendor.control(f"reference-requests/{number}/complete")
    running.says(f"{number} is completed.")
    record = f"/candidates/{ada.candidate_id}/applications/{ada.pk}"
    kim.page.goto(f"{record}/notes/")
    link = kim.page.get_by_role("article", name="Note by Dana Cole").get_by_role("link")
    expect(link).to_have_attribute("href", vendor.driver.seen(number)["report_url"])
    kim.page.goto(f"{record}/files/")
    with kim.page.expect_download() as download:
        kim.click("Reference report.pdf", role="link", inside="table")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    # Stopped before it could write down that it was done, it does it again, and nothing is there twice.
    running.stop()
    assert running.ends() == 0
    with closing(sqlite3.connect(folder / "work.sqlite3")) as work, work:
        work.execute("UPDATE reference_check SET state = 'open'")
    running = start(*options, VENDOR_KEY=vendor.key)
    running.says(f"{number} is completed.")
    assert (Note.objects.count(), Attachment.objects.count(), Subscription.objects.count()) == (1, 1, 1)

    # Found again by what it reads; people it found come in as leads, once.
    source = factories.SourceFactory(type__company=scenario.company, name="Found by checks")
    looking = start("look")
    for words in (STEP, source.name, f"Senior Buyer  {FIELD_NAME}: {SURVEY}"):
        looking.says(words)
    people = tmp_path / "people.csv"
    rows = ["first_name,last_name,email", *2 * ["Grace,Hopper,grace@example.com"], "Ada,Lovelace,ada@example.com"]
    people.write_text("\n".join(rows))
    found = ["prospects", str(people), "--job", str(scenario.job.pk), "--source", str(source.pk), "--tag", "open"]
    assert start(*found).ends() == 0
    grace = Application.objects.get(candidate__email="grace@example.com")
    assert (grace.state, grace.candidate.source, grace.candidate.tags.get().name) == ("lead", source, "open")
    assert not Candidate.objects.get(pk=ada.candidate_id).tags.exists()
