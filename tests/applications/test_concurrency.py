"""Two people at once, on PostgreSQL: one wins, the other is told, nothing is doubled."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from newsfeed.models import NewsfeedEntry
from recruiting.applications import services
from recruiting.applications.models import Application
from recruiting.applications.services import StaleMove
from recruiting.candidates.models import Candidate, Tag
from recruiting.candidates.services import CandidateDetails, add_tag
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, RecruitingError
from recruiting.jobs.models import StageGroup
from tests import factories

pytestmark = pytest.mark.usefixtures("postgres", "transactional_db")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each act in a thread of its own, together; return what each returned or how it was refused."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return act()
        except RecruitingError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_moves_one_wins_and_the_other_is_stale(attempt: int) -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())
    people = [factories.administrator(application.company) for _ in range(2)]
    targets = [factories.stage_of(application.job, group) for group in (StageGroup.INTERVIEW, StageGroup.OFFER)]

    outcomes = at_once(
        *(
            lambda to=to, by=by: services.move(application=application, to=to, seen=application.stage_id, by=by)
            for to, by in zip(targets, people, strict=True)
        )
    )

    assert kinds(outcomes) == ["StageTransition", "StaleMove"]
    won = next(outcome for outcome in outcomes if not isinstance(outcome, StaleMove))
    assert Application.objects.get().stage_id == won.to_stage_id
    assert application.transitions.count() == 2
    assert NewsfeedEntry.objects.filter(verb="applications.moved").count() == 1


def test_the_same_move_twice_is_one_move() -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())
    by = factories.administrator(application.company)
    to = factories.stage_of(application.job, StageGroup.OFFER)

    outcomes = at_once(*[lambda: services.move(application=application, to=to, seen=application.stage_id, by=by)] * 4)

    assert kinds(outcomes) == ["NoneType", "NoneType", "NoneType", "StageTransition"]
    assert NewsfeedEntry.objects.count() == 1


def test_a_move_is_undone_once() -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())
    by = factories.administrator(application.company)
    to = factories.stage_of(application.job, StageGroup.OFFER)
    transition = services.move(application=application, to=to, seen=application.stage_id, by=by)

    outcomes = at_once(*[lambda: services.undo_move(transition=transition, by=by)] * 3)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2
    assert NewsfeedEntry.objects.filter(verb="applications.move_undone").count() == 1


def test_the_same_person_added_twice_is_one_person() -> None:
    job = factories.JobFactory(company=factories.CompanyFactory())
    by = factories.administrator(job.company)
    details = CandidateDetails("Ada", "L", "ada@example.com")

    outcomes = at_once(*[lambda: services.add_candidate(job=job, details=details, by=by)] * 4)

    assert sum(isinstance(outcome, Application) for outcome in outcomes) == 1
    assert {o.code for o in outcomes if isinstance(o, Conflict)} == {"duplicate_candidate"}
    assert (Candidate.objects.count(), Application.objects.count(), NewsfeedEntry.objects.count()) == (1, 1, 1)


def test_a_new_tag_given_by_two_is_one_tag() -> None:
    company = factories.CompanyFactory()
    by = factories.administrator(company)
    people = factories.CandidateFactory.create_batch(4, company=company)

    at_once(*(lambda person=person: add_tag(candidate=person, name="Remote", by=by) for person in people))

    assert Tag.objects.count() == 1
    assert {person.tags.get() for person in people} == {Tag.objects.get()}


def test_two_administrators_cannot_remove_each_other() -> None:
    company = factories.CompanyFactory()
    one, two = factories.administrator(company), factories.administrator(company)

    outcomes = at_once(
        lambda: companies.deactivate(membership=two, by=one), lambda: companies.deactivate(membership=one, by=two)
    )

    assert kinds(outcomes) == ["Membership", "NotAllowed"]
    assert Membership.objects.filter(is_active=True).count() == 1


def test_an_invitation_is_accepted_once() -> None:
    company = factories.CompanyFactory()
    _, link = companies.invite(company=company, email="ada@example.com", role=factories.CompanyRole.STANDARD, by=None)
    token = link.rstrip("/").rpartition("/")[2]

    outcomes = at_once(*[lambda: companies.accept_invitation(token=token, password="long-enough-1")] * 3)

    assert kinds(outcomes) == ["Membership", "NotFound", "NotFound"]
    assert Membership.objects.count() == 1
