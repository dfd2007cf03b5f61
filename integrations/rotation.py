"""Re-encrypts stored secrets with the first of `CREDENTIAL_KEYS`, so that an old key can be thrown away.

Finds every encrypted column by itself. Never prints or logs a value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast

from recruiting.foundation.encryption import EncryptedTextField

BATCH = 500


@dataclass
class Outcome:
    """How many values were encrypted anew, how many had the first key already, and which rows no key opens."""

    rotated: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield each encrypted column of the installed models."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, EncryptedTextField):
                yield model, column.name


def rotate_all() -> Outcome:
    """Encrypt every stored secret with the first key; running it again changes nothing."""
    outcome = Outcome()
    for model, column in encrypted_columns():
        _rotate(model, column, outcome)
    return outcome


def _rotate(model: type[models.Model], column: str, outcome: Outcome) -> None:
    first = Fernet(settings.CREDENTIAL_KEYS[0])
    every = MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    # The stored text itself: read through the field it would come decrypted.
    stored: models.QuerySet[Any] = model._base_manager.annotate(_stored=Cast(column, models.TextField()))
    rows = stored.exclude(_stored="").order_by("pk").values_list("pk", "_stored")
    batch = list(rows[:BATCH])
    while batch:
        with transaction.atomic():
            for pk, token in batch:
                if _opens(first, token):
                    outcome.current += 1
                    continue
                try:
                    value = every.decrypt(token.encode()).decode()
                except InvalidToken:
                    outcome.unreadable.append(f"{model._meta.label} {pk}")
                    continue
                # A key that somebody replaced meanwhile is left as it is: it has the first key already.
                outcome.rotated += stored.filter(pk=pk, _stored=token).update(**{column: value})
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


def _opens(key: Fernet, token: str) -> bool:
    try:
        key.decrypt(token.encode())
    except InvalidToken:
        return False
    return True
