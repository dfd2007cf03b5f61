"""Whom a search finds: the same on both engines, with and without an index, whether the words are rare or common."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Company
from recruiting.foundation import pagination, text
from recruiting.search import indexes, selectors, tokens
from recruiting.web.applications import job_filters
from tests import factories
from tests.cases import case
from tests.limits import SetLimit
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines

PEOPLE: dict[str, dict[str, Any]] = {
    "elodie": {"first_name": "Élodie", "last_name": "Durand"},
    "muller": {"first_name": "Anna", "last_name": "Mu\u0308ller"},
    "sofia": {"first_name": "Σοφία", "last_name": "Νικολάου"},
    "connor": {"first_name": "Sinéad", "last_name": "O’Connor"},
    "lukasz": {"first_name": "Łukasz", "last_name": "Đặng"},
    "ada": {"first_name": "Ada", "last_name": "L", "email": "ada.l@x.example", "phone": "+1 (415) 555-2671"},
    "hans": {"first_name": "Hans", "last_name": "G", "phone": "0171 / 123 45 67"},
    "lena": {"first_name": "Lena", "last_name": "50%_x", "phone": "+49 (0)171 765-4321"},
    "jones": {"first_name": "Mary", "last_name": "Smith-Jones", "email": "m.smith-jones@ix.example"},
    "ming": {"first_name": "小明", "last_name": "王"},
}
SEARCHES = [
    ("élodie", "elodie"),
    ("ELODIE", "elodie"),
    ("e\u0301lodie", "elodie"),
    ("MÜLLER", "muller"),
    ("muller", "muller"),
    ("anna Muller", "muller"),
    ("ΣΟΦΊΑ", "sofia"),
    ("o'connor", "connor"),
    ("OConnor sinead", "connor"),
    ("lukasz dang", "lukasz"),
    ("ADA.L@X.example", "ada"),
    ("4155552671", "ada"),
    ("415-555-2671", "ada"),
    ("(415) 555 2671", "ada"),
    ("001 415 555 2671", "ada"),
    ("+1 415.555.2671", "ada"),
    ("5552671", "ada"),
    ("+49 171 1234567", "hans"),
    ("01711234567", "hans"),
    ("0171 7654321", "lena"),
    ("50%", "lena"),
    ("0%_", "lena"),
    ("5%_", ""),
    ("%_", ""),
    ("anna connor", ""),
    ("999 999", ""),
    # One or two letters begin a name or a part of one.
    ("lu", "lukasz"),
    ("da ł", "lukasz"),
    ("co", "connor"),
    ("jo", "jones"),
    ("ix", "jones"),
    ("on", ""),
    ("明", "ming"),
    ("小明", "ming"),
    ("小明 王", "ming"),
]


@pytest.fixture(params=["rare", "common", "without an index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, set_limit: SetLimit, db: None) -> str:
    """Each way in which documents are looked up."""
    if request.param == "common":
        set_limit(pagination, "COUNT_TO", 1)
        monkeypatch.setattr(selectors, "ENOUGH", 1)
    if request.param == "without an index":
        drop_index()
    return str(request.param)


def drop_index() -> None:
    """Take away the index of fragments, until the test ends."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        else:
            for name in indexes.TRIGGERS:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"DROP TABLE {indexes.FTS}")
            indexes._with_fts.clear()


def names(company: Company, typed: str) -> set[str]:
    """Return the first names of whom a search finds."""
    found = selectors.find(typed, company=company)
    assert found is not None
    return set(Candidate.objects.filter(found.among("pk")).values_list("first_name", flat=True))


def test_people_are_found_however_they_are_written(way: str) -> None:
    company = factories.CompanyFactory()
    people = {name: {"email": f"{name}@y.example", **details} for name, details in PEOPLE.items()}
    for details in people.values():
        factories.CandidateFactory(company=company, **details)
        factories.CandidateFactory(company=factories.CompanyFactory(), **details)

    for typed, name in SEARCHES:
        with case(typed):
            assert names(company, typed) == ({people[name]["first_name"]} if name else set())
            found = selectors.find(typed, company=company)
            assert found is not None
            assert (found.total, found.is_common) == (bool(name), way == "common" and bool(name))
    assert selectors.find(" \u200b ", company=company) is None


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("", ""),
        ("ada los\nada@x.example\n14155552671", " ada los ada@x.example x example 14155552671"),
        ("smith-jones", " smith-jones smith jones"),
        ("(bob) c++", " (bob) bob c++ c"),
        ("ada ada", " ada"),
        ("王小明", " 王小明 王小 小明 明"),
        ("김철수 an", " 김철수 김철 철수 수 an"),
        ("राम-शर्मा", " राम-शर्मा राम शर्मा"),
    ],
)
def test_what_a_document_holds(key: str, written: str) -> None:
    assert tokens.of(key) == written


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", []),
        (" \u200b ", []),
        ("Zoë", [["zoe"]]),
        ("Jo Łoś", [[" jo", "los"]]),
        ("+1 415 555", [[" +1", "415", "555"], ["415555"]]),
        ("4155552671", [["4155552671"]]),
        ("12", [[" 12"]]),
    ],
)
def test_what_a_search_asks_for(typed: str, asked: list[list[str]]) -> None:
    assert tokens.fragments(typed) == asked


