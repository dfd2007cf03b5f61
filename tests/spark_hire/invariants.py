"""What must hold in the model test: its oracle is `lifecycle.TABLE`.

`CommitLog` hears of every commit: a change of state must be a step of the table, caused by what the vendor last said
where the step is the vendor's, and must be followed by exactly its newsfeed entries. `assert_holds` compares our rows
with the vendor's after each step; `assert_nothing_is_left` does when all has come to rest. What happens is in
machine.py.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_save

from integrations.requests.lifecycle import Entry, Event, Transition
from integrations.spark_hire.activity import BY_ENTRY, TYPES
from integrations.spark_hire.deadlines import expiry
from integrations.spark_hire.lifecycle import AT_VENDOR, BLOCKING, LIFECYCLE, TABLE, State
from integrations.spark_hire.models import InterviewRequest
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock
from recruiting.outbox.models import OutboxMessage
from tests.spark_hire import topics
from tests.spark_hire.fake_vendor import MEANS, Made, Vendor

VERBS = {kind.verb: entry for entry, kind in BY_ENTRY.items()}
# What the vendor's own word brings; everything else people, workers and our clock do.
SEEN = frozenset(event for event in Event if event.value.startswith("seen_"))
# An entry of its own, where no state changes.
WITHOUT_CHANGE = frozenset({Entry.RESCHEDULED, Entry.NOT_CANCELED})
RECONCILED_FOR = timedelta(days=2)


class CommitLog:
    """Hears of every commit about requests, and checks by the table what it heard."""

    def __init__(self, answers: Mapping[str, Event], taken: Counter[str]) -> None:
        self.answers = answers
        self.taken = taken
        self.states: dict[UUID, str] = {}
        self.log: dict[UUID | None, list[tuple[str, Any, Event | None]]] = defaultdict(list)

    def listen(self) -> None:
        """Hear of commits from now on."""
        post_save.connect(self._saved, sender=InterviewRequest)
        post_save.connect(self._told, sender=NewsfeedEntry)

    def leave(self) -> None:
        """Hear no more."""
        post_save.disconnect(self._saved, sender=InterviewRequest)
        post_save.disconnect(self._told, sender=NewsfeedEntry)

    def _saved(self, instance: InterviewRequest, **_: Any) -> None:
        pk, after, number = instance.pk, str(instance.state), instance.vendor_id
        transaction.on_commit(lambda: self._committed(pk, after, number))

    def _committed(self, pk: UUID, after: str, number: str) -> None:
        before = self.states.get(pk)
        self.states[pk] = after
        if before is None:
            assert after == State.QUEUED
            self.log[pk].append(("created", None, None))
        elif before != after:
            self.log[pk].append(("state", (State(before), State(after)), self.answers.get(number)))

    def _told(self, instance: NewsfeedEntry, **_: Any) -> None:
        pk, entry = instance.subject_id, VERBS.get(instance.verb)
        if entry is not None:
            transaction.on_commit(lambda: self.log[pk].append(("entry", entry, None)))

    def check(self) -> None:
        """Fail on any commit heard since the last time that the table does not explain."""
        for events in self.log.values():
            position = 0
            while position < len(events):
                what, detail, answer = events[position]
                position += 1
                if what == "created":
                    assert _entries_after(events, position)[:1] == [Entry.REQUESTED], "a new request says so once"
                    position += 1
                elif what == "state":
                    steps = self._explained(*detail, answer)
                    assert steps, f"{detail} is no step of the table after the vendor said {answer}"
                    position += _entries_of(steps, detail, _entries_after(events, position))
                    self.taken[f"{detail[0]} → {detail[1]}"] += 1
                else:
                    assert detail in WITHOUT_CHANGE, f"{detail} was told and nothing changed"
        self.log.clear()

    def _explained(self, before: State, after: State, answer: Event | None) -> list[Transition]:
        """Return the steps that may have led from one state to the other, given the vendor's last word."""
        return [
            found
            for (state, event), found in TABLE.items()
            if state == before and found.to == after and (event not in SEEN or event == answer)
        ]

    def sweep(self) -> None:
        """Run the sweep, which changes rows in bulk, so that its commits are read from before and after."""
        now = clock.now()
        due = set(InterviewRequest.objects.due(now).values_list("pk", flat=True))
        told = Counter(_expired_entries(due))
        assert expiry.expire_due(now) == len(due)
        for pk in due:
            assert TABLE[State(self.states[pk]), Event.MIDNIGHT].to == State.EXPIRED
            self.states[pk] = State.EXPIRED
            self.taken["swept"] += 1
        assert Counter(_expired_entries(due)) - told == Counter(due)
        assert set(InterviewRequest.objects.filter(pk__in=due).values_list("state", flat=True)) <= {State.EXPIRED}


