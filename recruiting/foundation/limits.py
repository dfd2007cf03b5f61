"""How long a text may be: the column decides, on both engines, before the database is asked; and what is an address.

PostgreSQL refuses a text that is too long with an error of its own and SQLite takes it; services ask here first.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models

from recruiting.foundation.errors import InvalidInput

validate_url = URLValidator(schemes=["http", "https"])
NO_ADDRESS = "That email looks incomplete. Check it."


def is_address(email: str) -> bool:
    """Return whether an address, as `text.email` leaves it, can be one: by the rule of `EmailField`, in ASCII before @.

    That rule takes ı and ſ for the letters i and s, and a mail to them reaches nobody.
    """
    try:
        validate_email(email)
    except ValidationError:
        return False
    return email.rpartition("@")[0].isascii()


def is_web_address(link: str) -> bool:
    """Return whether a link can be one that people follow: http or https, with a host and nobody's name before it."""
    try:
        validate_url(link)
        parts = urlsplit(link)
    except (ValidationError, ValueError):
        return False
    return "@" not in parts.netloc and len(link) <= 500


def require_address(model: type[models.Model], email: str) -> None:
    """Raise InvalidInput, for the field `email` of `model`, unless it can be an address and fits."""
    if not is_address(email):
        raise InvalidInput(fields={"email": NO_ADDRESS if email else "Enter an email address."})
    require_fits(model, {"email": email})


def require_fits(model: type[models.Model], values: Mapping[str, object]) -> None:
    """Raise InvalidInput for every text in `values` that is longer than its column of `model`, by field name."""
    too_long = {}
    for name, value in values.items():
        limit = getattr(model._meta.get_field(name), "max_length", None)
        if limit is not None and isinstance(value, str) and len(value) > limit:
            too_long[name] = f"Use {limit:,} characters at most; this has {len(value):,}."
    if too_long:
        raise InvalidInput(fields=too_long)
