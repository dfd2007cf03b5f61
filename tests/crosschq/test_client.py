"""The client speaks the contract's examples (crosschq.md §2), against a server that knows nothing but them.

The sandbox is checked on its own (test_double): a misreading must not sit on both sides of the wire.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from integrations.crosschq import schemas
from integrations.crosschq.client import CrosschqClient
from integrations.crosschq.payload import Payload, Person
from integrations.requests.lifecycle import Event
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorError,
    VendorNotFound,
    VendorRejected,
    VendorUnavailable,
)
from tests.integrations.raw_server import RawServer, raw_server, respond

EXAMPLES = Path(__file__).parent / "examples"
KEY = "b7e1c0ffee5a4d0f8c2e"
REQUEST = "d5c1a6de-3b5f-4d7c-9f5b-2e8a3e0c7b33"
PAYLOAD = Payload(
    candidate=Person("Ada", "Lovelace", "ada@example.com"),
    phone="+15125550123",
    survey="brand-marketer-manager",
    requestor="rita@acme.example",
    counts={"managers": 1, "peers": 2},
    position="Engine Programmer",
    message="Please name people who saw you work.",
    sms_message="Ada, please name your references.",
    hiring_managers=(Person("Hugo", "Manager", "hugo@acme.example"), Person("Ida", "Chief", "ida@acme.example")),
)

pytestmark = pytest.mark.django_db


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def saying(status: str, body: Any, *headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return raw_server(respond(status, content, "Content-Type: application/json", *headers))


def client_of(server: RawServer, version: str = "v1") -> CrosschqClient:
    return CrosschqClient(base_url=f"http://127.0.0.1:{server.port}", key=KEY, version=version, deadline_seconds=5)


def heard(server: RawServer, which: int = 0) -> tuple[str, dict[str, str], Any]:
    """Return the request line, the headers in lower case, and the body as JSON."""
    head, _, body = server.heard[which].partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)}
    return line.removesuffix(" HTTP/1.1"), headers, json.loads(body) if body else None


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_request_has_the_shape_of_the_example_and_the_raw_key() -> None:
    with saying("201 Created", example("create_response")) as server:
        made = client_of(server).create(PAYLOAD)

    line, headers, body = heard(server)
    assert made == REQUEST
    assert line == "POST /partners/reference-request/"
    assert headers["authorization"] == KEY
    assert body == {**example("create_request"), "send_past_due_notification": False}


def test_the_second_version_takes_text_messages_and_every_hiring_manager() -> None:
    with saying("200 OK", {"id": 7}) as server:
        made = client_of(server, "v2").create(PAYLOAD)

    line, _, body = heard(server)
    assert (made, line) == ("7", "POST /api/v2/reference-request/")
    assert body["sms_message"] == "Ada, please name your references."
    assert [manager["first_name"] for manager in body["hiring_managers"]] == ["Hugo", "Ida"]


def test_without_a_phone_nothing_is_sent_by_text() -> None:
    payload = Payload.from_json({**PAYLOAD.to_json(), "phone": "", "hiring_managers": [], "message": ""})

    body = schemas.create_body(payload, version="v2")

    assert body["use_sms"] is False
    assert set(body["candidate"]) == {"first_name", "last_name", "email"}
    assert not {"sms_message", "hiring_manager", "hiring_managers", "candidate_message"} & set(body)


ASKED: list[tuple[str, Callable[[CrosschqClient], Any], Any, str]] = [
    ("v1", lambda client: client.minimum_total(), "config", "GET /partners/config/"),
    ("v1", lambda client: client.surveys(), "jobroles_v2", "GET /api/v2/settings/jobrole/"),
    ("v1", lambda client: client.check(REQUEST), "get_pending", f"GET /partners/reference-request/{REQUEST}/"),
    ("v2", lambda client: client.check("a/b c"), "get_pending", "GET /api/v2/reference-request/a%2Fb%20c/"),
    (
        "v1",
        lambda client: client.checks_of("ada@example.com", since=datetime(2000, 1, 1, tzinfo=UTC)),
        "list_v2",
        "GET /api/v2/reference-request/?email=ada%40example.com&limit=100&offset=0",
    ),
    ("v2", lambda client: client.cancel(REQUEST), {}, f"POST /api/v2/reference-request/{REQUEST}/cancel/"),
    ("v2", lambda client: client.remind(REQUEST), {}, f"POST /api/v2/reference-request/{REQUEST}/remind/"),
    ("v1", lambda client: client.prospects(limit=50), "prospects", "GET /api/v2/prospects/?limit=50"),
    (
        "v1",
        lambda client: client.prospects(created_after=datetime(2026, 1, 2, tzinfo=UTC), cursor="c=1"),
        "prospects",
        "GET /api/v2/prospects/?limit=100&created_after=2026-01-02T00%3A00%3A00%2B00%3A00&cursor=c%3D1",
    ),
]


@pytest.mark.parametrize(("version", "ask", "answer", "line"), ASKED, ids=[case[3] for case in ASKED])
def test_each_call_has_the_method_and_path_of_the_contract(
    version: str, ask: Callable[[CrosschqClient], Any], answer: Any, line: str
) -> None:
    with saying("200 OK", example(answer) if isinstance(answer, str) else answer) as server:
        ask(client_of(server, version))

    assert heard(server)[0] == line
    assert heard(server)[1]["authorization"] == KEY


def test_every_path_ends_with_a_slash() -> None:
    paths = [schemas.CONFIG, schemas.SURVEYS, schemas.LIST, schemas.PROSPECTS]
    for table in schemas.PATHS.values():
        paths += [path for path in vars(table).values() if path]

    assert [path for path in paths if not path.endswith("/")] == []


def test_a_redirect_is_an_error_and_is_not_followed() -> None:
    with raw_server(respond("200 OK", b"{}")) as other:
        elsewhere = respond("301 Moved Permanently", b"", f"Location: {other.url}/")
        with raw_server(elsewhere) as server, pytest.raises(VendorUnavailable):
            client_of(server).create(PAYLOAD)

    assert other.heard == []


# ── What is understood ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_completed_request_is_read() -> None:
    check = schemas.check(example("get_completed"))

    assert (check.id, check.email, check.position) == (REQUEST, "ada@example.com", "Engine Programmer")
    assert (check.event, check.progress, len(check.references), check.answered) == (Event.SEEN_COMPLETED, 100, 3, 2)
    assert check.report_url == "https://app.example.com/report/3d8a1b5c/"
    assert "summary.pdf?" in check.summary_pdf and "full.pdf?" in check.full_pdf
    assert check.status_updated_on == datetime(2026, 2, 25, 9, 30, 0, 654321, tzinfo=UTC)
    assert check.references[1].phone == ""


def test_a_pending_request_is_read_with_its_nulls() -> None:
    check = schemas.check(example("get_pending"))

    assert (check.event, check.progress, check.references) == (Event.SEEN_PENDING, 0, ())
    assert (check.report_url, check.full_pdf, check.status_updated_on) == ("", "", None)


def test_the_webhook_s_example_names_its_request_and_candidate() -> None:
    assert schemas.subject(example("webhook_completed")) == (REQUEST, "ada@example.com")


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"id": None}, {"candidate": "Ada"}])
def test_a_webhook_without_an_id_names_nothing(body: Any) -> None:
    assert schemas.subject(body) == ("", "")


@pytest.mark.parametrize(
    ("status", "progress", "references", "event", "unknown"),
    [
        ("pending", 0, None, Event.SEEN_PENDING, False),
        ("Pending", "0", [], Event.SEEN_PENDING, False),
        ("pending", 0, [{"status": "sent"}], Event.SEEN_STARTED, False),
        ("in_progress", 40, [], Event.SEEN_STARTED, False),
        ("In Progress", "40.0", [], Event.SEEN_STARTED, False),
        ("past_due", 10, [], Event.SEEN_STARTED, False),
        ("awaiting moon", 0, None, Event.SEEN_STARTED, True),
        ("", None, None, Event.SEEN_STARTED, True),
        ("cancelled", 40, [], Event.SEEN_CANCELED, False),
        ("declined", 0, [], Event.SEEN_CANCELED, False),
        ("completed", 99, [], Event.SEEN_STARTED, False),
        ("in_progress", 100, [], Event.SEEN_COMPLETED, False),
        ("archived", "100", [], Event.SEEN_COMPLETED, False),
        ("in_progress", 250, [], Event.SEEN_COMPLETED, False),
        ("in_progress", -1, [], Event.SEEN_STARTED, False),
        ("in_progress", True, "none", Event.SEEN_STARTED, False),
        ("in_progress", "many", [None, 7, {}], Event.SEEN_STARTED, False),
    ],
)
def test_progress_decides_what_is_complete_and_unknown_words_are_under_way(
    status: str, progress: Any, references: Any, event: Event, unknown: bool
) -> None:
    check = schemas.check({"id": "r", "status": status, "progress": progress, "references": references, "new": {}})

    assert (check.event, check.status_is_unknown, check.status) == (event, unknown, status)


def test_limits_are_numbers_as_text_and_as_numbers() -> None:
    [survey] = schemas.surveys(example("jobroles_v2"))
    as_text = schemas.survey({"id": 7, "relationships": example("config")["relationships"]})

    assert (survey.codename, survey.name) == ("brand-marketer-manager", "Brand Marketer - Manager")
    assert survey.limits["managers"] == (0, 10, 2)
    assert list(survey.limits) == ["managers", "employees", "peers", "business", "social"]
    assert (as_text.codename, as_text.name, as_text.limits["managers"]) == ("7", "7", (0, 10, 2))
    assert schemas.minimum_total(example("config")) == schemas.minimum_total({"min_reference_count": "2"}) == 2


def test_prospects_are_read_and_those_without_an_id_left_out() -> None:
    page = schemas.prospects(example("prospects"))
    odd = schemas.prospects({"results": [{"id": 5}, {"email": "x@y.example"}, "x"], "count": "9", "next_cursor": None})

    assert page.prospects[0].first_name == "Zoë"
    assert page.cursor == (example("prospects")["next_cursor"] or "")
    assert ([prospect.id for prospect in odd.prospects], odd.total, odd.cursor) == (["5"], 9, "")


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b'{"id": ""}', b"<html>"])
def test_an_answer_without_what_is_needed_is_an_outage(body: bytes) -> None:
    with saying("200 OK", body) as server, pytest.raises(VendorUnavailable):
        client_of(server).check(REQUEST)


def test_the_list_is_read_to_its_end_and_filtered_again() -> None:
    def row(number: int, email: str = "ADA@example.com", made: str = "2026-02-24T12:00:00Z") -> dict[str, Any]:
        return {"id": str(number), "candidate": {"email": email}, "created_at": made}

    pages = [
        {"results": [row(1), row(2, "eve@example.com")], "next": "https://elsewhere.example/?offset=100"},
        {"results": [row(1), row(3, made="2020-01-01T00:00:00Z"), {**row(4), "created_at": None}], "next": None},
    ]
    with raw_server(lambda connection: respond("200 OK", json.dumps(pages.pop(0)).encode())(connection)) as server:
        found = client_of(server).checks_of("ada@example.com", since=datetime(2026, 1, 1, tzinfo=UTC))

    assert [check.id for check in found] == ["1", "4"]
    assert heard(server, 1)[0].endswith("&limit=100&offset=100")


@pytest.mark.parametrize(
    ("status", "name", "kind", "words"),
    [
        ("400 Bad Request", "error_400", VendorRejected, "candidate.email: Enter a valid email address."),
        ("401 Unauthorized", "error_401", VendorAuthFailed, "Invalid token."),
        ("404 Not Found", "error_404", VendorNotFound, "Not found."),
    ],
)
def test_the_examples_of_errors_are_understood(status: str, name: str, kind: type[VendorError], words: str) -> None:
    with saying(status, example(name)) as server, pytest.raises(VendorError) as caught:
        client_of(server).create(PAYLOAD)

    assert (type(caught.value), str(caught.value)) == (kind, words)
