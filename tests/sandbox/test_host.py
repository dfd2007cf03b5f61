"""What every run knows of the host: its clock, the safety of its controls, and that it knows nothing of ours.

The rest of what it can do is in this folder too, and runs with `make prove NAME=sandbox`; what a vendor's double can
do is in the vendor's folder of tests (`make prove NAME=<vendor>`).
"""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from recruiting.foundation import clock
from tests.spark_hire.door import Door


def test_the_clock_moves_for_us_and_for_the_vendor(sandbox: Door) -> None:
    before = clock.now()

    moved = sandbox.control("POST", "/clock", {"by": 86400}).json

    assert moved["offset_seconds"] == pytest.approx(86400, abs=5)
    assert clock.now() - before >= timedelta(days=1)
    assert datetime.fromisoformat(sandbox.invite()["created_at"]) >= (before + timedelta(days=1)).replace(microsecond=0)
    sandbox.control("POST", "/clock", {"reset": True})
    assert clock.offset() == timedelta(0)


def test_another_site_cannot_use_the_controls(sandbox: Door) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
    ):
        answer = sandbox.send("POST", "/__sandbox__/clock", body=b"by=86400", headers=headers)

        assert answer.status == 403, headers
        assert clock.offset() == timedelta(0), headers


def test_a_foreign_host_name_reads_nothing(sandbox: Door) -> None:
    for path in ("/__sandbox__/spark-hire/users", "/__sandbox__/", "/spark-hire/v1.0/me"):
        assert sandbox.send("GET", path, headers={"Host": "evil.example"}).status == 403
    for host in ("localhost", f"localhost:{sandbox.server.port}", "127.0.0.1", "[::1]:80"):
        assert sandbox.send("GET", "/__sandbox__/health", headers={"Host": host}).status == 200


def test_the_command_refuses_outside_sandbox_mode(settings: object) -> None:
    settings.SANDBOX_MODE = False  # type: ignore[attr-defined]

    with pytest.raises(CommandError, match="SANDBOX_MODE is off"):
        call_command("sandbox", port=0)
