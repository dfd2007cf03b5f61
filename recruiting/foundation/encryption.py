"""Text columns that are encrypted at rest with rotating keys.

Authenticated encryption (Fernet); the first of `CREDENTIAL_KEYS` encrypts, all of them decrypt. Never put such a value
in a log, an outbox payload, the newsfeed, the API or the admin.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _cipher() -> MultiFernet:
    return _fernet(tuple(settings.CREDENTIAL_KEYS))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that the database only sees encrypted. It cannot be searched; keep a digest beside it for look-ups."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; "" stays ""."""
        return _cipher().encrypt(str(value).encode()).decode() if value else ""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out. Raises `cryptography.fernet.InvalidToken` when no key fits."""
        return _cipher().decrypt(value.encode()).decode() if value else ""
