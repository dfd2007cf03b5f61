"""What the migrations make of files and entries from before files belonged to applications, on either engine."""

import importlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment
from recruiting.candidates.models import Candidate
from recruiting.foundation import clock
from tests import factories
from tests.crosschq.factories import ReferenceCheckFactory, ReportFileFactory

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

CORE = importlib.import_module("recruiting.applications.migrations.0007_place_files")
REPORTS = importlib.import_module("integrations.crosschq.migrations.0003_reports_of_applications")


@pytest.fixture(autouse=True)
def _as_it_was(db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    """Take away the rule that came after; the test's transaction brings it back."""
    settings.MEDIA_ROOT = tmp_path
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE candidates_attachment DROP CONSTRAINT attachment_has_one_place")
            yield
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            yield
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.fixture
def migrate() -> Callable[[], None]:
    """Return what runs the migrations' functions in their order."""

    def run() -> None:
        REPORTS.place_reports(apps, None)
        CORE.place_files(apps, None)
        CORE.move_content_type(apps, None)

    return run


def old_file(candidate: Candidate, name: str = "cv.txt") -> Attachment:
    """Return a file as it was."""
    return factories.AttachmentFactory(candidate=candidate, is_personal=False, name=name)


def old_entry(candidate: Candidate, verb: str = "candidates.file_added", name: str = "cv.txt") -> NewsfeedEntry:
    """Return what was said of a file."""
    return factories.NewsfeedEntryFactory(
        company=candidate.company,
        application=None,
        job=None,
        candidate=candidate,
        verb=verb,
        payload={"candidate": candidate.name, "file": name},
    )


def place(file: Attachment) -> tuple[Application | None, bool, bool]:
    """Return where a file belongs now."""
    file.refresh_from_db()
    return file.application, file.is_personal, file.is_unplaced


def said(entry: NewsfeedEntry) -> tuple[Any, ...]:
    """Return whom an entry is for, and about which file."""
    entry.refresh_from_db()
    return entry.application, entry.job, entry.audience, entry.subject_id


def test_a_person_with_one_application_keeps_their_files_there(migrate: Callable[[], None]) -> None:
    only = factories.ApplicationFactory(company=factories.CompanyFactory())
    file, added = old_file(only.candidate), old_entry(only.candidate)
    removed = old_entry(only.candidate, "candidates.file_removed", "gone.txt")
    details = old_entry(only.candidate, "candidates.details_changed")

    migrate()

    assert place(file) == (only, False, False)
    assert said(added) == said(removed) == (only, only.job, "everyone", None)
    assert said(details) == (None, None, "everyone", None)


def test_a_report_belongs_to_its_check_whatever_else_the_person_has(migrate: Callable[[], None]) -> None:
    there = factories.ApplicationFactory(company=factories.CompanyFactory())
    factories.ApplicationFactory(job=factories.JobFactory(company=there.company), candidate=there.candidate)
    report = old_file(there.candidate, "Reference report, full.pdf")
    ReportFileFactory(reference_check=ReferenceCheckFactory(application=there), attachment=report)

    migrate()

    assert place(report) == (there, False, False)


def test_of_several_applications_nobody_knows_which(migrate: Callable[[], None]) -> None:
    there = factories.ApplicationFactory(company=factories.CompanyFactory())
    factories.ApplicationFactory(job=factories.JobFactory(company=there.company), candidate=there.candidate)
    alone = factories.CandidateFactory(company=there.company)
    first, first_said = old_file(there.candidate), old_entry(there.candidate)
    second, second_said = old_file(there.candidate), old_entry(there.candidate)
    other, never = old_file(alone, "other.txt"), old_entry(there.candidate, name="removed since.txt")
    late = old_entry(there.candidate)
    NewsfeedEntry.objects.filter(pk=late.pk).update(occurred_at=clock.now() + timedelta(hours=1))
    removed = old_entry(there.candidate, "candidates.file_removed")

    migrate()

    assert [place(file) for file in (first, second, other)] == [(None, False, True)] * 3
    assert said(first_said) == (None, None, "all_jobs", first.pk)
    assert said(second_said) == (None, None, "all_jobs", second.pk)
    assert said(never) == said(late) == said(removed) == (None, None, "all_jobs", None)


def test_a_second_run_changes_nothing(migrate: Callable[[], None]) -> None:
    there = factories.ApplicationFactory(company=factories.CompanyFactory())
    placed, personal = (
        factories.AttachmentFactory(application=there),
        factories.AttachmentFactory(candidate=there.candidate),
    )
    entry = factories.NewsfeedEntryFactory(application=there, verb="candidates.file_added", payload={"file": "x"})

    migrate()

    assert (place(placed), place(personal)) == ((there, False, False), (None, True, False))
    assert said(entry) == (there, there.job, "everyone", None)


def test_rights_on_files_stay_rights_on_files(migrate: Callable[[], None]) -> None:
    now = ContentType.objects.get_for_model(Attachment)
    before = ContentType.objects.create(app_label="candidates", model="attachment")
    right = Permission.objects.create(content_type=before, codename="view_attachment", name="Can view attachment")
    user = factories.UserFactory(is_staff=True)
    user.user_permissions.add(right)

    migrate()
    migrate()

    assert not ContentType.objects.filter(pk=now.pk).exists()
    assert user.has_perm("applications.view_attachment")
    ContentType.objects.clear_cache()
