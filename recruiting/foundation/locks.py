"""`FOR KEY SHARE`, which Django lacks: keep a row from being deleted, without waiting for others who do the same.

PostgreSQL checks a foreign key when the transaction ends, too late for a useful message. Take this lock on a row before
pointing a foreign key at it; before deleting one, lock it with `select_for_update()`, then look what points at it.
"""

from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def lock_key_share(model: type[Row], pk: UUID) -> Row | None:
    """Return a row as it is now, locked against deletion until the transaction ends; None when it is gone.

    SQLite has one writer at a time and needs no lock.
    """
    found: models.QuerySet[Any] = model._base_manager.filter(pk=pk)
    if connection.vendor != "postgresql":
        return found.first()
    sql, values = found.query.sql_with_params()
    return next(iter(model._base_manager.raw(f"{sql} FOR KEY SHARE", values)), None)
