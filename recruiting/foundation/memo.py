"""Memoization per request: what a page reads once, however many of its parts ask.

Only what draws a page opens a memo. Without one every question goes to the database, so that services and workers, who
ask again because something may have changed, never see what was.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("memo", default=None)


@contextmanager
def page() -> Iterator[None]:
    """Keep what `once` reads until the outermost block ends. Nothing in it may write what is read with `once`."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, read: Callable[[], Answer]) -> Answer:
    """Return what `read` returns, called once per key while a memo is open and every time while none is.

    Args:
        key: says what is read and from where (whose, which); the same for all who ask the same.
        read: what raises is not kept. Whoever gets its answer leaves it as it is.
    """
    kept = _kept.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    answer: Answer = kept[key]
    return answer


def is_open() -> bool:
    """Return whether a page is being drawn, so that reading more at once serves its other parts."""
    return _kept.get() is not None
