"""The life of a video interview request: state × event → state, call to the vendor, newsfeed entry.

The whole table stands here and nowhere else; the model test uses it as its oracle. What an event means for columns
(deadline, ids) is `flow`'s business.

Sources: the vendor's statuses and events, spark-hire.md §3 and §7; the midnight rule and superseding, the product's
rows S8 to S13.
"""

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

TABLE: dict[tuple[str, Event], Transition] = {
    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CREATED): Transition(_S),
    (_X, Event.CREATED): Transition(_X, call=Call.CANCEL),
    (_Q, Event.REFUSED): Transition(_F, entry=Entry.FAILED),
    (_F, Event.TRIED_AGAIN): Transition(_Q, call=Call.CREATE, entry=Entry.REQUESTED),
    # ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────
    (_Q, Event.CANCEL): Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_S, Event.CANCEL): Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_A, Event.CANCEL): Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_R, Event.CANCEL): Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    (_F, Event.CANCEL): Transition(_X, call=Call.CANCEL, entry=Entry.CANCELED),
    # ── Midnight, by our clock; the vendor is asked for a last-minute answer ─────────────────────────────────────────
    (_Q, Event.MIDNIGHT): Transition(_E, entry=Entry.EXPIRED),
    (_S, Event.MIDNIGHT): Transition(_E, call=Call.REFRESH, entry=Entry.EXPIRED),
    (_A, Event.MIDNIGHT): Transition(_E, call=Call.REFRESH, entry=Entry.EXPIRED),
    (_R, Event.MIDNIGHT): Transition(_E, call=Call.REFRESH, entry=Entry.EXPIRED),
    # ── An older request lives: this one makes way ───────────────────────────────────────────────────────────────────
    (_Q, Event.REPLACED): Transition(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    (_S, Event.REPLACED): Transition(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    (_A, Event.REPLACED): Transition(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    (_R, Event.REPLACED): Transition(_X, call=Call.CANCEL, entry=Entry.SUPERSEDED),
    # ── The vendor says: invited ─────────────────────────────────────────────────────────────────────────────────────
    (_A, Event.SEEN_PENDING): Transition(_S, entry=Entry.RESET),
    (_R, Event.SEEN_PENDING): Transition(_S, entry=Entry.RESET),
    (_C, Event.SEEN_PENDING): Transition(_S, entry=Entry.RESET),
    (_E, Event.SEEN_PENDING): Transition(_S, entry=Entry.RESCHEDULED, only_if_live=True),
    (_X, Event.SEEN_PENDING): Transition(_S, entry=Entry.REOPENED, only_if_live=True),
    # ── accepted ─────────────────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_ACCEPTED): Transition(_A, entry=Entry.ACCEPTED),
    (_R, Event.SEEN_ACCEPTED): Transition(_A, entry=Entry.RESET),
    (_C, Event.SEEN_ACCEPTED): Transition(_A, entry=Entry.RESET),
    (_E, Event.SEEN_ACCEPTED): Transition(_A, entry=Entry.RESCHEDULED, only_if_live=True),
    (_X, Event.SEEN_ACCEPTED): Transition(_A, entry=Entry.REOPENED, only_if_live=True),
    # ── recording ────────────────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_STARTED): Transition(_R, entry=Entry.STARTED, passed=(Entry.ACCEPTED,)),
    (_A, Event.SEEN_STARTED): Transition(_R, entry=Entry.STARTED),
    (_C, Event.SEEN_STARTED): Transition(_R, entry=Entry.RESET),
    (_E, Event.SEEN_STARTED): Transition(_R, entry=Entry.RESCHEDULED, only_if_live=True),
    (_X, Event.SEEN_STARTED): Transition(_R, entry=Entry.REOPENED, only_if_live=True),
    # ── complete: wins over everything of ours; nothing but a reset leaves it ────────────────────────────────────────
    (_S, Event.SEEN_COMPLETED): Transition(
        _C, call=Call.FETCH_RESULT, entry=Entry.COMPLETED, passed=(Entry.ACCEPTED, Entry.STARTED)
    ),
    (_A, Event.SEEN_COMPLETED): Transition(_C, call=Call.FETCH_RESULT, entry=Entry.COMPLETED, passed=(Entry.STARTED,)),
    (_R, Event.SEEN_COMPLETED): Transition(_C, call=Call.FETCH_RESULT, entry=Entry.COMPLETED),
    (_E, Event.SEEN_COMPLETED): Transition(_C, call=Call.FETCH_RESULT, entry=Entry.COMPLETED),
    (_X, Event.SEEN_COMPLETED): Transition(_C, call=Call.FETCH_RESULT, entry=Entry.COMPLETED),
    # ── over at the vendor ───────────────────────────────────────────────────────────────────────────────────────────
    (_S, Event.SEEN_EXPIRED): Transition(_E, entry=Entry.EXPIRED),
    (_A, Event.SEEN_EXPIRED): Transition(_E, entry=Entry.EXPIRED),
    (_R, Event.SEEN_EXPIRED): Transition(_E, entry=Entry.EXPIRED),
    (_S, Event.SEEN_CANCELED): Transition(_X, entry=Entry.CANCELED),
    (_A, Event.SEEN_CANCELED): Transition(_X, entry=Entry.CANCELED),
    (_R, Event.SEEN_CANCELED): Transition(_X, entry=Entry.CANCELED),
    (_S, Event.SEEN_GONE): Transition(_X, entry=Entry.CANCELED),
    (_A, Event.SEEN_GONE): Transition(_X, entry=Entry.CANCELED),
    (_R, Event.SEEN_GONE): Transition(_X, entry=Entry.CANCELED),
}
LIFECYCLE = Lifecycle(
    table=TABLE,
    at_vendor=AT_VENDOR,
    open=OPEN,
    blocking=BLOCKING,
    closing=frozenset({State.COMPLETED, State.EXPIRED, State.CANCELED}),
)
