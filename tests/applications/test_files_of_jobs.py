"""A file belongs to the application it came in through: members of the person's other jobs never meet it."""

from contextlib import nullcontext
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from newsfeed.models import NewsfeedEntry
from recruiting.api.models import ApiToken
from recruiting.api.scopes import Scope
from recruiting.api.services import create_token
from recruiting.applications import files, selectors
from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Job
from recruiting.web.applications import record
from tests import factories
from tests.applications.browsing import address, tab, text
from tests.cases import undone
from tests.refusals import refuses
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

# Who may do most on a job, and who sees all jobs.
ON_PAGES = (JobRole.RECRUITER, CompanyRole.STAFFING)
ROLES: tuple[JobRole | CompanyRole, ...] = (*JobRole, CompanyRole.ADMINISTRATOR, CompanyRole.STAFFING)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def here() -> Application:
    """Ada on the job whose members look."""
    company = factories.CompanyFactory()
    candidate = factories.CandidateFactory(company=company, first_name="Ada", last_name="Lovelace")
    return factories.ApplicationFactory(job=factories.JobFactory(company=company, title="Here"), candidate=candidate)


@pytest.fixture
def there(here: Application) -> Application:
    """Ada on the other job."""
    return factories.ApplicationFactory(
        job=factories.JobFactory(company=here.company, title="There"), candidate=here.candidate
    )


def member(job: Job, role: JobRole | CompanyRole) -> Membership:
    """Return a member with this role on the job, or in the company."""
    if isinstance(role, JobRole):
        return factories.on_team(job, role)
    return factories.MembershipFactory(company=job.company, role=role)


def add(application: Application, by: Membership, name: str = "cv.pdf", *, is_personal: bool = False) -> Attachment:
    """Add a file as a person does."""
    upload = SimpleUploadedFile(name, b"%PDF-1.7")
    return files.add_file(application=application, upload=upload, name=name, by=by, is_personal=is_personal)


def opened(client: Client, application: Application, file: Attachment) -> int:
    """Return what a download answers."""
    response = client.get(address("file", application, file_id=file.pk))
    if response.status_code == 200:
        assert b"".join(response.streaming_content)  # type: ignore[attr-defined]  # and closed
    return response.status_code


def feeds(reader: Membership, application: Application) -> list[str]:
    """Return what the reader's record, home page and API say about the person."""
    client = signed_in(reader)
    _, token = create_token(membership=reader, name="Test", scopes=[Scope.NEWSFEED_READ], days=30)
    api = Client().get("/api/v1/newsfeed/", headers={"Authorization": f"Bearer {token}"})
    assert ApiToken.objects.exists() and api.status_code == 200
    return [text(client.get(tab(application, "newsfeed"))), text(client.get("/")), api.content.decode()]


def told(role: JobRole | CompanyRole, reader: Membership, application: Application, file: str) -> set[bool]:
    """Return whether the feeds tell the reader of a file: what all pages read, and for some roles the pages."""
    read = [selectors.newsfeed(reader), selectors.newsfeed_page(reader)]
    found = {any(entry.payload.get("file") == file for entry in entries) for entries in read}
    return found | ({file in page for page in feeds(reader, application)} if role in ON_PAGES else set())


def test_a_file_of_another_job_is_nowhere(here: Application, there: Application) -> None:
    for role in ROLES:
        with undone(role):
            kept = add(there, factories.on_team(there.job, JobRole.RECRUITER), "offer-terms.pdf")
            reader, sees = member(here.job, role), isinstance(role, CompanyRole)
            client = signed_in(reader)

            answer = client.get(tab(here, "files"))
            page = text(answer)
            files_tab = next(one for one in answer.context["record"].tabs if one.slug == "files")

            assert ("offer-terms.pdf" in page, files_tab.count) == (sees, "1" if sees else "")
            for through in (here, there):
                status = 200 if sees else 404
                assert opened(client, through, kept) == status
                assert client.get(address("file-remove", through, file_id=kept.pk)).status_code == status
            assert told(role, reader, here, "offer-terms.pdf") == {sees}
            removed = client.post(address("file-remove", here, file_id=kept.pk))
            assert (removed.status_code, Attachment.objects.count()) == ((303, 0) if sees else (404, 1))
            if not sees:
                with refuses(NotFound):
                    files.remove_file(attachment=kept, by=reader, seen_from=here)


def test_the_removal_of_a_file_of_another_job_is_not_told(here: Application, there: Application) -> None:
    kept = add(there, (recruiter := factories.on_team(there.job, JobRole.RECRUITER)), "offer-terms.pdf")
    files.remove_file(attachment=kept, by=recruiter, seen_from=there)

    assert [("offer-terms.pdf" in page) for page in feeds(factories.on_team(here.job), here)] == [False] * 3
    assert [("offer-terms.pdf" in page) for page in feeds(recruiter, there)] == [True] * 3


