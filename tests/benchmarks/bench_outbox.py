"""How long a worker takes to find and finish a message when a million are done and many wait, against a small outbox.

Run with `make bench NAME=outbox` (PostgreSQL). The large outbox holds what was done, what is on hold, what waits for
later and a backlog of 20,000 on 500 ordering keys; the small one holds the messages that are measured. Exits 1 when the
large one takes more than 3 times as long per message.
"""

import argparse
import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from recruiting.foundation import clock  # noqa: E402
from recruiting.outbox import messages  # noqa: E402
from recruiting.outbox.models import OutboxMessage  # noqa: E402

MOST_TIMES = 3.0
KEYS = 500


def fill(state: str, count: int, *, due: timedelta) -> None:
    """Write so many messages on `KEYS` ordering keys, available so long after now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO base_outboxmessage (topic, ordering_key, channel, coalesce_key, payload, state, attempts,
                                               available_at, error_class, error, created_at, finished_at)
               SELECT 'bench.none', %(state)s || n %% %(keys)s, '', '', '{}', %(state)s, 0, %(at)s, '', '', %(at)s,
                      CASE WHEN %(state)s = 'done' THEN %(at)s END
               FROM generate_series(1, %(count)s) n""",
            {"state": state, "keys": KEYS, "count": count, "at": clock.machine_now() + due},
        )
        cursor.execute("VACUUM ANALYZE base_outboxmessage")


def measured(count: int) -> float:
    """Return the milliseconds per message that one worker takes to claim and finish so many."""
    started = time.perf_counter()
    for _ in range(count):
        now = clock.machine_now()
        message = messages.claim(now=now, lease_seconds=60)
        assert message is not None
        assert messages.finish(message, now=now, state=OutboxMessage.State.DONE, finished_at=now)
    return (time.perf_counter() - started) / count * 1000


def main() -> int:
    """Measure both in turn, print, judge."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parser = argparse.ArgumentParser()
    parser.add_argument("--done", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        print("This benchmark needs PostgreSQL: run `make bench NAME=outbox`.")
        return 1
    call_command("migrate", verbosity=0, interactive=False)
    ago, later = timedelta(hours=-1), timedelta(hours=1)
    rounds = []
    for number in range(1, options.rounds + 1):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE base_outboxmessage CASCADE")
        fill("waiting", options.messages, due=ago)
        small = measured(options.messages)
        fill("done", options.done, due=ago)
        fill("parked", 20_000, due=ago)
        fill("waiting", 20_000, due=ago)
        fill("waiting", 20_000, due=later)
        large = measured(options.messages)
        rounds.append(large / small)
        print(f"round {number}: small {small:.2f} ms, large {large:.2f} ms, {large / small:.2f} times")
    times = sorted(rounds)[len(rounds) // 2]
    print(f"median {times:.2f} times (at most {MOST_TIMES})")
    return 0 if times <= MOST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
