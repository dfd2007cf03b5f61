"""What every answer has: chosen fields, how the limit stands, an id, and a warning where an address goes away."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from recruiting.api import throttling
from recruiting.api.output import Output
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import odd_queries
from tests.api import described
from tests.api.conftest import MakeCaller
from tests.api.described import Things
from tests.architecture.test_query_counts import World
from tests.factories import ApplicationFactory


def test_fields_are_chosen_of_objects_and_lists(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    path = f"jobs/{buyer.pk}/"

    one, all_of_it = caller.get(path, fields="title,state"), caller.get(path)

    assert one.json() == {"title": "Senior Buyer", "state": "open"}
    assert one.headers["ETag"] == all_of_it.headers["ETag"] == '"v1"'
    page = caller.get("jobs/", fields="id").json()
    assert (page["results"], page["next"]) == ([{"id": str(buyer.pk)}], None)
    assert set(caller.get(f"jobs/{buyer.pk}/stages/", fields="results").json()) == {"results"}


@pytest.mark.parametrize("asked", ["", "nothing", "id,,title", "id, title", "\x00", "results", "location.city", "ID"])
def test_fields_that_are_not_there_are_refused(dana: Membership, buyer: Job, calls_as: MakeCaller, asked: str) -> None:
    for path in ("jobs/", f"jobs/{buyer.pk}/"):
        response = calls_as(dana).get(path, fields=asked)

        assert (response.status_code, list(response.json()["errors"])) == (422, ["fields"])


def test_the_next_page_has_the_same_fields(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    for _ in "ab":
        ApplicationFactory(job=buyer)
    caller = calls_as(dana)

    first = caller.get("candidates/", fields="email", page_size="1").json()
    second = caller.get(first["next"].removeprefix("http://testserver/api/v1/")).json()

    assert [set(row) for row in (*first["results"], *second["results"])] == [{"email"}, {"email"}]


def test_answers_say_how_the_limit_stands(dana: Membership, calls_as: MakeCaller, settings: Any) -> None:
    settings.API_RATE = "2/min"
    throttling.TokenThrottle.cache.clear()
    caller = calls_as(dana)

    answers = [caller.get("me/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"token";q=2;w=60'}
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"token";r=1',
        '"token";r=0',
        '"token";r=0',
    ]
    assert all(1 <= int(answer.headers["RateLimit"].partition(";t=")[2]) <= 60 for answer in answers)
    assert all(answer.headers["X-Request-ID"] for answer in answers)


def test_an_address_that_goes_says_so(dana: Membership, calls_as: MakeCaller) -> None:
    class Old(ApiView):
        required_scopes = {"GET": Scope.JOBS_READ}
        going = (date(2027, 1, 1), date(2027, 7, 1))

        def get(self, request: Any) -> Response:
            return Response({})

    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {calls_as(dana).token}"})
    response = Old.as_view()(request)

    assert response["Deprecation"] == "@1798761600"
    assert response["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert "Deprecation" not in calls_as(dana).get("me/").headers


def test_what_plans_write_is_what_rest_framework_would(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.make()
    world.grow(3)
    things, caller = Things(world), odd_queries.caller(world.member)
    addresses = [read.address(things.of(read.path)) for read in described.reads()]

    def answers() -> dict[str, bytes]:
        return {address: re.sub(rb"shared-files/[^/]*", b"", caller.get(address).content) for address in addresses}

    planned = answers()
    monkeypatch.setattr(Output, "to_representation", Serializer.to_representation)

    assert answers() == planned
