"""Versions of objects: raised by every change, told as ETag, asked for by If-Match."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications import services as applications
from recruiting.applications.intake import receive_leads
from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job
from tests.api.conftest import MakeCaller
from tests.cases import undone
from tests.factories import ApplicationFactory, CandidateFactory, MembershipFactory, SourceFactory

pytestmark = pytest.mark.both_engines


@pytest.fixture
def application(buyer: Job) -> Application:
    return ApplicationFactory(job=buyer)


def version(row: Any) -> int:
    return int(type(row).objects.values_list("version", flat=True).get(pk=row.pk))


def test_saving_raises_it_whatever_is_saved(buyer: Job) -> None:
    stale = Job.objects.get(pk=buyer.pk)
    assert buyer.version == 1

    buyer.write(title="A")
    assert buyer.version == version(buyer) == 2
    stale.write(city="B")
    assert stale.version == version(buyer) == 3
    buyer.title = "C"
    buyer.save()
    assert (buyer.version, version(buyer)) == (4, 4)
    buyer.save()
    Job.objects.filter(pk=buyer.pk).update(title="D")
    Job.objects.bulk_update([buyer], ["title"])
    assert version(buyer) == 7
    assert not buyer.change(title=buyer.title)
    assert version(buyer) == 7


CHANGES: dict[str, Callable[[Application, Membership], tuple[Any, Callable[[], Any]]]] = {
    "details": lambda a, by: (
        a.candidate,
        lambda: candidates.edit_details(candidate=a.candidate, details=CandidateDetails(first_name="Zoe"), by=by),
    ),
    "tag": lambda a, by: (a.candidate, lambda: candidates.add_tag(candidate=a.candidate, name="fast", by=by)),
    "job": lambda a, by: (
        a.job,
        lambda: jobs.edit_job(job=a.job, details=jobs.JobDetails(title="Another"), by=by),
    ),
    "closed": lambda a, by: (a.job, lambda: jobs.close_job(job=a.job, by=by)),
    "team": lambda a, by: (
        a.job,
        lambda: jobs.add_to_team(job=a.job, member=by, role=JobRole.RECRUITER, by=by),
    ),
    "rejected": lambda a, by: (a, lambda: applications.reject(application=a, reason="No", by=by)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_raises_it_once_and_the_same_again_does_not(
    dana: Membership, application: Application, change: str
) -> None:
    row, act = CHANGES[change](application, dana)
    before = version(row)

    act()
    assert version(row) == before + 1
    if change != "team":  # a second time is a conflict there
        act()
        assert version(row) == before + 1


def test_leads_that_are_here_already_change_only_by_a_new_tag(dana: Membership, application: Application) -> None:
    one, source = application.candidate, SourceFactory(company=dana.company)
    tag = candidates.tags_named(["pool"], by=dana)

    for tags, raised in ((), 0), (tag, 1), (tag, 1):
        people = [CandidateDetails(email=one.email)]
        receive_leads(company=dana.company, people=people, source=source, tags=tags, label="Pool")
        assert version(one) == 1 + raised


def test_handing_jobs_over_raises_theirs(dana: Membership, buyer: Job) -> None:
    from recruiting import events

    member, heir = MembershipFactory(company=dana.company), MembershipFactory(company=dana.company)
    jobs.add_to_team(job=buyer, member=member, role=JobRole.RECRUITER, by=dana)
    before = version(buyer)

    jobs.hand_over(events.JobsHandedOver(company_id=dana.company_id, from_id=member.pk, to_id=heir.pk, by_id=dana.pk))

    assert version(buyer) == before + 1


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_it_is_a_strong_etag_also_under_compression(
    dana: Membership, application: Application, calls_as: MakeCaller, encoding: str
) -> None:
    Job.objects.filter(pk=application.job_id).update(description="Long. " * 500)
    caller = calls_as(dana)
    for kind, pk in (("jobs", application.job_id), ("candidates", application.candidate_id)):
        response = caller.client.get(
            f"/api/v1/{kind}/{pk}/",
            headers={"Authorization": f"Bearer {caller.token}", "Accept-Encoding": encoding},
        )
        assert response.headers["ETag"].startswith('"v')
        if kind == "jobs":
            assert response.headers.get("Content-Encoding", "identity") == encoding
    assert "ETag" not in caller.get("jobs/").headers


def test_a_write_with_the_right_one_goes_through_and_tells_the_next(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)
    path = f"candidates/{application.candidate_id}/"
    first = caller.get(path)

    written = caller.patch(path, {"first_name": "Zoe"}, if_match=first.headers["ETag"])
    again = caller.patch(path, {"first_name": "Ann"}, if_match=first.headers["ETag"])

    assert (written.status_code, written.headers["ETag"]) == (200, '"v2"')
    assert written.json()["version"] == 2
    assert (again.status_code, again.json()["code"], again.json()["version"]) == (412, "changed", 2)
    assert again.json()["detail"] == (
        'This candidate is not at the version that If-Match names; it is at "v2". Look again, then decide.'
    )
    assert Candidate.objects.get().first_name == "Zoe"


@pytest.mark.parametrize(
    "asked", ['"*"', '*, "v7"', 'W/"v1"', "v1", '"v2"', '"v99999999999999999999"', '""', "", "\x00", 'x, "v3"']
)
def test_another_one_changes_nothing(
    dana: Membership, application: Application, calls_as: MakeCaller, asked: str
) -> None:
    caller = calls_as(dana)
    stage = {"stage": str(application.stage_id), "seen_stage": str(application.stage_id)}

    for path, body in (
        (f"applications/{application.pk}/move/", stage),
        (f"applications/{application.pk}/convert-lead/", None),
    ):
        assert caller.send("post", path, body, if_match=asked).json()["code"] == "changed"
    assert version(application) == 1


@pytest.mark.parametrize("asked", ["*", " * ", '"v1"', '"v7", "v1"', '"v1","x"'])
def test_any_of_those_that_are_named_will_do(
    dana: Membership, application: Application, calls_as: MakeCaller, asked: str
) -> None:
    response = calls_as(dana).patch(f"candidates/{application.candidate_id}/", {"phone": "1"}, if_match=asked)

    assert response.status_code == 200


@pytest.mark.parametrize("if_match", [{}, {"if_match": '"v1"'}])
def test_a_write_lets_rows_that_point_to_its_own_be_written(
    dana: Membership, application: Application, calls_as: MakeCaller, if_match: dict[str, str]
) -> None:
    caller, member = calls_as(dana), MembershipFactory(company=dana.company)

    for method, path, body in (
        ("patch", f"candidates/{application.candidate_id}/", {"phone": "1"}),
        ("post", f"candidates/{application.candidate_id}/tags/", {"name": "fast"}),
        ("patch", f"jobs/{application.job_id}/", {"department": "Ops"}),
        ("post", f"jobs/{application.job_id}/team/", {"membership": str(member.pk), "role": "recruiter"}),
    ):
        with undone(path), CaptureQueriesContext(connection) as asked:
            assert caller.send(method, path, body, **if_match).status_code in (200, 201)
            locks = [query["sql"] for query in asked if " FOR " in query["sql"]]
            assert bool(locks) is (connection.vendor == "postgresql")
            assert all("FOR NO KEY UPDATE" in lock or "FOR KEY SHARE" in lock for lock in locks)


@pytest.mark.parametrize("kind", ["jobs", "candidates"])
def test_what_goes_between_the_look_and_the_lock_is_404(
    dana: Membership, buyer: Job, calls_as: MakeCaller, kind: str
) -> None:
    row = buyer if kind == "jobs" else CandidateFactory(company=dana.company)
    find = ApiView.find

    def and_lose(view: ApiView, queryset: Any, pk: Any) -> Any:
        found = find(view, queryset, pk)
        queryset.model.objects.filter(pk=pk).delete()
        return found

    with patch.object(ApiView, "find", and_lose):
        response = calls_as(dana).patch(f"{kind}/{row.pk}/", {})

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_token_that_may_not_read_is_not_told_the_version(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana, Scope.CANDIDATES_WRITE)
    path = f"candidates/{application.candidate_id}/"

    refused = caller.patch(path, {"first_name": "Zoe"}, if_match='"v5"')
    written = caller.patch(path, {"first_name": "Zoe"}, if_match='"v1"')

    assert (refused.status_code, refused.json()["code"], "version" in refused.json()) == (412, "changed", False)
    assert written.status_code == 200 and "ETag" not in written.headers
