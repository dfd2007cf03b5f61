"""How long the API takes against a trivial view with the same authentication, and what webhooks cost.

Run with `make bench NAME=api` (PostgreSQL, 100,000 candidates; SIZES=10000 for another size), on Linux. Before each
request comes one of the trivial view (tests/benchmarks/urls.py). Moves that nobody is told of and moves that three
webhooks are told of take turns; what came of these one worker then sends. Exits 1 when something is over its bar.

    ARGS='--n 50'                          asks less often (200 of each by each reader otherwise)
    ARGS='--keep NAME', '--use NAME'       as for `make bench NAME=pages`
"""

import argparse
import contextlib
import json
import secrets
import signal
import sys
from itertools import cycle

import psycopg

from devtools.launch.environment import ROOT
from tests.benchmarks import databases, report, site
from tests.benchmarks.bench_pages import prepared
from tests.benchmarks.client import Ask, send
from tests.benchmarks.measuring import WARM, Result, p95

MOST = {"list": 2.5, "read": 2.0}
"""Times the trivial view."""
MOST_QUERIES, MOST_TOLD, FEWEST = 5, 1.1, 40.0
TOLD = "move, three told"
Results = dict[tuple[str, str], Result]


def measured(port: int, url: str, asked: dict[str, dict[str, list[Ask]]], count: int) -> Results:
    """Ask for everything in turn, each after the trivial view; who is told of moves changes before each."""
    readers = list(asked["trivial"])
    names = [name for name in asked if name != "trivial"]
    asks = {(name, reader): cycle(asked[name][reader]) for name in names for reader in readers}
    results = {(name, reader): Result() for name in (*names, TOLD) for reader in readers}
    with psycopg.connect(url, autocommit=True) as database:
        for turn in range(count + WARM):
            for name, reader in results:
                if name in ("move", TOLD):
                    state = "on" if name == TOLD else "paused"
                    database.execute("UPDATE webhooks_subscription SET state = %s", [state])
                trivial = send(port, asked["trivial"][reader][0])
                answer = send(port, next(asks["move" if name == TOLD else name, reader]))
                if turn >= WARM:
                    results[name, reader].add(answer, trivial)
    return results


def table(results: Results) -> str:
    """Return a row for each name and reader."""
    head = ("asked", "reader", "n", "p50 ms", "p95 ms", "× trivial", "bar", "queries", "kB")
    rows = []
    for (name, reader), one in results.items():
        bar = MOST.get(name.split()[0], "")
        times = (report.Number(one.middle), report.Number(p95(one.took)), report.Number(one.ratio, 2))
        rows.append((name, reader, len(one.took), *times, bar, one.queries, report.Number(one.raw / 1024)))
    return report.table(head, rows)


def failures(results: Results, rate: float) -> list[str]:
    """Return what is over its bar, in words."""
    over = []
    for (name, reader), one in results.items():
        most = MOST.get(name.split()[0])
        if most and one.ratio > most:
            over.append(f"{name} by {reader}: {one.ratio:.2f} × the trivial view, at most {most}")
        if name.startswith("read") and one.queries > MOST_QUERIES:
            over.append(f"{name} by {reader}: {one.queries} queries, at most {MOST_QUERIES}")
        if name == TOLD and one.middle > MOST_TOLD * results["move", reader].middle:
            over.append(f"a move by {reader} that three are told of: over {MOST_TOLD} × one that nobody is")
    if rate < FEWEST:
        over.append(f"{rate:.0f} deliveries in a second, at least {FEWEST:.0f}")
    return over


def measure(store: databases.Postgres, size: int, options: argparse.Namespace) -> list[str]:
    """Load one size, serve it, measure, print; return what is over its bar."""
    secret_key = secrets.token_hex(32)
    with contextlib.ExitStack() as stack:
        print(f"\n## {size:,} candidates\n")
        url = store.url(prepared(store, size, [ROOT], stack, options)[0])
        print(site.run("upgrade", url=url, code=ROOT), end="")
        told = json.loads(site.run("api", url=url, code=ROOT, secret_key=secret_key))
        asked = {name: {who: [Ask(**ask) for ask in asks] for who, asks in all_.items()} for name, all_ in told.items()}
        with site.served(url, code=ROOT, secret_key=secret_key) as (port, _):
            results = measured(port, url, asked, options.n)
        sent, seconds = json.loads(site.run("deliveries", url=url, code=ROOT, secret_key=secret_key).splitlines()[-1])
        trivial = [took for one in results.values() for took in one.floor]
        print(f"trivial view: p50 {sorted(trivial)[len(trivial) // 2]:.1f} ms, p95 {p95(trivial):.1f} ms\n")
        print(table(results))
        for reader in asked["trivial"]:
            ratio = results[TOLD, reader].middle / results["move", reader].middle
            print(f"\na move by {reader} that three webhooks are told of: {ratio:.2f} × one that nobody is told of")
        print(f"\none worker: {sent / seconds:.0f} deliveries in a second ({sent:,}, fanning out included)")
        return failures(results, sent / seconds)


def main() -> int:
    """Measure each size, and judge."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))  # by way of every `finally`
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100000", help="candidates, separated by commas")
    parser.add_argument("--n", type=int, default=200, help="requests of each kind by each reader")
    parser.add_argument("--keep", metavar="NAME", default="", help="keep what is loaded under this name")
    parser.add_argument("--use", metavar="NAME", default="", help="measure what was kept under this name")
    options = parser.parse_args()
    store = databases.named()
    if not isinstance(store, databases.Postgres):
        print("This benchmark needs PostgreSQL: run `make bench NAME=api`.")
        return 1
    over = [line for size in map(int, options.sizes.split(",")) for line in measure(store, size, options)]
    print("".join(f"\nOver its bar: {line}" for line in over))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
