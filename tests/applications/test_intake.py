"""People whom an integration brings: who is recognized, what is never touched, and what a batch costs."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.applications import intake, services
from recruiting.applications.intake import Outcome, Received, receive_leads
from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate, CandidateTag, Source, Tag
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Company
from recruiting.foundation.errors import Conflict, NotFound, RecruitingError
from recruiting.jobs.models import Job
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines

ADDED, KNOWN, SKIPPED = Outcome.ADDED, Outcome.KNOWN, Outcome.SKIPPED
LABEL = "Acme's prospects"


@pytest.fixture
def company(db: None) -> Company:
    return factories.CompanyFactory()


@pytest.fixture
def source(company: Company) -> Source:
    return factories.SourceFactory(company=company, name="Acme")


@pytest.fixture
def job(company: Company) -> Job:
    return factories.JobFactory(company=company, title="Senior Buyer")


def person(email: str, first: str = "Ada", last: str = "Lovelace", phone: str = "") -> CandidateDetails:
    return CandidateDetails(first_name=first, last_name=last, email=email, phone=phone)


def receive(source: Source, *people: CandidateDetails, **more: Any) -> list[Received]:
    return receive_leads(company=source.company, people=people, source=source, label=LABEL, **more)


def outcomes(received: list[Received]) -> list[Outcome]:
    return [one.outcome for one in received]


# ── Who is new ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_somebody_new_becomes_a_lead_with_source_and_tags(source: Source, job: Job) -> None:
    tag = factories.TagFactory(company=source.company, name="prospect")
    dana = factories.administrator(source.company)

    (one,) = receive(source, person(" Ada@Example.com ", phone="+1 555 0100"), jobs=[job], tags=[tag], by=dana)

    ada = Candidate.objects.get()
    assert one == Received(ADDED, ada.pk)
    assert (ada.name, ada.email, ada.phone, ada.source) == ("Ada Lovelace", "ada@example.com", "+1 555 0100", source)
    lead = Application.objects.get()
    assert (lead.candidate, lead.job, lead.state, lead.stage, lead.source) == (ada, job, "lead", None, source)
    assert list(ada.tags.all()) == [tag]
    entry = NewsfeedEntry.objects.get()
    assert (entry.application, entry.job, entry.candidate, entry.actor) == (lead, job, ada, dana)
    assert feed.plain(entry).sentence == "Added from Acme's prospects."
    assert services.convert_lead(application=lead, by=dana).state == "active"


def test_without_a_job_they_are_candidates_on_no_job(source: Source) -> None:
    (one,) = receive(source, person("ada@example.com"))

    entry = NewsfeedEntry.objects.get()
    assert (one.outcome, Application.objects.count()) == (ADDED, 0)
    assert (entry.candidate_id, entry.application, entry.job) == (one.candidate_id, None, None)


def test_on_several_jobs_there_is_one_person_with_a_lead_on_each_that_is_not_closed(source: Source) -> None:
    jobs = [factories.JobFactory(company=source.company, state=state) for state in ("open", "draft", "closed")]
    foreign = factories.JobFactory(company=factories.CompanyFactory())

    receive(source, person("ada@example.com"), jobs=[*jobs, foreign])

    assert Candidate.objects.count() == 1
    assert {lead.job for lead in Application.objects.all()} == set(jobs[:2])
    assert NewsfeedEntry.objects.count() == 2


# ── Who is recognized ────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_address_in_several_spellings_is_one_person(source: Source, job: Job) -> None:
    first = receive(source, person("ada@example.com"), person(" ADA@Example.COM\t", first="ADA"), jobs=[job])
    second = receive(source, person("Ada@example.com", first="Somebody", last="Else"), jobs=[job])

    assert outcomes(first + second) == [ADDED, KNOWN, KNOWN]
    assert {one.candidate_id for one in first + second} == {Candidate.objects.get().pk}
    assert Candidate.objects.get().name == "Ada Lovelace"
    assert (Application.objects.count(), NewsfeedEntry.objects.count()) == (1, 1)


def test_what_a_person_typed_stays_and_what_is_missing_is_added(source: Source, job: Job) -> None:
    theirs = Source.objects.get(company=source.company, name="LinkedIn")
    ada = factories.CandidateFactory(
        company=source.company, first_name="Ada", last_name="", email="ada@example.com", phone="", source=theirs
    )
    rejected = factories.ApplicationFactory(candidate=ada, job=job, source=theirs)
    services.reject(application=rejected, reason="Too far.", by=factories.administrator(source.company))
    other = factories.JobFactory(company=source.company)
    mine, new = (factories.TagFactory(company=source.company) for _ in range(2))
    factories.CandidateTagFactory(candidate=ada, tag=mine)

    (one,) = receive(source, person("ADA@example.com", "X", "Y", "+1 555 0100"), jobs=[job, other], tags=[mine, new])

    assert one == Received(KNOWN, ada.pk)
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name, ada.phone, ada.source) == ("Ada", "", "", theirs)
    rejected.refresh_from_db()
    assert (rejected.state, rejected.source) == ("rejected", theirs)
    lead = Application.objects.get(job=other)
    assert (lead.state, lead.source) == ("lead", source)
    assert set(ada.tags.all()) == {mine, new}
    assert list(
        NewsfeedEntry.objects.filter(verb="applications.lead_received").values_list("application", flat=True)
    ) == [lead.pk]


def test_a_second_time_nothing_changes(source: Source, job: Job) -> None:
    people = [person(f"p{number}@example.com") for number in range(5)]
    tag = factories.TagFactory(company=source.company)
    receive(source, *people, jobs=[job], tags=[tag])

    with changes_nothing():
        again = receive(source, *people, jobs=[job], tags=[tag])

    assert outcomes(again) == [KNOWN] * 5


def test_the_same_address_in_another_company_is_another_person(source: Source) -> None:
    factories.CandidateFactory(company=factories.CompanyFactory(), email="ada@example.com")

    (one,) = receive(source, person("ada@example.com"))

    assert one.outcome == ADDED
    assert Candidate.objects.count() == 2


# ── Who is left out ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("", intake.NO_EMAIL),
        (" \t\0", intake.NO_EMAIL),
        ("ada", intake.BAD_EMAIL),
        ("ada@", intake.BAD_EMAIL),
        ("a b@example.com", intake.BAD_EMAIL),
        (f"{'a' * 60}@{'b' * 200}.example.com", intake.BAD_EMAIL),
    ],
)
def test_without_a_usable_address_nobody_is_made(source: Source, job: Job, email: str, reason: str) -> None:
    with changes_nothing():
        received = receive(source, person(email), jobs=[job])

    assert received == [Received(SKIPPED, reason=reason)]


def test_texts_that_do_not_fit_are_made_to_fit(source: Source) -> None:
    odd = person("ada@example.com", first="A\0da\ud800 \n " + "x" * 100, last="", phone="1" * 41)

    receive(source, odd)

    ada = Candidate.objects.get()
    assert (ada.first_name, ada.last_name, ada.phone) == (("Ada " + "x" * 100)[:80], "", "")


def test_the_outcomes_have_the_order_of_the_people(source: Source) -> None:
    factories.CandidateFactory(company=source.company, email="known@example.com")

    received = receive(
        source, person("z@example.com"), person(""), person("known@example.com"), person("a@example.com")
    )

    assert outcomes(received) == [ADDED, SKIPPED, KNOWN, ADDED]
    assert Candidate.objects.get(pk=received[0].candidate_id).email == "z@example.com"


def test_more_than_a_batch_another_companys_source_and_a_deleted_one_are_refused(source: Source) -> None:
    with refuses(ValueError):
        receive(source, *[person("")] * (intake.BATCH + 1))
    foreign = factories.SourceFactory(company=factories.CompanyFactory())
    with refuses(NotFound):
        receive_leads(company=source.company, people=[person("a@example.com")], source=foreign, label=LABEL)
    gone = factories.SourceFactory(company=source.company)
    Source.objects.filter(pk=gone.pk).delete()
    with refuses(Conflict):
        receive(gone, person("a@example.com"))


def test_a_full_batch_takes_as_many_queries_as_a_few_people(source: Source) -> None:
    jobs = [factories.JobFactory(company=source.company) for _ in range(2)]
    tags = [factories.TagFactory(company=source.company) for _ in range(2)]

    def cost(count: int, domain: str) -> int:
        people = [person(f"p{number}@{domain}.example") for number in range(count)]
        with CaptureQueriesContext(connection) as taken:
            receive(source, *people, jobs=jobs, tags=tags)
        # SQLite splits an insertion of many rows; how often depends on its columns alone.
        return len([query for query in taken.captured_queries if not query["sql"].startswith("INSERT")])

    assert cost(intake.BATCH, "many") == cost(5, "few") <= 11


# ── Several at once (PostgreSQL) ─────────────────────────────────────────────────────────────────────────────────────
def at_once(*acts: Callable[[], Any]) -> list[Any]:
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


@pytest.mark.usefixtures("postgres", "transactional_db")
@pytest.mark.parametrize("attempt", range(5))
def test_batches_with_the_same_people_in_any_order_make_each_once(attempt: int) -> None:
    company = factories.CompanyFactory()
    source, job = factories.SourceFactory(company=company), factories.JobFactory(company=company)
    tag = factories.TagFactory(company=company)
    people = [person(f"p{number}@example.com") for number in range(60)]
    orders = (people, people[::-1], people[30:] + people[:30])

    received = at_once(*(lambda order=order: receive(source, *order, jobs=[job], tags=[tag]) for order in orders))

    assert sum(outcomes(one).count(ADDED) for one in received) == 60
    counted = [model.objects.count() for model in (Candidate, Application, CandidateTag, NewsfeedEntry)]
    assert counted == [60, 60, 60, 60]
    by_mail = [
        {one.email: got.candidate_id for one, got in zip(order, answers, strict=True)}
        for order, answers in zip(orders, received, strict=True)
    ]
    assert by_mail[0] == by_mail[1] == by_mail[2]


@pytest.mark.usefixtures("postgres", "transactional_db")
@pytest.mark.parametrize("attempt", range(5))
def test_a_person_added_by_hand_at_once_is_recognised_or_refused(attempt: int) -> None:
    company = factories.CompanyFactory()
    source, job = factories.SourceFactory(company=company), factories.JobFactory(company=company)
    kim = factories.staffing(company)
    people = [person(f"p{number}@example.com", first="Prospect") for number in range(50)]
    typed = person("p25@example.com", first="Typed")

    received, added = at_once(
        lambda: receive(source, *people, jobs=[job]),
        lambda: services.add_candidate(job=job, details=typed, by=kim),
    )

    refused = isinstance(added, Conflict)
    assert refused or isinstance(added, Application)
    assert received[25].outcome == (ADDED if refused else KNOWN)
    assert Candidate.objects.get(email="p25@example.com").first_name == ("Prospect" if refused else "Typed")
    assert (Candidate.objects.count(), Application.objects.count()) == (50, 50)


@pytest.mark.usefixtures("postgres", "transactional_db")
def test_somebody_who_waits_for_an_uncommitted_row_takes_it_once_it_is_there() -> None:
    company = factories.CompanyFactory()
    source = factories.SourceFactory(company=company)
    kim = factories.staffing(company)
    written, waiting = threading.Event(), threading.Event()

    def by_hand() -> Candidate:
        with transaction.atomic():
            made = candidates.create_candidate(details=person("ada@example.com", first="Typed"), by=kim)
            written.set()
            assert waiting.wait(timeout=10)
        return made

    def by_intake() -> list[Received]:
        assert written.wait(timeout=10)
        timer = threading.Timer(0.3, waiting.set)
        timer.start()
        return receive(source, person("ada@example.com"))

    made, (one,) = at_once(by_hand, by_intake)

    assert one == Received(KNOWN, made.pk)


def test_tags_of_any_spelling_are_found_before_new_ones_are_made(company: Company) -> None:
    dana = factories.administrator(company)
    here = factories.TagFactory(company=company, name="Prospect")

    found = candidates.tags_named(["PROSPECT", " new one ", "", "New One"], by=dana)

    assert found == [Tag.objects.get(name="New One"), here]
