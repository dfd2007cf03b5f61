"""OAuth: the programs that may ask, whom a member let in, and the tokens that came of it.

The models stand in for those of django-oauth-toolkit, without its columns that nothing here uses. A token acts as the
membership of its connection. Codes, tokens and secrets are kept as digests alone.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from oauth2_provider.models import AbstractAccessToken, AbstractApplication, AbstractGrant, AbstractRefreshToken

from recruiting.companies.models import Company, Membership, member_or_none
from recruiting.foundation import clock
from recruiting.foundation.models import BaseModel, ChoiceField, CompanyModel, CompanyQuerySet


class ClientQuerySet(models.QuerySet["Client"]):
    """Questions about clients."""

    def of_company(self, company: Company) -> Self:
        """Return those that the company registered for itself and did not remove."""
        return self.filter(company=company, removed_at__isnull=True)


class Client(BaseModel, AbstractApplication):  # type: ignore[misc]  # the toolkit has no types
    """A program that may ask members to let it in: anybody's, or those of the company that registered it."""

    user = authorization_grant_type = post_logout_redirect_uris = hash_client_secret = None
    skip_authorization = algorithm = allowed_origins = registration_source = None
    cimd_expires_at = created = updated = None

    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: for everybody."
    )
    name = models.CharField(max_length=80)
    client_id = models.CharField("client ID", max_length=64, editable=False)
    client_type = ChoiceField(AbstractApplication.CLIENT_TYPES, max_length=32)
    client_secret = models.CharField(
        max_length=64, blank=True, default="", editable=False, help_text="SHA-256 of the secret; a public one has none."
    )
    redirect_uris = models.TextField("redirect URIs", help_text="One a line; compared character by character.")
    registered_by = member_or_none()
    is_unverified = models.BooleanField("unverified", default=False, help_text="It registered itself.")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = "OAuth client"
        constraints = [
            models.UniqueConstraint(fields=["client_id"], name="client_id_unique"),
            models.CheckConstraint(name="client_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="client_returns_somewhere", condition=~Q(redirect_uris="")),
            models.CheckConstraint(
                name="client_unverified_is_nobodys",
                condition=Q(is_unverified=False) | Q(company__isnull=True, registered_by__isnull=True),
            ),
            models.CheckConstraint(
                name="client_secret_if_confidential",
                condition=Q(client_type="public", client_secret="")
                | Q(client_type="confidential") & ~Q(client_secret=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_confidential(self) -> bool:
        """Whether it can keep a secret, and so has one."""
        return bool(self.client_type == self.CLIENT_CONFIDENTIAL)

    def clean(self) -> None:
        """Leave checks to `services`."""

    def allows_grant_type(self, *grant_types: str) -> bool:
        """Return whether one of these grants is the authorization code; for another one it has to be connected."""
        return bool(self.GRANT_AUTHORIZATION_CODE in grant_types)

    def is_usable(self, request: Any) -> bool:
        """Return whether it was not removed."""
        return self.removed_at is None


class ConnectionQuerySet(CompanyQuerySet["Connection"]):
    """Questions about connections."""

    def alive(self) -> Self:
        """Return those that were not revoked."""
        return self.filter(revoked_at__isnull=True)


class Connection(CompanyModel):
    """That a client was let in, once, with what it may do; all tokens that came of it live and die with it.

    A member lets it work for them; or an Administrator lets it work by itself, as a service account.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="connections")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="connections")
    scope = models.TextField(help_text="Names of permissions, with spaces between.")
    is_service = models.BooleanField(default=False, help_text="Whether the client works by itself.")
    allowed_by = member_or_none()
    # Coarse, so that reading through the API writes at most once a minute.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = "connected app"
        constraints = [
            models.CheckConstraint(name="connection_has_scopes", condition=~Q(scope="")),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(is_service=True, revoked_at__isnull=True),
                name="connection_one_account_of_client",
            ),
        ]
        indexes = [
            models.Index(name="connection_of_company", fields=["company", "-id"]),
            models.Index(name="connection_of_member", fields=["membership", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.client} for {self.membership}"

    @property
    def scopes(self) -> list[str]:
        """What the member allowed."""
        return self.scope.split()


class AuthorizationCode(BaseModel, AbstractGrant):  # type: ignore[misc]
    """A code on its way to the client. It stays after its use, so that a second use is recognized."""

    user = nonce = claims = resource = code_challenge_method = created = updated = None

    code = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the code.")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="authorizationcode_unique"),
            models.CheckConstraint(name="authorizationcode_has_challenge", condition=~Q(code_challenge="")),
            models.CheckConstraint(name="authorizationcode_has_scopes", condition=~Q(scope="")),
        ]
        indexes = [models.Index(name="authorizationcode_expires", fields=["expires"])]


class AccessToken(BaseModel, AbstractAccessToken):  # type: ignore[misc]
    """A key to the API for an hour."""

    user = source_refresh_token = token = id_token = application = resource = created = updated = None

    token_checksum = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the token.")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="access_tokens")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="accesstoken_unique"),
            models.CheckConstraint(name="accesstoken_has_scopes", condition=~Q(scope="")),
            models.CheckConstraint(name="accesstoken_expires_later", condition=Q(expires__gt=F("created_at"))),
        ]
        indexes = [models.Index(name="accesstoken_expires", fields=["expires"])]

    @property
    def membership(self) -> Membership:
        """Whom it acts for."""
        return self.connection.membership

    @property
    def name(self) -> str:
        """What its client is called."""
        return self.connection.client.name

    @property
    def scopes(self) -> list[str]:
        """What it may do; a refresh may have asked for less than was allowed."""
        return str(self.scope).split()

    @property
    def expires_at(self) -> datetime:
        """When its time is over."""
        at: datetime = self.expires
        return at

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= clock.now()

    @property
    def revoked_at(self) -> datetime | None:
        """When somebody revoked it."""
        return self.connection.revoked_at

    @property
    def counted_as(self) -> str:
        """Whose calls it counts among: those of its connection, so that a refresh begins no new count."""
        return f"connection:{self.connection_id}"


class RefreshToken(BaseModel, AbstractRefreshToken):  # type: ignore[misc]
    """What the next access token is asked for with, once. It stays after its use, so that a second is recognized."""

    user = token = application = access_token = token_family = resource = created = updated = revoked = None

    token_checksum = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the token.")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="refresh_tokens")
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(
        blank=True,
        default="",
        editable=False,
        help_text="What its use was answered, for some seconds; encrypted with the token itself.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="refreshtoken_unique"),
            models.CheckConstraint(name="refreshtoken_expires_later", condition=Q(expires__gt=F("created_at"))),
            models.CheckConstraint(
                name="refreshtoken_answer_of_use", condition=Q(answer="") | Q(used_at__isnull=False)
            ),
        ]
        indexes = [models.Index(name="refreshtoken_expires", fields=["expires"])]


class ConnectPolicy(CompanyModel):
    """Who of a company may let apps in; without a row Administrators alone."""

    everyone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="connectpolicy_once_per_company")]

    def __str__(self) -> str:
        return f"{self.company}: {'everyone' if self.everyone else 'Administrators'}"
