"""What an integration brings: notes and files under its own name."""

import pytest

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Attachment, Note
from recruiting.foundation.errors import InvalidInput
from tests import factories
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_an_integration_s_note_stands_under_its_name_for_everyone() -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())

    note = applications.receive_note(application=application, body=" The report is ready. ", author_label="Acme Checks")

    kept = Note.objects.get()
    assert (kept, kept.body, kept.author, kept.author_label) == (note, "The report is ready.", None, "Acme Checks")
    assert kept.visibility == Note.Visibility.EVERYONE
    entry = NewsfeedEntry.objects.get(verb="applications.note_written")
    assert (entry.subject_id, entry.actor, feed.plain(entry).sentence) == (note.pk, None, "Acme Checks wrote a note.")


def test_an_integration_s_empty_note_is_refused() -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())

    with refuses(InvalidInput):
        applications.receive_note(application=application, body="  ", author_label="Acme Checks")


def test_an_integration_s_file_is_kept_and_said_by_the_integration() -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())
    content = b"\xef\xbb\xbf\r\n%PDF-1.7 x"

    files.receive_file(application=application, content=content, name="Report.pdf", max_bytes=2**20)

    kept = Attachment.objects.get()
    assert (kept.name, kept.content_type, kept.size, kept.added_by) == ("Report.pdf", "application/pdf", 15, None)
    assert (kept.application, kept.candidate) == (application, application.candidate)
    with kept.file.open() as file:
        assert file.read() == content
    assert not NewsfeedEntry.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html>", "This file is not a PDF."), (b"%PDF-" + b"x" * 2**20, "This file is over 1 MB.")],
)
def test_an_integration_s_file_that_cannot_be_is_refused(content: bytes, words: str) -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())

    with refuses(InvalidInput, words):
        files.receive_file(application=application, content=content, name="Report.pdf", max_bytes=2**20)
