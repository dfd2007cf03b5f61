"""Every address of the core's API: what it answers, exactly, and what it refuses."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsfeed.models import NewsfeedEntry
from recruiting.api.models import ApiToken
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Note, StageTransition
from recruiting.candidates.models import Candidate, Source
from recruiting.companies.models import Company, Membership
from recruiting.foundation import ids
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import services as jobs
from recruiting.jobs.models import HiringProcess, Job, JobField, StageGroup
from tests.api.conftest import MakeCaller
from tests.factories import (
    ApplicationFactory,
    CandidateFactory,
    CandidateTagFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobFieldFactory,
    JobFieldOptionFactory,
    JobFieldValueFactory,
    NoteFactory,
    SourceFactory,
    StageFactory,
    TagFactory,
    lead,
    on_team,
    stage_of,
)

BLIND = ("candidates:write", "applications:write", "notes:write")


def iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def stage_json(job: Job, group: StageGroup) -> dict[str, str]:
    stage = stage_of(job, group)
    return {"id": str(stage.id), "name": stage.name, "group": group.value}


def application_json(application: Application) -> dict[str, Any]:
    stage, source = application.stage, application.source
    return {
        "id": str(application.id),
        "candidate": {
            "id": str(application.candidate_id),
            "name": application.candidate.name,
            "email": application.candidate.email,
        },
        "job": {"id": str(application.job_id), "title": application.job.title},
        "state": application.state,
        "stage": {"id": str(stage.id), "name": stage.name, "group": stage.group} if stage else None,
        "stage_entered_at": iso(application.stage_entered_at) if application.stage_entered_at else None,
        "source": {"id": str(source.id), "name": source.name} if source else None,
        "closing_reason": application.closing_reason,
        "created_at": iso(application.created_at),
        "version": application.version,
        "updated_at": iso(application.updated_at),
    }


def assert_problem(response: Any, status: int, code: str, **members: Any) -> None:
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"/problems/{code.replace('_', '-')}"
    assert body["detail"] and body["title"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    for name, value in members.items():
        assert body[name] == value


# ── Me ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_me_says_who_and_with_what(dana: Membership, acme: Company, calls_as: MakeCaller) -> None:
    response = calls_as(dana, "profile:read").get("me/")

    token = ApiToken.objects.get()
    assert response.status_code == 200
    assert response.json() == {
        "membership_id": str(dana.id),
        "role": "administrator",
        "name": "Dana Cole",
        "user": {"id": str(dana.user_id), "name": "Dana Cole", "email": "dana@acme.example"},
        "company": {"id": str(acme.id), "name": "Acme", "time_zone": "America/New_York"},
        "token": {
            "id": str(token.id),
            "name": "Tests",
            "scopes": ["profile:read"],
            "expires_at": iso(token.expires_at),
        },
    }


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def job_json(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "title": job.title,
        "department": job.department,
        "location": {"city": job.city, "region": job.region, "country": job.country},
        "locations": [],
        "employment_type": "",
        "description": "",
        "state": job.state,
        "process": {"id": str(job.process_id), "name": "Standard"},
        "job_fields": [],
        "created_at": iso(job.created_at),
        "version": job.version,
        "updated_at": iso(job.updated_at),
    }


def test_a_job_shows_the_fields_that_the_reader_may_see(
    dana: Membership, buyer: Job, acme: Company, interviewer: Membership, calls_as: MakeCaller
) -> None:
    given: list[tuple[JobField.Kind, Any, Any]] = [
        (JobField.Kind.TEXT, "engineering", "engineering"),
        (JobField.Kind.NUMBER, Decimal("1200.50"), "1200.5"),
        (JobField.Kind.DATE, date(2026, 11, 27), "2026-11-27"),
        (JobField.Kind.YES_NO, False, False),
        (JobField.Kind.TEXT, None, None),
    ]
    public = JobField.Visibility.PUBLIC
    fields = [JobFieldFactory(company=acme, kind=kind, visibility=public) for kind, _, _ in given]
    choice = JobFieldOptionFactory(field=JobFieldFactory(company=acme, kind=JobField.Kind.SELECT, visibility=public))
    secret = JobFieldFactory(company=acme)
    JobFieldFactory(company=acme, visibility=public, is_active=False)
    values = {field.pk: value for field, (_, value, _) in zip(fields, given, strict=True)}
    jobs.set_field_values(job=buyer, values={**values, choice.field_id: choice, secret.pk: "secret"}, by=dana)
    expected = [
        {"id": str(field.pk), "name": field.name, "kind": field.kind, "value": value}
        for field, (_, _, value) in zip(fields, given, strict=True)
    ]
    expected.append({"id": str(choice.field_id), "name": choice.field.name, "kind": "select", "value": choice.label})
    internal = {"id": str(secret.pk), "name": secret.name, "kind": "text", "value": "secret"}

    for member, shown in ((dana, [*expected, internal]), (interviewer, expected)):
        caller = calls_as(member)
        (listed,) = caller.get("jobs/").json()["results"]
        assert listed["job_fields"] == shown
        assert caller.get(f"jobs/{buyer.pk}/").json()["job_fields"] == shown


def test_many_jobs_with_fields_take_as_many_queries_as_one(
    dana: Membership, buyer: Job, acme: Company, calls_as: MakeCaller, django_assert_num_queries: Any
) -> None:
    caller = calls_as(dana)
    JobFieldValueFactory(job=buyer)
    caller.get("jobs/")
    with CaptureQueriesContext(connection) as few:
        caller.get("jobs/")
    for _ in range(5):
        JobFieldValueFactory(job=JobFactory(company=acme))

    with django_assert_num_queries(len(few)):
        assert len(caller.get("jobs/").json()["results"]) == 6


def test_jobs_are_listed_newest_first_and_read(
    dana: Membership, buyer: Job, acme: Company, calls_as: MakeCaller
) -> None:
    closed = JobFactory(company=acme, title="Clerk", state=Job.State.CLOSED)
    caller = calls_as(dana)

    assert caller.get("jobs/").json() == {
        "next": None,
        "previous": None,
        "results": [job_json(closed), job_json(buyer)],
    }
    assert caller.get("jobs/", state="open").json()["results"] == [job_json(buyer)]
    assert caller.get(f"jobs/{buyer.id}/").json() == job_json(buyer)


def test_the_steps_of_a_job_come_in_order(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    response = calls_as(dana, "jobs:read").get(f"jobs/{buyer.id}/stages/")

    assert response.json() == {"results": [stage_json(buyer, group) for group in StageGroup]}


def test_processes_and_sources_are_settings(dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller) -> None:
    caller = calls_as(dana, "settings:read")
    process = HiringProcess.objects.get(company=acme)

    assert caller.get("hiring-processes/").json()["results"] == [
        {
            "id": str(process.id),
            "name": "Standard",
            "is_default": True,
            "stages": [stage_json(buyer, group) for group in StageGroup],
        }
    ]
    sources = {row["name"]: row for row in caller.get("sources/").json()["results"]}
    linkedin = Source.objects.get(company=acme, name="LinkedIn")
    assert sorted(sources) == ["Added by hand", "Careers page", "Employee referral", "Indeed", "LinkedIn"]
    assert sources["LinkedIn"] == {
        "id": str(linkedin.id),
        "name": "LinkedIn",
        "type": {"id": str(linkedin.type_id), "name": "Job board"},
        "is_active": True,
    }


# ── Candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────
def candidate_json(candidate: Candidate, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    source = candidate.source
    return {
        "id": str(candidate.id),
        "name": candidate.name,
        "first_name": candidate.first_name,
        "last_name": candidate.last_name,
        "email": candidate.email,
        "phone": candidate.phone,
        "location": candidate.location,
        "current_employer": candidate.current_employer,
        "current_title": candidate.current_title,
        "pronouns": candidate.pronouns,
        "links": candidate.link_list,
        "source": {"id": str(source.id), "name": source.name} if source else None,
        "tags": list(tags),
        "candidate_fields": [],
        "created_at": iso(candidate.created_at),
        "version": candidate.version,
        "updated_at": iso(candidate.updated_at),
    }


def test_candidates_are_listed_searched_and_read(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    ada = CandidateFactory(company=acme, first_name="Ada", last_name="Lovelace", email="ada@example.com")
    grace = CandidateFactory(company=acme, first_name="Grace", last_name="O'Brien", email="", phone="+1 555 0100")
    for name in ("python", "Analyst"):
        CandidateTagFactory(candidate=ada, tag=TagFactory(company=acme, name=name))
    application = ApplicationFactory(job=buyer, candidate=ada)
    caller = calls_as(dana)
    ada_json = candidate_json(ada, ("Analyst", "python"))

    assert caller.get("candidates/").json()["results"] == [candidate_json(grace), ada_json]
    assert caller.get("candidates/", search="love ada").json()["results"] == [ada_json]
    assert caller.get("candidates/", search="o'brien").json()["results"] == [candidate_json(grace)]
    assert caller.get("candidates/", search="c++ (").json()["results"] == []
    assert caller.get("candidates/", email="ADA@example.com").json()["results"] == [ada_json]
    assert caller.get(f"candidates/{ada.id}/").json() == {
        **ada_json,
        "applications": [application_json(application)],
    }


def test_a_candidate_is_created_on_a_job(dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller) -> None:
    source = Source.objects.get(company=acme, name="LinkedIn")

    response = calls_as(dana).post(
        "candidates/",
        {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "Ada@Example.com",
            "phone": "+44 20 7946 0000",
            "job": str(buyer.id),
            "source": str(source.id),
        },
    )

    application = Application.objects.get()
    candidate = application.candidate
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/candidates/{candidate.id}/"
    assert response.json() == {**candidate_json(candidate), "applications": [application_json(application)]}
    assert (candidate.email, candidate.source, candidate.owner) == ("ada@example.com", source, dana)
    assert (application.state, application.stage, application.source) == (
        "active",
        stage_of(buyer, StageGroup.NEW),
        source,
    )
    assert NewsfeedEntry.objects.filter(verb="applications.added", application=application, actor=dana).count() == 1


def test_a_lead_is_created_without_a_step(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    response = calls_as(dana).post("candidates/", {"first_name": "Ada", "job": str(buyer.id), "as_lead": True})

    assert response.status_code == 201
    assert response.json()["applications"][0]["state"] == "lead"
    assert response.json()["applications"][0]["stage"] is None


def test_a_candidate_who_is_here_already_is_named_to_those_who_see_them(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    ada = CandidateFactory(company=acme, email="ada@example.com", first_name="Ada", last_name="Lovelace")
    recruiter = on_team(buyer, JobRole.RECRUITER)
    body = {"email": "ADA@example.com", "job": str(buyer.id)}

    assert_problem(calls_as(dana).post("candidates/", body), 409, "duplicate_candidate", candidate=str(ada.id))
    hidden = calls_as(recruiter).post("candidates/", body)
    assert_problem(hidden, 409, "duplicate_candidate")
    unread = calls_as(dana, "candidates:write").post("candidates/", body)
    assert_problem(unread, 409, "duplicate_candidate")
    for answer in (hidden, unread):
        assert "Ada" not in answer.content.decode() and str(ada.id) not in answer.content.decode()
    assert Candidate.objects.count() == 1
    assert not Application.objects.exists()


def test_a_token_that_may_not_read_is_refused_in_general_words(
    dana: Membership, interviewer: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    ada = CandidateFactory(company=acme, email="ada@example.com", first_name="Ada", last_name="Lovelace")
    application = ApplicationFactory(job=buyer, candidate=ada)
    seen, offer = application.stage_id, stage_of(buyer, StageGroup.OFFER)
    applications.move(application=application, to=offer, seen=seen, by=dana)
    asleep = lead(job=JobFactory(company=acme), candidate=ada)
    gone = ApplicationFactory(job=JobFactory(company=acme), candidate=ada)
    applications.reject(application=gone, reason="Taken", by=dana)
    step = stage_of(buyer, StageGroup.INTERVIEW)
    note = {"body": "x", "visibility": "full_access"}
    move = {"stage": str(step.id), "seen_stage": str(seen)}
    blind, helpless = (calls_as(who, *BLIND) for who in (dana, interviewer))
    refusals = [
        (blind.post("candidates/", {"email": ada.email, "job": str(buyer.id)}), "duplicate_candidate"),
        (blind.post("applications/", {"candidate": str(ada.id), "job": str(buyer.id)}), "already_on_job"),
        (blind.post(f"applications/{application.id}/move/", move), "stale_move"),
        (blind.post(f"applications/{asleep.id}/move/", move), "is_a_lead"),
        (blind.post(f"applications/{gone.id}/move/", move), "not_active"),
        (helpless.patch(f"candidates/{ada.id}/", {"first_name": "X"}), "not_allowed"),
        (helpless.post(f"applications/{application.id}/convert-lead/"), "not_allowed"),
        (
            helpless.post(f"applications/{application.id}/notes/", note),
            "not_allowed",
        ),
    ]

    usual = {"type", "title", "status", "detail", "code", "request_id"}
    for answer, code in refusals:
        assert_problem(answer, 403 if code == "not_allowed" else 409, code)
        assert set(answer.json()) == usual
        assert not any(word in answer.content.decode() for word in ("Ada", "Dana", "Offer", str(ada.id), "ejected"))
        assert ":read is told more." in answer.json()["detail"]


def test_changing_details_keeps_what_is_not_named(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    ada = CandidateFactory(company=acme, first_name="Ada", last_name="Byron", email="ada@example.com", phone="1")
    recruiter = on_team(buyer, JobRole.RECRUITER)
    application = ApplicationFactory(job=buyer, candidate=ada)

    response = calls_as(recruiter).patch(f"candidates/{ada.id}/", {"last_name": "Lovelace", "phone": ""})

    ada.refresh_from_db()
    assert response.status_code == 200
    assert response.json() == {**candidate_json(ada), "applications": [application_json(application)]}
    assert (ada.first_name, ada.last_name, ada.email, ada.phone) == ("Ada", "Lovelace", "ada@example.com", "")


def test_details_are_changed_only_by_those_who_may(
    interviewer: Membership, outsider: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    ada = ApplicationFactory(job=buyer, candidate__first_name="Ada").candidate

    assert_problem(calls_as(interviewer).patch(f"candidates/{ada.id}/", {"first_name": "X"}), 403, "not_allowed")
    assert_problem(calls_as(outsider).patch(f"candidates/{ada.id}/", {"first_name": "X"}), 404, "not_found")
    ada.refresh_from_db()
    assert ada.first_name == "Ada"


def test_an_email_that_somebody_has_is_a_conflict(dana: Membership, acme: Company, calls_as: MakeCaller) -> None:
    ada = CandidateFactory(company=acme, email="ada@example.com")
    grace = CandidateFactory(company=acme, email="grace@example.com")

    response = calls_as(dana).patch(f"candidates/{grace.id}/", {"email": "ada@example.com"})

    assert_problem(response, 409, "duplicate_candidate", candidate=str(ada.id))
    grace.refresh_from_db()
    assert grace.email == "grace@example.com"


# ── Applications ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_applications_are_listed_filtered_and_read(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    first = ApplicationFactory(job=buyer, source=Source.objects.get(company=acme, name="Indeed"))
    other_job = JobFactory(company=acme)
    second = lead(job=other_job, candidate=first.candidate)
    third = ApplicationFactory(job=buyer, stage=stage_of(buyer, StageGroup.OFFER))
    caller = calls_as(dana)

    def listed(**filters: Any) -> list[UUID]:
        return [UUID(row["id"]) for row in caller.get("applications/", **filters).json()["results"]]

    assert listed() == [third.id, second.id, first.id]
    assert listed(job=buyer.id) == [third.id, first.id]
    assert listed(candidate=first.candidate_id) == [second.id, first.id]
    assert listed(state="lead") == [second.id]
    assert listed(stage=third.stage_id) == [third.id]
    assert listed(job=ids.uuid7()) == []
    assert caller.get(f"applications/{first.id}/").json() == application_json(first)
    assert caller.get(f"applications/{second.id}/").json() == application_json(second)


def test_somebody_who_is_here_is_put_on_another_job(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    ada = CandidateFactory(company=acme)
    body = {"candidate": str(ada.id), "job": str(buyer.id)}
    caller = calls_as(dana)

    response = caller.post("applications/", body)

    application = Application.objects.get()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/applications/{application.id}/"
    assert response.json() == application_json(application)
    assert_problem(caller.post("applications/", body), 409, "already_on_job")
    assert Application.objects.count() == 1


def test_a_closed_job_takes_nobody(dana: Membership, acme: Company, calls_as: MakeCaller) -> None:
    job = JobFactory(company=acme, state=Job.State.CLOSED)
    ada = CandidateFactory(company=acme)

    response = calls_as(dana).post("applications/", {"candidate": str(ada.id), "job": str(job.id)})

    assert_problem(response, 409, "job_closed")
    assert not Application.objects.exists()


def test_moving_writes_one_transition(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    application = ApplicationFactory(job=buyer)
    to = stage_of(buyer, StageGroup.INTERVIEW)
    body = {"stage": str(to.id), "seen_stage": str(application.stage_id)}
    caller = calls_as(dana, "applications:write", "applications:read")

    response = caller.post(f"applications/{application.id}/move/", body)

    application.refresh_from_db()
    assert response.status_code == 200
    assert response.json() == application_json(application)
    assert application.stage == to
    assert StageTransition.objects.filter(application=application).count() == 2
    again = caller.post(f"applications/{application.id}/move/", body)
    assert (again.status_code, again.json()) == (200, application_json(application))
    assert StageTransition.objects.filter(application=application).count() == 2


def test_a_stale_move_says_where_the_application_is(
    dana: Membership, interviewer: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    application = ApplicationFactory(job=buyer, candidate__first_name="Ada", candidate__last_name="Lovelace")
    seen = application.stage_id
    offer, interview = stage_of(buyer, StageGroup.OFFER), stage_of(buyer, StageGroup.INTERVIEW)
    applications.move(application=application, to=offer, seen=seen, by=dana)

    response = calls_as(dana).post(
        f"applications/{application.id}/move/", {"stage": str(interview.id), "seen_stage": str(seen)}
    )

    assert_problem(
        response,
        409,
        "stale_move",
        title="Moved meanwhile",
        detail="Dana Cole moved Ada Lovelace to Offer meanwhile. Ada Lovelace stays there.",
        stage=stage_json(buyer, StageGroup.OFFER),
    )
    application.refresh_from_db()
    assert application.stage == offer
    assert StageTransition.objects.filter(application=application).count() == 2


def test_a_step_of_another_process_is_no_step(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    application = ApplicationFactory(job=buyer)
    elsewhere = StageFactory(company=acme)

    response = calls_as(dana).post(
        f"applications/{application.id}/move/",
        {"stage": str(elsewhere.id), "seen_stage": str(application.stage_id)},
    )

    assert_problem(response, 422, "invalid_input", errors={"stage": ["There is no such stage that you can see."]})


def test_a_lead_is_converted_before_it_moves(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    application = lead(job=buyer)
    new = stage_of(buyer, StageGroup.NEW)
    caller = calls_as(dana)

    refused = caller.post(f"applications/{application.id}/move/", {"stage": str(new.id), "seen_stage": str(new.id)})
    assert_problem(refused, 409, "is_a_lead")
    application.refresh_from_db()
    assert application.state == "lead"

    response = caller.post(f"applications/{application.id}/convert-lead/")
    application.refresh_from_db()
    assert (response.status_code, response.json()) == (200, application_json(application))
    assert (application.state, application.stage) == ("active", new)
    assert caller.post(f"applications/{application.id}/convert-lead/").status_code == 200
    assert StageTransition.objects.filter(application=application).count() == 1


def test_an_interviewer_may_not_move(interviewer: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    application = ApplicationFactory(job=buyer)
    stage = stage_of(buyer, StageGroup.OFFER)
    caller = calls_as(interviewer)

    for path, body in (
        ("move", {"stage": str(stage.id), "seen_stage": str(application.stage_id)}),
        ("convert-lead", None),
    ):
        assert_problem(caller.post(f"applications/{application.id}/{path}/", body), 403, "not_allowed")
    refused = caller.post("candidates/", {"first_name": "Ada", "job": str(buyer.id)})
    assert_problem(refused, 403, "not_allowed")
    application.refresh_from_db()
    assert application.stage == stage_of(buyer, StageGroup.NEW)
    assert Candidate.objects.count() == 1


# ── Notes and newsfeed ───────────────────────────────────────────────────────────────────────────────────────────────
def note_json(note: Note) -> dict[str, Any]:
    return {
        "id": str(note.id),
        "application": str(note.application_id),
        "author": {"id": str(note.author_id), "name": note.author.name if note.author else ""},
        "body": note.body,
        "visibility": note.visibility,
        "version": note.version,
        "created_at": iso(note.created_at),
        "edited_at": None,
    }


def test_notes_are_written_and_read_by_those_they_are_for(
    dana: Membership, interviewer: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    application = ApplicationFactory(job=buyer)
    path = f"applications/{application.id}/notes/"
    caller = calls_as(dana)

    response = caller.post(path, {"body": " Strong. ", "visibility": "full_access"})
    secret = Note.objects.get()
    assert (response.status_code, response.json()) == (201, note_json(secret))
    assert (secret.body, secret.author) == ("Strong.", dana)
    public = Note.objects.get(pk=caller.post(path, {"body": "Hello"}).json()["id"])
    only_me = NoteFactory(application=application, author=dana, visibility=Note.Visibility.AUTHOR)

    assert caller.get(path).json()["results"] == [note_json(only_me), note_json(public), note_json(secret)]
    assert calls_as(interviewer).get(path).json()["results"] == [note_json(public)]


def test_an_interviewer_writes_notes_for_everyone_only(
    interviewer: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    application = ApplicationFactory(job=buyer)
    path = f"applications/{application.id}/notes/"
    caller = calls_as(interviewer)

    assert_problem(caller.post(path, {"body": "x", "visibility": "full_access"}), 403, "not_allowed")
    assert not Note.objects.exists()
    assert caller.post(path, {"body": "x"}).status_code == 201


def test_the_newsfeed_tells_facts_in_words_and_as_data(
    dana: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)
    created = caller.post("candidates/", {"first_name": "Ada", "job": str(buyer.id)}).json()
    application = Application.objects.get()
    offer = stage_of(buyer, StageGroup.OFFER)
    caller.post(
        f"applications/{application.id}/move/", {"stage": str(offer.id), "seen_stage": str(application.stage_id)}
    )
    moved, added = NewsfeedEntry.objects.order_by("-id")[:2]
    transition = StageTransition.objects.get(to_stage=offer)

    results = caller.get("newsfeed/").json()["results"]

    about = {
        "job": str(buyer.id),
        "candidate": created["id"],
        "application": str(application.id),
        "audience": "everyone",
        "actor": {"id": str(dana.id), "name": "Dana Cole"},
        "title": "",
    }
    assert results == [
        {
            "id": str(moved.id),
            "verb": "applications.moved",
            "sentence": "Dana Cole moved Ada from New to Offer.",
            "occurred_at": iso(moved.occurred_at),
            "subject": str(transition.id),
            "payload": {"candidate": "Ada", "from_stage": "New", "to_stage": "Offer"},
            **about,
        },
        {
            "id": str(added.id),
            "verb": "applications.added",
            "sentence": "Dana Cole added Ada to Senior Buyer.",
            "occurred_at": iso(added.occurred_at),
            "subject": None,
            "payload": {"candidate": "Ada", "job": "Senior Buyer", "source": ""},
            **about,
        },
    ]


def test_the_newsfeed_is_filtered_and_shows_what_the_reader_may_read(
    dana: Membership, interviewer: Membership, outsider: Membership, acme: Company, buyer: Job, calls_as: MakeCaller
) -> None:
    here, there = ApplicationFactory(job=buyer), ApplicationFactory(job=JobFactory(company=acme))
    for application in (here, there):
        applications.write_note(application=application, body="For all", by=dana)
    applications.write_note(application=here, body="For few", by=dana, visibility=Note.Visibility.FULL_ACCESS)
    everyone, elsewhere, few = (entry.id for entry in NewsfeedEntry.objects.order_by("id"))

    def read(reader: Membership, **filters: Any) -> list[UUID]:
        return [UUID(row["id"]) for row in calls_as(reader).get("newsfeed/", **filters).json()["results"]]

    assert read(dana) == [few, elsewhere, everyone]
    assert read(dana, application=here.id) == [few, everyone]
    assert read(dana, job=there.job_id) == [elsewhere]
    assert read(dana, candidate=here.candidate_id) == [few, everyone]
    assert read(dana, verb="applications.moved") == []
    assert read(interviewer) == [everyone]
    assert read(outsider) == []


def test_an_entry_of_a_kind_that_is_gone_is_told_neutrally(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    NewsfeedEntry.objects.create(company=buyer.company, job=buyer, verb="gone.happened", actor_label="Somebody")

    entry = calls_as(dana).get("newsfeed/").json()["results"][0]

    assert entry["sentence"] == "Something happened that this version cannot describe."
    assert (entry["verb"], entry["actor"]) == ("gone.happened", {"id": None, "name": "Somebody"})


def test_a_source_that_is_switched_off_or_elsewhere_is_refused(
    dana: Membership, acme: Company, stranger: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    for source in (SourceFactory(company=acme, is_active=False), SourceFactory(company=stranger.company)):
        response = calls_as(dana).post(
            "candidates/", {"first_name": "Ada", "job": str(buyer.id), "source": str(source.id)}
        )

        assert_problem(response, 422, "invalid_input", errors={"source": ["There is no such source that you can see."]})
    assert not Candidate.objects.exists()


def test_a_second_role_does_not_double_anything(buyer: Job, calls_as: MakeCaller) -> None:
    member = on_team(buyer, JobRole.RECRUITER)
    HiringTeamMemberFactory(job=buyer, membership=member, role=JobRole.INTERVIEWER)
    ApplicationFactory(job=buyer)
    caller = calls_as(member)

    for path in ("jobs/", "candidates/", "applications/"):
        assert len(caller.get(path).json()["results"]) == 1
