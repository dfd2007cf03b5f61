"""Runs one program of the set-up and waits for it, so that nothing of it is left when set-up is stopped half-way."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from devtools.launch.console import LaunchError
from devtools.launch.environment import ROOT
from devtools.launch.watchdog import PR_SET_PDEATHSIG, load_prctl

PATIENCE_SECONDS = 8.0
SHOWN_LINES = 8


def run_step(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    message: str = "",
    quiet: bool = False,
) -> None:
    """Run one program; raise `LaunchError(message)` when it fails.

    `quiet` keeps what it prints to itself, and shows the end of it when it fails.
    """
    prctl = load_prctl()

    def end_with_us() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))

    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        errors="replace",
        preexec_fn=end_with_us,
    )
    try:
        said, _ = process.communicate()
    except BaseException:  # Ctrl-C or TERM: the program goes before we do
        process.terminate()
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    if process.returncode:
        # pip repeats a warning per retry; what failed stands in the other lines.
        lines = [line for line in (said or "").splitlines() if line.strip() and not line.startswith("WARNING: ")]
        tail = "\n".join(f"    {line}" for line in lines[-SHOWN_LINES:])
        raise LaunchError("\n".join(part for part in (tail, message) if part))
