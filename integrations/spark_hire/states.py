"""The life of a video interview request: state × event → state, call to the vendor, newsfeed entry.

The whole table stands here and nowhere else; the services look it up and the model test uses it as its oracle. A pair
that is not in the table changes nothing. What an event means for columns (deadline, ids) is `interviews`' business.

Sources: the vendor's statuses and events, spark-hire.md §3 and §7; the midnight rule and superseding, the product's
rows S8 to S13.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class State(models.TextChoices):
    """Where a request stands, in our words."""

    QUEUED = "queued", "Sending"
    SENT = "sent", "Requested"
    ACCEPTED = "accepted", "Accepted"
    STARTED = "started", "In Progress"
    COMPLETED = "completed", "Complete"
    EXPIRED = "expired", "Expired"
    CANCELED = "canceled", "Canceled"
    FAILED = "failed", "Failed"


class Event(StrEnum):
    """What can happen to a request. `SEEN_…` is what the vendor said when it was asked."""

    CREATED = "created"
    """The vendor has it and its id is known."""
    REFUSED = "refused"
    """The vendor refused to create it, or ten tries failed."""
    TRIED_AGAIN = "tried_again"
    """A person sent a failed one again."""
    CANCEL = "cancel"
    """A person canceled it."""
    MIDNIGHT = "midnight"
    """Its deadline passed by our clock."""
    REPLACED = "replaced"
    """An older request of the same application turned out to be alive or complete."""
    SEEN_REQUESTED = "seen_requested"
    SEEN_ACCEPTED = "seen_accepted"
    SEEN_STARTED = "seen_started"
    SEEN_COMPLETED = "seen_completed"
    SEEN_EXPIRED = "seen_expired"
    SEEN_CANCELED = "seen_canceled"
    SEEN_GONE = "seen_gone"
    """Every key that should see it got 404."""
    SEEN_UNKNOWN = "seen_unknown"
    """A status word that we do not know; kept raw and flagged."""


class Call(StrEnum):
    """What the vendor is asked to do because of an event; an outbox message."""

    CREATE = "create"
    CANCEL = "cancel"
    REFRESH = "refresh"
    SHARE = "share"


class Entry(StrEnum):
    """Which newsfeed entry an event writes."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    STARTED = "started"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    RESCHEDULED = "rescheduled"
    RESET = "reset"
    REOPENED = "reopened"
    FAILED = "failed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Step:
    """What an event does in a state.

    `passed`: entries of the steps in between that nobody told us of: the vendor says where an interview stands, not
    how it came there, and nobody completes what they did not start, or starts what they did not accept.
    `only_if_live`: the step is taken only when the vendor's deadline lies ahead and no cancel of ours is under way;
    otherwise the vendor merely has not caught up with what we did.
    """

    to: State
    call: Call | None = None
    entry: Entry | None = None
    passed: tuple[Entry, ...] = ()
    only_if_live: bool = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry of the step, in the order in which things happened."""
        return self.passed if self.entry is None else (*self.passed, self.entry)


OPEN = frozenset({State.QUEUED, State.SENT, State.ACCEPTED, State.STARTED})
# At the vendor and not finished there.
AT_VENDOR = frozenset({State.SENT, State.ACCEPTED, State.STARTED})
# At most one request of an application is in one of these and not superseded.
HOLDING = OPEN | {State.COMPLETED}

_Q, _S, _A, _R = State.QUEUED, State.SENT, State.ACCEPTED, State.STARTED
_C, _E, _X, _F = State.COMPLETED, State.EXPIRED, State.CANCELED, State.FAILED

TABLE: dict[tuple[State, Event], Step] = {
    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CREATED): Step(_S),
    (_X, Event.CREATED): Step(_X, call=Call.CANCEL),
    (_Q, Event.REFUSED): Step(_F, entry=Entry.FAILED),
    (_F, Event.TRIED_AGAIN): Step(_Q, call=Call.CREATE, entry=Entry.REQUESTED),
    # ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_S, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_A, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_R, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_F, Event.CANCEL): Step(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    # ── Midnight, by our clock; the vendor is asked for a last-minute answer ─────────────────────────────────────────
    (_Q, Event.MIDNIGHT): Step(_E, entry=Entry.EXPIRED),
    (_S, Event.MIDNIGHT): Step(_E, call=Call.REFRESH, entry=Entry.EXPIRED),
    (_A, Event.MIDNIGHT): Step(_E, call=Call.REFRESH, entry=Entry.EXPIRED),
    (_R, Event.MIDNIGHT): Step(_E, call=Call.REFRESH, entry=Entry.EXPIRED),
    # ── An older request lives: this one makes way ───────────────────────────────────────────────────────────────────
    (_Q, Event.REPLACED): Step(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    (_S, Event.REPLACED): Step(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    (_A, Event.REPLACED): Step(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    (_R, Event.REPLACED): Step(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    # ── The vendor says: invited ─────────────────────────────────────────────────────────────────────────────────────
    (_A, Event.SEEN_REQUESTED): Step(_S, entry=Entry.RESET),
    (_R, Event.SEEN_REQUESTED): Step(_S, entry=Entry.RESET),
    (_C, Event.SEEN_REQUESTED): Step(_S, entry=Entry.RESET),
    (_E, Event.SEEN_REQUESTED): Step(_S, entry=Entry.RESCHEDULED, only_if_live=True),
    (_X, Event.SEEN_REQUESTED): Step(_S, entry=Entry.REOPENED, only_if_live=True),
    # ── accepted ─────────────────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_ACCEPTED): Step(_A, entry=Entry.ACCEPTED),
    (_R, Event.SEEN_ACCEPTED): Step(_A, entry=Entry.RESET),
    (_C, Event.SEEN_ACCEPTED): Step(_A, entry=Entry.RESET),
    (_E, Event.SEEN_ACCEPTED): Step(_A, entry=Entry.RESCHEDULED, only_if_live=True),
    (_X, Event.SEEN_ACCEPTED): Step(_A, entry=Entry.REOPENED, only_if_live=True),
    # ── recording ────────────────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_STARTED): Step(_R, entry=Entry.STARTED, passed=(Entry.ACCEPTED,)),
    (_A, Event.SEEN_STARTED): Step(_R, entry=Entry.STARTED),
    (_C, Event.SEEN_STARTED): Step(_R, entry=Entry.RESET),
    (_E, Event.SEEN_STARTED): Step(_R, entry=Entry.RESCHEDULED, only_if_live=True),
    (_X, Event.SEEN_STARTED): Step(_R, entry=Entry.REOPENED, only_if_live=True),
    # ── complete: wins over everything of ours; nothing but a reset leaves it ────────────────────────────────────────
    (_S, Event.SEEN_COMPLETED): Step(
        _C, call=Call.SHARE, entry=Entry.COMPLETED, passed=(Entry.ACCEPTED, Entry.STARTED)
    ),
    (_A, Event.SEEN_COMPLETED): Step(_C, call=Call.SHARE, entry=Entry.COMPLETED, passed=(Entry.STARTED,)),
    (_R, Event.SEEN_COMPLETED): Step(_C, call=Call.SHARE, entry=Entry.COMPLETED),
    (_E, Event.SEEN_COMPLETED): Step(_C, call=Call.SHARE, entry=Entry.COMPLETED),
    (_X, Event.SEEN_COMPLETED): Step(_C, call=Call.SHARE, entry=Entry.COMPLETED),
    # ── over at the vendor ───────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_EXPIRED): Step(_E, entry=Entry.EXPIRED),
    (_A, Event.SEEN_EXPIRED): Step(_E, entry=Entry.EXPIRED),
    (_R, Event.SEEN_EXPIRED): Step(_E, entry=Entry.EXPIRED),
    (_S, Event.SEEN_CANCELED): Step(_X, entry=Entry.CANCELED),
    (_A, Event.SEEN_CANCELED): Step(_X, entry=Entry.CANCELED),
    (_R, Event.SEEN_CANCELED): Step(_X, entry=Entry.CANCELED),
    (_S, Event.SEEN_GONE): Step(_X, entry=Entry.CANCELED),
    (_A, Event.SEEN_GONE): Step(_X, entry=Entry.CANCELED),
    (_R, Event.SEEN_GONE): Step(_X, entry=Entry.CANCELED),
}


def step(state: State, event: Event, *, live: bool = True) -> Step | None:
    """Return what `event` does in `state`, or None when it changes nothing.

    Args:
        state: where the request stands.
        event: what happened.
        live: whether the vendor's deadline lies ahead and no cancel of ours is under way.
    """
    found = TABLE.get((state, event))
    return None if found is None or (found.only_if_live and not live) else found
