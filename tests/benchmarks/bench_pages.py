"""How long pages take against a floor page of plain Django, for companies of several sizes and readers of each role.

Run with `make bench NAME=pages SIZES=10000,100000` (PostgreSQL; ENGINE=sqlite or both for the other). The site runs
under gunicorn as in production. Before each page comes one request of the floor page: a busy machine slows both.
ARGS='--n 100 --pages "home,job newsfeed"' asks more often, or for fewer pages.
"""

import argparse
import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from devtools.launch import site
from devtools.launch.environment import ROOT, Site
from tests.benchmarks.settings import FLOOR_ADDRESS, QUERIES_HEADER

WARM = 3


@contextlib.contextmanager
def database(size: int) -> Iterator[str]:
    """Yield the DATABASE_URL of a new database, and drop it afterwards: beside the one that is named, else SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    name = f"bench_{size}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def served(environment: Mapping[str, str]) -> Iterator[int]:
    """Run the web server as `make run` starts it; yield its port."""
    here = Site(int(environment["PORT"]), 0, Path(environment["VAR_DIR"]), environment)
    web = site.servers(here)[0]
    process = subprocess.Popen(web.command, cwd=ROOT, env={**environment, **web.environment})
    try:
        deadline = time.monotonic() + 60
        while not site.answers(f"http://127.0.0.1:{here.port}/healthz"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The web server did not start.")
            time.sleep(0.2)
        yield here.port
    finally:
        process.terminate()
        process.wait()


def get(port: int, session: str, address: str) -> tuple[int, float, int]:
    """Return the status, the milliseconds until the last byte, and the number of queries."""
    started = time.perf_counter()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request("GET", address, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        answer.read()
    return answer.status, (time.perf_counter() - started) * 1000, int(answer.headers.get(QUERIES_HEADER, 0))


def measure(port: int, visits: Mapping[str, Any], *, names: Sequence[str], count: int) -> None:
    """Print a line per page and role; pages and roles take turns."""
    sessions: Mapping[str, str] = visits["sessions"]
    pairs = [(name, role) for name in names for role in sessions]
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {pair: [] for pair in pairs}
    asked = {}
    for turn in range(count + WARM):
        for name, role in pairs:
            _, floor, _ = get(port, sessions[role], FLOOR_ADDRESS)
            status, took, asked[name, role] = get(port, sessions[role], visits["pages"][name])
            if status != 200:
                raise SystemExit(f"{name} for {role} answered {status}.")
            if turn >= WARM:
                taken[name, role].append((took, floor))
    floors = [floor for times in taken.values() for _, floor in times]
    print(f"floor: p50 {statistics.median(floors):.1f} ms, p95 {p95(floors):.1f} ms")
    print(f"{'page':<14}{'role':<15}{'p50 ms':>9}{'p95 ms':>9}{'× floor':>9}{'queries':>9}")
    for (name, role), times in taken.items():
        ours, below = [took for took, _ in times], [floor for _, floor in times]
        middle = statistics.median(ours)
        ratio = middle / statistics.median(below)
        print(f"{name:<14}{role:<15}{middle:>9.1f}{p95(ours):>9.1f}{ratio:>9.2f}{asked[name, role]:>9}")


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) * 95 // 100, len(values) - 1)]


def main() -> int:
    """Load and measure each size."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))  # by way of every `finally`
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000", help="candidates, separated by commas")
    parser.add_argument("--pages", default="home,job newsfeed,jobs,board,candidates,record")
    parser.add_argument("--n", type=int, default=30, help="requests of each page by each role")
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        with database(size) as url, tempfile.TemporaryDirectory(prefix="throughline-bench-") as var:
            Path(var, "static").mkdir()
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
                "TESTING": "true",
                "SANDBOX_MODE": "false",
                "SECRET_KEY": secrets.token_hex(32),
                "VAR_DIR": var,
                "PORT": str(port),
                "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
            }
            started = time.monotonic()
            load = [sys.executable, "-m", "tests.benchmarks.loader", str(size)]
            visits = json.loads(
                subprocess.run(load, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout
            )
            engine = urlsplit(url).scheme
            print(f"\n{size:,} candidates on {engine}, loaded in {time.monotonic() - started:.0f} s")
            with served(environment):
                measure(port, visits, names=options.pages.split(","), count=options.n)
    return 0


if __name__ == "__main__":
    sys.exit(main())
