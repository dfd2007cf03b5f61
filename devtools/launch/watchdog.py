"""Watchdog of one server: starts it in a session of its own, and ends that session when standard input closes.

Standard input is a pipe whose other end only the supervisor holds. It closes when the supervisor wants the server to
stop, and also when the supervisor dies in any way, SIGKILL included; so there is one way to stop and it always works.
TERM goes to the main process only (a group-wide TERM hangs django-q2's cluster); what is left of the session 8 seconds
(`--grace`) later is killed. Run by path with `python -I`, so it imports nothing of the project.

    python -I watchdog.py [--signal NAME] [--grace SECONDS] -- COMMAND…

Exits with the command's own code, or 128 + the signal that ended it.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

GRACE_SECONDS = 8.0
POLL_SECONDS = 0.1
PR_SET_PDEATHSIG = 1
ORDERS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def load_prctl() -> "Callable[..., int] | None":
    """Return Linux's prctl, or None elsewhere. Loaded before a fork, because loading after one is not safe."""
    if not sys.platform.startswith("linux"):
        return None
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        prctl: Callable[..., int] = ctypes.CDLL(None).prctl
        return prctl
    return None


def members_of_session(session: int) -> list[int]:
    """Return the live processes of a session; where /proc cannot tell, none (the process group is killed anyway)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, _parent, _group, member_of = entry.read_text().rsplit(")", 1)[1].split()[:4]
            if int(member_of) == session and state not in ("Z", "X"):
                found.append(int(entry.parent.name))
    return found


def kill_session(session: int) -> None:
    """Kill whatever still runs in the session, until nothing does."""
    for _ in range(50):
        with contextlib.suppress(OSError):
            os.killpg(session, signal.SIGKILL)
        members = members_of_session(session)
        if not members:
            return
        for pid in members:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def start(command: list[str], stop_signal: signal.Signals) -> "subprocess.Popen[bytes]":
    """Start the server; should this watchdog itself be killed, Linux passes the stop signal on to it."""
    prctl = load_prctl()

    def tie_to_watchdog() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(stop_signal))

    # Python would hand an ignored SIGINT on to the server, which needs it (Ctrl-C in a debugger, PostgreSQL's stop).
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=tie_to_watchdog)


def run(command: list[str], *, stop_signal: signal.Signals, grace: float) -> int:
    """Run `command` until it ends or standard input closes; return its exit code."""
    told_to_stop = []
    for order in ORDERS_TO_STOP:
        signal.signal(order, lambda number, _frame: told_to_stop.append(number))
    try:
        server = start(command, stop_signal)
    except OSError as error:
        print(f"{command[0]} cannot be started: {error}", file=sys.stderr, flush=True)
        return 127

    deadline = None
    while server.poll() is None:
        if deadline is None:
            readable, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
            if told_to_stop or (readable and not os.read(sys.stdin.fileno(), 1024)):
                deadline = time.monotonic() + grace
                server.send_signal(stop_signal)
        elif time.monotonic() > deadline:
            break
        else:
            time.sleep(POLL_SECONDS)
    # Also after a crash of the main process: its orphans would hold the port or go on working.
    kill_session(server.pid)
    code = server.wait()
    return 128 - code if code < 0 else code


def main(arguments: list[str]) -> int:
    """Read the command line and run the server."""
    options = {"--signal": "TERM", "--grace": str(GRACE_SECONDS)}
    while len(arguments) > 1 and arguments[0] in options:
        options[arguments[0]] = arguments[1]
        arguments = arguments[2:]
    if arguments[:1] != ["--"] or len(arguments) < 2:
        print("usage: watchdog.py [--signal NAME] [--grace SECONDS] -- COMMAND…", file=sys.stderr)
        return 2
    stop_signal = signal.Signals["SIG" + options["--signal"]]
    return run(arguments[1:], stop_signal=stop_signal, grace=float(options["--grace"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
