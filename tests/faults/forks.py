"""Workers without django-q2, with kill points: `python -m tests.faults.forks N` drains in N children.

A child that is killed is replaced at once, so that a short test spends its time on kills. Ends when its input closes.
"""

import os
import select
import signal
import sys
import time

import django


def drain_for_ever() -> None:
    from recruiting.outbox import worker

    while True:
        worker.drain()
        time.sleep(0.1)


def child() -> int:
    number = os.fork()
    if number == 0:
        try:
            drain_for_ever()
        finally:
            os._exit(1)
    return number


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
    django.setup()
    from tests.faults import kill_points

    kill_points.install()
    children = {child() for _ in range(count)}
    try:
        while not select.select([sys.stdin], [], [], 0.05)[0]:
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                children.discard(ended)
                children.add(child())
    finally:
        for number in children:
            os.kill(number, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
