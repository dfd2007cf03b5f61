"""Saving an edit of a hiring process: all or nothing, with the candidates who stand in its steps."""

from dataclasses import replace
from typing import Any

import pytest

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting import events
from recruiting.applications import process_stages, processes, services
from recruiting.applications.models import Application, StageTask, StageTransition
from recruiting.applications.process_stages import Automation, Edit, Occupancy, StageDraft
from recruiting.applications.processes import StaleProcess
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.jobs.models import HiringProcess, Job, Stage, StageAutomation, StageGroup
from tests import factories
from tests.queries import queries_of
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def process(job: Job) -> HiringProcess:
    return job.process


@pytest.fixture
def dana(job: Job) -> Membership:
    return factories.administrator(job.company, user__first_name="Dana", user__last_name="Cole")


def now(process: HiringProcess) -> list[StageDraft]:
    return process_stages.stages_of(process)


def save(process: HiringProcess, steps: list[StageDraft], by: Membership, seen: str = "", **destinations: str) -> int:
    edit = Edit(steps, {str(stage_id): key for stage_id, key in destinations.items()})
    return processes.save(process=process, edit=edit, seen=seen or process_stages.stamp(now(process)), by=by)


def names(process: HiringProcess) -> list[str]:
    return [f"{step.group}: {step.name}" for step in now(process)]


def applications_in(stage: StageDraft, job: Job, count: int = 1, **fields: Any) -> list[Application]:
    there = Stage.objects.get(pk=stage.key)
    return factories.ApplicationFactory.create_batch(count, job=job, stage=there, **fields)


def without(steps: list[StageDraft], gone: StageDraft) -> list[StageDraft]:
    return [step for step in steps if step != gone]


def sentences(verb: str) -> list[str]:
    rows = NewsfeedEntry.objects.filter(verb=verb).select_related("actor__user").order_by("id")
    return [feed.plain(row).sentence for row in rows]


def test_steps_are_added_renamed_moved_and_reordered_in_one_save(process: HiringProcess, dana: Membership) -> None:
    new, screen, interview, offer, hired = now(process)
    wanted = [
        new,
        StageDraft("new-1", StageGroup.INTERVIEW, "  Panel   round "),
        replace(interview, name="Onsite"),
        replace(screen, group=StageGroup.INTERVIEW),
        hired,
        offer,
    ]

    assert save(process, wanted, dana) == 0

    assert names(process) == [
        "new: New",
        "interview: Panel round",
        "interview: Onsite",
        "interview: Phone Screen",
        "offer: Offer",
        "hired: Hired",
    ]
    assert {step.key for step in now(process)} > {step.key for step in (new, screen, interview, offer, hired)}
    assert sentences("jobs.steps_changed") == [
        "Dana Cole added the step Panel round, renamed the step Interview to Onsite and changed the order of the steps."
    ]


def test_saving_what_is_there_writes_nothing(process: HiringProcess, dana: Membership) -> None:
    before = list(Stage.objects.values_list())

    assert save(process, now(process), dana) == 0

    assert (list(Stage.objects.values_list()), NewsfeedEntry.objects.count()) == (before, 0)


def test_two_steps_may_change_names(process: HiringProcess, dana: Membership) -> None:
    new, screen, interview, offer, hired = now(process)

    save(process, [new, replace(screen, name="Interview"), replace(interview, name="Phone Screen"), offer, hired], dana)

    assert Stage.objects.get(pk=screen.key).name == "Interview"
    assert Stage.objects.get(pk=interview.key).name == "Phone Screen"


def test_a_new_step_may_take_the_name_of_one_that_goes(process: HiringProcess, job: Job, dana: Membership) -> None:
    steps = now(process)
    (ada,) = applications_in(steps[1], job)
    wanted = [*without(steps, steps[1]), StageDraft("new-1", StageGroup.INTERVIEW, "Phone Screen")]

    assert save(process, wanted, dana, **{steps[1].key: "new-1"}) == 1

    ada.refresh_from_db()
    assert (ada.stage.name, ada.stage.group, str(ada.stage_id) != steps[1].key) == ("Phone Screen", "interview", True)


