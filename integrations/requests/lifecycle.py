"""The life of a vendor request as data: state × event → state, call to the vendor, newsfeed entry.

A vendor gives a table; `STANDARD` is the one of a vendor whose requests are sent, answered and canceled. A pair that is
not in a table changes nothing. What an event means for a vendor's own columns is its flow's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Event(StrEnum):
    """What can happen to a request. `SEEN_…` is what the vendor said when it was asked."""

    CREATED = "created"
    """The vendor has it and its id is known."""
    REFUSED = "refused"
    """The vendor refused to create it, or every try failed."""
    LOST = "lost"
    """The answer to the create was lost, and the vendor cannot be asked what became of it."""
    TRIED_AGAIN = "tried_again"
    """A person sent a failed one again, or said of an uncertain one that the vendor does not have it."""
    CANCEL = "cancel"
    """A person canceled it, at the vendor too."""
    CANCEL_REFUSED = "cancel_refused"
    """The vendor did not carry our cancel out."""
    STOP = "stop"
    """A person stopped tracking it; at the vendor it runs on."""
    MIDNIGHT = "midnight"
    """Its deadline passed by our clock."""
    REPLACED = "replaced"
    """An older request of the same application turned out to be alive or complete."""
    SEEN_PENDING = "seen_pending"
    SEEN_ACCEPTED = "seen_accepted"
    SEEN_STARTED = "seen_started"
    SEEN_COMPLETED = "seen_completed"
    SEEN_EXPIRED = "seen_expired"
    SEEN_CANCELED = "seen_canceled"
    SEEN_GONE = "seen_gone"
    """The vendor no longer has it."""
    SEEN_UNKNOWN = "seen_unknown"
    """A status word that we do not know; kept raw and flagged."""


class Call(StrEnum):
    """What the vendor is asked to do because of an event; an outbox task."""

    CREATE = "create"
    CANCEL = "cancel"
    REFRESH = "refresh"
    FETCH_RESULT = "fetch_result"


class Entry(StrEnum):
    """Which newsfeed entry an event writes; a flow says which activity type that is."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    STARTED = "started"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    NOT_CANCELED = "not_canceled"
    RESCHEDULED = "rescheduled"
    RESET = "reset"
    REOPENED = "reopened"
    FAILED = "failed"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Transition:
    """What an event does in a state.

    `passed`: entries of the states in between that nobody told us of: a vendor says where a request stands, not how it
    came there, and nobody completes what they did not start. `only_if_live`: it happens only while the vendor's
    deadline lies ahead and no cancel of ours is under way; otherwise the vendor merely has not caught up with us.
    """

    to: str
    call: Call | None = None
    entry: Entry | None = None
    passed: tuple[Entry, ...] = ()
    only_if_live: bool = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order in which things happened."""
        return self.passed if self.entry is None else (*self.passed, self.entry)


@dataclass(frozen=True)
class Lifecycle:
    """A vendor's table, and which of its states are which."""

    table: Mapping[tuple[str, Event], Transition]
    at_vendor: frozenset[str]
    """At the vendor and not finished there."""
    open: frozenset[str]
    blocking: frozenset[str]
    """A request in one of these that is not superseded stands in the way of a new one."""
    closing: frozenset[str]
    """Entering one of these is noted as the end of a request."""

    @property
    def replaces(self) -> bool:
        """Whether an open request makes way for an older one that turns out to be alive."""
        return any(event == Event.REPLACED for _, event in self.table)

    def transition(self, state: str, event: Event, *, live: bool = True) -> Transition | None:
        """Return what `event` does in `state`, or None when it changes nothing.

        Args:
            state: where the request stands.
            event: what happened.
            live: whether the vendor's deadline lies ahead and no cancel of ours is under way.
        """
        found = self.table.get((state, event))
        return None if found is None or (found.only_if_live and not live) else found


class State(models.TextChoices):
    """Where a standard request stands, in our words."""

    QUEUED = "queued", "Sending"
    UNCERTAIN = "uncertain", "Uncertain"
    SENT = "sent", "Sent"
    IN_PROGRESS = "progress", "In Progress"
    COMPLETED = "completed", "Complete"
    CANCELED = "canceled", "Canceled"
    STOPPED = "stopped", "No longer tracked"
    FAILED = "failed", "Failed"


_Q, _U, _S, _P = State.QUEUED, State.UNCERTAIN, State.SENT, State.IN_PROGRESS
_C, _X, _T, _F = State.COMPLETED, State.CANCELED, State.STOPPED, State.FAILED
_cancel = Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED)
_stop = Transition(_T, entry=Entry.STOPPED)
_again = Transition(_Q, call=Call.CREATE, entry=Entry.REQUESTED)
_complete = Transition(_C, entry=Entry.COMPLETED)
_over_there = Transition(_X, entry=Entry.CANCELED)

STANDARD = Lifecycle(
    table={
        # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────
        (_Q, Event.CREATED): Transition(_S),
        (_Q, Event.REFUSED): Transition(_F, entry=Entry.FAILED),
        (_Q, Event.LOST): Transition(_U, entry=Entry.UNCERTAIN),
        (_U, Event.CREATED): Transition(_S),
        # Every try failed without an answer, and one of them had reached the vendor after all.
        (_F, Event.CREATED): Transition(_S),
        (_U, Event.TRIED_AGAIN): _again,
        (_F, Event.TRIED_AGAIN): _again,
        # Canceled while its create was under way: it is there after all, so it is withdrawn there.
        (_X, Event.CREATED): Transition(_X, call=Call.CANCEL),
        (_T, Event.CREATED): Transition(_T),
        # ── Giving up ────────────────────────────────────────────────────────────────────────────────────────────────
        (_Q, Event.CANCEL): _cancel,
        (_S, Event.CANCEL): _cancel,
        (_P, Event.CANCEL): _cancel,
        (_X, Event.CANCEL_REFUSED): Transition(_S, call=Call.REFRESH, entry=Entry.NOT_CANCELED),
        (_Q, Event.STOP): _stop,
        (_U, Event.STOP): _stop,
        (_S, Event.STOP): _stop,
        (_P, Event.STOP): _stop,
        # ── On the way ───────────────────────────────────────────────────────────────────────────────────────────────
        (_S, Event.SEEN_STARTED): Transition(_P, entry=Entry.STARTED),
        # ── Complete: wins over everything of ours but a person who stopped tracking; nothing leaves it ──────────────
        (_S, Event.SEEN_COMPLETED): _complete,
        (_P, Event.SEEN_COMPLETED): _complete,
        (_X, Event.SEEN_COMPLETED): _complete,
        # ── Over at the vendor ───────────────────────────────────────────────────────────────────────────────────────
        (_S, Event.SEEN_CANCELED): _over_there,
        (_P, Event.SEEN_CANCELED): _over_there,
        (_S, Event.SEEN_GONE): _over_there,
        (_P, Event.SEEN_GONE): _over_there,
    },
    at_vendor=frozenset({_S, _P}),
    open=frozenset({_S, _P, _Q, _U}),
    blocking=frozenset({_S, _P, _Q, _U, _C}),
    closing=frozenset({_C, _X, _T, _F}),
)
