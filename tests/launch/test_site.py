"""The real servers under the real supervisor; and one clear sentence for what keeps `make run` from starting."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.launch import secrets
from devtools.launch.site import answers
from tests import databases
from tests.launch.processes import MARK, eventually, free_ports, is_open, kill_marked, marked, new_mark
from tests.plugin import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 180.0
GONE_SECONDS = 10.0
OF_THE_TESTS = {*ENVIRONMENT, "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VAR_DIR", "TEST_VAR_ROOT"}
LAUNCH = [sys.executable, "-m", "devtools.launch", "run"]

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes in /proc"),
]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a person's shell, not that of these tests."""
    return {key: value for key, value in os.environ.items() if key not in OF_THE_TESTS} | more


@pytest.fixture
def var(tmp_path: Path, django_db_setup: None) -> Path:
    """A data folder with keys and a migrated database, as `manage.py prepare` leaves it."""
    secrets.ensure(tmp_path, {})
    if not databases.copy_sqlite(tmp_path / "throughline.sqlite3"):
        pytest.skip("copies the SQLite file that the suite keeps when it runs on SQLite")
    return tmp_path


@pytest.fixture
def mark() -> Iterator[str]:
    """A mark for this launch's processes; none of them outlives the test."""
    value = new_mark()
    yield value
    kill_marked(value)


@pytest.mark.parametrize("way", ["INT to the group", pytest.param("KILL to the supervisor", marks=pytest.mark.prove)])
def test_the_real_servers_answer_and_leave_nothing(var: Path, mark: str, way: str) -> None:
    port, sandbox_port = free_ports(2)
    with (var / "run.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.launch.stubs", "site"],
            cwd=ROOT,
            env=environment(PORT=str(port), VAR_DIR=str(var), **{MARK: mark}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def said() -> str:
        return (var / "run.log").read_text()

    eventually(lambda: "ready\n" in said() or process.poll() is not None, seconds=READY_SECONDS)
    assert "ready\n" in said(), said()
    assert answers(f"http://127.0.0.1:{port}/readyz")
    assert answers(f"http://127.0.0.1:{port}/healthz/worker")
    assert answers(f"http://127.0.0.1:{sandbox_port}/__sandbox__/")
    if way == "INT to the group":
        assert f"http://localhost:{port}/invitations/" in created_company(var)
    if way == "INT to the group":
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGKILL)

    def is_gone() -> bool:
        return process.poll() is not None and not marked(mark) and not is_open(port) and not is_open(sandbox_port)

    assert eventually(is_gone, seconds=GONE_SECONDS), marked(mark)
    assert "Traceback" not in said()


def created_company(var: Path) -> str:
    """Return what `create_company` prints beside the running site, in a shell that knows nothing of its port."""
    command = [sys.executable, "manage.py", "create_company", "Beside", "beside@example.com"]
    here = environment(VAR_DIR=str(var))
    return subprocess.run(command, cwd=ROOT, env=here, capture_output=True, text=True, check=True).stdout


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            LAUNCH, cwd=ROOT, env=environment(PORT=str(port), VAR_DIR=str(tmp_path / "var")),
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The web server cannot listen on port {port} (address already in use), so nothing was started. "
        f"Stop what uses it, or choose another port, for example: PORT={port + 10} make run\n"
    )
    assert not (tmp_path / "var").exists()


def test_an_unreachable_database_is_one_sentence(tmp_path: Path, mark: str) -> None:
    port, database_port = free_ports(1)[0], free_ports(1)[0]
    url = f"postgres://someone:hush@127.0.0.1:{database_port}/throughline"

    done = subprocess.run(
        LAUNCH, cwd=ROOT, env=environment(PORT=str(port), VAR_DIR=str(tmp_path), DATABASE_URL=url, **{MARK: mark}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == (
        f"The database at 127.0.0.1:{database_port}/throughline cannot be used (Connection refused), so nothing was "
        "started. Check that PostgreSQL runs there and that DATABASE_URL names the right user, password and database.\n"
    )
    assert "hush" not in done.stdout
    assert (marked(mark), is_open(port)) == ({}, False)
