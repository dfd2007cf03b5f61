"""Hiring processes as a whole: services, the pages in Company Settings, and a job's choice of one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import processes
from recruiting.jobs.models import HiringProcess, Job, StageAutomation, StageGroup
from tests import factories
from tests.applications.browsing import queries, text
from tests.refusals import changes_nothing, refuses
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
INDEX = "/settings/hiring-processes/"


@pytest.fixture
def company() -> Company:
    return factories.CompanyFactory(name="Acme")


@pytest.fixture
def dana(company: Company) -> Membership:
    return factories.administrator(company)


@pytest.fixture
def standard(company: Company) -> HiringProcess:
    return HiringProcess.objects.get(company=company)


def steps(process: HiringProcess) -> list[tuple[str, str]]:
    return list(process.stages.order_by("position").values_list("group", "name"))


def test_a_new_process_begins_with_a_step_in_each_group(dana: Membership) -> None:
    made = processes.create_process(name="  Executive   search ", by=dana)

    assert (made.name, made.company, made.is_default) == ("Executive search", dana.company, False)
    assert [group for group, _ in steps(made)] == StageGroup.values


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("  ", "Enter a name."),
        ("STANDARD", "Another hiring process is called STANDARD."),
        ("x" * 101, "Use 100 characters at most; this has 101."),
    ],
)
def test_a_name_that_cannot_be_is_refused(dana: Membership, standard: HiringProcess, name: str, sentence: str) -> None:
    other = factories.HiringProcessFactory(company=dana.company)
    acts: list[Callable[[], Any]] = [
        lambda: processes.create_process(name=name, by=dana),
        lambda: processes.duplicate_process(process=standard, name=name, by=dana),
        lambda: processes.rename_process(process=other, name=name, by=dana),
    ]

    for act in acts:
        with refuses(InvalidInput) as refused:
            act()
        assert refused.value.fields == {"name": sentence}


def test_a_company_has_so_many_at_most(dana: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MAX_PROCESSES", 1)

    with refuses(Conflict, match="A company can have 1 hiring processes"):
        processes.create_process(name="Second", by=dana)


def test_a_copy_has_the_same_steps_and_automations(dana: Membership, standard: HiringProcess) -> None:
    first = standard.stages.order_by("position").first()
    factories.StageAutomationFactory(stage=first, action="a.b", mode="ask")

    copy = processes.duplicate_process(process=standard, name="Copy", by=dana)

    assert steps(copy) == steps(standard)
    row = StageAutomation.objects.get(stage__process=copy)
    assert (row.stage.name, row.action, row.mode, row.company) == ("New", "a.b", "ask", dana.company)


def test_one_process_is_the_default(dana: Membership, standard: HiringProcess) -> None:
    other = factories.HiringProcessFactory(company=dana.company)

    processes.make_default(process=other, by=dana)

    assert list(HiringProcess.objects.filter(is_default=True)) == [other]
    processes.make_default(process=other, by=dana)
    assert list(HiringProcess.objects.filter(is_default=True)) == [other]


def test_only_an_unused_process_that_is_not_the_default_is_deleted(dana: Membership, standard: HiringProcess) -> None:
    used = factories.HiringProcessFactory(company=dana.company, name="Used")
    unused = processes.create_process(name="Unused", by=dana)
    factories.JobFactory(process=used)

    with refuses(Conflict, match="Standard is the default process"):
        processes.delete_process(process=standard, by=dana)
    with refuses(Conflict, match="Jobs use Used"):
        processes.delete_process(process=used, by=dana)
    processes.delete_process(process=unused, by=dana)

    assert set(HiringProcess.objects.all()) == {standard, used}
    with refuses(NotFound):
        processes.delete_process(process=unused, by=dana)


def test_administrators_alone_change_processes_of_their_company(company: Company, standard: HiringProcess) -> None:
    staffing = factories.staffing(company)
    stranger = factories.administrator(factories.CompanyFactory())
    acts: list[Callable[[Membership], Any]] = [
        lambda by: processes.duplicate_process(process=standard, name="X", by=by),
        lambda by: processes.rename_process(process=standard, name="X", by=by),
        lambda by: processes.make_default(process=standard, by=by),
        lambda by: processes.delete_process(process=standard, by=by),
    ]

    for act in acts:
        with refuses(NotAllowed):
            act(staffing)
        with refuses(NotFound):
            act(stranger)
    with refuses(NotAllowed):
        processes.create_process(name="X", by=staffing)


# ── A job's process ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_job_may_follow_another_process_while_nobody_stands_in_a_step(dana: Membership) -> None:
    job = factories.JobFactory(company=dana.company, title="Buyer")
    other = factories.HiringProcessFactory(company=dana.company, name="Short")
    factories.lead(job=job)

    changed = processes.choose_process(job=job, process=other, by=dana)

    assert changed.process == other
    entry = NewsfeedEntry.objects.select_related("actor__user").get()
    assert (entry.job, feed.plain(entry).sentence) == (job, f"{dana.name} chose the hiring process Short.")
    with changes_nothing():
        processes.choose_process(job=job, process=other, by=dana)


def test_a_job_keeps_its_process_while_somebody_stands_in_a_step(dana: Membership) -> None:
    job = factories.JobFactory(company=dana.company)
    other = factories.HiringProcessFactory(company=dana.company)
    factories.ApplicationFactory(job=job)
    sentence = r"^1 candidate stands in steps of this job's process, so it stays\."

    with refuses(Conflict, match=sentence):
        processes.choose_process(job=job, process=other, by=dana)

    foreign = factories.HiringProcessFactory(company=factories.CompanyFactory())
    empty = factories.JobFactory(company=dana.company)
    with refuses(NotFound):
        processes.choose_process(job=empty, process=foreign, by=dana)
    interviewer = factories.on_team(empty, JobRole.INTERVIEWER)
    with refuses(NotAllowed):
        processes.choose_process(job=empty, process=other, by=interviewer)


def test_the_job_page_offers_the_choice_or_says_why_not(dana: Membership) -> None:
    job = factories.JobFactory(company=dana.company)
    other = factories.HiringProcessFactory(company=dana.company, name="Short")
    client, url = signed_in(dana), reverse("jobs:process-choose", args=[job.pk])
    assert url in text(client.get(reverse("jobs:edit", args=[job.pk])))
    assert "Short" in text(client.get(url))

    answer = client.post(url, {"process": other.pk})

    assert (answer.status_code, Job.objects.get().process) == (303, other)
    factories.StageFactory(process=other)
    factories.ApplicationFactory(job=Job.objects.get())
    assert "1 candidate stands in steps of this job's process" in text(client.get(url))
    assert client.post(url, {"process": HiringProcess.objects.exclude(pk=other.pk).get().pk}).status_code == 409
    assert client.post(url, {"process": "nonsense"}).status_code == 422


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_list_names_processes_the_default_and_their_jobs(dana: Membership, standard: HiringProcess) -> None:
    factories.JobFactory(process=standard)
    factories.HiringProcessFactory(company=dana.company, name="Executive")
    factories.HiringProcessFactory(company=factories.CompanyFactory(), name="Foreign")

    page = text(signed_in(dana).get(INDEX))

    assert "Standard" in page and "5 steps" in page and "1 job" in page and "Default" in page
    assert "Executive" in page and "No job" in page and "Foreign" not in page
    assert f'href="{INDEX}"' in text(signed_in(dana).get("/settings/"))


def test_processes_are_created_copied_renamed_and_deleted_on_pages(dana: Membership, standard: HiringProcess) -> None:
    client = signed_in(dana)

    made = client.post(f"{INDEX}new/", {"name": "Executive"})
    process = HiringProcess.objects.get(name="Executive")
    assert made.headers["Location"] == f"{INDEX}{process.pk}/edit/"
    copied = client.post(f"{INDEX}{process.pk}/duplicate/", {"name": "Copy"})
    copy = HiringProcess.objects.get(name="Copy")
    assert copied.headers["Location"] == f"{INDEX}{copy.pk}/edit/"
    assert "Executive (copy)" in text(client.get(f"{INDEX}{process.pk}/duplicate/"))
    assert client.post(f"{INDEX}{copy.pk}/rename/", {"name": "Twin"}).headers["Location"] == INDEX
    assert client.post(f"{INDEX}{copy.pk}/default/").headers["Location"] == INDEX
    assert "Delete Executive?" in text(client.get(f"{INDEX}{process.pk}/delete/"))
    assert client.post(f"{INDEX}{process.pk}/delete/").headers["Location"] == INDEX

    found = HiringProcess.objects.order_by("name").values_list("name", "is_default")
    assert list(found) == [("Standard", False), ("Twin", True)]
    refused = client.post(f"{INDEX}{copy.pk}/delete/")
    assert (refused.status_code, "Twin is the default process" in text(refused)) == (409, True)
    taken = client.post(f"{INDEX}new/", {"name": "twin"})
    assert (taken.status_code, "Another hiring process is called twin." in text(taken)) == (422, True)


@pytest.mark.parametrize("act", ["", "new/", "{}/rename/", "{}/duplicate/", "{}/delete/"])
def test_the_pages_are_there_for_administrators_of_the_company(
    standard: HiringProcess, company: Company, act: str
) -> None:
    url = INDEX + act.format(standard.pk)
    stranger = factories.administrator(factories.CompanyFactory())

    assert signed_in(factories.staffing(company)).get(url).status_code == 404
    assert signed_in(stranger).get(url).status_code == (404 if "{}" in act else 200)


def test_the_list_costs_the_same_for_1_and_for_20(dana: Membership) -> None:
    client = signed_in(dana)
    one = queries(client, INDEX)

    for _ in range(20):
        processes.create_process(name=f"P{HiringProcess.objects.count()}", by=dana)

    assert queries(client, INDEX) == one
