"""Whatever a vendor does, one call ends in time, with an answer or with the right class of error."""

import codecs
import gzip
import json
import logging
import socket
import struct
import time
import tracemalloc
from typing import Any

import pytest
import requests
from django.db import transaction

from recruiting.foundation import http
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorError,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
    VendorUnreached,
)
from tests.cases import case
from tests.integrations.raw_server import RawServer, drip, raw_server, respond

SECRET = "the-secret-key-of-a-member"
# Long against a loaded machine's hiccups, short against a suite's patience.
DEADLINE = 0.6


def session(server: RawServer, **more: Any) -> VendorSession:
    return VendorSession(
        vendor="Acme", base_url=server.url, auth=(SECRET, ""), **{"deadline_seconds": DEADLINE * 5, **more}
    )


def test_an_answer_comes_with_status_headers_and_body(db: None) -> None:
    with raw_server(respond("201 Created", b'{"id": "7"}', "X-Trace: abc")) as server:
        answer = session(server).request("POST", "/things", params={"page": 2}, body={"name": "Ada"})

    assert (answer.status, answer.headers["x-trace"], answer.json()) == (201, "abc", {"id": "7"})
    request = server.heard[0].decode()
    assert request.startswith("POST /v1/things?page=2 HTTP/1.1\r\n")
    assert "Authorization: Basic " in request and "Accept: application/json" in request
    assert request.endswith('\r\n\r\n{"name": "Ada"}')


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(drip(b"", b"", pause=0.05, seconds=1), id="silence"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", pause=0.05, seconds=5), id="headers drip"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", pause=0.05, seconds=5), id="whole headers drip"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"{", pause=0.05, seconds=5), id="a body without a length drips"),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"{", pause=0.05, seconds=5), id="a body drips"
        ),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", pause=0.05, seconds=5),
            id="chunks drip",
        ),
    ],
)
def test_the_deadline_is_the_total_of_a_call(db: None, answer: Any) -> None:
    with raw_server(answer) as server:
        started = time.monotonic()
        with pytest.raises(VendorUnavailable, match=r"^Acme isn't answering\.$"):
            session(server, deadline_seconds=DEADLINE).request("GET", "/slow")
        took = time.monotonic() - started

    assert DEADLINE * 0.9 <= took <= DEADLINE * 1.5


def test_a_slow_answer_within_the_deadline_is_an_answer(db: None) -> None:
    def answer(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}":
            connection.sendall(bytes([byte]))
            time.sleep(0.002)

    with raw_server(answer) as server:
        assert session(server).request("GET", "/slow").json() == {}


def test_one_slow_call_does_not_spoil_the_next_one(db: None) -> None:
    answers = [drip(b"HTTP/1.1 200 OK\r\n\r\n", b"{", pause=0.05, seconds=2), respond("200 OK", b"{}")]

    with raw_server(lambda connection: answers.pop(0)(connection)) as server:
        vendor_session = session(server, deadline_seconds=DEADLINE)
        with pytest.raises(VendorUnavailable):
            vendor_session.request("GET", "/slow")
        assert vendor_session.request("GET", "/quick").json() == {}


# ── Broken answers ───────────────────────────────────────────────────────────────────────────────────────────────────
def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


BOMB = gzip.compress(b"0" * 30_000_000)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(respond("200 OK", b'{"id": ', length=100), id="truncated"),
        pytest.param(respond("200 OK", b"x" * 2_000_001), id="too large"),
        pytest.param(respond("200 OK", b"", length=10**12), id="a terabyte announced"),
        pytest.param(respond("200 OK", BOMB, "Content-Encoding: gzip"), id="gzip bomb"),
        pytest.param(respond("200 OK", b"not gzip", "Content-Encoding: gzip"), id="not the encoding it says"),
        pytest.param(respond("302 Found", b"", "Location: http://127.0.0.1/elsewhere"), id="redirect"),
        pytest.param(respond("500 Internal Server Error", b"<html>Traceback: secret</html>"), id="500 as HTML"),
        pytest.param(respond("503 Service Unavailable", b'{"reason": "secret"}'), id="503"),
        pytest.param(lambda connection: None, id="hangs up"),
        pytest.param(reset, id="connection reset"),
        pytest.param(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), id="not HTTP"),
        pytest.param(respond("200 OK", b"", "X: " + "y" * 70_000), id="a header without an end"),
        pytest.param(respond("200 OK", b"", *[f"X-{n}: y" for n in range(200)]), id="too many headers"),
    ],
)
def test_a_vendor_that_cannot_be_understood_is_unavailable(db: None, settings: Any, answer: Any) -> None:
    settings.VENDOR_MAX_BYTES = 2_000_000

    with raw_server(answer) as server, pytest.raises(VendorUnavailable) as caught:
        session(server).request("GET", "/things")

    assert type(caught.value) is VendorUnavailable
    assert str(caught.value) in (
        "Acme isn't answering.",
        "Acme could not be reached.",
        "Acme has a problem on its side.",
    )
    assert len(server.heard) == 1


