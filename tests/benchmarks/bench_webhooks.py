"""What three webhooks cost a move, and how many deliveries a worker sends in a second.

Run with `make bench NAME=webhooks` (PostgreSQL). Moves with and without subscriptions that are told of them take turns
in one run; the receiver is a process of its own that answers after 5 ms. Exits 1 when a move takes more than 1.1 times
as long, or a worker sends fewer than 40 deliveries in a second.
"""

import argparse
import logging
import multiprocessing
import os
import statistics
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
os.environ["SANDBOX_MODE"] = "true"  # the receiver is on this machine
os.environ["API_RATE"] = "100000/min"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from recruiting.api import scopes  # noqa: E402
from recruiting.api import services as tokens  # noqa: E402
from recruiting.foundation import clock  # noqa: E402
from recruiting.jobs.models import StageGroup  # noqa: E402
from recruiting.outbox import worker  # noqa: E402
from recruiting.outbox.models import OutboxMessage  # noqa: E402
from recruiting.webhooks.models import Delivery, Subscription  # noqa: E402
from tests import factories  # noqa: E402

MOST_TIMES, FEWEST = 1.1, 40.0
ANSWERS_AFTER = 0.005


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(ANSWERS_AFTER)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def receive(port: Any) -> None:
    """Answer for ever on a port of the system's choice."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    port.value = server.server_address[1]
    server.serve_forever()


def moves(count: int, rounds: int) -> tuple[float, float]:
    """Return the median milliseconds of a move over REST that nobody is told of, and of one that three are."""
    application = factories.ApplicationFactory(company=Subscription.objects.latest("id").company)
    by = factories.administrator(application.company)
    _, token = tokens.create_token(membership=by, name="Bench", scopes=scopes.names(), days=30)
    client, bearer = Client(), {"Authorization": f"Bearer {token}"}
    address = f"/api/v1/applications/{application.pk}/move/"
    steps = [factories.stage_of(application.job, group) for group in (StageGroup.OFFER, StageGroup.IN_REVIEW)]
    taken: dict[bool, list[float]] = {False: [], True: []}
    for number in range(rounds * 2):
        is_told = bool(number % 2)
        Subscription.objects.update(state="on" if is_told else "paused")
        for _ in range(count):
            application.refresh_from_db()
            to = next(step for step in steps if step.pk != application.stage_id)
            body = {"stage": to.pk, "seen_stage": application.stage_id}
            started = time.perf_counter()
            answer = client.post(address, body, content_type="application/json", headers=bearer)
            taken[is_told].append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, answer.content
    return statistics.median(taken[False]), statistics.median(taken[True])


def deliveries() -> float:
    """Fan out what waits, and return how many deliveries one worker then sends in a second."""
    Subscription.objects.update(state="on")
    OutboxMessage.objects.filter(topic="webhooks.fan_out").update(available_at=clock.machine_now())
    OutboxMessage.objects.exclude(topic="webhooks.fan_out").update(state="done", finished_at=clock.machine_now())
    started = time.perf_counter()
    while OutboxMessage.objects.filter(state="waiting").exists():
        worker.drain()
    sent = Delivery.objects.filter(state=Delivery.State.DELIVERED).count()
    return sent / (time.perf_counter() - started)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        print("This benchmark needs PostgreSQL: run `make bench NAME=webhooks`.")
        return 1
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    port = multiprocessing.Value("i", 0)
    receiver = multiprocessing.Process(target=receive, args=(port,), daemon=True)
    receiver.start()
    while not port.value:
        time.sleep(0.01)
    by = factories.administrator(factories.CompanyFactory())
    address = f"http://127.0.0.1:{port.value}/hook"
    factories.SubscriptionFactory.create_batch(3, membership=by, url=address)
    moves(5, 2)
    alone, told = moves(options.moves, options.rounds)
    print(f"a move: {alone:.2f} ms, with three webhooks {told:.2f} ms, {told / alone:.2f} times (at most {MOST_TIMES})")
    rate = deliveries()
    print(f"one worker: {rate:.0f} deliveries in a second, fanning out included (at least {FEWEST:.0f})")
    receiver.terminate()
    return 0 if told / alone <= MOST_TIMES and rate >= FEWEST else 1


if __name__ == "__main__":
    sys.exit(main())
