"""Steps that go while somebody moves there, on PostgreSQL: nobody stands in a step that is gone or waits for ever."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections

from recruiting.applications import checks, process_stages, processes, services
from recruiting.applications.models import Application
from recruiting.applications.process_stages import Edit, StageDraft
from recruiting.applications.processes import StaleProcess
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, RecruitingError
from recruiting.jobs import processes as job_processes
from recruiting.jobs import services as jobs
from recruiting.jobs.models import HiringProcess, Job, Stage, StageGroup
from tests import factories
from tests.applications.test_concurrency import at_once, kinds

pytestmark = pytest.mark.usefixtures("postgres", "transactional_db")


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory())


@pytest.fixture
def dana(job: Job) -> Membership:
    return factories.administrator(job.company)


@pytest.fixture(autouse=True)
def consistent(transactional_db: None) -> Iterator[None]:
    """Look afterwards whether every candidate stands in a step that is there."""
    yield
    assert [rule.finding() for rule in checks.RULES if rule.finding()] == []


def somebody_waits() -> None:
    ended_by = time.monotonic() + 10
    while time.monotonic() < ended_by:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for a lock")


class Other(threading.Thread):
    """Somebody else, who acts once and keeps what came of it."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act = act
        self.outcome: Any = None

    def run(self) -> None:
        try:
            self.outcome = self.act()
        except BaseException as refusal:
            self.outcome = refusal
        finally:
            connections.close_all()

    def starts_and_waits(self) -> None:
        """Begin, and come back once it waits for a lock that we hold."""
        self.start()
        somebody_waits()


def remove(process: HiringProcess, gone: Stage, to: Stage, by: Membership) -> int:
    steps = process_stages.stages_of(process)
    edit = Edit([step for step in steps if step.key != str(gone.pk)], {str(gone.pk): str(to.pk)})
    return processes.save(process=process, edit=edit, seen=process_stages.stamp(steps), by=by)


def test_who_moves_there_first_is_moved_on_with_the_others(job: Job, dana: Membership) -> None:
    gone, to = (factories.stage_of(job, group) for group in (StageGroup.IN_REVIEW, StageGroup.INTERVIEW))
    there = factories.ApplicationFactory(job=job, stage=gone)
    mover = factories.ApplicationFactory(job=job)
    saver = Other(lambda: remove(job.process, gone, to, dana))
    enter = services._enter

    def once_the_saver_waits(*args: Any, **kwargs: Any) -> Any:
        saver.starts_and_waits()
        return enter(*args, **kwargs)

    with patch.object(services, "_enter", side_effect=once_the_saver_waits):
        services.move(application=mover, to=gone, seen=mover.stage_id, by=dana)
    saver.join(20)

    assert saver.outcome == 2
    assert {row.stage_id for row in Application.objects.all()} == {to.pk}
    assert there.transitions.count() == 2 and mover.transitions.count() == 3


def test_who_comes_too_late_stays_and_is_told(job: Job, dana: Membership) -> None:
    gone, to = (factories.stage_of(job, group) for group in (StageGroup.IN_REVIEW, StageGroup.INTERVIEW))
    late = factories.ApplicationFactory(job=job)
    mover = Other(lambda: services.move(application=late, to=gone, seen=late.stage_id, by=dana))
    write_entry = processes._Saving._write_entry

    def once_the_mover_waits(saving: Any) -> None:
        mover.starts_and_waits()
        write_entry(saving)

    with patch.object(processes._Saving, "_write_entry", once_the_mover_waits):
        assert remove(job.process, gone, to, dana) == 0
    mover.join(20)

    assert isinstance(mover.outcome, Conflict) and mover.outcome.code == "step_removed"
    assert mover.outcome.message == "The step Phone Screen was removed meanwhile, so nobody was moved there."
    late.refresh_from_db()
    assert (late.stage.name, late.transitions.count()) == ("New", 1)


def test_an_applicant_starts_in_the_process_that_was_chosen_meanwhile(job: Job, dana: Membership) -> None:
    other = factories.StageFactory(company=job.company, name="Inbox").process
    adder = Other(
        lambda: services.add_candidate(job=job, details=CandidateDetails("Ada", "L", "ada@example.com"), by=dana)
    )
    keep = jobs.lock_process

    def once_the_adder_waits(*args: Any) -> Any:
        adder.starts_and_waits()
        return keep(*args)

    with patch.object(jobs, "lock_process", side_effect=once_the_adder_waits):
        job_processes.choose_process(job=Job.objects.get(), process=other, by=dana)
    adder.join(20)

    assert isinstance(adder.outcome, Application), adder.outcome
    assert Application.objects.get().stage.name == "Inbox"


@pytest.mark.parametrize("attempt", range(3))
def test_a_process_is_chosen_or_somebody_converted_in_any_order(job: Job, dana: Membership, attempt: int) -> None:
    other = factories.StageFactory(company=job.company, name="Inbox").process
    lead = factories.lead(job=job)

    outcomes = at_once(
        lambda: job_processes.choose_process(job=job, process=other, by=dana),
        lambda: services.convert_lead(application=lead, by=dana),
    )

    assert kinds(outcomes)[0] == "Application"
    assert kinds(outcomes)[1] in ("Conflict", "Job")


def test_of_two_saves_one_is_told(job: Job, dana: Membership) -> None:
    steps = process_stages.stages_of(job.process)
    seen = process_stages.stamp(steps)

    outcomes = at_once(
        *(
            lambda name=name: processes.save(
                process=job.process, edit=Edit([*steps, StageDraft("new-1", "offer", name)]), seen=seen, by=dana
            )
            for name in ("One", "Two")
        )
    )

    assert kinds(outcomes) == ["StaleProcess", "int"]
    assert isinstance(next(one for one in outcomes if one != 0), StaleProcess)
    assert Stage.objects.filter(process=job.process).count() == 6


@pytest.mark.parametrize("attempt", range(5))
def test_many_move_in_and_out_while_steps_go(job: Job, dana: Membership, attempt: int) -> None:
    one, two = (factories.stage_of(job, group) for group in (StageGroup.IN_REVIEW, StageGroup.INTERVIEW))
    offer = factories.stage_of(job, StageGroup.OFFER)
    people = [factories.ApplicationFactory(job=job, stage=stage) for stage in (one, two) * 3]
    steps = process_stages.stages_of(job.process)
    edit = Edit(
        [step for step in steps if step.key not in (str(one.pk), str(two.pk))],
        {str(one.pk): str(offer.pk), str(two.pk): str(offer.pk)},
    )

    outcomes = at_once(
        lambda: processes.save(process=job.process, edit=edit, seen=process_stages.stamp(steps), by=dana),
        *(
            lambda person=person: services.move(
                application=person, to=two if person.stage_id == one.pk else one, seen=person.stage_id, by=dana
            )
            for person in people
        ),
    )

    assert outcomes[0] == 6
    assert all(isinstance(outcome, RecruitingError) or outcome.pk for outcome in outcomes[1:])
    assert {row.stage_id for row in Application.objects.all()} == {offer.pk}
