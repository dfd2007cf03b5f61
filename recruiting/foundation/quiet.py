"""Quiet work: what an import, a merge or their undo does, of which nobody is told fact by fact.

Inside `quietly()` facts reach no program outside, and events only the subscribers that asked for them whatever happens
(`events.subscribe(…, when_quiet=True)`): no automation starts, no vendor is asked for anything, no mail is written. The
newsfeed keeps its entries. Whoever works quietly publishes one fact about the whole when it is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Do what stands inside quietly, in this thread alone."""
    before = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(before)


def is_quiet() -> bool:
    """Return whether the work going on is quiet."""
    return _is_quiet.get()
