"""Create, edit, open and close a job, and the Job Info window."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsfeed.models import NewsfeedEntry
from recruiting import extensions
from recruiting.companies.models import Company
from recruiting.extensions import Extension, JobPanel
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import HiringTeamMember, Job
from tests import markup
from tests.factories import (
    CompanyFactory,
    HiringProcessFactory,
    HiringTeamMemberFactory,
    JobFactory,
    MembershipFactory,
    administrator,
    on_team,
    staffing,
)
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NEW = {"title": "Senior Buyer", "city": "Austin", "region": "TX", "country": "US", "state": "open"}


@pytest.fixture
def company() -> Company:
    return CompanyFactory(name="Acme")


@pytest.fixture
def job(company: Company) -> Job:
    return JobFactory(company=company, title="Senior Buyer")


def address(name: str, job: Job) -> str:
    return reverse(f"jobs:{name}", args=[job.pk])


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def undo_of(response: Any) -> str:
    (message,) = get_messages(response.wsgi_request)
    return str(message.extra_tags).removeprefix("undo:")


# ── Create and edit ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_creates_a_job_with_the_chosen_process_and_state(company: Company) -> None:
    process = HiringProcessFactory(company=company, name="Executive search")
    by = staffing(company)

    response = signed_in(by).post(reverse("jobs:new"), {**NEW, "process": process.pk, "state": "draft"})

    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (303, reverse("applications:job", args=[job.pk]))
    assert (job.title, job.location, job.state, job.process) == ("Senior Buyer", "Austin, TX, US", "draft", process)
    assert said(response) == ["Job created."]


def test_it_offers_the_default_process_first_and_only_the_companys_own(company: Company) -> None:
    HiringProcessFactory(company=company, name="Another")
    HiringProcessFactory(company=CompanyFactory(), name="Foreign")

    form = signed_in(staffing(company)).get(reverse("jobs:new")).context["form"]

    assert [process.name for process in form.fields["process"].queryset] == ["Standard", "Another"]


def test_a_foreign_process_is_refused(company: Company) -> None:
    foreign = HiringProcessFactory(company=CompanyFactory())

    response = signed_in(staffing(company)).post(reverse("jobs:new"), {**NEW, "process": foreign.pk})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["process"]
    assert not Job.objects.exists()


def test_standard_members_create_no_jobs(company: Company) -> None:
    client = signed_in(MembershipFactory(company=company))

    assert client.get(reverse("jobs:new")).status_code == 403
    assert client.post(reverse("jobs:new"), NEW).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": ""}, "title", "Enter a title."),
        ({"title": "   "}, "title", "Enter a title."),
        ({"country": "Texas"}, "country", "Select a valid choice. Texas is not one of the available choices."),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    company: Company, wrong: dict[str, str], field: str, sentence: str
) -> None:
    job = JobFactory(company=company, title="Before")

    response = signed_in(staffing(company)).post(address("edit", job), {**NEW, "city": "Kept", **wrong})

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert 'value="Kept"' in response.content.decode()
    job.refresh_from_db()
    assert job.title == "Before"


def test_editing_saves_and_says_so(job: Job) -> None:
    by = on_team(job, JobRole.HIRING_MANAGER)

    response = signed_in(by).post(address("edit", job), {**NEW, "title": "Buyer II", "description": "Own it."})

    job.refresh_from_db()
    assert (response.status_code, said(response)) == (303, ["Job saved."])
    assert (job.title, job.city, job.description) == ("Buyer II", "Austin", "Own it.")
    assert NewsfeedEntry.objects.get().verb == "jobs.edited"


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE])
@pytest.mark.parametrize("name", ["edit", "close", "open"])
def test_people_who_monitor_a_job_cannot_change_it(job: Job, role: JobRole, name: str) -> None:
    client = signed_in(on_team(job, role))

    assert client.get(address(name, job)).status_code == 403
    assert client.post(address(name, job), NEW).status_code == 403

    job.refresh_from_db()
    assert (job.title, job.state) == ("Senior Buyer", "open")


@pytest.mark.parametrize("name", ["edit", "open", "close", "info", "team-add", "team-remove"])
def test_a_job_that_one_does_not_see_is_not_there(job: Job, name: str) -> None:
    without_role = signed_in(MembershipFactory(company=job.company))
    elsewhere = signed_in(administrator(CompanyFactory()))
    method = "post" if name.startswith("team") else "get"

    assert getattr(without_role, method)(address(name, job)).status_code == 404
    assert getattr(elsewhere, method)(address(name, job)).status_code == 404


def test_signed_out_people_are_sent_to_sign_in(job: Job) -> None:
    response = Client().get(address("info", job))

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address('info', job)}")


# ── Open and close ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_closing_asks_first_and_can_be_undone(job: Job) -> None:
    client = signed_in(staffing(job.company))

    asked = client.get(address("close", job)).content.decode()
    closed = client.post(address("close", job))
    job.refresh_from_db()

    assert "Close Senior Buyer?" in asked
    assert "Keep open" in asked
    assert (closed.status_code, job.state, said(closed)) == (303, "closed", ["Job closed."])

    undone = client.post(undo_of(closed))

    job.refresh_from_db()
    assert (undone.status_code, job.state) == (303, "open")


def test_opening_a_draft_offers_no_undo(company: Company) -> None:
    draft = JobFactory(company=company, state=Job.State.DRAFT)

    response = signed_in(staffing(company)).post(address("open", draft))

    draft.refresh_from_db()
    assert (draft.state, said(response), undo_of(response)) == ("open", ["Job opened."], "")


@pytest.mark.parametrize(
    ("name", "state", "question", "keep"),
    [
        ("close", Job.State.OPEN, "Close Senior Buyer?", "Keep open"),
        ("close", Job.State.DRAFT, "Close Senior Buyer?", "Keep as draft"),
        ("open", Job.State.DRAFT, "Open Senior Buyer?", "Keep as draft"),
        ("open", Job.State.CLOSED, "Open Senior Buyer?", "Keep closed"),
    ],
)
def test_each_address_asks_its_own_question(job: Job, name: str, state: Job.State, question: str, keep: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state)

    page = markup.page(signed_in(staffing(job.company)).get(address(name, job)))

    assert question in page and keep in page
    assert f'<form method="post" action="{address(name, job)}">' in page


@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        ("open", Job.State.OPEN, "Senior Buyer is open already."),
        ("close", Job.State.CLOSED, "Senior Buyer is closed already."),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_a_job_is_already_is_said_instead_of_asked(
    job: Job, method: str, name: str, state: Job.State, sentence: str
) -> None:
    Job.objects.filter(pk=job.pk).update(state=state)

    response = getattr(signed_in(staffing(job.company)), method)(address(name, job))

    assert (response.status_code, response["Location"]) == (303, reverse("applications:job", args=[job.pk]))
    assert (said(response), undo_of(response)) == ([sentence], "")
    assert Job.objects.get().state == state


def test_it_goes_back_to_the_page_it_was_sent_from_but_never_to_another_site(job: Job) -> None:
    client = signed_in(staffing(job.company))

    back = client.post(address("close", job), {"next": "/jobs/?status=any"})
    astray = client.post(address("open", job), {"next": "https://evil.example/"})

    assert back["Location"] == "/jobs/?status=any"
    assert astray["Location"] == reverse("applications:job", args=[job.pk])


# ── Job Info ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_job_info_names_everybody_by_role(job: Job) -> None:
    by = on_team(job, JobRole.INTERVIEWER, user__first_name="Ira", user__last_name="Vu")
    on_team(job, JobRole.RECRUITER, user__first_name="Rae", user__last_name="Cruz")

    response = signed_in(by).get(address("info", job))

    people = {row.role: [p.name for p in row.people] for s in response.context["sections"] for row in s.roles}
    assert [section.label for section in response.context["sections"]][:3] == [
        "Key People Managing This Job",
        "People Monitoring This Job",
        "Details",
    ]
    assert people == {
        JobRole.HIRING_MANAGER: [],
        JobRole.RECRUITER: ["Rae Cruz"],
        JobRole.COORDINATOR: [],
        JobRole.INTERVIEWER: ["Ira Vu"],
        JobRole.EXECUTIVE: [],
    }
    assert "Edit job" not in response.content.decode()
    assert "pick=" not in response.content.decode()


def test_deactivated_people_are_not_named(job: Job) -> None:
    gone = MembershipFactory(company=job.company, is_active=False)
    HiringTeamMemberFactory(job=job, membership=gone)

    response = signed_in(staffing(job.company)).get(address("info", job))

    assert gone.name not in response.content.decode()


def test_it_adds_and_removes_people(job: Job) -> None:
    client = signed_in(on_team(job, JobRole.RECRUITER))
    kim = MembershipFactory(company=job.company, user__first_name="Kim", user__last_name="Ito")
    who = {"member": kim.pk, "role": "interviewer"}

    added = client.post(address("team-add", job), who)
    assert said(added) == ["Kim Ito is now Interviewer on this job."]
    assert added["Location"] == f"{address('info', job)}?open=monitoring&pick=interviewer"
    assert HiringTeamMember.objects.filter(job=job, membership=kim, role="interviewer").count() == 1

    again = client.post(address("team-add", job), who)
    assert said(again) == [said(added)[0], "Kim Ito is Interviewer on this job already."]
    assert HiringTeamMember.objects.filter(membership=kim).count() == 1

    client.post(address("team-remove", job), who)
    assert not HiringTeamMember.objects.filter(membership=kim).exists()


def test_the_picker_offers_active_members_without_the_role(job: Job) -> None:
    by = on_team(job, JobRole.RECRUITER)
    free = MembershipFactory(company=job.company)
    MembershipFactory(company=job.company, is_active=False)
    MembershipFactory(company=CompanyFactory())

    response = signed_in(by).get(address("info", job), {"pick": "recruiter"})

    (row,) = [r for s in response.context["sections"] for r in s.roles if r.choices is not None]
    assert (row.role, list(row.choices)) == (JobRole.RECRUITER, [free])


def test_who_takes_the_own_last_role_away_lands_on_the_list(job: Job) -> None:
    by = on_team(job, JobRole.RECRUITER)

    response = signed_in(by).post(address("team-remove", job), {"member": by.pk, "role": "recruiter"})

    assert response["Location"] == reverse("applications:jobs")
    assert not HiringTeamMember.objects.filter(membership=by).exists()


@pytest.mark.parametrize("name", ["team-add", "team-remove"])
def test_interviewers_do_not_change_the_team(job: Job, name: str) -> None:
    by = on_team(job, JobRole.INTERVIEWER)
    before = list(HiringTeamMember.objects.values_list("pk", flat=True))

    response = signed_in(by).post(address(name, job), {"member": by.pk, "role": "interviewer"})

    assert response.status_code == 403
    assert list(HiringTeamMember.objects.values_list("pk", flat=True)) == before


def test_a_foreign_member_cannot_join(job: Job) -> None:
    foreign = MembershipFactory(company=CompanyFactory(), role=CompanyRole.ADMINISTRATOR)

    response = signed_in(staffing(job.company)).post(
        address("team-add", job), {"member": foreign.pk, "role": "recruiter"}
    )

    assert said(response) == ["Select a valid choice. That choice is not one of the available choices."]
    assert not HiringTeamMember.objects.exists()


def test_in_a_dialog_it_answers_with_the_window_alone(job: Job) -> None:
    client = signed_in(staffing(job.company))

    window = client.get(address("info", job), headers={"X-Requested-With": "dialog"}).content.decode()
    page = client.get(address("info", job)).content.decode()

    assert "<html" not in window
    assert '<h2 id="dialog-title" tabindex="-1">Job Info</h2>' in window
    assert '<h1 id="dialog-title" tabindex="-1">Job Info</h1>' in page


# ── Sections of extensions ───────────────────────────────────────────────────────────────────────────────────────────
class Panel(JobPanel):
    """Shows a sentence of ours, or fails where it is told to."""

    slug = "test-panel"
    label = "Test Panel"
    template_name = "components/status_card.html"

    def __init__(self, fails_at: str = "") -> None:
        self.fails_at = fails_at

    def is_visible(self, *, job: Any, membership: Any) -> bool:
        if self.fails_at == "is_visible":
            raise RuntimeError("planted")
        return bool(self.fails_at != "hidden")

    def get_context(self, *, request: HttpRequest, job: Any, membership: Any) -> Mapping[str, Any]:
        if self.fails_at == "get_context":
            raise RuntimeError("planted")
        tone = "no-such-tone" if self.fails_at == "template" else "info"
        return {"badge": extensions.Badge(word=f"Linked {job.title}", icon="link", tone=tone)}


@pytest.fixture
def plant() -> Iterator[Any]:
    def planted(fails_at: str = "") -> None:
        kind = type("Planted", (Extension,), {"slug": "planted", "name": "Planted", "panels": (Panel(fails_at),)})
        extensions.register(kind())

    yield planted
    extensions.unregister("planted")


def test_a_visible_panel_is_a_section(job: Job, plant: Any) -> None:
    plant()

    body = markup.page(signed_in(staffing(job.company)).get(address("info", job), {"open": "test-panel"}))

    assert "Linked Senior Buyer" in body
    assert 'id="test-panel-title" tabindex="-1" autofocus>Test Panel</h2>' in body


def test_a_hidden_panel_is_not_there(job: Job, plant: Any) -> None:
    plant("hidden")

    assert "Test Panel" not in signed_in(staffing(job.company)).get(address("info", job)).content.decode()


@pytest.mark.parametrize("fails_at", ["is_visible", "get_context", "template"])
def test_a_broken_panel_costs_its_own_card_alone(job: Job, plant: Any, fails_at: str) -> None:
    plant(fails_at)

    response = signed_in(staffing(job.company)).get(address("info", job))

    body = response.content.decode()
    assert response.status_code == 200
    assert "This section could not be shown. The rest of the page works." in body
    assert "Key People Managing This Job" in body


def test_job_info_costs_the_same_for_one_and_for_twenty_people(job: Job, django_assert_num_queries: Any) -> None:
    client = signed_in(staffing(job.company))
    on_team(job)
    client.get(address("info", job))
    with CaptureQueriesContext(connection) as few:
        client.get(address("info", job))
    for _ in range(20):
        on_team(job)

    with django_assert_num_queries(len(few)):
        client.get(address("info", job))
