"""The request of a vendor of the usual kind: what was chosen, how it went and where the result is."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from integrations.requests.lifecycle import STANDARD, Lifecycle, State
from integrations.requests.models import VendorRequest, VendorRequestQuerySet, request_constraints
from recruiting.foundation.models import ChoiceField

# A result does not stand in the way of another request: there are several tests.
LIFECYCLE = replace(STANDARD, blocking=STANDARD.open)


class StandardRequest(VendorRequest):
    """One thing asked for. A concrete model adds nothing but its docstring."""

    lifecycle: ClassVar[Lifecycle] = LIFECYCLE

    state = ChoiceField(State, max_length=10, default=State.QUEUED)
    # The vendor's id and name of what was chosen, such as a test.
    product_id = models.CharField(max_length=200)
    product_name = models.CharField(max_length=200)
    # What the sender chose to share with the vendor, which opens it by a link that dies with the request.
    file = models.ForeignKey(
        "applications.Attachment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The move that started it: told twice of one move, we send once.
    transition = models.ForeignKey(
        "applications.StageTransition", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # As the vendor gives them: a score, where the result is, and [[label, value], …].
    score = models.CharField(max_length=60, blank=True, default="")
    result_url = models.URLField(max_length=1000, blank=True, default="")
    details = models.JSONField(default=list, blank=True)
    # The vendor's own instant of its last change, where it has one: an older answer is not applied.
    changed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = VendorRequestQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["application", "installation"],
                condition=Q(state__in=sorted(LIFECYCLE.blocking), is_superseded=False),
                name="%(app_label)s_one_open",
            ),
            models.UniqueConstraint(
                fields=["transition"],
                condition=Q(transition__isnull=False),
                name="%(app_label)s_one_per_move",
            ),
            *request_constraints("%(app_label)s", LIFECYCLE),
        ]
        # Without names of their own: Django makes them, within its thirty letters.
        indexes = [
            models.Index(fields=["application", "-id"]),
            models.Index(fields=["state", "seen_at"]),
            models.Index(fields=["company", "state", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.product_name} for {self.invited_name} ({State(self.state).label})"
