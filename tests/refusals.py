"""A refusal must leave nothing changed: no row of ours, no newsfeed entry, no promise."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

OURS = ("recruiting.", "newsfeed.", "integrations.", "tests.")


def everything() -> dict[str, list[Any]]:
    """Return every row of our tables."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model.__module__.startswith(OURS)
    }


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
