"""The editor of a hiring process as a page without script: every button posts the whole draft, only Save saves."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import process_stages, services
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, StageAction, StageSuggestion, Suggestions
from recruiting.jobs.models import HiringProcess, Job, Stage, StageAutomation, StageGroup
from tests import factories
from tests.applications.browsing import NASTY, queries, text
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


class Fields(HTMLParser):
    """What a browser without script would send of the editor's form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.focus = ""
        self.inside = False
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inside = self.inside or (tag == "form" and "data-process" in given)
        if not self.inside:
            return
        if "autofocus" in given and not self.focus:
            self.focus = given.get("id") or given.get("value", "")
        if tag == "button" and given.get("name") == "do":
            self.buttons.append(given["value"])
        if tag == "select":
            self.select = given["name"]
            self.data[self.select] = [""]
        if tag == "option" and "selected" in given:
            self.data[self.select] = [given["value"]]
        if tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.data.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


class Editor:
    """Somebody who edits one process."""

    def __init__(self, client: Client, process: HiringProcess) -> None:
        self.client = client
        self.url = reverse("applications:process-edit", args=[process.pk])
        self.answer: Any = client.get(self.url)

    @property
    def page(self) -> str:
        return text(self.answer)

    @property
    def fields(self) -> Fields:
        return Fields(self.answer.content.decode())

    @property
    def rows(self) -> list[str]:
        data = self.fields.data
        return [f"{data[f'group-{key}'][0]}: {data[f'name-{key}'][0]}" for key in data.get("row", [])]

    def press(self, do: str, **typed: str) -> HttpResponse:
        assert do in self.fields.buttons, (do, self.fields.buttons)
        return self.post(do, **typed)

    def post(self, do: str, **typed: str) -> HttpResponse:
        self.answer = self.client.post(self.url, {**self.fields.data, **typed, "do": do})
        return self.answer  # type: ignore[no-any-return]

    def add(self, group: str, name: str) -> None:
        self.press(f"open-add:{group}")
        self.press(f"add:{group}", **{f"new-{group}": name})

    def said(self) -> str:
        return self.page.partition("data-process-said>")[2].partition("</p>")[0]


class Ask(StageAction):
    key, label = "suggesting.ask", "Start a check"

    def run(self, *, transition: Any, automation: Any) -> None:
        """Do nothing."""


class Suggesting(Extension):
    slug, name = "suggesting", "Checks"
    stage_actions = (Ask(),)
    suggestions = Suggestions(
        stages=(StageSuggestion("Check", Ask.key, "Start a check when a candidate enters this step?"),)
    )


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def dana(job: Job) -> Membership:
    return factories.administrator(job.company)


@pytest.fixture
def editor(job: Job, dana: Membership) -> Editor:
    return Editor(signed_in(dana), job.process)


@pytest.fixture
def suggesting() -> Iterator[None]:
    extensions.register(Suggesting())
    yield
    extensions.unregister("suggesting")


def step(job: Job, name: str) -> str:
    return str(Stage.objects.get(process=job.process, name=name).pk)


def saved(job: Job) -> list[str]:
    return [f"{one.group}: {one.name}" for one in process_stages.stages_of(job.process)]


BEFORE = ["new: New", "in_review: Phone Screen", "interview: Interview", "offer: Offer", "hired: Hired"]


def test_the_read_view_shows_steps_people_automations_and_jobs(job: Job, dana: Membership) -> None:
    factories.ApplicationFactory.create_batch(2, job=job)
    factories.StageAutomationFactory(stage=factories.stage_of(job, StageGroup.OFFER), mode="ask")
    page = text(signed_in(dana).get(reverse("applications:process", args=[job.process_id])))

    assert [label for label in StageGroup.labels if f">{label}</h2>" in page] == StageGroup.labels
    assert "2 candidates" in page and "Something that is no longer available" in page and "Create a task" in page
    assert "Used by 1 job" in page and "Senior Buyer" in page
    assert reverse("applications:process-edit", args=[job.process_id]) in page


