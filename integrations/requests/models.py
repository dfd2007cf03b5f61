"""One request to a vendor (a video interview, a reference check): the columns, rules and questions that all share.

Each vendor has its own concrete model; one table for all vendors would become a god model.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When

from integrations.models import Installation
from integrations.requests.lifecycle import Lifecycle
from recruiting.applications.models import Application
from recruiting.companies.models import member_or_none
from recruiting.foundation.models import CompanyModel, CompanyQuerySet, Row
from recruiting.jobs.models import Job

if TYPE_CHECKING:
    from integrations.requests.flow import RequestFlow


class VendorRequestQuerySet(CompanyQuerySet[Row]):
    """Questions about any vendor's requests."""

    def visible_to(self, membership: Any) -> Self:
        """Return the requests on applications that the member may see."""
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        return mine.filter(application__job__in=Job.objects.visible_to(membership).values("pk"))

    def in_state(self, state: str, now: datetime) -> Self:
        """Return the requests of which every page says `state` now."""
        return self.filter(state=state)

    def blocking(self) -> Self:
        """Return the requests that stand in the way of a new one."""
        return self.filter(state__in=self._lifecycle.blocking, is_superseded=False)

    def running(self) -> Self:
        """Return the requests that may still be answered: open ones, and those the vendor is yet to cancel."""
        return self.filter(Q(state__in=self._lifecycle.open) | Q(cancel_pending=True))

    def counting(self, application_ids: Collection[UUID]) -> Self:
        """Return, of each application, the one request that counts: the one that blocks it, else the newest."""
        blocks = When(state__in=self._lifecycle.blocking, then=Value(0))
        rank = Case(blocks, default=Value(1), output_field=IntegerField())
        ranked = self.filter(application=OuterRef("pk"), is_superseded=False).order_by(rank, "-id")
        chosen = Application.objects.filter(pk__in=application_ids).values(chosen=Subquery(ranked.values("pk")[:1]))
        return self.filter(pk__in=chosen)

    @property
    def _lifecycle(self) -> Lifecycle:
        lifecycle: Lifecycle = self.model.lifecycle  # type: ignore[attr-defined]
        return lifecycle


class VendorRequest(CompanyModel):
    """One interview or reference check asked for. A concrete model adds `state` and what its vendor needs."""

    lifecycle: ClassVar[Lifecycle]
    flow: ClassVar["RequestFlow[Any]"]
    """Set when the vendor's flow is registered."""

    state: str
    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="%(app_label)s_%(class)ss")
    requested_by = member_or_none()
    # Whom the vendor was asked to invite: what a lost answer is recognized by.
    invited_name = models.CharField(max_length=200)
    invited_email = models.EmailField(max_length=254)
    vendor_id = models.CharField(max_length=80, blank=True, default="")
    # The vendor's own word, kept raw when we do not know it.
    vendor_status = models.CharField(max_length=80, blank=True, default="")
    status_is_unknown = models.BooleanField(default=False)
    # Set and committed before the first call that creates; a second call first looks for what the first one made.
    send_attempted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When the vendor last answered about it.")
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    canceled_by = member_or_none()
    # A cancel of ours that the vendor does not know of yet.
    cancel_pending = models.BooleanField(default=False)
    failure = models.CharField(max_length=300, blank=True, default="")
    # What at the vendor could be this one, as {"id", "status", "created_at", …}; a person chooses.
    matches = models.JSONField(default=list, blank=True)
    is_superseded = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @classmethod
    def constraint(cls, ending: str) -> str:
        """Return the name of the constraint with this ending, such as "vendor_id_once"."""
        return next(one.name for one in cls._meta.constraints if one.name.endswith(f"_{ending}"))

    @property
    def vendor(self) -> str:
        """What sentences call the vendor, or this one of the company's several."""
        return self.installation.name

    @property
    def is_open(self) -> bool:
        """Whether the request is under way, by its stored state."""
        return self.state in self.lifecycle.open

    def state_at(self, now: datetime) -> str:
        """Return the state as every page says it."""
        return self.state


def request_constraints(name: str, lifecycle: Lifecycle) -> list[models.BaseConstraint]:
    """Return the rules that every vendor's table keeps; `name` is the model's, in small letters."""
    needs_id = sorted({*lifecycle.at_vendor, "completed"})
    return [
        models.UniqueConstraint(
            fields=["installation", "vendor_id"], condition=~Q(vendor_id=""), name=f"{name}_vendor_id_once"
        ),
        models.CheckConstraint(name=f"{name}_at_vendor_has_id", condition=~Q(state__in=needs_id) | ~Q(vendor_id="")),
        models.CheckConstraint(
            name=f"{name}_sent_has_attempt",
            condition=Q(sent_at__isnull=True) | Q(send_attempted_at__isnull=False) & ~Q(vendor_id=""),
        ),
        models.CheckConstraint(
            name=f"{name}_cancel_pending_is_canceled", condition=Q(cancel_pending=False) | Q(state="canceled")
        ),
    ]


def request_indexes(name: str, lifecycle: Lifecycle) -> list[models.Index]:
    """Return the indexes of the questions that are asked of every vendor's table."""
    at_vendor = Q(state__in=sorted(lifecycle.at_vendor))
    return [
        models.Index(name=f"{name}_history", fields=["application", "-id"]),
        models.Index(name=f"{name}_unseen", fields=["seen_at"], condition=at_vendor),
    ]
