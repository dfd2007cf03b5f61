"""The flow of a vendor of the usual kind: which products it has, and what its answers mean."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import capfirst

from integrations import credentials, live, outbound
from integrations.models import Credential, Installation
from integrations.requests import tasks
from integrations.requests.flow import CLOCK_SKEW, RequestFlow
from integrations.requests.lifecycle import Call, Event, State
from integrations.standard import activity
from integrations.standard.models import StandardRequest
from newsfeed.activity import ActivityType
from recruiting.applications import files
from recruiting.extensions import Badge
from recruiting.foundation.errors import NotFound
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorNotFound

# In `Installation.settings`: what the vendor listed last, as [[id, name], …].
_KNOWN = "products"
# As long as the columns are.
VENDOR_ID_LENGTH, RESULT_URL_LENGTH = 80, 1000

Request = TypeVar("Request", bound=StandardRequest)

BADGES = {
    State.QUEUED: Badge("Sending", "send", "neutral"),
    State.UNCERTAIN: Badge("Uncertain", "alert-triangle", "danger"),
    State.SENT: Badge("Sent", "mail-forward", "info"),
    State.IN_PROGRESS: Badge("In Progress", "progress", "info"),
    State.COMPLETED: Badge("Complete", "circle-check", "success"),
    State.CANCELED: Badge("Canceled", "ban", "neutral"),
    State.STOPPED: Badge("No longer tracked", "ban", "neutral"),
    State.FAILED: Badge("Failed", "alert-triangle", "danger"),
}


@dataclass(frozen=True)
class Product:
    """Something that can be sent, as the vendor lists it."""

    id: str
    name: str


@dataclass(frozen=True)
class Answer:
    """What the vendor says about a request."""

    id: str
    event: Event
    status: str = ""
    is_known: bool = True
    """Whether the status word is one of the contract's."""
    score: str = ""
    result_url: str = ""
    details: Sequence[tuple[str, str]] = field(default_factory=tuple)
    changed_at: datetime | None = None


