"""Several workers at once, on PostgreSQL: nobody takes the same message twice, and no key runs out of order."""

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from recruiting.foundation import clock
from recruiting.outbox import messages, tasks
from recruiting.outbox.models import OutboxMessage
from tests import factories

pytestmark = pytest.mark.usefixtures("postgres", "transactional_db")

WORKERS = 6


def at_once(work: Callable[[int], None], *, workers: int = WORKERS) -> None:
    """Run `work(number)` in threads that start together, each on a connection of its own; re-raise what they raise."""
    start = threading.Barrier(workers)

    def run(number: int) -> None:
        try:
            start.wait(timeout=10)
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(run, number) for number in range(workers)]:
            future.result(timeout=60)


def test_no_message_is_taken_twice_and_no_key_runs_out_of_order() -> None:
    keys = 3  # fewer than workers, so that somebody always wants a key that is busy
    for number in range(60):
        factories.OutboxMessageFactory(ordering_key=f"key {number % keys}")
    guard = threading.Lock()
    running: set[str] = set()
    overlaps: list[str] = []
    order: dict[str, list[int]] = defaultdict(list)

    def work(_: int) -> None:
        while OutboxMessage.objects.exclude(state="done").exists():
            message = messages.claim(now=clock.machine_now(), lease_seconds=60)
            if message is None:
                continue
            with guard:
                if message.ordering_key in running:
                    overlaps.append(message.ordering_key)
                running.add(message.ordering_key)
                order[message.ordering_key].append(message.pk)
            OutboxMessage.objects.count()  # the work, during which others claim
            now = clock.machine_now()
            with guard:  # before the settling: from its commit on the next one may rightly run
                running.discard(message.ordering_key)
            assert messages.finish(message, now=now, state="done", finished_at=now)

    at_once(work)

    assert overlaps == []
    assert {key: sorted(ids) for key, ids in order.items()} == order
    assert sorted(pk for ids in order.values() for pk in ids) == sorted(
        OutboxMessage.objects.values_list("pk", flat=True)
    )
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_one_lapsed_lease_is_taken_over_by_one_worker() -> None:
    factories.OutboxMessageFactory()
    OutboxMessage.objects.update(available_at=clock.machine_now() - timedelta(hours=2))
    messages.claim(now=clock.machine_now() - timedelta(hours=1), lease_seconds=60)
    taken: list[int] = []

    def work(_: int) -> None:
        message = messages.claim(now=clock.machine_now(), lease_seconds=60)
        if message is not None:
            taken.append(message.attempts)

    at_once(work)

    assert taken == [2]


def test_the_same_thing_asked_for_at_once_is_promised_once() -> None:
    written: list[int] = []

    def work(_: int) -> None:
        with transaction.atomic():
            message = tasks.write(OutboxMessage(topic="tests.nothing", ordering_key="a", coalesce_key="look"))
        if message is not None:
            written.append(message.pk)

    at_once(work)

    assert written == list(OutboxMessage.objects.values_list("pk", flat=True))
    assert len(written) == 1


def test_a_claim_does_not_wait_for_a_row_that_somebody_holds() -> None:
    held = factories.OutboxMessageFactory()
    free = factories.OutboxMessageFactory()
    got: list[OutboxMessage | None] = []

    def work(_: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")  # who waits fails
        got.append(messages.claim(now=clock.machine_now(), lease_seconds=60))

    with transaction.atomic():
        OutboxMessage.objects.select_for_update().get(pk=held.pk)
        at_once(work, workers=1)

    assert got == [free]
