"""The site as `make run` starts it, and people and a vendor at its door who remember what they were answered."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from integrations.models import Installation
from recruiting.companies.models import Membership
from tests.faults import scenario
from tests.launch.processes import MARK, eventually, free_ports, marked, new_mark

ACKNOWLEDGED = (200, 303)
PASSWORD = "a good long password of a test"
# What a request ended in when nothing was answered: it may or may not have arrived, or there was nobody to ask.
BROKEN, REFUSED = 0, -1


def call(port: int, method: str, path: str, *, body: str = "", headers: dict[str, str] | None = None) -> Any:
    """Ask the site once; return the answer with its `status`, or BROKEN or REFUSED."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        door.connect()
    except OSError:
        door.close()
        return REFUSED
    try:
        door.request(method, path, body or None, headers or {})
        answer = door.getresponse()
        answer.read_body = answer.read()  # type: ignore[attr-defined]
        return answer
    except (OSError, http.client.HTTPException):
        return BROKEN
    finally:
        door.close()


def status(answer: Any) -> int:
    """Return the status of what `call` returned."""
    return answer if isinstance(answer, int) else int(answer.status)


@dataclass
class Site:
    """The servers under the project's supervisor."""

    port: int
    sandbox: scenario.Sandbox
    mark: str
    log: Path

    def says(self, path: str) -> int:
        """Return the status of a page."""
        return status(call(self.port, "GET", path))

    def processes(self, word: str) -> list[int]:
        """Return the processes of one server, its main process first; watchdogs are none of them."""
        found = {pid for pid, command in marked(self.mark).items() if word in command and "watchdog.py" not in command}
        return sorted(found, key=lambda pid: (parent_of(pid) in found, pid))


def parent_of(pid: int) -> int:
    """Return a process's parent, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def memory_of(pid: int) -> int:
    """Return the bytes that a process holds in memory, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def kill(pid: int) -> bool:
    """Kill one of our own; return False when it is gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def site(folder: Path, **more: str) -> Iterator[Site]:
    """Run web, worker and sandbox on this test's database until the block ends."""
    port, sandbox_port = free_ports(2)
    mark = new_mark()
    env = scenario.environment(
        **{
            MARK: mark,
            "VAR_DIR": str(folder),
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
            **more,
        }
    )
    (folder / "static").mkdir(exist_ok=True)
    log = folder / "site.log"
    with log.open("wb") as out:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "tests.launch.stubs", "site"],
            cwd=scenario.ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        assert eventually(lambda: "ready\n" in log.read_text() or supervisor.poll() is not None, seconds=120)
        assert supervisor.poll() is None, log.read_text()
        sandbox = scenario.Sandbox(f"http://127.0.0.1:{sandbox_port}", folder / "sandbox.sqlite3")
        yield Site(port, sandbox, mark, log)
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(timeout=15)
        finally:
            for pid in marked(mark):
                kill(pid)


@dataclass
class Action:
    """One thing that somebody does, and what became of it."""

    path: str
    data: dict[str, str]
    subject: Any
    tries: int = 0
    outcomes: list[int] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        """Tell whether the person was told that it is done."""
        return any(outcome in ACKNOWLEDGED for outcome in self.outcomes)


class Person:
    """Somebody who signed in through the form."""

    def __init__(self, port: int, member: Membership) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        member.user.set_password(PASSWORD)
        member.user.save()
        page = self.call("GET", "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read_body.decode())
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "login": member.user.email, "password": PASSWORD}
        answer = self.call("POST", "/accounts/login/", form)
        assert status(answer) in (302, 303), answer.read_body
        assert "sessionid" in self.cookies

    def call(self, method: str, path: str, data: dict[str, str] | None = None) -> Any:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        answer = call(self.port, method, path, body=urlencode(data or {}), headers=headers)
        if not isinstance(answer, int):
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
        return answer

    def do(self, action: Action) -> int:
        """Do it once and remember the answer."""
        outcome = status(self.call("POST", action.path, action.data))
        action.outcomes.append(outcome)
        return outcome


class Vendor:
    """Delivers webhooks of its own, each with a serial number, and remembers which were answered 200.

    Args:
        port: the site's.
        installation: to which connection.
        event: what stands behind the address.
        bodies: of the webhooks, one after the other and again.
    """

    def __init__(
        self, port: int, installation: Installation, event: str, bodies: Sequence[Mapping[str, object]]
    ) -> None:
        self.port = port
        self.path = f"/webhooks/{installation.integration}/{installation.webhook_token}/{event}/"
        self.bodies = bodies
        self.outcomes: list[int] = []

    def deliver(self) -> None:
        """Deliver the next one, once."""
        serial = len(self.outcomes)
        body = json.dumps({**self.bodies[serial % len(self.bodies)], "serial": serial})
        self.outcomes.append(status(call(self.port, "POST", self.path, body=body)))

    @property
    def acknowledged(self) -> set[int]:
        """The serial numbers of what was answered 200."""
        return {serial for serial, outcome in enumerate(self.outcomes) if outcome == 200}


@contextmanager
def busy(*jobs: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Run jobs in threads while the block runs; it is given a function that says whether any still runs."""
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=guarded, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    yield lambda: any(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive()
    assert not failures, failures


def spelled(outcomes: Sequence[int]) -> str:
    """Return what was answered how often, in words."""
    words = {BROKEN: "cut off", REFUSED: "nobody there"}
    counts = Counter(words.get(outcome, str(outcome)) for outcome in outcomes)
    return ", ".join(f"{count} × {word}" for word, count in sorted(counts.items()))


def waited_for(holds: Callable[[], bool], *, seconds: float) -> float:
    """Wait until something holds and return how long that took; fail when it takes longer than `seconds`."""
    started = time.monotonic()
    assert eventually(holds, seconds=seconds)
    return time.monotonic() - started
