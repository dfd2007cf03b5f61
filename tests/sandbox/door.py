"""Speaks to a running sandbox over plain sockets, and listens for its webhooks. Uses nothing of our vendor clients."""

import base64
import http.client
import json
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import urlencode

from devtools.sandbox.host.server import SandboxServer


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Caller:
    """Speaks to a running sandbox; `slug` is the vendor whose control calls `fault` uses."""

    server: SandboxServer
    keys: dict[str, str]
    timeout: float = 10
    slug: ClassVar[str] = ""

    def send(self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=self.timeout)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def control(self, method: str, path: str, body: Any = None) -> Answer:
        return self.send(
            method,
            f"/__sandbox__{path}",
            body=b"" if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )

    def browse(self, path: str) -> Answer:
        return self.send("GET", path, headers={"Accept": "text/html"})

    def submit(self, path: str, **fields: str) -> Answer:
        """A form, as a browser on the sandbox's own page would post it."""
        headers = {
            "Accept": "text/html",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.server.url,
            "Sec-Fetch-Site": "same-origin",
        }
        return self.send("POST", path, body=urlencode(fields).encode(), headers=headers)

    def fault(self, operation: str, kind: str, *, times: int = 1, key: str = "", **parameters: Any) -> int:
        answer = self.control(
            "POST",
            f"/{self.slug}/faults",
            {"operation": operation, "kind": kind, "times": times, "parameters": parameters, "key": key},
        )
        assert answer.status == 201, answer.text
        return int(answer.json["id"])


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:ignored".encode()).decode()}


def until(check: Callable[[], Any], *, seconds: float = 5) -> Any:
    """Asks again until the answer is truthy; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


@dataclass
class Receiver:
    """An address for webhooks: what arrived is in `arrived` as (path, body); `statuses` are answered first.

    `heads` holds method and headers of each, in the same order.
    """

    arrived: "queue.Queue[tuple[str, Any]]" = field(default_factory=queue.Queue)
    heads: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    url: str = ""

    def start(self) -> Callable[[], None]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heads.append((self.command, dict(self.headers)))
                receiver.arrived.put((self.path, json.loads(body)))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PUT = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{httpd.server_address[1]}"
        thread = Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
        thread.start()

        def stop() -> None:
            httpd.shutdown()
            httpd.server_close()
            thread.join(2)

        return stop

    def next(self, *, seconds: float = 5) -> tuple[str, Any]:
        return self.arrived.get(timeout=seconds)
