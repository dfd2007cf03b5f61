"""Writing a note on the record, changing one's own, and what is refused with nothing lost."""

import pytest

from newsfeed.models import NewsfeedEntry
from recruiting.applications import services
from recruiting.applications.models import Application, Note
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from tests import factories
from tests.applications.browsing import address, tab, text
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

EVERYONE, FULL, ME = Note.Visibility.EVERYONE, Note.Visibility.FULL_ACCESS, Note.Visibility.AUTHOR


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = factories.CandidateFactory(company=job.company, first_name="Ada", last_name="Lovelace")
    return factories.ApplicationFactory(job=job, candidate=candidate)


@pytest.mark.parametrize(
    ("role", "visibility", "status"),
    [
        (JobRole.HIRING_MANAGER, FULL, 303),
        (JobRole.RECRUITER, EVERYONE, 303),
        (JobRole.COORDINATOR, ME, 303),
        (JobRole.INTERVIEWER, EVERYONE, 303),
        (JobRole.INTERVIEWER, ME, 303),
        (JobRole.INTERVIEWER, FULL, 422),
        (JobRole.EXECUTIVE, EVERYONE, 403),
        (JobRole.EXECUTIVE, ME, 403),
    ],
)
def test_who_writes_which_notes(
    job: Job, ada: Application, role: JobRole, visibility: Note.Visibility, status: int
) -> None:
    writer = factories.on_team(job, role)

    response = signed_in(writer).post(address("note-add", ada), {"body": " A thought ", "visibility": visibility})

    assert response.status_code == status
    written = list(Note.objects.values_list("body", "visibility", "author", "application"))
    assert written == ([("A thought", visibility, writer.pk, ada.pk)] if status == 303 else [])
    assert NewsfeedEntry.objects.count() == len(written)


def test_strangers_find_no_record_to_write_on(job: Job, ada: Application) -> None:
    strangers = [factories.MembershipFactory(company=job.company), factories.administrator(factories.CompanyFactory())]

    answers = [
        signed_in(stranger).post(address("note-add", ada), {"body": "Hello", "visibility": EVERYONE}).status_code
        for stranger in strangers
    ]

    assert answers == [404, 404]
    assert Note.objects.count() == 0


@pytest.mark.parametrize(
    ("sent_from", "back_to"), [("notes", "notes"), ("newsfeed", "newsfeed"), ("files", "newsfeed")]
)
def test_the_writer_comes_back_to_where_they_wrote(job: Job, ada: Application, sent_from: str, back_to: str) -> None:
    sent = {"body": "A thought", "visibility": EVERYONE, "tab": sent_from}
    client = signed_in(factories.on_team(job))

    response = client.post(address("note-add", ada), sent)

    assert response.headers["Location"] == tab(ada, back_to)
    page = text(client.get(tab(ada, back_to)))
    assert "Note added." in page and 'data-focus="id_body"' in page and "A thought" in page


def test_full_access_only_is_offered_to_those_who_read_it(job: Job, ada: Application) -> None:
    offered = {
        role: [label in text(signed_in(member).get(tab(ada, "notes"))) for label in ("Full access only", "Only me")]
        for role, member in factories.hiring_team(job).items()
    }

    assert offered == {
        JobRole.HIRING_MANAGER: [True, True],
        JobRole.RECRUITER: [True, True],
        JobRole.COORDINATOR: [True, True],
        JobRole.INTERVIEWER: [False, True],
        JobRole.EXECUTIVE: [False, False],
    }


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Write something first."),
        (" \r\n ", "Write something first."),
        ("\u200b\u3164", "Write something first."),
        ("x" * 10_001, "A note holds up to 10,000 characters; this has 10,001."),
    ],
)
@pytest.mark.parametrize("where", ["newsfeed", "notes"])
def test_a_refused_note_keeps_its_text_and_choice(
    job: Job, ada: Application, where: str, body: str, sentence: str
) -> None:
    sent = {"body": body, "visibility": FULL, "tab": where}

    response = signed_in(factories.on_team(job)).post(address("note-add", ada), sent)

    page = text(response)
    assert response.status_code == 422
    assert sentence in page and 'value="full_access" selected' in page
    assert "x" * 10_001 in page or not body.startswith("x")
    assert 'aria-invalid="true"' in page and "Ada Lovelace" in page
    assert (Note.objects.count(), NewsfeedEntry.objects.count()) == (0, 0)


