"""The fixtures that every test may use. The environment and the network block are in plugin.py."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from recruiting.foundation import compiled
from tests import databases
from tests.limits import SetLimit
from tests.module_fixtures import Snapshot, build_once
from tests.sandbox.door import Receiver


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, and refuse a module in which some would find the rows of others' `module_snapshot`."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    having: dict[Path, set[bool]] = {}
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"db", "transactional_db"} or item.get_closest_marker("django_db"):
            having.setdefault(item.path, set()).add("module_snapshot" in names)
    for path, both in having.items():
        if len(both) > 1:
            raise pytest.UsageError(f"{path}: move the tests without `module_snapshot` to a module of their own.")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put SQLite's test database into a file: in memory, threads and a second process would see another one."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(Path(settings.VAR_DIR) / "test.sqlite3")
    else:
        database["TEST"]["TEMPLATE"] = os.environ.get(databases.TEMPLATE_VARIABLE)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """Begin with a copy of a migrated SQLite file where one is kept; Django then keeps it and finds nothing to do."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return databases.copy_sqlite(Path(database["TEST"]["NAME"]))
    return django_db_keepdb


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: Any) -> Iterator[None]:
    """Keep the file that was just migrated for the next process, and at the end let nobody hold the database.

    A thread of a server keeps its connection while a client keeps the one to it, perhaps longer than the tests run.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3" and not django_db_keepdb:
        databases.keep_sqlite(Path(database["TEST"]["NAME"]))
    yield
    if connection.vendor == "postgresql":
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_deleting() -> Iterator[None]:
    """Empty the database after a test that commits in the quick way."""
    with patch.object(TransactionTestCase, "_fixture_teardown", databases.empty):
        yield


@pytest.fixture(scope="module")
def build_for_module(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., AbstractContextManager[Snapshot[Any]]]:
    """Return `build_once`, which wants no more than what is built, with which server, and when its tests begin."""
    return partial(build_once, folder=tmp_path_factory.mktemp("snapshot"), blocker=django_db_blocker)


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the shared cache after a test that commits; the others roll their entries back."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames) or (
        marker is not None and marker.kwargs.get("transaction", False)
    )
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        cache.clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give an address at which a double's webhooks arrive."""
    receiver = Receiver()
    stop = receiver.start()
    yield receiver
    stop()


@pytest.fixture
def postgres() -> None:
    """Skip on SQLite: the test is about several writers at once, and SQLite has one at a time."""
    if connection.vendor != "postgresql":
        pytest.skip("about several writers at once: runs when the suite runs on PostgreSQL")


@pytest.fixture
def set_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetLimit]:
    """Set a constant that queries are made of, such as where counting stops; all are composed anew, now and after."""

    def change(module: Any, name: str, value: int) -> None:
        monkeypatch.setattr(module, name, value)
        compiled.forget()

    yield change
    compiled.forget()
