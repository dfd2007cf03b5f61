"""Asking one cell: the request in this process, everything it did taken back, and what it wrote and whom it called."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, ClientHandler, encode_multipart

from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorUnreached
from tests.matrix.vendor import rights

_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
# What is kept of every visit, whoever comes: sessions, the shared cache, when a token was used last.
_OF_VISITS = {
    "django_session",
    settings.CACHES["default"]["LOCATION"],
    "api_apitoken",
    "connected_apps_connection",
    "account_emailaddress",
}


@dataclass
class Answer:
    """What came of one request."""

    status: int
    body: bytes
    location: str
    wrote: list[str] = field(default_factory=list)
    """The tables that it wrote to."""
    called: list[str] = field(default_factory=list)
    """The vendors' operations that it asked for."""


class Asker:
    """Sends requests without a server and takes back what they did. Nothing reaches a vendor."""

    def __init__(self) -> None:
        self._handler = ClientHandler(enforce_csrf_checks=False)
        self._requests = RequestFactory()
        self._wrote: list[str] = []
        self._called: list[str] = []

    def ask(
        self,
        method: str,
        address: str,
        *,
        cookie: str = "",
        token: str = "",
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Answer:
        """Send one request.

        Args:
            cookie: the key of a session.
            token: sent as `Authorization: Bearer`.
            form: the fields of a form, files among them; `body` is sent as JSON instead.
        """
        more: dict[str, Any] = dict(headers or {})
        if cookie:
            more["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"
        if token:
            more["Authorization"] = f"Bearer {token}"
        data: Any = b""
        kind = "application/octet-stream"
        if body is not None and any(hasattr(value, "read") for value in body.values()):
            form, body = body, None
        if body is not None:
            data, kind = json.dumps(body, default=str).encode(), "application/json"
        elif form is not None:
            data, kind = encode_multipart(BOUNDARY, dict(form)), MULTIPART_CONTENT
        request = self._requests.generic(method, address, data, content_type=kind, headers=more)
        self._wrote.clear()
        self._called.clear()
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # durable transactions are allowed in it
        with block:
            response: HttpResponse = self._handler(request.environ)
            read = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        return Answer(response.status_code, read, response.get("Location", ""), [*self._wrote], [*self._called])

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := _WRITES.match(sql)) and found[1] not in _OF_VISITS:
            self._wrote.append(found[1])
        return execute(sql, params, many, context)

    @contextmanager
    def listening(self) -> Iterator["Asker"]:
        """Listen to the database, and stand in for the vendors."""

        def instead(name: str, answer: Any) -> Any:
            def call(_: Any, *args: Any, **kwargs: Any) -> Any:
                self._called.append(name)
                if answer is None:
                    raise VendorUnreached("Nobody is there.")
                return answer

            return call

        answers = [one for vendor in rights() for one in vendor.answers().items()]
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(self._note))
            for client, methods in [*answers, (VendorSession, {"request": None, "download": None})]:
                stack.enter_context(
                    patch.multiple(client, **{name: instead(name, answer) for name, answer in methods.items()})
                )
            yield self


def a_file() -> SimpleUploadedFile:
    """Return a small file to upload."""
    return SimpleUploadedFile("cv.txt", b"A curriculum vitae.\n", "text/plain")
