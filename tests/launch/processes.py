"""Finds what a launch left behind: processes by a mark in their environment, ports by connecting."""

import contextlib
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

MARK = "THROUGHLINE_LAUNCH_MARK"


def new_mark() -> str:
    """Return a value for `MARK` that no other process carries."""
    return secrets.token_hex(8)


def marked(mark: str) -> dict[int, str]:
    """Return the live processes that carry the mark, with their command lines."""
    wanted = f"{MARK}={mark}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted not in (process / "environ").read_bytes().split(b"\0"):
                continue
            if (process / "stat").read_text().rsplit(")", 1)[1].split()[0] in ("Z", "X"):
                continue
            found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


def is_open(port: int) -> bool:
    """Tell whether something listens on the port."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_ports(count: int) -> list[int]:
    """Return neighboring ports that were free a moment ago, below those that the system gives to clients."""
    for _ in range(50):
        # Not `random`, which the suite seeds alike for each test: two at once would choose the same.
        first = 20_000 + secrets.randbelow(12_000)
        ports = list(range(first, first + count))
        if not any(map(is_open, ports)):
            return ports
    raise RuntimeError("no free ports")


def eventually(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Tell whether a condition comes true within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def kill_marked(mark: str) -> None:
    """Kill what is left of the processes that carry a mark."""
    for pid in marked(mark):
        with contextlib.suppress(ProcessLookupError):  # gone since it was found
            os.kill(pid, signal.SIGKILL)
