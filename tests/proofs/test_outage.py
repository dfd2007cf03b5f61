"""`make prove NAME=outage`: an outage of a vendor ends, and two clusters send what waited within 10 s, in order.

The workers run as in production, with the pauses of production; nothing but the product notifies the worker.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recruiting.outbox import queue
from recruiting.outbox.models import OutboxMessage
from tests import vendors
from tests.faults.scenario import Sandbox, environment, running, sandbox_process
from tests.faults.victim import Victim

pytestmark = [pytest.mark.prove, pytest.mark.usefixtures("postgres", "transactional_db")]

CLUSTERS = [[sys.executable, "manage.py", "worker"]] * 2
REQUESTS = 60
SECONDS = 10.0
PAUSE = 4
LISTING = [victim for kind in vendors.classes("victim", Victim) if (victim := kind()).can_list]


@pytest.mark.parametrize("asked_to_slow_down", [False, True], ids=["straight on", "with a pause"])
@pytest.mark.parametrize("victim", LISTING, ids=lambda victim: victim.name)
def test_what_waited_goes_out_within_seconds(tmp_path: Path, victim: Victim, asked_to_slow_down: bool) -> None:
    with sandbox_process(tmp_path, victim.double) as sandbox:
        way = victim.begin(sandbox)
        requests = [request.pk for request in victim.send(sandbox, requests=REQUESTS + 1)]
        first = OutboxMessage.objects.filter(topic=victim.create_topic).earliest("id")
        rest = OutboxMessage.objects.filter(topic=victim.create_topic).exclude(pk=first.pk)
        # The one that will be answered first is a person's, pressed once the vendor is back.
        OutboxMessage.objects.filter(pk=first.pk).update(state="parked")
        take_away(sandbox, victim)
        with running(CLUSTERS, env=environment(**way, OUTBOX_SETTLE_SECONDS="0"), folder=tmp_path):
            until(lambda: rest.filter(error_class="VendorUnavailable").count() == REQUESTS, seconds=90)
            rest.update(available_at=first.created_at.replace(year=first.created_at.year + 1))
            sandbox.call("DELETE", f"/{victim.double.slug}/faults")
            if asked_to_slow_down:  # whatever waits may be there, and is looked for first
                sandbox.fault(victim.double.slug, victim.look_operation, "rate_limit", times=1, seconds=PAUSE)
            OutboxMessage.objects.filter(pk=first.pk).update(state="waiting")
            queue.notify_worker()
            until(lambda: OutboxMessage.objects.get(pk=first.pk).state == "done", seconds=90)
            started = time.monotonic()
            until(lambda: rest.filter(state="done").count() == REQUESTS, seconds=90)
            took = time.monotonic() - started
    print(f"\n{victim.name}: {REQUESTS} requests in {took:.1f} s after the first good answer")

    assert (PAUSE - 1 if asked_to_slow_down else 0) <= took <= SECONDS
    assert victim.flow.model.objects.filter(pk__in=requests, state="sent").count() == REQUESTS + 1  # type: ignore[attr-defined]
    assert in_order(rest)


def in_order(rest: Any) -> bool:
    """Return whether the messages were done in the order of writing, as far as that is one with several workers."""
    done = list(rest.order_by("finished_at").values_list("id", flat=True))
    ranks = {number: rank for rank, number in enumerate(sorted(done))}
    return max(abs(ranks[number] - place) for place, number in enumerate(done)) <= 12


def take_away(sandbox: Sandbox, victim: Victim) -> None:
    """Let every call of the vendor fail."""
    fault = {"operation": "*", "kind": "status", "times": -1, "parameters": {"status": 503}}
    sandbox.call("POST", f"/{victim.double.slug}/faults", fault)


def until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)
