"""Facts are typed, readable by their audience alone, and never break a page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
import time_machine
from django.db import transaction

from newsfeed import entries, feed
from newsfeed.entries import EntryType
from newsfeed.models import NewsfeedEntry
from recruiting.applications.entries import Moved, MovedFact, NoteFact
from recruiting.applications.models import Application
from recruiting.jobs.models import Job
from tests import factories
from tests.refusals import refuses

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
FACT = MovedFact(candidate="Ada", from_stage="New", to_stage="Offer")


@pytest.fixture
def application(db: None) -> Application:
    """Somebody on a job."""
    return factories.ApplicationFactory(company=factories.CompanyFactory())


def test_a_fact_keeps_what_it_is_about(application: Application) -> None:
    by = factories.administrator(application.company)

    with time_machine.travel(NOON, tick=False):
        entry = feed.publish(Moved, FACT, company_id=application.company_id, actor=by, application=application)

    found = NewsfeedEntry.objects.get(pk=entry.pk)
    assert (found.verb, found.actor, found.application, found.job, found.candidate, found.occurred_at) == (
        "applications.moved",
        by,
        application,
        application.job,
        application.candidate,
        NOON,
    )
    assert found.payload == {"candidate": "Ada", "from_stage": "New", "to_stage": "Offer"}
    assert entries.payload_of(found) == FACT


def test_a_payload_of_another_kind_is_refused(application: Application) -> None:
    with refuses(TypeError, r"applications\.moved takes a MovedFact"):
        feed.publish(Moved, NoteFact(candidate="Ada"), company_id=application.company_id, application=application)


def test_a_fact_goes_with_its_transaction(application: Application) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        feed.publish(Moved, FACT, company_id=application.company_id, application=application)
        raise ZeroDivisionError

    assert not NewsfeedEntry.objects.exists()


def test_many_facts_of_an_unknown_kind_are_refused(application: Application) -> None:
    rows = [
        NewsfeedEntry(company=application.company, candidate=application.candidate, verb=verb)
        for verb in ("applications.moved", "planted.unknown")
    ]

    with refuses(TypeError, r"planted\.unknown"):
        feed.publish_many(rows)


# ── Readers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def read(reader: Any, *, applications: Any, jobs: Any, full: Any, candidates: Any = None) -> set[NewsfeedEntry]:
    rows = feed.readable(
        applications=applications, jobs=jobs, full_access_jobs=full, candidates=candidates, reader=reader
    )
    return set(rows)


def test_each_audience_reads_its_own(application: Application) -> None:
    writer = factories.administrator(application.company)
    reader = factories.administrator(application.company)
    everyone, full_access, mine = (
        factories.NewsfeedEntryFactory(application=application, audience=audience, actor=writer)
        for audience in NewsfeedEntry.Audience
    )
    here: Any = {"applications": Application.objects.all(), "jobs": Job.objects.all()}

    assert read(reader, full=Job.objects.none(), **here) == {everyone}
    assert read(reader, full=Job.objects.all(), **here) == {everyone, full_access}
    assert read(writer, full=Job.objects.none(), **here) == {everyone, full_access, mine}


def test_ones_own_entry_is_hidden_with_its_job(application: Application) -> None:
    writer = factories.administrator(application.company)
    factories.NewsfeedEntryFactory(application=application, actor=writer)
    nothing: Any = {"applications": Application.objects.none(), "jobs": Job.objects.none(), "full": Job.objects.none()}

    assert read(writer, **nothing) == set()


def test_an_entry_about_a_job_alone_needs_the_job(application: Application) -> None:
    reader = factories.administrator(application.company)
    entry = factories.NewsfeedEntryFactory(
        company=application.company, application=None, candidate=None, job=application.job, verb="jobs.edited"
    )
    nothing: Any = {"applications": Application.objects.none(), "full": Job.objects.none()}

    assert read(reader, jobs=Job.objects.filter(pk=application.job_id), **nothing) == {entry}
    assert read(reader, jobs=Job.objects.none(), **nothing) == set()


def test_an_entry_about_a_person_alone_needs_the_person(application: Application) -> None:
    reader = factories.administrator(application.company)
    entry = factories.NewsfeedEntryFactory(
        company=application.company, application=None, candidate=application.candidate, job=None
    )
    people = type(application.candidate).objects
    here: Any = {"applications": Application.objects.all(), "jobs": Job.objects.all(), "full": Job.objects.all()}

    assert read(reader, **here) == set()
    assert read(reader, candidates=people.none(), **here) == set()
    assert read(reader, candidates=people.all(), **here) == {entry}


# ── Rendering ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_unknown_verb_is_a_neutral_line(application: Application) -> None:
    entry = factories.NewsfeedEntryFactory(application=application, verb="gone.away", payload={"secret": "x"})

    (rendered,) = feed.render([entry], membership=None)

    assert (rendered.sentence, rendered.tone, rendered.payload, rendered.title) == (feed.UNKNOWN, "neutral", None, "")
    assert rendered.template_name == "newsfeed/entry.html"
    assert feed.plain(entry).sentence == feed.UNKNOWN


def test_a_payload_of_another_version_is_read_as_far_as_it_goes(application: Application) -> None:
    entry = factories.NewsfeedEntryFactory(
        application=application, verb="applications.rejected", payload={"candidate": "Ada", "since_gone": 1}
    )

    assert feed.plain(entry).sentence == "Throughline rejected Ada."


@pytest.mark.parametrize(("actor", "label", "who"), [(True, "", "Dana Cole"), (False, "Acme", "Acme"), (False, "", "")])
def test_who_did_it_is_named(application: Application, actor: bool, label: str, who: str) -> None:
    user = factories.UserFactory(first_name="Dana", last_name="Cole")
    member = factories.administrator(application.company, user=user) if actor else None
    entry = factories.NewsfeedEntryFactory(application=application, actor=member, actor_label=label)

    assert feed.plain(entry).sentence == f"{who or 'Throughline'} reopened the application."


def test_the_queries_depend_on_the_kinds_and_not_on_the_number(
    application: Application, django_assert_num_queries: Any
) -> None:
    member = factories.administrator(application.company)

    def count(number: int) -> int:
        NewsfeedEntry.objects.all().delete()
        for _ in range(number):
            note = factories.NoteFactory(application=application, author=member)
            factories.NewsfeedEntryFactory(
                application=application, actor=member, verb="applications.note_written", subject_id=note.pk
            )
        rows = list(NewsfeedEntry.objects.select_related("actor__user"))
        with django_assert_num_queries(1):
            return len(feed.render(rows, membership=member))

    assert (count(1), count(20)) == (1, 20)


# ── Every kind there is ──────────────────────────────────────────────────────────────────────────────────────────────
def filled(kind: EntryType) -> Any:
    """Return a payload in which each field holds its own name; `detail` is a sentence of its own."""
    fields = kind.Payload.__dataclass_fields__
    words = {name: f"<{name}>" if field.type in ("str", str) else 7 for name, field in fields.items()}
    return kind.Payload(**{**words, **({"detail": "A detail."} if "detail" in words else {})})


@pytest.mark.parametrize("kind", entries.all_types(), ids=lambda kind: kind.verb)
def test_every_kind_says_a_sentence_and_forgets_the_person(kind: EntryType) -> None:
    payload = filled(kind)

    sentence = kind.sentence(payload, actor="Dana Cole")
    shredded = kind.shred(payload)

    assert sentence.strip().endswith(".")
    assert kind.verb.count(".") == 1
    assert kind.tone in ("neutral", "info", "success", "warning", "danger")
    assert kind.group in ("", "notes", "stages", "requests", "files")
    assert type(shredded) is type(payload)
    assert "<candidate>" not in repr(shredded)
    assert "<" not in kind.sentence(shredded, actor="Dana Cole")


@dataclass(frozen=True)
class PlantedFact:
    words: str


class Planted(EntryType):
    verb = "planted.happened"
    Payload: ClassVar[type[Any]] = PlantedFact


def test_a_malformed_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_types", {})
    assert entries.register(entries.register(Planted)) is Planted

    for changes, words in (
        ({"verb": "planted"}, "not of the form"),
        ({"verb": ".happened"}, "not of the form"),
        ({"verb": "planted.other", "Payload": dict}, "not a dataclass"),
        ({}, "Two newsfeed entries"),
    ):
        with pytest.raises(ValueError, match=words):
            entries.register(type("Other", (Planted,), changes))

    assert [kind.verb for kind in entries.all_types()] == ["planted.happened"]
