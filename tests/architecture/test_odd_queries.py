"""No query of any address is a fault of ours, on either engine: what it cannot mean finds nothing or is refused.

A few odd values here; `make prove NAME=odd_queries` tries each in each parameter.
"""

from random import Random

import pytest

from tests import odd_queries
from tests.architecture.test_query_counts import World
from tests.odd_queries import VALUES

pytestmark = pytest.mark.both_engines


@pytest.mark.long
def test_no_odd_query_is_a_fault_of_ours(db: None) -> None:
    draws = Random(20261130)
    world = World.make()
    staff, caller = odd_queries.staff(), odd_queries.caller(world.member)
    asked = 0

    for address, names in odd_queries.of_pages(world.client, world.values, draws):
        odd_queries.ask(world.client, address, {name: draws.choice(VALUES) for name in names})
        asked += len(names)
    for client, places in ((staff, odd_queries.of_the_admin()), (caller, odd_queries.of_the_api())):
        for address, names in places:
            odd_queries.ask(client, address, {draws.choice(names): draws.choice(VALUES)})
            asked += 1

    assert asked >= 400
