"""Counting queries as production makes them."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT")
"""Within the transaction of a test each question to an extension opens one; a page, which is in none, opens none."""


def queries_of(act: Callable[[], object]) -> int:
    """Return how many queries something makes."""
    with CaptureQueriesContext(connection) as taken:
        act()
    return sum(not query["sql"].startswith(NOT_COUNTED) for query in taken.captured_queries)
