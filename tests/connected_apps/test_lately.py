"""What a connected app did lately: entries of the newsfeed know through which connection they came."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from newsfeed import through
from newsfeed.models import NewsfeedEntry
from recruiting.api import services as api
from recruiting.companies.models import Membership
from recruiting.connected_apps import lately, services
from recruiting.connected_apps.models import Connection
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job
from tests.connected_apps.conftest import Program, Register
from tests.factories import JobFactory
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines
SETTINGS, PROFILE = "/settings/connected-apps/", "/profile/connected-apps/"


def write(token: str, path: str, body: dict[str, Any], *, method: str = "post") -> Any:
    """Write over the API with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    browser = Browser(raise_request_exception=False)
    return getattr(browser, method)(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def list_on(page: Any) -> list[str]:
    """Return the lines of what was done lately on a page."""
    content = " ".join(page.content.decode().split())
    lists = re.findall(r'<ul aria-labelledby="lately-[^"]*">(.*?)</ul>', content)
    return [re.sub(r"<[^>]+>", "", line).strip() for part in lists for line in re.findall(r"<li>(.*?)</li>", part)]


@pytest.fixture
def tokens(program: Program, danas: Browser) -> dict[str, Any]:
    """Return the tokens of a program that Dana let in, to write."""
    return program.connect(danas, scope="jobs:read jobs:write candidates:write")


def test_a_connection_shows_what_was_done_through_it(tokens: dict[str, Any], danas: Browser) -> None:
    made = write(tokens["access_token"], "jobs/", {"title": "Buyer"})
    assert made.status_code == 201
    assert list_on(danas.get(SETTINGS)) != []
    added = write(tokens["access_token"], "candidates/", {"first_name": "Ada", "job": made.json()["id"]})
    assert added.status_code == 201

    for page in (SETTINGS, PROFILE):
        newest, *_, oldest = list_on(danas.get(page))

        assert "Ada" in newest and newest.endswith("Ada, Buyer")
        assert oldest.endswith("Buyer") and "Dana" in oldest
    assert set(NewsfeedEntry.objects.values_list("through", flat=True)) == {Connection.objects.get().pk}


def test_what_is_done_otherwise_is_not_shown(
    tokens: dict[str, Any], danas: Browser, dana: Membership, register: Register
) -> None:
    _, personal = api.create_token(membership=dana, name="Mine", scopes=["jobs:write"], days=30)
    other = register().connect(danas, scope="jobs:write")
    write(tokens["access_token"], "jobs/", {"title": "Through the app"})
    write(personal, "jobs/", {"title": "With a token"})
    jobs.close_job(job=Job.objects.get(title="With a token"), by=dana)
    assert through.current() is None

    (line,) = list_on(danas.get(SETTINGS))

    assert line.endswith("Through the app")
    write(other["access_token"], "jobs/", {"title": "Through the other"})
    assert [line.rpartition(" ")[2] for line in list_on(danas.get(SETTINGS))] == ["other", "app"]


def test_a_refusal_leaves_nothing_behind(tokens: dict[str, Any], dana: Membership, danas: Browser) -> None:
    assert write(tokens["access_token"], "jobs/", {"title": ""}).status_code == 422
    assert through.current() is None
    assert list_on(danas.get(SETTINGS)) == []


def test_the_newest_five_are_shown(tokens: dict[str, Any], danas: Browser) -> None:
    for number in range(7):
        assert write(tokens["access_token"], "jobs/", {"title": f"Job {number}"}).status_code == 201

    assert [line.rpartition(" ")[2] for line in list_on(danas.get(SETTINGS))] == ["6", "5", "4", "3", "2"]


def test_what_the_reader_may_not_see_is_not_shown(program: Program, sam: Membership, dana: Membership) -> None:
    services.set_policy(company=sam.company, everyone=True, by=dana)
    job = JobFactory(company=sam.company, title="Buyer")
    jobs.add_to_team(job=job, member=sam, role=JobRole.RECRUITER, by=dana)
    token = program.connect(signed_in(sam), scope="candidates:write")["access_token"]
    assert write(token, "candidates/", {"first_name": "Ada", "job": str(job.pk)}).status_code == 201
    assert "Ada, Buyer" in list_on(signed_in(sam).get(PROFILE))[0]

    jobs.remove_from_team(job=job, member=sam, role=JobRole.RECRUITER, by=dana)

    assert list_on(signed_in(sam).get(PROFILE)) == []
    assert "Ada, Buyer" in list_on(signed_in(dana).get(SETTINGS))[0]


def test_another_company_reads_nothing_of_it(tokens: dict[str, Any], stranger: Membership) -> None:
    write(tokens["access_token"], "jobs/", {"title": "Buyer"})
    connection = Connection.objects.get()

    assert lately.done([connection], reader=stranger) == {connection.pk: []}
    assert lately.done([], reader=stranger) == {}