def test_only_administrators_of_the_company_find_the_pages(job: Job) -> None:
    others = [factories.staffing(job.company), factories.administrator(factories.CompanyFactory())]

    for name in ("process", "process-edit"):
        url = reverse(f"applications:{name}", args=[job.process_id])
        assert [signed_in(member).get(url).status_code for member in others] == [404, 404]
        assert signed_in(others[0]).post(url, {"do": "save"}).status_code == 404


def test_nothing_is_saved_before_save(editor: Editor, job: Job) -> None:
    editor.add("interview", "Panel")
    editor.press(f"up:{editor.fields.data['row'][3]}")

    assert editor.rows == [*BEFORE[:2], "interview: Panel", *BEFORE[2:]]
    assert "Not saved yet." in editor.page and "data-changed" in editor.page
    assert saved(job) == BEFORE

    answer = editor.press("save")

    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("applications:process", args=[job.process_id])
    assert saved(job) == [*BEFORE[:2], "interview: Panel", *BEFORE[2:]]


def test_a_step_moves_up_and_down_and_says_where_it_is(editor: Editor, job: Job) -> None:
    editor.add("interview", "Panel")
    editor.add("interview", "Onsite")
    interview = step(job, "Interview")
    assert f"up:{interview}" not in editor.fields.buttons and "up:new-1" in editor.fields.buttons

    editor.press(f"down:{interview}")

    assert editor.said() == "Interview is now 2 of 3 in Interview."
    assert editor.fields.focus == f"actions-{interview}"
    assert editor.rows[2:5] == ["interview: Panel", "interview: Interview", "interview: Onsite"]


def test_a_step_moves_to_another_group(editor: Editor, job: Job) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-group:{screen}")

    editor.press(f"group:{screen}", **{"to-group": "offer"})

    assert editor.said() == "Phone Screen is now 2 of 2 in Offer."
    editor.press("save")
    assert saved(job)[1:] == ["interview: Interview", "offer: Offer", "offer: Phone Screen", "hired: Hired"]


def test_a_dragged_row_is_taken_where_it_was_dropped(editor: Editor, job: Job) -> None:
    # What the script does: the row's group changes and its place in the form.
    data = editor.fields.data
    screen = step(job, "Phone Screen")
    rows = [*(key for key in data["row"] if key != screen), screen]

    answer = editor.client.post(
        editor.url, {**data, "row": rows, f"group-{screen}": "interview", "do": f"placed:{screen}"}
    )

    assert "Phone Screen is now 2 of 2 in Interview." in text(answer)


def test_a_step_is_renamed_in_place(editor: Editor, job: Job) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-rename:{screen}")
    assert editor.fields.focus == f"rename-{screen}"

    editor.press(f"rename:{screen}", rename=" Phone   call ")

    assert editor.said() == "Phone Screen is now called Phone call."
    assert editor.rows[1] == "in_review: Phone call"


def test_save_and_enter_take_what_stands_in_open_fields(editor: Editor, job: Job) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-rename:{screen}")
    editor.press("enter", rename="Phone call")
    assert editor.rows[1] == "in_review: Phone call" and 'name="rename"' not in editor.page
    editor.press("open-add:offer")

    editor.press("save", **{"new-offer": "Signed"})

    assert saved(job) == [BEFORE[0], "in_review: Phone call", BEFORE[2], "offer: Offer", "offer: Signed", BEFORE[4]]


def test_save_takes_the_group_that_was_chosen(editor: Editor, job: Job) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-group:{screen}")

    editor.press("save", **{"to-group": "offer"})

    assert saved(job) == [BEFORE[0], BEFORE[2], BEFORE[3], "offer: Phone Screen", BEFORE[4]]


