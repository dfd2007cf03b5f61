"""Documents follow the people they are about, and the index of fragments follows the documents."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.core import checks
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruiting.applications import intake
from recruiting.candidates import services
from recruiting.candidates.models import Candidate
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.foundation import adminsite, integrity
from recruiting.foundation.management.commands import prepare
from recruiting.search import indexes, selectors
from recruiting.search.models import SearchDocument
from tests import factories
from tests.search.test_search import drop_index, names

pytestmark = pytest.mark.both_engines
ADA = CandidateDetails(first_name="Ada", last_name="Lovelace", email="ada@x.example", phone="0171 1234567")
RULE = "candidates.Candidate: a search reads their name, email and phone as they are"


@pytest.fixture
def dana(db: None) -> Membership:
    return factories.staffing(factories.CompanyFactory())


def finding() -> str:
    (rule,) = (rule for rule in integrity.rules() if rule.sentence == RULE)
    return rule.finding()


def test_a_person_is_found_as_they_are_now_and_no_longer_when_they_are_gone(dana: Membership) -> None:
    ada = services.create_candidate(details=ADA, by=dana)
    assert names(dana.company, "lovelace") == {"Ada"}

    services.edit_details(candidate=ada, details=replace(ADA, last_name="King"), by=dana)
    assert (names(dana.company, "lovelace"), names(dana.company, "king")) == (set(), {"Ada"})
    assert finding() == ""

    ada.delete()
    assert names(dana.company, "king") == set()
    assert not SearchDocument.objects.exists()


def test_what_changes_no_detail_writes_no_document(dana: Membership) -> None:
    ada = services.create_candidate(details=ADA, by=dana)

    with CaptureQueriesContext(connection) as asked:
        services.edit_details(candidate=ada, details=ADA, by=dana)

    assert not [query for query in asked if indexes.TABLE in query["sql"]]


def test_people_who_come_in_at_once_get_their_documents_in_one_query(dana: Membership) -> None:
    source = factories.SourceFactory(company=dana.company)
    services.create_candidate(details=ADA, by=dana)
    people = [CandidateDetails(first_name=f"Guest{n}", email=f"g{n}@x.example") for n in range(50)]

    with CaptureQueriesContext(connection) as asked:
        intake.receive_leads(company=dana.company, people=[ADA, *people], source=source, label="A fair")

    assert len([query for query in asked if 'INSERT INTO "search_searchdocument"' in query["sql"]]) == 1
    assert len(names(dana.company, "guest")) == 50
    assert finding() == ""


def test_check_data_finds_a_document_that_is_missing_or_old(dana: Membership) -> None:
    ada = services.create_candidate(details=ADA, by=dana)

    Candidate.objects.filter(pk=ada.pk).update(phone="1")
    assert finding() == f"{RULE}; 1 row breaks this, for example {ada.pk}."

    ada.search_document.delete()
    assert finding() == f"{RULE}; 1 row breaks this, for example {ada.pk}."


def test_the_migration_writes_what_is_missing(dana: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("recruiting.search.migrations.0002_fill")
    monkeypatch.setattr(migration, "BATCH", 2)
    kept = services.create_candidate(details=ADA, by=dana).search_document
    others = [factories.CandidateFactory(company=dana.company) for _ in range(5)]
    SearchDocument.objects.exclude(pk=kept.pk).delete()

    for _ in range(2):
        with connection.schema_editor() if connection.vendor == "postgresql" else _Editor() as editor:
            migration.fill(apps, editor)

    assert list(SearchDocument.objects.order_by("pk").values_list("candidate", flat=True)) == [
        kept.candidate_id,
        *(other.pk for other in others),
    ]
    assert finding() == ""


class _Editor:
    """What a migration is given; SQLite's own refuses to begin within a transaction."""

    connection = connection

    def __enter__(self) -> "_Editor":
        return self

    def __exit__(self, *_: object) -> None:
        return


def test_where_the_index_is_missing_one_sentence_says_what_to_do(
    dana: Membership, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services.create_candidate(details=ADA, by=dana)
    assert indexes.missing() == ""

    drop_index()

    sentence = indexes.missing()
    assert sentence.endswith("then run manage.py prepare.")
    assert ("CREATE EXTENSION pg_trgm;" in sentence) is (connection.vendor == "postgresql")
    said = checks.run_checks(databases=["default"], tags=[checks.Tags.database])
    assert [warning.msg for warning in said if warning.id == "search.W001"] == [sentence]
    assert [item.word for item in adminsite.status_items() if item.title == "Search"] == [sentence]
    monkeypatch.setattr(prepare, "call_command", lambda *_, **__: None)  # nor does `migrate` make it
    monkeypatch.setattr(prepare.Command, "_collect_static_files", lambda _: None)
    call_command("prepare")
    assert sentence in capsys.readouterr().out
    assert names(dana.company, "ovelac") == {"Ada"}

    connection.check_constraints()  # or PostgreSQL has yet to check the rows of this test, and alters no table
    indexes.make()

    assert indexes.missing() == ""
    assert names(dana.company, "ovelac") == {"Ada"}


def test_an_index_without_its_triggers_is_built_anew(dana: Membership) -> None:
    if connection.vendor == "postgresql":
        assert indexes.TRIGGERS.keys().isdisjoint(_triggers("SELECT tgname FROM pg_trigger"))
        return
    ada = services.create_candidate(details=ADA, by=dana)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER search_fragments_changed")
    services.edit_details(candidate=ada, details=replace(ADA, last_name="King"), by=dana)
    assert names(dana.company, "king") == set()

    indexes.make()

    assert names(dana.company, "king") == {"Ada"}
    assert indexes.TRIGGERS.keys() <= _triggers("SELECT name FROM sqlite_master WHERE type = 'trigger'")


def test_an_index_that_cannot_be_made_stops_nothing(dana: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    services.create_candidate(details=ADA, by=dana)
    drop_index()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE ROLE searcher")
            cursor.execute(f"GRANT SELECT, INSERT ON {indexes.TABLE} TO searcher")
            cursor.execute("SET LOCAL ROLE searcher")
        else:
            monkeypatch.setattr(indexes, "TOKENIZER", "nothing")

    indexes.make()

    assert indexes.missing()
    assert selectors.find("ovelac", company=dana.company).total == 1  # type: ignore[union-attr]


def _triggers(sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def test_before_the_first_migration_nothing_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {indexes.TABLE} RENAME TO elsewhere")

    assert indexes.missing() == ""
    indexes.make()
