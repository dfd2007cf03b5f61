"""Two people who write the same name or address at once: one row, and a sentence for whoever comes second."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from recruiting.candidates import services, sources
from recruiting.candidates.models import Candidate, SourceType, Tag
from recruiting.companies.models import Membership
from recruiting.foundation.errors import RecruitingError
from recruiting.jobs import processes
from recruiting.jobs.models import HiringProcess
from tests import factories

pytestmark = pytest.mark.usefixtures("postgres", "transactional_db")

SPELLINGS = ("\u00c9lan", "e\u0301lan")


def at_once(works: list[Callable[[], Any]]) -> list[str]:
    """Run them in threads that start together; return the refusals' codes, sorted, "" for what was done."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=10)
            work()
        except RecruitingError as refusal:
            assert str(refusal) or getattr(refusal, "fields", {})
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_two_at_once_who_add_one_person(transactional_db: None) -> None:
    dana = factories.administrator(factories.CompanyFactory())
    spellings = ("ada@m\u00fcller.example", "ADA@xn--mller-kva.example")

    def add(email: str) -> Callable[[], Any]:
        return lambda: services.create_candidate(details=services.CandidateDetails("Ada", email=email), by=dana)

    assert at_once([add(email) for email in spellings]) == ["", "duplicate_candidate"]
    assert Candidate.objects.count() == 1


def tag(by: Membership, name: str) -> Callable[[], Any]:
    """Return what puts a tag on a new person."""
    person = factories.CandidateFactory(company=by.company)
    return lambda: services.add_tag(candidate=person, name=name, by=by)


def test_two_at_once_who_write_one_tag_share_it(transactional_db: None) -> None:
    dana = factories.administrator(factories.CompanyFactory())

    assert at_once([tag(dana, name) for name in SPELLINGS]) == ["", ""]
    assert Tag.objects.count() == 1


def test_two_at_once_who_name_a_source_type_or_a_process(transactional_db: None) -> None:
    dana = factories.administrator(factories.CompanyFactory())
    before = HiringProcess.objects.count()

    outcomes = at_once([lambda name=name: sources.create(name=name, type_name=name, by=dana) for name in SPELLINGS])
    assert outcomes[0] == ""
    assert outcomes[1]
    assert SourceType.objects.filter(name_key=SPELLINGS[0]).count() == 1
    outcomes = at_once([lambda name=name: processes.create_process(name=name, by=dana) for name in SPELLINGS])
    assert outcomes[0] == ""
    assert outcomes[1]
    assert HiringProcess.objects.count() == before + 1
