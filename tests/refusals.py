"""A refusal must leave nothing changed: no row of ours, no newsfeed entry, no outbox message."""

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
    """Return every row of our tables, as the database has it; tables without any are left out."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which writes a row as text itself, so that one statement asks for all
            cursor.execute(_all_as_text())
            for table, row in cursor.fetchall():
                found.setdefault(table, []).append(row)
        else:
            for table in tables():
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                if rows := cursor.fetchall():
                    found[table] = list(map(repr, rows))
    return {table: sorted(rows) for table, rows in found.items()}


@cache
def _all_as_text() -> str:
    quoted = {table: connection.ops.quote_name(table) for table in tables()}
    return " UNION ALL ".join(f"SELECT '{table}', t::text FROM {name} t" for table, name in quoted.items())


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
