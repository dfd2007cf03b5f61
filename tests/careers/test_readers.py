"""Programs of others that read job boards and careers pages, unchanged, against a live server of ours.

How each is pointed at this machine is the only thing changed: docs/careers.md has what they read. They are development
dependencies, pinned; the one of npm needs Node.js.
"""

import asyncio
import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from recruiting.careers.models import Question
from recruiting.careers.questions import QuestionDetails, save_question
from recruiting.jobs import services as jobs
from tests.careers.published import Published

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST = "careers.example.com"
DESCRIPTION = "# Your work\n\nYou *buy* for R&D: 3 < 5, more than 3 years.\n\n- suppliers\n- <T> contracts"


@pytest.fixture
def acme(live_server: LiveServer, settings: Any) -> Published:
    """Publish two jobs of a company on the live server."""
    settings.CAREERS_BASE_URL = live_server.url
    made = Published.make(is_indexed=True)
    made.publish(
        "Senior Buyer",
        at=[("Berlin", "", "DE"), ("Lyon", "", "FR")],
        job={"department": "Buying", "description": DESCRIPTION},
        employment_type="full_time",
        pay_min="60000",
        pay_max="70000",
        pay_currency="USD",
        pay_period="year",
        closes_on="2027-12-31",
    )
    made.publish("Planner", job={"description": "Plan."}, workplace="remote", remote_countries=("DE", "AT"))
    return made


def numbers(made: Published) -> set[str]:
    return {str(posting.number) for posting in made.postings.values()}


