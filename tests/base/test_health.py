"""What operators and balancers are told, and when it turns red."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import RequestFactory

from recruiting.foundation import zones
from recruiting.outbox import heartbeat
from recruiting.outbox.models import Heartbeat
from recruiting.web import health

# The newest of one app, whatever it is called by now.
[LAST] = MigrationLoader(None).graph.leaf_nodes("newsfeed")
NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def ask(view: Any, method: str = "get") -> tuple[int, dict[str, Any]]:
    response = view(getattr(RequestFactory(), method)("/"))
    return response.status_code, json.loads(response.content or "{}")


@pytest.fixture(autouse=True)
def unknown_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget that the migrations were looked at."""
    monkeypatch.setattr(health, "_migrated", False)


def broken(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("the server closed the connection; password=secret")


def test_a_living_process_says_so_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", broken)

    assert ask(health.alive) == (200, {"status": "ok"})


def test_ready_with_database_migrations_and_cache(db: None) -> None:
    assert ask(health.ready) == (200, {"status": "ok", "tzdata": zones.release()})


def test_not_ready_while_migrations_wait(db: None) -> None:
    MigrationRecorder(connection).record_unapplied(*LAST)

    status, said = ask(health.ready)

    assert (status, said["status"], set(said)) == (503, "not ready", {"status", "tzdata", "migrations"})
    assert "manage.py prepare" in said["migrations"]


def test_ready_once_the_migrations_are_there(db: None) -> None:
    MigrationRecorder(connection).record_unapplied(*LAST)
    assert ask(health.ready)[0] == 503
    MigrationRecorder(connection).record_applied(*LAST)

    assert ask(health.ready)[0] == 200


def test_not_ready_without_a_database_and_no_detail_leaks(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(connection, "cursor", broken)
        said = ask(health.ready)

    assert said == (
        503,
        {"status": "not ready", "tzdata": zones.release(), "database": "The database does not answer."},
    )


def test_not_ready_with_a_cache_that_forgets(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "cache", type("Forgetful", (), {"set": lambda *a: None, "get": lambda *a: None})())

    status, said = ask(health.ready)

    assert (status, set(said)) == (503, {"status", "tzdata", "cache"})


def test_a_hung_worker_does_not_take_the_web_process_out(db: None) -> None:
    Heartbeat.objects.create(name="worker", beat_at=NOON)

    assert ask(health.ready)[0] == 200
    assert ask(health.worker)[0] == 503


@pytest.mark.parametrize(("age", "status", "word"), [(0, 200, "ok"), (180, 200, "ok"), (181, 503, "stopped")])
def test_the_worker_is_red_after_three_minutes(db: None, age: int, status: int, word: str) -> None:
    with time_machine.travel(NOON, tick=False):
        heartbeat.touch()
    with time_machine.travel(NOON + timedelta(seconds=age), tick=False):
        assert ask(health.worker) == (status, {"status": word, "heartbeat_age_seconds": age})


def test_a_worker_that_never_was_is_red(db: None) -> None:
    assert heartbeat.age() is None
    assert ask(health.worker) == (503, {"status": "stopped", "heartbeat_age_seconds": None})


def test_the_worker_is_unknown_without_a_database(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(heartbeat, "age", broken)

    assert ask(health.worker) == (503, {"status": "unknown", "database": "The database does not answer."})


def test_each_touch_moves_the_one_row(db: None) -> None:
    with time_machine.travel(NOON, tick=False):
        heartbeat.touch()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        heartbeat.touch()

    assert [(row.name, row.beat_at) for row in Heartbeat.objects.all()] == [("worker", NOON + timedelta(minutes=1))]


def test_a_clock_that_went_back_is_no_negative_age(db: None) -> None:
    with time_machine.travel(NOON, tick=False):
        heartbeat.touch()
    with time_machine.travel(NOON - timedelta(minutes=1), tick=False):
        assert heartbeat.age() == timedelta(0)


@pytest.mark.parametrize("view", [health.alive, health.ready, health.worker])
def test_the_handles_only_answer_reads_and_are_never_cached(db: None, view: Any) -> None:
    assert view(RequestFactory().post("/")).status_code == 405
    assert "no-store" in view(RequestFactory().get("/"))["Cache-Control"]
