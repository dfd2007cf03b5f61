"""The one lock that Django has no word for: keep a row from being deleted, without waiting for others who do the same.

A foreign key is checked when the transaction ends, too late for a sentence. Whoever is about to point at a row that
somebody may delete keeps it first; whoever deletes locks it with `select_for_update()` and then looks who stands there.
"""

from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def keep(model: type[Row], pk: UUID) -> Row | None:
    """Return a row as it is now, kept until the transaction ends; None when it is gone.

    SQLite has one writer at a time and needs no lock.
    """
    found: models.QuerySet[Any] = model._base_manager.filter(pk=pk)
    if connection.vendor != "postgresql":
        return found.first()
    sql, values = found.query.sql_with_params()
    return next(iter(model._base_manager.raw(f"{sql} FOR KEY SHARE", values)), None)
