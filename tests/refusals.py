"""A refusal must leave nothing changed: no row of ours, no newsfeed entry, no promise."""

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

OURS = ("recruiting.", "newsfeed.", "integrations.", "tests.")


@cache
def tables() -> list[str]:
    """Return our tables."""
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith(OURS)
    ]


def everything() -> dict[str, list[str]]:
    """Return every row of our tables, as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@contextlib.contextmanager
def refuses(kind: type[Exception], match: str | None = None) -> Iterator[pytest.ExceptionInfo[Any]]:
    """Expect the block to raise exactly `kind`, with words that match, and to change nothing."""
    before = everything()
    with pytest.raises(kind, match=match) as caught:
        yield caught
    assert type(caught.value) is kind
    assert everything() == before


@contextlib.contextmanager
def changes_nothing() -> Iterator[None]:
    """Expect the block to succeed and to change nothing."""
    before = everything()
    yield
    assert everything() == before
