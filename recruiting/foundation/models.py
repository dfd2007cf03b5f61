"""Model and manager bases for every table.

Knows no domain: a company appears here only as a foreign key by name.
"""

from typing import Any, Self, TypeVar

from django.db import models

from recruiting.foundation import clock, ids
from recruiting.foundation.keys import KeyedModel, KeyedQuerySet


class BaseModel(KeyedModel):
    """UUIDv7 key and the two instants (UTC) that every row carries."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and move `updated_at` with every save."""
        self.updated_at = clock.now()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "updated_at"}
        super().save(*args, **kwargs)


Row = TypeVar("Row", bound=models.Model)


class CompanyQuerySet(KeyedQuerySet[Row]):
    """Every query about a company's rows starts at `for_company`."""

    def for_company(self, company: models.Model) -> Self:
        """Return only rows of `company`."""
        return self.filter(company=company)