def test_a_redirect_is_not_followed(db: None) -> None:
    with raw_server(respond("200 OK", b"{}")) as other:
        elsewhere = respond("307 Temporary Redirect", b"", f"Location: {other.url}/stolen")
        with raw_server(elsewhere) as server, pytest.raises(VendorUnavailable):
            session(server).request("POST", "/things", body={})

    assert other.heard == []


def test_a_bomb_does_not_go_off_in_memory(db: None, settings: Any) -> None:
    settings.VENDOR_MAX_BYTES = 1_000_000
    assert len(BOMB) < 100_000

    with raw_server(respond("200 OK", BOMB, "Content-Encoding: gzip")) as server:
        tracemalloc.start()
        try:
            with pytest.raises(VendorUnavailable):
                session(server, deadline_seconds=10).request("GET", "/bomb")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 8_000_000


def test_a_body_of_exactly_the_cap_is_read(db: None, settings: Any) -> None:
    settings.VENDOR_MAX_BYTES = 50_000

    with raw_server(respond("200 OK", b"x" * 50_000)) as server:
        assert len(session(server).request("GET", "/things").body) == 50_000


def test_an_answer_with_a_byte_order_mark_is_read(db: None) -> None:
    with raw_server(respond("200 OK", codecs.BOM_UTF8 + '{"name": "Zoë"}'.encode())) as server:
        assert session(server).request("GET", "/things").json() == {"name": "Zoë"}


def test_an_answer_that_is_not_json_is_unavailable_when_it_is_read(db: None) -> None:
    for body in [b"", b"<html>", b'{"a": ', b"\xff\xfe", b"[" * 200_000]:
        with case(body[:20]):
            with raw_server(respond("200 OK", body)) as server:
                answer = session(server).request("GET", "/things")

            with pytest.raises(VendorUnavailable, match=r"^The answer could not be read\.$"):
                answer.json()


def test_a_refusal_whose_reason_cannot_be_read_gets_our_own_words(db: None) -> None:
    for body in [b"", b"<html>", b'"words"', b"[1]", b'{"reason": 7}', b"[" * 200_000]:
        with case(body[:20]):
            with raw_server(respond("400 Bad Request", body)) as server, pytest.raises(VendorRejected) as caught:
                session(server).request("GET", "/things")

            assert str(caught.value) == "Acme refused the request."


# ── Statuses ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_status_decides_the_class(db: None) -> None:
    for status, body, kind, words in [
        ("400 Bad Request", b'{"reason": "The date is in the past."}', VendorRejected, "The date is in the past."),
        ("400 Bad Request", b'{"message": "  Bad.  "}', VendorRejected, "Bad."),
        ("400 Bad Request", json.dumps({"error": "x" * 500}).encode(), VendorRejected, "x" * 200),
        ("401 Unauthorized", b"", VendorAuthFailed, "Acme does not accept the key."),
        ("403 Forbidden", b'{"reason": "Not yours."}', VendorForbidden, "Not yours."),
        ("403 Forbidden", b"", VendorForbidden, "Acme does not allow this with this key."),
        ("404 Not Found", b"<html>", VendorNotFound, "Acme does not have this."),
        ("410 Gone", b"", VendorNotFound, "Acme does not have this."),
        ("409 Conflict", b"", VendorRejected, "Acme refused the request."),
        ("422 Unprocessable Entity", b"", VendorRejected, "Acme refused the request."),
        ("500 Internal Server Error", b'{"reason": "secret"}', VendorUnavailable, "Acme has a problem on its side."),
        ("408 Request Timeout", b"", VendorUnavailable, "Acme has a problem on its side."),
        ("425 Too Early", b"", VendorUnavailable, "Acme has a problem on its side."),
        ("304 Not Modified", b"", VendorUnavailable, "Acme has a problem on its side."),
    ]:
        with case(status, body):
            with raw_server(respond(status, body)) as server, pytest.raises(VendorError) as caught:
                session(server).request("GET", "/things")

            assert (type(caught.value), str(caught.value)) == (kind, words)


