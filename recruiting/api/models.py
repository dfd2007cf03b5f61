"""Personal tokens of the REST API. Only their digests are kept; what a token can do is in `scopes`."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from recruiting.api import scopes
from recruiting.foundation import clock
from recruiting.foundation.models import CompanyModel, CompanyQuerySet


def validate_scopes(names: object) -> None:
    """Raise ValidationError unless `names` is a list of known scopes, at least one and none twice."""
    if not isinstance(names, list) or not names or len(set(map(str, names))) != len(names):
        raise ValidationError("Choose at least one permission.")
    known = scopes.names()
    for name in names:
        if name not in known:
            raise ValidationError(f"{name} is not a permission.")


class ApiTokenQuerySet(CompanyQuerySet["ApiToken"]):
    """Questions about tokens."""

    def usable(self, *, now: datetime) -> Self:
        """Return tokens that are neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ApiToken(CompanyModel):
    """A key to the API that acts as one membership, within its scopes, until it expires or is revoked."""

    membership = models.ForeignKey("companies.Membership", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scopes = models.JSONField(default=list, validators=[validate_scopes])
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the token, in hexadecimal.")
    last4 = models.CharField("last four", max_length=4, editable=False)
    expires_at = models.DateTimeField()
    # Coarse, so that reading through the API writes at most once a minute.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ApiTokenQuerySet.as_manager()
    connection_id: ClassVar[UUID | None] = None

    class Meta:
        verbose_name = "API token"
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="apitoken_digest_unique"),
            models.CheckConstraint(name="apitoken_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="apitoken_has_scopes", condition=~Q(scopes=[])),
            models.CheckConstraint(name="apitoken_expires_later", condition=Q(expires_at__gt=F("created_at"))),
        ]
        indexes = [models.Index(name="apitoken_whose", fields=["membership", "-id"])]

    def __str__(self) -> str:
        return f"{self.name} (…{self.last4})"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= clock.now()

    @property
    def counted_as(self) -> str:
        """Whose calls it counts among: its own."""
        return f"token:{self.pk}"


class IdempotencyKey(CompanyModel):
    """What came of a POST that must happen once; see `recruiting.api.idempotency`. No text of anybody's stands here."""

    caller = models.CharField(max_length=80, help_text="Whose calls are counted together.")
    path_digest = models.CharField(max_length=64, help_text="SHA-256 of the address, in hexadecimal.")
    key_digest = models.CharField(max_length=64, help_text="SHA-256 of the key, in hexadecimal.")
    body_digest = models.CharField(max_length=64, help_text="SHA-256 of key, address and body, in hexadecimal.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty while it runs.")
    code = models.CharField(max_length=80, blank=True, default="", help_text="Of a refusal.")
    row = models.UUIDField(null=True, blank=True, help_text="What was written.")
    address = models.CharField(max_length=300, blank=True, default="", help_text="Where that can be read.")

    class Meta:
        verbose_name = "idempotency key"
        constraints = [
            models.UniqueConstraint(fields=["caller", "path_digest", "key_digest"], name="idempotencykey_once"),
        ]
        indexes = [models.Index(name="idempotencykey_age", fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.caller}: {self.status or 'running'}"
