"""`make prove NAME=odd_queries`: every odd value in every parameter that any address reads."""

from random import Random
from typing import Any

import pytest

from tests import odd_queries
from tests.architecture.test_query_counts import World


@pytest.mark.prove
def test_every_odd_value_in_each_parameter(db: None, settings: Any) -> None:
    settings.API_RATE = "1000000/min"  # of the API each value is to be read, not refused for being one too many
    world = World.make()
    walks = (
        (world.client, list(odd_queries.of_pages(world.client, world.values, Random(0)))),
        (odd_queries.staff(), list(odd_queries.of_the_admin())),
        (odd_queries.caller(world.member), list(odd_queries.of_the_api())),
    )
    asked = 0

    for client, places in walks:
        for address, names in places:
            for name in names:
                for value in odd_queries.VALUES:
                    odd_queries.ask(client, address, {name: value})
                    asked += 1

    print(f"{asked:,} queries, no fault of ours")
    assert asked > 10_000
