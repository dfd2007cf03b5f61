"""Tags, prospects, what is done to applications, and files, over REST."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate, Tag
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job, StageGroup
from tests.api.conftest import MakeCaller
from tests.factories import ApplicationFactory, CandidateFactory, JobFactory, SourceFactory, TagFactory, stage_of


@pytest.fixture
def application(buyer: Job) -> Application:
    return ApplicationFactory(job=buyer)


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_tags_are_put_on_and_taken_off(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    caller, path = calls_as(dana), f"candidates/{application.candidate_id}/tags/"

    assert caller.post(path, {"name": " Fast  learner "}).json()["tags"] == ["Fast learner"]
    again = caller.post(path, {"name": "FAST learner"})
    assert (again.status_code, again.json()["tags"], again.json()["version"]) == (200, ["Fast learner"], 2)
    tag = Tag.objects.get()
    assert caller.send("delete", f"{path}{tag.pk}/", None).json()["tags"] == []
    assert caller.send("delete", f"{path}{tag.pk}/", None).status_code == 200
    assert caller.post(path, {"name": "x" * 41}).status_code == 422


def test_tags_are_found_by_a_part_and_are_the_companys(
    dana: Membership, stranger: Membership, calls_as: MakeCaller
) -> None:
    for name in ("Checked: sent", "Été", "Other"):
        TagFactory(company=dana.company, name=name)
    caller = calls_as(dana)

    def found(typed: str) -> list[str]:
        return [row["name"] for row in caller.get("tags/", search=typed).json()["results"]]

    assert found("check") == ["Checked: sent"]
    assert found("ÉT") == ["Été"]
    assert calls_as(stranger).get("tags/").json()["results"] == []


# ── Prospects ────────────────────────────────────────────────────────────────────────────────────────────────────────
def prospect(job: Job, **more: Any) -> dict[str, Any]:
    return {"email": "ada@example.com", "first_name": "Ada", "job": str(job.pk), **more}


def test_a_new_prospect_is_a_lead_with_source_and_tags(dana: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    source = SourceFactory(company=dana.company)

    response = calls_as(dana).post("prospects/", prospect(buyer, source=str(source.pk), tags=["a", "b", "A"]))

    body = response.json()
    assert response.status_code == 201
    assert (body["tags"], body["source"]["id"]) == (["a", "b"], str(source.pk))
    assert [one["state"] for one in body["applications"]] == ["lead"]
    assert response.headers["Location"] == f"/api/v1/candidates/{body['id']}/"


def test_somebody_who_is_here_is_answered_as_they_are(
    dana: Membership, buyer: Job, application: Application, calls_as: MakeCaller
) -> None:
    here = application.candidate
    other = JobFactory(company=dana.company)
    before = Candidate.objects.values().get()

    response = calls_as(dana).post("prospects/", prospect(other, email=here.email.upper(), tags=["new"]))

    assert (response.status_code, response.json()["id"]) == (200, str(here.pk))
    assert Candidate.objects.values().get() == before
    assert (Application.objects.count(), Tag.objects.count()) == (1, 0)


def test_somebody_on_jobs_that_one_does_not_see_stays_unnamed(
    dana: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    from recruiting.foundation.permissions import JobRole
    from tests.factories import on_team

    hidden = ApplicationFactory(job=JobFactory(company=dana.company)).candidate
    recruiter = on_team(buyer, JobRole.RECRUITER)

    response = calls_as(recruiter).post("prospects/", prospect(buyer, email=hidden.email))

    assert (response.status_code, response.json()["code"]) == (409, "duplicate_candidate")
    assert str(hidden.pk) not in response.content.decode() and hidden.name not in response.content.decode()


def test_a_prospect_added_between_the_look_and_the_write_is_recognized(
    dana: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    there = CandidateFactory(company=dana.company, email="ada@example.com")
    real, looks = candidates.find_by_email, iter([None, None])

    def late(by: Membership, email: str) -> Any:
        return next(looks, ...) and real(by, email)

    with patch.object(candidates, "find_by_email", late):
        response = calls_as(dana).post("prospects/", prospect(buyer))

    assert (response.status_code, response.json()["id"]) == (200, str(there.pk))


def test_a_prospect_who_cannot_be_found_twice_is_named_nevertheless(
    dana: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    there = CandidateFactory(company=dana.company, email="ada@example.com")
    real, looks = candidates.find_by_email, iter([False, True, False, True])

    def flickering(by: Membership, email: str) -> Any:
        return real(by, email) if next(looks) else None

    with patch.object(candidates, "find_by_email", flickering):
        response = calls_as(dana).post("prospects/", prospect(buyer))

    assert (response.status_code, response.json()["code"]) == (409, "duplicate_candidate")
    assert response.json()["candidate"] == str(there.pk)


def test_a_tag_that_is_none_is_called_what_the_body_calls_it(
    dana: Membership, buyer: Job, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)

    one = caller.post(f"candidates/{application.candidate_id}/tags/", {"name": "\u200b"})
    many = caller.post("prospects/", prospect(buyer, tags=["a", "\u200b"]))

    assert (one.status_code, one.json()["errors"]) == (422, {"name": ["Enter a tag."]})
    assert (many.status_code, many.json()["errors"]) == (422, {"tags.1": ["Enter a tag."]})
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{"email": ""}, {"email": "no address"}, {"tags": "a"}, {"tags": [""]}, {"tags": ["x" * 41]}, {"as_lead": True}],
)
def test_a_prospect_that_cannot_be_is_refused_whole(
    dana: Membership, buyer: Job, calls_as: MakeCaller, body: dict[str, Any]
) -> None:
    response = calls_as(dana).post("prospects/", prospect(buyer, **body))

    assert response.status_code == 422, response.json()
    assert not Candidate.objects.exists()


# ── What is done to applications ─────────────────────────────────────────────────────────────────────────────────────
def test_rejecting_withdrawing_and_reopening(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    caller, path = calls_as(dana), f"applications/{application.pk}/"

    rejected = caller.post(f"{path}reject/", {"reason": "Not now"})
    assert (rejected.json()["state"], rejected.json()["closing_reason"]) == ("rejected", "Not now")
    assert caller.post(f"{path}reject/", {"reason": "Again"}).json()["closing_reason"] == "Not now"
    assert caller.post(f"{path}reopen/").json()["state"] == "active"
    assert caller.post(f"{path}withdraw/", {"reason": "Moved"}).json()["state"] == "withdrawn"
    for body in ({}, {"reason": " "}, {"reason": None}, {"why": "a"}):
        assert caller.post(f"{path}reject/", body).status_code == 422
    stale = caller.post(f"{path}reopen/", None, if_match='"v1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "changed")


def test_the_history_of_an_application(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    offer, first = stage_of(application.job, StageGroup.OFFER), application.stage
    moved = applications.move(application=application, to=offer, seen=application.stage_id, by=dana)
    assert moved is not None
    applications.undo_move(transition=moved, by=dana)

    rows = calls_as(dana).get(f"applications/{application.pk}/history/").json()["results"]

    assert [row["to_stage"]["name"] for row in rows[:2]] == [first.name, offer.name]
    assert rows[0]["undoes"] == rows[1]["id"] == str(moved.pk)
    assert rows[1]["moved_by"] == {"id": str(dana.pk), "name": dana.name}
    assert rows[1]["from_stage"]["group"] == first.group


# ── Notes ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_note_of_ones_own_is_changed(
    dana: Membership, interviewer: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, notes = calls_as(dana), f"applications/{application.pk}/notes/"
    note = caller.post(notes, {"body": "See https://example.com/report"})
    path = note.headers["Location"].removeprefix("/api/v1/")

    changed = caller.patch(path, {"body": "Better."}, if_match=note.headers["ETag"])

    assert (changed.json()["body"], changed.headers["ETag"]) == ("Better.", '"v2"')
    assert changed.json() == caller.get(path).json()
    assert calls_as(interviewer).get(path).status_code == 200
    assert calls_as(interviewer).patch(path, {"body": "Mine."}).status_code == 403
    other = ApplicationFactory(job=application.job)
    assert caller.get(path.replace(str(application.pk), str(other.pk))).status_code == 404


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def pdf(name: str = "report.pdf", size: int = 20) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 ".ljust(size), "application/pdf")


def test_a_file_is_added_listed_and_opened_by_its_link(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)

    added = caller.upload(f"applications/{application.pk}/files/", pdf())

    body = added.json()
    assert (added.status_code, body["name"], body["size"]) == (201, "report.pdf", 20)
    assert body["application"] == str(application.pk)
    listed = caller.get(f"applications/{application.pk}/files/").json()["results"]
    assert [row["id"] for row in listed] == [body["id"]]
    fresh = caller.get(f"files/{body['id']}/").json()["download_url"]
    opened = Client().get(fresh.removeprefix("http://testserver"))
    assert b"".join(opened.streaming_content) == b"%PDF-1.7 ".ljust(20)  # type: ignore[attr-defined]
    assert opened.headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    assert "no-store" in opened.headers["Cache-Control"]


def test_a_link_dies_with_its_time_its_member_and_the_file(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)
    body = caller.upload(f"applications/{application.pk}/files/", pdf()).json()
    link = body["download_url"].removeprefix("http://testserver")

    def status() -> int:
        answer = Client().get(link)
        if answer.streaming:
            answer.getvalue()  # type: ignore[attr-defined]  # which closes the file
        return int(answer.status_code)

    assert status() == 200
    with patch("django.core.signing.time.time", return_value=(clock.now() + timedelta(minutes=6)).timestamp()):
        assert status() == 404
    for wrong in (f"{link[:-2]}x/", "/api/v1/shared-files/a/", "/api/v1/shared-files/a:b:c/"):
        refused = Client().get(wrong)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    dana.is_active = False
    dana.save()
    assert status() == 404
    dana.is_active = True
    dana.save()
    Attachment.objects.all().delete()
    assert status() == 404


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (pdf("report.exe"), 422),
        (SimpleUploadedFile("report.pdf", b"not one"), 422),
        (SimpleUploadedFile("report.pdf", b""), 422),
        (SimpleUploadedFile("x" * 201 + ".txt", b"a"), 422),
        ("no file", 422),
        (pdf("big.pdf", files.MAX_BYTES + 1), 422),
        (pdf("huge.pdf", files.MAX_BYTES + 2**17), 413),
    ],
)
def test_what_is_no_document_is_refused(
    dana: Membership, application: Application, calls_as: MakeCaller, file: Any, status: int
) -> None:
    response = calls_as(dana).upload(f"applications/{application.pk}/files/", file)

    assert response.status_code == status, response.json()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data", 422),
        (b"--x\r\n", "multipart/form-data", 400),
        (b"nothing", "multipart/form-data; boundary=x", 422),
        (b"--x\r\nContent-Disposition: form-data; name=file\r\n", "multipart/form-data; boundary=x", 422),
        (b"--x\r\n", "multipart/form-data; boundary=\xff", 400),
        (b"--x--", "multipart/form-data; boundary=x; charset=nonsense", 422),
    ],
)
def test_forms_that_are_none_are_refused(
    dana: Membership, application: Application, calls_as: MakeCaller, body: bytes, content_type: str, status: int
) -> None:
    response = calls_as(dana).send("post", f"applications/{application.pk}/files/", body, content_type)

    assert response.status_code == status, response.json()
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_file_s_name_is_read_as_every_sender_writes_it(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    added = calls_as(dana).upload(f"applications/{application.pk}/files/", pdf("%22Final%22 50%25.pdf")).json()

    assert added["name"] == '"Final" 50%25.pdf'
    opened = Client().get(added["download_url"])
    assert b"".join(opened.streaming_content) == b"%PDF-1.7 ".ljust(20)  # type: ignore[attr-defined]
    assert opened.headers["Content-Disposition"] == 'attachment; filename="\\"Final\\" 50%25.pdf"'


def test_an_unknown_field_beside_the_file_is_refused(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    response = calls_as(dana).upload(f"applications/{application.pk}/files/", pdf(), keep="yes")

    assert response.json()["errors"] == {"keep": ["There is no such field."]}


def test_a_file_kept_with_the_person(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    response = calls_as(dana).upload(f"applications/{application.pk}/files/", pdf(), keep_with_person="true")

    assert (response.status_code, response.json()["application"]) == (201, None)
