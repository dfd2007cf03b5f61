"""`make prove NAME=plans`: with 100,000 candidates no daily page reads all of a table that grows."""

import json
import os
import secrets

import pytest

from devtools.launch.environment import ROOT
from tests.benchmarks import databases, site

pytestmark = [pytest.mark.prove, pytest.mark.usefixtures("postgres")]

SIZE = 100_000


def test_no_daily_page_reads_a_table_that_grows() -> None:
    store = databases.Postgres(os.environ["DATABASE_URL"])
    name = f"plans_{secrets.token_hex(4)}"
    store.create(name)
    try:
        print(site.run("loader", str(SIZE), url=store.url(name), code=ROOT))
        found = json.loads(site.run("plans", url=store.url(name), code=ROOT))
    finally:
        store.drop(name)
    assert not found, "\n".join(f"{page} for {reader} {fault}: {sql}" for page, reader, fault, sql in found)
