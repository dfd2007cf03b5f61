"""What is asked of the site, and what came back, as a browser would: one connection, gzip understood."""

import contextlib
import gzip
import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

FLOOR_ADDRESS = "/floor/"
QUERIES_HEADER = "X-Queries"


@dataclass(frozen=True)
class Ask:
    """One request: with the session or token in its headers, and the status that answers it."""

    address: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200


@dataclass(frozen=True)
class Answer:
    """What came back: milliseconds until the last byte, queries without savepoints, bytes of text and over the wire."""

    status: int
    took: float
    queries: int
    raw: int
    zipped: int


def send(port: int, ask: Ask) -> Answer:
    """Ask the site on that port. Raises SystemExit for another status than is expected."""
    headers = {"Accept-Encoding": "gzip", **ask.headers}
    started = time.perf_counter()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request(ask.method, ask.address, body=ask.body or None, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != ask.status:
        raise SystemExit(f"{ask.method} {ask.address} answered {answer.status}: {body[:300]!r}")
    if answer.headers.get("Content-Encoding") == "gzip":
        raw, zipped = len(gzip.decompress(body)), len(body)
    else:
        raw, zipped = len(body), len(gzip.compress(body, 6))
    return Answer(answer.status, took, int(answer.headers.get(QUERIES_HEADER, 0)), raw, zipped)