# ── The same as in Python ────────────────────────────────────────────────────────────────────────────────────────────
LETTERS = st.sampled_from("aabnoeéÉłßİı'’-. @+#%_\\\"*:()&/王小明한글がय ि0123456789")
NAMES = st.text(LETTERS, max_size=9)
WORDS = st.one_of(st.text(LETTERS, min_size=1, max_size=4), NAMES)


def is_found(key: str, typed: str) -> bool:
    """Evaluate a search as its description says."""
    words, number = text.search_words(typed), text.phone_part(typed)
    parts = tokens.of(key).split(" ")
    in_all = all(word in key if len(word) > 2 else any(part.startswith(word) for part in parts) for word in words)
    return in_all or bool(number and number in key)


class Drawn(TestCase):
    """Names and searches that nobody thought of."""

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @example(people=[("An", "O'Brien", "4")], typed=["o'b", '"', "%", "*"])
    @given(
        people=st.lists(st.tuples(NAMES, NAMES, st.text("0123 +-()", max_size=9)), min_size=1, max_size=6),
        typed=st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6),
    )
    def test_the_database_finds_whom_python_finds(self, people: list[tuple[str, str, str]], typed: list[str]) -> None:
        company = factories.CompanyFactory()
        rows = [
            factories.CandidateFactory(company=company, first_name=first, last_name=last, phone=phone)
            for first, last, phone in people
        ]
        keys = {row.pk: text.person_search_key(row.first_name, row.last_name, row.email, row.phone) for row in rows}
        for one in typed:
            found = selectors.find(one, company=company)
            if found is None:
                assert not text.search_words(one)
                continue
            expected = {pk for pk, key in keys.items() if is_found(key, one)}
            assert set(Candidate.objects.filter(found.among("pk")).values_list("pk", flat=True)) == expected, one
            assert found.total == len(expected)


# ── Who may see whom ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_one_may_not_see_is_neither_found_nor_counted(way: str) -> None:
    company = factories.CompanyFactory()
    mine = factories.HiringTeamMemberFactory(company=company)
    factories.ApplicationFactory(job=mine.job, candidate__first_name="Ada", candidate__last_name="Mine")
    factories.ApplicationFactory(company=company, candidate__first_name="Ada", candidate__last_name="Theirs")
    readers = {mine.membership: "1 candidate", factories.staffing(company): "2 candidates"}

    for reader, counted in readers.items():
        page = signed_in(reader).get("/candidates/?q=ada").content.decode()
        with case(reader.role):
            assert "Ada Mine" in page
            assert ("Ada Theirs" in page) is reader.sees_all_jobs
            # Of a common word nobody counts those whom somebody sees, and everybody's are counted already.
            said = "1+ candidate" if reader.sees_all_jobs else ""
            assert (said if way == "common" else counted) in page
            assert "2 candidates" not in page or reader.sees_all_jobs


@pytest.mark.parametrize("few", [1, 0])
def test_the_board_finds_people_of_its_job(way: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_filters, "FEW", few)
    job = factories.JobFactory(company=factories.CompanyFactory())
    for name in ("Ada", "Bob"):
        factories.ApplicationFactory(job=job, candidate__first_name=name)
    factories.ApplicationFactory(company=job.company, candidate__first_name="Ada", candidate__last_name="Elsewhere")
    page = signed_in(factories.staffing(job.company)).get(f"/jobs/{job.pk}/?q=ada").content.decode()

    assert ("Ada" in page, "Bob" in page, "Elsewhere" in page) == (True, False, False)
    assert Application.objects.count() == 3


def test_a_long_list_stops_counting_at_a_thousand(db: None, set_limit: SetLimit) -> None:
    set_limit(pagination, "COUNT_TO", 3)
    company = factories.CompanyFactory()
    for number in range(4):
        factories.CandidateFactory(company=company, first_name="Ada", last_name=f"N{number}")
    client = signed_in(factories.staffing(company))

    assert "4 of 3+ candidates" not in (page := client.get("/candidates/?q=ada").content.decode())
    assert "3+ candidates" in page
    assert "3+ candidates" in client.get("/candidates/").content.decode()


def test_a_search_takes_one_query_and_one_more_for_what_is_common(db: None, set_limit: SetLimit) -> None:
    company = factories.CandidateFactory(company=factories.CompanyFactory(), first_name="Ada").company
    indexes.missing()  # what a process asks once

    with CaptureQueriesContext(connection) as asked:
        selectors.find("ada", company=company)
    assert len(asked) == 1

    set_limit(pagination, "COUNT_TO", 1)
    with CaptureQueriesContext(connection) as asked:
        selectors.find("ada", company=company)
    assert len(asked) == 2
