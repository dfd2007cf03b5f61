"""Promises are kept in order, tried again in time, never lost, and undone with the transaction that made them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from recruiting.foundation.ids import uuid7
from recruiting.foundation.models import delete_in_batches
from recruiting.outbox import messages, tasks, worker
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Attempt, Discard, Hold, Retry, RetryAt, Task
from tests import factories

pytestmark = pytest.mark.both_engines

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
TOPIC = "tests.promise"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Attempt]]:
    """Register a handler that does what it is told, in turn, and return the deliveries that it saw."""

    def register(*acts: Exception | None, on_dead: Any = None, forget: bool = False) -> list[Attempt]:
        seen: list[Attempt] = []
        script = list(acts)

        def run(attempt: Attempt) -> None:
            seen.append(attempt)
            act = script.pop(0) if script else None
            if act is not None:
                raise act

        monkeypatch.setitem(tasks._tasks, TOPIC, Task(TOPIC, run, on_failure=on_dead, forget=forget))
        return seen

    return register


def enqueue(key: str = "a", **more: Any) -> OutboxMessage | None:
    columns = {name: more.pop(name) for name in ("coalesce_key", "channel", "company") if name in more}
    message = OutboxMessage(topic=TOPIC, payload={"key": key}, ordering_key=key, **columns)
    return tasks.write(message, **more)


def claim(now: datetime = NOON) -> OutboxMessage | None:
    return messages.claim(now=now, lease_seconds=120)


def reloaded(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=message.pk)


# ── Order ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_ordering_key_runs_one_message_at_a_time_oldest_first(db: None) -> None:
    first, second, other = enqueue("a"), enqueue("a"), enqueue("b")

    running = claim()
    assert running == first
    assert claim() == other
    assert claim() is None
    assert messages.finish(running, now=NOON, state="done", finished_at=NOON)
    assert claim() == second


@pytest.mark.parametrize("state", ["waiting", "leased", "parked"])
def test_an_open_head_holds_back_what_stands_behind_it(db: None, state: str) -> None:
    head = enqueue("a", available_at=NOON + timedelta(hours=1))
    enqueue("a")
    lease = {"lease_id": uuid7(), "lease_until": NOON + timedelta(hours=1)} if state == "leased" else {}
    OutboxMessage.objects.filter(pk=head.pk).update(state=state, **lease)

    assert claim() is None


@pytest.mark.parametrize("state", ["done", "dead"])
def test_a_finished_head_lets_the_next_one_run(db: None, state: str) -> None:
    head, second = enqueue("a"), enqueue("a")
    OutboxMessage.objects.filter(pk=head.pk).update(state=state, finished_at=NOON)

    assert claim() == second


def test_a_message_runs_at_its_instant_and_not_before(db: None) -> None:
    message = enqueue("a", available_at=NOON + timedelta(seconds=1))

    assert claim(NOON) is None
    assert claim(NOON + timedelta(seconds=1)) == message


# ── Coalescing ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_waits_already_is_not_promised_twice(db: None) -> None:
    first = enqueue("a", coalesce_key="look")

    assert enqueue("a", coalesce_key="look") is None
    assert enqueue("b", coalesce_key="look elsewhere") is not None
    assert enqueue("c") is not None and enqueue("d") is not None
    assert list(OutboxMessage.objects.filter(coalesce_key="look")) == [first]


def test_what_runs_already_may_have_looked_too_early(db: None) -> None:
    first = enqueue("a", coalesce_key="look")
    assert claim() == first

    second = enqueue("a", coalesce_key="look")

    assert second is not None
    assert enqueue("a", coalesce_key="look") is None
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize("wish", [Retry("later"), RetryAt(NOON + timedelta(minutes=5)), Hold("mend it")])
def test_a_message_comes_back_although_its_twin_waits(db: None, handle: Any, wish: Exception) -> None:
    seen = handle(wish)
    first = enqueue("a", coalesce_key="look", channel="c")
    message = claim()
    second = enqueue("a", coalesce_key="look", channel="c")

    worker.perform(message)

    assert [d.message_id for d in seen] == [first.pk]
    assert {reloaded(first).state, reloaded(second).state} <= {"waiting", "parked"}
    assert messages.release("c") == (1 if isinstance(wish, Hold) else 0)
    messages.retry(first)
    assert reloaded(first).state == reloaded(second).state == "waiting"


def test_another_broken_constraint_is_not_taken_for_coalescing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.clock, "machine_now", lambda: None)

    with pytest.raises(Exception, match=r"(?i)null"):
        enqueue("a", coalesce_key="look")


# ── The transaction of the fact ──────────────────────────────────────────────────────────────────────────────────────
def test_a_promise_is_undone_with_its_transaction(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    notified: list[str] = []
    monkeypatch.setattr(tasks.queue, "notify_worker", lambda: notified.append("notify_worker"))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("a")
        raise ZeroDivisionError

    assert (OutboxMessage.objects.count(), notified) == (0, [])


def test_the_bell_rings_after_the_commit(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    notified: list[str] = []
    monkeypatch.setattr(tasks.queue, "async_task", lambda *args, **kwargs: notified.append(args[0]))

    with transaction.atomic():
        enqueue("a")
        enqueue("b", available_at=NOON + timedelta(days=1))
        assert notified == []

    assert notified == ["recruiting.outbox.worker.drain"]


def test_a_bell_that_cannot_ring_loses_nothing(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.queue, "async_task", broken)

    with transaction.atomic():
        message = enqueue("a")

    assert claim() == message


# ── Attempts ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_kept_promise_is_done(db: None, handle: Any) -> None:
    seen = handle()
    message = enqueue("a")

    assert worker.drain() == 1

    assert [(d.topic, d.payload, d.number, d.previous_ended_at, d.written_at) for d in seen] == [
        (TOPIC, {"key": "a"}, 1, None, NOON)
    ]
    found = reloaded(message)
    assert (found.state, found.finished_at, found.lease_id, found.attempts) == ("done", NOON, None, 1)
    assert found.payload == {"key": "a"}


def test_a_payload_with_a_secret_is_forgotten_once_kept(db: None, handle: Any) -> None:
    handle(Retry("later"), None, forget=True)
    message = enqueue("a")

    worker.drain()
    assert reloaded(message).payload == {"key": "a"}
    OutboxMessage.objects.update(available_at=NOON)
    worker.drain()

    assert (reloaded(message).state, reloaded(message).payload) == ("done", {})


def test_a_lease_that_lapsed_counts_as_an_attempt_which_ended_then(
    db: None, handle: Any, noon: time_machine.Traveller
) -> None:
    seen = handle()
    message = enqueue("a")
    claim()  # and the worker is killed

    noon.move_to(NOON + timedelta(seconds=119))
    assert worker.drain() == 0
    noon.move_to(NOON + timedelta(seconds=121))
    assert worker.drain() == 1

    assert [(d.number, d.previous_ended_at) for d in seen] == [(2, NOON + timedelta(seconds=120))]
    assert reloaded(message).state == "done"


def test_what_a_dead_worker_left_comes_before_what_waits_longer(
    db: None, handle: Any, noon: time_machine.Traveller
) -> None:
    handle()
    left = enqueue("a")
    claim()  # and the worker is killed
    OutboxMessage.objects.filter(pk=enqueue("b").pk).update(available_at=NOON - timedelta(hours=1))

    assert claim(NOON + timedelta(seconds=121)) == left


def test_what_is_due_for_longest_comes_first(db: None, handle: Any, noon: time_machine.Traveller) -> None:
    handle()
    late, early = enqueue("a"), enqueue("b")
    OutboxMessage.objects.filter(pk=early.pk).update(available_at=NOON - timedelta(minutes=1))

    assert [claim(), claim(), claim()] == [early, late, None]


def test_who_lost_the_lease_cannot_settle(db: None, handle: Any, noon: time_machine.Traveller) -> None:
    buried: list[str] = []
    handle(Discard("never"), on_dead=lambda attempt, reason: buried.append(reason))
    enqueue("a")
    slow = claim()
    later = NOON + timedelta(seconds=121)
    quick = claim(later)

    assert not messages.finish(slow, now=later, state="done", finished_at=later)
    noon.move_to(later)
    worker.perform(slow)

    found = reloaded(slow)
    assert (found.state, found.lease_id, found.attempts, buried) == ("leased", quick.lease_id, 2, [])


def test_the_pauses_grow_and_the_tenth_try_is_the_last(
    db: None, handle: Any, noon: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.random, "uniform", lambda low, high: 1.0)
    buried: list[tuple[int, str]] = []
    seen = handle(
        *[Retry("The vendor is away.")] * 10, on_dead=lambda attempt, reason: buried.append((attempt.number, reason))
    )
    message = enqueue("a")
    pauses = []

    while reloaded(message).state == "waiting":
        due = reloaded(message).available_at
        noon.move_to(due)
        assert worker.drain() == 1
        if reloaded(message).state == "waiting":
            pauses.append((reloaded(message).available_at - due).total_seconds())

    assert pauses == [30, 120, 480, 1800, 3600, 3600, 3600, 3600, 3600]
    assert [d.number for d in seen] == list(range(1, 11))
    assert buried == [(10, "The vendor is away.")]
    found = reloaded(message)
    assert (found.state, found.error, found.error_class) == ("dead", "The vendor is away.", "Retry")
    assert found.finished_at == due


def test_the_pauses_differ_a_little(db: None, handle: Any) -> None:
    handle(*[Retry("later")] * 20)
    for number in range(20):
        enqueue(str(number))

    worker.drain()

    pauses = {(m.available_at - NOON).total_seconds() for m in OutboxMessage.objects.all()}
    assert len(pauses) > 10
    assert min(pauses) >= 27 and max(pauses) <= 36


def test_an_unexpected_error_is_tried_again_and_shown_to_nobody(
    db: None, handle: Any, caplog: pytest.LogCaptureFixture
) -> None:
    handle(KeyError("a secret"))
    message = enqueue("a")

    worker.drain()

    found = reloaded(message)
    assert (found.state, found.error, found.error_class, found.attempts) == (
        "waiting",
        worker.UNEXPECTED,
        "KeyError",
        1,
    )
    assert "a secret" in caplog.text


def test_the_class_of_the_error_behind_a_wish_is_kept_for_operators(db: None, handle: Any) -> None:
    wish = Retry("The vendor is away.")
    wish.__cause__ = TimeoutError()
    handle(wish)
    message = enqueue("a")

    worker.drain()

    assert (reloaded(message).error, reloaded(message).error_class) == ("The vendor is away.", "TimeoutError")


def test_a_postponed_attempt_does_not_count(db: None, handle: Any, noon: time_machine.Traveller) -> None:
    until = NOON + timedelta(minutes=7)
    seen = handle(RetryAt(until, "The vendor asks us to slow down."), None)
    message = enqueue("a")

    worker.drain()
    found = reloaded(message)
    assert (found.state, found.available_at, found.attempts) == ("waiting", until, 0)
    assert worker.drain() == 0
    noon.move_to(until)
    worker.drain()

    assert [d.number for d in seen] == [1, 1]
    assert reloaded(message).state == "done"


def test_postponing_does_not_move_the_end_of_the_last_attempt(
    db: None, handle: Any, noon: time_machine.Traveller
) -> None:
    settled = NOON + timedelta(seconds=120)
    seen = handle(Retry("no answer"), RetryAt(settled, "We look before we send again."), None)
    message = enqueue("a")
    worker.drain()
    OutboxMessage.objects.update(available_at=NOON + timedelta(seconds=30))
    noon.move_to(NOON + timedelta(seconds=30))
    worker.drain()
    noon.move_to(settled)

    worker.drain()

    assert [d.previous_ended_at for d in seen] == [None, NOON, NOON]
    assert reloaded(message).state == "done"


def test_a_parked_message_waits_for_a_person(db: None, handle: Any, noon: time_machine.Traveller) -> None:
    handle(Hold("The key is not accepted."))
    message = enqueue("a", channel="installation:1")
    enqueue("b", channel="installation:2")
    worker.drain()
    assert (reloaded(message).state, reloaded(message).attempts) == ("parked", 0)
    noon.move_to(NOON + timedelta(days=30))
    assert worker.drain() == 0

    assert messages.release("installation:2") == 0
    assert messages.release("installation:1") == 1

    assert (reloaded(message).state, reloaded(message).error) == ("waiting", "")
    assert worker.drain() == 1
    assert reloaded(message).state == "done"


def test_what_is_mended_while_a_message_runs_wakes_it_too(
    db: None, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    attempts: list[int] = []

    def run(attempt: Attempt) -> None:
        attempts.append(attempt.number)
        if len(attempts) == 1:
            noon.shift(1)
            messages.release("installation:1")  # somebody pastes a new key just after the old one was read
            raise Hold("The key is not accepted.")

    monkeypatch.setitem(tasks._tasks, TOPIC, Task(TOPIC, run))
    message = enqueue("a", channel="installation:1")

    worker.drain()

    assert (reloaded(message).state, attempts) == ("done", [1, 1])


def test_giving_up_buries_at_once_and_tells_in_the_same_transaction(db: None, handle: Any) -> None:
    def on_dead(attempt: Attempt, reason: str) -> None:
        assert OutboxMessage.objects.get(pk=attempt.message_id).state == "dead"
        factories.OutboxMessageFactory(topic="tests.buried", payload={"reason": reason})

    handle(Discard("Refused for good."), on_dead=on_dead)
    message = enqueue("a")

    worker.drain()

    found = reloaded(message)
    assert (found.state, found.error, found.finished_at, found.attempts) == ("dead", "Refused for good.", NOON, 1)
    assert OutboxMessage.objects.get(topic="tests.buried").payload == {"reason": "Refused for good."}


def test_a_burial_that_fails_is_undone_as_a_whole(transactional_db: None, handle: Any) -> None:
    def on_dead(attempt: Attempt, reason: str) -> None:
        factories.OutboxMessageFactory(topic="tests.buried")
        raise ZeroDivisionError

    handle(Discard("Refused for good."), on_dead=on_dead)
    message = enqueue("a")

    with pytest.raises(ZeroDivisionError):
        worker.perform(claim())

    assert reloaded(message).state == "leased"
    assert not OutboxMessage.objects.filter(topic="tests.buried").exists()


def test_a_topic_that_nobody_handles_is_buried(db: None) -> None:
    message = factories.OutboxMessageFactory(topic="tests.uninstalled")

    assert worker.drain() == 1

    found = reloaded(message)
    assert (found.state, found.error) == ("dead", "Nothing here handles tests.uninstalled any more.")


@pytest.mark.parametrize("state", ["waiting", "parked", "dead"])
def test_an_operator_can_ask_for_another_try(db: None, state: str) -> None:
    message = enqueue("a", available_at=NOON + timedelta(hours=1))
    finished = {"finished_at": NOON} if state == "dead" else {}
    OutboxMessage.objects.filter(pk=message.pk).update(state=state, **finished)

    messages.retry(message)

    found = reloaded(message)
    assert (found.state, found.available_at, found.finished_at) == ("waiting", NOON, None)


@pytest.mark.parametrize("state", ["leased", "done"])
def test_what_runs_or_is_done_is_not_tried_again(db: None, state: str) -> None:
    message = enqueue("a")
    claim()
    if state == "done":
        messages.finish(OutboxMessage.objects.get(), now=NOON, state="done", finished_at=NOON)

    messages.retry(message)

    assert reloaded(message).state == state


@pytest.mark.parametrize(("after", "until", "due"), [(0, 30, True), (0, 29, False), (30, 60, False), (29, 31, True)])
def test_the_end_of_a_pause_is_noticed_once(db: None, handle: Any, after: int, until: int, due: bool) -> None:
    handle(RetryAt(NOON + timedelta(seconds=30)))
    enqueue()
    worker.drain()

    assert messages.fell_due(after=NOON + timedelta(0, after), until=NOON + timedelta(0, until)) is due


def test_what_was_rung_for_when_it_was_written_is_not_rung_for_again(db: None, handle: Any) -> None:
    enqueue()

    assert not messages.fell_due(after=NOON - timedelta(1), until=NOON + timedelta(1))


def test_a_topic_has_one_task() -> None:
    try:
        known = tasks.task("tests.once")(print)
        assert tasks.task("tests.once")(print) is known
        with pytest.raises(ValueError, match="two tasks"):
            tasks.task("tests.once")(repr)
        assert tasks.task_of("tests.once") is known
    finally:
        tasks._tasks.pop("tests.once")


# ── Draining ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_draining_works_on_everything_that_is_due(db: None, handle: Any) -> None:
    seen = handle(None, Discard("no"), Retry("later"))
    for key in ("a", "a", "b", "c"):
        enqueue(key)
    enqueue("d", available_at=NOON + timedelta(hours=1))

    assert worker.drain() == 4

    assert [d.payload["key"] for d in seen] == ["a", "a", "b", "c"]


def test_draining_stops_after_its_time_and_rings_for_the_rest(
    db: None, handle: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    notified: list[str] = []
    handle()
    enqueue("a")
    settings.OUTBOX_DRAIN_SECONDS = 0
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.queue, "notify_worker", lambda: notified.append("notify_worker"))

    assert worker.drain() == 0

    assert notified == ["notify_worker"]
    assert OutboxMessage.objects.get().state == "waiting"


# ── Clean-up ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_was_over_is_forgotten_in_batches(db: None, settings: Any, handle: Any) -> None:
    settings.OUTBOX_KEEP_DAYS = 30
    handle()
    old = {"finished_at": NOON - timedelta(days=30, seconds=1)}
    young = {"finished_at": NOON - timedelta(days=30)}
    factories.OutboxMessageFactory.create_batch(3, state="done", **old)
    factories.OutboxMessageFactory(state="dead", topic="webhooks.deliver", **old)
    kept = [
        factories.OutboxMessageFactory(state="done", **young),
        factories.OutboxMessageFactory(state="dead", topic=TOPIC, **old),
        factories.OutboxMessageFactory(state="dead", topic="webhooks.deliver", **young),
        factories.OutboxMessageFactory(available_at=old["finished_at"]),
    ]

    assert messages.forget_done() == 4
    assert list(OutboxMessage.objects.order_by("id")) == kept


def test_rows_are_deleted_a_batch_at_a_time(db: None) -> None:
    factories.OutboxMessageFactory.create_batch(5)

    with CaptureQueriesContext(connection) as queries:
        assert delete_in_batches(OutboxMessage.objects.all(), size=2) == 5

    assert sum('DELETE FROM "base_outboxmessage"' in query["sql"] for query in queries) == 3
    assert not OutboxMessage.objects.exists()
