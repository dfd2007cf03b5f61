"""Many résumés on a job: each becomes an application or asks, and each can be undone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from recruiting.resumes import batches
from recruiting.resumes.models import DocumentText, ResumeBatch, ResumeBatchItem
from tests import factories
from tests.refusals import refuses
from tests.resumes import making
from tests.resumes.conftest import work

GRACE = making.Person("Grace", "Hopper", "grace@navy.example", "+1 212 555 0100")


@pytest.fixture
def job(member: Membership) -> Job:
    return factories.JobFactory(company=member.company, state=Job.State.OPEN)


@pytest.fixture
def client(member: Membership, client: Client) -> Client:
    client.force_login(member.user)
    return client


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def dropped(job: Job, by: Membership, *files: tuple[str, bytes], **more: Any) -> list[ResumeBatchItem]:
    """Drop files, have them read, and return their rows."""
    batch = batches.start(job=job, uploads=[upload(*file) for file in files], by=by, **more)
    work()
    return list(ResumeBatchItem.objects.filter(batch=batch).order_by("position"))


def test_every_row_says_what_became_of_its_file(job: Job, member: Membership, settings: Any) -> None:
    known = factories.CandidateFactory(company=member.company, first_name="Grace", last_name="H", email=GRACE.email)

    rows = dropped(
        job,
        member,
        ("ada.pdf", making.resume("pdf", making.Person())),
        ("grace.docx", making.resume("docx", GRACE)),
        ("again.txt", making.resume("txt", making.Person())),
        ("words.txt", b"nothing of a name here"),
        ("scan.pdf", making.pdf([])),
        ("page.html", b"<html>"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
    )

    ada = Candidate.objects.get(email="ada@lovelace.example")
    assert [(row.state, row.reason) for row in rows] == [
        ("added", ""),
        ("asks", "Looks like someone you already have: Grace H, same email."),
        ("asks", "Looks like someone you already have: Ada Lovelace, same email."),
        ("asks", "No name was found. Enter one to add this person."),
        ("asks", "No text could be read from this scan. No name was found. Enter one to add this person."),
        ("refused", "Choose a PDF, DOCX, ODT, RTF or TXT file."),
        ("refused", "This document has a password. Save it without one, or as PDF."),
    ]
    assert (rows[0].candidate, rows[1].candidate) == (ada, known)
    application = Application.objects.get()
    assert (application.candidate, application.job, application.state) == (ada, job, "active")
    assert (ada.phone, ada.current_title, ada.owner) == ("+442079460018", "Senior Engineer", member)
    file = Attachment.objects.get()
    assert (file.name, file.kind, file.reading.state) == ("ada.pdf", "resume", "read")  # type: ignore[attr-defined]
    # The bytes of a row go with it: one file of the application, and those of the rows that ask.
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) >= 5


def test_leads_of_a_source_are_added_as_such(job: Job, member: Membership) -> None:
    source = factories.SourceFactory(company=member.company)

    dropped(job, member, ("ada.txt", making.resume("txt", making.Person())), source=source, as_lead=True)

    application = Application.objects.get()
    assert (application.state, application.source) == ("lead", source)


def test_undo_takes_back_the_person_and_the_row_can_be_added_again(job: Job, member: Membership) -> None:
    (row,) = dropped(job, member, ("ada.txt", making.resume("txt", making.Person())))

    undone = batches.undo(item=row, by=member)

    assert (Candidate.objects.count(), Application.objects.count(), Attachment.objects.count()) == (0, 0, 0)
    assert (undone.state, undone.reason) == ("undone", "Ada Lovelace was taken back.")
    batches.add(item=ResumeBatchItem.objects.get(), by=member)
    assert Candidate.objects.get().email == "ada@lovelace.example"
    assert DocumentText.objects.get().state == "read"


def test_undo_is_refused_once_something_happened(job: Job, member: Membership) -> None:
    (row,) = dropped(job, member, ("ada.txt", making.resume("txt", making.Person())))
    applications.write_note(application=Application.objects.get(), body="Good.", visibility="everyone", by=member)

    with refuses(Conflict, "Something happened to Ada Lovelace's application since."):
        batches.undo(item=row, by=member)


def test_a_known_person_gets_the_file_and_undo_leaves_them(job: Job, member: Membership) -> None:
    known = factories.CandidateFactory(company=member.company, first_name="Grace", last_name="H", email=GRACE.email)
    (row,) = dropped(job, member, ("grace.txt", making.resume("txt", GRACE)))

    batches.add_to_known(item=row, by=member)

    assert Application.objects.get().candidate == known
    row.refresh_from_db()
    batches.undo(item=row, by=member)
    assert (list(Candidate.objects.all()), Application.objects.count()) == ([known], 0)


def test_on_the_job_already_undo_takes_back_the_file_alone(job: Job, member: Membership) -> None:
    known = factories.CandidateFactory(company=member.company, email=GRACE.email)
    there = factories.ApplicationFactory(company=member.company, candidate=known, job=job)
    (row,) = dropped(job, member, ("grace.txt", making.resume("txt", GRACE)))
    batches.add_to_known(item=row, by=member)
    assert Attachment.objects.get().application == there

    row.refresh_from_db()
    batches.undo(item=row, by=member)

    assert (Application.objects.get(), Attachment.objects.count()) == (there, 0)


def test_a_person_on_jobs_that_one_does_not_see_stays_unnamed(job: Job, member: Membership) -> None:
    hidden = factories.ApplicationFactory(company=member.company)
    Candidate.objects.filter(pk=hidden.candidate_id).update(email=GRACE.email, email_key=GRACE.email)
    recruiter = factories.on_team(job, JobRole.RECRUITER)

    (row,) = dropped(job, recruiter, ("grace.txt", making.resume("txt", GRACE)))

    assert (row.state, row.reason, row.candidate) == ("asks", batches.HIDDEN, None)
    with refuses(NotFound):
        batches.add_to_known(item=row, by=recruiter)


def test_only_who_may_add_candidates_drops_resumes(job: Job, member: Membership) -> None:
    interviewer = factories.on_team(job, JobRole.INTERVIEWER)
    stranger = factories.administrator(factories.CompanyFactory())
    files = [upload("ada.txt", b"Ada")]
    with refuses(NotAllowed):
        batches.start(job=job, uploads=files, by=interviewer)
    with pytest.raises((NotAllowed, NotFound)):
        batches.start(job=job, uploads=files, by=stranger)
    (row,) = dropped(job, member, ("words.txt", b"words"))
    for act in (batches.add, batches.add_to_known, batches.skip, batches.undo):
        with refuses(NotAllowed):
            act(item=row, by=interviewer)
        with refuses(NotFound):
            act(item=row, by=stranger)


def test_a_batch_is_dropped_read_and_decided_on_pages_without_script(
    client: Client, job: Job, member: Membership
) -> None:
    source = factories.SourceFactory(company=member.company)
    address = reverse("resumes:drop", args=[job.pk])
    none = client.post(address, {"source": source.pk, "kind": "applied"})
    many = [upload(f"{n}.txt", b"x") for n in range(51)]
    too_many = client.post(address, {"resumes": many, "source": source.pk, "kind": "applied"})
    assert "Choose at least one file." in none.content.decode()
    assert "Choose up to 50 files at once; these are 51." in too_many.content.decode()
    assert not ResumeBatch.objects.exists()

    files = [upload("ada.txt", making.resume("txt", making.Person())), upload("words.txt", b"nothing of a name")]
    sent = client.post(address, {"resumes": files, "source": source.pk, "kind": "applied"}, follow=True)
    page = sent.content.decode()
    assert "0 of 2 read" in page and 'hx-trigger="every 3s"' in page
    work()
    batch_url = sent.redirect_chain[-1][0]
    page = client.get(batch_url).content.decode()
    assert "2 of 2 read" in page and "hx-trigger" not in page.partition('id="batch"')[2].partition(">")[0]
    assert "ada@lovelace.example" in page and "Undo adding Ada Lovelace" in page

    first, second = ResumeBatchItem.objects.order_by("position")
    row = [job.pk, first.batch_id]
    refused = client.post(reverse("resumes:row-add", args=[*row, second.pk]), {"row1-email": "nonsense"})
    assert (refused.status_code, Candidate.objects.count()) == (422, 1)
    taken = {"row1-first_name": "Ada", "row1-email": "ada@lovelace.example"}
    known = client.post(reverse("resumes:row-add", args=[*row, second.pk]), taken)
    assert known.status_code == 409 and "same email" in known.content.decode()
    named = {"row1-first_name": "Grace", "row1-email": "grace@navy.example"}
    added = client.post(reverse("resumes:row-add", args=[*row, second.pk]), named, follow=True)
    assert f"Grace was added to {job.title}." in added.content.decode()
    undone = client.post(reverse("resumes:row-undo", args=[*row, first.pk]), follow=True)
    assert "Ada Lovelace was taken back." in undone.content.decode()
    skipped = client.post(reverse("resumes:row-skip", args=[*row, first.pk]), follow=True)
    assert "ada.txt was left out." in skipped.content.decode()
    assert list(Candidate.objects.values_list("first_name", flat=True)) == ["Grace"]
    assert client.post(reverse("resumes:row-undo", args=[*row, first.pk]), follow=True).status_code == 200


def test_batches_and_their_files_go_after_a_month(job: Job, member: Membership, settings: Any) -> None:
    dropped(job, member, ("words.txt", b"words"))
    ResumeBatch.objects.update(created_at=clock.now() - batches.KEEP)

    batches.forget_old()

    assert not ResumeBatch.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


# ── Add candidate ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_add_candidate_is_filled_in_from_the_resume_which_is_kept(client: Client, job: Job, member: Membership) -> None:
    source = factories.SourceFactory(company=member.company)
    typed = {"first_name": "Augusta", "job": job.pk, "source": source.pk, "kind": "applied"}
    resume = upload("ada.pdf", making.resume("pdf", making.Person()))

    page = client.post(reverse("resumes:draft"), {**typed, "resume": resume})

    form = page.context["form"]
    assert page.status_code == 200
    shown = {name: form[name].value() for name in ("first_name", "last_name", "email", "phone", "current_title")}
    assert shown == {
        "first_name": "Augusta",
        "last_name": "Lovelace",
        "email": "ada@lovelace.example",
        "phone": "+442079460018",
        "current_title": "Senior Engineer",
    }
    assert "ada.pdf is kept." in page.content.decode()
    assert not Candidate.objects.exists()
    sent = {**typed, **shown, "draft": page.context["draft"].key}
    assert client.post(reverse("applications:candidate-add"), sent).status_code == 303
    file = Attachment.objects.get()
    assert (file.name, file.kind, file.reading.state) == ("ada.pdf", "resume", "read")  # type: ignore[attr-defined]
    assert Candidate.objects.get().first_name == "Augusta"


def test_what_is_no_resume_fills_in_nothing_and_what_was_typed_stays(client: Client, job: Job) -> None:
    for more, words in (
        ({"resume": upload("me.png", b"\x89PNG\r\n\x1a\n")}, "Choose a PDF, DOCX, ODT, RTF or TXT file."),
        ({}, "Choose a résumé first."),
    ):
        page = client.post(reverse("resumes:draft"), {"first_name": "Ada", **more})
        assert page.status_code == 422
        assert words in page.content.decode() and 'value="Ada"' in page.content.decode()


def test_nobody_elses_held_resume_is_found(client: Client, job: Job, member: Membership) -> None:
    page = client.post(reverse("resumes:draft"), {"resume": upload("ada.txt", b"Ada Lovelace")})
    other = Client()
    other.force_login(factories.administrator(member.company).user)
    source = factories.SourceFactory(company=member.company)
    sent = {"first_name": "Ada", "job": job.pk, "source": source.pk, "kind": "applied"}

    other.post(reverse("applications:candidate-add"), {**sent, "draft": page.context["draft"].key})

    assert (Candidate.objects.count(), Attachment.objects.count()) == (1, 0)
