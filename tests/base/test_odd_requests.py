"""What no browser of ours sends finds the first page, nothing, or a refusal in words, and never an error of ours."""

import base64
import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from recruiting.companies.models import Company, Membership
from recruiting.foundation.pagination import Keyset
from tests import factories
from tests.cases import case, undone
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


BROKEN = [
    packed([[">"], "a", "b"]),
    packed([{">": 1}, "a", "b"]),
    packed([">", {"a": 1}, "b"]),
    packed([">", "a\0", "01980000-0000-7000-8000-000000000000"]),
    packed([">", "\ud800", "01980000-0000-7000-8000-000000000000"]),
    packed([">", 10**400, 10**400]),
    packed([">", float("inf"), float("nan")]),
    packed([">", "z", "01980000-0000-7000-8000-000000000000"]),
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    base64.urlsafe_b64encode(b'{"a":' * 100_000).decode(),
    "A" * 5001,
    "\ud800",
    "a\0",
]


@pytest.mark.both_engines
def test_a_cursor_that_is_none_of_ours_means_the_first_page() -> None:
    for cursor in BROKEN:
        with undone(ascii(cursor[:60])):
            factories.CompanyFactory(name="a")

            assert [row.name for row in Keyset(Company.objects.all(), ("-name", "id"), cursor).page().rows] == ["a"]


def test_a_cursor_of_another_list_means_the_first_page() -> None:
    for name in "abc":
        factories.CompanyFactory(name=name)
    of_names = Keyset(Company.objects.all(), ("name", "id"), "", 2).page().next_cursor

    assert [row.name for row in Keyset(Company.objects.all(), ("name", "id"), of_names, 2).page().rows] == ["c"]
    assert [row.name for row in Keyset(Company.objects.all(), ("-name", "id"), of_names, 2).page().rows] == ["c", "b"]
    assert not Keyset(Membership.objects.all(), ("role", "id"), of_names, 2).page().rows


@pytest.fixture
def client() -> Client:
    return signed_in(factories.administrator(factories.CompanyFactory()))


@pytest.mark.both_engines
def test_nul_in_a_search_finds_nothing_or_what_is_left(client: Client) -> None:
    for address in (
        "/settings/users/",
        "/settings/candidate-sources/types/",
        "/candidates/",
        "/jobs/",
        "/candidates/tags/",
    ):
        assert client.get(f"{address}?q=%00a%00").status_code == 200, address


@pytest.mark.both_engines
def test_nul_in_a_form_is_space(client: Client) -> None:
    answer = client.post("/settings/candidate-sources/new/", {"type": "Job Board", "name": "A\0B"})

    assert answer.status_code == 303
    assert Company.objects.get().sources.filter(name="A B").count() == 1


def test_no_address_holds_nul(client: Client) -> None:
    for path in [
        "/%00",
        "/jobs/%00/",
        "/invitations/a%00b/",
        "/webhooks/acme/a%00b/",
        "/webhooks/acme/a/b%00/",
    ]:
        with case(path):
            for method in ("get", "post"):
                assert getattr(client, method)(path).status_code == 404


def test_cookies_with_nul_are_not_read(client: Client) -> None:
    client.cookies.load('sessionid="abcdefghijk\\000lmnopqrstuvwxyz"')

    assert client.get("/jobs/").headers["Location"] == "/accounts/login/?next=/jobs/"


def test_a_charset_of_a_query_is_ignored(client: Client) -> None:
    for charset in ["hex", "zlib", "rot13", "utf-7", "utf-16", "idna", "unknown", "utf8", "ascii", '"']:
        with case(charset):
            answer = client.get(
                "/candidates/?q=%C3%A9%2B2AA-", headers={"Content-Type": f"text/html; charset={charset}"}
            )

            assert answer.status_code == 200
            assert 'value="é+2AA-"' in answer.content.decode()


def test_a_form_in_another_charset_is_refused_in_words(client: Client) -> None:
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]:
        for charset in ["hex", "utf-7", "utf-16", "latin-1"]:
            with case(kind, charset):
                body = (
                    b"name=a"
                    if "form-urlencoded" in kind
                    else b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--b--'
                )

                answer = client.generic("POST", "/settings/candidate-sources/new/", body, f"{kind}; charset={charset}")

                assert answer.status_code == 400
                assert "UTF-8" in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["text/html; charset*=foo''x", "text/html; charset*=hex''x", 'text/html; charset="\0"']
)
def test_a_content_type_that_cannot_be_read_changes_nothing(header: str) -> None:
    request = RequestFactory().get("/?q=%C3%A9", headers={"Content-Type": header})

    assert request.GET["q"] == "é"


TOO_MANY = "&".join(f"a{number}=b" for number in range(1001))
REFUSED = [
    ("get", f"?{TOO_MANY}", {}, "More was sent than we take at once."),
    ("get", "", {"host": "evil.example"}, "What was sent cannot be read."),
    ("post", "", {"content_type": "multipart/form-data"}, "What was sent cannot be read."),
    ("post", "", {"content_type": "application/x-www-form-urlencoded", "data": TOO_MANY}, "More was sent than we take"),
    ("post", "", {"content_type": "application/x-www-form-urlencoded", "data": "a" * 2_000_000}, "More was sent"),
]


def test_a_request_that_is_broken_itself_is_refused_in_words(client: Client) -> None:
    for method, query, more, sentence in REFUSED:
        with case(method, query[:20], sentence):
            headers = {"host": more["host"]} if "host" in more else {}
            sent = {name: value for name, value in more.items() if name != "host"}

            answer = getattr(client, method)(f"/profile/{query}", headers=headers, **sent)

            assert answer.status_code == 400
            page = answer.content.decode()
            assert '<h1 tabindex="-1" autofocus>This request could not be read.</h1>' in page
            assert sentence in page and "Nothing was changed." in page
            assert "evil.example" not in page


@pytest.mark.parametrize(
    ("path", "headers", "code", "status"),
    [
        ("/api/v1/me/", {"host": "evil.example"}, "refused", 400),
        (f"/api/v1/me/?{TOO_MANY}", {}, "refused", 400),
        ("/api/v2/", {}, "not_found", 404),
        ("/api/v1/%00/", {}, "not_found", 404),
    ],
)
def test_programs_are_refused_with_a_problem(
    client: Client, path: str, headers: dict[str, str], code: str, status: int
) -> None:
    answer = client.get(path, headers=headers)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (answer.json()["code"], answer.json()["status"]) == (code, status)
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_a_fault_before_a_view_of_the_api_is_a_problem_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("recruiting.web.companies.middleware.MembershipMiddleware._current_first", fail)
    client.raise_request_exception = False

    answer = client.get("/api/v1/me/")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.content.decode()
