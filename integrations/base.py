"""What an integration is: code that says what a vendor can do.

One class per vendor declares every hook that exists; the registry collects them, the framework calls them. How one
company is connected is a row (`Installation`).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from integrations.env_settings import EnvSetting
from integrations.models import Credential, Installation
from integrations.requests.models import VendorRequest
from recruiting.applications.models import SharedFile
from recruiting.companies import selectors as companies
from recruiting.companies.models import Company
from recruiting.extensions import Extension
from recruiting.foundation import memo
from recruiting.foundation.compiled import compiled
from recruiting.jobs.models import StageAutomation
from recruiting.outbox.schedules import ScheduledTask


class EventKind(StrEnum):
    """What a vendor's event is about, in our words. UNKNOWN is kept, never refused."""

    REQUEST_CHANGED = "request_changed"
    RESOURCE_CHANGED = "resource_changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class VendorEvent:
    """One event of a webhook delivery, normalized."""

    kind: EventKind
    vendor_id: str
    """The vendor's id of the changed thing; "" when the body had none."""
    raw: Mapping[str, Any] = field(default_factory=dict)


class NotMatchedYet(Exception):
    """The event's request is not here (yet): the delivery is tried again for an hour."""


class WebhookHandler(ABC):
    """Reads a vendor's webhooks. `verify` runs in the web request, `parse` and `handle` in the worker."""

    methods: Sequence[str] = ("POST", "PUT")
    """With which the vendor, or what stands between, sends them; others are refused."""

    @abstractmethod
    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Raise `WebhookRejected` unless the delivery is genuine; in constant time."""

    def delivery_id(self, request: HttpRequest) -> str | None:
        """Return the vendor's id of this delivery, or None; never a hash of the body."""
        return None

    @abstractmethod
    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return the events in a body. Raises ValueError when it cannot be read."""

    @abstractmethod
    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Act on one event, usually by publishing a refresh. Raises `NotMatchedYet` for an unknown request."""


@compiled
def _connected_or_started(company_id: UUID) -> QuerySet[Any, str]:
    """Return the slugs of integrations that a company was connected to, and the keys of actions that steps start."""
    connected = Installation.objects.filter(company=company_id).order_by().values_list("integration")
    started = StageAutomation.objects.filter(company=company_id).order_by().values_list("action")
    rows: QuerySet[Any, str] = connected.union(started).values_list("integration", flat=True)
    return rows


class Integration(Extension):
    """Everything the framework asks of a vendor's integration. `slug` names the capability, `vendor` the company."""

    vendor: str
    """The vendor's name as people write it."""
    env_settings: Sequence[EnvSetting] = ()
    options: Sequence[str] = ()
    """Names in `Installation.settings` that an Administrator may set (`installations.configure`)."""
    needs_base_url: bool = False
    """Whether each company has the vendor at an address of its own, its option `base_url`."""
    allows_several: bool = False
    """Whether a company may have several connections, each under a label of its own."""
    webhook: WebhookHandler | None = None
    request_models: Sequence[type[VendorRequest]] = ()
    scheduled_tasks: Sequence[ScheduledTask] = ()
    urls: str | tuple[list[URLPattern], str] = ""
    """A urlconf mounted at the root (dotted path, or patterns and namespace), or ""."""
    api_urls: str | tuple[list[URLPattern], str] = ""
    """A urlconf mounted under /api/v1/ (dotted path, or patterns and namespace), or ""."""

    shows_webhook_url = False
    """Whether an Administrator has to tell the vendor where to report."""

    def is_enabled_for(self, company: models.Model) -> bool:
        """Return whether platform staff switched this on for the company."""
        return isinstance(company, Company) and companies.has_feature(company, self.slug)

    def is_used_by(self, company: models.Model) -> bool:
        """Return whether it is enabled for the company, or the company was connected, or a step starts something."""
        if self.is_enabled_for(company):
            return True
        # One answer for all integrations of a page.
        read = partial(_connected_or_started, company.pk)
        used = memo.once(("used", company.pk), lambda: frozenset(read()))
        return self.slug in used or not used.isdisjoint(action.key for action in self.stage_actions)

    def still_shares(self, shared: SharedFile) -> bool:
        """Return whether a link to a file may still be opened: while its request is open and the switch is on."""
        for model in self.request_models:
            rows = model._default_manager.select_related("installation").filter(company=shared.company_id)
            request = rows.filter(pk=shared.subject_id).first()
            if request is not None:
                return bool(request.installation.is_on and request.is_open and not request.is_superseded)
        return False

    @abstractmethod
    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with `credential`. `deadline_seconds` is the total of one call."""

    @abstractmethod
    def check_connection(self, credential: Credential) -> None:
        """Ask the vendor who the key belongs to and note it on the credential. Raises VendorError."""

    def primary_changed(self, installation: Installation, *, before: Credential | None) -> None:
        """Move what hangs on the primary key (subscriptions) to the new one; inside the transaction of the change.

        `before` is the primary credential itself where its key now belongs to another of the vendor's accounts.
        """

    def reconcile(self, *, now: datetime) -> int:
        """Publish refreshes for open requests that the vendor has not spoken of lately; return how many."""
        return 0