def test_gone_is_told_from_not_found(db: None) -> None:
    for status, gone in [("404 Not Found", False), ("410 Gone", True)]:
        with case(status):
            with raw_server(respond(status)) as server, pytest.raises(VendorNotFound) as caught:
                session(server).request("GET", "/things")

            assert caught.value.gone is gone


def test_a_pause_is_asked_for_in_seconds(db: None) -> None:
    for headers, seconds in [
        (["X-Wait: 7"], 7.0),
        (["X-Wait: 7", "Retry-After: 9"], 7.0),
        (["Retry-After: 9"], 9.0),
        (["X-Wait: 1.5"], 1.5),
        (["X-Wait: 0"], 1.0),
        (["X-Wait: 99999"], 3600.0),
        (["X-Wait: soon"], 60.0),
        (["X-Wait: -5"], 60.0),
        (["X-Wait: ²"], 60.0),
        (["X-Wait: 1.2.3"], 60.0),
        (["Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"], 60.0),
        ([], 60.0),
    ]:
        with case(headers):
            answer = respond("429 Too Many Requests", b"", *headers)

            with raw_server(answer) as server, pytest.raises(VendorRateLimited) as caught:
                session(server, rate_limit_header="X-Wait").request("GET", "/things")

            assert (caught.value.retry_after, str(caught.value)) == (seconds, "Acme asks us to slow down.")


def test_a_vendor_that_is_not_there_is_unavailable(db: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(VendorUnreached, match=r"^Acme isn't answering\.$"):
        session(RawServer(port=port)).request("POST", "/things", body={})


# ── Errors of Django REST Framework ──────────────────────────────────────────────────────────────────────────────────
def test_the_fields_of_a_refusal_are_told_apart(db: None) -> None:
    for body, words, fields in [
        ({"detail": "Not found."}, "Not found.", {}),
        ({"error": {"message": "That address bounces."}}, "That address bounces.", {}),
        ({"error": {"message": 7, "code": None}}, "Acme refused the request.", {}),
        (
            {"errors": {"candidate": {"email": ["Enter a valid email address."]}}},
            "candidate.email: Enter a valid email address.",
            {"candidate.email": "Enter a valid email address."},
        ),
        (
            {"errors": {"jobrole": ["Unknown.", "Choose another."], "requestor": "No such user."}},
            "jobrole: Unknown. Choose another. requestor: No such user.",
            {"jobrole": "Unknown. Choose another.", "requestor": "No such user."},
        ),
        ({"errors": "There is one already."}, "There is one already.", {"": "There is one already."}),
        ({"errors": ["One.", "Two."]}, "One. Two.", {"": "One. Two."}),
        ({"errors": {"non_field_errors": ["At least 2."]}}, "At least 2.", {"non_field_errors": "At least 2."}),
        ({"errors": [{"email": ["Taken."]}]}, "email: Taken.", {"email": "Taken."}),
        ({"errors": {"a": {"b": {"c": {"d": {"e": {"f": ["Deep."]}}}}}}}, "Acme refused the request.", {}),
        ({"errors": {"x": ["y" * 500]}}, ("x: " + "y" * 200)[:200], {"x": "y" * 200}),
        ({"errors": {"a\u202e\n": ["N\ud800o.\nBcc:\0 x"]}}, "a: No. Bcc: x", {"a": "No. Bcc: x"}),
        ({"errors": None, "detail": 7}, "Acme refused the request.", {}),
    ]:
        with case(body):
            answer = respond("400 Bad Request", json.dumps(body).encode())

            with raw_server(answer) as server, pytest.raises(VendorRejected) as caught:
                session(server).request("POST", "/things", body={})

            assert (str(caught.value), caught.value.field_errors) == (words, fields)


# ── Files behind signed links ────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_is_taken_from_another_host_without_the_key(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with raw_server(respond("200 OK", b"%PDF-1.7 report")) as files:
        link = f"http://127.0.0.1:{files.port}/r.pdf?signature=secret"
        content = session(RawServer(port=1)).download(link, max_bytes=100)

    assert content == b"%PDF-1.7 report"
    assert files.heard[0].startswith(b"GET /r.pdf?signature=secret HTTP/1.1\r\n")
    assert b"authorization" not in files.heard[0].lower()
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (respond("403 Forbidden"), VendorNotFound, "Acme's link to the file no longer works."),
        (respond("404 Not Found"), VendorNotFound, "Acme's link to the file no longer works."),
        (respond("200 OK", b"x" * (2**20 + 1)), VendorRejected, "Acme's file is over 1 MB."),
        (respond("200 OK", BOMB, "Content-Encoding: gzip"), VendorRejected, "Acme's file is over 1 MB."),
        (
            respond("302 Found", b"", "Location: http://127.0.0.1/"),
            VendorUnavailable,
            "Acme has a problem on its side.",
        ),
        (respond("200 OK", b"short", length=99), VendorUnavailable, "Acme isn't answering."),
    ],
)
def test_a_file_that_cannot_be_had(db: None, answer: Any, kind: type[VendorError], words: str) -> None:
    with raw_server(answer) as server, pytest.raises(VendorError) as caught:
        session(server).download(f"{server.url}/r.pdf", max_bytes=2**20)

    assert (type(caught.value), str(caught.value)) == (kind, words)


