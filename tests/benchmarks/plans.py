"""How PostgreSQL answers what the daily pages ask: what each query reads, as EXPLAIN tells it.

DATABASE_URL=… python -m tests.benchmarks.plans        prints what should not be, as JSON; [] is good
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from django.test import Client

from tests.benchmarks.client import Ask
from tests.benchmarks.pages import asked, without_left_out

GROWS = 10_000
"""A table of a company of 100,000 with so many rows is one that grows with it."""
MOST_READ = 60_000
"""So many rows a query may read, index entries included: no more at a million than here."""
SORTS = ("list by name",)
"""Pages that sort everybody on a job by what stands in another table: for 5,000 PostgreSQL reads that table whole."""


def growing() -> frozenset[str]:
    """Return the tables that grow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [GROWS])
        return frozenset(name for (name,) in cursor.fetchall())


def queries(ask: Ask) -> list[tuple[str, Any]]:
    """Ask for a page and return what it asked of the database."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("(").startswith("SELECT") and " FOR " not in sql:
            seen.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        answer = Client(SERVER_NAME="127.0.0.1").get(ask.address, headers=dict(ask.headers))
    if answer.status_code != ask.status:
        raise SystemExit(f"{ask.address} answered {answer.status_code}.")
    return seen


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a plan's node and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def faults(sql: str, parameters: Any, grows: frozenset[str]) -> Iterator[str]:
    """Yield in words what a query should not do."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
        told = cursor.fetchone()[0]
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    read = 0
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in grows and node["Actual Loops"]:
            yield f"reads all of {node['Relation Name']}"
        if node["Node Type"].endswith("Scan"):
            read += (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    if read > MOST_READ:
        yield f"reads {read:,.0f} rows"


def main() -> int:
    """Print what is wrong, by page, reader and query."""
    grows, found = growing(), set()
    if not grows:
        raise SystemExit("No table has 10,000 rows here: load 100,000 candidates, and let the loader analyze them.")
    pages = without_left_out(asked())
    for page, readers in ((name, pages[name]) for name in pages if name not in SORTS):
        for reader, asks in readers.items():
            for sql, parameters in queries(asks[0]) if asks[0].method == "GET" else ():
                found |= {(page, reader, fault, sql) for fault in faults(sql, parameters, grows)}
    print(json.dumps(sorted(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
