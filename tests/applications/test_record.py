"""The candidate record: who sees it, what its header offers, and what a broken extension costs."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from recruiting import extensions
from recruiting.applications import selectors, services
from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.companies.models import Company
from recruiting.extensions import Badge, CandidateTab, Chip, Extension
from recruiting.foundation import clock, pagination
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job, StageGroup
from recruiting.web.applications import record
from tests import factories
from tests.applications.browsing import NASTY, address, queries, tab, text
from tests.limits import SetLimit
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

TABS = ("newsfeed", "application", "notes", "files", "details")


class PlantedTab(CandidateTab):
    """A tab that shows a link; a test breaks one of its parts."""

    slug = "planted"
    label = "Planted"
    template_name = "components/copy_field.html"
    broken = ""

    def is_visible(self, *, application: Any, membership: Any) -> bool:
        return self._or_break("is_visible", True)

    def badge(self, *, application: Any, membership: Any) -> Badge | None:
        if self.broken == "badge's icon":
            return Badge("Odd", "no-such-icon", "info")
        return self._or_break("badge", Badge("Requested", "mail-forward", "info"))

    def get_context(self, *, request: HttpRequest, application: Any, membership: Any) -> Mapping[str, Any]:
        return self._or_break("get_context", {"id": "link", "label": "Share link", "value": "its own context"})

    def _or_break(self, part: str, answer: Any) -> Any:
        if part == self.broken:
            raise RuntimeError(f"planted fault in {part}")
        return answer


class Planted(Extension):
    """An extension with one tab and one chip."""

    slug = "planted-extension"
    name = "Planted"

    def __init__(self) -> None:
        self.tab = PlantedTab()
        self.tabs = [self.tab]

    def chips(self, application_ids: Any, membership: Any) -> Mapping[Any, Any]:
        if self.tab.broken == "chips":
            raise RuntimeError("planted fault in chips")
        return {pk: [Chip("Planted: sent", Badge("sent", "send", "neutral"))] for pk in application_ids}


@pytest.fixture
def planted() -> Iterator[Planted]:
    extension = Planted()
    extensions.register(extension)
    yield extension
    extensions.unregister(extension.slug)


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = factories.CandidateFactory(company=job.company, first_name="Ada", last_name="Lovelace")
    return factories.ApplicationFactory(job=job, candidate=candidate)


# ── Who sees it ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_everyone_who_sees_the_job_sees_the_record(job: Job, ada: Application) -> None:
    team = factories.hiring_team(job)
    readers = [factories.administrator(job.company), factories.staffing(job.company), *team.values()]
    # Everybody one tab, in turn; who may do most and who may do least, all of them.
    looks = [(reader, TABS[number % len(TABS)]) for number, reader in enumerate(readers)]
    looks += [(reader, slug) for reader in (readers[0], team[JobRole.EXECUTIVE]) for slug in TABS]

    answers = {(reader.user.email, slug): signed_in(reader).get(tab(ada, slug)).status_code for reader, slug in looks}

    assert answers == dict.fromkeys(answers, 200)
    assert len({reader for reader, _ in looks}) == 7


@pytest.mark.parametrize("slug", TABS)
def test_nobody_else_finds_it(job: Job, ada: Application, slug: str) -> None:
    other_job = factories.JobFactory(company=job.company)
    strangers = [
        factories.MembershipFactory(company=job.company),
        factories.on_team(other_job),
        factories.administrator(factories.CompanyFactory()),
    ]

    answers = [signed_in(stranger).get(tab(ada, slug)).status_code for stranger in strangers]

    assert answers == [404, 404, 404]
    assert Client().get(tab(ada, slug)).headers["Location"].startswith("/accounts/login/")


def test_candidate_and_application_belong_together(job: Job, ada: Application) -> None:
    other = factories.ApplicationFactory(job=job)
    client = signed_in(factories.administrator(job.company))

    response = client.get(f"/candidates/{other.candidate_id}/applications/{ada.pk}/")

    assert response.status_code == 404


def test_unknown_tab_is_not_found_and_a_record_without_a_resume_opens_with_its_newsfeed(
    job: Job, ada: Application
) -> None:
    client = signed_in(factories.administrator(job.company))

    assert client.get(address("candidate-tab", ada, tab="nonsense")).status_code == 404
    opened, newsfeed = client.get(address("candidate", ada)), client.get(tab(ada, "newsfeed"))
    assert all('/newsfeed/" aria-current="page"' in text(page) for page in (opened, newsfeed))


def test_the_person_leads_to_the_running_application_that_the_reader_sees(job: Job, ada: Application) -> None:
    secret = factories.JobFactory(company=job.company, title="Secret search")
    hidden = factories.ApplicationFactory(job=secret, candidate=ada.candidate)
    recruiter, administrator = factories.on_team(job), factories.administrator(job.company)
    services.reject(application=ada, reason="Skills", by=recruiter)

    answers = [
        signed_in(who).get(f"/candidates/{ada.candidate_id}/").headers["Location"] for who in (recruiter, administrator)
    ]

    assert answers == [address("candidate", ada), address("candidate", hidden)]


def test_other_applications_show_only_where_the_reader_sees_the_job(job: Job, ada: Application) -> None:
    secret = factories.JobFactory(company=job.company, title="Secret search")
    factories.ApplicationFactory(job=secret, candidate=ada.candidate)

    assert "Secret search" not in text(signed_in(factories.on_team(job)).get(tab(ada, "newsfeed")))
    assert "Secret search" in text(signed_in(factories.staffing(job.company)).get(tab(ada, "newsfeed")))


# ── What it offers ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("role", "moves", "notes", "edits"),
    [
        (JobRole.HIRING_MANAGER, True, True, True),
        (JobRole.RECRUITER, True, True, True),
        (JobRole.COORDINATOR, True, True, True),
        (JobRole.INTERVIEWER, False, True, False),
        (JobRole.EXECUTIVE, False, False, False),
    ],
)
def test_actions_stand_there_for_those_who_may(
    job: Job, ada: Application, role: JobRole, moves: bool, notes: bool, edits: bool
) -> None:
    page = text(signed_in(factories.on_team(job, role)).get(tab(ada, "newsfeed")))

    assert ("Move to Phone Screen" in page, "Move to…" in page, address("reject", ada) in page) == (moves, moves, moves)
    assert ("Add a note" in page) == notes
    assert (address("candidate-edit", ada) in page) == edits


def test_the_move_button_sends_the_step_seen_and_the_next_one(job: Job, ada: Application) -> None:
    client = signed_in(factories.on_team(job))
    page = text(client.get(tab(ada, "newsfeed")))
    following = factories.stage_of(job, StageGroup.IN_REVIEW)

    assert f'name="seen_stage" value="{ada.stage_id}"' in page
    assert f'name="stage" value="{following.pk}"' in page
    sent = {"seen_stage": ada.stage_id, "stage": following.pk, "next": tab(ada, "newsfeed")}
    response = client.post(address("move", ada), sent)

    assert (response.status_code, response.headers["Location"]) == (303, tab(ada, "newsfeed"))
    ada.refresh_from_db()
    assert ada.stage_id == following.pk


def test_a_lead_offers_conversion_and_a_closed_application_reopening(job: Job) -> None:
    lead, rejected = factories.lead(job=job), factories.ApplicationFactory(job=job)
    recruiter = factories.on_team(job)
    services.reject(application=rejected, reason="Skills", by=recruiter)
    client = signed_in(recruiter)

    lead_page, rejected_page = (text(client.get(tab(one, "newsfeed"))) for one in (lead, rejected))

    assert f"{lead.candidate.name} is a lead and has not applied." in lead_page
    assert address("convert-lead", lead) in lead_page and address("move", lead) not in lead_page
    assert f"Rejected by {recruiter.name} on " in rejected_page and ": Skills" in rejected_page
    assert address("reopen", rejected) in rejected_page and address("move", rejected) not in rejected_page


def test_without_an_email_the_page_says_what_cannot_be_done(job: Job) -> None:
    candidate = factories.CandidateFactory(company=job.company, email="")
    application = factories.ApplicationFactory(job=job, candidate=candidate)

    page = text(signed_in(factories.on_team(job)).get(tab(application, "newsfeed")))

    assert "No email address." in page and "Add email" in page


def test_neighbours_are_those_of_the_same_step(job: Job) -> None:
    oldest, middle, newest = (factories.ApplicationFactory(job=job) for _ in range(3))
    factories.ApplicationFactory(job=job, stage=factories.stage_of(job, StageGroup.OFFER))
    factories.ApplicationFactory(job=factories.JobFactory(company=job.company))
    services.reject(
        application=factories.ApplicationFactory(job=job), reason="No", by=factories.administrator(job.company)
    )

    page = text(signed_in(factories.on_team(job)).get(tab(middle, "newsfeed")))

    assert "2 of 3 in New" in page
    assert f'href="{tab(newest, "newsfeed")}" data-key="k"' in page
    assert f'href="{tab(oldest, "newsfeed")}" data-key="j"' in page


def test_what_the_frame_counts_stops_at_a_limit(
    job: Job, ada: Application, monkeypatch: pytest.MonkeyPatch, set_limit: SetLimit
) -> None:
    reader = factories.administrator(job.company)
    for _ in range(3):
        factories.ApplicationFactory(job=job)
        factories.NoteFactory(application=ada)
        factories.AttachmentFactory(application=ada)
    lead = factories.lead(job=job)
    set_limit(pagination, "COUNT_TO", 2)
    monkeypatch.setattr(selectors, "BADGE_LIMIT", 2)

    frame, of_lead = selectors.summary_of(ada, reader), selectors.summary_of(lead, reader)

    assert frame.place is not None and of_lead.place is not None
    assert (frame.place.position, frame.place.total, frame.notes, frame.files) == (3, 2, 2, 2)
    assert (of_lead.place.label, of_lead.place.position, of_lead.place.total) == ("Leads", 1, 1)
    assert (of_lead.place.previous, of_lead.place.following, of_lead.notes, of_lead.files) == (None, None, 0, 0)
    assert (str(frame.place), str(of_lead.place)) == ("2+ of 2+ in New", "1 of 1 in Leads")
    page = text(signed_in(reader).get(tab(ada, "application")))
    assert page.count('<span class="tl-count">2+</span>') == 2 and "2+ of 2+ in New" in page


@pytest.mark.parametrize(("days", "words"), [(0, "In New since today"), (1, "1 day in New"), (12, "12 days in New")])
def test_the_header_says_how_long_somebody_stands_in_a_step(job: Job, ada: Application, days: int, words: str) -> None:
    Company.objects.update(time_zone="UTC")  # no clocks change in these days
    Application.objects.filter(pk=ada.pk).update(stage_entered_at=clock.now() - timedelta(days=days))

    page = text(signed_in(factories.on_team(job)).get(tab(ada, "newsfeed")))

    assert f'<span>Senior Buyer</span><span aria-hidden="true">·</span><span>{words}</span>' in page


def test_the_newsfeeds_filter_calls_a_step_a_step(job: Job, ada: Application) -> None:
    page = text(signed_in(factories.on_team(job)).get(tab(ada, "newsfeed")))

    assert ">Steps</a>" in page and "Stage" not in page


# ── Extensions ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_extensions_tab_has_its_label_badge_and_body(job: Job, ada: Application, planted: Planted) -> None:
    client = signed_in(factories.on_team(job))

    newsfeed, own = text(client.get(tab(ada, "newsfeed"))), text(client.get(tab(ada, "planted")))

    assert f'href="{tab(ada, "planted")}"' in newsfeed and ", Requested" in newsfeed and "Planted: sent" in newsfeed
    assert "its own context" in own and "Ada Lovelace" in own


@pytest.mark.parametrize("fault", ["get_context", "template"])
def test_a_broken_tab_costs_its_card_and_nothing_else(job: Job, ada: Application, planted: Planted, fault: str) -> None:
    planted.tab.broken = fault
    if fault == "template":
        planted.tab.template_name = "no/such/template.html"
    client = signed_in(factories.on_team(job))

    broken = client.get(tab(ada, "planted"))

    assert broken.status_code == 200
    assert "This tab could not be shown." in text(broken) and "The rest of the page works." in text(broken)
    assert "Move to Phone Screen" in text(broken) and "planted fault" not in text(broken)
    assert "Add a note" in text(client.get(tab(ada, "newsfeed")))


@pytest.mark.parametrize(
    ("fault", "has_tab", "has_badge", "has_chip"),
    [
        ("is_visible", False, False, True),
        ("badge", True, False, True),
        ("badge's icon", True, False, True),
        ("chips", True, True, False),
    ],
)
def test_a_broken_offer_is_left_out(
    job: Job, ada: Application, planted: Planted, fault: str, has_tab: bool, has_badge: bool, has_chip: bool
) -> None:
    planted.tab.broken = fault

    response = signed_in(factories.on_team(job)).get(tab(ada, "newsfeed"))

    page = text(response)
    assert response.status_code == 200
    shown = (f'href="{tab(ada, "planted")}"' in page, ", Requested" in page, "Planted: sent" in page)
    assert shown == (has_tab, has_badge, has_chip)


def test_a_company_that_may_not_use_an_extension_sees_none_of_its_chips(
    job: Job, ada: Application, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planted, "is_enabled_for", lambda company: company != job.company)

    assert "Planted: sent" not in text(signed_in(factories.on_team(job)).get(tab(ada, "newsfeed")))


def test_a_broken_query_of_an_extension_leaves_the_connection_usable(
    job: Job, ada: Application, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> Mapping[str, Any]:
        return {"value": list(Application.objects.extra(where=["no_such_column = 1"]))}

    monkeypatch.setattr(planted.tab, "get_context", broken)

    response = signed_in(factories.on_team(job)).get(tab(ada, "planted"))

    assert (response.status_code, "This tab could not be shown." in text(response)) == (200, True)


def test_an_integration_renders_its_own_body_with_a_status(job: Job, ada: Application, planted: Planted) -> None:
    request = RequestFactory().get("/")
    request.membership = factories.on_team(job)  # type: ignore[attr-defined]
    request.company = job.company  # type: ignore[attr-defined]
    request.user = request.membership.user  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[attr-defined]
    request._messages = []  # type: ignore[attr-defined]

    response = record.render_tab(
        request,  # type: ignore[arg-type]
        application=ada,
        slug="planted",
        template_name="components/copy_field.html",
        context={"id": "form", "label": "Form", "value": "a refused form"},
        status=422,
    )

    assert response.status_code == 422
    assert "a refused form" in text(response) and "its own context" not in text(response)
    assert "Ada Lovelace" in text(response)


# ── Safety and cost ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("slug", TABS)
def test_what_people_typed_is_text_everywhere(slug: str) -> None:
    company = factories.CompanyFactory(name=NASTY)
    job = factories.JobFactory(company=company, title=NASTY)
    source = factories.SourceFactory(company=company, name=NASTY)
    candidate = factories.CandidateFactory(
        company=company,
        first_name=NASTY,
        last_name=NASTY,
        phone=NASTY[:40],
        email='"<script>"@example.com',
        source=source,
    )
    application = factories.ApplicationFactory(job=job, candidate=candidate, source=source)
    factories.ApplicationFactory(job=factories.JobFactory(company=company, title=NASTY), candidate=candidate)
    administrator = factories.administrator(company, user__first_name=NASTY)
    services.write_note(application=application, body=NASTY, by=administrator)
    candidates.add_tag(candidate=candidate, name=NASTY[:40], by=administrator)
    factories.AttachmentFactory(candidate=candidate, name=NASTY, added_by=administrator)
    services.reject(application=application, reason=NASTY, by=administrator)
    services.reopen(application=application, by=administrator)
    services.withdraw(application=application, reason=NASTY, by=administrator)

    page = signed_in(administrator).get(tab(application, slug)).content.decode()

    assert "<script>alert" not in page and "<img src=x" not in page and '"<script>"' not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_record_costs_the_same_with_more_on_it(job: Job) -> None:
    recruiter = factories.on_team(job)

    def with_rows(rows: int) -> Application:
        candidate = factories.CandidateFactory(company=job.company)
        application = factories.ApplicationFactory(job=job, candidate=candidate)
        for _ in range(rows):
            services.write_note(application=application, body="A note", by=recruiter)
            factories.AttachmentFactory(candidate=candidate, added_by=recruiter)
            other = factories.JobFactory(company=job.company)
            factories.HiringTeamMemberFactory(job=other, membership=recruiter)
            factories.ApplicationFactory(job=other, candidate=candidate)
            factories.StageTransitionFactory(application=application, moved_by=recruiter)
        return application

    client, few, many = signed_in(recruiter), with_rows(3), with_rows(10)

    costs = {slug: (queries(client, tab(few, slug)), queries(client, tab(many, slug))) for slug in TABS}

    assert all(small == large for small, large in costs.values()), costs
