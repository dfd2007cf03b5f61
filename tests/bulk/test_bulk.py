"""Acts on many: who is in a selection, what becomes of each, and undoing as one act."""

from typing import Any

import pytest
from django.http import HttpResponse

from recruiting.applications import services
from recruiting.applications.models import Application
from recruiting.bulk.acts import KINDS
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Job, Stage, StageGroup
from recruiting.runs import services as runs
from recruiting.runs.models import Run
from tests import factories
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), state="open")


@pytest.fixture
def member(job: Job) -> Membership:
    return factories.staffing(job.company)


def applied(job: Job, count: int = 2) -> list[Application]:
    return [factories.ApplicationFactory(job=job) for _ in range(count)]


def send(by: Membership, act: str, **data: Any) -> HttpResponse:
    """Press a button of the bar and confirm."""
    answer: Any = signed_in(by).post(f"/candidates/selected/{act}/", {"confirmed": "1", **data})
    return answer


def chosen(job: Job, applications: list[Application]) -> dict[str, Any]:
    return {"rows": "applications", "job": job.pk, "chosen": [each.pk for each in applications]}


def states(applications: list[Application]) -> list[str]:
    now = dict(Application.objects.filter(pk__in=[each.pk for each in applications]).values_list("pk", "state"))
    return [now[each.pk] for each in applications]


def undone(run: Run, by: Membership) -> Run:
    signed_in(by).post(f"/progress/{run.pk}/undo/")
    back = Run.objects.get(undoes=run)
    return runs.work_now(back, until=float("inf"))


def test_those_who_are_ticked_are_rejected_for_one_reason_and_brought_back_together(
    job: Job, member: Membership
) -> None:
    several, other = applied(job, 3), factories.ApplicationFactory(job=job)

    answer = send(member, "reject", **chosen(job, several), reason="Skills", next=f"/jobs/{job.pk}/")

    assert (answer.status_code, answer["Location"]) == (303, f"/jobs/{job.pk}/")
    assert (states(several), states([other])) == (["rejected"] * 3, ["active"])
    run = Run.objects.get()
    assert (run.title, run.state, run.done_count) == ("Reject 3 candidates", "done", 3)
    several[0].refresh_from_db()
    candidates.add_tag(candidate=several[1].candidate, name="later", by=member)  # is about the person
    several[2].refresh_from_db()
    services.reopen(application=several[2], by=member)

    back = undone(run, member)

    assert states(several) == ["active"] * 3
    assert (back.done_count, back.skipped_count) == (2, 1)
    assert "was changed since" in back.rows.get(outcome="skipped").sentence


def test_before_it_begins_one_is_asked_and_told_how_many(job: Job, member: Membership) -> None:
    several = applied(job)

    page = signed_in(member).post("/candidates/selected/reject/", chosen(job, several)).content.decode()
    wrong = send(member, "reject", **chosen(job, several), reason=" ")

    assert "Reject 2 candidates?" in page
    assert "Confirm 2" in page
    assert wrong.status_code == 422
    assert "Give a reason." in wrong.content.decode()
    assert states(several) == ["active", "active"]
    assert not Run.objects.exists()


def test_with_nobody_ticked_nothing_is_done(job: Job, member: Membership) -> None:
    assert send(member, "reject", rows="applications", job=job.pk, reason="x").status_code == 303
    assert not Run.objects.exists()


def test_who_was_moved_since_the_selection_was_confirmed_stays_and_is_named(job: Job, member: Membership) -> None:
    first, second = applied(job)
    offer = factories.stage_of(job, StageGroup.OFFER)
    send(member, "move", **chosen(job, [first]), stage=offer.pk)
    assert Run.objects.get().done_count == 1
    first.refresh_from_db()
    assert first.stage == offer

    run = runs.start(kind=KINDS["move"], title="Move", by=member, params={"stage": str(offer.pk)}, subjects=[second.pk])
    run.rows.update(before={"stage": str(second.stage_id)})
    interview = factories.stage_of(job, StageGroup.INTERVIEW)
    services.move(application=second, to=interview, seen=second.stage_id, by=member)
    run = runs.work_now(run, until=float("inf"))

    second.refresh_from_db()
    assert (second.stage, run.skipped_count) == (interview, 1)
    assert interview.name in run.rows.get().sentence


@pytest.mark.both_engines
def test_everybody_who_matches_is_frozen_as_the_list_finds_them(job: Job, member: Membership) -> None:
    several = applied(job, 3)
    services.reject(application=several[0], reason="x", by=member)
    offer = factories.stage_of(job, StageGroup.OFFER)

    send(member, "move", rows="applications", job=job.pk, everybody="1", query="view=list", stage=offer.pk)

    run = Run.objects.get()
    assert (run.total, run.done_count) == (2, 2)
    assert set(run.rows.values_list("subject_id", flat=True)) == {several[1].pk, several[2].pk}
    assert {each.stage for each in Application.objects.filter(job=job, state="active")} == {offer}
    back = undone(run, member)
    first = min(Stage.objects.filter(process=job.process), key=lambda stage: stage.order)
    assert back.done_count == 2
    assert {each.stage for each in Application.objects.filter(job=job, state="active")} == {first}