def _entries_after(events: Sequence[tuple[str, Any, Event | None]], position: int) -> list[Entry]:
    """Return the entries that follow a position of the log, up to the next change of state."""
    return [detail for _, detail, _ in takewhile(lambda event: event[0] == "entry", events[position:])]


def _entries_of(steps: Sequence[Transition], change: tuple[State, State], follow: list[Entry]) -> int:
    """Return how many of the entries that follow a change of state are those of one of its steps."""
    wanted = {found.entries for found in steps}
    if (Entry.RESET,) in wanted:
        wanted.add((Entry.RESCHEDULED,))
    for entries in sorted(wanted, key=len, reverse=True):
        if tuple(follow[: len(entries)]) == entries:
            return len(entries)
    raise AssertionError(f"{change} came with {follow}, not with one of {wanted}")


def _expired_entries(requests: set[UUID]) -> list[UUID | None]:
    verb = BY_ENTRY[Entry.EXPIRED].verb
    return list(NewsfeedEntry.objects.filter(subject_id__in=requests, verb=verb).values_list("subject_id", flat=True))


# ── What always holds ────────────────────────────────────────────────────────────────────────────────────────────────
def assert_holds(rows: Sequence[InterviewRequest], states: Mapping[UUID, str], vendor: Vendor) -> None:
    """Fail when requests, what was seen of them and the vendor's interviews do not fit together."""
    holding = Counter(row.application_id for row in rows if row.state in BLOCKING and not row.is_superseded)
    assert not holding or max(holding.values()) == 1, "two requests hold one application"
    owners = {row.vendor_id: row for row in rows if row.vendor_id}
    for row in rows:
        if row.state in AT_VENDOR or row.state == State.COMPLETED or row.sent_at is not None:
            assert row.vendor_id in vendor.interviews, f"{row.state} without an interview at the vendor"
        assert row.state == states[row.pk], "a state changed that nobody saw"
    # What was deleted at the vendor before we could find it is rightly asked for again.
    made = Counter(made.asked_for_by for made in vendor.interviews.values() if not made.deleted)
    assert not made or max(made.values()) == 1, "one request was created twice at the vendor"
    alive: dict[str, list[str]] = defaultdict(list)
    for each in vendor.interviews.values():
        owner = owners.get(each.id)
        excused = each.stirred or (owner is not None and (owner.is_superseded or owner.cancel_pending))
        if each.is_alive and not excused:
            alive[each.email].append(each.id)
    for numbers in alive.values():
        if len(numbers) > 1:
            # Somebody read that it was not canceled at the vendor, since nobody's key could see to it.
            told = set(
                NewsfeedEntry.objects.filter(verb=TYPES["not_canceled"].verb).values_list("subject_id", flat=True)
            )
            silent = [number for number in numbers if number not in owners or owners[number].pk not in told]
            assert len(silent) < 2, f"two interviews of one person are alive: {silent}"


# ── What holds in the end ────────────────────────────────────────────────────────────────────────────────────────────
def assert_nothing_is_left(rows: Sequence[InterviewRequest], vendor: Vendor) -> None:
    """Fail when a message is open, or when the vendor's truth would still change something."""
    left = OutboxMessage.objects.filter(state__in=OutboxMessage.OPEN)
    assert not left.exists(), [(m.topic, m.state, m.error, m.attempts) for m in left]
    doubled = [each for each, times in Counter(vendor.webhooks.values()).items() if times > 1]
    assert not doubled, f"subscribed twice: {doubled}"
    owners = {row.vendor_id for row in rows}
    given_up = _given_up()
    for made in vendor.interviews.values():
        assert made.id in owners or made.deleted or made.asked_for_by in given_up, f"nobody follows {made}"
    for row in rows:
        assert row.state != State.QUEUED or row.matches, "a request was lost"
        assert not row.cancel_pending, "the vendor was never told of a cancel"
        if row.vendor_id:
            _assert_agrees(row, vendor.interviews[row.vendor_id])


def _given_up() -> set[str]:
    """Return the requests that a person was told to look at, after the last try."""
    dead = OutboxMessage.objects.filter(state=OutboxMessage.State.DEAD, topic__in=[topics.CREATE, topics.CANCEL])
    return {message.payload["request"] for message in dead}


def _assert_agrees(row: InterviewRequest, made: Made) -> None:
    watched = row.state in AT_VENDOR or (
        row.state == State.EXPIRED and row.closed_at is not None and clock.now() - row.closed_at < RECONCILED_FOR
    )
    if made.unheard and not watched:
        return  # told once, lost, and too long ago to be asked about
    truth = Event.SEEN_GONE if made.deleted else MEANS[made.status]
    live = row.expires_at > clock.now() and not row.cancel_pending
    more = LIFECYCLE.transition(row.state, truth, live=live)
    assert more is None, f"{row.state} here, {truth} at the vendor: {more} is still to be done"
    if made.status == "Completed" and not made.deleted:
        assert row.state == State.COMPLETED
