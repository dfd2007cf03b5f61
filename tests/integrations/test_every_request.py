"""Requests of all vendors in one shape."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.requests.every import _flows
from integrations.requests.lifecycle import State
from recruiting.api import scopes, services
from recruiting.companies.models import Membership
from recruiting.foundation import ids
from recruiting.jobs.models import Job
from tests import factories, standard
from tests.api.conftest import Caller


@pytest.fixture
def dana(db: None) -> Membership:
    return factories.administrator(factories.CompanyFactory())


@pytest.fixture
def job(dana: Membership) -> Job:
    made: Job = factories.JobFactory(company=dana.company)
    return made


def caller(member: Membership, *named: str) -> Caller:
    return Caller(services.create_token(membership=member, name="T", scopes=named or scopes.names(), days=30)[1])


@pytest.fixture
def requests(dana: Membership, job: Job) -> list[Any]:
    """One of each vendor of the usual kind in turn, oldest first."""
    made = []
    connected = [(one, standard.connected(one, dana.company).pk) for one in standard.integrations()]
    for _ in range(3):
        for one, installation in connected:
            application = factories.ApplicationFactory(job=job)
            row = standard.requested(one, application, installation, State.SENT, dana)
            row.save()
            made.append(row)
    return made


def test_all_are_listed_newest_first_and_paged(dana: Membership, requests: list[Any]) -> None:
    one = caller(dana)
    expected = [str(row.pk) for row in reversed(requests)]

    seen, address = [], "requests/?page_size=2"
    while address:
        with CaptureQueriesContext(connection) as taken:
            page = one.get(address).json()
        assert len(taken.captured_queries) <= len(_flows()) + 5
        seen += [row["id"] for row in page["results"]]
        before, address = page["previous"], (page["next"] or "").removeprefix("http://testserver/api/v1/")

    assert len(_flows()) >= 4
    assert seen == expected
    back = one.get(before.removeprefix("http://testserver/api/v1/")).json()
    assert [row["id"] for row in back["results"]] == expected[-4:-2]


def test_one_reads_alike_wherever_it_is(dana: Membership, requests: list[Any]) -> None:
    one = caller(dana)
    row = requests[0]

    body = one.get(f"requests/{row.pk}/").json()

    assert body == next(each for each in one.get("requests/").json()["results"] if each["id"] == str(row.pk))
    assert (body["integration"], body["state"], body["application"]) == (
        row.flow.slug,
        "sent",
        str(row.application_id),
    )
    assert body["connection"] == {"id": str(row.installation_id), "name": row.installation.name}
    own = one.get(body["url"].removeprefix("http://testserver/api/v1/")).json()
    assert own["id"] == body["id"]


def test_filters(dana: Membership, requests: list[Any]) -> None:
    one, row = caller(dana), requests[0]

    def found(**query: str) -> set[str]:
        return {each["id"] for each in one.get("requests/", **query).json()["results"]}

    assert found(application=str(row.application_id)) == {str(row.pk)}
    assert found(candidate=str(row.application.candidate_id)) == {str(row.pk)}
    assert found(integration=row.flow.slug) == {str(each.pk) for each in requests if each.flow.slug == row.flow.slug}
    assert found(state="sent") == {str(each.pk) for each in requests}
    assert found(state="failed") == set()
    for wrong in ({"integration": "nobody"}, {"integration": "a b"}, {"state": "Sent"}, {"state": ""}):
        refused = one.get("requests/", **wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, list(wrong))
    assert one.get("requests/", vendor="a").status_code == 422


def test_what_one_may_not_see_is_not_there(dana: Membership, requests: list[Any], job: Job) -> None:
    outsider = factories.MembershipFactory(company=dana.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member in (outsider, stranger):
        assert caller(member).get("requests/").json()["results"] == []
        assert caller(member).get(f"requests/{requests[0].pk}/").json()["code"] == "not_found"
    assert caller(dana).get(f"requests/{ids.uuid7()}/").status_code == 404
    assert caller(dana, "jobs:read").get("requests/").json()["required_scope"] == "requests:read"
