"""How long a text may be: the column decides, on both engines, before the database is asked.

PostgreSQL refuses a text that is too long with an error of its own and SQLite takes it; services ask here first.
"""

from collections.abc import Mapping

from django.db import models

from recruiting.base.errors import InvalidInput


def require_fits(model: type[models.Model], values: Mapping[str, object]) -> None:
    """Raise InvalidInput for every text in `values` that is longer than its column of `model`, by field name."""
    too_long = {}
    for name, value in values.items():
        limit = getattr(model._meta.get_field(name), "max_length", None)
        if limit is not None and isinstance(value, str) and len(value) > limit:
            too_long[name] = f"Use {limit:,} characters at most; this has {len(value):,}."
    if too_long:
        raise InvalidInput(fields=too_long)
