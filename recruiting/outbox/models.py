"""The outbox and the heartbeat.

The outbox alone has a counting key: within one ordering key its messages run in the order in which they were written.
"""

from django.db import models
from django.db.models import Q

from recruiting.foundation import clock
from recruiting.foundation.encryption import EncryptedTextField
from recruiting.foundation.models import ChoiceField


class OutboxMessage(models.Model):
    """One task (a vendor call, a mail), written in the transaction of the fact that caused it."""

    class State(models.TextChoices):
        """WAITING and LEASED run by themselves; PARKED waits for a person; DONE and DEAD are over."""

        WAITING = "waiting"
        LEASED = "leased"
        ON_HOLD = "parked", "Parked"
        DONE = "done"
        DEAD = "dead"

    OPEN = (State.WAITING, State.LEASED, State.ON_HOLD)

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey("companies.Company", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=80)
    # Messages with one ordering key run one at a time, oldest first.
    ordering_key = models.CharField(max_length=120)
    # Messages that share a channel (an installation) are paused, put on hold and released together.
    channel = models.CharField(max_length=120, blank=True, default="")
    # At most one waiting message per coalescing key: "look again" asked twice is asked once.
    coalesce_key = models.CharField(max_length=120, blank=True, default="")
    payload = models.JSONField(default=dict)
    state = ChoiceField(State, max_length=8, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    available_at = models.DateTimeField(default=clock.machine_now)
    # How often it was let run ahead of its pause (`messages.hasten`).
    hastened = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_id = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # When the last attempt was over: its end as reported, or the end of its lease when the worker died.
    attempt_ended_at = models.DateTimeField(null=True, blank=True)
    error_class = models.CharField(max_length=80, blank=True, default="")
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=clock.machine_now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outboxmessage_lease_coherent",
                condition=Q(state="leased", lease_id__isnull=False, lease_until__isnull=False)
                | (~Q(state="leased") & Q(lease_id__isnull=True, lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="outboxmessage_finished_coherent",
                condition=Q(state__in=["done", "dead"], finished_at__isnull=False)
                | (~Q(state__in=["done", "dead"]) & Q(finished_at__isnull=True)),
            ),
            models.UniqueConstraint(
                name="outboxmessage_one_waiting_per_coalesce_key",
                fields=["coalesce_key"],
                condition=Q(state="waiting") & ~Q(coalesce_key=""),
            ),
        ]
        indexes = [
            models.Index(name="outboxmessage_due", fields=["available_at", "id"], condition=Q(state="waiting")),
            models.Index(name="outboxmessage_lapsed", fields=["lease_until"], condition=Q(state="leased")),
            models.Index(
                name="outboxmessage_head",
                fields=["ordering_key", "id"],
                condition=Q(state__in=["waiting", "leased", "parked"]),
            ),
            models.Index(
                name="outboxmessage_channel",
                fields=["channel", "state"],
                condition=Q(state__in=["waiting", "leased", "parked"]),
            ),
            models.Index(name="outboxmessage_finished", fields=["finished_at"], condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk} ({self.state})"


class OutboxSecret(models.Model):
    """What a message carries that nobody may read, such as a mail with a one-time link: encrypted, in no admin.

    Gone once the message is done, and at the latest when it is of no more use.
    """

    message = models.OneToOneField(OutboxMessage, primary_key=True, on_delete=models.CASCADE, related_name="secret")
    value = EncryptedTextField(help_text="JSON.")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Secret of outbox message {self.pk}"


class Heartbeat(models.Model):
    """The last instant at which a background worker did its work."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%Y-%m-%d %H:%M:%S} UTC"
