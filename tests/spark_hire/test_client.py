"""The client speaks the contract's examples (spark-hire.md §2), against a server that knows nothing but them.

The sandbox is checked on its own (test_double): a misreading must not sit on both sides of the wire.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integrations.requests.lifecycle import Event
from integrations.spark_hire import schemas
from integrations.spark_hire.client import SparkHireClient
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorError,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
)
from tests.integrations.raw_server import RawServer, raw_server, respond

EXAMPLES = Path(__file__).parent / "examples"
KEY = "3f0e6a9b-8f2f-4a7f-b2dc-0a0f5f1b7e66"
INTERVIEW = "d5c1a6de-3b5f-4d7c-9f5b-2e8a3e0c7b33"
JOB = "0b6f7a52-6f0b-4c1e-9d3e-0a6c2f0f6f11"

pytestmark = pytest.mark.django_db


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def saying(status: str, body: Any, *headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return raw_server(respond(status, content, "Content-Type: application/json", *headers))


def client_of(server: RawServer) -> SparkHireClient:
    return SparkHireClient(base_url=f"http://127.0.0.1:{server.port}/v1.0", key=KEY, deadline_seconds=5)


def heard(server: RawServer, which: int = 0) -> tuple[str, dict[str, str], Any]:
    """Return the request line, the headers in lower case, and the body as JSON."""
    head, _, body = server.heard[which].partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)}
    return line.removesuffix(" HTTP/1.1"), headers, json.loads(body) if body else None


def invite(client: SparkHireClient) -> schemas.Interview:
    return client.create_interview(
        job_id=JOB,
        name="Jane Doe",
        email="jane@example.com",
        deadline=datetime(2026, 3, 10, tzinfo=ZoneInfo("America/Chicago")),
        time_zone="America/Chicago",
        question_set_id="5a1c3f3c-6b0e-4a55-8f0d-7b6f6d1f9a22",
        message="optional text in the invitation",
    )


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_invitation_has_the_shape_of_the_example() -> None:
    with saying("201 Created", example("interview_response")) as server:
        invite(client_of(server))

    line, headers, body = heard(server)
    wanted = example("create_interview_request")
    # §2.4: a question set or questions; we give the set. The instant is the same, written in UTC.
    del wanted["questions"]
    assert line == "POST /v1.0/interviews"
    assert body == {**wanted, "scheduled_at": "2026-03-10T05:00:00+00:00"}
    assert datetime.fromisoformat(body["scheduled_at"]) == datetime.fromisoformat(wanted["scheduled_at"])
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == f"{KEY}:x"


ASKED: list[tuple[Callable[[SparkHireClient], Any], Any, str, Any]] = [
    (lambda client: client.me(), "me", "GET /v1.0/me", None),
    (lambda client: client.jobs(), "jobs", "GET /v1.0/jobs?range=1-100&orderby=updated_desc", None),
    (lambda client: client.question_sets(), "question_sets", "GET /v1.0/question_sets?range=1-100", None),
    (lambda client: client.job(JOB), {"uuid": JOB}, f"GET /v1.0/jobs/{JOB}", None),
    (
        lambda client: client.create_job(title="Senior Buyer", city="Chicago", region="IL", country="US"),
        {"uuid": JOB},
        "POST /v1.0/jobs",
        {"title": "Senior Buyer", "location": {"city": "Chicago", "state": "IL", "country": "US"}},
    ),
    (
        lambda client: client.interview(INTERVIEW),
        "interview_response",
        f"GET /v1.0/interviews/{INTERVIEW}",
        None,
    ),
    (
        lambda client: client.interviews_of_job(JOB, since=datetime(2000, 1, 1, tzinfo=UTC)),
        [],
        f"GET /v1.0/interviews?range=1-100&orderby=created_desc&job%5Buuid%5D={JOB}",
        None,
    ),
    (
        lambda client: client.reschedule(
            INTERVIEW, deadline=datetime(2026, 3, 11, 4, tzinfo=UTC), time_zone="America/New_York"
        ),
        {},
        f"PUT /v1.0/interviews/{INTERVIEW}",
        {"scheduled_at": "2026-03-11T04:00:00+00:00", "timezone": "America/New_York"},
    ),
    (lambda client: client.share_link(INTERVIEW), "share_link", f"GET /v1.0/interviews/{INTERVIEW}/share_link", None),
    (
        lambda client: client.subscribe(url="https://throughline.example/hook/", event="InterviewCompleted"),
        {"uuid": "w"},
        "POST /v1.0/webhooks",
        {"url": "https://throughline.example/hook/", "event": "InterviewCompleted"},
    ),
]


@pytest.mark.parametrize(("ask", "answer", "line", "body"), ASKED, ids=[case[2] for case in ASKED])
def test_each_call_has_the_method_path_and_body_of_the_contract(
    ask: Callable[[SparkHireClient], Any], answer: Any, line: str, body: Any
) -> None:
    with saying("200 OK", example(answer) if isinstance(answer, str) else answer) as server:
        ask(client_of(server))

    assert heard(server)[0] == line
    assert heard(server)[2] == body


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda client: client.delete_interview(INTERVIEW), f"DELETE /v1.0/interviews/{INTERVIEW}"),
        (lambda client: client.unsubscribe("w"), "DELETE /v1.0/webhooks/w"),
    ],
)
def test_a_deletion_is_answered_with_nothing(ask: Callable[[SparkHireClient], Any], line: str) -> None:
    with saying("204 No Content", b"") as server:
        assert ask(client_of(server)) is None

    assert heard(server)[0] == line


# ── What is understood ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_examples_are_understood() -> None:
    assert schemas.account(example("me")) == schemas.Account(
        id="1f0e6a9b-8f2f-4a7f-b2dc-0a0f5f1b7e66", name="Jane Doe", email="jane@example.com"
    )
    assert [schemas.job(row) for row in schemas.rows(example("jobs"))] == [
        schemas.VendorJob(
            id=JOB,
            title="Senior Buyer",
            place="Chicago, IL, USA",
            is_active=True,
            created_at=datetime(2017, 5, 2, 8, tzinfo=UTC),
        )
    ]
    assert [schemas.question_set(row) for row in schemas.rows(example("question_sets"))] == [
        schemas.QuestionSet(id="5a1c3f3c-6b0e-4a55-8f0d-7b6f6d1f9a22", name="First look", question_count=1)
    ]
    assert schemas.interview(example("interview_response")) == schemas.Interview(
        id=INTERVIEW,
        status="completed",
        event=Event.SEEN_COMPLETED,
        job_id=JOB,
        name="John Doe",
        email="john@example.com",
        deadline=datetime(2017, 5, 22, 23, tzinfo=UTC),
        completed_at=None,
        created_at=datetime(2017, 5, 15, 16, 20, 11, tzinfo=UTC),
    )
    assert schemas.share_url(example("share_link")) == "https://www.example.com/share/3d8a1b5c"
    assert schemas.subject_id(example("webhook_interview_completed")) == INTERVIEW


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("requested", Event.SEEN_PENDING),
        ("pending", Event.SEEN_PENDING),
        ("Accepted", Event.SEEN_ACCEPTED),
        ("in_progress", Event.SEEN_STARTED),
        ("In Progress", Event.SEEN_STARTED),
        ("in-progress", Event.SEEN_STARTED),
        (" COMPLETED ", Event.SEEN_COMPLETED),
        ("expired", Event.SEEN_EXPIRED),
        ("canceled", Event.SEEN_CANCELED),
        ("cancelled", Event.SEEN_CANCELED),
        ("under_moderation", Event.SEEN_UNKNOWN),
        ("", Event.SEEN_UNKNOWN),
        (4, Event.SEEN_UNKNOWN),
        (None, Event.SEEN_UNKNOWN),
    ],
)
def test_every_spelling_of_a_status_is_understood(word: Any, event: Event) -> None:
    assert schemas.interview({"uuid": "x", "status": word}).event == event


@pytest.mark.parametrize("shape", ["object", "list"])
def test_an_answer_to_an_invitation_may_be_an_object_or_a_list(shape: str) -> None:
    answer = example("interview_response")
    with saying("201 Created", answer if shape == "object" else [answer]) as server:
        assert invite(client_of(server)).id == INTERVIEW


def test_missing_extra_and_misshapen_members_do_no_harm() -> None:
    odd = {
        "uuid": INTERVIEW,
        "status": "accepted",
        "assigned_to": [{"name": None}],
        "job_post": "x",
        "scheduled_at": "soon",
        "completed_at": 7,
        "new": {"member": []},
    }
    assert schemas.interview(odd) == schemas.Interview(
        id=INTERVIEW,
        status="accepted",
        event=Event.SEEN_ACCEPTED,
        job_id="",
        name="",
        email="",
        deadline=None,
        completed_at=None,
        created_at=None,
    )
    assert schemas.account({"first_name": "Jane", "last_name": "Doe"}).name == "Jane Doe"
    assert schemas.question_set({"uuid": "q", "title": "First look"}).name == "First look"
    assert schemas.job({"uuid": "j", "location": None}).place == ""
    assert schemas.interview({"uuid": "x", "scheduled_at": "2026-03-10T00:00:00Z"}).deadline == datetime(
        2026, 3, 10, tzinfo=UTC
    )
    assert schemas.interview({"uuid": "x", "scheduled_at": "2026-03-10T00:00:00"}).deadline == datetime(
        2026, 3, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("body", [{}, {"uuid": ""}, {"uuid": 7}, [], "text", 7, None, b"{", b"<html>"])
def test_an_answer_without_an_id_is_an_outage_not_a_crash(body: Any) -> None:
    with saying("200 OK", body) as server, pytest.raises(VendorUnavailable):
        client_of(server).interview(INTERVIEW)


@pytest.mark.parametrize("body", [{}, {"data": []}, "text", None, [{}], [7]])
def test_a_list_that_is_none_is_an_outage_not_a_crash(body: Any) -> None:
    with saying("200 OK", body) as server, pytest.raises(VendorUnavailable):
        client_of(server).jobs()


def test_pages_are_read_until_a_short_one_and_each_id_counts_once() -> None:
    pages = [
        [{"uuid": f"job-{number}"} for number in range(100)],
        [{"uuid": f"job-{number}"} for number in range(99, 130)],
    ]

    def answer(connection: Any) -> None:
        respond("200 OK", json.dumps(pages[len(server.heard) - 1]).encode())(connection)

    with raw_server(answer) as server:
        found = client_of(server).jobs()

    assert [job.id for job in found] == [f"job-{number}" for number in range(130)]
    assert [heard(server, which)[0].partition("range=")[2].partition("&")[0] for which in (0, 1)] == [
        "1-100",
        "101-200",
    ]


def test_a_share_link_is_made_where_there_is_none() -> None:
    answers = [
        respond("404 Not Found", b'{"reason": "None."}'),
        respond("201 Created", b'{"url": "https://x.example"}'),
    ]

    def answer(connection: Any) -> None:
        answers[len(server.heard) - 1](connection)

    with raw_server(answer) as server:
        assert client_of(server).share_link(INTERVIEW) == "https://x.example"

    assert [heard(server, which)[0].split()[0] for which in (0, 1)] == ["GET", "POST"]


# ── What goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("400 Bad Request", VendorRejected),
        ("401 Unauthorized", VendorAuthFailed),
        ("403 Forbidden", VendorForbidden),
        ("404 Not Found", VendorNotFound),
        ("409 Conflict", VendorRejected),
        ("410 Gone", VendorNotFound),
        ("422 Unprocessable", VendorRejected),
        ("429 Too Many Requests", VendorRateLimited),
        ("500 Internal Server Error", VendorUnavailable),
        ("503 Service Unavailable", VendorUnavailable),
        ("302 Found", VendorUnavailable),
    ],
)
def test_each_status_is_one_kind_of_error(status: str, error: type[VendorError]) -> None:
    elsewhere = "Location: https://elsewhere.example/"
    with saying(status, example("error_400"), elsewhere) as server, pytest.raises(error) as caught:
        client_of(server).interview(INTERVIEW)

    assert type(caught.value) is error
    assert len(server.heard) == 1


def test_the_vendor_s_reason_is_what_people_read() -> None:
    with saying("400 Bad Request", example("error_400")) as server, pytest.raises(VendorRejected) as caught:
        invite(client_of(server))

    assert str(caught.value) == "scheduled_at is in the past."


def test_a_410_is_told_from_a_404() -> None:
    for status, gone in (("404 Not Found", False), ("410 Gone", True)):
        with saying(status, {}) as server, pytest.raises(VendorNotFound) as caught:
            client_of(server).interview(INTERVIEW)
        assert caught.value.gone is gone


@pytest.mark.parametrize(("header", "seconds"), [("37", 37.0), ("", 60.0), ("soon", 60.0)])
def test_the_pause_is_the_one_in_the_vendor_s_header(header: str, seconds: float) -> None:
    headers = [f"X-Rate-Limit-Try-Again-Seconds: {header}"] if header else []
    with saying("429 Too Many Requests", {}, *headers) as server, pytest.raises(VendorRateLimited) as caught:
        client_of(server).me()

    assert caught.value.retry_after == seconds
