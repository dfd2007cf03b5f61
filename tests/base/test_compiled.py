"""A compiled query is composed once per shape, answers as the same query composed anew, and refuses surprises."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Q, QuerySet

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation import clock, pagination
from recruiting.foundation.compiled import compiled
from recruiting.jobs.models import Job
from tests.factories import (
    ApplicationFactory,
    CandidateFactory,
    CompanyFactory,
    HiringTeamMemberFactory,
    JobFactory,
    MembershipFactory,
    staffing,
)
from tests.limits import SetLimit

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def counting(build: Callable[..., Any]) -> tuple[Callable[..., Any], list[Any]]:
    """Return the function, and a list that grows each time it builds a query: twice for each shape."""
    built: list[Any] = []

    def noting(*arguments: Any) -> Any:
        built.append(arguments)
        return build(*arguments)

    return noting, built


def test_each_call_has_its_own_values_and_only_the_first_composes() -> None:
    def named(company: UUID, first_name: str) -> QuerySet[Candidate]:
        return Candidate.objects.filter(company=company, first_name=first_name).select_related("source").order_by("id")

    people = [CandidateFactory(company=CompanyFactory()) for _ in range(3)]
    build, built = counting(named)
    ask = compiled(build)

    for _ in range(2):
        for person in people:
            assert ask(person.company_id, person.first_name) == list(named(person.company_id, person.first_name))
            assert person in ask(person.company_id, person.first_name)
    assert ask(people[0].company_id, "Nobody") == []
    assert len(built) == 2


def test_each_shape_is_composed_for_itself() -> None:
    def seen(membership: Membership, state: Application.State | None, ids: tuple[UUID, ...]) -> QuerySet[Application]:
        rows = Application.objects.visible_to(membership).filter(id__in=ids).order_by("id")
        return rows if state is None else rows.filter(state=state)

    job = JobFactory(company=CompanyFactory())
    rows = ApplicationFactory.create_batch(3, job=job, company=job.company)
    elsewhere = ApplicationFactory(job=JobFactory(company=job.company, process=job.process), company=job.company)
    everybody, one_job = staffing(job.company), MembershipFactory(company=job.company, role="standard")
    HiringTeamMemberFactory(job=job, membership=one_job, company=job.company)
    ids = tuple(row.id for row in (*rows, elsewhere))
    build, built = counting(seen)
    ask = compiled(build)

    assert ask(everybody, None, ids) == [*rows, elsewhere]
    assert ask(one_job, None, ids) == rows
    assert ask(one_job, None, ids[:3]) == rows
    assert ask(everybody, None, ids[:1]) == rows[:1]
    assert ask(everybody, None, ()) == ask(everybody, None, ()) == []
    assert ask(everybody, Application.State.LEAD, ids) == []
    assert len(built) == 7  # of no ids nothing is built again


def test_a_key_that_is_none_is_another_shape() -> None:
    build, built = counting(lambda row: Application.objects.filter(stage=row.stage_id, job=row.job_id))
    ask = compiled(build)
    job = JobFactory(company=CompanyFactory())
    active = ApplicationFactory(job=job, company=job.company)
    lead = ApplicationFactory(job=job, company=job.company, state="lead", stage=None)

    assert (ask(active), ask(lead), ask(active)) == ([active], [lead], [active])
    assert len(built) == 4


def test_an_instant_may_go_in_earlier_or_later() -> None:
    ask = compiled(
        lambda now: Candidate.objects.filter(created_at__lt=now + timedelta(hours=1), created_at__gt=now - timedelta(1))
    )
    person, now = CandidateFactory(company=CompanyFactory()), clock.now()

    assert ask(now) == [person]
    assert ask(now + timedelta(days=2)) == ask(now - timedelta(days=2)) == []


@pytest.mark.parametrize(
    ("build", "argument", "sentence"),
    [
        (lambda name: Candidate.objects.filter(first_name=name.upper()), "Ann", "does not go into its query"),
        (lambda name: Candidate.objects.filter(email_key=name), "Ann", "does not go into its query"),
        (lambda key: Candidate.objects.filter(first_name=str(key)), UUID(int=7), "does not go into its query"),
        (
            lambda now: Candidate.objects.filter(created_at__gte=now.replace(hour=0)),
            clock.now(),
            "does not go into its",
        ),
        (lambda keys: Candidate.objects.filter(pk=keys[0]), (UUID(int=7),), "does not go into its query"),
        (lambda now: Candidate.objects.filter(created_at__date=now.date()), clock.now(), "keep a date for ever"),
        (lambda _name: Candidate.objects.filter(created_at__lt=clock.now()), None, "keep a date for ever"),
        (lambda names: Candidate.objects.filter(first_name__in=names), ["Ann"], "neither a value nor a shape"),
    ],
)
def test_what_would_go_wrong_later_is_refused_at_once(build: Any, argument: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        compiled(build)(argument)


def test_an_argument_by_name_is_refused_and_not_left_out() -> None:
    def named(company: UUID, only: bool = False) -> QuerySet[Candidate]:
        rows = Candidate.objects.filter(company=company)
        return rows.none() if only else rows

    with pytest.raises(TypeError, match="by place"):
        compiled(named)(UUID(int=7), only=True)


def test_a_query_cannot_depend_on_a_field_that_is_no_part_of_the_shape() -> None:
    with pytest.raises(Job.DoesNotExist):
        compiled(lambda job: Candidate.objects.filter(first_name=job.title))(JobFactory(company=CompanyFactory()))


def test_counts_are_composed_once_and_stop_at_their_limit(set_limit: SetLimit) -> None:
    def counted(company: UUID) -> dict[str, QuerySet[Any]]:
        mine = Candidate.objects.filter(company=company)
        return {"all": mine, "none": mine.none(), "ann": mine.filter(first_name="Ann")}

    build, built = counting(counted)
    set_limit(pagination, "COUNT_TO", 2)
    ask = pagination.compiled_counts(build)
    companies = CompanyFactory.create_batch(2)
    CandidateFactory.create_batch(3, first_name="Bob", company=companies[0])
    CandidateFactory(first_name="Ann", company=companies[0])

    for company in companies:
        assert ask(company.pk) == pagination.bounded_counts(counted(company.pk))
    assert ask(companies[0].pk) == {"all": 2, "none": 0, "ann": 1}
    assert len(built) == 2
    assert pagination.compiled_counts(lambda _company: {"none": Candidate.objects.filter(Q(pk__in=[]))})(None) == {}
