"""Many cases in one test, where a test of each would spend its time on setting up: a failure says which case it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def case(*what: object) -> Iterator[None]:
    """Add what it is about to whatever a case raises."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"The case: {', '.join(map(str, what))}")
        raise


@contextmanager
def undone(*what: object) -> Iterator[None]:
    """Run a case and take back what it did to the database, so that the next one finds it as it was."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # durable transactions are allowed in it, as in a test's own
    with case(*what), block:
        yield
        transaction.set_rollback(True)
