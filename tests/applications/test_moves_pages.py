"""Move, undo, convert, reject, withdraw and reopen, as pages and for the board's script."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from newsfeed.models import NewsfeedEntry
from recruiting.applications import services
from recruiting.applications.models import Application, StageTransition
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job, Stage, StageGroup
from tests import markup
from tests.factories import (
    ApplicationFactory,
    CandidateFactory,
    CompanyFactory,
    HiringProcessFactory,
    JobFactory,
    MembershipFactory,
    StageFactory,
    administrator,
    lead,
    on_team,
    staffing,
    stage_of,
)
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

BOARD = {"X-Requested-With": "board"}


@pytest.fixture
def job() -> Job:
    return JobFactory(company=CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = CandidateFactory(company=job.company, first_name="Ada", last_name="Lovelace")
    return ApplicationFactory(job=job, candidate=candidate)


@pytest.fixture
def screen(job: Job) -> Stage:
    return stage_of(job, StageGroup.IN_REVIEW)


@pytest.fixture
def offer(job: Job) -> Stage:
    return stage_of(job, StageGroup.OFFER)


@pytest.fixture
def recruiter(job: Job) -> Membership:
    return on_team(job, JobRole.RECRUITER, user__first_name="Rae", user__last_name="Cruz")


def address(name: str, application: Application) -> str:
    return reverse(f"applications:{name}", args=[application.candidate_id, application.pk])


def board_of(application: Application) -> str:
    return reverse("applications:job", args=[application.job_id])


def said(response: Any) -> list[tuple[str, str]]:
    return [(str(message), str(message.extra_tags)) for message in get_messages(response.wsgi_request)]


def to(stage: Stage, application: Application) -> dict[str, Any]:
    return {"stage": stage.pk, "seen_stage": application.stage_id or ""}


def where(application: Application) -> tuple[str, str | None]:
    application.refresh_from_db()
    return application.state, application.stage.name if application.stage else None


# ── Move ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_form_moves_and_offers_undo(ada: Application, screen: Stage, recruiter: Membership) -> None:
    client = signed_in(recruiter)

    response = client.post(address("move", ada), to(screen, ada))

    undo_url = reverse("applications:undo-move", args=[StageTransition.objects.latest("id").pk])
    assert (response.status_code, response["Location"]) == (303, board_of(ada))
    assert said(response) == [("Ada Lovelace moved to Phone Screen.", f"undo:{undo_url}")]
    assert where(ada) == ("active", "Phone Screen")

    undone = client.post(undo_url)

    assert (undone.status_code, undone["Location"]) == (303, board_of(ada))
    assert said(undone)[-1][0] == "Ada Lovelace is back in New."
    assert where(ada) == ("active", "New")


def test_the_boards_script_gets_json(ada: Application, screen: Stage, recruiter: Membership) -> None:
    response = signed_in(recruiter).post(address("move", ada), to(screen, ada), headers=BOARD)

    undo_url = reverse("applications:undo-move", args=[StageTransition.objects.latest("id").pk])
    assert response.status_code == 200
    assert response.json() == {"message": "Ada Lovelace moved to Phone Screen.", "undo_url": undo_url}


def test_it_goes_back_to_where_it_was_sent_from(ada: Application, screen: Stage, recruiter: Membership) -> None:
    client = signed_in(recruiter)
    record = f"/candidates/{ada.candidate_id}/applications/{ada.pk}/"

    response = client.post(address("move", ada), to(screen, ada), headers={"referer": f"http://testserver{record}"})

    assert response["Location"] == record


@pytest.mark.parametrize("window", ["move", "reject", "withdraw", "candidate-owner"])
def test_a_windows_form_carries_where_one_came_from(ada: Application, recruiter: Membership, window: str) -> None:
    came = f"/candidates/{ada.candidate_id}/applications/{ada.pk}/notes/"

    page = signed_in(recruiter).get(address(window, ada), headers={"Referer": f"http://testserver{came}"})

    assert f'<input type="hidden" name="next" value="{came}">' in page.content.decode()


def test_the_same_stage_changes_nothing(ada: Application, recruiter: Membership) -> None:
    before = StageTransition.objects.count()

    form = signed_in(recruiter).post(address("move", ada), {"stage": ada.stage_id, "seen_stage": ada.stage_id})
    json = signed_in(recruiter).post(address("move", ada), {"stage": ada.stage_id}, headers=BOARD)

    assert said(form) == [("Ada Lovelace is in New already.", "")]
    assert json.json() == {"message": "Ada Lovelace is in New already.", "undo_url": ""}
    assert StageTransition.objects.count() == before
    assert not NewsfeedEntry.objects.exists()


@pytest.mark.parametrize("headers", [{}, BOARD])
def test_a_stale_move_is_refused(
    ada: Application, screen: Stage, offer: Stage, recruiter: Membership, headers: dict[str, str]
) -> None:
    sam = staffing(ada.company, user__first_name="Sam", user__last_name="Ortiz")
    seen = to(screen, ada)
    services.move(application=ada, to=offer, seen=ada.stage_id, by=sam)
    before = StageTransition.objects.count()

    response = signed_in(recruiter).post(address("move", ada), seen, headers=headers)

    sentence = "Sam Ortiz moved Ada Lovelace to Offer meanwhile. Ada Lovelace stays there."
    assert response.status_code == 409
    if headers:
        assert response.json() == {"message": sentence}
    else:
        assert response.context["sentence"] == sentence
        assert response.context["again"]["label"] == "Move to Phone Screen anyway"
        assert "Someone was faster." in response.content.decode()
    assert where(ada) == ("active", "Offer")
    assert StageTransition.objects.count() == before


def test_a_stale_move_can_be_made_anyway(ada: Application, screen: Stage, offer: Stage, recruiter: Membership) -> None:
    client = signed_in(recruiter)
    seen = to(screen, ada)
    services.move(application=ada, to=offer, seen=ada.stage_id, by=recruiter)

    again = client.post(address("move", ada), seen).context["again"]
    response = client.post(again["url"], again["fields"])

    assert response.status_code == 303
    assert where(ada) == ("active", "Phone Screen")


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE])
def test_people_who_monitor_cannot_move(ada: Application, screen: Stage, role: JobRole) -> None:
    client = signed_in(on_team(ada.job, role))
    before = StageTransition.objects.count()

    for name in ("move", "convert-lead", "reject", "withdraw", "reopen"):
        assert client.post(address(name, ada), {**to(screen, ada), "reason": "Skills"}).status_code == 403, name
    board = client.post(address("move", ada), to(screen, ada), headers=BOARD)

    assert board.status_code == 403
    assert board.json()["message"].startswith(f"Your role on this job is {role.label}")
    assert where(ada) == ("active", "New")
    assert StageTransition.objects.count() == before


@pytest.mark.parametrize("name", ["move", "convert-lead", "reject", "withdraw", "reopen"])
def test_an_application_that_one_does_not_see_is_not_there(ada: Application, screen: Stage, name: str) -> None:
    without_role = signed_in(MembershipFactory(company=ada.company))
    elsewhere = signed_in(administrator(CompanyFactory()))

    for client in (without_role, elsewhere):
        response = client.post(address(name, ada), {**to(screen, ada), "reason": "Skills"})
        assert response.status_code == 404

    assert where(ada) == ("active", "New")


def test_undo_of_another_company_is_not_there(ada: Application, screen: Stage, recruiter: Membership) -> None:
    transition = services.move(application=ada, to=screen, seen=ada.stage_id, by=recruiter)
    assert transition is not None
    url = reverse("applications:undo-move", args=[transition.pk])

    assert signed_in(administrator(CompanyFactory())).post(url).status_code == 404
    assert signed_in(MembershipFactory(company=ada.company)).post(url).status_code == 404
    assert where(ada) == ("active", "Phone Screen")


def test_a_candidate_of_another_address_is_not_there(ada: Application, screen: Stage, recruiter: Membership) -> None:
    other = CandidateFactory(company=ada.company)
    url = reverse("applications:move", args=[other.pk, ada.pk])

    assert signed_in(recruiter).post(url, to(screen, ada)).status_code == 404
    assert where(ada) == ("active", "New")


def test_a_stage_of_another_process_is_not_there(ada: Application, recruiter: Membership) -> None:
    other = StageFactory(process=HiringProcessFactory(company=ada.company))

    assert signed_in(recruiter).post(address("move", ada), to(other, ada)).status_code == 404
    assert where(ada) == ("active", "New")


@pytest.mark.parametrize("data", [{}, {"stage": "nonsense"}, {"stage": ""}])
def test_a_move_without_a_step_says_so(ada: Application, recruiter: Membership, data: dict[str, str]) -> None:
    page = signed_in(recruiter).post(address("move", ada), data)
    board = signed_in(recruiter).post(address("move", ada), data, headers=BOARD)

    assert (page.status_code, page.context["sentence"]) == (409, "Choose a step first. Nothing was moved.")
    assert (board.status_code, board.json()) == (409, {"message": "Choose a step first. Nothing was moved."})
    assert where(ada) == ("active", "New")


def test_the_move_window_names_every_step(ada: Application, recruiter: Membership) -> None:
    body = markup.page(signed_in(recruiter).get(address("move", ada)))

    for group, name in [("New", "New (now)"), ("In Review", "Phone Screen"), ("Hired", "Hired")]:
        assert f">{group}</legend>" in body
        assert f">{name}</button>" in body


def test_undo_is_refused_once_somebody_moved_on(
    ada: Application, screen: Stage, offer: Stage, recruiter: Membership
) -> None:
    transition = services.move(application=ada, to=screen, seen=ada.stage_id, by=recruiter)
    assert transition is not None
    services.move(application=ada, to=offer, seen=screen.pk, by=recruiter)

    response = signed_in(recruiter).post(reverse("applications:undo-move", args=[transition.pk]))

    assert response.status_code == 409
    assert response.context["now_url"] == board_of(ada)
    assert where(ada) == ("active", "Offer")


def test_undo_is_refused_after_half_an_hour(ada: Application, screen: Stage, recruiter: Membership) -> None:
    transition = services.move(application=ada, to=screen, seen=ada.stage_id, by=recruiter)
    assert transition is not None

    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        response = signed_in(recruiter).post(reverse("applications:undo-move", args=[transition.pk]))

    assert response.status_code == 409
    assert where(ada) == ("active", "Phone Screen")


# ── Leads ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("headers", [{}, BOARD])
def test_a_lead_cannot_be_moved(job: Job, screen: Stage, recruiter: Membership, headers: dict[str, str]) -> None:
    someone = lead(job=job)

    response = signed_in(recruiter).post(address("move", someone), to(screen, someone), headers=headers)

    sentence = f"{someone.candidate.name} is a lead and has not applied. Convert to applicant first."
    said_there = response.json()["message"] if headers else response.context["sentence"]
    assert (response.status_code, said_there) == (409, sentence)
    assert where(someone) == ("lead", None)


def test_a_lead_becomes_an_applicant_once(job: Job, recruiter: Membership) -> None:
    someone = lead(job=job)
    client = signed_in(recruiter)

    response = client.post(address("convert-lead", someone))
    again = client.post(address("convert-lead", someone))

    assert said(response)[0][0] == f"{someone.candidate.name} is now an applicant in New."
    assert again.status_code == 303
    assert where(someone) == ("active", "New")
    assert StageTransition.objects.filter(application=someone).count() == 1


# ── The end of an application ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        ("reject", "rejected", "Ada Lovelace was rejected."),
        ("withdraw", "withdrawn", "Ada Lovelace was withdrawn."),
    ],
)
def test_it_ends_for_a_reason_and_can_be_reopened(
    ada: Application, recruiter: Membership, name: str, state: str, sentence: str
) -> None:
    client = signed_in(recruiter)

    response = client.post(address(name, ada), {"reason": "Salary"})

    assert said(response) == [(sentence, f"undo:{address('reopen', ada)}")]
    assert where(ada) == (state, "New")
    assert ada.closing_reason == "Salary"

    client.post(address("reopen", ada))

    assert where(ada) == ("active", "New")
    assert ada.closing_reason == ""


@pytest.mark.parametrize("name", ["reject", "withdraw"])
def test_a_reason_is_required(ada: Application, recruiter: Membership, name: str) -> None:
    client = signed_in(recruiter)

    asked = client.get(address(name, ada))
    response = client.post(address(name, ada), {"reason": "  "}, headers={"X-Requested-With": "dialog"})

    assert asked.status_code == 200
    assert response.status_code == 422
    assert response.context["form"].errors == {"reason": ["Give a reason."]}
    assert where(ada) == ("active", "New")
    assert not NewsfeedEntry.objects.exists()


@pytest.mark.parametrize("headers", [{}, BOARD])
def test_a_rejected_application_cannot_be_moved(
    ada: Application, screen: Stage, recruiter: Membership, headers: dict[str, str]
) -> None:
    services.reject(application=ada, reason="Skills", by=recruiter)

    response = signed_in(recruiter).post(address("move", ada), to(screen, ada), headers=headers)

    assert response.status_code == 409
    assert where(ada) == ("rejected", "New")


def test_only_posts_change_anything(ada: Application, screen: Stage, recruiter: Membership) -> None:
    client = signed_in(recruiter)
    transition = services.move(application=ada, to=screen, seen=ada.stage_id, by=recruiter)
    assert transition is not None

    assert client.get(reverse("applications:undo-move", args=[transition.pk])).status_code == 405
    assert client.get(address("convert-lead", ada)).status_code == 405
    assert client.get(address("reopen", ada)).status_code == 405
    assert where(ada) == ("active", "Phone Screen")
