"""Facts are typed, readable by their audience alone, and never break a page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from newsfeed import activity, feed
from newsfeed.activity import ActivityType
from newsfeed.models import NewsfeedEntry
from recruiting.applications import selectors
from recruiting.applications.activity import MOVED, MovedPayload, NotePayload
from recruiting.applications.models import Application
from recruiting.foundation.permissions import FULL_ACCESS, JobRole
from tests import factories
from tests.cases import case
from tests.limits import SetLimit
from tests.refusals import refuses

pytestmark = pytest.mark.both_engines

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
FACT = MovedPayload(candidate="Ada", from_stage="New", to_stage="Offer")


@pytest.fixture
def application(db: None) -> Application:
    """Somebody on a job."""
    return factories.ApplicationFactory(company=factories.CompanyFactory())


def test_a_fact_keeps_what_it_is_about(application: Application) -> None:
    by = factories.administrator(application.company)

    with time_machine.travel(NOON, tick=False):
        entry = feed.publish(MOVED, FACT, company_id=application.company_id, actor=by, application=application)

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
    assert activity.payload_of(found) == FACT


def test_a_payload_of_another_kind_is_refused(application: Application) -> None:
    with refuses(TypeError, r"applications\.moved takes a MovedPayload"):
        feed.publish(MOVED, NotePayload(candidate="Ada"), company_id=application.company_id, application=application)


def test_a_fact_is_its_subject_s_company_s_and_somebody_s(application: Application) -> None:
    entry = feed.publish(MOVED, FACT, job=application.job)

    assert entry.company_id == application.company_id
    with refuses(TypeError, r"applications\.moved does not say whose fact it is"):
        feed.publish(MOVED, FACT)


def test_a_fact_goes_with_its_transaction(application: Application) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        feed.publish(MOVED, FACT, company_id=application.company_id, application=application)
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
KINDS = ("application on A", "application on B", "job A", "job B", "job A and Hee", "Ada", "Hee", "Ida on no job")
OF_A = {"application on A", "job A", "job A and Hee", "Ada"}
OF_B = {"application on B", "job B", "Hee"}
PEOPLE = {"Ada", "Hee", "Ida on no job"}


def written(here: Application, there: Application, *, by: Any, audience: str) -> dict[NewsfeedEntry, str]:
    """Write one entry of each kind, with what each is about; the applications are Ada's on A and Hee's on B."""
    ida = factories.CandidateFactory(company=here.company)
    about: dict[str, dict[str, Any]] = {
        "application on A": {"application": here},
        "application on B": {"application": there},
        "job A": {"job": here.job, "candidate": None},
        "job B": {"job": there.job, "candidate": None},
        "job A and Hee": {"job": here.job, "candidate": there.candidate},
        "Ada": {"job": None, "candidate": here.candidate},
        "Hee": {"job": None, "candidate": there.candidate},
        "Ida on no job": {"job": None, "candidate": ida},
    }
    assert set(about) == set(KINDS)
    alone = {"company": here.company, "application": None}
    return {
        factories.NewsfeedEntryFactory(**{**alone, **what}, audience=audience, actor=by): kind
        for kind, what in about.items()
    }


def test_each_role_reads_each_audience_of_each_kind(application: Application, set_limit: SetLimit) -> None:
    company, job = application.company, application.job
    other = factories.ApplicationFactory(company=company)
    factories.NewsfeedEntryFactory(application=factories.ApplicationFactory(company=factories.CompanyFactory()))
    everything = set(KINDS)
    # Reader: what they see, and of that what they read although it is for full access only.
    readers = {
        factories.administrator(company): (everything, everything - PEOPLE),
        factories.staffing(company): (everything, everything - PEOPLE),
        **{
            member: (OF_A, OF_A - PEOPLE if role in FULL_ACCESS else set())
            for role, member in factories.hiring_team(job).items()
        },
        factories.on_team(other.job): (OF_B, OF_B - PEOPLE),
        (both := factories.on_team(job, JobRole.INTERVIEWER)): ({*OF_A, *OF_B}, OF_B - PEOPLE),
        factories.MembershipFactory(company=company): (set(), set()),
        factories.MembershipFactory(company=company, is_active=False): (set(), set()),
    }
    factories.HiringTeamMemberFactory(job=other.job, membership=both, role=JobRole.RECRUITER)
    writer = factories.administrator(company)
    theirs = {
        audience: written(application, other, by=writer, audience=audience) for audience in NewsfeedEntry.Audience
    }

    for reader, (seen, full_access) in readers.items():
        own = written(application, other, by=reader, audience=NewsfeedEntry.Audience.ACTOR)
        found = list(selectors.newsfeed(reader))
        assert len(found) == len(set(found))
        read = {audience: {kinds[row] for row in found if row in kinds} for audience, kinds in theirs.items()}
        all_jobs = seen if reader.sees_all_jobs else set()
        assert read == {"everyone": seen, "full_access": full_access, "actor": set(), "all_jobs": all_jobs}, reader.role
        assert {own[row] for row in found if row in own} == seen
        assert len(found) == 2 * len(seen) + len(full_access) + len(all_jobs)
        in_order = sorted(found, key=lambda row: row.id, reverse=True)
        for more in (0, 4, len(found)):
            set_limit(selectors, "NEWSFEED_PAGE", more)
            assert selectors.newsfeed_page(reader) == in_order[: more + 1]
            assert selectors.newsfeed_page(reader, before=in_order[0].id if found else None) == in_order[1 : more + 2]
        mine = written(application, other, by=reader, audience=NewsfeedEntry.Audience.ALL_JOBS)
        assert {mine[row] for row in selectors.newsfeed(reader) if row in mine} == all_jobs
        NewsfeedEntry.objects.filter(pk__in=[row.pk for row in mine]).delete()


def test_who_sees_all_jobs_reads_without_looking_anything_up(application: Application) -> None:
    for member in (factories.administrator(application.company), factories.staffing(application.company)):
        assert str(selectors.newsfeed(member).query).count("SELECT") == 1


def test_an_entry_about_an_application_is_on_its_job(application: Application) -> None:
    other = factories.JobFactory(company=application.company)

    entry = feed.publish(MOVED, FACT, company_id=application.company_id, application=application, job=other)

    assert entry.job_id == application.job_id
    with pytest.raises(IntegrityError, match="newsfeedentry_application_has_job"), transaction.atomic():
        NewsfeedEntry.objects.filter(pk=entry.pk).update(job=None)


# ── Rendering ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_unknown_verb_is_a_neutral_line(application: Application) -> None:
    entry = factories.NewsfeedEntryFactory(application=application, verb="gone.away", payload={"secret": "x"})

    (rendered,) = feed.render([entry], membership=None)

    assert (rendered.sentence, rendered.tone, rendered.payload, rendered.title) == (feed.UNKNOWN, "neutral", None, "")
    assert rendered.template_name == ""
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


# ── Every type there is ──────────────────────────────────────────────────────────────────────────────────────────────
def filled(kind: ActivityType[Any]) -> Any:
    """Return a payload in which each field holds its own name; `detail` is a sentence of its own."""
    fields = kind.payload.__dataclass_fields__
    words = {name: f"<{name}>" if field.type in ("str", str) else 7 for name, field in fields.items()}
    return kind.payload(**{**words, **({"detail": "A detail."} if "detail" in words else {})})


def test_every_type_says_a_sentence_and_forgets_the_person() -> None:
    for kind in activity.all_types():
        with case(kind.verb):
            payload = filled(kind)

            sentence = kind.describe(payload, actor="Dana Cole")
            anonymized = kind.anonymize(payload)

            assert sentence.strip().endswith(".")
            assert kind.verb.count(".") == 1
            assert kind.tone in ("neutral", "info", "success", "warning", "danger")
            assert kind.group in ("", "notes", "stages", "requests", "files")
            assert type(anonymized) is type(payload)
            assert "<candidate>" not in repr(anonymized)
            assert "<" not in kind.describe(anonymized, actor="Dana Cole")


@dataclass(frozen=True)
class PlantedPayload:
    words: str
    number: int = 0


def test_a_sentence_is_a_format_or_a_function() -> None:
    odd = PlantedPayload("{actor} {0} {", 3)

    for sentence in (
        "{actor} said {words} {number} times.",
        lambda p, actor: f"{actor} said {p.words} {p.number} times.",
    ):
        kind = ActivityType("planted.happened", PlantedPayload, sentence=sentence)
        assert kind.describe(odd, actor="{words}") == "{words} said {actor} {0} { 3 times."


def test_a_malformed_type_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "_types", {})
    good: dict[str, Any] = {"verb": "planted.happened", "payload": PlantedPayload, "sentence": "{actor} said {words}."}
    planted = activity.activity(**good)
    assert activity.register(planted) is planted

    for changes, words in (
        ({"verb": "planted"}, "not of the form"),
        ({"verb": ".happened"}, "not of the form"),
        ({"verb": "planted.other", "payload": dict}, "planted.other: the payload is not a dataclass"),
        ({"verb": "planted.other", "sentence": "{actor} said {word}."}, "planted.other: the payload has no field word"),
        (
            {"verb": "planted.other", "sentence": "{words.real} {}"},
            "planted.other: the payload has no field , words.real",
        ),
        ({}, "Two newsfeed entries"),
    ):
        with pytest.raises(ValueError, match=words):
            activity.activity(**good | changes)

    assert activity.all_types() == [planted] and activity.get("planted.happened") is planted
