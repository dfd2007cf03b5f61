"""Who gets in where: scopes, visibility by role, and companies apart, over every address of the API."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.response import Response

from newsfeed import feed
from recruiting.api import scopes, urls
from recruiting.api.models import ApiToken
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications.models import Application
from recruiting.applications.processes import StaleProcess
from recruiting.applications.services import StaleMove
from recruiting.candidates.services import DuplicateCandidate
from recruiting.companies.models import Company, Membership
from recruiting.foundation import ids
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.tokens import digest
from recruiting.jobs.models import Job
from tests.api.conftest import MakeCaller, state_of_the_world
from tests.cases import undone
from tests.factories import (
    ApplicationFactory,
    AttachmentFactory,
    CandidateFieldFactory,
    DeliveryFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobFieldFactory,
    MembershipFactory,
    NewsfeedEntryFactory,
    NoteFactory,
    SourceFactory,
    StageTransitionFactory,
    SubscriptionFactory,
    TagFactory,
    administrator,
)

# Method, address and the scope that it needs; {…} are ids of the application's.
ADDRESSES = [
    ("GET", "me/", "profile:read"),
    ("GET", "jobs/", "jobs:read"),
    ("GET", "jobs/{job}/", "jobs:read"),
    ("GET", "jobs/{job}/stages/", "jobs:read"),
    ("POST", "jobs/", "jobs:write"),
    ("PATCH", "jobs/{job}/", "jobs:write"),
    ("POST", "jobs/{job}/open/", "jobs:write"),
    ("POST", "jobs/{job}/close/", "jobs:write"),
    ("GET", "jobs/{job}/team/", "jobs:read"),
    ("POST", "jobs/{job}/team/", "jobs:write"),
    ("DELETE", "jobs/{job}/team/{team}/", "jobs:write"),
    ("GET", "job-fields/", "settings:read"),
    ("GET", "job-fields/{field}/options/", "settings:read"),
    ("GET", "candidate-fields/", "settings:read"),
    ("GET", "candidate-fields/{candidate_field}/options/", "settings:read"),
    ("GET", "members/", "settings:read"),
    ("GET", "source-types/", "settings:read"),
    ("GET", "hiring-processes/", "settings:read"),
    ("GET", "departments/", "settings:read"),
    ("GET", "locations/", "settings:read"),
    ("GET", "sources/", "settings:read"),
    ("GET", "candidates/", "candidates:read"),
    ("POST", "candidates/", "candidates:write"),
    ("GET", "candidates/{candidate}/", "candidates:read"),
    ("PATCH", "candidates/{candidate}/", "candidates:write"),
    ("POST", "candidates/{candidate}/tags/", "candidates:write"),
    ("DELETE", "candidates/{candidate}/tags/{tag}/", "candidates:write"),
    ("GET", "tags/", "candidates:read"),
    ("POST", "prospects/", "candidates:write"),
    ("GET", "applications/", "applications:read"),
    ("POST", "applications/", "applications:write"),
    ("GET", "applications/{application}/", "applications:read"),
    ("POST", "applications/{application}/move/", "applications:write"),
    ("POST", "applications/{application}/convert-lead/", "applications:write"),
    ("POST", "applications/{application}/reject/", "applications:write"),
    ("POST", "applications/{application}/withdraw/", "applications:write"),
    ("POST", "applications/{application}/reopen/", "applications:write"),
    ("GET", "applications/{application}/history/", "applications:read"),
    ("GET", "applications/{application}/files/", "files:read"),
    ("POST", "applications/{application}/files/", "files:write"),
    ("GET", "files/{file}/", "files:read"),
    ("PATCH", "files/{file}/", "files:write"),
    ("GET", "applications/{application}/notes/{note}/", "notes:read"),
    ("PATCH", "applications/{application}/notes/{note}/", "notes:write"),
    ("GET", "applications/{application}/notes/", "notes:read"),
    ("POST", "applications/{application}/notes/", "notes:write"),
    ("GET", "newsfeed/", "newsfeed:read"),
]
BODIES: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "candidates/"): {"first_name": "Ada", "job": "{job}"},
    ("PATCH", "candidates/{candidate}/"): {"first_name": "Ada"},
    ("PATCH", "files/{file}/"): {"kind": "offer"},
    ("POST", "applications/"): {"candidate": "{candidate}", "job": "{other_job}"},
    ("POST", "applications/{application}/move/"): {"stage": "{stage}", "seen_stage": "{stage}"},
    ("POST", "jobs/"): {"title": "A new job"},
    ("PATCH", "jobs/{job}/"): {"title": "Another title"},
    ("POST", "jobs/{job}/team/"): {"membership": "{member}", "role": "executive"},
    ("POST", "candidates/{candidate}/tags/"): {"name": "fast"},
    ("POST", "prospects/"): {"email": "new.person@example.com", "job": "{job}"},
    ("POST", "applications/{application}/reject/"): {"reason": "A reason."},
    ("POST", "applications/{application}/withdraw/"): {"reason": "A reason."},
    ("PATCH", "applications/{application}/notes/{note}/"): {"body": "Changed."},
    ("POST", "applications/{application}/notes/"): {"body": "A note."},
}


@pytest.fixture
def application(buyer: Job) -> Application:
    return ApplicationFactory(job=buyer)


def call(caller: Any, method: str, path: str, application: Application) -> Any:
    return prepared(caller, method, path, application)()


def prepared(caller: Any, method: str, path: str, application: Application, **headers: str) -> Callable[[], Any]:
    """Return what calls an address, whose objects are there by then."""
    names = {
        "job": application.job_id,
        "candidate": application.candidate_id,
        "application": application.id,
        "stage": application.stage_id,
        "other_job": JobFactory(company=application.company).id,
        **further(application, caller),
    }
    address = path.format(**names)
    if method == "GET":
        return partial(caller.get, address)
    if path.endswith("/files/"):
        return lambda: caller.upload(address, SimpleUploadedFile("cv.txt", b"A curriculum vitae."), headers=headers)
    body = {name: value.format(**names) for name, value in BODIES.get((method, path), {}).items()}
    return partial(caller.send, method, address, body, **headers)


def further(application: Application, caller: Any) -> dict[str, Any]:
    """Return ids of one of everything about an application; the note is the caller's own."""
    company, owner = application.company, ApiToken.objects.get(digest=digest(caller.token)).membership
    author = owner if owner.company_id == company.id else MembershipFactory(company=company)
    return {
        "member": MembershipFactory(company=company).id,
        "team": HiringTeamMemberFactory(job=application.job).id,
        "tag": TagFactory(company=company).id,
        "field": JobFieldFactory(company=company, kind="select", visibility="public").id,
        "candidate_field": CandidateFieldFactory(company=company, kind="select", visibility="public").id,
        "file": AttachmentFactory(candidate=application.candidate, application=application).id,
        "note": NoteFactory(application=application, author=author).id,
    }


