"""What a vendor says about its requests: names, keys, a few calls and what its answers mean for its own columns.

One flow per model, registered at start-up; `changes`, `services` and `tasks` are the machine that asks it. The hooks
that speak HTTP run in the worker outside any transaction, the others under the lock of the request's row.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet

from integrations import credentials, registry
from integrations.base import Integration
from integrations.models import Credential
from integrations.requests.lifecycle import Call, Entry, Event, Lifecycle, Transition
from integrations.requests.models import VendorRequest
from newsfeed.activity import ActivityType
from recruiting.companies.models import Membership
from recruiting.extensions import Badge
from recruiting.foundation.errors import NotAllowed, NotFound
from recruiting.foundation.vendor_errors import VendorNotFound
from recruiting.outbox.tasks import Hold, Task

Request = TypeVar("Request", bound=VendorRequest)
STALE_AFTER = timedelta(hours=2)
"""After this silence about an open request the vendor is asked again."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far the vendor's clock may be behind ours when a lost answer is looked for."""


@dataclass(frozen=True)
class Created:
    """What the vendor made."""

    id: str
    deadline: datetime | None = None


class Seen(Protocol):
    """A request as the vendor describes it."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def event(self) -> Event: ...


class RequestFlow(ABC, Generic[Request]):
    """A vendor's side of the life of its requests."""

    model: ClassVar[type[VendorRequest]]
    slug: ClassVar[str]
    """Of the integration."""
    noun: ClassVar[str] = "request"
    """What people here call one, within a sentence."""
    noun_there: ClassVar[str] = "request"
    """What the vendor calls one."""
    about: ClassVar[str] = "request"
    """Under which name outbox payloads hold a request's id, and addresses with `_id` behind it."""
    order_prefix: ClassVar[str]
    """Prefix of ordering keys; stands in stored messages."""
    entry_types: ClassVar[Mapping[Entry, ActivityType[Any]]]
    badges: ClassVar[Mapping[Any, Badge]]
    """By state."""
    related: ClassVar[Sequence[str]] = ()
    """What is read with a request besides what all have."""
    prefetched: ClassVar[Sequence[str]] = ()
    """What the tab shows of many."""
    tasks: Mapping[Call, Task]
    """Set by `tasks.register`."""

    @property
    def namespace(self) -> str:
        """The app's label: of addresses, topics, verbs and the key of a stage action."""
        return self.model._meta.app_label

    @property
    def lifecycle(self) -> Lifecycle:
        """The table of the model."""
        return self.model.lifecycle

    @property
    def integration(self) -> Integration:
        """The integration that the requests belong to."""
        found = registry.get(self.slug)
        assert found is not None
        return found

    @property
    def vendor(self) -> str:
        """The vendor's name, or that of the kind of vendor."""
        return self.integration.vendor

    # ── Keys: by default the company's own ───────────────────────────────────────────────────────────────────────────
    def require_may_act(self, request: Request, by: Membership) -> None:
        """Raise NotAllowed unless the member has what acting on the request needs besides the right to send."""

    def sender_key(self, request: Request) -> Credential:
        """Return the key that creates a request. Raises Hold while there is none that works."""
        return self.unattended_keys(request)[0]

    def canceling_key(self, request: Request) -> Credential:
        """Return the key that cancels it. Raises Hold while there is none that works."""
        return self.unattended_keys(request)[0]

    def unattended_keys(self, request: Request) -> list[Credential]:
        """Return the keys that may ask how a request stands. Raises Hold while there is none that works."""
        usable = credentials.for_unattended(request.installation, sender=None)
        if not usable:
            raise Hold(f"{request.vendor} no longer accepts the key, or there is none.")
        return usable

    def client(self, credential: Credential) -> Any:
        """Return a client for the worker that acts with a key."""
        return self.integration.get_client(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)

    # ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def create(self, client: Any, request: Request) -> Any:
        """Create a request at the vendor; return what it answered (`Created`). Raises VendorError, Discard for good."""

    def create_refused(self, request: Request) -> None:
        """The vendor refused to create it: look whether something that it is about has changed there."""

    def can_list(self, request: Request) -> bool:
        """Return whether the vendor lists requests; without that a lost answer makes a request uncertain."""
        return True

    reads: ClassVar[bool] = True
    """Whether the vendor can be asked how a request stands; otherwise its verified deliveries are the truth."""

    def find(self, client: Any, request: Request) -> Sequence[Any]:
        """Return what an earlier attempt may have created."""
        raise NotImplementedError

    def match_of(self, found: Any) -> dict[str, Any]:
        """Return what a person is shown of one of several that were found, with its `id`."""
        return {"id": found.id, "status": found.status}

    def read(self, client: Any, request: Request) -> Any:
        """Return how a request stands at the vendor (`Seen`). Raises VendorNotFound."""
        raise NotImplementedError

    def cancel(self, client: Any, request: Request) -> None:
        """Cancel a request at the vendor. Raises Discard where the vendor cannot."""
        raise NotImplementedError

    over_there: ClassVar[frozenset[Event]] = frozenset({Event.SEEN_COMPLETED, Event.SEEN_CANCELED})
    """What the vendor says of a request that need not be canceled there any more."""

    def event_of_absence(self, error: VendorNotFound) -> Event | None:
        """Return what one key's 404 alone says, or None where the other keys are asked."""
        return None

    def believe_absence(self, request: Request, asked: list[Credential]) -> None:
        """Raise Hold where the 404 of every key that was asked does not mean that the request is gone."""

    def doubt_absence(self, request: Request, credential: Credential, error: VendorNotFound) -> str:
        """Return why a cancel cannot be carried out although the vendor says 404; "" where the request is gone."""
        return ""

    # ── Rules, under the lock ────────────────────────────────────────────────────────────────────────────────────────
    def before_sending(self, request: Request) -> None:
        """Settle what has happened to a queued request meanwhile; it may leave the queue by that."""

    def on_created(self, request: Request, found: Any) -> None:
        """Note further columns of a request that the vendor has, from its answer; None where a person says so."""

    def after_created(self, request: Request) -> None:
        """Act on a saved request that the vendor has."""

    def on_transition(self, request: Request, before: str, transition: Transition) -> None:
        """Note further columns of a request that is about to be saved in another state."""

    def rivals(self, request: Request) -> QuerySet[Any] | None:
        """Return the requests of which at most one blocks, or None where this one blocks nothing."""
        return self.model._default_manager.filter(application=request.application_id)

    def is_outdated(self, request: Request, seen: Any) -> bool:
        """Return whether an answer is older than what is known."""
        return False

    def absorb(self, request: Request, event: Event, seen: Any, now: datetime) -> Any:
        """Take over what the vendor says besides the state; what is returned is handed to the hooks below."""
        return None

    def is_live(self, request: Request, now: datetime) -> bool:
        """Return whether the vendor's deadline lies ahead and no cancel of ours is under way."""
        return True

    def entry_of(self, request: Request, transition: Transition, absorbed: Any) -> Entry | None:
        """Return which entry a transition that the vendor caused writes."""
        return transition.entry

    def detail_of(self, request: Request, entry: Entry | None, event: Event, now: datetime) -> str:
        """Return what there is to say about it, while the request still has its old state."""
        if entry != Entry.CANCELED:
            return ""
        if event == Event.SEEN_GONE:
            return f"Removed in {request.vendor}. Treated as canceled."
        return f"Canceled in {request.vendor}, or {request.invited_name} declined."

    def after_seen(self, request: Request, transition: Transition | None, absorbed: Any) -> None:
        """Act on what was seen, after its transition was written."""

    def after_refused(self, request: Request) -> None:
        """Act on a request that could not be sent."""

    # ── What people do ───────────────────────────────────────────────────────────────────────────────────────────────
    def only_there(self, request: Request) -> str:
        """Say that the vendor alone can cancel it."""
        return f"This one can only be canceled in {request.vendor}."

    def can_cancel(self, request: Request) -> bool:
        """Return whether the vendor can be asked to cancel it."""
        return True

    def is_over(self, request: Request) -> bool:
        """Return whether it is over although its state does not say so yet."""
        return False

    def cancel_with_another_key(self, request: Request, by: Membership) -> bool:
        """Let a cancel under way, of which the vendor cannot be told with its key, go on with the actor's, if so."""
        return False

    def is_uncertain(self, request: Request) -> bool:
        """Return whether a person is to say which of the vendor's requests it is."""
        return request.state == "uncertain"

    def require_this_candidate(self, request: Request, vendor_id: str) -> None:
        """Ask the vendor whose request an id is, outside any transaction, and raise unless it is this candidate's."""
        raise NotFound(f"Choose one of the {self.noun_there}s that {request.vendor} shows.")

    # ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def badge(self, request: Request) -> Badge:
        """Return a request's state in words."""
        return self.badges[request.state]

    @abstractmethod
    def payload(self, request: Request, *, detail: str, **more: Any) -> Any:
        """Return the payload of an entry about a request."""

    def completed_meanwhile(self, request: Request) -> str:
        """Say that it was completed just before somebody canceled."""
        return f"{request.invited_name} finished just before you canceled, so it is kept as complete."

    def nothing_to_cancel(self, request: Request) -> str:
        """Say that it is over already."""
        return "There is nothing to cancel; look at its state now."

    def entry_detail(self, request: Request, entry: Entry) -> str:
        """Return what an entry that says nothing of its own says."""
        return ""

    # ── Orders and sweeps ────────────────────────────────────────────────────────────────────────────────────────────
    def writing_order(self, request: Any) -> str:
        """Return the ordering key of everything that changes something at the vendor.

        A new request must not be sent before an earlier one, whose fate is unknown, was looked for, where the two look
        alike at the vendor.
        """
        return f"{self.order_prefix}s:{request.application_id}"

    def reading_order(self, request: Any) -> str:
        """Return the ordering key of questions, which do not queue behind a write that waits for a key."""
        return f"{self.order_prefix}-read:{request.id}"

    def also_due(self, now: datetime, stale: Q) -> Q | None:
        """Return which requests besides stale open ones the vendor is asked about every half hour."""
        return None

    def stale(self, now: datetime) -> Q:
        """Return which requests the vendor has not spoken of for long."""
        before = now - STALE_AFTER
        return Q(seen_at__lt=before) | Q(seen_at__isnull=True, sent_at__lt=before)


def require_own_key(request: VendorRequest, by: Membership) -> None:
    """Raise NotAllowed, naming who can, unless the member has a working key of their own (for `require_may_act`)."""
    if credentials.own(request.installation, by) is None:
        names = " or ".join(holder.name for holder in credentials.holders(request.installation)[:3])
        who = f"Only {names} can do this." if names else "Nobody at your company is linked yet."
        raise NotAllowed(f"{request.vendor} requires a linked user account for this, and you have none. {who}")