def test_outside_sandbox_mode_a_link_into_our_own_network_is_not_followed(db: None, settings: Any) -> None:
    settings.SANDBOX_MODE = False

    with (
        raw_server(respond("200 OK", b"%PDF-")) as server,
        pytest.raises(VendorUnreached, match="could not be reached"),
    ):
        session(server).download(f"{server.url}/r.pdf", max_bytes=100)

    assert server.heard == []


# ── Where a call may lead ────────────────────────────────────────────────────────────────────────────────────────────
def test_outside_sandbox_mode_nothing_is_sent_in_the_clear(db: None, settings: Any) -> None:
    settings.SANDBOX_MODE = False

    with raw_server(respond("200 OK")) as server, pytest.raises(VendorUnavailable, match="could not be reached"):
        session(server).request("GET", "/things")

    assert server.heard == []


def test_outside_sandbox_mode_no_byte_goes_to_a_private_address(db: None, settings: Any) -> None:
    settings.SANDBOX_MODE = False

    with raw_server(respond("200 OK")) as server, pytest.raises(VendorUnavailable, match="could not be reached"):
        VendorSession(
            vendor="Acme", base_url=f"https://127.0.0.1:{server.port}", deadline_seconds=DEADLINE * 5
        ).request("GET", "/things")

    assert server.heard in ([], [b""])


