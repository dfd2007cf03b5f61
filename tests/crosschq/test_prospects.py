"""The prospects export: what is chosen, what a run takes, how it resumes, stops, fails and follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as connection_of_database
from django.test.utils import CaptureQueriesContext

from integrations.crosschq import schemas
from integrations.crosschq.models import Prospect, ProspectRun
from integrations.crosschq.prospects import runs
from integrations.crosschq.prospects import services as prospects
from integrations.crosschq.prospects.services import Choices
from integrations.crosschq.settings import connection
from integrations.models import Credential
from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.candidates import sources
from recruiting.candidates.models import Candidate, Source, Tag
from recruiting.companies.models import CompanyFeature
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorNotFound, VendorRateLimited, VendorUnavailable
from recruiting.outbox import messages, schedules, tasks
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.crosschq import topics
from tests.crosschq.prospecting import Killed, Office, Vendor, open_office, prospect, several_spellings
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.django_db
NOW = prospect(0).created_at
assert NOW is not None


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(monkeypatch)


def crowd(count: int) -> list[Any]:
    return [prospect(number) for number in range(count)]


# ── Choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_switching_on_keeps_the_choices_and_begins_an_export(office: Office) -> None:
    export = office.save(follows=True, tags=["Prospect", " new tag "])

    assert (export.is_on, export.follows, export.source) == (True, True, office.source)
    assert list(export.jobs.all()) == [office.job]
    assert set(Tag.objects.filter(company=office.company).values_list("name", flat=True)) == {"Prospect", "new tag"}
    assert (office.run.state, office.run.started_by) == ("running", office.dana)
    message = OutboxMessage.objects.get()
    assert (message.topic, message.ordering_key) == ("crosschq.take_prospects", f"prospects:{export.pk}")
    assert (message.payload, message.channel) == (
        {"run": str(office.run.pk), "cursor": ""},
        office.installation.channel,
    )


def test_saving_again_begins_nothing(office: Office) -> None:
    office.save()
    office.take()

    office.save(tags=["more"], jobs=[])

    assert ProspectRun.objects.count() == 1
    assert list(office.export.tags.values_list("name", flat=True)) == ["more"]


@pytest.mark.parametrize(
    ("chosen", "field", "sentence"),
    [
        ({"source": None}, "source", "Choose a source."),
        ({"is_on": False, "follows": True}, "follows", "Turn on “Export Prospects from Crosschq” first."),
        ({"tags": ["x" * 41]}, "tags", "Use 40 characters at most for a tag."),
        ({"tags": [f"t{n}" for n in range(21)]}, "tags", "Choose 20 tags at most."),
    ],
)
def test_choices_that_cannot_be_are_refused(office: Office, chosen: dict[str, Any], field: str, sentence: str) -> None:
    with refuses(InvalidInput) as caught:
        office.save(**chosen)

    assert caught.value.fields == {field: sentence}


def test_what_is_another_companys_or_not_offered_is_refused(office: Office) -> None:
    elsewhere = factories.CompanyFactory()
    idle = factories.SourceFactory(company=office.company, is_active=False)
    for chosen in (
        {"source": Source.objects.filter(company=elsewhere).first()},
        {"source": idle},
        {"jobs": [factories.JobFactory(company=elsewhere)]},
        {"jobs": [office.job] * 21},
    ):
        with refuses(InvalidInput):
            office.save(**chosen)


def test_without_a_key_nothing_is_switched_on(office: Office) -> None:
    Credential.objects.all().delete()

    with refuses(InvalidInput, "Paste the partner key first"):
        office.save()


def test_only_administrators_of_the_company_choose(office: Office) -> None:
    export = office.save()
    office.take()
    for by, refusal in ((factories.staffing(office.company), NotAllowed), (_stranger(), NotFound)):
        for action in (
            lambda by=by: prospects.save(installation=office.installation, choices=Choices(), by=by),
            lambda by=by: runs.start(export=export, by=by),
            lambda by=by: runs.stop(export=export, by=by),
        ):
            with refuses(refusal):
                action()


def test_the_source_says_that_the_export_uses_it_and_cannot_be_deleted(office: Office) -> None:
    office.save()

    assert sources.use_of(office.source).by == ["Crosschq's prospects export"]
    with refuses(Conflict, "is used by Crosschq's prospects export"):
        sources.delete(source=office.source, by=office.dana)


def test_a_deactivated_source_stays_chosen(office: Office) -> None:
    office.save()
    office.take()
    sources.deactivate(source=office.source, by=office.dana)

    office.save(source=Source.objects.get(pk=office.source.pk), tags=["x"])

    assert office.export.source == office.source


# ── A run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_prospects_arrive_as_leads_with_source_and_tags(office: Office) -> None:
    office.vendor.people = [prospect(1, first_name="Ada", last_name="Lovelace", phone="+1 555 0100")]

    office.save(tags=["prospect"])
    office.take()

    lead = Application.objects.get()
    ada = lead.candidate
    assert (lead.state, lead.job, lead.source) == ("lead", office.job, office.source)
    assert (ada.name, ada.phone, ada.source) == ("Ada Lovelace", "+1 555 0100", office.source)
    assert [tag.name for tag in ada.tags.all()] == ["prospect"]
    assert feed.plain(NewsfeedEntry.objects.get()).sentence == "Added from Crosschq prospects."
    kept = Prospect.objects.get()
    assert (kept.vendor_id, kept.outcome, kept.candidate, kept.name) == ("p1", "added", ada, "")
    run = office.run
    assert (run.state, run.total, office.counts()) == ("done", 1, (1, 0, 0))
    assert office.export.taken_until == prospect(1).created_at


def test_without_a_job_they_arrive_without_one(office: Office) -> None:
    office.vendor.people = crowd(2)

    office.save(jobs=[])
    office.take()

    assert (Candidate.objects.count(), Application.objects.count()) == (2, 0)


def test_every_page_is_a_message_of_its_own(office: Office) -> None:
    office.vendor.people = crowd(50)

    office.save()
    taken = office.take()

    assert taken == 3
    assert office.vendor.asked == [(None, ""), (None, "20"), (None, "40")]
    assert (office.run.state, office.counts(), Candidate.objects.count()) == ("done", (50, 0, 0), 50)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"done"}


def test_duplicates_spellings_and_missing_addresses(office: Office) -> None:
    known = factories.CandidateFactory(company=office.company, email="p3@example.com", first_name="Typed")
    office.vendor.people = several_spellings(100, without_email=4, duplicates=12)

    office.save()
    office.take()

    assert office.counts() == (83, 13, 4)
    assert (Candidate.objects.count(), Application.objects.count()) == (84, 84)
    known.refresh_from_db()
    assert (known.first_name, known.source) == ("Typed", None)
    assert {row.reason for row in prospects.skipped(office.installation)} == {"No email address."}
    assert prospects.skipped(office.installation).count() == 4


def test_a_second_run_changes_nobody(office: Office) -> None:
    office.vendor.people = several_spellings(30, without_email=1, duplicates=2)
    office.save(tags=["prospect"])
    office.take()
    ada = Candidate.objects.first()
    assert ada is not None
    ada.tags.clear()  # a person's own act
    before = _people()

    runs.start(export=office.export, by=office.dana)
    office.take()

    assert _people() == before
    assert (office.run.state, office.counts()) == ("done", (0, 29, 1))


def test_whoever_was_removed_here_does_not_come_back(office: Office) -> None:
    office.vendor.people = crowd(3)
    office.save(jobs=[])
    office.take()
    Candidate.objects.filter(email="p1@example.com").delete()

    runs.start(export=office.export, by=office.dana)
    office.take()

    assert not Candidate.objects.filter(email="p1@example.com").exists()


def test_who_had_no_address_is_taken_once_there_is_one(office: Office) -> None:
    office.vendor.people = [prospect(1, "", first_name="Ada", last_name="L.")]
    office.save()
    office.take()
    left_out = Prospect.objects.get()
    assert (left_out.outcome, left_out.name, left_out.reason) == ("skipped", "Ada L.", "No email address.")

    office.vendor.people = [prospect(1, "ada@example.com", first_name="Ada", last_name="L.")]
    runs.start(export=office.export, by=office.dana)
    office.take()

    taken = Prospect.objects.get()
    assert (taken.outcome, taken.name, taken.reason, office.counts()) == ("added", "", "", (1, 0, 0))


def test_a_page_that_names_somebody_twice_or_is_longer_than_asked_is_taken(office: Office) -> None:
    office.vendor.page_size = schemas.PAGE_SIZE + 1
    office.vendor.people = [*crowd(schemas.PAGE_SIZE), prospect(0)]

    office.save()
    office.take()

    assert (office.counts(), Candidate.objects.count()) == ((schemas.PAGE_SIZE, 0, 0), schemas.PAGE_SIZE)


def test_a_vendor_that_repeats_a_page_or_counts_nothing_comes_to_an_end(office: Office) -> None:
    class Stuck(Vendor):
        def prospects(self, **query: Any) -> Any:
            page = super().prospects(**query)
            return type(page)(prospects=page.prospects, cursor="7", total=None)

    stuck = Stuck(people=crowd(8))
    office.vendor.prospects = stuck.prospects  # type: ignore[method-assign]

    office.save()
    office.take()

    assert (office.run.state, office.run.total, len(stuck.asked)) == ("done", None, 2)
    assert office.counts() == (8, 1, 0)


def test_two_companies_take_their_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    other = open_office(monkeypatch)
    other.vendor.people = crowd(3)

    office.save()
    other.save()
    office.take()

    assert Candidate.objects.filter(company=office.company).count() == 3
    assert Candidate.objects.filter(company=other.company).count() == 3
    assert Prospect.objects.count() == 6


# ── Killed ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("moment", ["asking", "before the commit", "after the commit"])
def test_a_killed_run_goes_on_without_duplicates(
    office: Office, monkeypatch: pytest.MonkeyPatch, moment: str, page: int
) -> None:
    office.vendor.people = several_spellings(50, without_email=2, duplicates=4)
    office.save(tags=["prospect"])
    kill(monkeypatch, office, moment, page)

    with pytest.raises(Killed):
        office.take()
    office.take()

    assert (office.run.state, office.counts()) == ("done", (44, 4, 2))
    assert (Candidate.objects.count(), Application.objects.count(), Prospect.objects.count()) == (44, 44, 50)
    assert NewsfeedEntry.objects.filter(verb="applications.lead_received").count() == 44


def kill(monkeypatch: pytest.MonkeyPatch, office: Office, moment: str, page: int) -> None:
    """Kill the worker once, at the page of this number."""
    pages_left = [page]

    def due() -> bool:
        pages_left[0] -= 1
        return pages_left[0] == 0

    def around(module: Any, name: str, *, late: bool) -> None:
        original: Callable[..., Any] = getattr(module, name)

        def call(*args: Any, **more: Any) -> Any:
            dies = due()
            if dies and not late:
                raise Killed
            result = original(*args, **more)
            if dies:
                raise Killed
            return result

        monkeypatch.setattr(module, name, call)

    if moment == "asking":
        around(office.vendor, "prospects", late=False)
    elif moment == "before the commit":
        around(runs, "_take_people", late=True)
    else:
        around(runs, "save_page", late=True)


def test_an_answer_that_comes_after_the_run_moved_on_is_not_taken_again(office: Office) -> None:
    office.vendor.people = crowd(30)
    office.save()
    page = office.vendor.prospects()
    runs.save_page(office.run.pk, page, cursor="")

    with changes_nothing():
        runs.save_page(office.run.pk, page, cursor="")


# ── Stopped, off ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_stopping_keeps_whoever_arrived(office: Office) -> None:
    office.vendor.people = crowd(50)
    office.save()
    runs.save_page(office.run.pk, office.vendor.prospects(), cursor="")

    assert runs.stop(export=office.export, by=office.dana)
    office.take()

    assert (office.run.state, Candidate.objects.count()) == ("stopped", 20)
    assert office.export.taken_until is None
    assert not runs.stop(export=office.export, by=office.dana)


def test_switching_off_stops_and_deletes_nobody(office: Office) -> None:
    office.vendor.people = crowd(50)
    office.save(follows=True)
    runs.save_page(office.run.pk, office.vendor.prospects(), cursor="")

    export = office.save(is_on=False, follows=True)
    office.take()

    assert (export.is_on, export.follows, office.run.state) == (False, False, "stopped")
    assert (Candidate.objects.count(), Prospect.objects.count()) == (20, 20)


def test_disconnecting_or_losing_the_feature_stops_a_run(office: Office) -> None:
    office.vendor.people = crowd(5)
    office.save()
    connection.disconnect(connection=connection.of(office.installation), by=office.dana)
    office.take()
    assert (office.run.state, Candidate.objects.count()) == ("stopped", 0)

    factories.CredentialFactory(installation=office.installation, membership=None)
    office.save()
    CompanyFeature.objects.all().delete()
    office.take()
    assert (office.run.state, Candidate.objects.count()) == ("stopped", 0)


def test_one_run_at_a_time(office: Office) -> None:
    office.save()

    with refuses(Conflict, "An export is running already"):
        runs.start(export=office.export, by=office.dana)
    office.save(is_on=False)
    with refuses(Conflict, "Turn on"):
        runs.start(export=office.export, by=office.dana)


def test_a_new_run_does_not_wait_for_the_pause_of_a_stopped_one(office: Office) -> None:
    office.vendor.people, office.vendor.fails = crowd(5), [VendorUnavailable("Crosschq didn't answer.")]
    office.save()
    outbox_before = OutboxMessage.objects.get()
    office.take()
    outbox_before.refresh_from_db()
    assert outbox_before.available_at > clock.machine_now()
    runs.stop(export=office.export, by=office.dana)

    runs.start(export=office.export, by=office.dana)
    message = messages.claim(now=clock.machine_now(), lease_seconds=60)

    assert message is not None and message.pk == outbox_before.pk


# ── Bad days ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_outage_is_waited_for(office: Office) -> None:
    office.vendor.people = crowd(30)
    office.vendor.fails = [
        VendorUnavailable("Crosschq didn't answer."),
        VendorRateLimited("Crosschq asks for a pause.", retry_after=60),
    ]
    office.save()

    office.take()
    assert (office.run.state, Candidate.objects.count()) == ("running", 0)
    office.take()
    office.take()

    assert (office.run.state, Candidate.objects.count()) == ("done", 30)


def test_a_refused_key_parks_the_run_until_it_is_replaced(office: Office) -> None:
    office.vendor.people, office.vendor.fails = crowd(3), [VendorAuthFailed("Crosschq no longer accepts the key.")]
    office.save()

    office.take()
    assert (OutboxMessage.objects.get().state, office.run.state) == ("parked", "running")
    Credential.objects.update(state=Credential.State.ACCEPTED)
    messages.release(office.installation.channel)
    office.take()

    assert (office.run.state, Candidate.objects.count()) == ("done", 3)


def test_what_the_vendor_refuses_ends_the_run_with_its_reason(office: Office) -> None:
    office.vendor.fails = [VendorNotFound("Crosschq has no list of prospects.")]
    office.save()

    office.take()

    assert (office.run.state, office.run.failure) == ("failed", "Crosschq has no list of prospects.")
    office.vendor.people = crowd(2)
    runs.start(export=office.export, by=office.dana)
    office.take()
    assert (office.run.state, office.counts()) == ("done", (2, 0, 0))


def test_a_list_without_end_is_no_longer_believed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_PROSPECTS", 30)
    office.vendor.people = crowd(100)
    office.save()

    office.take()

    assert (office.run.state, office.run.taken_count) == ("failed", 40)
    assert "does not come to an end" in office.run.failure


# ── Follow ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_following_takes_only_what_is_new(office: Office) -> None:
    office.vendor.people = crowd(3)
    office.save(follows=True)
    office.take()
    office.vendor.people = [*crowd(3), prospect(60), prospect(61, "")]

    assert runs.follow() == 1
    assert runs.follow() == 0  # it is under way
    office.take()

    last = prospect(2).created_at
    assert last is not None
    assert office.vendor.asked[-1] == (last - runs.OVERLAP, "")
    assert (office.run.state, office.run.started_by, office.counts()) == ("done", None, (1, 0, 1))
    assert office.export.taken_until == prospect(61).created_at


def test_a_follow_up_that_finds_nothing_leaves_no_trace(office: Office) -> None:
    office.vendor.people = crowd(3)
    office.save(follows=True)
    office.take()
    first = office.run

    assert runs.follow() == 1
    office.take()

    assert office.run == first
    checked_at = office.export.checked_at
    assert checked_at is not None and first.finished_at is not None and checked_at >= first.finished_at


def test_whoever_became_visible_late_is_taken(office: Office) -> None:
    office.vendor.people = [prospect(1), prospect(3)]
    office.save(follows=True)
    office.take()
    office.vendor.people = [prospect(1), prospect(2), prospect(3)]

    runs.follow()
    office.take()

    assert office.counts() == (1, 0, 0)


def test_nothing_is_followed_before_a_run_came_to_the_end_nor_when_it_is_off(office: Office) -> None:
    office.vendor.people = crowd(50)
    office.save(follows=True)
    runs.stop(export=office.export, by=office.dana)
    assert runs.follow() == 0

    runs.start(export=office.export, by=office.dana)
    office.take()
    office.save(follows=False)
    assert runs.follow() == 0
    office.save(follows=True)
    assert runs.follow() == 1
    office.take()

    CompanyFeature.objects.all().delete()
    assert runs.follow() == 0


def test_following_begins_at_an_empty_vendor_and_without_dates(office: Office) -> None:
    office.save(follows=True)
    office.take()
    began = office.run.created_at
    assert office.export.taken_until == began

    office.vendor.people = [prospect(1, created_at=None)]
    runs.follow()
    office.take()

    assert office.counts() == (1, 0, 0)


def test_a_date_in_the_future_hides_nobody(office: Office) -> None:
    office.vendor.people = [prospect(1, created_at=clock.now() + timedelta(days=3650))]
    office.save()
    office.take()

    taken_until = office.export.taken_until
    assert taken_until is not None and taken_until <= clock.now()


def test_an_unattended_run_that_was_refused_is_not_repeated_at_once(office: Office) -> None:
    office.save(follows=True)
    office.take()
    office.vendor.fails = [VendorNotFound("Crosschq has no list of prospects.")]
    runs.follow()
    office.take()
    assert office.run.state == "failed"

    assert runs.follow() == 0
    assert runs.follow(clock.now() + runs.AFTER_FAILURE + timedelta(seconds=1)) == 1


def test_old_unattended_runs_are_forgotten(office: Office) -> None:
    office.vendor.people = crowd(1)
    office.save(follows=True)
    office.take()
    office.vendor.people = crowd(20)
    runs.follow()
    office.take()
    assert ProspectRun.objects.count() == 2

    runs.follow(clock.now() + runs.KEEP_UNATTENDED + timedelta(days=1))

    assert list(ProspectRun.objects.filter(state="done").values_list("started_by", flat=True)) == [office.dana.pk]


def test_it_is_looked_every_ten_minutes() -> None:
    task = next(one for one in schedules.registered() if one.name == "crosschq.follow_prospects")

    assert (task.minutes, task.function) == (10, "integrations.crosschq.prospects.runs.follow")
    assert tasks.task_of(topics.TAKE_PROSPECTS) is not None


# ── The cost of a page ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_page_costs_the_same_whatever_was_taken_before(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.vendor.people = crowd(200)
    costs: list[int] = []
    original = runs.save_page

    def counted(*args: Any, **more: Any) -> None:
        with CaptureQueriesContext(connection_of_database) as taken:
            original(*args, **more)
        costs.append(len(taken))

    monkeypatch.setattr(runs, "save_page", counted)

    office.save(tags=["prospect"])
    office.take()

    assert office.counts() == (200, 0, 0)
    # The last page enqueues none after it.
    assert len(set(costs[:-1])) == 1 and costs[-1] <= costs[0]


def _people() -> dict[str, list[Any]]:
    return {
        model.__name__: sorted(map(repr, model._base_manager.values_list()))
        for model in (Candidate, Application, NewsfeedEntry, Prospect, Tag, Candidate.tags.through)
    }


def _stranger() -> Any:
    return factories.administrator(factories.CompanyFactory())