def test_candidates_of_a_removed_step_move_with_an_entry_and_without_automations(
    process: HiringProcess, job: Job, dana: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "publish", lambda event: pytest.fail("nobody was moved by a person"))
    steps = now(process)
    screen, interview = steps[1], steps[2]
    factories.StageAutomationFactory(stage=Stage.objects.get(pk=interview.key))
    steps = now(process)
    (ada,) = applications_in(screen, job, candidate__first_name="Ada", candidate__last_name="Lovelace")
    (bob,) = applications_in(screen, job, state=Application.State.REJECTED, closing_reason="Skills")
    elsewhere = factories.ApplicationFactory(job=job)

    moved = save(process, without(steps, screen), dana, **{screen.key: interview.key})

    assert moved == 2
    ada.refresh_from_db()
    bob.refresh_from_db()
    assert (ada.stage.name, ada.state, bob.stage.name, bob.state) == ("Interview", "active", "Interview", "rejected")
    assert ada.stage_entered_at == bob.stage_entered_at
    transition = ada.transitions.order_by("id").last()
    assert (transition.to_stage.name, transition.from_stage, transition.moved_by) == ("Interview", None, dana)
    assert sentences("applications.step_removed")[0] == (
        "The step Phone Screen was removed; Ada Lovelace is now in Interview."
    )
    assert NewsfeedEntry.objects.filter(verb="applications.step_removed", application=elsewhere).count() == 0
    assert not Stage.objects.filter(pk=screen.key).exists()
    assert sentences("jobs.steps_changed") == ["Dana Cole removed the step Phone Screen."]
    newest_first = NewsfeedEntry.objects.order_by("-id").values_list("verb", flat=True)
    assert list(newest_first[:3]) == ["applications.step_removed", "applications.step_removed", "jobs.steps_changed"]


def test_a_move_by_removal_is_nothing_to_undo(process: HiringProcess, job: Job, dana: Membership) -> None:
    steps = now(process)
    (ada,) = applications_in(steps[1], job)
    save(process, without(steps, steps[1]), dana, **{steps[1].key: steps[2].key})

    with refuses(services.StaleMove):
        services.undo_move(transition=ada.transitions.order_by("id").last(), by=dana)


def test_what_waited_in_a_removed_step_waits_no_longer(process: HiringProcess, job: Job, dana: Membership) -> None:
    steps = now(process)
    (ada,) = applications_in(steps[1], job)
    task = factories.StageTaskFactory(application=ada)

    save(process, without(steps, steps[1]), dana, **{steps[1].key: steps[0].key})

    task.refresh_from_db()
    assert (task.state, task.stage, task.done_by) == ("dismissed", None, None)


def test_a_step_goes_only_with_a_destination_for_its_candidates(
    process: HiringProcess, job: Job, dana: Membership
) -> None:
    steps = now(process)
    applications_in(steps[1], job, 2)

    for destinations in ({}, {steps[1].key: "nowhere"}, {steps[1].key: steps[1].key}):
        with refuses(InvalidInput) as refused:
            save(process, without(steps, steps[1]), dana, **destinations)
        assert refused.value.fields == {steps[1].key: "2 candidates stand in Phone Screen. Choose where to move them."}


def test_nobody_is_hired_by_an_edit(process: HiringProcess, job: Job, dana: Membership) -> None:
    steps = now(process)
    offer, hired = steps[3], steps[4]
    applications_in(offer, job)
    applications_in(hired, job, state=Application.State.HIRED)

    with refuses(InvalidInput, match=r"1 candidate stands in Offer\. Moving them to Hired would change who is hired"):
        save(process, without(steps, offer), dana, **{offer.key: hired.key})
    with refuses(InvalidInput, match="would change who is hired"):
        save(process, without(steps, hired), dana, **{hired.key: offer.key})
    with refuses(InvalidInput, match="Moving a step into or out of Hired would change who is hired"):
        save(process, [*steps[:3], replace(offer, group=StageGroup.HIRED), hired], dana)


def test_an_empty_step_moves_into_hired(process: HiringProcess, dana: Membership) -> None:
    steps = now(process)

    save(process, [*steps[:3], replace(steps[3], group=StageGroup.HIRED), steps[4]], dana)

    assert names(process)[-2:] == ["hired: Offer", "hired: Hired"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "  "}, "Enter a name."),
        ({"name": "x" * 81}, "Use 80 characters at most; this has 81."),
        ({"name": "OFFER"}, "Another step of this process is called Offer."),
        ({"group": "elsewhere"}, "Choose one of the five stage groups."),
        ({"automation": Automation("a.b", "shout")}, "Choose what the step does."),
        (
            {"automation": Automation("a.b", "send")},
            "Last cannot start that in your company. Choose another automation.",
        ),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_its_key(
    process: HiringProcess, dana: Membership, change: dict[str, Any], sentence: str
) -> None:
    wrong = replace(StageDraft("new-1", StageGroup.OFFER, "Last"), **change)

    with refuses(InvalidInput) as refused:
        save(process, [*now(process), wrong], dana)

    assert refused.value.fields == {"new-1": sentence}


