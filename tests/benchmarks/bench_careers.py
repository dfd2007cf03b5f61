"""How many public pages two web processes answer in a second, against a view of the same project that says hello.

Run with `make bench NAME=careers` (PostgreSQL). A company with 200 jobs is published; the list and a job's page are
asked for by eight clients over connections that stay open, gzip understood as browsers do: once from the cache (process
memory, 60 s), once from a site without one, in turns with the hello view. The medians of the rounds count, since a
busy machine slows all alike. Beside requests a second stand milliseconds of the web processes' CPU for each.

Exits 1 below 0.6 times the hello view's requests a second from the cache, or below 0.15 times without.
"""

import argparse
import contextlib
import http.client
import os
import secrets
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
os.environ["TESTING"], os.environ["SANDBOX_MODE"] = "true", "false"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from devtools.launch.environment import ROOT  # noqa: E402
from recruiting.careers.models import Posting  # noqa: E402
from tests.benchmarks import careers_site, processes, site  # noqa: E402
from tests.careers.published import Published  # noqa: E402

Site = tuple[int, int]
"""A port, and the main process that answers there."""
JOBS, CLIENTS = 200, 8
LEAST_CACHED, LEAST_DRAWN = 0.6, 0.15
WORDS = "We look for somebody who buys what our kitchens need, and who knows where it comes from. " * 6
DESCRIPTION = f"# Your work\n\n{WORDS}\n\n- a\n- b\n\n{WORDS}"
TOWNS = [("Berlin", "", "DE"), ("Lyon", "", "FR"), ("Austin", "TX", "US"), ("Madrid", "", "ES"), ("Leeds", "", "GB")]


def published() -> Mapping[str, str]:
    """Publish a company's jobs; return the paths that are asked for, by what they are called."""
    acme = Published.make("bench", introduction=WORDS, is_indexed=True)
    for number in range(JOBS):
        acme.publish(
            f"Senior Buyer {number}",
            at=TOWNS[number % 5 : number % 5 + 1 + number % 2],
            job={
                "department": f"Department {number % 12}",
                "description": f"# Your work\n\n{WORDS}\n\n- a\n- b\n\n{WORDS}",
            },
            employment_type="full_time",
            workplace=("on_site", "hybrid", "remote")[number % 3],
            pay_min="52000",
            pay_max="58000",
            pay_currency="EUR",
            pay_period="year",
        )
    first = Posting.objects.select_related("job").get(job__title="Senior Buyer 0")
    return {"list of 200 jobs": "/careers/bench/", "job": acme.path(first)}


@contextlib.contextmanager
def served(seconds: int, secret_key: str) -> Iterator[Site]:
    """Serve with a cache of so many seconds; yield the port and the main process."""
    more = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.careers_settings", "CAREERS_CACHE_SECONDS": str(seconds)}
    url = str(settings.DATABASES["default"]["NAME"])
    with site.served(os.environ.get("DATABASE_URL", url), code=ROOT, secret_key=secret_key, more=more) as running:
        yield running


def asked(port: int, path: str, seconds: float) -> float:
    """Return the requests in a second that eight clients get answered."""
    done, wrong = [0] * CLIENTS, []
    deadline = time.monotonic() + seconds

    def client(number: int) -> None:
        kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < deadline:
            kept.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = kept.getresponse()
            answer.read()
            if answer.status != 200:
                wrong.append(answer.status)
                return
            done[number] += 1
        kept.close()

    started = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"{path} answered {wrong[0]}.")
    return sum(done) / (time.monotonic() - started)


def measured(
    cached: tuple[int, int], drawn: tuple[int, int], paths: Mapping[str, str], rounds: int, seconds: float
) -> int:
    """Ask in turns, print, and judge."""
    cells = [("hello", cached, careers_site.HELLO)]
    cells += [(f"{name}, from the cache", cached, path) for name, path in paths.items()]
    cells += [(f"{name}, drawn each time", drawn, path) for name, path in paths.items()]
    rates: dict[str, list[float]] = {name: [] for name, *_ in cells}
    costs: dict[str, list[float]] = {name: [] for name, *_ in cells}
    ratios: dict[str, list[float]] = {name: [] for name, *_ in cells}
    for _, (port, _), path in cells:
        asked(port, path, 0.5)
    for _ in range(rounds):
        for name, (port, web), path in cells:
            before = processes.cpu_seconds(web)
            rate = asked(port, path, seconds)
            rates[name].append(rate)
            costs[name].append(1000 * (processes.cpu_seconds(web) - before) / (rate * seconds))
            ratios[name].append(rate / rates["hello"][-1])
    failed = 0
    for name, *_ in cells:
        ratio = statistics.median(ratios[name])
        least = LEAST_CACHED if "cache" in name else LEAST_DRAWN if "drawn" in name else 0.0
        failed += ratio < least
        judged = f", {ratio:.2f} times hello (at least {least})" if least else ""
        print(f"{name}: {statistics.median(rates[name]):.0f}/s, {statistics.median(costs[name]):.2f} ms of CPU{judged}")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Publish, serve twice, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    options = parser.parse_args(arguments)
    if connection.vendor != "postgresql":
        print("This benchmark needs PostgreSQL: run `make bench NAME=careers`.")
        return 1
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    paths = published()
    connections.close_all()
    secret_key = secrets.token_hex(32)
    with served(60, secret_key) as cached, served(0, secret_key) as drawn:
        return measured(cached, drawn, paths, options.rounds, options.seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