def test_an_empty_name_is_refused_where_it_is_typed(editor: Editor, job: Job) -> None:
    editor.press("open-add:offer")
    assert editor.press("add:offer", **{"new-offer": "  "}).status_code == 422
    assert "Enter a name." in editor.page and 'aria-invalid="true"' in editor.page

    screen = step(job, "Phone Screen")
    editor.press(f"open-rename:{screen}")
    assert editor.press("save", rename="").status_code == 422
    assert "Enter a name." in editor.page
    assert saved(job) == BEFORE


def test_a_name_that_is_taken_is_said_beside_the_step_and_nothing_is_lost(editor: Editor, job: Job) -> None:
    editor.add("interview", "offer")
    editor.add("interview", "Panel")

    assert editor.press("save").status_code == 422

    assert "offer: Another step of this process is called Offer." in editor.page
    assert "interview: Panel" in editor.rows
    assert saved(job) == BEFORE


def test_an_empty_step_goes_at_once_and_comes_back(editor: Editor, job: Job) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-remove:{screen}")
    assert "Removed when you save." in editor.page and editor.said() == "Phone Screen is removed when you save."

    editor.press(f"back:{screen}")
    assert editor.rows == BEFORE
    editor.press(f"open-remove:{screen}")
    editor.press("save")

    assert saved(job) == [BEFORE[0], *BEFORE[2:]]


def test_removing_a_step_asks_where_its_candidates_go(editor: Editor, job: Job) -> None:
    stage = Stage.objects.get(name="Phone Screen")
    ada, *_ = factories.ApplicationFactory.create_batch(2, job=job, stage=stage)
    factories.ApplicationFactory(job=job, stage=stage, state=Application.State.REJECTED, closing_reason="Skills")
    screen, interview = str(stage.pk), step(job, "Interview")

    editor.press(f"open-remove:{screen}")

    assert "Remove Phone Screen?" in editor.page
    assert "2 candidates on 1 job stand here." in editor.page
    assert "1 rejected or withdrawn candidate has it as the last step." in editor.page
    assert "Automations do not run for them." in editor.page
    assert editor.fields.focus == "close"  # the button that keeps
    assert ">Hired</option>" not in editor.page
    editor.press(f"remove:{screen}")
    assert "Choose a step." in editor.page
    editor.press(f"remove:{screen}", destination=interview)
    assert "Its candidates move to Interview." in editor.page
    assert Application.objects.filter(stage=stage).count() == 3

    answer = editor.press("save")

    assert "Saved. 3 candidates were moved." in text(editor.client.get(answer.headers["Location"]))
    ada.refresh_from_db()
    assert ada.stage.name == "Interview"


def test_when_the_destination_goes_too_its_candidates_go_on(editor: Editor, job: Job) -> None:
    stage = Stage.objects.get(name="Phone Screen")
    ada = factories.ApplicationFactory(job=job, stage=stage)
    editor.press(f"open-remove:{stage.pk}")
    editor.press(f"remove:{stage.pk}", destination=step(job, "Interview"))

    editor.press(f"open-remove:{step(job, 'Interview')}")
    assert "Choose a step" in editor.page
    editor.press(f"remove:{step(job, 'Interview')}", destination=step(job, "Offer"))
    editor.press("save")

    ada.refresh_from_db()
    assert (ada.stage.name, saved(job)) == ("Offer", [BEFORE[0], *BEFORE[3:]])


def test_a_candidate_who_came_meanwhile_keeps_the_step_from_going(editor: Editor, job: Job, dana: Membership) -> None:
    stage = Stage.objects.get(name="Phone Screen")
    editor.press(f"open-remove:{stage.pk}")
    ada = factories.ApplicationFactory(job=job)
    services.move(application=ada, to=stage, seen=ada.stage_id, by=dana)

    assert editor.press("save").status_code == 422

    assert "1 candidate stands in Phone Screen. Choose where to move them." in editor.page
    editor.press(f"back:{stage.pk}")
    editor.press(f"open-remove:{stage.pk}")
    editor.press(f"remove:{stage.pk}", destination=step(job, "Interview"))
    assert editor.press("save").status_code == 303


