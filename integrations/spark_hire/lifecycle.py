"""The life of a video interview request: state × event → state, call to the vendor, newsfeed entry.

The whole table stands here and nowhere else; the model test uses it as its oracle. What an event means for columns
(deadline, ids) is `flow`'s business.

Sources: the vendor's statuses and events, spark-hire.md §3 and §7; the midnight rule and superseding, the product's
rows S8 to S13.
"""

from dataclasses import replace

from django.db import models

from integrations.requests.lifecycle import Call, Entry, Event, Lifecycle, Transition


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


OPEN = frozenset[str]({State.QUEUED, State.SENT, State.ACCEPTED, State.STARTED})
# At the vendor and not finished there.
AT_VENDOR = frozenset[str]({State.SENT, State.ACCEPTED, State.STARTED})
# At most one request of an application is in one of these and not superseded.
BLOCKING = OPEN | {State.COMPLETED}

_Q, _S, _A, _R = State.QUEUED, State.SENT, State.ACCEPTED, State.STARTED
_C, _E, _X, _F = State.COMPLETED, State.EXPIRED, State.CANCELED, State.FAILED

_RUNNING = (_S, _A, _R)
_cancel = Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED)
_canceled_there = Transition(_X, entry=Entry.CANCELED)


def _complete(*passed: Entry) -> Transition:
    return Transition(_C, call=Call.FETCH_RESULT, entry=Entry.COMPLETED, passed=passed)


def _seen(event: Event, to: State, *resets: State) -> dict[tuple[str, Event], Transition]:
    """Return what it means that the vendor says `to`: a reset, a new deadline, or open again after our cancel."""
    return {
        **{(state, event): Transition(to, entry=Entry.RESET) for state in resets},
        (_E, event): Transition(to, entry=Entry.RESCHEDULED, only_if_live=True),
        (_X, event): Transition(to, entry=Entry.REOPENED, only_if_live=True),
    }


TABLE: dict[tuple[str, Event], Transition] = {
    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CREATED): Transition(_S),
    (_X, Event.CREATED): Transition(_X, call=Call.CANCEL),
    (_Q, Event.REFUSED): Transition(_F, entry=Entry.FAILED),
    (_F, Event.TRIED_AGAIN): Transition(_Q, call=Call.CREATE, entry=Entry.REQUESTED),
    # ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────
    **{(state, Event.CANCEL): _cancel for state in (_Q, *_RUNNING, _F)},
    # ── Midnight, by our clock; the vendor is asked for a last-minute answer ─────────────────────────────────────────
    (_Q, Event.MIDNIGHT): Transition(_E, entry=Entry.EXPIRED),
    **{(state, Event.MIDNIGHT): Transition(_E, call=Call.REFRESH, entry=Entry.EXPIRED) for state in _RUNNING},
    # ── An older request lives: this one makes way ───────────────────────────────────────────────────────────────────
    **{(state, Event.REPLACED): replace(_cancel, entry=Entry.SUPERSEDED) for state in (_Q, *_RUNNING)},
    # ── The vendor says: invited, accepted, recording ────────────────────────────────────────────────────────────────
    **_seen(Event.SEEN_PENDING, _S, _A, _R, _C),
    (_S, Event.SEEN_ACCEPTED): Transition(_A, entry=Entry.ACCEPTED),
    **_seen(Event.SEEN_ACCEPTED, _A, _R, _C),
    (_S, Event.SEEN_STARTED): Transition(_R, entry=Entry.STARTED, passed=(Entry.ACCEPTED,)),
    (_A, Event.SEEN_STARTED): Transition(_R, entry=Entry.STARTED),
    **_seen(Event.SEEN_STARTED, _R, _C),
    # ── complete: wins over everything of ours; nothing but a reset leaves it ────────────────────────────────────────
    (_S, Event.SEEN_COMPLETED): _complete(Entry.ACCEPTED, Entry.STARTED),
    (_A, Event.SEEN_COMPLETED): _complete(Entry.STARTED),
    **{(state, Event.SEEN_COMPLETED): _complete() for state in (_R, _E, _X)},
    # ── over at the vendor ───────────────────────────────────────────────────────────────────────────────────────────
    **{(state, Event.SEEN_EXPIRED): Transition(_E, entry=Entry.EXPIRED) for state in _RUNNING},
    **{(state, event): _canceled_there for state in _RUNNING for event in (Event.SEEN_CANCELED, Event.SEEN_GONE)},
}
LIFECYCLE = Lifecycle(
    table=TABLE,
    at_vendor=AT_VENDOR,
    open=OPEN,
    blocking=BLOCKING,
    closing=frozenset({State.COMPLETED, State.EXPIRED, State.CANCELED}),
)
