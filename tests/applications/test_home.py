"""Home: what needs the reader, their jobs, and whether background work runs."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations import registry
from recruiting import extensions
from recruiting.applications import services
from recruiting.applications.models import Application
from recruiting.extensions import Extension, WorkItem
from recruiting.foundation import clock, pagination
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job
from tests import factories
from tests.applications.browsing import NASTY, queries, text
from tests.limits import SetLimit
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

HOME = "/"


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def planted() -> Iterator[Callable[[Any], None]]:
    """Register an extension whose work items a test gives as a function."""
    taken: list[str] = []

    def plant(answer: Callable[[], Sequence[Any]]) -> None:
        class Planted(Extension):
            slug = f"planted-{len(taken)}"
            name = "Planted"

            def work_items(self, membership: Any) -> Sequence[WorkItem]:
                return answer()

        extension = Planted()
        extensions.register(extension)
        taken.append(extension.slug)

    yield plant
    for slug in taken:
        extensions.unregister(slug)


def test_home_is_for_members() -> None:
    assert Client().get(HOME).headers["Location"] == "/accounts/login/?next=/"


def test_a_new_company_has_nothing_to_do_and_no_news() -> None:
    page = text(signed_in(factories.staffing(factories.CompanyFactory())).get(HOME))

    assert "You're all caught up." in page
    assert "Nothing has happened yet." in page and "Create a job, or ask to join a hiring team." in page


def test_a_member_without_a_role_learns_how_to_get_one() -> None:
    company = factories.CompanyFactory()
    standard = signed_in(factories.MembershipFactory(company=company))
    nobody = text(standard.get(HOME))
    for first, last in (("Dana", "Cole"), ("Kim", "Ito")):
        factories.administrator(company, user__first_name=first, user__last_name=last)

    page = text(standard.get(HOME))

    assert "You are on no hiring team yet." in page and "Create a job" not in page
    assert "Ask Dana Cole or Kim Ito (Administrators) to add you to a job." in page
    assert "Ask Dana Cole or Kim Ito (Administrators) to add you to a job." in text(standard.get("/jobs/"))
    assert "Ask an Administrator to add you to a job." in nobody


@pytest.mark.parametrize(
    ("role", "counted"),
    [
        (JobRole.RECRUITER, True),
        (JobRole.HIRING_MANAGER, True),
        (JobRole.INTERVIEWER, False),
        (JobRole.EXECUTIVE, False),
    ],
)
def test_leads_need_those_who_may_convert_them(job: Job, role: JobRole, counted: bool) -> None:
    for _ in range(3):
        factories.lead(job=job)
    factories.lead(job=factories.JobFactory(company=job.company))
    factories.lead(job=factories.JobFactory(company=factories.CompanyFactory()))

    page = text(signed_in(factories.on_team(job, role)).get(HOME))

    assert ("3 candidates are leads to convert" in page) == counted
    assert ('href="/candidates/?show=leads"' in page) == counted


def test_each_number_is_a_link_to_its_list(job: Job) -> None:
    mine = factories.lead(job=job)
    elsewhere = factories.JobFactory(company=job.company)
    recruiter = factories.on_team(job)
    factories.HiringTeamMemberFactory(job=elsewhere, membership=recruiter, role=JobRole.INTERVIEWER)
    seen_only = factories.lead(job=elsewhere)
    client = signed_in(recruiter)

    assert "1 candidate is a lead to convert" in text(client.get(HOME))
    listed = text(client.get("/candidates/?show=leads"))
    assert (mine.candidate.name in listed, seen_only.candidate.name in listed) == (True, False)


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("show", "sentence"),
    [("leads", "1 candidate is a lead to convert"), ("unmoved", "1 candidate has not moved for 10 days")],
)
def test_somebody_on_two_jobs_counts_once_as_in_the_list(job: Job, show: str, sentence: str) -> None:
    person = factories.CandidateFactory(company=job.company)
    long_ago = clock.now() - timedelta(days=11)
    for each in (job, factories.JobFactory(company=job.company)):
        if show == "leads":
            factories.lead(job=each, candidate=person)
        else:
            factories.ApplicationFactory(job=each, candidate=person, stage_entered_at=long_ago)
    client = signed_in(factories.staffing(job.company))

    assert sentence in text(client.get(HOME))
    listed = client.get(f"/candidates/?show={show}")
    assert [row.pk for row in listed.context["page"].rows] == [person.pk]
    assert "1 candidate<" in text(listed)


def test_counting_work_stops(job: Job, set_limit: SetLimit) -> None:
    set_limit(pagination, "WORK_TO", 2)
    client = signed_in(factories.on_team(job))
    for said in (
        "1 candidate is a lead to convert",
        "2+ candidates are leads to convert",
        "2+ candidates are leads to convert",
    ):
        factories.lead(job=job)
        assert said in text(client.get(HOME))
    with CaptureQueriesContext(connection) as asked:
        client.get(HOME)
    counting = next(query["sql"] for query in asked if "COUNT" in query["sql"] and "\"state\" = 'lead'" in query["sql"])
    assert counting.count("LIMIT 2)") == counting.count("COUNT(*)")


def test_leads_of_a_closed_job_need_nobody(job: Job) -> None:
    factories.lead(job=job)
    administrator = factories.administrator(job.company)
    jobs.close_job(job=job, by=administrator)

    assert "You're all caught up." in text(signed_in(administrator).get(HOME))


def test_candidates_without_movement_for_ten_days_are_named(job: Job) -> None:
    now = clock.now()
    stuck = factories.ApplicationFactory(job=job, stage_entered_at=now - timedelta(days=10, minutes=1))
    fresh = factories.ApplicationFactory(job=job, stage_entered_at=now - timedelta(days=9, hours=23))
    closed = factories.ApplicationFactory(job=job, stage_entered_at=now - timedelta(days=30))
    recruiter = factories.on_team(job)
    services.reject(application=closed, reason="Skills", by=recruiter)
    client = signed_in(recruiter)

    assert "1 candidate has not moved for 10 days" in text(client.get(HOME))
    listed = text(client.get("/candidates/?show=unmoved"))
    named = [one.candidate.name in listed for one in (stuck, fresh, closed)]
    assert named == [True, False, False]


def test_what_extensions_offer_stands_in_order_of_urgency(job: Job, planted: Callable[[Any], None]) -> None:
    factories.lead(job=job)
    planted(lambda: [WorkItem("watch", "4 video interviews to watch", "/watch/", "Watch", 60)])
    planted(lambda: [WorkItem("failed", "2 requests could not be sent", "/failed/", "Review", 10)])

    page = text(signed_in(factories.on_team(job)).get(HOME))

    sentences = ("2 requests could not be sent", "1 candidate is a lead to convert", "4 video interviews to watch")
    places = [page.index(sentence) for sentence in sentences]
    assert places == sorted(places)
    assert 'href="/watch/"' in page


@pytest.mark.parametrize(
    "answer",
    [lambda: 1 / 0, lambda: ["not a work item"], lambda: list(Application.objects.extra(where=["no_such_column"]))],
)
def test_a_broken_extension_costs_its_own_lines(job: Job, planted: Callable[[Any], None], answer: Any) -> None:
    factories.lead(job=job)
    planted(answer)

    response = signed_in(factories.on_team(job)).get(HOME)

    assert response.status_code == 200
    assert "1 candidate is a lead to convert" in text(response)


@pytest.mark.parametrize("slug", ["video-interviewing", "reference-checks"])
def test_an_integration_is_asked_where_it_is_enabled_or_was_used(
    job: Job, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, integration = job.company, registry.get(slug)
    assert integration is not None
    item = WorkItem("asked", "It was asked", "/asked/", "Review", 10)
    monkeypatch.setattr(type(integration), "work_items", lambda self, membership: [item])
    client = signed_in(factories.on_team(job))

    def is_asked() -> bool:
        return "It was asked" in text(client.get(HOME))

    factories.CompanyFeatureFactory(company=factories.CompanyFactory(), feature=slug)
    factories.InstallationFactory(company=factories.CompanyFactory(), integration=slug)
    assert not is_asked()
    feature = factories.CompanyFeatureFactory(company=company, feature=slug)
    assert is_asked()
    feature.delete()
    connected = factories.InstallationFactory(company=company, integration=slug, is_on=False)
    assert is_asked()
    connected.delete()
    for action in integration.stage_actions:
        factories.StageAutomationFactory(stage=job.process.stages.first(), action=action.key)
        assert is_asked()


def test_what_extensions_say_is_text(job: Job, planted: Callable[[Any], None]) -> None:
    planted(lambda: [WorkItem("odd", NASTY, "/odd/", NASTY, 10)])

    assert "<script>alert" not in signed_in(factories.on_team(job)).get(HOME).content.decode()


def test_my_jobs_are_open_jobs_with_a_role_and_their_active_candidates(job: Job) -> None:
    recruiter = factories.on_team(job)
    factories.HiringTeamMemberFactory(job=job, membership=recruiter, role=JobRole.COORDINATOR)
    for _ in range(2):
        factories.ApplicationFactory(job=job)
    factories.lead(job=job)
    closed = factories.JobFactory(company=job.company, title="Long gone", state=Job.State.CLOSED)
    factories.HiringTeamMemberFactory(job=closed, membership=recruiter)
    factories.JobFactory(company=job.company, title="Of others")

    page = text(signed_in(recruiter).get(HOME))

    assert "Senior Buyer" in page and "2 active candidates" in page
    assert "Long gone" not in page and "Of others" not in page


def test_stopped_background_work_is_told_to_administrators(job: Job) -> None:
    administrator, recruiter = factories.administrator(job.company), factories.on_team(job)
    words = "Requests are kept and go out when the background service runs again."

    assert words in text(signed_in(administrator).get(HOME))
    assert words not in text(signed_in(recruiter).get(HOME))
    heartbeat = factories.HeartbeatFactory(beat_at=clock.machine_now() - timedelta(hours=2))
    assert "Nothing has been sent since" in text(signed_in(administrator).get(HOME))
    heartbeat.beat_at = clock.machine_now()
    heartbeat.save()
    assert words not in text(signed_in(administrator).get(HOME))


def test_home_costs_the_same_with_more_jobs_and_work(job: Job) -> None:
    recruiter = factories.on_team(job)
    client = signed_in(recruiter)

    def work(rows: int) -> None:
        for _ in range(rows):
            other = factories.JobFactory(company=job.company)
            factories.HiringTeamMemberFactory(job=other, membership=recruiter)
            factories.lead(job=other)
            factories.ApplicationFactory(job=other, stage_entered_at=clock.now() - timedelta(days=20))

    work(3)
    few = queries(client, HOME)
    work(7)

    assert queries(client, HOME) == few