def test_what_somebody_else_saved_is_said_and_what_was_typed_stays(editor: Editor, job: Job, dana: Membership) -> None:
    editor.add("interview", "Mine")
    editor.press(f"open-remove:{step(job, 'Offer')}")
    other = Editor(signed_in(dana), job.process)
    other.add("interview", "Theirs")
    other.press(f"open-remove:{step(job, 'Phone Screen')}")
    other.press("save")

    assert editor.press("save").status_code == 409

    assert "Somebody else saved this process meanwhile" in editor.page and "Keep theirs" in editor.page
    assert "They removed Phone Screen." in editor.page and "They added Theirs to Interview." in editor.page
    assert editor.rows == [BEFORE[0], BEFORE[2], "interview: Mine", "interview: Theirs", BEFORE[4]]
    assert "Offer" in saved(job)[-2]
    editor.press("save")
    assert saved(job) == [BEFORE[0], BEFORE[2], "interview: Mine", "interview: Theirs", BEFORE[4]]


def test_an_automation_is_chosen_changed_and_taken_away(editor: Editor, job: Job, suggesting: None) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-automation:{screen}")
    assert "When a candidate enters Phone Screen" in editor.page
    assert [word for word in ("None", "Create a task", "Send") if f">{word}<" in editor.page] == [
        "None",
        "Create a task",
        "Send",
    ]

    editor.press(f"automation:{screen}", choice="ask:suggesting.ask")
    editor.press("save")

    row = StageAutomation.objects.get()
    assert (str(row.stage_id), row.action, row.mode) == (screen, "suggesting.ask", "ask")
    again = Editor(editor.client, job.process)
    again.press(f"open-automation:{screen}")
    again.press(f"automation:{screen}", choice="")
    again.press("save")
    assert not StageAutomation.objects.exists()


def test_what_is_switched_off_stays_until_somebody_changes_it(editor: Editor, job: Job) -> None:
    factories.StageAutomationFactory(stage=Stage.objects.get(name="Offer"), action="gone.away")
    editor = Editor(editor.client, job.process)
    editor.press(f"open-automation:{step(job, 'Offer')}")
    assert "Something that is no longer available" in editor.page

    editor.press("save")

    assert StageAutomation.objects.get().action == "gone.away"


@pytest.mark.parametrize("name", ["Check", "  CHECK "])
def test_a_step_of_a_suggested_name_is_asked_about_and_connected(
    editor: Editor, job: Job, suggesting: None, name: str
) -> None:
    editor.add("in_review", name)
    assert "Start a check when a candidate enters this step?" in editor.page
    assert editor.fields.focus == "connect:new-1"

    editor.press("connect:new-1")
    assert "enters this step?" not in editor.page and "Start a check" in editor.page
    editor.press("save")

    row = StageAutomation.objects.get()
    assert (row.stage.name, row.action, row.mode) == (name.strip(), "suggesting.ask", "send")


def test_not_now_is_remembered_by_the_draft(editor: Editor, suggesting: None) -> None:
    editor.add("in_review", "Check")
    editor.press("decline:new-1")
    assert "enters this step?" not in editor.page

    editor.press("open-add:offer")

    assert "enters this step?" not in editor.page
    editor.press("save")
    assert not StageAutomation.objects.exists()


def test_save_with_an_unanswered_suggestion_saves_the_step_without_automation(
    editor: Editor, job: Job, suggesting: None
) -> None:
    editor.add("in_review", "Check")
    assert "connect:new-1" in editor.fields.buttons

    assert editor.press("save").status_code == 303

    assert "in_review: Check" in saved(job) and not StageAutomation.objects.exists()


def test_a_renamed_step_is_asked_about_too(editor: Editor, job: Job, suggesting: None) -> None:
    offer = step(job, "Offer")
    editor.press(f"open-rename:{offer}")

    editor.press(f"rename:{offer}", rename="check")

    assert "Start a check when a candidate enters this step?" in editor.page