class StandardFlow(RequestFlow[Request]):
    """A vendor's side of its requests."""

    noun: ClassVar[str] = "assessment"
    """What people call one, told apart from other vendors'."""
    noun_there: ClassVar[str] = "assessment"
    badges = BADGES
    related = ("file",)
    cancels: ClassVar[bool] = False
    """Whether the vendor can be asked to cancel."""
    shares_files: ClassVar[bool] = False
    """Whether the sender may give the vendor one of the candidate's files (`file_url`)."""
    tab_slug: ClassVar[str]
    """Of the candidate's tab."""
    lists: ClassVar[bool] = False
    """Whether the vendor lists requests, so that a lost answer can be looked up (`created_since`)."""

    @abstractmethod
    def products(self, client: Any) -> Sequence[Product]:
        """Return what can be sent. Raises VendorError."""

    def created_since(self, client: Any, request: Request, since: datetime) -> Sequence[Answer]:
        """Return what the vendor lists of this candidate and product, created since an instant (UTC)."""
        raise NotImplementedError

    # ── Given ────────────────────────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def entry_types(self) -> Mapping[Any, ActivityType[Any]]:  # type: ignore[override]
        """The types of newsfeed entries."""
        return activity.types_of(self.standard_model, self.noun)

    @cached_property
    def not_sent(self) -> ActivityType[activity.NotSentPayload]:
        """The type of "entering a step sent nothing"."""
        return activity.not_sent_of(self.namespace, self.noun)

    def page_client(self, credential: Credential) -> Any:
        """Return a client for a person who waits."""
        return self.integration.get_client(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)

    @property
    def title(self) -> str:
        """What people call one, at the beginning of a sentence."""
        return capfirst(self.noun)

    @property
    def a_noun(self) -> str:
        """What people call one, with its article."""
        return f"{'an' if self.noun[0] in 'aeiouAEIOU' else 'a'} {self.noun}"

    def card(self, connection: UUID | None) -> str:
        """Return what the ids of a connection's card on the tab begin with."""
        return f"{self.namespace}-{connection or 'none'}"

    @property
    def standard_model(self) -> type[StandardRequest]:
        """The model, as what it is."""
        assert issubclass(self.model, StandardRequest)
        return self.model

    def register(self) -> None:
        """Register the flow's tasks and types of entries; at start-up."""
        app = self.namespace
        calls = {Call.CREATE: f"{app}.send", Call.CANCEL: f"{app}.cancel", Call.REFRESH: f"{app}.refresh"}
        tasks.register(self, calls)
        assert self.entry_types and self.not_sent

    def offered(self, credential: Credential, *, fresh: bool = False) -> Sequence[Product]:
        """Return what can be sent, for a person who waits; kept for a minute. Raises VendorError."""
        found: Sequence[Product] = live.cached_read(
            f"{self.namespace}.products:{credential.pk}",
            lambda: self.products(self.page_client(credential)),
            vendor=credential.installation.name,
            credential=credential,
            fresh=fresh,
        )
        installation, listed = credential.installation, [[product.id, product.name] for product in found]
        if installation.settings.get(_KNOWN) != listed:
            installation.keep(**{_KNOWN: listed})
        return sorted(found, key=lambda product: product.name.lower())

    def known(self, installation: Installation) -> list[Product]:
        """Return what the vendor listed last; nobody is asked."""
        return [Product(id, name) for id, name in installation.settings.get(_KNOWN, ())]

    def file_url(self, request: Request) -> str | None:
        """Return a new link to the file that the sender chose, None without one."""
        if request.file is None:
            return None
        return files.share(attachment=request.file, extension=self.slug, label=request.vendor, subject_id=request.pk)

    def can_list(self, request: Request) -> bool:
        """Return what the contract says."""
        return self.lists

    def find(self, client: Any, request: Request) -> Sequence[Answer]:
        """Return what an earlier attempt may have created, without what is another request's here."""
        assert request.send_attempted_at is not None
        listed = self.created_since(client, request, request.send_attempted_at - CLOCK_SKEW)
        here = self.standard_model._default_manager.filter(installation=request.installation)
        known = set(here.filter(vendor_id__in=[one.id for one in listed]).values_list("vendor_id", flat=True))
        return [one for one in listed if one.id not in known]

    def writing_order(self, request: Any) -> str:
        """Send a candidate's over one connection in turn, those of several jobs too: at the vendor they look alike."""
        return f"{self.order_prefix}s:{request.application.candidate_id}:{request.installation_id}"

    def can_cancel(self, request: Request) -> bool:
        """Return whether it never left, or the vendor can cancel."""
        return self.cancels or (not request.vendor_id and request.send_attempted_at is None)

    def require_this_candidate(self, request: Request, vendor_id: str) -> None:
        """Ask the vendor whether it has a request of this id; where it cannot be asked, believe who looked there.

        Raises:
            NotFound: when it has none, or the id is none that a vendor gives.
            VendorError: when it could not be asked.
        """
        if len(vendor_id) > VENDOR_ID_LENGTH:
            raise NotFound(f"No number of {request.vendor} is that long. Enter what it shows for this {self.noun}.")
        if not self.reads:
            return
        credential = credentials.of_company(request.installation)
        if credential is None:
            raise VendorAuthFailed(f"There is no key for {request.vendor}.")
        asked = copy(request)
        asked.vendor_id = vendor_id
        try:
            self.read(self.page_client(credential), asked)
        except VendorNotFound:
            raise NotFound(f"{request.vendor} has no {self.noun_there} with this number.") from None

    def rivals(self, request: Request) -> QuerySet[Any]:
        """Return the requests over the same connection: two partners' assessments go side by side."""
        return self.model._default_manager.filter(
            application=request.application_id, installation=request.installation_id
        )

    def is_outdated(self, request: Request, seen: Answer) -> bool:
        """Return whether an answer is of an earlier change."""
        return bool(request.changed_at and seen.changed_at and seen.changed_at < request.changed_at)

    def absorb(self, request: Request, event: Event, seen: Answer | None, now: datetime) -> None:
        """Take over score, result and details."""
        if seen is None:
            return
        request.status_is_unknown = not seen.is_known
        request.changed_at = seen.changed_at or request.changed_at
        request.score = seen.score[:60] or request.score
        if outbound.is_link(seen.result_url) and len(seen.result_url) <= RESULT_URL_LENGTH:
            request.result_url = seen.result_url
        if seen.details:
            request.details = [list(pair) for pair in seen.details]

    def payload(self, request: Request, *, detail: str, **more: Any) -> activity.StandardPayload:
        """Return whose request it is and for what."""
        return activity.StandardPayload(
            candidate=request.invited_name,
            product=request.product_name,
            vendor=request.vendor,
            detail=detail,
            score=request.score,
            **more,
        )