def test_who_is_on_both_jobs_sees_from_either_where_a_file_belongs(here: Application, there: Application) -> None:
    reader = factories.on_team(here.job, JobRole.INTERVIEWER)
    factories.HiringTeamMemberFactory(job=there.job, membership=reader, role=JobRole.RECRUITER)
    kept = add(there, reader)
    client = signed_in(reader)

    page = text(client.get(tab(here, "files")))

    assert "cv.pdf" in page and "There" in page and "Remove cv.pdf" in page
    assert opened(client, here, kept) == 200


def test_removal_needs_the_right_on_the_file_s_own_job(here: Application, there: Application) -> None:
    reader = factories.on_team(here.job, JobRole.RECRUITER)
    factories.HiringTeamMemberFactory(job=there.job, membership=reader, role=JobRole.INTERVIEWER)
    kept = add(there, factories.on_team(there.job))
    client = signed_in(reader)

    page = text(client.get(tab(here, "files")))

    assert "cv.pdf" in page and "Remove cv.pdf" not in page
    assert client.post(address("file-remove", here, file_id=kept.pk)).status_code == 403
    with refuses(NotAllowed):
        files.remove_file(attachment=kept, by=reader, seen_from=here)


# ── Kept with the person ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_kept_with_the_person_is_seen_on_every_job(here: Application, there: Application) -> None:
    for role in ROLES:
        with undone(role):
            recruiter = signed_in(factories.on_team(there.job, JobRole.RECRUITER))
            sent = {"file": SimpleUploadedFile("cv.pdf", b"%PDF-1.7"), "keep_with_person": "on"}
            assert "Keep with the person" in text(recruiter.get(tab(there, "files")))
            assert recruiter.post(address("file-add", there), sent).status_code == 303
            kept = Attachment.objects.get()
            reader = member(here.job, role)
            client = signed_in(reader)

            may = role not in (JobRole.INTERVIEWER, JobRole.EXECUTIVE)
            page = text(client.get(tab(here, "files")))
            assert (kept.application, kept.is_personal) == (None, True)
            assert "cv.pdf" in page and ("Remove cv.pdf" in page) is may
            assert opened(client, here, kept) == 200
            assert told(role, reader, here, "cv.pdf") == {True}
            assert client.post(address("file-remove", here, file_id=kept.pk)).status_code == (303 if may else 403)


def test_a_file_kept_with_the_person_is_for_those_who_see_them(here: Application) -> None:
    kept = add(here, factories.on_team(here.job), is_personal=True)
    stranger = factories.on_team(factories.JobFactory(company=here.company))

    assert list(Attachment.objects.visible_to(stranger)) == []
    assert list(Attachment.objects.visible_to(factories.administrator(factories.CompanyFactory()))) == []
    with refuses(NotFound):
        files.remove_file(attachment=kept, by=stranger, seen_from=here)


def test_a_file_added_with_the_person_belongs_to_that_job(here: Application, there: Application) -> None:
    recruiter = factories.on_team(here.job)
    sent = {"file": SimpleUploadedFile("cv.pdf", b"%PDF-1.7")}

    signed_in(recruiter).post(address("file-add", here), sent)

    kept = Attachment.objects.get()
    assert (kept.application, kept.candidate, kept.is_personal) == (here, here.candidate, False)
    entry = NewsfeedEntry.objects.get()
    assert (entry.application, entry.job, entry.subject_id) == (here, here.job, kept.pk)


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE])
def test_the_service_asks_for_the_right_to_edit(here: Application, role: JobRole) -> None:
    by = factories.on_team(here.job, role)

    with refuses(NotAllowed):
        add(here, by)


# ── Not placed yet ───────────────────────────────────────────────────────────────────────────────────────────────────
def unplaced(here: Application) -> Attachment:
    """Return a file from before, and its entry, as the migration leaves them."""
    file = factories.AttachmentFactory(candidate=here.candidate, application=None, is_unplaced=True, name="old.pdf")
    factories.NewsfeedEntryFactory(
        application=None,
        job=None,
        candidate=here.candidate,
        company=here.company,
        verb="candidates.file_added",
        audience=NewsfeedEntry.Audience.ALL_JOBS,
        subject_id=file.pk,
        payload={"candidate": "Ada Lovelace", "file": "old.pdf"},
    )
    return file