@pytest.mark.parametrize(
    "do", ["", "nonsense", "up", "up:nobody", "remove:nobody", "back:nobody", "add:nowhere", "placed:"]
)
def test_what_no_button_says_changes_nothing(editor: Editor, do: str) -> None:
    assert editor.post(do, **{"new-nowhere": "X"}).status_code == 200
    assert editor.rows == BEFORE


def test_a_form_that_was_tampered_with_is_refused(editor: Editor, job: Job) -> None:
    elsewhere = factories.StageFactory(company=factories.CompanyFactory(), name="Foreign")
    factories.ApplicationFactory(job=job)
    data = {"row": [str(elsewhere.pk)], f"group-{elsewhere.pk}": "new", f"name-{elsewhere.pk}": "Mine", "do": "save"}

    assert editor.client.post(editor.url, data).status_code == 409
    assert editor.client.post(editor.url, {**data, "seen": editor.fields.data["seen"][0]}).status_code == 422
    elsewhere.refresh_from_db()
    assert (elsewhere.name, saved(job)) == ("Foreign", BEFORE)


def test_names_are_text(editor: Editor) -> None:
    editor.add("offer", NASTY[:80])

    assert "<script>alert" not in editor.answer.content.decode()
    editor.press("save")
    assert "<script>alert" not in editor.client.get(editor.url).content.decode()


def test_the_pages_cost_the_same_for_5_and_for_12_steps(editor: Editor, job: Job) -> None:
    read = reverse("applications:process", args=[job.process_id])
    before = [queries(editor.client, url) for url in (editor.url, read)]
    for number in range(7):
        stage = factories.StageFactory(company=job.company, process=job.process, name=f"S{number}")
        factories.StageAutomationFactory(stage=stage)
        factories.ApplicationFactory(job=job, stage=stage)

    assert [queries(editor.client, url) for url in (editor.url, read)] == before


# ── Steps that change under somebody's feet ──────────────────────────────────────────────────────────────────────────
def test_a_card_moved_to_a_step_that_is_gone_goes_back_with_a_sentence(editor: Editor, job: Job) -> None:
    ada = factories.ApplicationFactory(job=job)
    screen = step(job, "Phone Screen")
    editor.press(f"open-remove:{screen}")
    editor.press("save")
    url = reverse("applications:move", args=[ada.candidate_id, ada.pk])
    move = {"stage": screen, "seen_stage": ada.stage_id}

    by_board = editor.client.post(url, move, headers={"X-Requested-With": "board"})
    by_page = editor.client.post(url, move)

    sentence = "That step is no longer part of the hiring process, so nobody was moved. Look at the steps again."
    assert (by_board.status_code, by_board.json()["message"]) == (409, sentence)
    assert (by_page.status_code, sentence in text(by_page)) == (409, True)
    ada.refresh_from_db()
    assert ada.stage.name == "New"


def test_a_move_from_a_step_that_is_gone_is_a_stale_one(editor: Editor, job: Job) -> None:
    stage = Stage.objects.get(name="Phone Screen")
    ada = factories.ApplicationFactory(
        job=job, stage=stage, candidate__first_name="Ada", candidate__last_name="Lovelace"
    )
    editor.press(f"open-remove:{stage.pk}")
    editor.press(f"remove:{stage.pk}", destination=step(job, "Interview"))
    editor.press("save")

    answer = editor.client.post(
        reverse("applications:move", args=[ada.candidate_id, ada.pk]),
        {"stage": step(job, "Offer"), "seen_stage": stage.pk},
        headers={"X-Requested-With": "board"},
    )

    assert answer.status_code == 409 and "moved Ada Lovelace to Interview meanwhile" in answer.json()["message"]
    board = editor.client.get(f"{reverse('applications:job', args=[job.pk])}?view=list&step={stage.pk}")
    assert board.status_code == 200
