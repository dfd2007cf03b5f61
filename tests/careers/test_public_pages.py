"""What the public reads of a company: its list of jobs, a job, what stands where a job was."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from recruiting.careers import sites
from recruiting.foundation import clock
from recruiting.jobs import services as jobs
from tests.careers.published import Published

LONG = {"department": "Buying", "description": "# Your work\n\nYou *buy* things & more."}


@pytest.fixture
def acme(db: None) -> Published:
    return Published.make()


def test_the_list_shows_listed_jobs_newest_first(client: Client, acme: Published) -> None:
    acme.publish("Senior Buyer", at=[("Berlin", "", "DE"), ("Lyon", "", "FR")], employment_type="full_time")
    acme.publish("Hidden", publication="unlisted")
    acme.publish("Planner", workplace="remote", remote_countries=("AT", "DE"))

    page = client.get("/careers/acme/").content.decode()

    assert "<h1>Work at Acme</h1>" in page
    assert page.index("Planner") < page.index("Senior Buyer")
    assert "Berlin, Germany · Lyon, France · Full time · Posted today" in page
    assert "Remote in: Austria, Germany" in page
    assert "Hidden" not in page and "<form" not in page


def test_a_company_without_jobs_says_so_and_an_unknown_one_is_not_there(client: Client, acme: Published) -> None:
    assert "No open jobs right now." in client.get("/careers/acme/").content.decode()
    for path in ("/careers/nobody/", "/careers/nobody/jobs/1234567890-x/", "/careers/acme/jobs/1234567890-x/"):
        answer = client.get(path)
        assert (answer.status_code, "There is nothing at this address." in answer.content.decode()) == (404, True)


def test_nothing_public_sets_a_cookie_or_varies_by_one(client: Client, acme: Published) -> None:
    posting = acme.publish()
    for path in ("/careers/acme/", acme.path(posting), "/careers/none/", "/robots.txt", "/v1/boards/acme/jobs"):
        answer = client.get(path)
        assert (dict(answer.cookies), "Cookie" in answer.get("Vary", "")) == ({}, False), path
        assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'"), path
        assert answer["X-Frame-Options"] == "DENY"


def test_a_job_page_says_what_the_job_says(client: Client, acme: Published) -> None:
    posting = acme.publish(
        at=[("Berlin", "", "DE")],
        job=LONG,
        employment_type="full_time",
        workplace="hybrid",
        pay_min="52000",
        pay_max="58000.50",
        pay_currency="EUR",
        pay_period="year",
        closes_on="2099-12-31",
        openings="2",
    )

    page = client.get(acme.path(posting)).content.decode()

    for words in (
        '<h1 dir="auto">Senior Buyer</h1>',
        "Berlin, Germany",
        "Full time",
        "Hybrid",
        "52,000–58,000.50 EUR a year",
        '<dd dir="auto">2</dd>',
        "Thursday 31 December 2099, end of the day (New York time)",
        "<h2>Your work</h2>\n<p>You <em>buy</em> things &amp; more.</p>",
        f'href="{acme.path(posting)}apply/">Apply for this job</a>',
    ):
        assert words in page, words


def test_a_closed_job_is_gone_for_good(client: Client, acme: Published) -> None:
    posting = acme.publish()
    jobs.close_job(job=posting.job, by=acme.by)

    answer = client.get(acme.path(posting))

    assert answer.status_code == 410
    assert "This job is closed." in answer.content.decode()
    assert '<a class="c-button" href="/careers/acme/">See open jobs</a>' in answer.content.decode()
    assert "Senior Buyer" not in client.get("/careers/acme/").content.decode()


def test_a_job_closes_at_its_instant(client: Client, acme: Published) -> None:
    posting = acme.publish(closes_on=str(clock.today(acme.company.zone)))
    posting.refresh_from_db()
    assert posting.closes_at is not None

    assert client.get(acme.path(posting)).status_code == 200
    with time_machine.travel(posting.closes_at + timedelta(seconds=1)):
        assert client.get(acme.path(posting)).status_code == 410


def test_only_the_number_is_looked_up(client: Client, acme: Published) -> None:
    posting = acme.publish()
    right = acme.path(posting)

    for wrong in (f"/careers/acme/jobs/{posting.number}-x/", f"/careers/acme/jobs/{posting.number}/"):
        answer = client.get(f"{wrong}?source=ad&x=1")
        assert (answer.status_code, answer["Location"]) == (301, f"{right}?source=ad")
    assert client.get(right.removesuffix("/"))["Location"] == right


def test_old_handles_lead_to_the_current_one(client: Client, acme: Published) -> None:
    posting = acme.publish()
    sites.change_handle(handle="acme-tools", by=acme.by)

    moved = client.get("/careers/acme/?source=ad")
    assert (moved.status_code, moved["Location"]) == (301, "/careers/acme-tools/?source=ad")
    moved = client.get(acme.path(posting))
    assert (moved.status_code, moved["Location"]) == (301, acme.path(posting).replace("acme", "acme-tools"))
    assert client.get("/careers/ACME-Tools/")["Location"] == "/careers/acme-tools/"
    assert client.get("/v1/boards/acme/jobs").json()["meta"] == {"total": 1}


def test_an_unlisted_job_is_read_by_its_address_alone(client: Client, acme: Published) -> None:
    posting = acme.publish("Hidden", publication="unlisted")

    answer = client.get(acme.path(posting))

    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex")
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert "ld+json" not in answer.content.decode()
    for path in ("", "sitemap.xml", "atom.xml", "jobs.xml", "embed/"):
        assert "Hidden" not in client.get(f"/careers/acme/{path}").content.decode(), path
        assert str(posting.number) not in client.get(f"/careers/acme/{path}").content.decode(), path
    assert client.get("/v1/boards/acme/jobs").json()["jobs"] == []
    assert client.get(f"/v1/boards/acme/jobs/{posting.number}").status_code == 404


def test_a_long_list_can_be_searched(client: Client, acme: Published) -> None:
    for number in range(7):
        acme.publish(f"Planner {number}", at=[("Berlin", "", "DE")], job={"department": "Planning"})
    assert "<form" not in client.get("/careers/acme/").content.decode()
    acme.publish("Crème Buyer", at=[("Lyon", "", "FR")], job={"department": "Buying"})
    lyon = acme.company.locations.get(city="Lyon").number
    buying = acme.company.departments.get(name="Buying").number

    def found(query: str) -> list[str]:
        page = client.get(f"/careers/acme/?{query}").content.decode()
        return [title for title in acme.postings if f">{title}</a>" in page]

    assert len(found("")) == 8
    assert found("q=creme") == found(f"location={lyon}") == found(f"department={buying}") == ["Crème Buyer"]
    assert found("q=lyon+buyer") == ["Crème Buyer"]
    assert found("q=nothing") == found(f"location={buying}") == []
    assert "No jobs match these filters." in client.get("/careers/acme/?q=nothing").content.decode()
    odd: Any = ("location=9" + "9" * 400, "location=-1", "department=x", "page=1e9", "q=%00%F0", "q=" + "a" * 5000)
    for query in odd:
        assert client.get(f"/careers/acme/?{query}").status_code == 200, query


def test_the_form_and_status_pages_have_the_same_frame(client: Client, acme: Published) -> None:
    posting = acme.publish()
    style = client.get("/careers/acme/").content.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]

    for path, status in ((f"{acme.path(posting)}apply/", 200), (f"{acme.path(posting)}thanks/", 200)):
        answer = client.get(path)
        assert (answer.status_code, style in answer.content.decode()) == (status, True), path
        assert "no-store" in answer["Cache-Control"]
    assert client.get("/application/altered/").status_code == 404
