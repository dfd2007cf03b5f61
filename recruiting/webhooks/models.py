"""Who outside is told of what happens here, and each delivery. `tasks` sends; `services` are what people do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from newsfeed import facts
from newsfeed.models import NewsfeedEntry
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.encryption import EncryptedTextField
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet, Row

ABOUT = ("application", "job", "candidate")
"""What a fact is about, by its words in `data`: the first of these that it names."""
LOST = facts.fact("access.lost", "What it was told of is gone, or may not be seen any more", ends_access=True)
"""Sent instead of the next fact about something that the member no longer sees."""
PING = "ping"
"""The fact that nothing happened: sent when a subscription is saved, and at a person's wish."""


def validate_facts(names: object) -> None:
    """Raise ValidationError unless `names` is a list of registered kinds of facts, at least one and none twice."""
    if not isinstance(names, list) or not names or len(set(map(str, names))) != len(names):
        raise ValidationError("Choose at least one.")
    for unknown in set(map(str, names)) - {kind.name for kind in facts.all_kinds()}:
        raise ValidationError(f"There is no fact called {unknown}.")


def about(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return which word of `ABOUT` names what a fact is about, and its id; two "" for a fact about nothing."""
    return next(((word, str(data[word])) for word in ABOUT if data.get(word)), ("", ""))


class AdministratorsQuerySet(CompanyQuerySet[Row]):
    """What Administrators alone see."""

    def visible_to(self, membership: Membership) -> Self:
        """Return the company's to an Administrator, to anybody else none."""
        mine = self.for_company(membership.company)
        return mine if membership.is_administrator else mine.none()


class Subscription(CompanyModel):
    """An address outside that is told of some kinds of facts, within what a member may see when it is sent."""

    class State(models.TextChoices):
        """ON is told; PAUSED was stopped by an Administrator, DISABLED by us. What happens then is not told later."""

        ON = "on", "On"
        PAUSED = "paused", "Paused"
        DISABLED = "disabled", "Disabled"

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    # The connected app that saved it, and with which it ends; none for pages and personal tokens.
    connection = models.ForeignKey(
        "connected_apps.Connection", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    url = models.CharField("address", max_length=500)
    # Since when it is that one, empty: always. What was sent before, somebody else was told.
    url_since = models.DateTimeField(null=True, blank=True, editable=False)
    facts = models.JSONField(default=list, validators=[validate_facts])
    state = ChoiceField(State, max_length=8, default=State.ON)
    # Why it is disabled, a sentence.
    reason = models.CharField(max_length=300, blank=True, default="")
    secret = EncryptedTextField()
    # The secret before the last rotation, with which we sign as well until then.
    previous_secret = EncryptedTextField(blank=True, default="")
    previous_until = models.DateTimeField(null=True, blank=True)
    # Until when (machine time) nothing is tried, because the receiver did not answer: it would hold the workers.
    quiet_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar = AdministratorsQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook"
        constraints = [
            models.CheckConstraint(name="subscription_has_facts", condition=~Q(facts=[])),
            models.CheckConstraint(name="subscription_has_address", condition=~Q(url="")),
            models.CheckConstraint(name="subscription_has_secret", condition=~Q(secret="")),
            models.CheckConstraint(
                name="subscription_disabled_says_why",
                condition=Q(state="disabled") & ~Q(reason="") | ~Q(state="disabled") & Q(reason=""),
            ),
            models.CheckConstraint(
                name="subscription_previous_secret_ends",
                condition=Q(previous_secret="", previous_until__isnull=True)
                | ~Q(previous_secret="") & Q(previous_until__isnull=False),
            ),
        ]
        indexes = [models.Index(name="subscription_on", fields=["company"], condition=Q(state="on"))]

    def __str__(self) -> str:
        # What follows the host may be a key, as of addresses that chat programs give out.
        return urlsplit(self.url).netloc

    @property
    def is_on(self) -> bool:
        """Whether it is told of what happens."""
        return self.state == self.State.ON

    @property
    def why_silent(self) -> str:
        """Why nothing is sent whatever its state says, as the end of a sentence; "" when it is."""
        if not self.membership.can_act:
            return f"{self.membership.name} no longer has access"
        if self.connection is not None and self.connection.revoked_at is not None:
            return f"{self.connection.client.name} was disconnected"
        return ""

    def secrets_at(self, now: datetime) -> list[str]:
        """Return with what to sign, the newest first."""
        is_rotating = self.previous_until is not None and self.previous_until > now
        return [self.secret, self.previous_secret] if is_rotating else [self.secret]


class Delivery(CompanyModel):
    """One fact for one subscription, and how sending it went; kept for `WEBHOOK_KEEP_DAYS`."""

    class State(models.TextChoices):
        """WAITING is tried by itself; of the others only DELIVERED arrived."""

        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"
        DROPPED = "dropped", "Not sent"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    # The same for every subscription that is told of the fact, and for every try.
    event_id = models.UUIDField()
    fact = models.CharField(max_length=60)
    data = models.JSONField(default=dict, help_text="Ids, by the words of the API.")
    # What it is about, by `about`: what a receiver was told before decides what it may be told of the end.
    thing_id = models.UUIDField(null=True, blank=True)
    audience = ChoiceField(NewsfeedEntry.Audience, max_length=12, default=NewsfeedEntry.Audience.EVERYONE)
    occurred_at = models.DateTimeField(default=clock.now)
    state = ChoiceField(State, max_length=9, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Of the last try: when (UTC), what was answered, how long it took, and what was wrong.
    tried_at = models.DateTimeField(null=True, blank=True)
    answer_code = models.PositiveSmallIntegerField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = AdministratorsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["event_id", "subscription"], name="delivery_once_per_subscription"),
            models.CheckConstraint(
                name="delivery_delivered_was_answered",
                condition=~Q(state="delivered") | Q(tried_at__isnull=False, answer_code__range=(200, 299), error=""),
            ),
            models.CheckConstraint(
                name="delivery_not_sent_says_why",
                condition=~Q(state__in=["failed", "skipped", "dropped"]) | ~Q(error=""),
            ),
        ]
        indexes = [
            models.Index(name="delivery_log", fields=["subscription", "-id"]),
            models.Index(name="delivery_old", fields=["created_at"]),
            models.Index(name="delivery_about", fields=["subscription", "thing_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.fact} to {self.subscription_id}"

    @property
    def webhook_id(self) -> str:
        """The id by which a receiver knows a fact that it is told of again."""
        return f"msg_{self.event_id}"

    def data_for(self, reader: Membership) -> dict[str, Any]:
        """Return the ids as an Administrator reads them in the log: none of what its author alone may read."""
        is_private = self.audience == NewsfeedEntry.Audience.ACTOR and self.id_of("actor") != reader.pk
        return {} if is_private else self.data

    def id_of(self, thing: str) -> UUID | None:
        """Return the id of what the fact names, None when it names none."""
        found: Any = self.data.get(thing)
        return UUID(found) if found else None
