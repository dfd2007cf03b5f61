"""Long work: slices, what survives a kill, stopping, undoing, and who sees it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.outbox.models import OutboxMessage
from recruiting.runs import kinds, services
from recruiting.runs.kinds import Kind, each_row
from recruiting.runs.models import Run, RunRow
from tests import factories
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def renamed(run: Run, until: float) -> bool:
    """Give each person a new last name, and keep the old one."""

    def act(row: RunRow) -> str:
        person = Candidate.objects.get(pk=row.subject_id)
        if person.last_name == "Refused":
            raise Conflict("This name stays.")
        row.before = {"last_name": person.last_name}
        person.write(last_name=run.params["name"])
        return "Renamed."

    return each_row(run, until, act)


def named_back(run: Run, until: float) -> bool:
    def act(row: RunRow) -> str:
        Candidate.objects.get(pk=row.subject_id).write(last_name=row.before["last_name"])
        return ""

    return each_row(run, until, act)


RENAME = Kind("tests.rename", "Rename", renamed, ended=lambda run: f"{run.done_count} renamed.", undo=named_back)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    kinds.register(RENAME)
    yield
    kinds._kinds.pop(RENAME.name)


@pytest.fixture
def member() -> Membership:
    return factories.MembershipFactory(company=factories.CompanyFactory(), role=CompanyRole.STAFFING)


def people(member: Membership, *names: str) -> list[UUID]:
    return [factories.CandidateFactory(company=member.company, last_name=name).pk for name in names]


def begun(member: Membership, keys: Any) -> Run:
    return services.start(kind=RENAME, title="Rename them", by=member, params={"name": "New"}, subjects=keys)


def slice_of(run: Run) -> None:
    """Do what the message that waits says."""
    message = OutboxMessage.objects.filter(topic="runs.work", state="waiting").earliest("id")
    message.state = "done"
    message.finished_at = message.created_at
    message.save()
    services.work.run(services.Attempt.of(message))
    run.refresh_from_db()


def last_names(keys: list[UUID]) -> list[str]:
    named = dict(Candidate.objects.filter(pk__in=keys).values_list("pk", "last_name"))
    return [named[key] for key in keys]


@pytest.mark.both_engines
def test_rows_are_frozen_in_order_and_each_is_done_or_says_why_not(member: Membership) -> None:
    keys = people(member, "A", "Refused", "C")

    run = begun(member, Candidate.objects.for_company(member.company).order_by("-id"))
    people(member, "Later")
    slice_of(run)

    assert list(run.rows.order_by("position").values_list("subject_id", "outcome", "sentence")) == [
        (keys[2], "done", "Renamed."), (keys[1], "skipped", "This name stays."), (keys[0], "done", "Renamed."),
    ]  # fmt: skip
    assert (run.state, run.total, run.done_count, run.skipped_count) == ("done", 3, 2, 1)
    assert (run.sentence, run.finished_at is not None) == ("2 renamed.", True)


def test_a_slice_ends_in_time_and_the_next_goes_on(member: Membership, settings: Any) -> None:
    keys = people(member, "A", "B")
    run = begun(member, keys)
    settings.RUN_SLICE_SECONDS = 0

    slice_of(run)
    assert (run.state, last_names(keys)) == ("running", ["A", "B"])

    settings.RUN_SLICE_SECONDS = 5
    slice_of(run)
    assert (run.state, last_names(keys)) == ("done", ["New", "New"])


def test_what_is_due_has_its_turn_between_two_slices(member: Membership, settings: Any) -> None:
    from recruiting.foundation import clock
    from recruiting.outbox import messages, tasks

    run = begun(member, people(member, "A"))
    tasks.write(OutboxMessage(topic="vendor.call", ordering_key="vendor"))
    settings.RUN_SLICE_SECONDS = 0

    slice_of(run)

    claimed = messages.claim(now=clock.machine_now(), lease_seconds=60)
    assert claimed is not None and claimed.topic == "vendor.call"


def test_no_second_slice_is_claimed_while_one_is_worked_on(member: Membership) -> None:
    from recruiting.foundation import clock
    from recruiting.outbox import messages

    begun(member, people(member, "A"))
    begun(
        factories.MembershipFactory(company=factories.CompanyFactory(), role=CompanyRole.STAFFING), people(member, "B")
    )

    first = messages.claim(now=clock.machine_now(), lease_seconds=60)

    assert first is not None
    assert messages.claim(now=clock.machine_now(), lease_seconds=60) is None


def test_a_worker_that_dies_in_a_slice_leaves_what_it_did_and_nothing_is_done_twice(
    member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = people(member, "A", "B", "C")
    run = begun(member, keys)
    do: Callable[..., None] = kinds._do
    calls = []

    def dying(key: int, act: Any) -> None:
        calls.append(key)
        if len(calls) == 2:
            raise SystemExit
        do(key, act)

    monkeypatch.setattr(kinds, "_do", dying)
    message = OutboxMessage.objects.get(topic="runs.work")
    with pytest.raises(SystemExit):
        services.work.run(services.Attempt.of(message))
    assert last_names(keys) == ["New", "B", "C"]

    slice_of(run)

    assert last_names(keys) == ["New", "New", "New"]
    assert list(run.rows.order_by("position").values_list("before", flat=True)) == [
        {"last_name": "A"}, {"last_name": "B"}, {"last_name": "C"},
    ]  # fmt: skip


def test_a_slice_that_breaks_is_tried_again_and_fails_the_third_time(
    member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun(member, people(member, "A"))
    monkeypatch.setattr(kinds, "_do", lambda key, act: 1 / 0)

    states = []
    for _ in range(3):
        slice_of(run)
        states.append(run.state)

    assert states == ["running", "running", "failed"]
    assert run.sentence.startswith("Something broke on our side")
    assert not OutboxMessage.objects.filter(topic="runs.work", state="waiting").exists()


def test_what_was_done_is_taken_back_once_within_half_an_hour(member: Membership, time_machine: Any) -> None:
    keys = people(member, "A", "Refused", "C")
    run = begun(member, keys)
    slice_of(run)
    back = services.undo(run=run, by=member)
    slice_of(back)

    assert last_names(keys) == ["A", "Refused", "C"]
    assert (back.state, back.total, back.done_count) == ("done", 2, 2)
    with pytest.raises(Conflict):
        services.undo(run=run, by=member)
    with pytest.raises(Conflict):
        services.undo(run=back, by=member)


def test_later_than_half_an_hour_nothing_is_undone(member: Membership) -> None:
    run = begun(member, people(member, "A"))
    slice_of(run)
    assert run.finished_at is not None
    run.write(finished_at=run.finished_at - timedelta(minutes=31))

    with pytest.raises(Conflict):
        services.undo(run=run, by=member)


def test_stopping_keeps_what_was_done(member: Membership, settings: Any) -> None:
    keys = people(member, "A")
    run = begun(member, keys)
    settings.RUN_SLICE_SECONDS = 0
    slice_of(run)

    services.stop(run=run, by=member)
    slice_of(run)

    assert (run.state, last_names(keys)) == ("stopped", ["A"])
    assert run.sentence == f"Stopped by {member.name}."


def test_nobody_goes_on_for_a_member_without_access(member: Membership) -> None:
    keys = people(member, "A")
    run = begun(member, keys)
    member.write(is_active=False)

    slice_of(run)

    assert (run.state, run.sentence, last_names(keys)) == ("failed", services.NO_ACCESS, ["A"])


def test_a_run_is_seen_by_whom_it_belongs_to_and_by_administrators(member: Membership) -> None:
    run = begun(member, people(member, "A"))
    colleague = factories.MembershipFactory(company=member.company, role=CompanyRole.STAFFING)
    stranger = factories.administrator(factories.CompanyFactory())

    seen = {
        reader: signed_in(reader).get(f"/progress/{run.pk}/").status_code
        for reader in (member, factories.administrator(member.company), colleague, stranger)
    }

    assert list(seen.values()) == [200, 200, 404, 404]
    with pytest.raises(NotFound):
        services.stop(run=run, by=colleague)


def test_home_tells_of_what_has_ended_until_it_is_looked_at(member: Membership) -> None:
    run = begun(member, people(member, "A", "Refused"))
    client: Client = signed_in(member)
    assert "Rename them" not in client.get("/").content.decode()
    slice_of(run)

    assert "Rename them: done" in client.get("/").content.decode()
    page = client.get(f"/progress/{run.pk}/").content.decode()

    assert "1 of 2 done, 1 skipped" in page
    assert "Undo all" in page
    assert "Somebody you do not see" in page  # the kind names nobody
    assert "Rename them" not in client.get("/").content.decode()


def test_quiet_work_reaches_neither_programs_nor_automations(member: Membership) -> None:
    from newsfeed import facts
    from recruiting import events
    from recruiting.foundation.quiet import quietly

    told: list[object] = []
    always: list[object] = []
    events.subscribe(events.ApplicationMoved, told.append)
    events.subscribe(events.FileStored, always.append, when_quiet=True)
    facts.listen(told.extend)
    kind = facts.fact("tests.quiet", "Tested")
    moved = events.ApplicationMoved(
        company_id=member.company_id,
        application_id=Application().pk,
        transition_id=member.pk,
        to_stage_id=member.pk,
    )
    try:
        with quietly():
            events.publish(moved)
            events.publish(events.FileStored(company_id=member.company_id, attachment_id=member.pk))
            facts.publish([facts.Fact(kind, company_id=member.company_id)])
        assert (len(told), len(always)) == (0, 1)

        facts.publish([facts.Fact(kind, company_id=member.company_id)])
        assert len(told) == 1
    finally:
        events._subscribers[events.ApplicationMoved].remove(told.append)
        events._subscribers[events.FileStored].remove(always.append)
        events._always.discard(always.append)
        facts._listeners.remove(told.extend)
        facts._kinds.pop("tests.quiet")


def test_rows_are_worked_on_until_the_time_is_over(member: Membership) -> None:
    run = begun(member, people(member, "A", "B"))

    assert each_row(run, time.monotonic() - 1, lambda row: "") is False
    assert each_row(run, time.monotonic() + 5, lambda row: "") is True
