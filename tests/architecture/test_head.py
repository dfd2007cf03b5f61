"""HEAD answers like GET, without the body, at every address, and does nothing that a look would not do."""

from tests import odd_queries, pages, vendor_site
from tests.architecture.test_query_counts import World

# Both would end or change the walk; the others ask a vendor.
LEFT_OUT = {"account_logout", *vendor_site.names("asks_vendor")}
ALIKE = ("Location", "Content-Type", "Cache-Control", "Allow")


def test_head_answers_like_get_everywhere(db: None) -> None:
    world = World.make()
    walks = [(world.client, pages.addresses(name, world.values)[0]) for name in set(pages.routes()) - LEFT_OUT]
    staff, caller = odd_queries.staff(), odd_queries.caller(world.member)
    walks += [(staff, address) for address, _ in odd_queries.of_the_admin()]
    walks += [(caller, address) for address, _ in odd_queries.of_the_api()]
    unlike = {}

    for client, address in walks:
        told = []
        for method in (client.get, client.head):
            answer = method(address)
            told.append((answer.status_code, [answer.headers.get(name) for name in ALIKE]))
            if answer.streaming:
                answer.getvalue()
        if told[0] != told[1]:
            unlike[address] = told

    assert len(walks) > 150
    assert unlike == {}


def test_a_look_at_the_headers_opens_no_job(db: None) -> None:
    world = World.make()

    for name in ("jobs:open", "jobs:close", "applications:move"):
        world.client.head(pages.addresses(name, world.values)[0])

    world.application.job.refresh_from_db()
    assert world.application.job.state == "open"
