"""The host as a server: its clock page, its command, and what an odd client meets."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from devtools.management.commands import sandbox as command
from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from recruiting.foundation import clock
from tests.sandbox.door import until
from tests.spark_hire.door import Door, seed

pytestmark = pytest.mark.prove


def test_the_clock_goes_to_an_instant_and_to_a_zones_midnight(sandbox: Door) -> None:
    sandbox.control("POST", "/clock", {"to": "2026-11-10T12:00:00+00:00"})

    before = sandbox.control("POST", "/clock", {"zone": "America/Chicago", "move": "before_midnight"}).json["now"]
    midnight = sandbox.control("POST", "/clock", {"zone": "America/Chicago"}).json["now"]

    assert datetime.fromisoformat(before).replace(second=0, microsecond=0) == datetime(2026, 11, 11, 5, 59, tzinfo=UTC)
    assert datetime.fromisoformat(midnight).replace(second=0, microsecond=0) == datetime(2026, 11, 11, 6, tzinfo=UTC)
    assert "Wed 11 Nov 2026" in sandbox.browse("/__sandbox__/clock").text


@pytest.mark.parametrize(
    "body", [{}, {"by": "long"}, {"to": "2026-11-10"}, {"to": "noon"}, {"zone": "Mars"}, {"zone": "UTC", "move": "x"}]
)
def test_a_senseless_clock_call_is_refused(sandbox: Door, body: dict[str, str]) -> None:
    assert sandbox.control("POST", "/clock", body).status == 400
    assert clock.offset() == timedelta(0)


def test_moving_the_clock_expires_at_once(sandbox: Door) -> None:
    sandbox.invite()

    sandbox.control("POST", "/clock", {"by": 8 * 86400})

    assert sandbox.vendor.records.interviews(None)[0]["status"] == "expired"


def test_a_public_address_is_allowed_and_used_in_links(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite3"
    keys = seed(database)
    public = "http://sandbox.test:9000"
    with SandboxServer(database=database, vendors=[SparkHireSandbox], public_url=public) as server:
        sandbox = Door(server, keys)
        assert sandbox.send("GET", "/__sandbox__/health", headers={"Host": "sandbox.test:9000"}).status == 200
        assert sandbox.api("GET", "/me").json["avatar"].startswith(f"{public}/spark-hire/")


def test_the_database_is_private(tmp_path: Path) -> None:
    seed(tmp_path / "own.sqlite3")

    assert (tmp_path / "own.sqlite3").stat().st_mode & 0o077 == 0


def test_odd_clients_are_answered_or_let_go(sandbox: Door) -> None:
    with socket.create_connection(("127.0.0.1", sandbox.server.port), timeout=5) as odd:
        odd.sendall(b"POST /__sandbox__/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n")
        assert odd.recv(100).startswith(b"HTTP/1.1 413")
    with socket.create_connection(("127.0.0.1", sandbox.server.port), timeout=5) as odd:
        odd.sendall(b"POST /__sandbox__/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhalf")
    assert sandbox.control("GET", "/health").json == {"ok": True, "vendors": ["spark-hire"]}


def test_one_connection_serves_many_requests(sandbox: Door) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.server.port, timeout=5)
    try:
        for _ in range(3):
            connection.request("HEAD", "/__sandbox__/health")
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, b"")
            socket_used = connection.sock
        assert connection.sock is socket_used
    finally:
        connection.close()


def test_stopping_is_fast_even_with_a_hanging_call(sandbox: Door) -> None:
    sandbox.fault("me", "hang_after", seconds=60)
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.server.port, timeout=30)
    connection.request("GET", "/spark-hire/v1.0/me")
    until(lambda: sandbox.control("GET", "/spark-hire/requests?operation=me").json)

    started = time.monotonic()
    sandbox.server.stop()

    assert time.monotonic() - started < 2
    connection.close()


def test_an_interrupted_commit_is_not_made(sandbox: Door) -> None:
    sandbox.fault("create_interview", "commit_delay", seconds=60)
    body = json.dumps(sandbox.invitation()).encode()
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.server.port, timeout=30)
    from tests.sandbox.door import basic

    headers = {**basic(sandbox.keys["ann@acme.example"]), "Content-Type": "application/json"}
    connection.request("POST", "/spark-hire/v1.0/interviews", body, headers)
    until(lambda: sandbox.control("GET", "/spark-hire/requests?operation=create_interview").json)

    sandbox.server.stop()
    connection.close()

    assert SparkHireSandbox.at(sandbox.server.store.path).records.interviews(None) == []


def test_the_command_says_when_its_port_is_taken(sandbox: Door, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot listen on 127\.0\.0\.1"):
        call_command(
            "sandbox",
            port=sandbox.server.port,
            database=str(tmp_path / "other.sqlite3"),
            vendor=["devtools.sandbox.spark_hire.SparkHireSandbox"],
        )


def test_the_command_refuses_what_is_no_sandbox(tmp_path: Path) -> None:
    for path in ("integrations.nowhere.Sandbox", "devtools.sandbox.host.store.Store"):
        with pytest.raises(CommandError, match=path):
            call_command("sandbox", port=0, database=str(tmp_path / "s.sqlite3"), vendor=[path])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_and_stops_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    options = ["--database", str(tmp_path / "s.sqlite3"), "--vendor", "devtools.sandbox.spark_hire.SparkHireSandbox"]
    process = subprocess.Popen(
        [sys.executable, "-m", "devtools", "sandbox", "--port", "0", *options],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "devtools.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[-1]
        connection = http.client.HTTPConnection(url.split("/")[2], timeout=10)
        connection.request("GET", "/__sandbox__/health")
        assert json.loads(connection.getresponse().read()) == {"ok": True, "vendors": ["spark-hire"]}
        connection.close()
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_the_command_plays_the_vendors_of_the_registered_integrations() -> None:
    assert {vendor.slug for vendor in command.vendors([])} >= {"spark-hire", "crosschq"}
