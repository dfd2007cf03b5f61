"""Runs several servers together: starts them, starts a fallen one again, and stops all of them with this process.

Each server has a watchdog that ends it when our end of a pipe closes. So stopping is closing the pipes, and
our own death, SIGKILL included, stops the servers too. This module knows no server by name; site.py does.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devtools.launch.console import LaunchError, print_error, say
from devtools.launch.watchdog import GRACE_SECONDS, PR_SET_PDEATHSIG, load_prctl

WATCHDOG = Path(__file__).with_name("watchdog.py")
POLL_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Server:
    """One server: what to call it in a sentence, its command, and its process while it runs."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    watchdog: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    restart_at: float | None = None

    def start(self, cwd: Path, *, grace: float) -> None:
        """Start the server under a watchdog of its own session, so that no Ctrl-C of the terminal reaches it."""
        self.watchdog = subprocess.Popen(
            [sys.executable, "-I", str(WATCHDOG), "--grace", str(grace), "--", *self.command],
            cwd=cwd,
            env=self.environment,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self.started_at = time.monotonic()
        self.restart_at = None

    def ended(self) -> int | None:
        """Return the exit code of a server that runs no more, else None."""
        return None if self.watchdog is None else self.watchdog.poll()

    def let_go(self) -> None:
        """Close our end of the pipe: the watchdog stops the server."""
        if self.watchdog is not None and self.watchdog.stdin is not None:
            with contextlib.suppress(OSError):
                self.watchdog.stdin.close()


def die_with_parent() -> int:
    """Ask Linux for a TERM when our parent dies; return the parent, for systems where only polling tells."""
    prctl = load_prctl()
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    return os.getppid()


@dataclass
class Supervisor:
    """Keeps `servers` running in `cwd` until a signal or the parent's death. Use as a context manager.

    `grace` is how many seconds a server has between TERM and KILL.
    """

    servers: Sequence[Server]
    cwd: Path
    parent: int = field(default_factory=os.getppid)
    grace: float = GRACE_SECONDS
    stopping: bool = False

    def __enter__(self) -> "Supervisor":
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)
        now = die_with_parent()
        self.stopping = now != self.parent
        for server in self.servers:
            if not self.stopping:
                server.start(self.cwd, grace=self.grace)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def should_stop(self) -> bool:
        """Tell whether a signal came or the parent is gone."""
        if os.getppid() != self.parent:
            self.stopping = True
        return self.stopping

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> bool:
        """Return True once `is_ready`, False on a signal. Raises `LaunchError` when a server ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not self.should_stop():
            for server in self.servers:
                code = server.ended()
                if code is not None:
                    raise LaunchError(
                        f"{server.name} stopped while it started (exit code {code}), so everything was stopped. "
                        "Its own words stand above; mend that and run the command again."
                    )
            if is_ready():
                return True
            if time.monotonic() > deadline:
                raise LaunchError(
                    f"The servers did not become ready within {seconds:.0f} s, so everything was stopped. "
                    "Their own words stand above; mend that and run the command again."
                )
            time.sleep(POLL_SECONDS)
        return False

    def supervise(self) -> None:
        """Start fallen servers again until we are told to stop."""
        while not self.should_stop():
            for server in self.servers:
                self._look_after(server)
            time.sleep(POLL_SECONDS)

    def _look_after(self, server: Server) -> None:
        now = time.monotonic()
        if server.restart_at is not None:
            if now >= server.restart_at:
                server.start(self.cwd, grace=self.grace)
            return
        code = server.ended()
        if code is None:
            return
        if now - server.started_at > STEADY_SECONDS:
            server.pause = FIRST_PAUSE_SECONDS
        print_error(
            f"{server.name} stopped unexpectedly (exit code {code}); starting it again in {server.pause:.0f} s."
        )
        server.restart_at = now + server.pause
        server.pause = min(server.pause * 2, LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        """Stop every server, all at once; return when none is left."""
        self.stopping = True
        running = [server for server in self.servers if server.watchdog is not None and server.ended() is None]
        if running:
            with contextlib.suppress(OSError):  # the terminal may be gone
                say(f"Stopping {', '.join(server.name for server in running)}.")
        for server in self.servers:
            server.let_go()
        deadline = time.monotonic() + self.grace + 1.5
        for server in running:
            assert server.watchdog is not None
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.watchdog.wait(timeout=max(0.1, deadline - time.monotonic()))
