"""Bad input, long lists, many calls, our own mistakes: a clear problem, never a traceback, never a half-done change."""

import codecs
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruiting.api import endpoints
from recruiting.api.throttling import TokenThrottle
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Company, Membership
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from tests.api.conftest import Caller, MakeCaller
from tests.factories import (
    ApplicationFactory,
    CandidateFactory,
    CandidateTagFactory,
    JobFactory,
    NewsfeedEntryFactory,
    NoteFactory,
    Source,
    TagFactory,
    on_team,
)


@pytest.fixture
def caller(dana: Membership, calls_as: MakeCaller) -> Caller:
    return calls_as(dana)


def problem(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    return response.status_code, response.json()["code"]


# ── Bodies ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b"\xff\xfe", b'{"first_name": NaN}', b"[" * 200_000, b'{"a": ' + b"9" * 5000 + b"}", b"\x00"],
)
def test_malformed_json_is_400(caller: Caller, body: bytes) -> None:
    assert problem(caller.send("post", "candidates/", body)) == (400, "malformed_json")
    assert not Candidate.objects.exists()


def test_json_with_a_byte_order_mark_is_json(caller: Caller, dana: Membership) -> None:
    body = json.dumps({"first_name": "Zoë", "job": str(JobFactory(company=dana.company).pk)})

    response = caller.send("post", "candidates/", codecs.BOM_UTF8 + body.encode())

    assert response.status_code == 201
    assert Candidate.objects.get().first_name == "Zoë"


@pytest.mark.parametrize("body", [[], [{"first_name": "Ada"}], "Ada", 7, None, True])
def test_json_that_is_no_object_is_422(caller: Caller, body: Any) -> None:
    response = caller.send("post", "candidates/", json.dumps(body).encode())

    assert problem(response) == (422, "invalid_input")
    assert list(response.json()["errors"]) == ["body"]


def test_an_oversized_body_is_413(caller: Caller) -> None:
    body = json.dumps({"first_name": "x" * 1024 * 1024}).encode()

    assert problem(caller.send("post", "candidates/", body)) == (413, "body_too_large")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""])
def test_only_json_is_understood(caller: Caller, content_type: str) -> None:
    response = caller.send("post", "candidates/", b"first_name=Ada", content_type)

    assert problem(response) == (415, "unsupported_media_type")


def test_only_json_is_served(caller: Caller) -> None:
    response = caller.client.get(
        "/api/v1/me/", headers={"Authorization": f"Bearer {caller.token}", "Accept": "text/html"}
    )

    assert problem(response) == (406, "not_acceptable")


def test_each_wrong_field_is_named(caller: Caller) -> None:
    response = caller.post(
        "candidates/",
        {
            "first_name": "x" * 81,
            "last_name": None,
            "email": ["a"],
            "phone": "a\x00b",
            "job": "not-a-uuid",
            "as_lead": "maybe",
            "salary": 100,
            "id": "7",
        },
    )

    assert problem(response) == (422, "invalid_input")
    assert response.json()["errors"] == {
        "first_name": ["Use up to 80 characters."],
        "last_name": ["Send a value; null cannot stand here."],
        "email": ["Use text."],
        "phone": ["Null characters are not allowed."],
        "job": ["Use an id, a UUID as lists and answers show it."],
        "as_lead": ["Use true or false."],
        "salary": ["There is no such field."],
        "id": ["There is no such field."],
    }
    assert not Candidate.objects.exists()


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"email": "ada@"}, {"email": ["That email looks incomplete. Check it."]}),
        ({}, {"first_name": ["Enter a name or an email."]}),
        ({"first_name": "  "}, {"first_name": ["Enter a name or an email."]}),
        ({"first_name": "\u200b"}, {"first_name": ["Enter a name or an email."]}),
        ({"first_name": "\ud800"}, {"first_name": ["Surrogate characters are not allowed: U+D800."]}),
    ],
)
def test_what_the_service_refuses_is_named_too(caller: Caller, buyer: Job, body: dict, errors: dict) -> None:
    raw = json.dumps({"job": str(buyer.id), **body}).encode()

    response = caller.send("post", "candidates/", raw)

    assert problem(response) == (422, "invalid_input")
    assert response.json()["errors"] == errors
    assert not Candidate.objects.exists()


def test_a_refusal_can_repeat_half_a_character(caller: Caller, acme: Company) -> None:
    note = b'{"body": "Strong.", "visibility": "\\ud800"}'
    application = ApplicationFactory(job=JobFactory(company=acme))

    assert problem(caller.send("post", f"applications/{application.id}/notes/", note)) == (422, "invalid_input")


def test_an_unknown_field_of_a_change_changes_nothing(caller: Caller, acme: Company) -> None:
    ada = CandidateFactory(company=acme, first_name="Ada")

    response = caller.patch(f"candidates/{ada.id}/", {"first_name": "Eve", "source": None})

    assert problem(response) == (422, "invalid_input")
    assert response.json()["errors"] == {"source": ["There is no such field."]}
    ada.refresh_from_db()
    assert ada.first_name == "Ada"


