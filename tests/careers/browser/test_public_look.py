"""Every public page in a browser: axe, width, what it weighs, and that it works without script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from recruiting.careers import logos, questions
from recruiting.careers.models import CareersSite, Language, Question
from recruiting.jobs import services as jobs
from tests.browser.scenario import violations
from tests.careers.published import Published
from tests.careers.test_public_walk import picture

pytestmark = [pytest.mark.django_db(transaction=True)]

MOST_BYTES, MOST_REQUESTS, MOST_STYLE = 60_000, 4, 10_000
DESCRIPTION = """# Your work

You buy what our kitchens need, and *know where it comes from*. Read [more](https://example.com).

- suppliers
- contracts

> Somebody said so.

1. First
2. Second

`code`

---

## What we offer

A desk."""


def world(settings: Any, live_server: LiveServer, language: str, count: int) -> dict[str, str]:
    """Publish jobs in a language; return a path of each kind of page."""
    settings.CAREERS_BASE_URL = settings.PUBLIC_BASE_URL = live_server.url
    acme = Published.make(language=language, introduction="We **cook** for schools.", color="#8a1538", is_indexed=True)
    CareersSite.objects.update(logo=logos._as_png(picture(), 0))
    for number in range(count):
        acme.publish(
            f"Senior Buyer {number}" if number else "Sénior " + "Einkaufsverantwortlichkeitskoordinatorin " * 3,
            at=[("Berlin", "", "DE"), ("Lyon", "", "FR")][: number % 3],
            job={"department": f"Buying {number % 12}", "description": DESCRIPTION},
            employment_type="full_time",
            workplace=("hybrid", "remote")[number % 2],
            remote_countries=("DE", "AT") if number % 2 else (),
            pay_min="52000",
            pay_max="58000",
            pay_currency="EUR",
            pay_period="year",
            closes_on="2027-12-31",
            openings="2",
        )
    first, *_others, last = acme.postings.values()
    for kind in Question.Kind.values:
        options = ("One", "Two") if kind in ("one", "many") else ()
        details = questions.QuestionDetails(kind, f"What about {kind}?", hint="A hint.", options=options)
        questions.save_question(place=first, details=details, by=acme.by)
    jobs.close_job(job=last.job, by=acme.by)
    empty = Published.make("empty", language=language)
    job = acme.path(first)
    return {
        "list": "/careers/acme/?source=ad",
        "no match": "/careers/acme/?q=nothing",
        "empty": f"/careers/{empty.handle}/",
        "job": job,
        "closed": acme.path(last),
        "form": f"{job}apply/",
        "thanks": f"{job}thanks/",
        "embed": "/careers/acme/embed/",
        "lost link": "/application/",
        "nothing": "/careers/nobody/",
    }


def elsewhere(browser: Browser) -> Page:
    """Return a page that may load from this machine, as other sites' pages may not by themselves."""
    return browser.new_context(permissions=["local-network-access"]).new_page()


def follow(page: Page, url: str) -> None:
    """Open an address, wherever it leads."""
    page.goto(url)
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.every_page
@pytest.mark.parametrize("language", Language.values)
def test_every_public_page_is_accessible(
    browser: Browser, live_server: LiveServer, settings: Any, language: str
) -> None:
    paths = world(settings, live_server, language, 9)
    wrong = {}
    for theme in ("light", "dark"):
        for width in (1280, 390):
            context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=theme)  # type: ignore[arg-type]
            page = context.new_page()
            for name, path in paths.items():
                follow(page, f"{live_server.url}{path}")
                assert page.locator("html").get_attribute("lang") == (
                    "en" if name in ("lost link", "nothing") else language
                )
                found = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in violations(page)]
                if found:
                    wrong[name, theme, width] = found
            context.close()

    assert wrong == {}


@pytest.mark.every_page
def test_no_page_is_wider_than_a_small_phone(browser: Browser, live_server: LiveServer, settings: Any) -> None:
    paths = world(settings, live_server, "de", 9)
    context = browser.new_context(viewport={"width": 320, "height": 568})
    page = context.new_page()
    wide = {}
    for name, path in paths.items():
        follow(page, f"{live_server.url}{path}")
        if (by := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            wide[name] = by

    assert wide == {}


def test_a_page_weighs_little_and_paints_without_script(
    browser: Browser, live_server: LiveServer, settings: Any
) -> None:
    paths = world(settings, live_server, "en", 200)
    for has_script in (True, False):
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=has_script)
        for name in ("list", "job", "closed", "empty", "form"):
            answers: list[Response] = []
            page = context.new_page()
            page.on("response", lambda answer, answers=answers: answers.append(answer))  # type: ignore[misc]
            follow(page, f"{live_server.url}{paths[name]}")
            page.wait_for_load_state("networkidle")
            sizes = {answer.url: answer.request.sizes() for answer in answers}
            total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes.values())
            styles = [size["responseBodySize"] for url, size in sizes.items() if url.endswith(".css")]
            assert all(answer.ok or answer.status == 410 for answer in answers), (name, [a.url for a in answers])
            assert len(answers) <= MOST_REQUESTS and total <= MOST_BYTES, (name, len(answers), total)
            assert len(styles) == 1 and styles[0] <= MOST_STYLE, (name, styles)
            assert context.cookies() == [], name
        context.close()


def test_the_link_to_a_job_is_copied_where_there_is_script(
    browser: Browser, live_server: LiveServer, settings: Any
) -> None:
    paths = world(settings, live_server, "en", 2)
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_server.url}{paths['job']}?source=ad")
    page.get_by_role("button", name="Copy link").click()

    expect(page.get_by_role("status")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{live_server.url}{paths['job']}"
    assert (
        page.get_by_role("link", name="Apply for this job").get_attribute("href") == f"{paths['job']}apply/?source=ad"
    )
    assert complaints == []

    without = browser.new_context(java_script_enabled=False).new_page()
    without.goto(f"{live_server.url}{paths['job']}")
    expect(without.get_by_role("button", name="Copy link")).to_have_count(0)


def test_a_script_writes_the_list_into_a_page_of_the_company(
    browser: Browser, live_server: LiveServer, settings: Any
) -> None:
    world(settings, live_server, "en", 3)
    page = elsewhere(browser)
    script = f'<script src="{live_server.url}/careers/acme/embed.js" data-source="website" async></script>'
    page.route("https://acme.example/", lambda route: route.fulfill(body=script, content_type="text/html"))
    page.goto("https://acme.example/")

    rows = page.locator(".throughline-jobs li")
    expect(rows).to_have_count(2)
    assert rows.last.locator("a").get_attribute("href", timeout=5_000).endswith("?source=website")  # type: ignore[union-attr]


def test_the_list_is_framed_by_the_companys_own_pages_alone(
    browser: Browser, live_server: LiveServer, settings: Any
) -> None:
    world(settings, live_server, "en", 2)
    page = elsewhere(browser)
    body = f'<iframe src="{live_server.url}/careers/acme/embed/"></iframe>'
    for origin, count in (("https://acme.example", 1), ("https://evil.example", 0)):
        CareersSite.objects.filter(company__handles__handle="acme").update(embed_origins=["https://acme.example"])
        page.route(f"{origin}/", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{origin}/")
        page.wait_for_load_state("networkidle")
        assert page.frame_locator("iframe").locator("h1").count() == count, origin