def test_people_get_a_tag_and_lose_it_again_but_who_had_it(job: Job, member: Membership) -> None:
    people = [each.candidate for each in applied(job)]
    candidates.add_tag(candidate=people[0], name="fast", by=member)

    send(member, "tag", rows="people", chosen=[each.pk for each in people], tag="Fast")
    tagged = {each.pk: each.tags.count() for each in people}
    undone(Run.objects.get(), member)

    assert list(tagged.values()) == [1, 1]
    assert [each.tags.count() for each in people] == [1, 0]


def test_an_owner_is_set_and_the_one_before_comes_back(job: Job, member: Membership) -> None:
    people = [each.candidate for each in applied(job)]
    before = factories.staffing(job.company)
    Candidate.objects.filter(pk=people[0].pk).update(owner=before)
    Candidate.objects.filter(pk=people[1].pk).update(owner=None)

    send(member, "owner", rows="people", chosen=[each.pk for each in people], owner=member.pk)
    assert {each.owner_id for each in Candidate.objects.filter(pk__in=[p.pk for p in people])} == {member.pk}
    undone(Run.objects.get(), member)

    owners = dict(Candidate.objects.filter(pk__in=[p.pk for p in people]).values_list("pk", "owner"))
    assert [owners[person.pk] for person in people] == [before.pk, None]


def test_people_come_onto_another_job_and_are_taken_off_unless_something_happened(job: Job, member: Membership) -> None:
    people = [each.candidate for each in applied(job)]
    other = factories.JobFactory(company=job.company, process=job.process, state="open")

    send(member, "add", rows="people", chosen=[p.pk for p in people], **{"add-job": other.pk, "add-kind": "applied"})
    made = Application.objects.filter(job=other)
    assert made.count() == 2
    services.write_note(application=made.get(candidate=people[0]), body="Good.", by=member)
    back = undone(Run.objects.get(), member)

    assert (back.done_count, back.skipped_count) == (1, 1)
    assert [each.candidate for each in Application.objects.filter(job=other)] == [people[0]]


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE])
def test_who_may_not_move_is_offered_no_act_and_can_begin_none(job: Job, role: JobRole) -> None:
    several, reader = applied(job), factories.on_team(job, role)
    client = signed_in(reader)

    assert 'name="chosen"' not in client.get(f"/jobs/{job.pk}/?view=list").content.decode()
    assert send(reader, "reject", **chosen(job, several), reason="x").status_code == 404
    assert states(several) == ["active", "active"]


def test_nobody_is_in_a_selection_whom_the_member_does_not_see(job: Job, member: Membership) -> None:
    recruiter = factories.on_team(job)
    unseen = applied(factories.JobFactory(company=job.company))
    foreign = applied(factories.JobFactory(company=factories.CompanyFactory()))
    mine = applied(job, 1)
    people = [each.candidate_id for each in (*mine, *unseen, *foreign)]

    send(recruiter, "tag", rows="people", chosen=people, tag="ours")
    send(recruiter, "tag", rows="people", everybody="1", query="", tag="all")

    assert [run.total for run in Run.objects.order_by("id")] == [1, 1]
    assert not any(each.candidate.tags.exists() for each in (*unseen, *foreign))
    assert mine[0].candidate.tags.count() == 2


def test_a_standard_member_changes_only_whom_their_roles_let_them(job: Job) -> None:
    member = factories.on_team(job)
    assert member.role == CompanyRole.STANDARD
    watched = factories.JobFactory(company=job.company)
    factories.HiringTeamMemberFactory(job=watched, membership=member, role=JobRole.INTERVIEWER)
    mine, seen = applied(job, 1), applied(watched, 1)

    send(member, "tag", rows="people", chosen=[mine[0].candidate_id, seen[0].candidate_id], tag="mine")

    run = Run.objects.get()
    assert (run.done_count, run.skipped_count) == (1, 1)
    assert "do not let you change" in run.rows.get(outcome="skipped").sentence


def test_more_than_fifty_are_long_work(job: Job, member: Membership) -> None:
    several = applied(job, 51)

    answer = send(member, "reject", **chosen(job, several), reason="x")

    run = Run.objects.get()
    assert answer["Location"] == f"/progress/{run.pk}/"
    assert (run.state, run.total) == ("waiting", 51)
    assert set(states(several)) == {"active"}


def test_rejecting_says_how_many_nobody_has_looked_at(job: Job, member: Membership) -> None:
    from tests.careers.factories import PostingFactory, SubmissionFactory

    several = applied(job)
    SubmissionFactory(posting=PostingFactory(job=job), state="taken", application=several[0])

    page = signed_in(member).post("/candidates/selected/reject/", chosen(job, several)).content.decode()

    assert "1 of 2 has been looked at by nobody yet." in " ".join(page.split())


def test_a_standard_member_is_offered_colleagues_and_who_sees_all_as_owners(job: Job, member: Membership) -> None:
    recruiter, stranger = factories.on_team(job), factories.MembershipFactory(company=job.company)
    someone = applied(job, 1)[0].candidate_id

    page = signed_in(recruiter).post("/candidates/selected/owner/", {"rows": "people", "chosen": someone})

    offered = page.content.decode()
    assert [str(each.pk) in offered for each in (recruiter, member, stranger)] == [True, True, False]
