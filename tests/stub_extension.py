"""Registers a small extension of a test's own, with the one hook that the test is about, and forgets it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from recruiting import extensions
from recruiting.extensions import Extension

Kind = TypeVar("Kind", bound=Extension)


@contextmanager
def registered(extension: Kind) -> Iterator[Kind]:
    """Register it for the block."""
    extensions.register(extension)
    try:
        yield extension
    finally:
        extensions.unregister(extension.slug)
