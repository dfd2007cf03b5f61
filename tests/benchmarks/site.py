"""One version of the site on one database: filled, upgraded and served by that version's own code."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from devtools.launch import site
from devtools.launch.environment import ROOT, Site

LOADER = "tests/benchmarks/loader.py"


def environment(url: str, var: Path, secret_key: str) -> dict[str, str]:
    """Return what the processes of a site under measurement get: production, on a free port."""
    (var / "static").mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        "TESTING": "true",
        "SANDBOX_MODE": "false",
        "SECRET_KEY": secret_key,
        "VAR_DIR": str(var),
        "PORT": str(port),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
    }


def run(module: str, *arguments: str, url: str, code: Path, secret_key: str = "") -> str:
    """Run a module of a version's benchmarks on a database; return what it prints."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as var:
        variables = environment(url, Path(var) / "var", secret_key or secrets.token_hex(32))
        done = subprocess.run(command, cwd=code, env=variables, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


@contextlib.contextmanager
def served(
    url: str, *, code: Path, secret_key: str, more: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int]]:
    """Run a version's web server as `make run` starts it; yield its port and its main process.

    Args:
        url: of the database.
        code: where the version is.
        secret_key: the site's.
        more: further variables of its environment.
    """
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as var:
        variables = environment(url, Path(var) / "var", secret_key) | dict(more or {})
        port = int(variables["PORT"])
        web = site.servers(Site(port, 0, Path(var), variables))[0]
        process = subprocess.Popen(web.command, cwd=code, env={**variables, **web.environment})
        try:
            deadline = time.monotonic() + 60
            while not site.answers(f"http://127.0.0.1:{port}/healthz"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("The web server did not start.")
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Yield a folder with a revision's files. Raises SystemExit for one without the loader of these benchmarks."""
    git: Mapping[str, object] = {"cwd": ROOT, "check": True, "stdout": subprocess.DEVNULL}
    there = subprocess.run(["git", "cat-file", "-e", f"{revision}:{LOADER}"], cwd=ROOT, check=False)
    if there.returncode:
        raise SystemExit(f"{revision} has no {LOADER}, which has to fill its tables. Choose a later revision.")
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        code = Path(folder) / "code"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", code, revision], **git)  # type: ignore[call-overload]
        try:
            yield code
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", code], **git)  # type: ignore[call-overload]