def test_a_note_has_a_body_of_bounded_length(caller: Caller, buyer: Job) -> None:
    application = ApplicationFactory(job=buyer)
    path = f"applications/{application.id}/notes/"

    for body in ({}, {"body": ""}, {"body": "x" * 10_001}, {"body": "x", "visibility": "nobody"}):
        assert problem(caller.post(path, body)) == (422, "invalid_input")
    assert not application.notes.exists()


# ── Addresses and methods ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "path", ["", "nothing/", "jobs", "jobs/42/", "jobs/not-a-uuid/", "candidates/%00/", "applications/{}/", "me/x"]
)
def test_no_such_address_is_a_problem(caller: Caller, path: str) -> None:
    assert problem(caller.get(path)) == (404, "not_found")
    assert problem(caller.post(path, {})) == (404, "not_found")


def test_a_method_that_is_not_there_is_405(caller: Caller, buyer: Job) -> None:
    for method, path in (("delete", f"jobs/{buyer.id}/"), ("put", "jobs/"), ("options", "jobs/"), ("post", "me/")):
        assert problem(caller.send(method, path, None)) == (405, "method_not_allowed")
    assert Job.objects.filter(pk=buyer.pk).exists()


def test_head_reads_like_get(caller: Caller) -> None:
    response = caller.client.head("/api/v1/jobs/", headers={"Authorization": f"Bearer {caller.token}"})

    assert (response.status_code, response.content) == (200, b"")


# ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("jobs/", {"state": "opened"}, "state"),
        ("jobs/", {"stat": "open"}, "stat"),
        ("jobs/", {"page_size": "0"}, "page_size"),
        ("jobs/", {"page_size": "201"}, "page_size"),
        ("jobs/", {"page_size": "ten"}, "page_size"),
        ("jobs/", {"cursor": "nonsense"}, "cursor"),
        ("jobs/", {"cursor": "cD1ub25zZW5zZQ=="}, "cursor"),
        ("jobs/", {"cursor": "bz0tMQ=="}, "cursor"),
        ("jobs/", {"cursor": "cj14"}, "cursor"),
        ("jobs/", {"cursor": "ü"}, "cursor"),
        ("candidates/", {"search": "a\x00b"}, "search"),
        ("candidates/", {"search": "x" * 201}, "search"),
        ("applications/", {"job": "1"}, "job"),
        ("applications/", {"candidate__email": "x"}, "candidate__email"),
        ("newsfeed/", {"application": "x"}, "application"),
        ("sources/", {"company": "x"}, "company"),
    ],
)
def test_a_filter_that_cannot_be_read_is_422(caller: Caller, path: str, query: dict, field: str) -> None:
    response = caller.get(path, **query)

    assert problem(response) == (422, "invalid_input")
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("path", "query", "sentence"),
    [
        ("jobs/", {"state": "opened"}, "Use one of draft, open, closed."),
        ("applications/", {"job": "1"}, "Use an id, a UUID as lists and answers show it."),
        ("sources/", {"is_active": "yes"}, "Use one of true, false."),
        ("candidates/", {"search": "x" * 201}, "Use up to 200 characters."),
        ("requests/", {"integration": "x"}, "Use one of "),
    ],
)
def test_a_filter_that_cannot_be_read_says_what_can(caller: Caller, path: str, query: dict, sentence: str) -> None:
    assert caller.get(path, **query).json()["detail"].startswith(sentence)


def test_what_is_inside_a_body_says_what_can_be_there(caller: Caller, buyer: Job) -> None:
    sent = {"job_fields": [{"id": "x"}, 7], "location": "Boston", "title": ""}
    answers = caller.patch(f"jobs/{buyer.pk}/", sent).json()["errors"]
    assert answers == {
        "job_fields.0.id": ["Use an id, a UUID as lists and answers show it."],
        "job_fields.0.value": ["Send a value; it cannot be left out."],
        "job_fields.1": ["Use a JSON object."],
        "location": ["Use a JSON object."],
        "title": ["Write something first."],
    }

    hook = caller.post("webhooks/", {"url": "https://a.example/", "facts": ["x"]}).json()["errors"]
    assert list(hook) == ["facts.0"] and hook["facts.0"][0].startswith("Use one of access.lost, application.created, ")
    assert caller.post("webhooks/", {"facts": []}).json()["errors"]["facts"] == ["Name at least one."]
    assert caller.post("prospects/", {"tags": "a"}).json()["errors"]["tags"] == ["Use a JSON list."]
    many = {"email": "a@example.com", "job": str(buyer.pk), "tags": ["a"] * 21}
    assert caller.post("prospects/", many).json()["errors"] == {"tags": ["Use up to 20 entries."]}