def test_the_checked_address_is_the_one_that_was_connected(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SANDBOX_MODE = False
    asked: list[str] = []
    monkeypatch.setattr(http, "is_public", lambda address: bool(asked.append(address)))

    with raw_server(respond("200 OK")) as server, pytest.raises(VendorUnavailable):
        VendorSession(
            vendor="Acme", base_url=f"https://localhost:{server.port}", deadline_seconds=DEADLINE * 5
        ).request("GET", "/things")

    assert asked == ["127.0.0.1"]


def test_a_public_address_is_public() -> None:
    for address in ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"]:
        with case(address):
            assert http.is_public(address)


def test_what_leads_inside_is_not_public() -> None:
    for address in [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "192.88.99.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::7f00:1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
    ]:
        with case(address):
            assert not http.is_public(address)


# ── What must never happen ───────────────────────────────────────────────────────────────────────────────────────────
def test_no_call_inside_a_transaction(db: None) -> None:
    with raw_server(respond("200 OK", b"{}")) as server:
        with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
            session(server).request("GET", "/things")
        assert server.heard == []

        assert session(server).request("GET", "/things").status == 200


def test_no_call_inside_a_real_transaction(transactional_db: None) -> None:
    with raw_server(respond("200 OK", b"{}")) as server:
        with transaction.atomic(), pytest.raises(RuntimeError):
            session(server).request("GET", "/things")
        assert session(server).request("GET", "/things").status == 200


@pytest.mark.parametrize("answer", [respond("200 OK", b"{}"), respond("401 Unauthorized"), reset])
def test_the_key_is_in_no_log_line_and_in_no_error(db: None, caplog: pytest.LogCaptureFixture, answer: Any) -> None:
    caplog.set_level(logging.DEBUG, logger="recruiting.foundation")

    with raw_server(answer) as server:
        try:
            session(server).request("GET", "/things", params={"q": SECRET})
        except VendorError as error:
            said = str(error)
        else:
            said = ""

    lines = [record.getMessage() for record in caplog.records if record.name.startswith("recruiting.foundation")]
    assert len(lines) == 1
    assert lines[0].startswith("Acme GET /things -> ")
    assert SECRET not in said + "".join(lines)


def test_no_proxy_and_no_netrc_of_this_machine_is_used(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(requests.sessions, "get_netrc_auth", lambda url: ("stolen", "stolen"))

    with raw_server(respond("200 OK", b"{}")) as server:
        VendorSession(vendor="Acme", base_url=server.url, deadline_seconds=DEADLINE * 5).request("GET", "/things")

    assert b"Authorization" not in server.heard[0]


# ── Addresses that companies give ────────────────────────────────────────────────────────────────────────────────────
def test_a_company_s_address_is_written_in_one_way(settings: Any) -> None:
    settings.SANDBOX_MODE = False
    for typed, kept in {
        " https://API.Acme.example/v1// ": "https://api.acme.example/v1",
        "HTTPS://acme.example": "https://acme.example",
        "https://acme.example:8443/Ats/": "https://acme.example:8443/Ats",
        "https://xn--strae-oqa.example/": "https://xn--strae-oqa.example",
        "https://[2606:4700:4700::1111]/": "https://[2606:4700:4700::1111]",
        "https://8.8.8.8": "https://8.8.8.8",
    }.items():
        with case(typed):
            assert http.clean_base_url(typed) == kept


def test_an_address_that_cannot_be_called_is_refused_with_a_sentence(settings: Any) -> None:
    settings.SANDBOX_MODE = False
    for typed, words in {
        "": "begins with https://",
        "acme.example": "begins with https://",
        "http://acme.example": "begins with https://",
        "ftp://acme.example": "begins with https://",
        "https://": "isn't an address",
        "https:///v1": "isn't an address",
        "https://acme.example:0": "isn't an address",
        "https://acme.example:99999": "isn't an address",
        "https://[::1": "isn't an address",
        "https://acme.example/a b": "isn't an address",
        "https://acme.example\\@10.0.0.1/": "isn't an address",
        "https://straße.example": "isn't an address",
        f"https://acme.example/{'x' * 300}": "isn't an address",
        "https://me:secret@acme.example": "Leave the part before @",
        "https://acme.example?key=1": "Leave out what follows",
        "https://acme.example/#top": "Leave out what follows",
        "https://localhost": "not on the public internet",
        "https://intranet/v1": "not on the public internet",
        "https://127.0.0.1": "not on the public internet",
        "https://127.1": "not on the public internet",
        "https://2130706433": "not on the public internet",
        "https://0x7f.0.0.0x1": "not on the public internet",
        "https://169.254.169.254/latest": "not on the public internet",
        "https://[::ffff:10.0.0.1]": "not on the public internet",
    }.items():
        with case(typed), pytest.raises(ValueError, match=words):
            http.clean_base_url(typed)


def test_in_sandbox_mode_a_vendor_may_be_on_this_machine() -> None:
    assert http.clean_base_url("http://127.0.0.1:8300/acme/") == "http://127.0.0.1:8300/acme"
    with pytest.raises(ValueError, match="isn't an address"):
        http.clean_base_url("http:///acme")


def test_an_address_that_we_refuse_is_told_from_one_that_does_not_answer(db: None, settings: Any) -> None:
    with raw_server(respond("200 OK")) as server:
        for sandbox_mode in (False, True):
            settings.SANDBOX_MODE = sandbox_mode
            there = f"https://127.0.0.1:{server.port if not sandbox_mode else 1}"
            with pytest.raises(VendorUnreached) as caught:
                VendorSession(vendor="Acme", base_url=there, deadline_seconds=DEADLINE * 5).request("GET", "/things")
            assert caught.value.is_refused_address is not sandbox_mode
