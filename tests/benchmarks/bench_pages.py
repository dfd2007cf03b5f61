"""How long pages take against a floor page of plain Django, for companies of several sizes and readers of each role.

Run with `make bench NAME=pages SIZES=10000,100000` (PostgreSQL; ENGINE=sqlite or both for the other, which is measured
up to 100,000), on Linux. The site runs under gunicorn as in production. Before each page comes one request of the floor
page, since a busy machine slows both; afterwards each page is asked for alone, and the CPU time of the web processes
and of the database server is read before and after.

    ARGS='--n 30 --pages "home,job newsfeed"'   asks less often, or for fewer pages
    ARGS='--against REV'                        measures a revision and this code side by side: REV's loader fills the
                                                database, whose copy is migrated to this code, each migration timed.
                                                REV needs a loader; both run on the packages that are installed here
    ARGS='--keep NAME'                          leaves what was loaded where it is (and measures a copy)
    ARGS='--use NAME'                           measures a copy of what was kept, migrated, instead of loading; with
                                                --against it has to have been kept by that revision

What is kept lives on the server that DATABASE_URL names, so set it to one that stays; of SQLite in var/benchmarks.
"""

import argparse
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devtools.launch.environment import ROOT
from tests.benchmarks import databases, report, site
from tests.benchmarks.client import Ask
from tests.benchmarks.measuring import Pair, Side, measure

MOST_ON_SQLITE = 100_000
SIGNED_IN = ("django_session", "api_apitoken")


def prepared(store: Any, size: int, versions: Sequence[Path], stack: contextlib.ExitStack, options: Any) -> list[str]:
    """Load (or take what was kept) and return the name of a database for each version, which are dropped at the end."""
    kept = options.keep or options.use
    base = f"bench_{kept}_{size}" if kept else f"bench_{os.getpid()}_{size}"
    if options.use:
        if not store.exists(base):
            raise SystemExit(f"There is no database {base}; --keep {options.use} makes it.")
    else:
        if store.exists(base):
            raise SystemExit(f"There is a database {base} already: --use {options.keep}, or drop it.")
        store.create(base)
        if not kept:
            stack.callback(store.drop, base)
        started = time.monotonic()
        said = site.run("loader", str(size), url=store.url(base), code=versions[-1])
        if versions[-1] == ROOT:
            print(said, end="")
        print(f"loaded in {time.monotonic() - started:.0f} s")
    names = [f"bench_{os.getpid()}_{size}_{number}" for number in range(len(versions))]
    for name in names if kept else names[:-1]:
        started = time.monotonic()
        stack.callback(store.drop, name)
        store.create(name, copied_from=base)
        print(f"copied in {time.monotonic() - started:.0f} s")
    return names if kept else [*names[:-1], base]


def measured(store: Any, size: int, versions: Sequence[Path], options: Any) -> report.Results:
    """Load one size, serve each version, measure, and print."""
    secret_key = secrets.token_hex(32)
    with contextlib.ExitStack() as stack:
        print(f"\n## {size:,} candidates on {store.name}\n")
        names = prepared(store, size, versions, stack, options)
        url = store.url(names[0])
        print(site.run("upgrade", url=url, code=ROOT), end="")
        asked = json.loads(site.run("pages", url=url, code=ROOT, secret_key=secret_key))
        pages = {n: {r: [Ask(**ask) for ask in asks] for r, asks in rs.items()} for n, rs in asked["pages"].items()}
        for name in names[1:]:
            store.replace_rows(names[0], name, SIGNED_IN)
        labels = ("new", options.against)
        sides = []
        for label, name, code in zip(labels, names, versions, strict=False):
            running = site.served(store.url(name), code=code, secret_key=secret_key)
            port, web = stack.enter_context(running)
            sides.append(Side(label, port, web, store.postmaster(), pages))
        wanted = options.pages.split(",") if options.pages else list(pages)
        pairs: list[Pair] = [(name, reader) for name in wanted for reader in pages[name]]
        results = measure(sides, pairs, count=options.n, most=options.most)
        print(f"\n{report.floor(results)}\n")
        print(report.pages(results) if len(sides) == 1 else report.side_by_side(sides, results))
        for name, reader, status in asked["left_out"]:
            print(f"\n{name} is left out for {reader}, who is answered {status}.")
        print(f"\n{report.load(sides)}")
        return results


def main() -> int:
    """Measure each size, then show them beside each other."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))  # by way of every `finally`
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000", help="candidates, separated by commas")
    parser.add_argument("--pages", default="", help="names of pages, separated by commas; all by default")
    parser.add_argument("--n", type=int, default=200, help="requests of each page by each role")
    parser.add_argument("--most", type=float, default=60.0, help="seconds that one page and role may take of these")
    parser.add_argument("--against", metavar="REV", default="", help="a revision to measure beside this code")
    parser.add_argument("--keep", metavar="NAME", default="", help="keep what is loaded under this name")
    parser.add_argument("--use", metavar="NAME", default="", help="measure what was kept under this name")
    options = parser.parse_args()
    store = databases.named()
    by_size = {}
    with contextlib.ExitStack() as stack:
        versions = [ROOT]
        if options.against:
            versions.append(stack.enter_context(site.checked_out(options.against)))
        for size in map(int, options.sizes.split(",")):
            if size > MOST_ON_SQLITE and isinstance(store, databases.Sqlite):
                print(f"\n{size:,} candidates are not measured on SQLite, which is for {MOST_ON_SQLITE:,} at most.")
                continue
            by_size[size] = measured(store, size, versions, options)
    if by_size:
        print("\n## By size: p50 ÷ floor's by reader; of all readers the most CPU ÷ floor's, and its growth\n")
        print(report.sizes(by_size))
    return 0


if __name__ == "__main__":
    sys.exit(main())