def test_lists_are_paged_forwards_and_back_without_gaps(caller: Caller, acme: Company) -> None:
    wanted = [str(job.id) for job in reversed([JobFactory(company=acme) for _ in range(7)])]

    pages, address = [], "/api/v1/jobs/?page_size=3"
    while address:
        body = caller.get(address.removeprefix("/api/v1/")).json()
        pages.append(body)
        link = urlsplit(body["next"] or "")
        address = f"{link.path}?{link.query}" if body["next"] else ""

    assert [[row["id"] for row in page["results"]] for page in pages] == [wanted[:3], wanted[3:6], wanted[6:]]
    assert pages[0]["previous"] is None
    back = urlsplit(pages[2]["previous"])
    middle = caller.get(f"{back.path}?{back.query}".removeprefix("/api/v1/")).json()
    assert [row["id"] for row in middle["results"]] == wanted[3:6]


# ── Many rows ────────────────────────────────────────────────────────────────────────────────────────────────────────
def people(job: Job, count: int, author: Membership) -> Application:
    application = None
    for number in range(count):
        candidate = CandidateFactory(company=job.company, source=Source.objects.filter(company=job.company).first())
        CandidateTagFactory(candidate=candidate, tag=TagFactory(company=job.company))
        application = ApplicationFactory(job=job, candidate=candidate, source=candidate.source)
        applications.write_note(application=application, body=f"Note {number}", by=author)
        NewsfeedEntryFactory(application=application, actor=author)
    assert application is not None
    return application


@pytest.mark.parametrize("who", ["administrator", "member"])
def test_the_number_of_queries_does_not_grow_with_rows(
    dana: Membership, buyer: Job, calls_as: MakeCaller, who: str
) -> None:
    reader = dana if who == "administrator" else on_team(buyer, JobRole.RECRUITER)
    caller = calls_as(reader)
    application = people(buyer, 3, dana)
    NoteFactory.create_batch(3, application=application)
    for _ in range(3):
        on = JobFactory(company=buyer.company)
        ApplicationFactory(job=on, candidate=application.candidate)
    paths = [
        "jobs/",
        "sources/",
        "hiring-processes/",
        "candidates/",
        f"candidates/{application.candidate_id}/",
        "applications/",
        f"applications/{application.id}/notes/",
        "newsfeed/",
        "candidates/?search=candidate",
    ]
    caller.get("me/")  # notes the token's use, which is written once a minute

    def counts() -> dict[str, int]:
        found = {}
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert caller.get(path).status_code == 200
            found[path] = len(queries)
        return found

    few = counts()
    people(buyer, 7, dana)
    NoteFactory.create_batch(7, application=application)
    for _ in range(7):
        on = JobFactory(company=buyer.company)
        ApplicationFactory(job=on, candidate=application.candidate)
    # A search that finds a page of people at once asks once less.
    assert {path: (few[path], asked) for path, asked in counts().items() if asked > few[path]} == {}
    assert max(few.values()) <= 6


# ── Many calls, our own mistakes ─────────────────────────────────────────────────────────────────────────────────────
def test_too_many_calls_of_one_token_wait(
    dana: Membership, calls_as: MakeCaller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE = "2/min"
    now = [1000.0]
    monkeypatch.setattr(TokenThrottle, "timer", staticmethod(lambda: now[0]))
    caller, other = calls_as(dana), calls_as(dana)

    assert [caller.get("me/").status_code for _ in range(2)] == [200, 200]
    response = caller.get("me/")
    assert problem(response) == (429, "throttled")
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert other.get("me/").status_code == 200
    now[0] += 61
    assert caller.get("me/").status_code == 200


def test_counting_calls_asks_the_database_nothing(caller: Caller) -> None:
    caller.get("me/")

    with CaptureQueriesContext(connection) as queries:
        assert caller.get("me/").status_code == 200

    assert len(queries) == 1


def test_a_mistake_of_ours_is_a_problem_without_details(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Any, request: Any) -> Any:
        raise ZeroDivisionError("the password is hunter2")

    monkeypatch.setattr(endpoints.Me, "get", fail)

    response = caller.get("me/")

    assert problem(response) == (500, "internal_error")
    assert "hunter2" not in response.content.decode()
    assert "hunter2" in caplog.text
    assert response.json()["request_id"] == response.headers["X-Request-ID"]


def test_no_answer_is_cached_or_carries_a_cookie(caller: Caller) -> None:
    for path in ("me/", "jobs/?stat=open", "nothing/"):
        response = caller.get(path)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert not response.cookies


@pytest.mark.parametrize(
    ("path", "body"),
    [("candidates/", {"\ud800": 1}), ("applications/", {"as_lead": "\udfff"}), ("candidates/", b'"\\ud800"')],
)
def test_half_a_character_in_a_body_is_said_back_in_one_piece(caller: Caller, path: str, body: Any) -> None:
    response = caller.post(path, body)

    assert problem(response) == (422, "invalid_input")
    response.content.decode()
