"""A real sandbox process, and processes that share this test's database: what the fault tests and proofs run in."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from devtools.sandbox.host.base import VendorSandbox
from recruiting.applications.models import Application
from recruiting.jobs.models import Job
from tests import factories

ROOT = Path(__file__).resolve().parents[2]


class Sandbox:
    """A running sandbox, by its tester's door."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self.database = database

    def call(self, method: str, path: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/__sandbox__{path}",
            data=None if data is None else json.dumps(data).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.loads(response.read())

    def fault(self, vendor: str, operation: str, kind: str, *, times: int, seconds: float) -> None:
        order = {"operation": operation, "kind": kind, "times": times, "parameters": {"seconds": seconds}}
        self.call("POST", f"/{vendor}/faults", order)


@contextmanager
def sandbox_process(folder: Path, double: type[VendorSandbox]) -> Iterator[Sandbox]:
    """Run a vendor's double in a process of its own."""
    database = folder / "sandbox.sqlite3"
    command = [sys.executable, "-m", "devtools", "sandbox", "--port", "0"]
    command += ["--database", str(database), "--vendor", f"{double.__module__}.{double.__qualname__}"]
    with (folder / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, env=environment())
    try:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        assert said.startswith("Vendor sandbox: "), (folder / "sandbox.log").read_text()
        yield Sandbox(said.split()[-1].removesuffix("/__sandbox__/"), database)
    finally:
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout is not None
        process.stdout.close()


def application(job: Job) -> Application:
    """Return somebody new on the job."""
    made: Application = factories.ApplicationFactory(job=job)
    return made


@contextmanager
def running(commands: list[list[str]], *, env: Mapping[str, str], folder: Path) -> Iterator[None]:
    processes = []
    try:
        for number, command in enumerate(commands):
            with (folder / f"worker-{number}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=env,
                        stdin=subprocess.PIPE,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that shares this test's database and keys."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        url = f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "PUBLIC_BASE_URL": "http://127.0.0.1:9",
        "WORKERS": "3",
        "WORKER_POLL_SECONDS": "0.1",
        "LOG_LEVEL": "WARNING",
        **more,
    }
