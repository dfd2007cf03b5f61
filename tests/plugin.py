"""What must hold before Django reads its settings: the tests' environment, and no network beyond this machine.

Loaded by `-p tests.plugin` (see pyproject.toml) in the controller and in every xdist worker. Fixtures belong in
conftest.py.
"""

import atexit
import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

ENVIRONMENT = {
    "TESTING": "true",
    "SANDBOX_MODE": "true",
    "DEBUG": "false",
    "PORT": "8000",
    "PUBLIC_BASE_URL": "http://testserver",
    "EMAIL_URL": "memorymail://",
    "LOG_LEVEL": "WARNING",
    # Its tables alone; tests/contract registers it for as long as a test lasts.
    "EXTRA_INTEGRATION_APPS": "tests.dummy_integration.tables.TablesOnly",
}


class BlockedNetwork(RuntimeError):
    """A test tried to leave this machine. Not an OSError, so that no client can mistake it for a vendor's outage."""


def prepare_environment() -> None:
    """Give this process a `var` folder of its own and settings that no developer's `.env` can change."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["VAR_DIR"] = str(Path(os.environ["TEST_VAR_ROOT"]) / worker)
    else:
        root = tempfile.mkdtemp(prefix="throughline-test-")
        owner = os.getpid()
        atexit.register(lambda: shutil.rmtree(root, ignore_errors=True) if os.getpid() == owner else None)
        os.environ["TEST_VAR_ROOT"] = root
        os.environ["VAR_DIR"] = str(Path(root) / "main")
    (Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is missing
    os.environ.update(ENVIRONMENT)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['VAR_DIR']}/throughline.sqlite3")
    if worker and os.environ["DATABASE_URL"].startswith("sqlite"):
        os.environ["DATABASE_URL"] = f"sqlite:///{os.environ['VAR_DIR']}/throughline.sqlite3"


def is_local(host: str | bytes | None) -> bool:
    """Tell whether `host` is this machine's loopback."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else host
    if name in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def block_network() -> None:
    """Refuse every connection and look-up that is not on loopback, for the rest of this process."""

    def guarded(method: str) -> None:
        original = getattr(socket.socket, method)

        def call(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
                raise BlockedNetwork(f"a test tried to reach {address[0]}; only this machine may be reached")
            return original(self, *args)

        setattr(socket.socket, method, call)

    for method in ("connect", "connect_ex", "sendto"):
        guarded(method)

    original_lookup = socket.getaddrinfo

    def lookup(host: str | bytes | None, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        try:
            ipaddress.ip_address(name or "127.0.0.1")
        except ValueError:
            if not is_local(name):
                raise BlockedNetwork(f"a test tried to look up {name}; only this machine may be reached") from None
        return original_lookup(host, *args, **kwargs)

    socket.getaddrinfo = lookup


def pytest_collection_finish() -> None:
    """Collect garbage seldom: what is loaded by now stays to the end, and looking through it took a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


prepare_environment()
block_network()
