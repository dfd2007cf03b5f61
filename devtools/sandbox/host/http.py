"""What a sandbox receives and answers, as plain values.

Handlers take a `Request` and return a `Response`; they never see a socket. Everything that needs the socket (resets,
drips, hangs) belongs to `devtools.sandbox.host.server`.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Any
from urllib.parse import parse_qs

from devtools.sandbox.host.faults import Fault

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"

# Sandbox pages run no script and load nothing from elsewhere; the browser is told so.
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Refusal(Exception):
    """What is asked is not done: the status of the answer, and a sentence for a person to read."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class BadRequest(Refusal):
    """The caller sent something that cannot be read; the reason says what."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, reason)


def _no_fault(kind: str) -> Fault | None:
    return None


def _no_wait(seconds: float) -> bool:
    return True


@dataclass(slots=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Message
    body: bytes
    now: datetime
    params: dict[str, str] = field(default_factory=dict)
    operation: str = ""
    # Returns the fault of that kind which is due for this request and uses it up once; None when there is none.
    take_fault: Callable[[str], Fault | None] = _no_fault
    # Sleeps real seconds; False when the server was stopped meanwhile.
    wait: Callable[[float], bool] = _no_wait

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else default

    def wants_html(self) -> bool:
        """True for a browser: it names text/html in Accept, which no API client here does."""
        return "text/html" in (self.headers.get("Accept") or "")

    def is_json(self) -> bool:
        return (self.headers.get("Content-Type") or "").split(";")[0].strip().lower() == "application/json"

    def json(self) -> Any:
        """The body as JSON; raises BadRequest with a sentence when it is not."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise BadRequest("The body is not valid JSON.") from error

    def form(self) -> dict[str, str]:
        """The fields of a posted form, the last value of each name."""
        try:
            fields = parse_qs(self.body.decode("utf-8"), keep_blank_values=True)
        except (UnicodeDecodeError, ValueError) as error:
            raise BadRequest("The form cannot be read.") from error
        return {name: values[-1] for name, values in fields.items()}

    def data(self) -> dict[str, Any]:
        """What a control call sends: a JSON object, or the fields of a form; empty when there is no body."""
        if not self.body:
            return {}
        if not self.is_json():
            return dict(self.form())
        value = self.json()
        if not isinstance(value, dict):
            raise BadRequest("The body must be a JSON object.")
        return value

    def basic_user(self) -> str:
        """The user name of HTTP Basic authentication, '' when there is none."""
        scheme, _, encoded = (self.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            return ""
        try:
            return base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""


@dataclass(slots=True)
class Response:
    """One answer. `headers` come on top of Content-Type and Content-Length."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def json_response(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, json.dumps(value, ensure_ascii=False).encode("utf-8"), JSON, dict(headers or {}))


def html_response(text: str, *, status: int = 200) -> Response:
    return Response(status, text.encode("utf-8"), HTML, dict(PAGE_HEADERS))


def redirect(location: str) -> Response:
    """303: the browser follows with GET, so a reload repeats nothing."""
    return Response(303, b"", HTML, {"Location": location, "Cache-Control": "no-store"})


def done(request: Request, value: Any, *, back: str, status: int = 200) -> Response:
    """A browser goes `back` to a page, everybody else gets `value` as JSON."""
    return redirect(back) if request.wants_html() else json_response(value, status=status)


def no_content() -> Response:
    return Response(204)
