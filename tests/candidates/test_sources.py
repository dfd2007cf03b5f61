"""Custom candidate sources: what Administrators change, and that what is refused leaves no trace."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from recruiting.candidates import services, sources
from recruiting.candidates.models import Candidate, Source, SourceType
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound, RecruitingError
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines


@pytest.fixture
def company(db: None) -> Company:
    return factories.CompanyFactory()


@pytest.fixture
def dana(company: Company) -> Membership:
    return factories.administrator(company)


@pytest.fixture
def linkedin(company: Company) -> Source:
    return Source.objects.get(company=company, name="LinkedIn")


# ── Add ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_source_of_a_type_that_is_here_is_added_to_it(company: Company, dana: Membership) -> None:
    made = sources.create(type_name=" job  BOARD ", name="  Monster  US ", by=dana)

    assert (made.type.name, made.name, made.is_active, made.company) == ("Job board", "Monster US", True, company)
    assert SourceType.objects.filter(company=company).count() == 4


def test_a_new_type_is_made_with_its_first_source(company: Company, dana: Membership) -> None:
    made = sources.create(type_name="Partner", name="Crossroads", by=dana)

    assert (made.type.name, made.type.company) == ("Partner", company)


@pytest.mark.parametrize("name", ["LinkedIn", "linkedin", " LINKEDIN "])
def test_the_same_source_of_a_type_is_refused(dana: Membership, linkedin: Source, name: str) -> None:
    with refuses(InvalidInput) as caught:
        sources.create(type_name="Job board", name=name, by=dana)

    assert caught.value.fields == {"name": "LinkedIn already exists."}


def test_the_same_name_under_another_type_is_another_source(dana: Membership, linkedin: Source) -> None:
    other = sources.create(type_name="Social network", name="LinkedIn", by=dana)

    assert other.pk != linkedin.pk


@pytest.mark.parametrize(
    ("type_name", "name", "refused"),
    [
        ("", "X", {"type": "Choose a type, or type a new one."}),
        ("Job board", " \0 ", {"name": "Enter a name."}),
        ("T" * 61, "X", {"type": "Use 60 characters at most; this has 61."}),
        ("Job board", "N" * 81, {"name": "Use 80 characters at most; this has 81."}),
    ],
)
def test_names_that_cannot_be_are_refused(dana: Membership, type_name: str, name: str, refused: dict[str, str]) -> None:
    with refuses(InvalidInput) as caught:
        sources.create(type_name=type_name, name=name, by=dana)

    assert caught.value.fields == refused


# ── Rename, activate, delete ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_renamed_source_keeps_its_candidates(dana: Membership, linkedin: Source) -> None:
    ada = factories.CandidateFactory(company=linkedin.company, source=linkedin)

    sources.rename(source=linkedin, name="LinkedIn Jobs", by=dana)

    ada.refresh_from_db()
    assert str(ada.source) == "LinkedIn Jobs"


def test_a_source_may_change_its_capitals_and_not_take_anothers_name(dana: Membership, linkedin: Source) -> None:
    sources.rename(source=linkedin, name="linkedin", by=dana)

    with refuses(InvalidInput, "Indeed already exists"):
        sources.rename(source=linkedin, name="INDEED", by=dana)
    with changes_nothing():
        sources.rename(source=linkedin, name="linkedin", by=dana)


def test_a_deactivated_source_is_kept_and_no_longer_offered(dana: Membership, linkedin: Source) -> None:
    ada = factories.CandidateFactory(company=linkedin.company, source=linkedin)

    sources.deactivate(source=linkedin, by=dana)

    assert linkedin not in sources.offered(linkedin.company)
    assert linkedin in sources.offered(linkedin.company, besides=linkedin.pk)
    assert sources.use_of(linkedin).sentence == "1 candidate keeps it."
    ada.refresh_from_db()
    assert ada.source == linkedin
    sources.activate(source=linkedin, by=dana)
    assert linkedin in sources.offered(linkedin.company)


def test_an_unused_source_is_deleted_and_its_type_with_the_last(dana: Membership, linkedin: Source) -> None:
    indeed = Source.objects.get(company=linkedin.company, name="Indeed")

    sources.delete(source=linkedin, by=dana)
    assert SourceType.objects.filter(name="Job board").exists()

    sources.delete(source=indeed, by=dana)
    assert not SourceType.objects.filter(name="Job board").exists()


def test_a_used_source_is_not_deleted(dana: Membership, linkedin: Source) -> None:
    indeed = Source.objects.get(company=linkedin.company, name="Indeed")
    for _ in range(2):
        factories.CandidateFactory(company=linkedin.company, source=linkedin)
    factories.ApplicationFactory(company=linkedin.company, source=indeed)

    with refuses(Conflict, r"^2 candidates keep it\. Deactivate it instead\.$"):
        sources.delete(source=linkedin, by=dana)
    with refuses(Conflict, r"^Indeed is used by applications\. Deactivate it instead\.$"):
        sources.delete(source=indeed, by=dana)


def test_the_list_counts_people(company: Company, linkedin: Source) -> None:
    for _ in range(3):
        factories.CandidateFactory(company=company, source=linkedin)

    counted = {source.name: source.candidate_count for source in sources.of_company(company)}

    assert counted == {"LinkedIn": 3, "Indeed": 0, "Careers page": 0, "Employee referral": 0, "Added by hand": 0}


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_administrators_change_sources(linkedin: Source) -> None:
    kim = factories.staffing(linkedin.company)

    for act in (
        lambda: sources.create(type_name="Job board", name="Monster", by=kim),
        lambda: sources.rename(source=linkedin, name="L", by=kim),
        lambda: sources.deactivate(source=linkedin, by=kim),
        lambda: sources.activate(source=linkedin, by=kim),
        lambda: sources.delete(source=linkedin, by=kim),
    ):
        with refuses(NotAllowed):
            act()


def test_another_companys_source_is_none(dana: Membership) -> None:
    foreign = Source.objects.get(company=factories.CompanyFactory(), name="LinkedIn")

    for act in (
        lambda: sources.rename(source=foreign, name="L", by=dana),
        lambda: sources.deactivate(source=foreign, by=dana),
        lambda: sources.delete(source=foreign, by=dana),
        lambda: services.create_candidate(details=CandidateDetails(first_name="Ada"), by=dana, source=foreign),
    ):
        with refuses(NotFound):
            act()


@pytest.mark.usefixtures("postgres", "transactional_db")
@pytest.mark.parametrize("attempt", range(5))
def test_nobody_comes_from_a_source_that_is_deleted_meanwhile(attempt: int) -> None:
    company = factories.CompanyFactory()
    dana = factories.administrator(company)
    linkedin = Source.objects.get(company=company, name="LinkedIn")
    details = CandidateDetails(first_name="Ada")
    start = Barrier(2)

    def run(act: Any) -> str:
        try:
            start.wait(timeout=10)
            act()
        except RecruitingError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        deleting = pool.submit(run, lambda: sources.delete(source=linkedin, by=dana))
        adding = pool.submit(run, lambda: services.create_candidate(details=details, by=dana, source=linkedin))
        outcomes = (deleting.result(timeout=30), adding.result(timeout=30))

    assert outcomes in {("done", "source_deleted"), ("source_used", "done")}
    assert Candidate.objects.count() == (outcomes[1] == "done")
