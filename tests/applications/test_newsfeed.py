"""The newsfeed as pages show it: who reads what, filters, older pages, and kinds that are unknown or broken."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from newsfeed.activity import _types, activity
from newsfeed.models import NewsfeedEntry
from recruiting.applications import files, selectors, services
from recruiting.applications.activity import NOTE_WRITTEN, ClosedPayload
from recruiting.applications.models import Application, Note, StageTransition
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job, StageGroup
from tests import factories
from tests.applications.browsing import NASTY, address, queries, tab, text
from tests.cases import undone
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

HOME = "/"


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = factories.CandidateFactory(company=job.company, first_name="Ada", last_name="Lovelace")
    return factories.ApplicationFactory(job=job, candidate=candidate)


@pytest.fixture
def planted_kind() -> Iterator[Callable[..., None]]:
    """Register a kind of entry for one test."""
    taken: list[str] = []

    def plant(**attributes: Any) -> None:
        taken.append(activity("planted.happened", ClosedPayload, **attributes).verb)

    yield plant
    for verb in taken:
        del _types[verb]


def shown(reader: Membership, url: str) -> str:
    """Return what the reader sees at an address."""
    response = signed_in(reader).get(url)
    assert response.status_code == 200
    return text(response)


# ── Who reads what ───────────────────────────────────────────────────────────────────────────────────────────────────
FULL, ME = Note.Visibility.FULL_ACCESS, Note.Visibility.AUTHOR


READERS = [
    (JobRole.HIRING_MANAGER, FULL, True),
    (JobRole.RECRUITER, FULL, True),
    (JobRole.COORDINATOR, FULL, True),
    (JobRole.INTERVIEWER, FULL, False),
    (JobRole.EXECUTIVE, FULL, False),
    (JobRole.HIRING_MANAGER, ME, False),
    (JobRole.EXECUTIVE, ME, False),
    (JobRole.INTERVIEWER, Note.Visibility.EVERYONE, True),
    (JobRole.EXECUTIVE, Note.Visibility.EVERYONE, True),
]
# Of each visibility somebody who reads it where there is such a one, and somebody who does not.
ON_EVERY_PAGE = [1, 3, 5, 8]


def test_a_restricted_note_leaves_no_trace_for_others(job: Job, ada: Application) -> None:
    author = factories.on_team(job)
    for number, (role, visibility, reads) in enumerate(READERS):
        with undone(role, visibility):
            reader = factories.on_team(job, role)
            services.write_note(application=ada, body="Salary above our band", by=author, visibility=visibility)
            places = [tab(ada, "newsfeed"), tab(ada, "notes")]
            if number in ON_EVERY_PAGE:
                places += [f"{places[0]}?show=notes", HOME, f"{HOME}?show=notes", f"{HOME}?show=mine"]
                places += [reverse("applications:job-newsfeed", args=[job.pk])]

            read = {place: shown(reader, place) for place in places}

            found = {place: "Salary above our band" in words for place, words in read.items()}
            assert found == dict.fromkeys(places, reads)
            told = [place for place, words in read.items() if f"{author.name} wrote a note." in words]
            assert told == ([place for place in places if "/notes/" not in place] if reads else [])
            assert selectors.notes_of(ada, reader).count() == int(reads)
            for entries in (
                list(selectors.newsfeed(reader)),
                selectors.newsfeed_page(reader),
            ):
                assert [entry.verb for entry in entries] == [NOTE_WRITTEN.verb] * reads
            badge = 'Notes<span class="visually-hidden">,</span><span class="tl-count">1</span>'
            assert (badge in read[places[0]]) == reads
            assert "Salary above our band" in shown(author, tab(ada, "notes"))


def test_administrators_do_not_read_what_others_keep_to_themselves(job: Job, ada: Application) -> None:
    interviewer = factories.on_team(job, JobRole.INTERVIEWER)
    services.write_note(application=ada, body="For my eyes", by=interviewer, visibility=ME)

    for reader in (factories.administrator(job.company), factories.staffing(job.company)):
        assert "For my eyes" not in shown(reader, tab(ada, "newsfeed"))
        assert "For my eyes" not in shown(reader, tab(ada, "notes"))
        assert "For my eyes" not in shown(reader, HOME)
    assert "For my eyes" in shown(interviewer, HOME)


def test_home_shows_visible_jobs_only_and_never_another_company(job: Job, ada: Application) -> None:
    other_job = factories.JobFactory(company=job.company)
    stranger = factories.on_team(other_job)
    foreign = factories.administrator(factories.CompanyFactory())
    services.write_note(application=ada, body="Strong on negotiations", by=factories.on_team(job))

    assert "Strong on negotiations" in shown(factories.on_team(job), HOME)
    assert "Strong on negotiations" not in shown(stranger, HOME)
    assert "Strong on negotiations" not in shown(foreign, HOME)


def test_a_file_is_news_for_those_who_see_its_job(job: Job, ada: Application) -> None:
    recruiter, stranger = factories.on_team(job), factories.on_team(factories.JobFactory(company=job.company))
    files.add_file(application=ada, upload=ContentFile(b"text", name="cv.txt"), name="cv.txt", by=recruiter)

    assert f"{recruiter.name} added cv.txt." in shown(factories.on_team(job), f"{tab(ada, 'newsfeed')}?show=files")
    assert f"{recruiter.name} added cv.txt." in shown(factories.staffing(job.company), HOME)
    assert "cv.txt" not in shown(stranger, HOME)


def test_undo_stands_beside_the_last_move_alone_also_after_a_way_back(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job, JobRole.RECRUITER)
    first, second = factories.stage_of(job, StageGroup.NEW), factories.stage_of(job, StageGroup.OFFER)
    for there, here in ((second, first), (first, second), (second, first)):
        moved = Application.objects.get(pk=ada.pk)
        assert moved.stage_id == here.pk
        services.move(application=moved, to=there, seen=here.pk, by=recruiter)

    last = StageTransition.objects.latest("id")
    page = shown(recruiter, tab(ada, "newsfeed"))

    assert page.count("Undo moving Ada Lovelace") == 1
    assert reverse("applications:undo-move", args=[last.pk]) in page


def test_undo_stands_there_for_those_who_may_move_and_for_half_an_hour(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job)
    to = factories.stage_of(job, StageGroup.OFFER)
    services.move(application=ada, to=to, seen=ada.stage_id, by=recruiter)
    undo = "Undo moving Ada Lovelace"

    assert undo in shown(recruiter, tab(ada, "newsfeed"))
    assert undo in shown(recruiter, HOME)
    assert undo not in shown(factories.on_team(job, JobRole.INTERVIEWER), tab(ada, "newsfeed"))
    NewsfeedEntry.objects.update(occurred_at=clock.now() - timedelta(minutes=31))
    assert undo not in shown(recruiter, tab(ada, "newsfeed"))


# ── Filters and older pages ──────────────────────────────────────────────────────────────────────────────────────────
def test_filters_stand_in_the_address_and_narrow(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job)
    services.write_note(application=ada, body="A thought", by=recruiter)
    services.move(application=ada, to=factories.stage_of(job, StageGroup.OFFER), seen=ada.stage_id, by=recruiter)
    record = tab(ada, "newsfeed")

    notes, stages = shown(recruiter, f"{record}?show=notes"), shown(recruiter, f"{record}?show=stages")
    requests, nonsense = shown(recruiter, f"{record}?show=requests"), shown(recruiter, f"{record}?show=nonsense")

    moved = f"{recruiter.name} moved Ada Lovelace"
    assert ("A thought" in notes, moved in notes) == (True, False)
    assert ("A thought" in stages, moved in stages) == (False, True)
    assert "No entries match this filter." in requests
    assert ("A thought" in nonsense, moved in nonsense) == (True, True)
    assert f'href="{record}?show=notes" aria-current="true"' in notes


def test_my_jobs_are_those_with_a_role(job: Job, ada: Application) -> None:
    administrator = factories.administrator(job.company)
    mine = factories.JobFactory(company=job.company, title="My own job")
    factories.HiringTeamMemberFactory(job=mine, membership=administrator)
    services.write_note(application=ada, body="On another job", by=administrator)
    services.write_note(application=factories.ApplicationFactory(job=mine), body="On my job", by=administrator)

    page = shown(administrator, f"{HOME}?show=mine")

    assert ("On my job" in page, "On another job" in page) == (True, False)


def test_older_entries_follow_without_gap_or_repetition(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job)
    for number in range(35):
        services.write_note(application=ada, body=f"Thought {number:02}", by=recruiter)
    client = signed_in(recruiter)

    first = client.get(HOME)
    older = text(first).split('class="tl-feed-older"><a class="btn" href="')[1].split('"')[0]
    second = client.get(older)

    thoughts = [[n for n in range(35) if f"Thought {n:02}" in text(page)] for page in (first, second)]
    assert thoughts == [list(range(5, 35)), list(range(5))]
    assert "Load older" not in text(second) and "Newest entries" in text(second)
    assert client.get(f"{HOME}?before=nonsense").status_code == 200
    assert "show=notes&before=" in text(client.get(f"{HOME}?show=notes"))


def test_on_home_the_candidate_leads_and_on_the_record_not(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job)
    services.write_note(application=ada, body="A thought", by=recruiter)
    lead = f'<div class="tl-entry__about"><a href="{address("candidate", ada)}">Ada Lovelace</a>'

    assert lead in shown(recruiter, HOME)
    assert lead in shown(recruiter, reverse("applications:job-newsfeed", args=[job.pk]))
    assert lead not in shown(recruiter, tab(ada, "newsfeed"))


# ── Unknown, broken, hostile ─────────────────────────────────────────────────────────────────────────────────────────
def test_an_unknown_verb_is_a_neutral_line(job: Job, ada: Application) -> None:
    factories.NewsfeedEntryFactory(application=ada, verb="gone_app.did_something", payload={"odd": ["thing"]})
    services.write_note(application=ada, body="A thought", by=factories.on_team(job))

    for place in (HOME, tab(ada, "newsfeed")):
        page = shown(factories.on_team(job), place)
        assert "Something happened that this version cannot describe." in page
        assert "A thought" in page


@pytest.mark.parametrize("fault", ["sentence", "live", "template_name", "icon", "payload"])
def test_a_broken_kind_becomes_a_neutral_line_and_others_stay(
    job: Job, ada: Application, planted_kind: Callable[..., None], fault: str
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("planted fault")

    good = {"sentence": "It happened."}
    bad = {"sentence": broken, "live": broken, "template_name": "no/such.html", "icon": "no-such-icon"}
    planted_kind(**good | {part: value for part, value in bad.items() if part == fault})
    payload = {} if fault == "payload" else {"candidate": "Ada", "reason": ""}
    factories.NewsfeedEntryFactory(application=ada, verb="planted.happened", payload=payload)
    services.write_note(application=ada, body="A thought", by=factories.on_team(job))

    page = shown(factories.on_team(job), tab(ada, "newsfeed"))

    assert "Something happened that this version cannot describe." in page
    assert "A thought" in page and "planted fault" not in page


def test_a_notes_text_is_text_and_its_links_open_outside(job: Job, ada: Application) -> None:
    body = f"{NASTY} see https://example.com/a?b=1&c=2 or javascript:alert(1)"
    services.write_note(application=ada, body=body, by=factories.on_team(job))

    for place in (tab(ada, "newsfeed"), tab(ada, "notes"), HOME):
        raw = signed_in(factories.on_team(job)).get(place).content.decode()
        assert "<script>alert" not in raw and "<img" not in raw.split('id="content"')[1]
        assert '<a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="nofollow noopener noreferrer">' in raw
        assert 'href="javascript' not in raw


def test_the_entry_of_a_deleted_note_says_only_that_there_was_one(job: Job, ada: Application) -> None:
    recruiter = factories.on_team(job)
    note = services.write_note(application=ada, body="Regretted", by=recruiter, visibility=FULL)
    services.delete_note(note=note, by=recruiter)

    page = shown(factories.on_team(job), tab(ada, "newsfeed"))

    assert f"{recruiter.name} deleted a note." in page and "Regretted" not in page
    assert NewsfeedEntry.objects.filter(verb=NOTE_WRITTEN.verb).count() == 0
    assert "deleted a note" not in shown(factories.on_team(job, JobRole.INTERVIEWER), tab(ada, "newsfeed"))


def test_home_costs_the_same_with_more_news(job: Job) -> None:
    recruiter = factories.on_team(job)
    client = signed_in(recruiter)

    def news(rows: int) -> None:
        for _ in range(rows):
            application = factories.ApplicationFactory(job=job)
            services.write_note(application=application, body="A thought", by=recruiter)
            to = factories.stage_of(job, StageGroup.OFFER)
            services.move(application=application, to=to, seen=application.stage_id, by=recruiter)

    news(3)
    few = queries(client, HOME)
    news(7)

    assert queries(client, HOME) == few
