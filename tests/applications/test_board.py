"""The list of jobs, and the page of one job as a board and as a list."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting import extensions
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.extensions import Badge, Chip, Extension, StageAction
from recruiting.foundation import clock
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job, Stage, StageGroup
from recruiting.web.applications import board, rows
from recruiting.web.applications.board import Column, share_out
from tests import markup
from tests.factories import (
    ApplicationFactory,
    CandidateFactory,
    CandidateTagFactory,
    CompanyFactory,
    HiringTeamMemberFactory,
    JobFactory,
    MembershipFactory,
    SourceFactory,
    StageAutomationFactory,
    TagFactory,
    administrator,
    lead,
    on_team,
    staffing,
    stage_of,
)
from tests.limits import SetLimit
from tests.queries import queries_of
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

JOBS = "/jobs/"


@pytest.fixture
def company() -> Company:
    return CompanyFactory()


@pytest.fixture
def job(company: Company) -> Job:
    return JobFactory(company=company, title="Senior Buyer")


@pytest.fixture
def client(company: Company) -> Client:
    return signed_in(staffing(company))


def page_of(job: Job) -> str:
    return reverse("applications:job", args=[job.pk])


def named(job: Job, first: str, last: str = "Person", **fields: Any) -> Application:
    return ApplicationFactory(job=job, candidate__first_name=first, candidate__last_name=last, **fields)


def titles(response: Any) -> list[str]:
    return [row.job.title for row in response.context["rows"]]


def columns_of(response: Any) -> list[Column]:
    return [column for group in response.context["board"].groups for column in group.columns]


def columns(response: Any) -> dict[str, list[str]]:
    return {
        column.name: [card.application.candidate.first_name for card in column.cards] for column in columns_of(response)
    }


# ── List of jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_jobs_show_where_people_wait(client: Client, job: Job) -> None:
    for _ in range(3):
        ApplicationFactory(job=job)
    ApplicationFactory(job=job, stage=stage_of(job, StageGroup.OFFER))
    ApplicationFactory(job=job, stage=stage_of(job, StageGroup.HIRED), state=Application.State.HIRED)
    ApplicationFactory(job=job, state=Application.State.REJECTED)
    lead(job=job)

    (row,) = client.get(JOBS).context["rows"]

    assert [(label, count) for _group, label, count in row.counts] == [
        ("New", 3),
        ("In Review", 0),
        ("Interview", 0),
        ("Offer", 1),
        ("Hired", 1),
    ]
    assert row.job.newest == Application.objects.filter(state__in=["active", "hired"]).latest("created_at").created_at


@pytest.mark.both_engines
def test_jobs_count_no_further_than_they_say(client: Client, job: Job, set_limit: SetLimit) -> None:
    set_limit(rows, "PEOPLE_TO", 2)
    for group, people in ((StageGroup.NEW, 1), (StageGroup.INTERVIEW, 2), (StageGroup.OFFER, 3)):
        for _ in range(people):
            ApplicationFactory(job=job, stage=stage_of(job, group))
    ApplicationFactory(job=JobFactory(company=job.company, process=job.process))

    response = client.get(JOBS)

    body = markup.page(response)
    assert [[count for _group, _label, count in row.counts] for row in response.context["rows"]] == [
        [1, 0, 0, 0, 0],
        [1, 0, 2, 2, 0],
    ]
    assert '1<span class="visually-hidden"> in New' in body
    assert body.count('2+<span class="visually-hidden"> in ') == 2


def test_jobs_are_open_ones_unless_asked_otherwise(client: Client, company: Company) -> None:
    for state in Job.State:
        JobFactory(company=company, title=state.label, state=state)

    assert titles(client.get(JOBS)) == ["Open"]
    assert titles(client.get(JOBS, {"status": "closed"})) == ["Closed"]
    assert sorted(titles(client.get(JOBS, {"status": "any"}))) == ["Closed", "Draft", "Open"]
    assert titles(client.get(JOBS, {"status": "nonsense"})) == ["Open"]


def test_jobs_are_found_by_title_department_and_place(client: Client, company: Company) -> None:
    JobFactory(company=company, title="Senior Buyer", department="Purchasing", city="Austin")
    JobFactory(company=company, title="Analyst", department="Data", city="Boston")

    assert titles(client.get(JOBS, {"q": "buy aust"})) == ["Senior Buyer"]
    assert titles(client.get(JOBS, {"q": "DATA"})) == ["Analyst"]
    assert "No jobs match these filters." in client.get(JOBS, {"q": "'; drop"}).content.decode()


def test_mine_are_the_jobs_with_a_role(company: Company, job: Job) -> None:
    by = staffing(company)
    JobFactory(company=company, title="Another")
    HiringTeamMemberFactory(job=job, membership=by)

    assert titles(signed_in(by).get(JOBS, {"mine": "on"})) == ["Senior Buyer"]


@pytest.mark.parametrize("typed", ["österreich", "ÖSTERREICH einkauf", "osterreich", "malmö", "ŁÓDŹ", "lodz", "Éq"])
def test_jobs_are_found_however_letters_are_written(company: Company, client: Client, typed: str) -> None:
    JobFactory(company=company, title="Einkauf Österreich", city="Łódź", region="MALMÖ", department="ÉQUIPE")
    JobFactory(company=company, title="Senior Buyer")

    assert titles(client.get(JOBS, {"q": typed})) == ["Einkauf Österreich"]
    assert titles(client.get(JOBS, {"q": f"{typed} nothing"})) == []


def test_jobs_are_found_by_what_they_are_called_now(company: Company, client: Client, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(title="Élan")
    assert titles(client.get(JOBS, {"q": "ÉLAN"})) == ["Élan"]
    assert titles(client.get(JOBS, {"q": "buyer"})) == []


def test_standard_members_see_the_jobs_they_have_a_role_on(company: Company, job: Job) -> None:
    JobFactory(company=company, title="Unseen")
    by = on_team(job, JobRole.EXECUTIVE)

    response = signed_in(by).get(JOBS)

    assert titles(response) == ["Senior Buyer"]
    assert "Unseen" not in response.content.decode()
    assert "Create job" not in response.content.decode()


def test_what_can_be_done_with_a_job_is_a_page(job: Job) -> None:
    def leads_to(member: Membership) -> list[str]:
        body = signed_in(member).get(f"{page_of(job)}actions/").content.decode()
        return re.findall(rf'<a class="dropdown-item" href="{page_of(job)}([^"]+)"', body)

    def has(member: Membership) -> set[str]:
        return {link for link in leads_to(member) if link in ("info/", "edit/", "close/", "open/")}

    assert has(staffing(job.company)) == {"info/", "edit/", "close/"}
    assert has(on_team(job, JobRole.EXECUTIVE)) == {"info/"}
    Job.objects.filter(pk=job.pk).update(state="closed")
    assert has(administrator(job.company)) == {"info/", "edit/", "open/"}


def test_an_empty_list_says_what_to_do(company: Company) -> None:
    recruiter = signed_in(staffing(company)).get(JOBS).content.decode()
    standard = signed_in(MembershipFactory(company=company)).get(JOBS).content.decode()

    assert "No jobs yet" in recruiter
    assert "You are on no hiring team yet" in standard


def test_jobs_of_another_company_are_not_there(job: Job) -> None:
    assert titles(signed_in(administrator(CompanyFactory())).get(JOBS)) == []


def test_long_lists_of_jobs_have_pages(client: Client, company: Company) -> None:
    made = [JobFactory(company=company, title=f"Job {n}").title for n in range(60)]

    first = client.get(JOBS, {"status": "open"})
    second = client.get(f"{JOBS}?{first.context['page'].next_query}")

    assert titles(first) + titles(second) == made[::-1]
    assert (len(titles(first)), first.context["page"].summary) == (50, "50 of 60 jobs")


def test_the_list_of_jobs_costs_the_same_for_3_and_for_10(client: Client, company: Company) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            job = JobFactory(company=company)
            on_team(job)
            ApplicationFactory(job=job)

    more(3)
    client.get(JOBS)
    few = queries_of(lambda: client.get(JOBS))
    more(7)

    many = queries_of(lambda: client.get(JOBS))

    assert len(titles(client.get(JOBS))) == 10
    assert (few, many) == (8, 8)


# ── Board ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_board_shows_people_in_their_steps(client: Client, job: Job) -> None:
    named(job, "Ada")
    named(job, "Bob", stage=stage_of(job, StageGroup.OFFER))
    named(job, "Cid", state=Application.State.REJECTED)
    someone = lead(job=job, candidate=CandidateFactory(company=job.company, first_name="Lea"))

    response = client.get(page_of(job), {"view": "board"})

    assert columns(response) == {"New": ["Ada"], "Phone Screen": [], "Interview": [], "Offer": ["Bob"], "Hired": []}
    assert [card.application for card in response.context["board"].leads.cards] == [someone]
    body = response.content.decode()
    assert "Convert to applicant" in body
    assert "Nobody here." not in body  # drawn by the style sheet, so that it goes as soon as a card arrives
    assert body.count("tl-cards--empty") == 3


def test_the_board_keeps_its_contract_with_the_script(client: Client, job: Job) -> None:
    ada = named(job, "Ada", "Lovelace")

    body = markup.page(client.get(page_of(job)))

    assert f'<section class="tl-column" data-stage="{ada.stage_id}" data-name="New" data-group="New"' in body
    assert f'<ol class="tl-cards" data-keep-scroll="{ada.stage_id}" data-stage="{ada.stage_id}">' in body
    record = reverse("applications:candidate", args=[ada.candidate_id, ada.pk])
    assert f'<li class="tl-card" data-card><a href="{record}">Ada Lovelace</a>' in body
    assert f'href="{ada.pk}/" data-actions aria-label="Actions for Ada Lovelace"></a>' in body
    assert "<template data-move-button>" in body


@pytest.mark.parametrize("view", ["board", "list"])
def test_interviewers_see_people_and_no_way_to_move_them(job: Job, view: str) -> None:
    named(job, "Ada")
    lead(job=job)

    body = signed_in(on_team(job, JobRole.INTERVIEWER)).get(page_of(job), {"view": view}).content.decode()

    assert "Ada Person" in body
    for absent in (
        "data-card",
        "data-actions",
        "Move to…",
        "Move Ada",
        "Reject",
        "Convert to applicant",
        "Add candidate",
        "Edit job",
    ):
        assert absent not in body.replace("Show rejected", ""), absent


NASTY = '"><script>alert(1)</script>'


@pytest.mark.parametrize("view", ["board", "list"])
def test_whatever_a_card_says_is_text(client: Client, job: Job, view: str) -> None:
    owner = MembershipFactory(company=job.company, user__first_name=NASTY)
    stage = Stage.objects.filter(process=job.process).first()
    Stage.objects.filter(pk=stage.pk).update(name=NASTY)
    source = SourceFactory(company=job.company, name=NASTY)
    ada = named(job, f"{NASTY}'", source=source, candidate__owner=owner, stage=stage)
    CandidateTagFactory(candidate=ada.candidate, tag=TagFactory(company=job.company, name=NASTY))

    body = client.get(page_of(job), {"view": view}).content.decode()

    assert "<script>alert" not in body
    assert body.count("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#x27; Person</a>") == 1


def test_what_can_be_done_with_somebody_is_a_page(client: Client, job: Job) -> None:
    ada, cid = named(job, "Ada"), named(job, "Cid", state=Application.State.REJECTED)
    lea = lead(job=job, candidate__first_name="Lea", candidate__last_name="Person")
    back = f"{page_of(job)}?view=list"

    def leads_to(application: Application) -> tuple[list[str], list[str]]:
        page = client.get(f"{page_of(job)}{application.pk}/", headers={"Referer": f"http://testserver{back}"})
        body = page.content.decode().partition("data-menu-items")[2]
        record = reverse("applications:candidate", args=[application.candidate_id, application.pk])
        assert f"Actions for {application.candidate}" in page.content.decode()
        assert body.count(f'<input type="hidden" name="next" value="{back}">') == body.count("<form")
        links = re.findall(r'<a class="dropdown-item" href="([^"]+)"', body)
        return (
            [link.removeprefix(record).removesuffix(f"?next={quote(back, safe='')}") for link in links],
            [action.removeprefix(record) for action in re.findall(r'action="([^"]+)"', body)],
        )

    assert leads_to(ada) == (["move/", "reject/", "withdraw/"], [])
    assert leads_to(cid) == ([], ["reopen/"])
    assert leads_to(lea) == (["reject/", "withdraw/"], ["convert/"])


def test_what_can_be_done_leads_back_to_where_one_came_from(client: Client, job: Job) -> None:
    ada = named(job, "Ada")
    move_url = reverse("applications:move", args=[ada.candidate_id, ada.pk])
    actions = {"Referer": f"http://testserver{page_of(job)}{ada.pk}/"}

    asked = client.get(f"{move_url}?next={page_of(job)}", headers=actions)

    assert asked.context["next"] == page_of(job)
    assert client.get(f"{move_url}?next=//evil.example/", headers=actions).context["next"] == f"{page_of(job)}{ada.pk}/"


def test_a_board_of_60_cards_is_at_most_60_kb(client: Client, job: Job) -> None:
    owner, source = staffing(job.company), SourceFactory(company=job.company, name="LinkedIn")
    tag = TagFactory(company=job.company, name="negotiation")
    for _ in range(60):
        person = named(job, "Katherine", "Johnson", source=source, candidate__owner=owner)
        CandidateTagFactory(candidate=person.candidate, tag=tag)

    body = client.get(page_of(job)).content

    assert body.count(b"data-card") == 60
    assert len(body) <= 60_000


def test_a_job_that_one_does_not_see_is_not_there(job: Job) -> None:
    for member in (MembershipFactory(company=job.company), administrator(CompanyFactory())):
        assert signed_in(member).get(page_of(job)).status_code == 404
        assert signed_in(member).get(f"{page_of(job)}newsfeed/").status_code == 404


def test_more_info_stands_beside_the_title(client: Client, job: Job) -> None:
    body = markup.page(client.get(page_of(job)))

    link = f'<a class="btn btn-ghost btn-sm" href="/jobs/{job.pk}/info/" data-dialog'
    assert f'<h1 tabindex="-1">Senior Buyer</h1>{link}' in body


def test_rejected_people_are_hidden_until_asked_for(client: Client, job: Job) -> None:
    named(job, "Ada")
    named(job, "Cid", state=Application.State.REJECTED)
    named(job, "Wyn", state=Application.State.WITHDRAWN)

    assert columns(client.get(page_of(job)))["New"] == ["Ada"]
    shown = client.get(page_of(job), {"rejected": "on"})
    assert sorted(columns(shown)["New"]) == ["Ada", "Cid", "Wyn"]
    assert shown.content.decode().count("data-card") == 1


def test_filters_narrow_cards_and_counts_alike(client: Client, job: Job) -> None:
    owner, source = staffing(job.company), SourceFactory(company=job.company)
    old = clock.now() - timedelta(days=11)
    ada = named(job, "Ada", source=source, stage_entered_at=old)
    ada.candidate.owner = owner
    ada.candidate.save()
    tag = TagFactory(company=job.company)
    CandidateTagFactory(candidate=ada.candidate, tag=tag)
    named(job, "Bob")

    for asked in ({"q": "ada"}, {"owner": owner.pk}, {"source": source.pk}, {"tag": tag.pk}, {"unmoved": "on"}):
        response = client.get(page_of(job), asked)
        assert columns(response)["New"] == ["Ada"], asked
        assert response.context["total"] == 1, asked


def sorted_cards(applications: Any, places: Mapping[str, int]) -> dict[str, list[Application]]:
    """Return what stands where, newest first, cut off where a board of these places does."""
    by_step: dict[str, list[Application]] = {name: [] for name in places}
    for one in sorted(applications, key=lambda one: (str(one.stage_entered_at or ""), one.pk), reverse=True):
        by_step[one.stage.name if one.stage else "Leads"].append(one)
    return {name: found[: places[name]] for name, found in by_step.items()}


@pytest.mark.both_engines
def test_filters_keep_the_cards_and_their_order(client: Client, job: Job) -> None:
    owner, tag, now = staffing(job.company), TagFactory(company=job.company), clock.now()
    steps, states = [stage_of(job, group) for group in StageGroup], ["active", "active", "rejected", "active"]
    for n in range(120):
        candidate = CandidateFactory(company=job.company, first_name=f"Q{n}", owner=owner if n % 3 else None)
        if n % 4 == 1:
            CandidateTagFactory(candidate=candidate, tag=tag)
        entered = now - timedelta(days=n * 7 % 20)  # several at the same instant
        hired = n % 10 > 8
        state = "hired" if hired else states[n % 4]
        ApplicationFactory(
            job=job, candidate=candidate, state=state, stage=steps[4 if hired else n % 4], stage_entered_at=entered
        )
    for n in range(25):
        lead(job=job, candidate__first_name=f"L{n}", candidate__owner=owner if n % 2 else None)
    all_of_job = Application.objects.filter(job=job).select_related("stage", "candidate")
    running = [one for one in all_of_job if one.state != "rejected"]
    old = now - timedelta(days=10)
    more = str(steps[1].pk)
    expected = {
        "": running,
        "rejected=on": list(all_of_job),
        f"owner={owner.pk}": [one for one in running if one.candidate.owner_id == owner.pk],
        f"tag={tag.pk}": [one for one in running if tag in one.candidate.tags.all()],
        "q=q1": [one for one in running if one.candidate.first_name.startswith("Q1")],
        "unmoved=on": [one for one in running if one.state == "active" and one.stage_entered_at < old],
        f"more={more}&more={more}&more=leads": running,
    }

    for query, applications in expected.items():
        page = client.get(f"{page_of(job)}?{query}")
        counted = [sum(one.stage_id == step.pk for one in applications) for step in steps]
        shares = share_out(counted, 60)
        places = {step.name: places for step, places in zip(steps, shares, strict=True)} | {"Leads": 20}
        if "more" in query:
            places[steps[1].name] += 120
            places["Leads"] += 60
        every = (*columns_of(page), page.context["board"].leads)
        shown = {one.name: [card.application for card in one.cards] for one in every}
        assert shown == sorted_cards(applications, places), query
        assert page.context["board"].total == len(applications), query


@pytest.mark.both_engines
def test_filters_offer_what_is_on_the_job_and_nothing_from_elsewhere(job: Job) -> None:
    def person_on(where: Job, word: str) -> Application:
        owner = MembershipFactory(company=job.company, user__first_name=word, user__last_name="Owner")
        source = SourceFactory(company=job.company, name=f"{word} source")
        application = named(where, word, source=source, candidate__owner=owner)
        CandidateTagFactory(candidate=application.candidate, tag=TagFactory(company=job.company, name=f"{word} tag"))
        return application

    person_on(job, "Seen")
    elsewhere = person_on(JobFactory(company=job.company), "Hidden")
    hidden = {
        "owner": elsewhere.candidate.owner_id,
        "source": elsewhere.source_id,
        "tag": elsewhere.candidate.tags.get().pk,
    }

    for member in (on_team(job, JobRole.INTERVIEWER), staffing(job.company), administrator(job.company)):
        client = signed_in(member)
        choices = client.get(f"{page_of(job)}filters/")
        offered = {
            name: [label for _value, label in choices.context["form"].fields[name].choices]
            for name in ("owner", "source", "tag")
        }
        assert offered == {
            "owner": ["Anyone", "Seen Owner"],
            "source": ["Any source", "Seen source"],
            "tag": ["Any tag", "Seen tag"],
        }
        for view in ("board", "list"):
            asked = client.get(page_of(job), {"view": view, **hidden})
            assert "Hidden" not in asked.content.decode()
            assert asked.context["total"] == 1


def test_what_is_chosen_stands_in_the_filters_and_the_rest_waits_until_they_open(client: Client, job: Job) -> None:
    tags = [TagFactory(company=job.company, name=name) for name in ("Texas", "Python")]
    ada = named(job, "Ada")
    for tag in tags:
        CandidateTagFactory(candidate=ada.candidate, tag=tag)

    plain = client.get(page_of(job)).content.decode()
    chosen = markup.page(client.get(page_of(job), {"tag": tags[0].pk}))

    assert str(tags[0].pk) not in plain
    assert f'<option value="{tags[0].pk}" selected>Texas</option>' in chosen
    assert str(tags[1].pk) not in chosen
    assert f'data-choices="{page_of(job)}filters/?tag={tags[0].pk}"' in chosen


def test_the_page_of_filters_closes_to_the_same_candidates(client: Client, job: Job) -> None:
    page = markup.page(client.get(f"{page_of(job)}filters/?q=ada&view=list"))

    assert f'href="{page_of(job)}?q=ada&view=list" data-dialog-close' in page


@pytest.mark.parametrize("asked", [{"owner": "x"}, {"tag": "0"}, {"step": "x"}, {"more": "x"}, {"view": "x"}])
def test_nonsense_in_the_address_counts_as_nothing(client: Client, job: Job, asked: dict[str, str]) -> None:
    named(job, "Ada")

    assert columns(client.get(page_of(job), asked))["New"] == ["Ada"]


def test_sixty_cards_and_more_where_asked(client: Client, job: Job) -> None:
    for n in range(70):
        named(job, f"New{n}")
    for n in range(5):
        named(job, f"Offer{n}", stage=stage_of(job, StageGroup.OFFER))

    first = client.get(page_of(job))
    new, *_, offer, _ = columns_of(first)
    more = client.get(f"{page_of(job)}?{new.more}")

    assert (len(new.cards), new.count, len(offer.cards), offer.more) == (55, 70, 5, "")
    assert "Load more in New" in first.content.decode()
    assert len(columns_of(more)[0].cards) == 70
    assert "Load more" not in more.content.decode()


def test_where_a_board_ends_its_list_goes_on_with_the_same_filters(
    client: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "CARDS", 1)
    monkeypatch.setattr(board, "MOST_MORE", 2)
    new = stage_of(job, StageGroup.NEW)
    for first in ("Ada", "Grace", "Joan", "Mary"):
        named(job, first, "Kept")
    named(job, "Kay", "Hidden")

    page = client.get(page_of(job), {"q": "kept", "step": "x", "more": [new.pk, new.pk]})

    assert columns(page)["New"] == ["Mary", "Joan", "Grace"]
    query = f"q=kept&step={new.pk}&view=list"
    assert f'href="?{query}">See all of New as a list</a>' in markup.page(page)
    listed = client.get(f"{page_of(job)}?{query}")
    assert sorted(row.candidate.first_name for row in listed.context["page"].rows) == [
        "Ada",
        "Grace",
        "Joan",
        "Mary",
    ]
    assert page.content.decode().count(f'name="more" value="{new.pk}"') == 2


def test_the_newest_in_a_step_stand_on_top(client: Client, job: Job) -> None:
    now = clock.now()
    for days, first in ((3, "Old"), (0, "New"), (1, "Middle")):
        named(job, first, stage_entered_at=now - timedelta(days=days))

    assert columns(client.get(page_of(job)))["New"] == ["New", "Middle", "Old"]


def test_days_in_a_step_are_the_companys_days(client: Client, company: Company, job: Job) -> None:
    zone = ZoneInfo("America/New_York")
    named(job, "Ada", stage_entered_at=datetime(2026, 11, 20, 23, 50, tzinfo=zone))

    with time_machine.travel(datetime(2026, 11, 21, 0, 10, tzinfo=zone), tick=False):
        client = signed_in(staffing(company))
        body = client.get(page_of(job)).content.decode()

    assert "<span>1 day</span>" in body


def test_a_phone_shows_the_step_one_asks_for(client: Client, job: Job) -> None:
    named(job, "Ada")
    offer = stage_of(job, StageGroup.OFFER)

    assert client.get(page_of(job)).context["board"].current == str(stage_of(job, StageGroup.NEW).pk)
    assert client.get(page_of(job), {"step": offer.pk}).context["board"].current == str(offer.pk)


def test_a_closed_job_says_so_and_takes_nobody(client: Client, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state="closed")
    named(job, "Ada")

    body = client.get(page_of(job)).content.decode()

    assert "This job is closed. You can still move and reject; nobody new can be added." in body
    assert "Add candidate" not in body
    assert "data-card" in body


def test_an_empty_job_says_what_to_do(client: Client, job: Job) -> None:
    empty = client.get(page_of(job)).content.decode()
    named(job, "Ada")
    filtered = client.get(page_of(job), {"q": "zzz"}).content.decode()

    assert "No candidates yet" in empty
    assert "No candidates match these filters." in filtered


def test_the_choice_of_view_is_remembered(client: Client, job: Job) -> None:
    assert client.get(page_of(job)).context["view"] == "board"
    assert client.get(page_of(job), {"view": "list"}).context["view"] == "list"
    assert client.get(page_of(job)).context["view"] == "list"


def test_the_newsfeed_tab_opens(client: Client, job: Job) -> None:
    response = client.get(f"{page_of(job)}newsfeed/")

    assert response.status_code == 200
    assert [tab["current"] for tab in response.context["tabs"]] == [False, True]


# ── List ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.both_engines
def test_the_list_filters_by_step_and_group_and_sorts_by_name(client: Client, job: Job) -> None:
    named(job, "Ada", "Zuse")
    named(job, "Bob", "Abel", stage=stage_of(job, StageGroup.OFFER))
    lead(job=job, candidate=CandidateFactory(company=job.company, first_name="Lea", last_name="Mann"))

    def names(**asked: Any) -> list[str]:
        response = client.get(page_of(job), {"view": "list", **asked})
        return [row.candidate.first_name for row in response.context["page"].rows]

    assert names() == ["Lea", "Bob", "Ada"]
    assert names(sort="name") == ["Bob", "Lea", "Ada"]
    assert names(sort="-name") == ["Ada", "Lea", "Bob"]
    assert names(step="offer") == ["Bob"]
    assert names(step=str(stage_of(job, StageGroup.NEW).pk)) == ["Ada"]
    assert names(step="leads") == ["Lea"]


def test_the_list_has_pages(client: Client, job: Job) -> None:
    for n in range(55):
        named(job, f"Person{n:02}")

    first = client.get(page_of(job), {"view": "list", "sort": "name"})
    second = client.get(f"{page_of(job)}?{first.context['page'].next_query}")

    assert [len(response.context["page"].rows) for response in (first, second)] == [50, 5]


# ── Chips of extensions ──────────────────────────────────────────────────────────────────────────────────────────────
class Chipped(Extension):
    """Says one thing about every application, and counts how often it is asked."""

    slug = "chipped"
    name = "Chipped"

    def __init__(self, *, tone: str = "info", enabled: bool = True) -> None:
        self.tone, self.enabled, self.asked = tone, enabled, 0

    def is_enabled_for(self, company: Any) -> bool:
        return self.enabled

    def chips(self, application_ids: Sequence[UUID], membership: Any) -> Mapping[UUID, Sequence[Chip]]:
        self.asked += 1
        chip = Chip(label="Video", badge=Badge(word="Requested", icon="mail-forward", tone=self.tone))
        return {key: [chip] for key in application_ids}


@pytest.fixture
def plant() -> Iterator[Any]:
    def planted(extension: Extension) -> Extension:
        extensions.register(extension)
        return extension

    yield planted
    extensions.unregister("chipped")


@pytest.mark.parametrize("view", ["board", "list"])
def test_chips_are_asked_for_once_for_all_cards(client: Client, job: Job, plant: Any, view: str) -> None:
    extension = plant(Chipped())
    for n in range(3):
        named(job, f"Person{n}")

    body = client.get(page_of(job), {"view": view}).content.decode()

    assert body.count("Video: Requested") == 3
    assert extension.asked == 1


def test_a_company_without_the_extension_has_no_chips(client: Client, job: Job, plant: Any) -> None:
    extension = plant(Chipped(enabled=False))
    named(job, "Ada")

    assert "Video" not in client.get(page_of(job)).content.decode()
    assert extension.asked == 0


def test_a_broken_chip_costs_no_card(client: Client, job: Job, plant: Any) -> None:
    plant(Chipped(tone="no-such-tone"))
    named(job, "Ada")

    response = client.get(page_of(job))

    assert (response.status_code, columns(response)["New"]) == (200, ["Ada"])
    assert "Video: Requested" not in response.content.decode()


def test_a_step_that_starts_something_says_so_on_the_board_and_after_the_move(
    client: Client, job: Job, plant: Any
) -> None:
    class Act(StageAction):
        key, label = "chipped.act", "A reference check"

        def run(self, *, transition: Any, automation: Any) -> None:
            pass

    extension = Chipped()
    extension.stage_actions = (Act(),)
    plant(extension)
    offer = stage_of(job, StageGroup.OFFER)
    StageAutomationFactory(stage=offer, action="chipped.act")
    ada = named(job, "Ada")

    body = client.get(page_of(job)).content.decode()
    move_url = reverse("applications:move", args=[ada.candidate_id, ada.pk])
    answer = client.post(
        move_url, {"stage": offer.pk, "seen_stage": ada.stage_id}, headers={"X-Requested-With": "board"}
    )

    assert body.count("Moving here starts: A reference check") == 1
    begins = "This happens by itself: A reference check. The newsfeed says how it goes."
    assert answer.json()["message"] == f"Ada Person moved to Offer. {begins}"


# ── Cost ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("view", ["board", "list"])
def test_a_job_costs_the_same_for_3_and_for_10_people(
    client: Client, job: Job, view: str, django_assert_num_queries: Any
) -> None:
    def more(count: int) -> None:
        for n in range(count):
            application = named(job, f"Person{n}", source=SourceFactory(company=job.company))
            application.candidate.owner = staffing(job.company)
            application.candidate.save()
            CandidateTagFactory(candidate=application.candidate)

    more(3)
    lead(job=job)
    client.get(page_of(job), {"view": view})
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(job), {"view": view})
    more(7)

    with django_assert_num_queries(len(few)):
        client.get(page_of(job), {"view": view})


@pytest.mark.both_engines
@pytest.mark.parametrize("view", ["board", "list"])
def test_the_queries_of_a_job_stay_few(client: Client, job: Job, view: str) -> None:
    for n in range(10):
        named(job, f"Person{n}", stage=stage_of(job, list(StageGroup)[n % 4]))
    lead(job=job)
    client.get(page_of(job), {"view": view})

    with CaptureQueriesContext(connection) as taken:
        client.get(page_of(job), {"view": view})

    # Session, user, membership, job, steps, what the company has, counts, cards, tags.
    assert len([one for one in taken if "SAVEPOINT" not in one["sql"]]) <= 9


@pytest.mark.parametrize(
    ("counts", "places", "shares"),
    [
        ([70, 0, 5], 60, [55, 0, 5]),
        ([100, 100, 100], 60, [20, 20, 20]),
        ([1, 1, 1], 60, [1, 1, 1]),
        ([9, 9, 9], 2, [1, 1, 0]),
        ([], 60, []),
    ],
)
def test_cards_are_shared_out(counts: list[int], places: int, shares: list[int]) -> None:
    assert share_out(counts, places) == shares
