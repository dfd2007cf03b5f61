"""The services of files: what is kept, under which name, and when its bytes go."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from newsfeed.models import NewsfeedEntry
from recruiting.applications import files
from recruiting.applications.models import Attachment
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.errors import InvalidInput, NotFound
from tests import factories
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(settings: Any, tmp_path: Path) -> Membership:
    settings.MEDIA_ROOT = tmp_path
    return factories.administrator(factories.CompanyFactory())


def test_a_file_of_another_company_is_not_there(member: Membership) -> None:
    foreign = factories.ApplicationFactory(company=factories.CompanyFactory())
    attachment = factories.AttachmentFactory(application=foreign)
    upload = ContentFile(b"words", name="cv.txt")
    acts = (
        lambda: files.add_file(application=foreign, upload=upload, name="cv.txt", by=member),
        lambda: files.remove_file(attachment=attachment, by=member, seen_from=foreign),
        lambda: files.place_file(attachment=attachment, application=foreign, by=member),
    )

    for act in acts:
        with refuses(NotFound):
            act()


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("cv.PDF", b"%PDF-1.7 ...", "application/pdf"),
        ("notes.txt", "Müller".encode(), "text/plain"),
        ("empty.txt", b"", "text/plain"),
    ],
)
def test_a_file_is_kept_under_our_own_name(
    member: Membership, settings: Any, name: str, content: bytes, content_type: str
) -> None:
    application = factories.ApplicationFactory(company=member.company)

    attachment = files.add_file(
        application=application, upload=ContentFile(content, name=name), name=f"../../{name}", by=member
    )

    stored = Path(settings.MEDIA_ROOT) / str(member.company_id) / str(attachment.pk)
    assert stored.read_bytes() == content
    assert (attachment.content_type, attachment.size, attachment.added_by) == (content_type, len(content), member)
    assert NewsfeedEntry.objects.get().verb == "candidates.file_added"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cv.exe", b"MZ", "Choose a PDF, DOCX, ODT, RTF, TXT, PNG, JPEG, WebP or GIF file"),
        ("cv", b"%PDF-", "Choose a PDF, DOCX, ODT, RTF, TXT, PNG, JPEG, WebP or GIF file"),
        ("cv.pdf.html", b"%PDF-", "Choose a PDF, DOCX, ODT, RTF, TXT, PNG, JPEG, WebP or GIF file"),
        ("cv.pdf", b"<html>", "not a PDF"),
        ("cv.pdf", b"", "not a PDF"),
        ("cv.docx", b"%PDF-", "not a DOCX"),
        ("cv.txt", b"MZ\0\0", "not a TXT"),
        ("cv.txt", b"x" * (10 * 1024 * 1024 + 1), "over 10 MB"),
    ],
)
def test_what_is_not_such_a_file_is_refused(
    member: Membership, settings: Any, name: str, content: bytes, words: str
) -> None:
    application = factories.ApplicationFactory(company=member.company)

    with refuses(InvalidInput, words):
        files.add_file(application=application, upload=ContentFile(content, name=name), name=name, by=member)

    assert not list(Path(settings.MEDIA_ROOT).rglob("*"))


def test_a_removed_files_bytes_go_after_the_commit(
    member: Membership, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    application = factories.ApplicationFactory(company=member.company)
    attachment = factories.AttachmentFactory(application=application)
    stored = Path(attachment.file.path)
    assert stored.exists()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        files.remove_file(attachment=attachment, by=member, seen_from=application)
        raise ZeroDivisionError
    assert stored.exists() and Attachment.objects.count() == 1
    attachment = Attachment.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        files.remove_file(attachment=attachment, by=member, seen_from=application)
        assert stored.exists()

    assert not stored.exists()
    assert (Attachment.objects.count(), Candidate.objects.count()) == (0, 1)
    assert NewsfeedEntry.objects.get().payload["file"] == "cv.txt"
