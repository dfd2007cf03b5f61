"""Speaks to a running sandbox over plain sockets, and listens for its webhooks. Uses nothing of our vendor clients."""

import base64
import http.client
import json
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import urlencode

from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox

USERS = (
    {"first_name": "Ann", "last_name": "Admin", "email": "ann@acme.example", "role": "admin"},
    {"first_name": "Sam", "last_name": "Standard", "email": "sam@acme.example", "role": "standard"},
    {"first_name": "Eve", "last_name": "Evaluator", "email": "eve@acme.example", "role": "evaluator"},
    {"first_name": "Dan", "last_name": "Disabled", "email": "dan@acme.example", "role": "disabled"},
)
JOBS = (
    {"title": "Senior Buyer"},
    {"title": "Secret Chief", "visibility": "restricted", "team": ["eve@acme.example"]},
    {"title": "Closed Post", "status": "inactive"},
)
QUESTION_SETS = (
    {
        "name": "First look",
        "questions": [{"text": "Why this job?", "time_limit": 90, "takes": 3, "think_time": "20"}, "Why you?"],
    },
)


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


@dataclass
class Driver(Caller):
    """A sandbox with the account Acme; `keys` by email."""

    slug = "spark-hire"

    @property
    def vendor(self) -> SparkHireSandbox:
        vendor = self.server.vendor("spark-hire")
        assert isinstance(vendor, SparkHireSandbox)
        return vendor

    def api(self, method: str, path: str, body: Any = None, *, by: str = "ann@acme.example", key: str = "") -> Answer:
        return self.send(
            method,
            f"/spark-hire/v1.0{path}",
            body=b"" if body is None else json.dumps(body).encode(),
            headers={**basic(key or self.keys[by]), "Content-Type": "application/json"},
        )

    def job(self, title: str = "Senior Buyer") -> str:
        rows = self.control("GET", "/spark-hire/jobs").json
        return str(next(row["uuid"] for row in rows if row["title"] == title))

    def question_set(self) -> str:
        return str(self.api("GET", "/question_sets").json[0]["uuid"])

    def invitation(self, **changes: Any) -> dict[str, Any]:
        """A valid body for POST /interviews."""
        return {
            "type": "one_way",
            "job_post": {"uuid": self.job()},
            "assigned_to": [{"name": "Jane Doe", "email": "jane@example.com"}],
            "scheduled_at": "7 days from now",
            "interview_question_set": self.question_set(),
            **changes,
        }

    def invite(self, *, by: str = "ann@acme.example", **changes: Any) -> dict[str, Any]:
        answer = self.api("POST", "/interviews", self.invitation(**changes), by=by)
        assert answer.status == 201, answer.text
        shape: dict[str, Any] = answer.json
        return shape

    def act(self, number: str, act: str, **data: Any) -> Answer:
        return self.control("POST", f"/spark-hire/interviews/{number}/{act}", data)

    def interviews(self, **query: str) -> list[dict[str, Any]]:
        shapes: list[dict[str, Any]] = self.control("GET", f"/spark-hire/interviews?{urlencode(query)}").json
        return shapes


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:ignored".encode()).decode()}


def seed(database: Path) -> dict[str, str]:
    """Makes the account Acme; returns its keys by email. The file is whole afterwards, without a log beside it."""
    vendor = SparkHireSandbox.at(database)
    keys = vendor.seed(company="Acme", users=USERS, jobs=JOBS, question_sets=QUESTION_SETS)
    vendor.store.close()
    return keys


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