def test_a_process_keeps_a_step_in_which_applicants_start(process: HiringProcess, dana: Membership) -> None:
    steps = now(process)

    for left in ([], [steps[4]]):
        with refuses(Conflict, match="Keep at least one step before Hired"):
            save(process, left, dana)
    with refuses(Conflict, match="A process has 60 steps at most; this one has 61"):
        save(process, [StageDraft(f"new-{n}", "new", f"Step {n}") for n in range(61)], dana)

    save(process, [steps[2]], dana)

    assert names(process) == ["interview: Interview"]
    assert services.first_stage(Job.objects.get()).name == "Interview"


def test_automations_are_set_changed_and_taken_away(process: HiringProcess, dana: Membership) -> None:
    steps = now(process)
    for step in steps[:2]:
        factories.StageAutomationFactory(stage=Stage.objects.get(pk=step.key), action="there.already")
    steps = now(process)
    assert steps[0].automation == Automation("there.already", "send")
    wanted = [
        replace(steps[0], automation=Automation("there.already", "ask")),
        replace(steps[1], automation=None),
        replace(steps[2], automation=Automation("there.already", "send")),
        *steps[3:],
    ]

    save(process, wanted, dana)

    kept = StageAutomation.objects.order_by("stage__position").values_list("stage__name", "action", "mode")
    assert list(kept) == [("New", "there.already", "ask"), ("Interview", "there.already", "send")]
    assert sentences("jobs.steps_changed") == ["Dana Cole changed what the steps New, Phone Screen, Interview start."]


def test_what_somebody_else_saved_is_not_overwritten(process: HiringProcess, dana: Membership) -> None:
    mine = now(process)
    seen = process_stages.stamp(mine)
    save(process, [replace(mine[0], name="Inbox"), *mine[1:]], dana)

    with refuses(StaleProcess, match="Somebody else saved this process meanwhile"):
        save(process, [*mine, StageDraft("new-1", StageGroup.OFFER, "Panel")], dana, seen)


def test_who_may(process: HiringProcess, job: Job, dana: Membership) -> None:
    staffing = factories.staffing(job.company)
    stranger = factories.administrator(factories.CompanyFactory())

    with refuses(NotAllowed):
        save(process, now(process), staffing)
    with refuses(NotFound):
        save(process, now(process), stranger)


def test_jobs_that_take_nobody_are_not_told(process: HiringProcess, job: Job, dana: Membership) -> None:
    closed = factories.JobFactory(company=job.company, state=Job.State.CLOSED)

    save(process, [*now(process), StageDraft("new-1", StageGroup.OFFER, "Panel")], dana)

    assert list(NewsfeedEntry.objects.values_list("job", flat=True)) == [job.pk]
    assert closed.process == process


def test_standing_counts_who_runs_who_is_closed_and_on_how_many_jobs(process: HiringProcess, job: Job) -> None:
    screen = now(process)[1]
    applications_in(screen, job, 2)
    applications_in(screen, factories.JobFactory(company=job.company), 1)
    applications_in(screen, job, 1, state=Application.State.WITHDRAWN, closing_reason="Moved")

    assert process_stages.occupancy_of(process) == {screen.key: Occupancy(running=3, closed=1, jobs=2)}


def test_a_thousand_candidates_cost_what_ten_do_but_for_batches(
    process: HiringProcess, job: Job, dana: Membership
) -> None:
    def taken(count: int) -> int:
        steps = now(process)
        screen = next(step for step in steps if step.group == StageGroup.IN_REVIEW)
        there = Stage.objects.get(pk=screen.key)
        people = factories.CandidateFactory.build_batch(count, company=job.company)
        people = type(people[0]).objects.bulk_create(people)
        stood = [
            Application(company=job.company, job=job, candidate=person, stage=there, stage_entered_at=job.created_at)
            for person in people
        ]
        Application.objects.bulk_create(stood)
        wanted = [*without(steps, screen), StageDraft("new-1", StageGroup.IN_REVIEW, f"Screen {count}")]

        def act() -> None:
            assert save(process, wanted, dana, **{screen.key: "new-1"}) >= count

        return queries_of(act)

    few = taken(10)

    assert few <= 45
    # SQLite writes as many rows at once as it can have parameters for; PostgreSQL a thousand.
    assert taken(1000) - few <= 40
    assert StageTransition.objects.count() == 10 + 1010
    assert StageTask.objects.count() == 0