def test_a_lines_end_counts_once(job: Job, ada: Application) -> None:
    sent = {"body": "\r\n".join(["x" * 99] * 100), "visibility": EVERYONE}

    response = signed_in(factories.on_team(job)).post(address("note-add", ada), sent)

    assert response.status_code == 303
    assert len(Note.objects.get().body) == 9_999


def test_the_draft_is_kept_per_application(job: Job, ada: Application) -> None:
    page = text(signed_in(factories.on_team(job)).get(tab(ada, "notes")))

    assert f'data-draft="note:{ada.pk}"' in page and 'data-counter="10000"' in page


def test_a_text_with_leading_spaces_comes_back_as_typed_when_refused(job: Job, ada: Application) -> None:
    sent = {"body": "  indented", "visibility": "nonsense"}

    response = signed_in(factories.on_team(job)).post(address("note-add", ada), sent)

    assert response.status_code == 422 and "  indented</textarea>" in response.content.decode()


def test_authors_change_and_delete_their_own_notes(job: Job, ada: Application) -> None:
    author = factories.on_team(job, JobRole.INTERVIEWER)
    note = services.write_note(application=ada, body="First thought", by=author)
    client = signed_in(author)
    edit, delete = (address(name, ada, note_id=note.pk) for name in ("note-edit", "note-delete"))

    assert "First thought" in text(client.get(edit))
    assert client.post(edit, {"body": "Second thought"}).status_code == 303
    page = text(client.get(tab(ada, "notes")))
    assert "Second thought" in page and "First thought" not in page and "edited" in page
    assert "Delete this note?" in text(client.get(delete))
    assert Note.objects.count() == 1
    assert client.post(delete).status_code == 303
    assert Note.objects.count() == 0
    assert f"{author.name} deleted a note." in text(client.get(tab(ada, "newsfeed")))


def test_a_refused_change_keeps_both_texts(job: Job, ada: Application) -> None:
    author = factories.on_team(job)
    note = services.write_note(application=ada, body="First thought", by=author)

    response = signed_in(author).post(address("note-edit", ada, note_id=note.pk), {"body": "y" * 10_001})

    note.refresh_from_db()
    assert (response.status_code, "y" * 10_001 in text(response), note.body) == (422, True, "First thought")


@pytest.mark.parametrize("name", ["note-edit", "note-delete"])
def test_nobody_changes_a_note_of_somebody_else(job: Job, ada: Application, name: str) -> None:
    author = factories.on_team(job)
    note = services.write_note(application=ada, body="First thought", by=author)
    other = services.write_note(application=factories.ApplicationFactory(job=job), body="Elsewhere", by=author)
    others = [
        factories.administrator(job.company),
        factories.on_team(job),
        factories.administrator(factories.CompanyFactory()),
    ]

    answers = [signed_in(who).post(address(name, ada, note_id=note.pk), {"body": "Mine"}).status_code for who in others]

    assert answers == [404, 404, 404]
    assert signed_in(author).post(address(name, ada, note_id=other.pk), {"body": "Mine"}).status_code == 404
    assert list(Note.objects.order_by("id").values_list("body", flat=True)) == ["First thought", "Elsewhere"]


def test_only_mine_shows_only_mine(job: Job, ada: Application) -> None:
    reader, other = factories.on_team(job), factories.on_team(job)
    services.write_note(application=ada, body="Mine alone", by=reader)
    services.write_note(application=ada, body="Of another", by=other)

    page = text(signed_in(reader).get(f"{tab(ada, 'notes')}?show=mine"))

    assert ("Mine alone" in page, "Of another" in page, "Show all notes" in page) == (True, False, True)


def test_a_note_by_an_integration_carries_its_name(job: Job, ada: Application) -> None:
    factories.NoteFactory(application=ada, author=None, author_label="Acme", body="Reference report")

    page = text(signed_in(factories.on_team(job, JobRole.EXECUTIVE)).get(tab(ada, "notes")))

    assert "Acme" in page and "Reference report" in page
