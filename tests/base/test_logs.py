"""No log line, of whichever logger, carries an address that works for whoever has it, or a key."""

import io
import logging
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from gunicorn.config import Config
from gunicorn.glogging import Logger

from recruiting.foundation import logs

SECRET = "tG3-x_Vq9LrN0aZ7sKcW1eYbP5mUhD2f"
LINES = [
    (f"POST /webhooks/acme/{SECRET}/ HTTP/1.1", "POST /webhooks/acme/***/ HTTP/1.1"),
    (f"/webhooks/acme-interviews/{SECRET}/interview.done/?a=b", "/webhooks/acme-interviews/***/interview.done/?a=b"),
    (f'"http://site/invitations/{SECRET}/"', '"http://site/invitations/***/"'),
    (f"/accounts/password/reset/key/3x-{SECRET}/", "/accounts/password/reset/key/***/"),
    (f"GET https://site/shared-files/{SECRET}/", "GET https://site/shared-files/***/"),
    ("/accounts/password/reset/key/done/", "/accounts/password/reset/key/done/"),
    (f"/accounts/confirm-email/Nw:{SECRET}/", "/accounts/confirm-email/***/"),
    (f"https://files.example/a.pdf?x=1&X-Amz-Signature={SECRET}&y=2", None),
    (f"https://files.example/a.pdf?token={SECRET}", "https://files.example/a.pdf?token=***"),
    (f"Authorization: Bearer tl_{SECRET}", "Authorization: Bearer ***"),
    (f"what was sent: tl_{SECRET}.", "what was sent: tl_***."),
    (f"/accounts/login/?next=%2Finvitations%2F{SECRET}%2F", "/accounts/login/?next=%2Finvitations%2F***%2F"),
    (f"/webhooks%2facme/{SECRET}%2F?x", "/webhooks%2facme/***%2F?x"),
    (f"to <{SECRET}.ada@mail.example.com>: no", "to <***>: no"),
    (f"GET /candidates/?q={SECRET}%40example.com&page=2", "GET /candidates/?q=***&page=2"),
    (f"error\nDETAIL:  Failing row contains (1, {SECRET},\n{SECRET}).", "error\nDETAIL: ***"),
    (
        f"a\nDETAIL:  Key (email)=({SECRET}) exists.\n\nThe above exception was the cause of:\nb",
        "a\nDETAIL: ***\n\nThe above exception was the cause of:\nb",
    ),
    ("GET /jobs/?q=key&page=2", "GET /jobs/?q=key&page=2"),
    ("Outbox message 0190 (integrations.read_delivery) failed", None),
]


@pytest.mark.parametrize(("line", "masked"), LINES)
def test_secrets_are_masked_and_the_rest_stays(line: str, masked: str | None) -> None:
    assert logs.mask(line) == (masked or line.replace(SECRET, "***"))


def test_every_address_with_a_secret_in_its_path_is_known_to_the_mask() -> None:
    found = list(secret_addresses(get_resolver()))

    assert "invitations/" + SECRET + "/" in found
    assert len(found) >= 4
    for address in found:
        assert SECRET not in logs.mask(f"Not Found: /{address}"), address


def test_django_and_our_own_loggers_write_no_secret(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError(f"while reading /invitations/{SECRET}/")

    monkeypatch.setattr("integrations.registry.get", fail)
    client.raise_request_exception = False

    answer = client.post(f"/webhooks/acme/{SECRET}/", b"{}", content_type="application/json")
    logging.getLogger("somebody.elses").warning("%(path)s", {"path": f"/webhooks/acme/{SECRET}/"})

    assert answer.status_code == 500
    assert "Internal Server Error: /webhooks/acme/***/" in caplog.text
    assert "ZeroDivisionError: while reading /invitations/***/" in caplog.text
    assert SECRET not in caplog.text


def test_gunicorn_writes_no_secret_into_its_access_log(access_log: io.StringIO) -> None:
    config = Config()
    config.set("accesslog", "-")
    logger = Logger(config)
    logging.getLogger("gunicorn.access").addHandler(logging.StreamHandler(access_log))
    request = SimpleNamespace(headers=[("REFERER", f"http://site/invitations/{SECRET}/")])
    path = f"/webhooks/acme/{SECRET}/"
    environ = {
        "REQUEST_METHOD": "POST",
        "RAW_URI": path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_REFERER": f"http://site/invitations/{SECRET}/",
    }
    answer = SimpleNamespace(status="200 OK", sent=7, headers=[])

    logger.access(answer, request, environ, SimpleNamespace(seconds=0, microseconds=10, total_seconds=lambda: 0.1))

    assert '"POST /webhooks/acme/***/ HTTP/1.1" 200 7 "http://site/invitations/***/"' in access_log.getvalue()
    assert SECRET not in access_log.getvalue()


@pytest.fixture
def access_log() -> Iterator[io.StringIO]:
    loggers = [logging.getLogger(name) for name in ("gunicorn.access", "gunicorn.error")]
    before = [(logger.handlers[:], logger.propagate, logger.level) for logger in loggers]
    yield io.StringIO()
    for logger, (handlers, propagate, level) in zip(loggers, before, strict=True):
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


SECRET_PARAMETER = re.compile(r"<(?:\w+:)?(?:token|key|secret|code|signature)>")
ANY_PARAMETER = re.compile(r"<(?:\w+:)?\w+>")


def secret_addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Give every address of the site whose path holds a secret, by the name of the parameter."""
    for entry in resolver.url_patterns:
        here = f"{before}{entry.pattern}".replace("^", "").replace("$", "").replace("(?P", "(?:")
        if isinstance(entry, URLResolver):
            yield from secret_addresses(entry, here)
        elif isinstance(entry, URLPattern) and SECRET_PARAMETER.search(here):
            filled = re.sub(r"\(\?:(<\w+>)[^)]*\)", r"\1", here)
            yield ANY_PARAMETER.sub("other", SECRET_PARAMETER.sub(SECRET, filled))
