"""Every public address: its queries, its headers, HEAD, odd queries, hosts."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from recruiting.careers import logos, questions
from recruiting.careers.models import CareersSite, Question
from recruiting.careers.public import addresses
from recruiting.careers.public.middleware import URLS
from tests import factories
from tests.careers.pages import ELSEWHERE, HTML, PAGES
from tests.careers.published import Published
from tests.odd_queries import VALUES, ask

NOT_COUNTED = ("SAVEPOINT", "RELEASE")


def names() -> set[str]:
    return {entry.name or "" for entry in get_resolver(URLS).url_patterns if isinstance(entry, URLPattern)}


def paths(acme: Published) -> dict[str, str]:
    """Return an address of each name that is there."""
    posting = acme.postings["Job 0"]
    job, board = acme.path(posting), "/v1/boards/acme"
    office, part = (rows.order_by("id")[0].number for rows in (acme.company.locations, acme.company.departments))
    found: Mapping[str, str] = {
        "job": job,
        "apply": f"{job}apply/",
        "thanks": f"{job}thanks/",
        **{
            f"{page or 'job'}-by-number": f"/careers/acme/jobs/{posting.number}/{page and f'{page}/'}"
            for page in ("", "apply", "thanks")
        },
        "board": board,
        "board-jobs": f"{board}/jobs?content=true&pay_transparency=true",
        "board-job": f"{board}/jobs/{posting.number}?questions=true",
        "board-departments": f"{board}/departments/?render_as=tree",
        "board-department": f"{board}/departments/{part}",
        "board-offices": f"{board}/offices",
        "board-office": f"{board}/offices/{office}",
        "status": "/application/altered/",
        "lost-link": "/application/",
    }
    own = {name: found.get(name) or _reversed(name) for name in names()}
    return own


def _reversed(name: str) -> str:
    pattern = next(each for each in get_resolver(URLS).url_patterns if getattr(each, "name", "") == name)
    values = {"handle": "acme", "digest": "0" * 12}
    return reverse(f"careers_public:{name}", kwargs={key: values[key] for key in pattern.pattern.converters})


@pytest.fixture
def acme(db: None) -> Published:
    made = Published.make(introduction="Hello.", is_indexed=True)
    CareersSite.objects.update(logo=logos._as_png(picture(), 0))
    for number in range(3):
        add(made, number)
    return made


def picture() -> Any:
    from PIL import Image

    return Image.new("RGBA", (40, 20), "red")


def add(acme: Published, number: int) -> None:
    posting = acme.publish(
        f"Job {number}",
        at=[(f"Town {number}", "", "DE")],
        job={"department": f"Part {number}", "description": "Words."},
        workplace="remote",
        pay_min="1",
        pay_max="2",
        pay_currency="EUR",
        pay_period="hour",
    )
    fact = factories.JobFieldFactory(company=acme.company, name=f"Fact {number}", visibility="public")
    factories.JobFieldValueFactory(job=posting.job, field=fact, option=None, text="A fact.")
    details = questions.QuestionDetails(Question.Kind.SHORT, f"Question {number}")
    questions.save_question(place=acme.postings["Job 0"], details=details, by=acme.by)


def test_each_public_address_has_a_maximum_or_a_reason() -> None:
    assert names() == PAGES.keys() | ELSEWHERE.keys()
    assert not PAGES.keys() & ELSEWHERE.keys()


def counted(client: Client, acme: Published) -> dict[str, int]:
    found = {}
    for name, path in paths(acme).items():
        if name in PAGES:
            with CaptureQueriesContext(connection) as taken:
                answer = client.get(path)
            assert answer.status_code == (404 if name in ("status", "lost-link") else 200), path
            found[name] = sum(not query["sql"].startswith(NOT_COUNTED) for query in taken.captured_queries)
    return found


def test_no_page_takes_more_queries_when_there_is_more(client: Client, acme: Published) -> None:
    few = counted(client, acme)
    for number in range(3, 30):
        add(acme, number)
    many = counted(client, acme)

    assert {name: many[name] for name in many if many[name] > few[name]} == {}
    assert {name: many[name] for name in many if many[name] > PAGES[name]} == {}


def test_every_public_answer_is_public(client: Client, acme: Published) -> None:
    client.force_login(acme.by.user)
    for name, path in paths(acme).items():
        answer = client.get(path)
        assert dict(answer.cookies) == {}, path
        assert "Cookie" not in answer.get("Vary", ""), path
        assert "default-src 'none'" in answer["Content-Security-Policy"], path
        assert (answer.get("X-Frame-Options") == "DENY") or name == "embed", path
        head = client.head(path)
        assert (head.status_code, head["Content-Type"]) == (answer.status_code, answer["Content-Type"]), path
        if name in HTML:
            assert acme.by.user.first_name not in answer.content.decode(), path


def test_no_odd_query_is_a_fault_of_ours(client: Client, acme: Published) -> None:
    own = paths(acme)
    draws = Random(14)
    for name in ("jobs", "embed", "job", "apply", "board-jobs", "board-job", "board-departments", "job-sites"):
        for value in VALUES:
            every = dict.fromkeys(("q", "location", "page", "source", "render_as", "content"), value)
            query = {asked: given for asked, given in every.items() if draws.random() < 0.8}
            ask(client, own[name].partition("?")[0], query)


def test_odd_paths_are_not_there(client: Client, acme: Published) -> None:
    odd = ("/careers/%00/", "/careers/acme/jobs/", "/careers/a/b/c/", f"/careers/acme/jobs/{'9' * 400}-x/", "/careers/")
    for path in (*odd, f"/careers/{'a' * 5000}/", "/careers/acme/logo.gone.png/x", "/careers/acme/jobs/-1-x/"):
        assert client.get(path).status_code == 404, path
    for path in ("/v1/boards/%00", f"/v1/boards/acme/jobs/{'9' * 400}", "/v1/boards/acme/jobs/x", "/v1/boards/acme/x"):
        answer = client.get(path)
        assert answer.status_code == 404, path


@pytest.fixture
def own_host(settings: Any) -> Iterator[Client]:
    settings.CAREERS_BASE_URL = "https://jobs.acme.example"
    settings.ALLOWED_HOSTS = ["testserver", "jobs.acme.example"]
    yield Client(headers={"Host": "jobs.acme.example"})


def test_on_a_host_of_its_own_nothing_of_the_staff_answers(client: Client, own_host: Client, acme: Published) -> None:
    own_host.force_login(acme.by.user)
    for path in ("/", "/accounts/login/", "/admin/", "/api/v1/jobs/", "/jobs/", "/settings/", "/nothing/"):
        answer = own_host.get(path)
        assert (answer.status_code, dict(answer.cookies)) == (404, {}), path
        assert "Throughline" not in answer.content.decode(), path
    page = own_host.get("/careers/acme/").content.decode()
    assert '<link rel="canonical" href="https://jobs.acme.example/careers/acme/">' in page
    assert own_host.get("/healthz").status_code == 200

    moved = client.get("/careers/acme/?source=ad")
    assert (moved.status_code, moved["Location"]) == (308, "https://jobs.acme.example/careers/acme/?source=ad")


def test_made_addresses_are_the_resolvers_own(acme: Published) -> None:
    number, title = acme.postings["Job 0"].number, "Job 0"
    job = {"handle": "acme", "number": number, "slug": "job-0"}

    assert addresses.list_path("acme") == reverse("careers_public:jobs", args=["acme"])
    assert addresses.job_path("acme", number, title) == reverse("careers_public:job", kwargs=job)
    assert (
        addresses.apply_path("acme", number, title, "ad") == f"{reverse('careers_public:apply', kwargs=job)}?source=ad"
    )
    assert addresses.job_part(number, "漢字") == f"{number}-job"
