"""The life of a reference check: state × event → state, call to the vendor, newsfeed entry.

The whole table stands here and nowhere else; `checks` looks it up and the tests use it as their oracle. A pair that is
not in the table changes nothing. What an event means for columns (ids, progress) is `checks`' business.

Sources: the vendor's statuses, crosschq.md §3 (its words are unknown there, so `progress` decides what is complete);
what a lost answer means, the product's row C6 and crosschq.md §4.3.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class State(models.TextChoices):
    """Where a check stands, in our words."""

    QUEUED = "queued", "Sending"
    UNCERTAIN = "uncertain", "Uncertain"
    SENT = "sent", "Sent"
    IN_PROGRESS = "progress", "In Progress"
    COMPLETED = "completed", "Complete"
    CANCELED = "canceled", "Canceled"
    STOPPED = "stopped", "No longer followed"
    FAILED = "failed", "Failed"


class Event(StrEnum):
    """What can happen to a check. `SEEN_…` is what the vendor said when it was asked."""

    CREATED = "created"
    """The vendor has it and its id is known."""
    REFUSED = "refused"
    """The vendor refused to create it, or ten tries failed."""
    LOST = "lost"
    """The answer to the create was lost, and the vendor cannot be asked what became of it."""
    TRIED_AGAIN = "tried_again"
    """A person sent a failed one again, or said of an uncertain one that the vendor does not have it."""
    CANCEL = "cancel"
    """A person canceled it, at the vendor too."""
    CANCEL_REFUSED = "cancel_refused"
    """The vendor did not carry our cancel out."""
    STOP = "stop"
    """A person stopped following it; at the vendor it runs on."""
    SEEN_PENDING = "seen_pending"
    SEEN_IN_PROGRESS = "seen_in_progress"
    SEEN_COMPLETED = "seen_completed"
    SEEN_CANCELED = "seen_canceled"
    SEEN_GONE = "seen_gone"
    """The vendor no longer has it."""


class Call(StrEnum):
    """What the vendor is asked to do because of an event; an outbox message."""

    CREATE = "create"
    CANCEL = "cancel"
    REFRESH = "refresh"


class Entry(StrEnum):
    """Which newsfeed entry an event writes."""

    REQUESTED = "requested"
    STARTED = "started"
    COMPLETED = "completed"
    CANCELED = "canceled"
    NOT_CANCELED = "not_canceled"
    STOPPED = "stopped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Step:
    """What an event does in a state."""

    to: State
    call: Call | None = None
    entry: Entry | None = None


# At the vendor and not finished there.
AT_VENDOR = frozenset({State.SENT, State.IN_PROGRESS})
OPEN = AT_VENDOR | {State.QUEUED, State.UNCERTAIN}
# At most one check per application and template is in one of these, unless somebody forced a second one.
HOLDING = OPEN | {State.COMPLETED}

_Q, _U, _S, _P = State.QUEUED, State.UNCERTAIN, State.SENT, State.IN_PROGRESS
_C, _X, _T, _F = State.COMPLETED, State.CANCELED, State.STOPPED, State.FAILED

TABLE: dict[tuple[State, Event], Step] = {
    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CREATED): Step(_S),
    (_Q, Event.REFUSED): Step(_F, entry=Entry.FAILED),
    (_Q, Event.LOST): Step(_U, entry=Entry.UNCERTAIN),
    (_U, Event.CREATED): Step(_S),
    # Every try failed without an answer, and one of them had reached the vendor after all.
    (_F, Event.CREATED): Step(_S),
    (_U, Event.TRIED_AGAIN): Step(_Q, call=Call.CREATE, entry=Entry.REQUESTED),
    (_F, Event.TRIED_AGAIN): Step(_Q, call=Call.CREATE, entry=Entry.REQUESTED),
    # Canceled while its create was under way: it is there after all, so it is withdrawn there.
    (_X, Event.CREATED): Step(_X, call=Call.CANCEL),
    (_T, Event.CREATED): Step(_T),
    # ── Giving up ────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_S, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_P, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_X, Event.CANCEL_REFUSED): Step(_S, call=Call.REFRESH, entry=Entry.NOT_CANCELED),
    (_Q, Event.STOP): Step(_T, entry=Entry.STOPPED),
    (_U, Event.STOP): Step(_T, entry=Entry.STOPPED),
    (_S, Event.STOP): Step(_T, entry=Entry.STOPPED),
    (_P, Event.STOP): Step(_T, entry=Entry.STOPPED),
    # ── On the way ───────────────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_IN_PROGRESS): Step(_P, entry=Entry.STARTED),
    # ── Complete: wins over everything of ours but a person who stopped following; nothing leaves it ─────────────────
    (_S, Event.SEEN_COMPLETED): Step(_C, entry=Entry.COMPLETED),
    (_P, Event.SEEN_COMPLETED): Step(_C, entry=Entry.COMPLETED),
    (_X, Event.SEEN_COMPLETED): Step(_C, entry=Entry.COMPLETED),
    # ── Over at the vendor ───────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_CANCELED): Step(_X, entry=Entry.CANCELED),
    (_P, Event.SEEN_CANCELED): Step(_X, entry=Entry.CANCELED),
    (_S, Event.SEEN_GONE): Step(_X, entry=Entry.CANCELED),
    (_P, Event.SEEN_GONE): Step(_X, entry=Entry.CANCELED),
}


def step(state: State, event: Event) -> Step | None:
    """Return what `event` does in `state`, or None when it changes nothing."""
    return TABLE.get((state, event))
