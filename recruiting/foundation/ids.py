"""Primary keys: UUIDv7, sortable by time and not countable from outside.

Order across processes is exact to the millisecond only.
"""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """Return a new UUIDv7 (a real `uuid.UUID`, which Django's field requires)."""
    return _uuid7()


def parse_uuid(text: str) -> UUID | None:
    """Return the id that a query or a form names, or None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
