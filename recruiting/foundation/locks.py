"""`FOR KEY SHARE`, which Django lacks: keep a row from being deleted, without waiting for others who do the same.

PostgreSQL checks a foreign key when the transaction ends, too late for a useful message. Take this lock on a row before
pointing a foreign key at it; before deleting one, lock it with `select_for_update()`, then look what points at it.
"""

from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from recruiting.foundation.compiled import Composed, compose_once, compose_rows

Row = TypeVar("Row", bound=models.Model)


def lock_key_share(model: type[Row], pk: UUID) -> Row | None:
    """Return a row as it is now, locked against deletion until the transaction ends; None when it is gone.

    SQLite has one writer at a time and needs no lock.
    """
    found: list[Row] = _kept(model, pk)
    return next(iter(found), None)


def _compose(queryset: models.QuerySet[Any]) -> Composed[list[Any]]:
    composed = compose_rows(queryset)
    return replace(composed, sql=f"{composed.sql} FOR KEY SHARE") if connection.vendor == "postgresql" else composed


@compose_once(_compose, list)
def _kept(model: type[models.Model], pk: UUID) -> models.QuerySet[Any]:
    return model._base_manager.filter(pk=pk)
