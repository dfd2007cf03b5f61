"""The rules of applications, moves, leads and notes, and that what is refused leaves no trace."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
import time_machine

from newsfeed.models import NewsfeedEntry
from recruiting import events, extensions
from recruiting.applications import selectors, services
from recruiting.applications.models import Application, Note, StageTransition
from recruiting.applications.services import StaleMove
from recruiting.candidates.services import CandidateDetails, DuplicateCandidate
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Stage, StageGroup
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
EVERYONE, FULL_ACCESS, AUTHOR = Note.Visibility


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def application(db: None) -> Application:
    """Somebody in the first stage."""
    return factories.ApplicationFactory(company=factories.CompanyFactory())


@pytest.fixture
def recruiter(application: Application) -> Membership:
    """A recruiter of the job."""
    return factories.on_team(application.job, JobRole.RECRUITER)


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> list[events.ApplicationMoved]:
    """Collect the moves that are published."""
    found: list[events.ApplicationMoved] = []
    monkeypatch.setitem(events._subscribers, events.ApplicationMoved, [found.append])
    return found


def stage(application: Application, group: StageGroup) -> Stage:
    return factories.stage_of(application.job, group)


def move(application: Application, group: StageGroup, by: Membership) -> StageTransition | None:
    now = Application.objects.get(pk=application.pk)
    return services.move(application=now, to=stage(application, group), seen=now.stage_id, by=by)


def verbs() -> list[str]:
    return list(NewsfeedEntry.objects.order_by("id").values_list("verb", flat=True))


# ── Coming onto a job ────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_applicant_starts_in_the_first_stage(
    application: Application, recruiter: Membership, moved: list[events.ApplicationMoved]
) -> None:
    source = factories.SourceFactory(company=recruiter.company, name="Fair")

    added = services.add_candidate(
        job=application.job, details=CandidateDetails("Ada", "L", "ada@example.com"), by=recruiter, source=source
    )

    assert (added.state, added.stage.name, added.stage_entered_at, added.source) == ("active", "New", NOON, source)
    transition = added.transitions.get()
    assert (transition.from_stage, transition.to_stage, transition.moved_by) == (None, added.stage, recruiter)
    entry = NewsfeedEntry.objects.get()
    assert (entry.verb, entry.payload) == (
        "applications.added",
        {"candidate": "Ada L", "job": application.job.title, "source": "Fair"},
    )
    assert [(e.transition_id, e.to_stage_id) for e in moved] == [(transition.pk, added.stage_id)]


def test_a_lead_stands_nowhere_until_converted(
    application: Application, recruiter: Membership, moved: list[events.ApplicationMoved]
) -> None:
    lead = services.add_candidate(job=application.job, details=CandidateDetails("Ada"), by=recruiter, as_lead=True)
    assert (lead.state, lead.stage, lead.transitions.count(), moved) == ("lead", None, 0, [])
    with refuses(Conflict, "Convert to applicant first"):
        services.move(application=lead, to=stage(lead, StageGroup.OFFER), seen=None, by=recruiter)

    services.convert_lead(application=lead, by=recruiter)
    with changes_nothing():
        services.convert_lead(application=lead, by=recruiter)

    lead.refresh_from_db()
    assert (lead.state, lead.stage.name, len(moved)) == ("active", "New", 1)
    assert verbs() == ["applications.lead_added", "applications.lead_converted"]


def test_a_closed_job_takes_nobody(application: Application, recruiter: Membership) -> None:
    application.job.state = "closed"
    application.job.save()
    other = factories.CandidateFactory(company=application.company)

    with refuses(Conflict, "This job is closed"):
        services.add_candidate(job=application.job, details=CandidateDetails("Ada"), by=recruiter)
    with refuses(Conflict, "This job is closed"):
        services.add_to_job(candidate=other, job=application.job, by=recruiter)


def test_a_duplicate_person_is_refused_as_a_whole(application: Application, recruiter: Membership) -> None:
    with refuses(DuplicateCandidate) as caught:
        services.add_candidate(
            job=application.job, details=CandidateDetails("Eve", email=application.candidate.email), by=recruiter
        )

    assert caught.value.candidate == application.candidate


def test_a_person_is_on_a_job_once(application: Application, recruiter: Membership) -> None:
    with refuses(Conflict, "is on this job already"):
        services.add_to_job(candidate=application.candidate, job=application.job, by=recruiter)


@pytest.mark.parametrize("foreign", ["candidate", "job", "source"])
def test_nothing_of_another_company_comes_onto_a_job(application: Application, foreign: str) -> None:
    by = factories.administrator(application.company)
    elsewhere = factories.CompanyFactory()
    things: dict[str, Any] = {
        "candidate": factories.CandidateFactory(company=elsewhere if foreign == "candidate" else by.company),
        "job": factories.JobFactory(company=elsewhere) if foreign == "job" else application.job,
        "source": factories.SourceFactory(company=elsewhere if foreign == "source" else by.company),
    }

    with refuses(NotFound):
        services.add_to_job(by=by, **things)


# ── Moves ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_move_is_written_told_and_published(
    application: Application, recruiter: Membership, moved: list[events.ApplicationMoved]
) -> None:
    transition = move(application, StageGroup.INTERVIEW, recruiter)

    assert transition is not None
    application.refresh_from_db()
    assert (application.stage.name, application.stage_entered_at, application.state) == ("Interview", NOON, "active")
    assert (transition.from_stage.name, transition.to_stage.name, transition.undoes) == ("New", "Interview", None)
    entry = NewsfeedEntry.objects.get()
    assert (entry.verb, entry.actor, entry.subject_id, entry.payload) == (
        "applications.moved",
        recruiter,
        transition.pk,
        {"candidate": application.candidate.name, "from_stage": "New", "to_stage": "Interview"},
    )
    assert moved == [
        events.ApplicationMoved(
            company_id=application.company_id,
            application_id=application.pk,
            transition_id=transition.pk,
            to_stage_id=application.stage_id,
        )
    ]


def test_moving_to_where_somebody_stands_is_no_move(application: Application, recruiter: Membership) -> None:
    with changes_nothing():
        assert move(application, StageGroup.NEW, recruiter) is None
        stale = services.move(application=application, to=application.stage, seen=None, by=recruiter)

    assert stale is None


@pytest.mark.parametrize("said", [True, False], ids=["where they stood", "nothing"])
def test_a_stale_move_is_refused_and_says_where_they_stand(
    application: Application, recruiter: Membership, said: bool
) -> None:
    seen = application.stage_id if said else None
    move(application, StageGroup.INTERVIEW, recruiter)

    with refuses(StaleMove, "meanwhile") as caught:
        services.move(application=application, to=stage(application, StageGroup.OFFER), seen=seen, by=recruiter)

    name = application.candidate.name
    assert str(caught.value) == f"{recruiter.name} moved {name} to Interview meanwhile. {name} stays there."
    assert caught.value.application.stage.name == "Interview"
    assert (caught.value.status, caught.value.code) == (409, "stale_move")


def test_a_step_of_another_process_is_not_there(application: Application, recruiter: Membership) -> None:
    for other in (
        factories.StageFactory(company=application.company),
        factories.StageFactory(company=factories.CompanyFactory()),
    ):
        with refuses(NotFound, "no such step"):
            services.move(application=application, to=other, seen=application.stage_id, by=recruiter)


def test_hired_is_a_state_of_its_own(application: Application, recruiter: Membership) -> None:
    move(application, StageGroup.HIRED, recruiter)
    application.refresh_from_db()
    assert application.state == "hired"

    move(application, StageGroup.OFFER, recruiter)

    application.refresh_from_db()
    assert application.state == "active"
    assert verbs() == ["applications.hired", "applications.moved"]


@pytest.mark.parametrize("close", [services.reject, services.withdraw])
def test_who_is_out_is_not_moved(
    application: Application, recruiter: Membership, close: Callable[..., Application]
) -> None:
    close(application=application, reason="Too far.", by=recruiter)

    with refuses(Conflict, "Reopen the application"):
        move(application, StageGroup.INTERVIEW, recruiter)


@pytest.mark.parametrize("action", [None, Mock(run=Mock(side_effect=ZeroDivisionError))], ids=["gone", "raising"])
def test_a_broken_automation_leaves_the_move_and_says_so_above_it(
    application: Application,
    recruiter: Membership,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    action: Mock | None,
) -> None:
    factories.StageAutomationFactory(stage=stage(application, StageGroup.INTERVIEW), action="planted.action")
    monkeypatch.setattr(extensions, "stage_action", lambda key: action)

    move(application, StageGroup.INTERVIEW, recruiter)

    application.refresh_from_db()
    assert application.stage.name == "Interview"
    newest_first = NewsfeedEntry.objects.order_by("-id").values_list("verb", flat=True)
    assert list(newest_first) == ["applications.automation_failed", "applications.moved"]


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_undo_puts_somebody_back_without_automations(
    application: Application, recruiter: Membership, moved: list[events.ApplicationMoved]
) -> None:
    transition = move(application, StageGroup.INTERVIEW, recruiter)

    back = services.undo_move(transition=transition, by=recruiter)

    application.refresh_from_db()
    assert (application.stage.name, back.undoes, len(moved)) == ("New", transition, 1)
    assert verbs() == ["applications.moved", "applications.move_undone"]


def test_a_move_is_undone_once(application: Application, recruiter: Membership) -> None:
    transition = move(application, StageGroup.INTERVIEW, recruiter)
    services.undo_move(transition=transition, by=recruiter)

    with pytest.raises(Conflict), changes_nothing():
        services.undo_move(transition=transition, by=recruiter)
    move(application, StageGroup.INTERVIEW, recruiter)
    with pytest.raises(Conflict), changes_nothing():
        services.undo_move(transition=transition, by=recruiter)


@pytest.mark.parametrize(("minutes", "works"), [(30, True), (30.1, False)])
def test_a_move_is_undone_within_half_an_hour(
    application: Application, recruiter: Membership, noon: time_machine.Traveller, minutes: float, works: bool
) -> None:
    transition = move(application, StageGroup.INTERVIEW, recruiter)
    noon.move_to(NOON + timedelta(minutes=minutes))

    if works:
        assert services.undo_move(transition=transition, by=recruiter).to_stage.name == "New"
    else:
        with refuses(Conflict, "30 minutes"):
            services.undo_move(transition=transition, by=recruiter)


def test_only_the_last_move_is_undone(application: Application, recruiter: Membership) -> None:
    first = move(application, StageGroup.INTERVIEW, recruiter)
    move(application, StageGroup.OFFER, recruiter)
    with refuses(StaleMove):
        services.undo_move(transition=first, by=recruiter)
    move(application, StageGroup.INTERVIEW, recruiter)

    with refuses(StaleMove):
        services.undo_move(transition=first, by=recruiter)


def test_the_first_entry_is_no_move_to_undo(application: Application, recruiter: Membership) -> None:
    with refuses(StaleMove):
        services.undo_move(transition=application.transitions.get(), by=recruiter)


def test_undo_does_not_reopen_who_is_out(application: Application, recruiter: Membership) -> None:
    transition = move(application, StageGroup.INTERVIEW, recruiter)
    services.reject(application=application, reason="Too far.", by=recruiter)

    with refuses(Conflict, "Reopen the application"):
        services.undo_move(transition=transition, by=recruiter)


def test_undo_of_hired_makes_active_again(application: Application, recruiter: Membership) -> None:
    transition = move(application, StageGroup.HIRED, recruiter)

    services.undo_move(transition=transition, by=recruiter)

    application.refresh_from_db()
    assert (application.state, application.stage.name) == ("active", "New")


# ── Out and back ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("close", "state", "verb"),
    [
        (services.reject, "rejected", "applications.rejected"),
        (services.withdraw, "withdrawn", "applications.withdrawn"),
    ],
)
def test_who_is_out_keeps_the_stage_and_comes_back(
    application: Application, recruiter: Membership, close: Callable[..., Application], state: str, verb: str
) -> None:
    move(application, StageGroup.INTERVIEW, recruiter)
    closed = close(application=application, reason=" Too far. ", by=recruiter)
    assert (closed.state, closed.stage.name, closed.closing_reason) == (state, "Interview", "Too far.")
    with changes_nothing():
        close(application=application, reason="Other words.", by=recruiter)

    opened = services.reopen(application=application, by=recruiter)
    with changes_nothing():
        services.reopen(application=application, by=recruiter)

    assert (opened.state, opened.stage.name, opened.closing_reason) == ("active", "Interview", "")
    assert verbs() == ["applications.moved", verb, "applications.reopened"]


def test_a_rejected_lead_comes_back_as_a_lead(application: Application, recruiter: Membership) -> None:
    lead = factories.lead(job=application.job)
    services.reject(application=lead, reason="Too far.", by=recruiter)

    assert services.reopen(application=lead, by=recruiter).state == "lead"


def test_a_hired_one_who_withdrew_comes_back_hired(application: Application, recruiter: Membership) -> None:
    move(application, StageGroup.HIRED, recruiter)
    services.withdraw(application=application, reason="Moved away.", by=recruiter)

    assert services.reopen(application=application, by=recruiter).state == "hired"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_must_be_given(application: Application, recruiter: Membership, reason: str) -> None:
    with refuses(InvalidInput, "Give a reason"):
        services.reject(application=application, reason=reason, by=recruiter)


def test_an_application_of_another_company_is_not_there(application: Application) -> None:
    stranger = factories.administrator(factories.CompanyFactory())
    transition = application.transitions.get()
    acts = (
        lambda: move(application, StageGroup.OFFER, stranger),
        lambda: services.undo_move(transition=transition, by=stranger),
        lambda: services.reject(application=application, reason="No.", by=stranger),
        lambda: services.reopen(application=application, by=stranger),
        lambda: services.convert_lead(application=application, by=stranger),
        lambda: services.write_note(application=application, body="Hi.", by=stranger),
    )

    for act in acts:
        with refuses(NotFound):
            act()


# ── Notes ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_note_is_found_through_its_entry_which_does_not_hold_its_words(
    application: Application, recruiter: Membership
) -> None:
    note = services.write_note(application=application, body="  A secret thought. ", by=recruiter)

    assert (note.body, note.author, note.visibility) == ("A secret thought.", recruiter, "everyone")
    entry = NewsfeedEntry.objects.get()
    assert (entry.verb, entry.subject_id, entry.audience) == ("applications.note_written", note.pk, "everyone")
    assert "secret" not in repr(entry.payload)


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (EVERYONE, {"administrator", "staffing", *JobRole}),
        (FULL_ACCESS, {"administrator", "staffing", JobRole.HIRING_MANAGER, JobRole.RECRUITER, JobRole.COORDINATOR}),
        (AUTHOR, {JobRole.RECRUITER}),
    ],
)
def test_a_note_is_read_by_its_audience(application: Application, visibility: Any, readers: set[str]) -> None:
    team = factories.hiring_team(application.job)
    members: dict[str, Membership] = {
        **team,
        "administrator": factories.administrator(application.company),
        "staffing": factories.staffing(application.company),
        "nobody on the job": factories.MembershipFactory(company=application.company),
        "another company's": factories.administrator(factories.CompanyFactory()),
    }

    note = services.write_note(
        application=application, body="Thoughts.", by=team[JobRole.RECRUITER], visibility=visibility
    )

    see_note = {name for name, member in members.items() if note in selectors.notes_of(application, member)}
    see_entry = {name for name, member in members.items() if selectors.newsfeed(member).exists()}
    outsiders = {"another company's", "nobody on the job"}
    assert see_entry == readers
    assert see_note - outsiders == readers


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 10_001])
def test_a_note_has_one_to_ten_thousand_characters(application: Application, recruiter: Membership, body: str) -> None:
    note = services.write_note(application=application, body="x" * 10_000, by=recruiter)

    with refuses(InvalidInput):
        services.write_note(application=application, body=body, by=recruiter)
    with refuses(InvalidInput):
        services.edit_note(note=note, body=body, by=recruiter)


def test_one_changes_and_deletes_ones_own_notes_only(application: Application, recruiter: Membership) -> None:
    administrator = factories.administrator(application.company)
    note = services.write_note(application=application, body="First.", by=recruiter, visibility=FULL_ACCESS)

    for act in (
        lambda: services.edit_note(note=note, body="Not mine.", by=administrator),
        lambda: services.delete_note(note=note, by=administrator),
    ):
        with refuses(NotAllowed, "your own notes"):
            act()
    with changes_nothing():
        services.edit_note(note=note, body=" First. ", by=recruiter)
    assert services.edit_note(note=note, body="Second.", by=recruiter).edited_at == NOON
    services.delete_note(note=note, by=recruiter)
    with refuses(NotFound, "no such note"):
        services.edit_note(note=note, body="Third.", by=recruiter)

    assert Note.objects.count() == 0
    entry = NewsfeedEntry.objects.get()
    assert (entry.verb, entry.audience) == ("applications.note_deleted", "full_access")
