"""A person's files: added by those with full access, handed out as downloads that cannot run, removed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsfeed.models import NewsfeedEntry
from recruiting.applications import files
from recruiting.applications.models import Application, Attachment
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from tests import factories
from tests.applications.browsing import address, tab, text
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 something"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = factories.CandidateFactory(company=job.company, first_name="Ada", last_name="Lovelace")
    return factories.ApplicationFactory(job=job, candidate=candidate)


def upload(name: str = "resume.pdf", content: bytes = PDF) -> dict[str, SimpleUploadedFile]:
    """Return what a browser sends for one chosen file."""
    return {"file": SimpleUploadedFile(name, content, content_type="text/html")}


@pytest.mark.parametrize(
    ("role", "status"),
    [(JobRole.HIRING_MANAGER, 303), (JobRole.RECRUITER, 303), (JobRole.INTERVIEWER, 403), (JobRole.EXECUTIVE, 403)],
)
def test_files_are_added_by_those_with_full_access(job: Job, ada: Application, role: JobRole, status: int) -> None:
    member = factories.on_team(job, role)

    response = signed_in(member).post(address("file-add", ada), upload())

    assert response.status_code == status
    kept = list(Attachment.objects.values_list("name", "content_type", "size", "added_by", "candidate"))
    assert kept == ([("resume.pdf", "application/pdf", len(PDF), member.pk, ada.candidate_id)] if status == 303 else [])
    assert NewsfeedEntry.objects.count() == len(kept)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a PDF, DOCX, ODT, RTF, TXT, PNG, JPEG, WebP or GIF file."),
        (("page.html", b"<script>"), "Choose a PDF, DOCX, ODT, RTF, TXT, PNG, JPEG, WebP or GIF file."),
        (("resume.pdf", b"MZ not a pdf"), "This file is not a PDF."),
        (("resume.docx", b"%PDF-1.7"), "This file is not a DOCX."),
        (("notes.txt", b"text\0binary"), "This file is not a TXT."),
        (("resume.pdf", b""), "This file is empty. Choose another one."),
    ],
)
def test_what_is_no_document_is_refused(job: Job, ada: Application, sent: tuple[str, bytes], sentence: str) -> None:
    response = signed_in(factories.on_team(job)).post(address("file-add", ada), upload(*sent) if sent else {})

    assert (response.status_code, sentence in text(response)) == (422, True)
    assert (Attachment.objects.count(), NewsfeedEntry.objects.count()) == (0, 0)


def test_a_file_over_ten_megabytes_is_refused(job: Job, ada: Application) -> None:
    too_large = PDF.ljust(files.MAX_BYTES + 1)

    response = signed_in(factories.on_team(job)).post(address("file-add", ada), upload(content=too_large))

    assert (response.status_code, "This file is over 10 MB." in text(response)) == (422, True)
    assert Attachment.objects.count() == 0


def test_a_file_comes_out_as_it_went_in_and_cannot_run(job: Job, ada: Application) -> None:
    client = signed_in(factories.on_team(job))
    # As browsers write a quotation mark.
    client.post(address("file-add", ada), upload("Lebenslauf %22Ada%22 – süß.pdf"))
    reader = signed_in(factories.on_team(job, JobRole.EXECUTIVE))

    added = Attachment.objects.get()
    response = reader.get(address("file", ada, file_id=added.pk))

    assert added.name == 'Lebenslauf "Ada" – süß.pdf'
    assert (response.status_code, b"".join(response.streaming_content)) == (200, PDF)  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response.headers["Cache-Control"]


def test_strangers_get_no_file(job: Job, ada: Application) -> None:
    file = factories.AttachmentFactory(application=ada)
    url = address("file", ada, file_id=file.pk)
    strangers = [
        factories.MembershipFactory(company=job.company),
        factories.on_team(factories.JobFactory(company=job.company)),
        factories.administrator(factories.CompanyFactory()),
    ]

    assert [signed_in(stranger).get(url).status_code for stranger in strangers] == [404, 404, 404]
    assert Client().get(url).headers["Location"].startswith("/accounts/login/")


def test_a_file_hangs_on_its_own_person(job: Job, ada: Application) -> None:
    file = factories.AttachmentFactory(application=ada)
    other = factories.ApplicationFactory(job=job)
    client = signed_in(factories.administrator(job.company))

    assert client.get(address("file", other, file_id=file.pk)).status_code == 404
    assert client.post(address("file-remove", other, file_id=file.pk)).status_code == 404
    assert Attachment.objects.count() == 1


def test_a_file_whose_bytes_are_gone_is_not_found(job: Job, ada: Application) -> None:
    file = factories.AttachmentFactory(application=ada)
    file.file.storage.delete(file.file.name)

    assert signed_in(factories.on_team(job)).get(address("file", ada, file_id=file.pk)).status_code == 404


def test_removing_asks_and_takes_the_bytes_after_the_commit(
    job: Job, ada: Application, django_capture_on_commit_callbacks: object
) -> None:
    file = factories.AttachmentFactory(application=ada, name="old cv.txt")
    client, url = signed_in(factories.on_team(job)), address("file-remove", ada, file_id=file.pk)

    asked = client.get(url)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = client.post(url)

    assert "Remove old cv.txt?" in text(asked)
    assert (response.status_code, response.headers["Location"]) == (303, tab(ada, "files"))
    assert not file.file.storage.exists(file.file.name)
    assert Attachment.objects.count() == 0
    assert NewsfeedEntry.objects.get().verb == "candidates.file_removed"


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE])
def test_readers_remove_nothing(job: Job, ada: Application, role: JobRole) -> None:
    file = factories.AttachmentFactory(application=ada)
    client = signed_in(factories.on_team(job, role))

    page = text(client.get(tab(ada, "files")))
    response = client.post(address("file-remove", ada, file_id=file.pk))

    assert "cv.txt" in page and "Remove cv.txt" not in page and "Upload file" not in page
    assert (response.status_code, Attachment.objects.count()) == (403, 1)


def test_what_a_file_is_can_be_said_later(job: Job, ada: Application) -> None:
    file, picture = (
        factories.AttachmentFactory(application=ada),
        factories.AttachmentFactory(application=ada, name="face.png", content_type="image/png"),
    )
    client = signed_in(factories.on_team(job))

    answer = client.post(address("file-kind", ada, file_id=file.pk), {"kind": "resume"})
    refused = client.post(address("file-kind", ada, file_id=picture.pk), {"kind": "resume"})

    assert answer.status_code == 303
    assert refused.status_code == 422
    assert "Only a document can be a résumé." in text(refused)
    assert list(Attachment.objects.order_by("id").values_list("kind", flat=True)) == ["resume", "other"]
    assert "Résumé" in text(client.get(tab(ada, "files")))
    reader = signed_in(factories.on_team(job, JobRole.INTERVIEWER))
    assert reader.post(address("file-kind", ada, file_id=file.pk), {"kind": "offer"}).status_code == 403
