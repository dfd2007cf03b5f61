"""How many deliveries of webhooks one worker sends in a second, to a receiver that answers after 5 ms.

DATABASE_URL=… python -m tests.benchmarks.deliveries    sends what waits, and prints how much that was and the seconds
"""

import json
import logging
import multiprocessing
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
os.environ["SANDBOX_MODE"] = "true"  # the receiver is on this machine
django.setup()

from recruiting.foundation import clock  # noqa: E402
from recruiting.outbox import worker  # noqa: E402
from recruiting.outbox.models import OutboxMessage  # noqa: E402
from recruiting.webhooks.models import Delivery, Subscription  # noqa: E402

ANSWERS_AFTER = 0.005
TOPIC = "webhooks.fan_out"


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


def main() -> int:
    """Fan out what happened and send it, fanning out included in the time."""
    logging.disable(logging.INFO)
    port = multiprocessing.Value("i", 0)
    receiver = multiprocessing.Process(target=receive, args=(port,), daemon=True)
    receiver.start()
    while not port.value:
        time.sleep(0.01)
    Subscription.objects.update(state=Subscription.State.ON, url=f"http://127.0.0.1:{port.value}/hook")
    now = clock.machine_now()
    OutboxMessage.objects.filter(topic=TOPIC).update(available_at=now)
    OutboxMessage.objects.exclude(topic=TOPIC).update(state="done", finished_at=now)
    started = time.perf_counter()
    while OutboxMessage.objects.filter(state="waiting").exists():
        worker.drain()
    seconds = time.perf_counter() - started
    receiver.terminate()
    print(json.dumps([Delivery.objects.filter(state=Delivery.State.DELIVERED).count(), seconds]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