def test_the_named_scope_is_enough(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    for method, path, scope in ADDRESSES:
        with undone(method, path):
            response = call(calls_as(dana, scope), method, path, application)

            assert response.status_code in (200, 201), response.content


def test_what_people_tick_names_all_that_reading_shows(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    person = calls_as(dana, "candidates:read").get(f"candidates/{application.candidate_id}/").json()
    jobs = calls_as(dana, "jobs:read")
    job, team = (jobs.get(f"jobs/{application.job_id}/{of}").json() for of in ("", "team/"))

    assert person["applications"] and "on jobs" in Scope.CANDIDATES_READ.label
    assert "job_fields" in job and "results" in team
    assert "fields and hiring teams" in Scope.JOBS_READ.label


def test_without_the_scope_to_read_a_write_tells_where_it_can_be_read_and_no_more(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    for method, path, scope in [row for row in ADDRESSES if row[2].endswith(":write")]:
        with undone(method, path):
            blind, reader = calls_as(dana, scope), calls_as(dana, scope, scope.replace(":write", ":read"))

            response = call(blind, method, path, application)

            body = response.json()
            assert set(body) == {"id", "url"}
            address = body["url"].removeprefix("http://testserver/api/v1/")
            assert response.headers.get("Location") == (f"/api/v1/{address}" if response.status_code == 201 else None)
            found = reader.get(address).json()
            assert body["id"] in [found.get("id"), *(row["id"] for row in found.get("results", ()))]


def test_an_empty_change_reads_nobody(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    response = calls_as(dana, "candidates:write").patch(f"candidates/{application.candidate_id}/", {})

    assert response.status_code == 200
    assert set(response.json()) == {"id", "url"}


def test_all_other_scopes_are_not_enough(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    for method, path, scope in ADDRESSES:
        with undone(method, path):
            ask = prepared(calls_as(dana, *(set(scopes.names()) - {scope})), method, path, application)
            before = state_of_the_world()

            response = ask()

            assert response.status_code == 403
            assert response.headers["Content-Type"] == "application/problem+json"
            body = response.json()
            assert (body["code"], body["required_scope"]) == ("missing_scope", scope)
            assert body["detail"] == (
                f"This token lacks the permission {scope}. "
                "Create one that has it under Profile, API tokens, or connect the app again with it."
            )
            assert state_of_the_world() == before


def test_what_one_may_not_see_is_404(
    outsider: Membership, stranger: Membership, application: Application, calls_as: MakeCaller
) -> None:
    for method, path in [row[:2] for row in ADDRESSES if "{" in row[1]]:
        for member in (stranger,) if "field}" in path else (stranger, outsider):  # fields are the company's
            with undone(method, path, member.name):
                ask = prepared(calls_as(member), method, path, application)
                before = state_of_the_world()

                response = ask()

                assert (response.status_code, response.json()["code"]) == (404, "not_found")
                assert state_of_the_world() == before


def test_a_write_that_looks_at_no_version_refuses_if_match(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    heeds = 0
    for method, path, _ in ADDRESSES:
        with undone(method, path):
            ask = prepared(calls_as(dana), method, path, application, if_match='"v99"')
            before = state_of_the_world()

            response = ask()

            if method == "GET":
                assert response.status_code == 200
                continue
            heeds += response.status_code == 412
            assert (response.status_code, response.json()["code"]) in ((412, "changed"), (400, "if_match_unknown"))
            assert state_of_the_world() == before
    assert heeds == 14
    blind = calls_as(dana, "jobs:read").post("candidates/", {}, if_match='"v1"')
    assert (blind.status_code, blind.json()["code"]) == (403, "missing_scope")


NOTHING_TO_DO = {
    *(f"applications/{{application}}/{act}/" for act in ("move", "convert-lead", "reopen", "notes/{note}")),
    *("candidates/{candidate}/tags/{tag}/", "jobs/{job}/open/", "files/{file}/"),
}
"""Writes that find what they want, or of which the newsfeed does not tell."""


def test_whatever_a_service_refuses_deep_inside_is_a_problem_and_undone(
    dana: Membership, application: Application, calls_as: MakeCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [
        DuplicateCandidate(application.candidate),
        StaleMove(application, "Moved meanwhile."),
        StaleProcess("Saved meanwhile."),
        Conflict("Refused.", code="a_code_of_a_vendor"),
        InvalidInput(fields={"name": "Enter a name."}),
        NotAllowed("You may not."),
        NotFound("It went meanwhile."),
    ]
    for method, path, _ in [row for row in ADDRESSES if row[0] != "GET"]:
        with undone(method, path), monkeypatch.context() as patched:
            ask = prepared(calls_as(dana), method, path, application)
            before = state_of_the_world()
            for refusal in refusals:
                patched.setattr(feed, "publish", Mock(side_effect=refusal))
                response = ask()
                if path not in NOTHING_TO_DO:
                    answered = (response.status_code, response.headers["Content-Type"], response.json()["code"])
                    assert answered == (refusal.status, "application/problem+json", refusal.code)
            assert path in NOTHING_TO_DO or state_of_the_world() == before


LISTS_OF_A_COMPANY = (
    "tags/",
    "sources/",
    "source-types/",
    "job-fields/",
    "candidate-fields/",
    "hiring-processes/",
    "members/",
    "webhooks/",
)


def test_lists_hold_only_what_one_may_see(
    outsider: Membership, stranger: Membership, application: Application, calls_as: MakeCaller
) -> None:
    further(application, calls_as(outsider))
    DeliveryFactory(subscription=SubscriptionFactory(membership=administrator(application.company)))
    SourceFactory(company=application.company)
    NewsfeedEntryFactory(application=application)
    for member in (stranger, outsider):
        for path in ("jobs/", "candidates/", "applications/", "newsfeed/", "requests/"):
            with undone(member.name, path):
                assert calls_as(member).get(path).json()["results"] == []
    theirs = {path: calls_as(stranger).get(path).json()["results"] for path in LISTS_OF_A_COMPANY}
    for path, rows in theirs.items():
        mine = {row["id"] for row in calls_as(administrator(application.company)).get(path).json()["results"]}
        assert mine and mine.isdisjoint(row["id"] for row in rows), path
    assert {path for path, rows in theirs.items() if not rows} == {
        "tags/",
        "job-fields/",
        "candidate-fields/",
        "webhooks/",
    }
    assert {path for path in LISTS_OF_A_COMPANY if calls_as(outsider).get(path).status_code == 403} == {
        "members/",
        "webhooks/",
    }


def test_lists_about_one_thing_hold_what_is_about_that_thing_only(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    other = ApplicationFactory(job=JobFactory(company=application.company))
    here, there = (
        {**further(one, calls_as(dana)), "move": StageTransitionFactory(application=one, to_stage=one.stage).pk}
        for one in (application, other)
    )
    pk, job = application.pk, application.job_id
    lists = {
        f"jobs/{job}/team/": "team",
        f"applications/{pk}/files/": "file",
        f"applications/{pk}/notes/": "note",
        f"applications/{pk}/history/": "move",
    }

    for path, kind in lists.items():
        found = {row["id"] for row in calls_as(dana).get(path).json()["results"]}
        assert (str(here[kind]) in found, str(there[kind]) in found) == (True, False), path


@pytest.mark.parametrize("who", ["stranger", "outsider"])
def test_a_body_that_names_what_one_may_not_see_is_422(
    request: pytest.FixtureRequest, application: Application, calls_as: MakeCaller, who: str
) -> None:
    caller = calls_as(request.getfixturevalue(who))
    before = state_of_the_world()

    created = caller.post("candidates/", {"first_name": "Ada", "job": str(application.job_id)})
    put = caller.post("applications/", {"candidate": str(application.candidate_id), "job": str(application.job_id)})

    assert (created.status_code, list(created.json()["errors"])) == (422, ["job"])
    assert (put.status_code, list(put.json()["errors"])) == (422, ["candidate"])
    assert state_of_the_world() == before


def test_settings_are_those_of_ones_own_company(
    stranger: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    caller = calls_as(stranger)
    mine = {str(row) for row in stranger.company.sources.values_list("id", flat=True)}

    assert {row["id"] for row in caller.get("sources/").json()["results"]} == mine
    assert [row["name"] for row in caller.get("hiring-processes/").json()["results"]] == ["Standard"]
    assert caller.get("hiring-processes/").json()["results"][0]["id"] != str(buyer.process_id)


def test_a_member_of_the_team_sees_the_job_and_its_people(
    interviewer: Membership, application: Application, acme: Company, calls_as: MakeCaller
) -> None:
    ApplicationFactory(job=JobFactory(company=acme), candidate=application.candidate)
    NoteFactory(application=application, author=interviewer)
    caller = calls_as(interviewer)

    assert [row["id"] for row in caller.get("jobs/").json()["results"]] == [str(application.job_id)]
    person = caller.get(f"candidates/{application.candidate_id}/").json()
    assert [row["id"] for row in person["applications"]] == [str(application.id)]


def test_unknown_ids_are_404(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)

    for path in ("jobs", "candidates", "applications"):
        response = caller.get(f"{path}/{ids.uuid7()}/")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


# ── Completeness ─────────────────────────────────────────────────────────────────────────────────────────────────────
def api_views() -> Iterator[tuple[str, type[ApiView]]]:
    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                yield path, getattr(pattern.callback, "cls", None)

    for path, view in walk(get_resolver().url_patterns, ""):
        if path.startswith("api/v1/") and isinstance(view, type) and issubclass(view, ApiView):
            yield path, view


def test_every_core_address_stands_in_the_table() -> None:
    core = {
        (method, scope.value)
        for _, view in api_views()
        if view.__module__.startswith("recruiting.api.")
        for method, scope in view.required_scopes.items()
    }
    addresses = [
        (method, view)
        for _, view in api_views()
        if view.__module__.startswith("recruiting.api.")
        for method in view.required_scopes
    ]

    assert len(addresses) == len(ADDRESSES)
    assert core == {(method, scope) for method, _, scope in ADDRESSES}


def test_every_address_under_v1_is_an_api_view() -> None:
    paths = [path for path, _ in api_views()]

    assert "api/v1/jobs/" in paths and len(paths) == len(set(paths))


def test_a_view_without_a_scope_fails_at_start_up() -> None:
    with pytest.raises(TypeError, match=r"Careless\.required_scopes says nothing of POST"):

        class Careless(ApiView):
            required_scopes = {"GET": Scope.JOBS_READ}

            def get(self, request: Any) -> Any: ...

            def post(self, request: Any) -> Any: ...


# ── What other apps add ──────────────────────────────────────────────────────────────────────────────────────────────
def test_an_app_adds_a_scope_with_one_line(
    dana: Membership, calls_as: MakeCaller, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(scopes, "_registered", {})
    added = scopes.register("things:read", "Read things.")

    class Webhooks(ApiView):
        required_scopes = {"GET": added}

        def get(self, request: Any) -> Response:
            return Response({})

    with_it, without = calls_as(dana, "things:read"), calls_as(dana, "jobs:read")
    client.force_login(dana.user)

    assert scopes.register("things:read", "Read things.") is added
    assert scopes.names() == [*Scope.values, "things:read"]
    assert with_it.get("me/").json()["required_scope"] == "profile:read"
    assert calls_as(dana, "profile:read", added).get("me/").json()["token"]["scopes"] == ["profile:read", added]
    assert "Read things." in client.get("/profile/api-tokens/new/").content.decode()
    for caller, status in ((with_it, 200), (without, 403)):
        request = RequestFactory().get("/", headers={"Authorization": f"Bearer {caller.token}"})
        response = Webhooks.as_view()(request)
        assert (response.status_code, response.data.get("required_scope")) == (
            status,
            "things:read" if status == 403 else None,
        )


@pytest.mark.parametrize(
    ("name", "sentence"), [("jobs:read", "Something else."), ("Jobs", "Words."), ("a:b c", "Words."), ("x:read", "")]
)
def test_a_scope_that_means_two_things_is_refused(name: str, sentence: str) -> None:
    before = scopes.names()
    with pytest.raises(ValueError, match=f"{name} cannot be a scope"):
        scopes.register(name, sentence)
    assert scopes.names() == before


def test_an_app_adds_addresses_with_one_line() -> None:
    class Config:
        api_urls = "recruiting.api.fallback_urls"

    found = urls.of_apps([Config(), object()])  # type: ignore[list-item]

    assert [str(resolver.pattern) for resolver in found] == ["api/v1/"]
    assert found[0].resolve("api/v1/webhooks/").func.cls.__name__ == "NoSuchAddress"


def test_a_filter_by_a_job_shows_what_one_sees(buyer: Job, interviewer: Membership, calls_as: MakeCaller) -> None:
    here, elsewhere = ApplicationFactory(job=buyer), ApplicationFactory(job=JobFactory(company=buyer.company))
    caller = calls_as(interviewer)

    def ids(**filters: Any) -> list[str]:
        return [row["id"] for row in caller.get("applications/", **filters).json()["results"]]

    assert ids(job=buyer.pk) == ids(job=buyer.pk, candidate=here.candidate_id) == ids() == [str(here.pk)]
    assert ids(job=elsewhere.job_id) == ids(job=buyer.pk, candidate=elsewhere.candidate_id) == []