def test_an_unplaced_file_is_for_those_who_see_all_jobs(here: Application, there: Application) -> None:
    for role in ROLES:
        with undone(role):
            file, reader = unplaced(here), member(here.job, role)
            sees, client = isinstance(role, CompanyRole), signed_in(reader)

            assert ("old.pdf" in text(client.get(tab(here, "files")))) is sees
            assert opened(client, here, file) == (200 if sees else 404)
            assert told(role, reader, here, "old.pdf") == {sees}
            assert ("belongs to no job" in text(client.get("/"))) is (role == CompanyRole.ADMINISTRATOR)
            is_administrator = role == CompanyRole.ADMINISTRATOR
            for url in (
                reverse("applications:unplaced-files"),
                reverse("applications:place-file", kwargs={"file_id": file.pk}),
            ):
                assert client.get(url).status_code == (200 if is_administrator else 404)


def test_who_added_an_unplaced_file_does_not_read_of_it(here: Application, there: Application) -> None:
    unplaced(here)
    reader = factories.on_team(here.job)
    NewsfeedEntry.objects.update(actor=reader)

    assert [("old.pdf" in page) for page in feeds(reader, here)] == [False] * 3


def test_an_administrator_places_a_file_and_its_entry_follows(here: Application, there: Application) -> None:
    file = unplaced(here)
    client = signed_in(factories.administrator(here.company))
    todo = reverse("applications:unplaced-files")
    page = text(client.get(todo))
    url = reverse("applications:place-file", kwargs={"file_id": file.pk})
    window = text(client.get(url))

    response = client.post(url, {"to": str(there.pk)})

    assert "old.pdf" in page and "Ada Lovelace" in page
    assert "Where does old.pdf belong?" in window and "Here" in window and "There" in window
    assert (response.status_code, response.headers["Location"]) == (303, todo)
    file.refresh_from_db()
    assert (file.application, file.is_personal, file.is_unplaced) == (there, False, False)
    assert [("old.pdf" in page) for page in feeds(factories.on_team(there.job), there)] == [True] * 3
    assert [("old.pdf" in page) for page in feeds(factories.on_team(here.job), here)] == [False] * 3
    assert "belongs to no job" not in text(client.get("/"))
    assert client.get(url).status_code == 404


def test_an_administrator_keeps_a_file_with_the_person(here: Application, there: Application) -> None:
    file = unplaced(here)
    url = reverse("applications:place-file", kwargs={"file_id": file.pk})

    response = signed_in(factories.administrator(here.company)).post(url, {"to": "person"})

    assert response.status_code == 303
    file.refresh_from_db()
    assert (file.application, file.is_personal, file.is_unplaced) == (None, True, False)
    for application in (here, there):
        assert [("old.pdf" in page) for page in feeds(factories.on_team(application.job), application)] == [True] * 3


def test_a_file_is_placed_once_with_the_person_s_own_application(here: Application, there: Application) -> None:
    file, dana = unplaced(here), factories.administrator(here.company)
    other, recruiter = factories.ApplicationFactory(job=here.job), factories.on_team(here.job)
    url = reverse("applications:place-file", kwargs={"file_id": file.pk})

    for to in ("", "nonsense", str(other.pk)):
        response = signed_in(dana).post(url, {"to": to})
        assert (response.status_code, "Choose where the file belongs." in text(response)) == (422, True)
    with refuses(NotFound):
        files.place_file(attachment=file, application=other, by=dana)
    with refuses(NotAllowed):
        files.place_file(attachment=file, application=here, by=recruiter)
    files.place_file(attachment=file, application=here, by=dana)
    with refuses(Conflict, "placed already"):
        files.place_file(attachment=file, application=there, by=dana)


# ── Constraints ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_has_exactly_one_place(here: Application) -> None:
    for places in product([True, False], repeat=3):
        has_application, is_personal, is_unplaced = places
        is_broken = pytest.raises(IntegrityError, match="attachment_has_one_place")
        with undone(*places), nullcontext() if places.count(True) == 1 else is_broken, transaction.atomic():
            factories.AttachmentFactory(
                candidate=here.candidate,
                application=here if has_application else None,
                is_personal=is_personal,
                is_unplaced=is_unplaced,
            )


def test_the_badge_counts_what_the_tab_lists(here: Application, there: Application) -> None:
    by = factories.administrator(here.company)
    for application, is_personal in ((here, False), (there, False), (there, True)):
        add(application, by, is_personal=is_personal)
    reader = factories.on_team(here.job, JobRole.EXECUTIVE)

    page = signed_in(reader).get(tab(here, "files"))

    drawn = page.context["record"]
    assert [one.count for one in drawn.tabs if one.slug == "files"] == ["2"]
    assert record.record_url(here, "files") == tab(here, "files")
    assert text(page).count("cv.pdf</a>") == 2