@pytest.fixture
def as_https(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let openroles, which asks for https alone, reach the live server by another name."""
    from openroles import _http

    plain, theirs = urllib.request.urlopen, _http._urlopen

    def here(request: Any) -> Any:
        url = request if isinstance(request, str) else request.full_url
        address = re.sub(rf"^https://({re.escape(HOST)}|127\.0\.0\.1:\d+)", live_server.url, url)
        if isinstance(request, str):
            return address
        return urllib.request.Request(address, headers=dict(request.header_items()), method=request.get_method())

    monkeypatch.setattr(urllib.request, "urlopen", lambda request, *a, **more: plain(here(request), *a, **more))
    monkeypatch.setattr(_http, "_urlopen", lambda request, *a, **more: theirs(here(request), *a, **more))
    _http._ETAGS.clear()
    _http._ROBOTS.clear()
    yield
    _http._ETAGS.clear()
    _http._ROBOTS.clear()


def test_openroles_reads_the_board(acme: Published, as_https: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from openroles.providers import greenhouse

    base = f"https://{HOST}/v1/boards/{{token}}"
    monkeypatch.setattr(greenhouse, "HOST", HOST)
    monkeypatch.setattr(greenhouse, "URL", f"{base}/jobs?content=true")
    monkeypatch.setattr(greenhouse, "META", base)

    found = {job.title: job for job in greenhouse.fetch("acme")}

    assert greenhouse.exists("acme") and not greenhouse.exists("nobody")
    assert {job.id for job in found.values()} == {f"gh-{number}" for number in numbers(acme)}
    buyer, planner = found["Senior Buyer"], found["Planner"]
    assert buyer.url.endswith(acme.path(acme.postings["Senior Buyer"]))
    assert (buyer.location, buyer.department) == ("Berlin, Germany; Lyon, France", "Buying")
    assert (buyer.deadline, buyer.remote) == ("2027-12-31", None)
    assert "You buy for R&D" in str(buyer.description)
    assert (planner.remote, planner.location) == (True, "Remote - Germany, Austria")
    assert len(greenhouse.fetch("acme")) == 2  # from its own cache, by ETag


def test_openroles_reads_the_careers_pages(acme: Published, as_https: None, settings: Any) -> None:
    from openroles.providers import careersite

    settings.CAREERS_BASE_URL = f"https://{HOST}"
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_BASE_URL = f"https://{HOST}"
    report: dict[str, Any] = {}

    found = {job.title: job for job in careersite.fetch(HOST, report=report)}

    assert report.get("page_errors") in (None, [], 0, {}), report
    buyer = found["Senior Buyer"]
    assert set(found) == {"Senior Buyer", "Planner"}
    assert buyer.url == f"https://{HOST}{acme.path(acme.postings['Senior Buyer'])}"
    assert (buyer.deadline, str(acme.postings["Senior Buyer"].number) in buyer.id) == ("2027-12-31", True)
    assert found["Planner"].remote is True
    before = buyer.id

    posting = acme.postings["Senior Buyer"]
    posting.job.title = "Lead Buyer"
    posting.job.save()
    from openroles import _http

    _http._ETAGS.clear()
    renamed = {job.title: job for job in careersite.fetch(HOST, report={})}
    assert renamed["Lead Buyer"].id == before


def test_jobwatch_reads_the_board(acme: Published, live_server: LiveServer) -> None:
    from jobwatch.sources import get_json, parse_greenhouse

    found = {job.title: job for job in parse_greenhouse(get_json(f"{live_server.url}{BOARD}"), "acme")}

    assert set(found) == {"Senior Buyer", "Planner"}
    assert found["Planner"].remote is True
    buyer = found["Senior Buyer"]
    assert (buyer.salary_min, buyer.salary_max) == (60_000, 70_000)
    assert buyer.url.endswith(acme.path(acme.postings["Senior Buyer"]))


BOARD = "/v1/boards/acme/jobs?content=true"


def test_jobfeeds_reads_the_board(acme: Published, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobfeeds.sources import greenhouse

    monkeypatch.setattr(greenhouse, "BOARD_URL", f"{live_server.url}/v1/boards/{{token}}/jobs")

    found = {one.title: one for one in asyncio.run(greenhouse.Greenhouse(["acme"]).fetch())}

    assert {one.external_id for one in found.values()} == numbers(acme)
    buyer = found["Senior Buyer"]
    assert (buyer.company, buyer.location_raw) == ("Acme", "Berlin, Germany; Lyon, France")
    assert buyer.posted_at is not None and buyer.raw["departments"] == ["Buying"]


def test_ats_scrapers_read_the_board(acme: Published, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from ats_scrapers.scrapers import greenhouse

    monkeypatch.setattr(greenhouse, "API_TEMPLATE", f"{live_server.url}/v1/boards/{{slug}}/jobs?content=true")

    found = {job.title: job for job in asyncio.run(greenhouse.GreenhouseScraper("acme").afetch())}

    assert set(found) == {"Senior Buyer", "Planner"}
    buyer = found["Senior Buyer"]
    assert str(buyer.url).endswith(acme.path(acme.postings["Senior Buyer"]))
    assert str(buyer.description).startswith("<h2>Your work</h2>\n<p>You <em>buy</em> for R&amp;D: 3 &lt; 5")


GATSBY = """
const [plugin, base] = process.argv.slice(2);
const plain = globalThis.fetch;
const asked = [];
globalThis.fetch = (url, ...more) => {
  const here = String(url).replace(/^https:\\/\\/[^/]+/, base);
  asked.push(here.slice(base.length));
  return plain(here, ...more);
};
const nodes = [];
const reporter = { info() {}, panic(said) { console.error(said); process.exit(1); } };
const actions = { createNode: (node) => nodes.push(node) };
require(plugin)
  .sourceNodes({ actions, createNodeId: (id) => id, reporter }, { boardToken: "acme" })
  .then(() => console.log(JSON.stringify({ nodes, asked })));
"""


def test_a_gatsby_site_is_built_from_the_board(acme: Published, live_server: LiveServer, tmp_path: Path) -> None:
    node = shutil.which("node")
    plugin = Path(settings.NODE_MODULES_DIR) / "gatsby-source-greenhouse-job-board" / "gatsby-node.js"
    if node is None:
        pytest.skip("Node.js is not installed")
    details = QuestionDetails(Question.Kind.ONE, "Which site?", options=("Berlin", "Lyon"))
    save_question(place=acme.postings["Senior Buyer"], details=details, by=acme.by)
    script = tmp_path / "build.js"
    script.write_text(GATSBY)

    done = subprocess.run([node, script, plugin, live_server.url], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    built = json.loads(done.stdout)
    kinds: dict[str, list[Any]] = {}
    for one in built["nodes"]:
        kinds.setdefault(one["internal"]["type"], []).append(one)
    assert {kind: len(found) for kind, found in kinds.items()} == {
        "GreenhouseJob": 2,
        "GreenhouseDepartment": 1,
        "GreenhouseOffice": 2,
    }
    assert {one["title"] for one in kinds["GreenhouseJob"]} == {"Senior Buyer", "Planner"}
    assert "/v1/boards/acme/jobs/" in built["asked"]


def test_a_closed_job_leaves_every_reader(acme: Published, live_server: LiveServer) -> None:
    from jobwatch.sources import get_json, parse_greenhouse

    jobs.close_job(job=acme.postings["Senior Buyer"].job, by=acme.by)

    assert [job.title for job in parse_greenhouse(get_json(f"{live_server.url}{BOARD}"), "acme")] == ["Planner"]
