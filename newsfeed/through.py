"""Through which connection of a program things are done now: whoever lets the program in says so, entries keep it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_connection: ContextVar[UUID | None] = ContextVar("connection", default=None)


def current() -> UUID | None:
    """Return the connection through which what happens now is done; None for what a person or Throughline does."""
    return _connection.get()


@contextmanager
def nothing_yet() -> Iterator[None]:
    """Forget at the end what `note` said inside."""
    token = _connection.set(None)
    try:
        yield
    finally:
        _connection.reset(token)


def note(connection_id: UUID | None) -> None:
    """Say through which connection the rest is done, within `nothing_yet`."""
    _connection.set(connection_id)
