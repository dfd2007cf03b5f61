"""A cluster that lives and does nothing ends itself, so that whoever supervises it starts it anew."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django_q.models import OrmQ
from django_q.tasks import async_task

from recruiting.outbox import cluster, heartbeat, queue
from tests.faults import scenario
from tests.launch.processes import MARK, eventually, kill_marked, marked, new_mark

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("transactional_db"),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes in /proc"),
]


@contextmanager
def worker(folder: Path, mark: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `manage.py worker` until it has finished its first task."""
    env = scenario.environment(**{MARK: mark, "WORKERS": "2"}, **more)
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=scenario.ROOT, env=env, stdout=log, stderr=log
        )
    try:
        assert eventually(lambda: heartbeat.last() is not None, seconds=60), (folder / "worker.log").read_text()
        yield process
    finally:
        kill_marked(mark)
        process.wait()


def test_a_worker_killed_while_it_waits_hangs_the_cluster_which_then_ends_itself(tmp_path: Path) -> None:
    mark = new_mark()
    with worker(tmp_path, mark, WORKER_HEARTBEAT_RED_SECONDS="4") as process:
        # Asked all the time, it answers all the time.
        assert not eventually(lambda: asked_again() and process.poll() is not None, seconds=6)

        # Of those who wait for the next task one holds the queue's lock; which one that is nobody can see.
        assert eventually(lambda: not OrmQ.objects.exists(), seconds=10)
        (guard,) = children(process.pid)
        for pid in sorted(children(guard))[:2]:
            os.kill(pid, signal.SIGKILL)

        assert eventually(lambda: asked_again() and process.poll() is not None, seconds=30)

        assert process.returncode == 1
        assert eventually(lambda: not marked(mark), seconds=5), marked(mark)
    said = (tmp_path / "worker.log").read_text()
    assert "The workers finished no task for 4 s; all of them are ended." in said
    assert said.endswith("The background workers stopped working and were ended; start them again.\n")


def test_no_process_of_a_killed_cluster_works_on(tmp_path: Path) -> None:
    mark = new_mark()
    with worker(tmp_path, mark) as process:
        assert len(marked(mark)) > 4

        process.kill()

        assert eventually(lambda: not marked(mark), seconds=5), marked(mark)


def test_term_to_the_main_process_ends_the_cluster(tmp_path: Path) -> None:
    mark = new_mark()
    with worker(tmp_path, mark) as process:
        process.terminate()

        assert eventually(lambda: not marked(mark), seconds=10), marked(mark)

        assert process.wait() == 0


def test_no_connection_pool_reaches_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def run() -> bool:
        seen.append(dict(connection.settings_dict["OPTIONS"]))
        return True

    monkeypatch.setattr(cluster, "run", run)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", {"min_size": 1})

    call_command("worker", stdout=io.StringIO())

    assert ["pool" in options for options in seen] == [False]


def asked_again() -> bool:
    if OrmQ.objects.count() < 3:
        async_task(queue.BEAT)
    return True


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
