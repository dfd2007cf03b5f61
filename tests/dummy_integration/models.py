"""The dummy's one table."""

from django.db import models
from django.db.models import Q

from integrations.requests.lifecycle import STANDARD
from integrations.requests.models import VendorRequest

OPEN = ("queued", "sent")


class Assessment(VendorRequest):
    """One assessment asked for."""

    lifecycle = STANDARD

    state = models.CharField(max_length=10, default="queued")
    expires_on = models.DateField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assessment_state_legal", condition=Q(state__in=["queued", "sent", "completed", "failed"])
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["queued", "sent", "completed"], is_superseded=False),
                name="assessment_one_per_application",
            ),
            models.UniqueConstraint(
                fields=["installation", "vendor_id"], condition=~Q(vendor_id=""), name="assessment_vendor_id_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment of {self.invited_email} ({self.state})"
