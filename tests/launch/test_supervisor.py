"""Nothing outlives the supervisor, whichever way it ends; a fallen server is started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.launch.processes import MARK, eventually, free_ports, is_open, kill_marked, marked, new_mark

ROOT = Path(__file__).resolve().parents[2]
GONE_SECONDS = 10.0
UP_SECONDS = 30.0

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes in /proc"),
]


@dataclass
class Launch:
    """A supervisor running as the leader of its own process group, as `make run` does."""

    process: "subprocess.Popen[str]"
    ports: list[int]
    mark: str

    def is_up(self) -> bool:
        return all(map(is_open, self.ports))

    def is_gone(self) -> bool:
        self.process.poll()
        return not marked(self.mark) and not any(map(is_open, self.ports))


@pytest.fixture
def launch() -> Iterator[Callable[..., Launch]]:
    """Start stub servers under the real supervisor: `launch("polite", "stubborn", grace=1)`."""
    started: list[Launch] = []

    def start(*manners: str, grace: float = 8.0, under: tuple[str, ...] = ()) -> Launch:
        ports, mark = free_ports(len(manners)), new_mark()
        servers = [f"{manner} server:{port}:{manner}" for manner, port in zip(manners, ports, strict=True)]
        process = subprocess.Popen(
            [*under, sys.executable, "-m", "tests.launch.stubs", "supervise", str(grace), *servers],
            cwd=ROOT,
            env={**os.environ, MARK: mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(Launch(process, ports, mark))
        assert eventually(started[-1].is_up, seconds=UP_SECONDS)
        return started[-1]

    yield start

    for one in started:
        kill_marked(one.mark)
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_group_stops_everything(launch: Callable[..., Launch], number: signal.Signals) -> None:
    running = launch("polite", "polite")
    assert len(marked(running.mark)) == 7  # the supervisor, two watchdogs, two servers with a child each

    os.killpg(running.process.pid, number)

    assert eventually(running.is_gone, seconds=GONE_SECONDS), marked(running.mark)
    assert running.process.wait() == 0


def test_a_killed_supervisor_takes_its_servers_along(launch: Callable[..., Launch]) -> None:
    running = launch("polite", "polite")

    os.kill(running.process.pid, signal.SIGKILL)

    assert eventually(running.is_gone, seconds=GONE_SECONDS), marked(running.mark)


def test_a_killed_parent_takes_the_supervisor_along(launch: Callable[..., Launch]) -> None:
    # `sh -c` with a second command stays the supervisor's parent, as make does.
    running = launch("polite", under=("sh", "-c", '"$@"; true', "sh"))

    os.kill(running.process.pid, signal.SIGKILL)

    assert eventually(running.is_gone, seconds=GONE_SECONDS), marked(running.mark)


def test_a_killed_watchdog_does_not_leave_its_server_alone(launch: Callable[..., Launch]) -> None:
    running = launch("polite")
    (watchdog,) = (pid for pid, command in marked(running.mark).items() if "watchdog.py" in command)
    before = set(marked(running.mark))

    os.kill(watchdog, signal.SIGKILL)

    assert eventually(lambda: running.is_up() and len(set(marked(running.mark)) - before) == 3, seconds=UP_SECONDS)
    assert len(marked(running.mark)) == 4  # the supervisor, a new watchdog, a new server with its child


def test_a_server_that_ignores_term_is_killed_with_its_session(launch: Callable[..., Launch]) -> None:
    running = launch("stubborn", "polite", grace=0.5)

    os.kill(running.process.pid, signal.SIGTERM)

    assert eventually(running.is_gone, seconds=GONE_SECONDS), marked(running.mark)
    assert running.process.wait() == 0


def test_a_fallen_server_is_started_again_and_its_orphans_are_gone(launch: Callable[..., Launch]) -> None:
    running = launch("polite")
    servers = [
        pid for pid, command in marked(running.mark).items() if " serve " in command and "watchdog" not in command
    ]
    assert len(servers) == 2
    main = min(servers, key=lambda pid: os.getpgid(pid) != pid)

    os.kill(main, signal.SIGKILL)

    assert eventually(lambda: not set(servers) & set(marked(running.mark)), seconds=GONE_SECONDS)
    assert eventually(lambda: running.is_up() and len(marked(running.mark)) == 4, seconds=UP_SECONDS)
    os.kill(running.process.pid, signal.SIGTERM)
    said, _ = running.process.communicate(timeout=GONE_SECONDS)
    assert said.splitlines() == [
        "polite server stopped unexpectedly (exit code 137); starting it again in 1 s.",
        "Stopping polite server.",
    ]
