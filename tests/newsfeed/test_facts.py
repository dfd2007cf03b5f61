"""What happens is told as a fact of a known kind, in ids, once, in its transaction."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from newsfeed import facts
from newsfeed.facts import Fact
from recruiting.applications import files, intake
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job, StageGroup
from tests import factories
from tests.api.conftest import calls_as
from tests.cases import undone
from tests.refusals import refuses
from tests.signing_in import signed_in

__all__ = ["calls_as"]

ADA = CandidateDetails(first_name="Ada", last_name="Byron", email="ada@example.com", phone="")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """Return the facts that were told, in order."""
    heard: list[Fact] = []
    monkeypatch.setattr(facts, "_listeners", [heard.extend])
    return heard


@pytest.fixture
def job(db: None) -> Job:
    """A job of a company."""
    return factories.JobFactory(company=factories.CompanyFactory())


@pytest.fixture
def by(job: Job) -> Membership:
    """An Administrator of it."""
    return factories.administrator(job.company)


def test_a_kind_of_fact_is_registered_once(db: None) -> None:
    kind = facts.fact("note.added", "A note was added", subject="note")

    assert kind in facts.all_kinds()
    with refuses(ValueError, r"Two kinds of facts are called note\.added"):
        facts.fact("note.added", "Another one")


def test_adding_somebody_tells_of_the_candidate_and_of_the_application(
    job: Job, by: Membership, told: list[Fact]
) -> None:
    application = applications.add_candidate(job=job, details=ADA, by=by)

    created, applied = told
    assert (created.kind.name, applied.kind.name) == ("candidate.created", "application.created")
    assert (created.candidate_id, created.application_id, created.actor_id) == (application.candidate_id, None, by.pk)
    assert (applied.application_id, applied.job_id, applied.candidate_id, applied.company_id) == (
        application.pk,
        job.pk,
        application.candidate_id,
        job.company_id,
    )


def test_a_move_tells_the_transition_and_both_steps(job: Job, by: Membership, told: list[Fact]) -> None:
    application = factories.ApplicationFactory(job=job)
    start, offer = application.stage, factories.stage_of(job, StageGroup.OFFER)

    transition = applications.move(application=application, to=offer, seen=start.pk, by=by)
    assert transition is not None
    back = applications.undo_move(transition=transition, by=by)

    assert [(fact.kind.name, fact.ids) for fact in told] == [
        ("application.moved", {"transition": transition.pk, "from_stage": start.pk, "to_stage": offer.pk}),
        ("application.moved", {"transition": back.pk, "from_stage": offer.pk, "to_stage": start.pk}),
    ]


def test_what_nobody_changed_is_not_told(job: Job, by: Membership, told: list[Fact]) -> None:
    application = factories.ApplicationFactory(job=job)

    applications.move(application=application, to=application.stage, seen=application.stage_id, by=by)
    applications.reopen(application=application, by=by)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        applications.reject(application=application, reason="No", by=by)
        raise ZeroDivisionError

    # The last one was told in a transaction that did not stand: what listeners wrote went with it.
    assert [fact.kind.name for fact in told] == ["application.rejected"]


def _hire(application: Application, by: Membership) -> dict[str, Any]:
    hired = factories.stage_of(application.job, StageGroup.HIRED)
    before = application.stage_id
    transition = applications.move(application=application, to=hired, seen=before, by=by)
    assert transition is not None
    return {"transition": transition.pk, "from_stage": before, "to_stage": hired.pk}


def _reject(application: Application, by: Membership) -> None:
    applications.reject(application=application, reason="No", by=by)


def _withdraw(application: Application, by: Membership) -> None:
    applications.withdraw(application=application, reason="No", by=by)


def _reopen(application: Application, by: Membership) -> None:
    application.write(state=Application.State.REJECTED)
    applications.reopen(application=application, by=by)


def _convert(application: Application, by: Membership) -> None:
    applications.convert_lead(application=factories.lead(company=application.company, job=application.job), by=by)


def _note(application: Application, by: Membership) -> dict[str, Any]:
    return {"note": applications.write_note(application=application, body="Well", by=by).pk}


def _received_file(application: Application, by: Membership) -> dict[str, Any]:
    with transaction.atomic():
        kept = files.receive_file(application=application, content=b"Report.\n", name="report.txt", max_bytes=100)
    return {"file": kept.pk}


def _details(application: Application, by: Membership) -> None:
    candidates.edit_details(candidate=application.candidate, details=ADA, by=by)


def _tag(application: Application, by: Membership) -> None:
    candidates.add_tag(candidate=application.candidate, name="Remote", by=by)


def _owner(application: Application, by: Membership) -> None:
    candidates.set_owner(candidate=application.candidate, owner=by, by=by)


def _close(application: Application, by: Membership) -> None:
    jobs.close_job(job=application.job, by=by)


def _open(application: Application, by: Membership) -> None:
    application.job.write(state=Job.State.DRAFT)
    jobs.open_job(job=application.job, by=by)


ACTS: list[tuple[str, Callable[[Application, Membership], dict[str, Any] | None]]] = [
    ("application.hired", _hire),
    ("application.rejected", _reject),
    ("application.withdrawn", _withdraw),
    ("application.reopened", _reopen),
    ("lead.converted", _convert),
    ("note.added", _note),
    ("file.added", _received_file),
    ("candidate.changed", _details),
    ("candidate.changed", _tag),
    ("candidate.changed", _owner),
    ("job.closed", _close),
    ("job.opened", _open),
]


@pytest.mark.parametrize(("name", "act"), ACTS, ids=[act.__name__ for _, act in ACTS])
def test_each_act_tells_one_fact(
    job: Job, by: Membership, told: list[Fact], name: str, act: Callable[..., dict[str, Any] | None]
) -> None:
    application = factories.ApplicationFactory(job=job)

    ids = act(application, by)

    assert [(fact.kind.name, dict(fact.ids)) for fact in told] == [(name, ids or {})]
    assert told[0].company_id == job.company_id


def test_people_from_an_integration_are_told_like_others(job: Job, by: Membership, told: list[Fact]) -> None:
    source = factories.SourceFactory(company=job.company)
    ben = CandidateDetails(first_name="Ben", last_name="", email="ben@example.com", phone="")

    intake.receive_leads(company=job.company, people=[ADA, ben], source=source, jobs=[job], label="Acme")

    assert [fact.kind.name for fact in told] == ["candidate.created"] * 2 + ["application.created"] * 2
    assert {fact.actor_id for fact in told} == {None}


def test_tags_that_an_integration_gives_to_people_who_are_here_are_told(
    job: Job, by: Membership, told: list[Fact]
) -> None:
    here = factories.CandidateFactory(company=job.company, email=ADA.email)
    given = {
        "company": job.company,
        "source": factories.SourceFactory(company=job.company),
        "tags": candidates.tags_named(["Pool"], by=by),
        "label": "Acme",
    }

    intake.receive_leads(people=[ADA], **given)
    intake.receive_leads(people=[ADA], **given)

    assert [(fact.kind.name, fact.candidate_id) for fact in told] == [("candidate.changed", here.pk)]


def test_every_way_onto_a_job_is_told_once(
    job: Job, by: Membership, told: list[Fact], calls_as: Callable[..., Any]
) -> None:
    browser, calls, here = signed_in(by), calls_as(by), factories.CandidateFactory(company=job.company)
    new = {"email": "new@example.com", "job": str(job.pk)}
    on_job = {"candidate": str(here.pk), "job": str(job.pk)}
    source = factories.SourceFactory(company=job.company)
    intaken = {"company": job.company, "source": source, "jobs": [job], "label": "Acme"}
    ways: dict[str, Callable[[], Any]] = {
        "prospect": lambda: calls.post("prospects/", new),
        "intake, new": lambda: intake.receive_leads(people=[ADA], **intaken),
        "intake, here": lambda: intake.receive_leads(people=[CandidateDetails(email=here.email)], **intaken),
    }
    for kind in ("applied", "lead"):
        lead, form = kind == "lead", {"kind": kind, "job": str(job.pk), "source": str(source.pk)}
        ways |= {
            f"page, new {kind}": partial(browser.post, "/candidates/add/", {**form, "email": "new@example.com"}),
            f"page, known {kind}": partial(browser.post, "/candidates/add/", {**form, "add_to": here.pk}),
            f"page, {kind}": partial(browser.post, f"/candidates/{here.pk}/add-to-job/", form),
            f"API, new {kind}": partial(calls.post, "candidates/", {**new, "as_lead": lead}),
            f"API, {kind}": partial(calls.post, "applications/", {**on_job, "as_lead": lead}),
        }

    for name, come in ways.items():
        with undone(name):
            told.clear()

            come()

            made = Application.objects.get()
            assert [fact.application_id for fact in told if fact.kind.name == "application.created"] == [made.pk]
