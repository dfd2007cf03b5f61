"""What programs read: JSON-LD, robots.txt, sitemaps, feeds, the job board; and how long answers are kept."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from recruiting.careers import questions, sites
from recruiting.careers.models import CareersSite, Question
from recruiting.careers.public import cache, words
from recruiting.jobs import services as jobs
from tests import factories
from tests.careers.published import Published

BASE = "http://testserver"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NASTY = '</script><script>alert("x")</script> & ]]> \u202e\u05d0'


@pytest.fixture
def acme(db: None) -> Published:
    return Published.make(is_indexed=True, time_zone="Europe/Berlin", introduction="We **cook**.")


def buyer(acme: Published, title: str = "Senior Buyer", **more: Any) -> Any:
    return acme.publish(
        title,
        at=[("Berlin", "", "DE"), ("Lyon", "", "FR")],
        job={"department": "Buying", "description": "# Work\n\nBuy & sell, 3 < 5."},
        employment_type="full_time",
        pay_min="52000",
        pay_max="58000",
        pay_currency="EUR",
        pay_period="year",
        closes_on="2027-06-30",
        openings="3",
        **more,
    )


def posting_data(client: Client, path: str) -> dict[str, Any]:
    page = client.get(path).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    read: dict[str, Any] = json.loads(found[0])
    return read


def test_a_job_is_marked_up_for_search_engines(client: Client, acme: Published) -> None:
    posting = buyer(acme)

    data = posting_data(client, acme.path(posting))

    assert data.pop("datePosted")[:4].isdecimal()
    assert data == {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": "Senior Buyer",
        "description": "<h2>Work</h2>\n<p>Buy &amp; sell, 3 &lt; 5.</p>\n",
        "identifier": {"@type": "PropertyValue", "name": "Acme", "value": str(posting.number)},
        "url": f"{BASE}{acme.path(posting)}",
        "hiringOrganization": {"@type": "Organization", "name": "Acme", "sameAs": f"{BASE}/careers/acme/"},
        "directApply": True,
        "inLanguage": "en",
        "validThrough": "2027-06-30T23:59:59+02:00",
        "employmentType": "FULL_TIME",
        "totalJobOpenings": 3,
        "jobLocation": [
            {
                "@type": "Place",
                "address": {"@type": "PostalAddress", "addressLocality": city, "addressCountry": country},
            }
            for city, country in (("Berlin", "DE"), ("Lyon", "FR"))
        ],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {"@type": "QuantitativeValue", "minValue": 52000.0, "maxValue": 58000.0, "unitText": "YEAR"},
        },
    }


def test_a_remote_job_says_where_people_may_live(client: Client, acme: Published) -> None:
    anywhere, there = acme.publish("A", workplace="remote"), None
    there = acme.publish("B", workplace="remote", remote_countries=("DE", "AT"))

    assert posting_data(client, acme.path(anywhere))["jobLocationType"] == "TELECOMMUTE"
    assert "applicantLocationRequirements" not in posting_data(client, acme.path(anywhere))
    required = posting_data(client, acme.path(there))["applicantLocationRequirements"]
    assert required == [{"@type": "Country", "name": "DE"}, {"@type": "Country", "name": "AT"}]


def test_no_title_breaks_out_of_anything(client: Client, acme: Published) -> None:
    posting = buyer(acme, NASTY)

    page = client.get(acme.path(posting)).content.decode()

    assert posting_data(client, acme.path(posting))["title"] == NASTY
    assert 'alert("x")' not in page and "<script>" not in page
    assert "<script>" not in client.get("/careers/acme/").content.decode()
    feed = ElementTree.fromstring(client.get("/careers/acme/jobs.xml").content)
    assert [job.findtext("title") for job in feed.iter("job")] == [NASTY]
    atom = ElementTree.fromstring(client.get("/careers/acme/atom.xml").content)
    assert [entry.findtext(f"{ATOM}title") for entry in atom.iter(f"{ATOM}entry")] == [NASTY]
    assert client.get("/v1/boards/acme/jobs").json()["jobs"][0]["title"] == NASTY


def test_robots_and_sitemaps_lead_to_every_listed_job(client: Client, acme: Published) -> None:
    Published.make("hidden")
    posting = buyer(acme)

    robots = client.get("/robots.txt").content.decode().splitlines()
    assert {"User-agent: *", "Allow: /careers/", "Allow: /v1/boards/", "Disallow: /application/"} <= set(robots)
    assert f"Sitemap: {BASE}/sitemap.xml" in robots and "Disallow: /" not in robots
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert [loc.text for loc in index.iter(f"{SITEMAP}loc")] == [f"{BASE}/careers/acme/sitemap.xml"]
    pages = ElementTree.fromstring(client.get("/careers/acme/sitemap.xml").content)
    assert [loc.text for loc in pages.iter(f"{SITEMAP}loc")] == [
        f"{BASE}/careers/acme/",
        f"{BASE}{acme.path(posting)}",
    ]


def test_search_engines_are_kept_out_where_nobody_let_them_in(client: Client, db: None) -> None:
    hidden = Published.make("hidden")
    posting = hidden.publish()
    noindex = '<meta name="robots" content="noindex">'

    for path in ("/careers/hidden/", hidden.path(posting)):
        assert noindex in client.get(path).content.decode()
    CareersSite.objects.update(is_indexed=True)
    for path in ("/careers/hidden/", hidden.path(posting)):
        assert noindex not in client.get(path).content.decode()
    assert noindex in client.get("/careers/hidden/?q=x").content.decode()


def test_job_sites_get_every_member_they_ask_for(client: Client, acme: Published) -> None:
    posting = buyer(acme, workplace="hybrid")

    root = ElementTree.fromstring(client.get("/careers/acme/jobs.xml?source=joblift").content)

    assert (root.findtext("publisher"), root.findtext("publisherurl")) == ("Acme", f"{BASE}/careers/acme/")
    assert root.findtext("lastBuildDate", "").endswith(" GMT")
    (job,) = root.iter("job")
    read = {member.tag: member.text for member in job}
    assert (read.pop("date") or "").endswith(" GMT")
    assert read == {
        "title": "Senior Buyer",
        "referencenumber": str(posting.number),
        "url": f"{BASE}{acme.path(posting)}?source=joblift",
        "company": "Acme",
        "city": "Berlin",
        "state": None,
        "country": "DE",
        "description": "<h2>Work</h2>\n<p>Buy &amp; sell, 3 &lt; 5.</p>\n",
        "jobtype": "fulltime",
        "category": "Buying",
        "salary": "52,000 - 58,000 EUR a year",
        "expirationdate": "2027-06-30",
        "remotetype": "Hybrid remote",
    }
    assert "?source=jobs-xml" in client.get("/careers/acme/jobs.xml").content.decode()


# ── The board ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_board_says_what_readers_look_for(client: Client, acme: Published) -> None:
    posting = buyer(acme)
    fact = factories.JobFieldFactory(company=acme.company, name="Team size", visibility="public")
    secret = factories.JobFieldFactory(company=acme.company, name="Budget", visibility="internal")
    for field in (fact, secret):
        factories.JobFieldValueFactory(job=posting.job, field=field, option=None, text="Twelve")

    body = client.get("/v1/boards/acme/jobs?content=true&pay_transparency=true").json()
    again = client.get("/v1/boards/acme/jobs/?pay_transparency=true&content=true&x=1").json()

    assert body == again and body["meta"] == {"total": 1}
    (job,) = body["jobs"]
    assert (job["id"], job["title"], job["company_name"]) == (posting.number, "Senior Buyer", "Acme")
    assert job["absolute_url"] == f"{BASE}{acme.path(posting)}"
    assert job["location"] == {"name": "Berlin, Germany; Lyon, France"}
    assert job["content"].startswith("&lt;h2&gt;Work&lt;/h2&gt;\n&lt;p&gt;Buy &amp;amp; sell, 3 &amp;lt; 5.&lt;/p&gt;")
    assert "Pay: 52,000 - 58,000 EUR a year" in job["content"]
    assert [each["name"] for each in job["departments"]] == ["Buying"]
    assert [each["name"] for each in job["offices"]] == ["Berlin, Germany", "Lyon, France"]
    assert [(each["name"], each["value"]) for each in job["metadata"]] == [
        ("Employment Type", "Full time"),
        ("Team size", "Twelve"),
    ]
    assert (job["pay_input_ranges"][0]["min_cents"], job["pay_input_ranges"][0]["max_cents"]) == (5_200_000, 5_800_000)
    assert job["application_deadline"] == "2027-06-30"
    assert nulls(body) <= {"parent_id"}
    assert "Budget" not in json.dumps(body)
    assert client.get("/v1/boards/acme").json()["name"] == "Acme"


def nulls(body: Any) -> set[str]:
    """Return the members that are null anywhere."""
    if isinstance(body, dict):
        return {name for name, value in body.items() if value is None}.union(*map(nulls, body.values()), set())
    return set().union(*map(nulls, body)) if isinstance(body, list) else set()


def test_the_board_asks_what_the_form_asks(client: Client, acme: Published) -> None:
    posting = buyer(acme)
    for kind in Question.Kind.values:
        options = ("One", "Two") if kind in ("one", "many") else ()
        details = questions.QuestionDetails(kind, f"About {kind}?", options=options, is_required=kind == "one")
        questions.save_question(place=posting, details=details, by=acme.by)

    body = client.get(f"/v1/boards/acme/jobs/{posting.number}?questions=true&pay_transparency=true").json()

    asked = {each["label"]: each for each in body["questions"]}
    assert body["location_questions"] == []
    assert [name for name in asked if not name.startswith("About")] == [
        "First Name", "Last Name", "Email", "Phone", "Resume/CV", "Cover Letter"
    ]  # fmt: skip
    one = asked["About one?"]
    assert (one["required"], one["fields"][0]["type"]) == (True, "multi_value_single_select")
    assert [choice["label"] for choice in one["fields"][0]["values"]] == ["One", "Two"]
    assert all(isinstance(choice["value"], int) for choice in one["fields"][0]["values"])
    assert re.fullmatch(r"question_\d{10}", one["fields"][0]["name"])
    kinds = {field["type"] for each in body["questions"] for field in each["fields"]}
    assert kinds == {
        "input_text", "input_file", "textarea", "multi_value_single_select", "multi_value_multi_select"
    }  # fmt: skip
    assert "questions" not in client.get(f"/v1/boards/acme/jobs/{posting.number}?questions=false").json()


def test_departments_stand_under_what_they_are_a_part_of(client: Client, acme: Published) -> None:
    posting = buyer(acme)
    acme.publish("Gardener")
    part = posting.job.listed_department
    above = acme.company.departments.create(name="Operations", number=2_000_000_000)
    acme.company.departments.create(name="Secret plans", number=2_000_000_001, parent=above)
    part.change(parent=above)

    beside = client.get("/v1/boards/acme/departments").json()["departments"]
    tree = client.get("/v1/boards/acme/departments/?render_as=tree").json()["departments"]

    assert [(each["name"], each["parent_id"], each["child_ids"], len(each["jobs"])) for each in beside] == [
        ("Buying", above.number, [], 1),
        ("Operations", None, [part.number], 0),
        ("No Department", None, [], 1),
    ]
    assert [(each["name"], [child["name"] for child in each["children"]]) for each in tree] == [
        ("Operations", ["Buying"]),
        ("No Department", []),
    ]
    assert client.get(f"/v1/boards/acme/departments/{part.number}").json()["name"] == "Buying"
    offices = client.get("/v1/boards/acme/offices/").json()["offices"]
    assert [(each["name"], [one["name"] for one in each["departments"]]) for each in offices] == [
        ("Berlin, Germany", ["Buying"]),
        ("Lyon, France", ["Buying"]),
    ]


def test_what_the_board_does_not_have_is_said_in_the_body(client: Client, acme: Published) -> None:
    posting = buyer(acme)
    jobs.close_job(job=posting.job, by=acme.by)

    for path in ("nobody", "nobody/jobs", f"acme/jobs/{posting.number}", "acme/jobs/1", "acme/departments/1"):
        answer = client.get(f"/v1/boards/{path}")
        assert (answer.status_code, answer.json()["status"]) == (404, 404), path
    assert client.get("/v1/boards/acme/jobs").json() == {"jobs": [], "meta": {"total": 0}}


def test_any_page_may_read_the_board_and_none_may_send(client: Client, acme: Published) -> None:
    posting = buyer(acme)
    read = client.get("/v1/boards/acme/jobs")
    assert read["Access-Control-Allow-Origin"] == "*"
    assert "no-store" not in read["Cache-Control"]

    asked = client.options(f"/v1/boards/acme/jobs/{posting.number}")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    sent = client.post(f"/v1/boards/acme/jobs/{posting.number}")
    assert sent.status_code == 401 and "Access-Control-Allow-Origin" not in sent


# ── Kept answers ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_did_not_change_is_not_sent_again(client: Client, acme: Published) -> None:
    posting = buyer(acme)
    path = "/v1/boards/acme/jobs?content=true"
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})

    assert int(plain["Content-Length"]) == len(plain.content)
    assert zipped["Content-Encoding"] == "gzip" and zipped["ETag"] != plain["ETag"]
    for headers in (
        {"If-None-Match": plain["ETag"]},
        {"If-None-Match": f'"x", W/{zipped["ETag"]}'},
        {"If-Modified-Since": plain["Last-Modified"]},
    ):
        same = client.get(path, headers=headers)
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", plain["ETag"]), headers

    posting.job.title = "Lead Buyer"
    posting.job.save()
    for headers in ({"If-None-Match": plain["ETag"]}, {"If-Modified-Since": plain["Last-Modified"]}):
        assert client.get(path, headers=headers).status_code == 200, headers


def test_a_page_lives_for_a_minute_and_not_longer(
    client: Client, acme: Published, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CAREERS_CACHE_SECONDS = 60
    now = [1000.0]
    monkeypatch.setattr(cache.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(cache, "answers", cache.AnswerCache())
    posting = buyer(acme)
    paths = ("/careers/acme/", "/careers/acme/sitemap.xml", "/careers/acme/atom.xml", "/v1/boards/acme/jobs")
    for path in (*paths, acme.path(posting)):
        assert client.get(path)["Cache-Control"] == "public, max-age=60"
    jobs.close_job(job=posting.job, by=acme.by)

    now[0] += 59
    for path in paths:
        answer = client.get(path)
        assert (answer["Cache-Control"], "Senior Buyer" in answer.content.decode()) == ("public, max-age=1", True) or (
            path.endswith("sitemap.xml")
        )
    now[0] += 1
    for path in paths:
        assert str(posting.number) not in client.get(path).content.decode(), path
    assert client.get(acme.path(posting)).status_code == 410


def test_what_is_kept_is_bounded_and_the_least_read_goes_first() -> None:
    kept = cache.AnswerCache(most_bytes=40_000)
    for number in range(4):
        kept.put(number, cache.Answer(b"x" * 5_000), seconds=60)
        kept.get(0)
    kept.put(4, cache.Answer(b"x" * 5_000), seconds=60)

    assert [number for number in range(5) if kept.get(number)] == [0, 2, 3, 4]
    kept.put(5, cache.Answer(b"x" * 30_000), seconds=60)
    kept.put(6, cache.Answer(b"gone", status=404), seconds=60)
    assert (kept.get(5), kept.get(6)) == (None, None)


def test_content_that_changed_within_a_second_is_later() -> None:
    kept = cache.AnswerCache()
    instants = [kept.put("a", cache.Answer(content), seconds=60)[0].changed_at for content in (b"1", b"2", b"3", b"3")]

    assert instants[0] < instants[1] < instants[2] == instants[3]


def test_files_are_kept_for_ever_under_their_own_name_alone(client: Client, acme: Published) -> None:
    page = client.get("/careers/acme/").content.decode()
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    assert client.get(style)["Cache-Control"] == "public, max-age=31536000, immutable"
    CareersSite.objects.update(color="#8a1538")
    changed = client.get(style)
    assert b"--accent:#8a1538" in changed.content
    assert "immutable" not in changed["Cache-Control"]


def test_posted_counts_the_companys_own_days(acme: Published) -> None:
    posting = buyer(acme)
    at = posting.first_published_at
    assert at is not None
    zone = acme.company.zone

    said = [words.posted(at, now=at + timedelta(days=days), zone=zone) for days in (0, 1, 3)]
    assert said == ["Posted today", "Posted yesterday", "Posted 3 days ago"]
    assert words.posted(at, now=at + timedelta(days=31), zone=zone).startswith("Posted on ")


def test_what_people_outside_read_is_what_an_administrator_saved(client: Client, acme: Published) -> None:
    sites.save(details=sites.SiteDetails(name="Acme & Söhne", contact="x@acme.example"), by=acme.by)

    assert "<h1>Work at Acme &amp; Söhne</h1>" in client.get("/careers/acme/").content.decode()
