"""How companies are connected to vendors: installations, credentials and what vendors told us.

Code says what a vendor can do (`Integration`); a row here says how one company is connected to it.
"""

import secrets
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q

from recruiting import extensions
from recruiting.foundation import clock, text
from recruiting.foundation.encryption import EncryptedTextField
from recruiting.foundation.keys import KeyField
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet
from recruiting.foundation.tokens import digest


def new_webhook_token() -> str:
    """Return an unguessable part of a webhook address."""
    return secrets.token_urlsafe(32)


class InstallationQuerySet(CompanyQuerySet["Installation"]):
    """Questions about connections."""

    def by_webhook_token(self, integration: str, token: str) -> "Installation | None":
        """Return the installation that a webhook address belongs to, or None."""
        return self.filter(integration=integration, webhook_token_digest=digest(token)).first()


class Installation(CompanyModel):
    """A company's connection to a vendor."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="installations")
    integration = models.CharField(max_length=60, help_text="The integration's slug.")
    # What the company calls it, where it may have several of one integration; empty else.
    label = models.CharField(max_length=60, blank=True, default="")
    label_key = KeyField(sources=["label"], key=text.compare_key)
    is_on = models.BooleanField(default=False)
    # Company-level work runs on this credential; the vendor's keys are a person's.
    primary_credential = models.ForeignKey(
        "integrations.Credential", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    webhook_token = EncryptedTextField(default=new_webhook_token)
    webhook_token_digest = models.CharField(max_length=64, editable=False)
    # Platform staff may point one company elsewhere (a vendor's test system); company administrators may not.
    base_url_override = models.URLField(max_length=300, blank=True, default="")
    paused_until = models.DateTimeField(null=True, blank=True)
    needs_attention = models.CharField(max_length=300, blank=True, default="")
    last_heard_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)
    # Since when (machine time) nothing was answered; None while it answers.
    unavailable_since = models.DateTimeField(null=True, blank=True, editable=False)
    settings = models.JSONField(default=dict, blank=True)

    objects: ClassVar = InstallationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "integration", "label_key"], name="installation_label_unique"),
            models.UniqueConstraint(fields=["webhook_token_digest"], name="installation_webhook_token_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.label or self.integration} of {self.company}"

    @property
    def name(self) -> str:
        """What sentences call the vendor: as the company does, else by its own name."""
        return self.label or str(getattr(extensions.get(self.integration), "vendor", self.integration))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the token's digest beside the encrypted token."""
        self.webhook_token_digest = digest(self.webhook_token)
        super().save(*args, **kwargs)

    def keep(self, **values: object) -> None:
        """Keep values in `settings`; what is written beside them at the same time stays."""
        with transaction.atomic():
            locked = Installation.objects.select_for_update().get(pk=self.pk)
            locked.change(settings={**locked.settings, **values})
            self.settings = locked.settings

    @property
    def channel(self) -> str:
        """The outbox channel of everything sent over this connection."""
        return f"installation:{self.pk}"

    def is_paused(self, now: datetime) -> bool:
        """Return whether the vendor (or an operator) asked for a pause that lasts."""
        return self.paused_until is not None and self.paused_until > now


class CredentialQuerySet(CompanyQuerySet["Credential"]):
    """Which keys may be used."""

    def usable(self) -> Self:
        """Return keys that the vendor accepted, of members who may still act."""
        return self.filter(
            Q(membership__isnull=True) | Q(membership__is_active=True, membership__user__is_active=True),
            state=Credential.State.ACCEPTED,
        )


class Credential(CompanyModel):
    """A key to a vendor, of one member or (membership empty) of the company. The key itself is never shown again."""

    class State(models.TextChoices):
        """What the vendor said about the key. MISSING: the member was added, no key was pasted yet."""

        MISSING = "missing", "No key yet"
        UNCHECKED = "unchecked", "Not checked yet"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="credentials")
    membership = models.ForeignKey(
        "companies.Membership", null=True, blank=True, on_delete=models.CASCADE, related_name="vendor_credentials"
    )
    secret = EncryptedTextField(blank=True, default="")
    # Recognizes the same key pasted for two people; a keyed digest, useless without our own key.
    secret_digest = models.CharField(max_length=64, blank=True, default="")
    last4 = models.CharField(max_length=4, blank=True, default="")
    state = ChoiceField(State, max_length=10, default=State.MISSING)
    checked_at = models.DateTimeField(null=True, blank=True)
    # Who the vendor says the key belongs to.
    account_id = models.CharField(max_length=80, blank=True, default="")
    account_name = models.CharField(max_length=160, blank=True, default="")
    account_email = models.CharField(max_length=254, blank=True, default="")

    objects: ClassVar = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["installation", "membership"],
                condition=Q(membership__isnull=False),
                name="credential_once_per_member",
            ),
            models.UniqueConstraint(
                fields=["installation"], condition=Q(membership__isnull=True), name="credential_one_of_company"
            ),
            models.UniqueConstraint(
                fields=["installation", "secret_digest"], condition=~Q(secret_digest=""), name="credential_key_once"
            ),
            models.CheckConstraint(
                name="credential_missing_has_no_key",
                condition=Q(state="missing", secret="", last4="", secret_digest="")
                | (~Q(state="missing") & ~Q(secret="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Key of {self.membership or self.company}"


class WebhookDelivery(CompanyModel):
    """What a vendor told us, stored and committed before we answer. A hint: the vendor's state is fetched anew."""

    class State(models.TextChoices):
        """WAITING becomes PROCESSED, or UNMATCHED after an hour without a request that it fits."""

        WAITING = "waiting"
        PROCESSED = "processed"
        UNMATCHED = "unmatched"
        UNREADABLE = "unreadable"

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=80, blank=True, default="")
    # The vendor's own id of the delivery; without one every copy is stored.
    vendor_delivery_id = models.CharField(max_length=120, null=True, blank=True)
    body = models.BinaryField()
    state = ChoiceField(State, max_length=10, default=State.WAITING)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["installation", "vendor_delivery_id"],
                condition=Q(vendor_delivery_id__isnull=False),
                name="webhookdelivery_once",
            ),
        ]
        indexes = [
            models.Index(name="webhookdelivery_recent", fields=["installation", "-received_at"]),
            models.Index(name="webhookdelivery_old", fields=["received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.event} at {self.received_at:%Y-%m-%d %H:%M:%S} UTC"
