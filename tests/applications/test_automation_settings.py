"""What a step chooses for its action: asked without script, checked, kept, said in words, and handed to the action."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import process_stages, processes, services, tasks
from recruiting.applications.models import StageTask
from recruiting.applications.process_stages import Automation, Edit
from recruiting.companies.models import Membership
from recruiting.extensions import ActionOption, Extension, StageAction
from recruiting.foundation.errors import InvalidInput
from recruiting.jobs import processes as job_processes
from recruiting.jobs.models import Job, Stage, StageAutomation
from tests import factories
from tests.applications.browsing import tab, text
from tests.applications.test_process_pages import Editor, step
from tests.refusals import refuses
from tests.signing_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
ACTION, TEST = "testing.send", "option:testing.send:test"
SEND = f"send:{ACTION}"


class Send(StageAction):
    """Sends a test that the step chooses; remembers which."""

    key, label = ACTION, "Send a test"

    def __init__(self) -> None:
        self.tests = [("sql", "SQL & joins"), ("js", "JavaScript <Basics>")]
        self.sent: list[Any] = []

    def options(self, company: Any) -> Any:
        return (
            ActionOption("test", "Test", self.tests),
            ActionOption("level", "Level", [("easy", "Easy"), ("hard", "Hard")], is_required=False),
        )

    def run(self, *, transition: Any, automation: Any) -> None:
        self.sent.append(automation.settings)


class Testing(Extension):
    slug, name = "testing", "Tests"
    suggestions = extensions.Suggestions(stages=(extensions.StageSuggestion("Exam", ACTION, "Send a test here?"),))


@pytest.fixture
def send() -> Iterator[Send]:
    """Register an extension with one action that has options."""
    extension, action = Testing(), Send()
    extension.stage_actions = (action,)
    extensions.register(extension)
    yield action
    extensions.unregister("testing")


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory())


@pytest.fixture
def dana(job: Job) -> Membership:
    return factories.administrator(job.company)


@pytest.fixture
def editor(job: Job, dana: Membership) -> Editor:
    return Editor(signed_in(dana), job.process)


def chosen() -> tuple[str, dict[str, str], str]:
    row = StageAutomation.objects.get()
    return row.mode, row.settings, row.settings_label


def give(job: Job, mode: str = "send", **settings: str) -> Stage:
    stage = Stage.objects.get(process=job.process, name="Phone Screen")
    factories.StageAutomationFactory(
        stage=stage, action=ACTION, mode=mode, settings=settings, settings_label="As it was called"
    )
    return stage


def save(job: Job, dana: Membership, automation: Automation | None) -> None:
    steps = process_stages.stages_of(job.process)
    edit = Edit([replace(one, automation=automation) if one.name == "Phone Screen" else one for one in steps])
    processes.save(process=job.process, edit=edit, seen=process_stages.stamp(steps), by=dana)


# ── The editor ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_which_test_is_asked_where_the_action_is_chosen_and_kept(editor: Editor, job: Job, send: Send) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-automation:{screen}")
    assert editor.fields.data[TEST] == [""] and "SQL & joins" in editor.page
    assert 'Level <span class="tl-optional">(optional)' in editor.page

    editor.press(f"automation:{screen}", choice=SEND, **{TEST: "js"})

    assert b"Send a test (JavaScript &lt;Basics&gt;)" in editor.answer.content
    editor.add("offer", "Another")
    editor.press("save")
    assert chosen() == ("send", {"test": "js"}, "JavaScript <Basics>")
    page = text(editor.client.get(reverse("applications:process", args=[job.process_id])))
    assert "Send a test (JavaScript <Basics>)" in page


def test_what_was_chosen_stands_in_the_open_question_and_is_changed(editor: Editor, job: Job, send: Send) -> None:
    screen = str(give(job, test="sql").pk)
    again = Editor(editor.client, job.process)
    again.press(f"open-automation:{screen}")
    assert (again.fields.data["choice"], again.fields.data[TEST]) == ([SEND], ["sql"])

    again.press(f"automation:{screen}", choice=f"ask:{ACTION}", **{TEST: "js", "option:testing.send:level": "hard"})
    again.press("save")

    assert chosen() == ("ask", {"level": "hard", "test": "js"}, "JavaScript <Basics>, Hard")


@pytest.mark.parametrize("pressed", ["automation", "enter", "save"])
def test_a_test_that_is_missing_is_said_beside_its_field(editor: Editor, job: Job, send: Send, pressed: str) -> None:
    screen = step(job, "Phone Screen")
    editor.press(f"open-automation:{screen}")

    do = f"automation:{screen}" if pressed == "automation" else pressed
    answer = editor.post(do, choice=SEND, **{"option:testing.send:level": "hard"})

    assert answer.status_code == 422
    assert "Test is missing. Choose one." in editor.page
    assert editor.fields.focus == f"{TEST}-{screen}"
    assert (editor.fields.data["choice"], editor.fields.data["option:testing.send:level"]) == ([SEND], ["hard"])
    editor.press("close")
    editor.press("save")
    assert not StageAutomation.objects.exists()


def test_a_suggested_action_asks_which_test_before_it_connects(editor: Editor, job: Job, send: Send) -> None:
    editor.add("in_review", "Exam")
    editor.press("connect:new-1")
    assert editor.answer.status_code == 200
    assert (editor.fields.data["choice"], editor.fields.focus) == ([SEND], f"{TEST}-new-1")

    editor.press("automation:new-1", choice=SEND, **{TEST: "sql"})
    editor.press("save")

    assert chosen() == ("send", {"test": "sql"}, "SQL & joins")


def test_a_test_that_is_gone_stays_until_another_is_chosen(editor: Editor, job: Job, send: Send) -> None:
    screen = str(give(job, test="gone").pk)
    again = Editor(editor.client, job.process)
    assert "Send a test (As it was called)" in again.page
    again.press(f"open-automation:{screen}")
    assert again.fields.data[TEST] == ["gone"] and "No longer there" in again.page

    again.press(f"automation:{screen}", choice=f"ask:{ACTION}")
    again.press("save")
    assert chosen() == ("ask", {"test": "gone"}, "As it was called")

    again = Editor(editor.client, job.process)
    again.press(f"open-automation:{screen}")
    again.press(f"automation:{screen}", choice=SEND, **{"option:testing.send:level": "easy"})
    assert "Test: what was chosen is no longer there. Choose another one." in again.page


def test_an_action_without_options_asks_nothing_more(editor: Editor, job: Job, send: Send) -> None:
    send.options = lambda company: ()  # type: ignore[method-assign,assignment]
    screen = step(job, "Phone Screen")
    editor.press(f"open-automation:{screen}")
    assert "tl-process__choice" not in editor.page and "<select" not in editor.page.partition("<fieldset")[2]

    editor.press(f"automation:{screen}", choice=SEND)
    assert f"settings-{screen}" not in editor.fields.data
    editor.press("save")

    assert chosen() == ("send", {}, "")


# ── The service ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "Test is missing. Choose one."),
        ({"test": "other"}, "Test: what was chosen is no longer there. Choose another one."),
        ({"test": "sql", "level": "x"}, "Level: what was chosen is no longer there. Choose another one."),
        ({"test": "sql", "more": "x"}, "That cannot be chosen here. Choose the automation again."),
    ],
)
def test_settings_that_cannot_be_are_refused(
    job: Job, dana: Membership, send: Send, settings: dict[str, str], why: str
) -> None:
    with refuses(InvalidInput, why) as caught:
        save(job, dana, Automation(ACTION, "send", process_stages.settings_of(settings)))
    assert list(caught.value.fields) == [step(job, "Phone Screen")]


def test_another_step_s_edit_leaves_settings_that_could_no_longer_be_chosen(
    job: Job, dana: Membership, send: Send
) -> None:
    give(job)
    steps = process_stages.stages_of(job.process)
    edit = Edit([replace(one, name=f"{one.name}!") for one in steps])

    processes.save(process=job.process, edit=edit, seen=process_stages.stamp(steps), by=dana)

    assert chosen() == ("send", {}, "As it was called")


def test_another_choice_is_a_change_that_others_must_have_seen(job: Job, dana: Membership, send: Send) -> None:
    give(job, test="sql")
    before = process_stages.stages_of(job.process)
    save(job, dana, Automation(ACTION, "send", (("test", "js"),)))

    assert chosen() == ("send", {"test": "js"}, "JavaScript <Basics>")
    with refuses(processes.StaleProcess):
        processes.save(process=job.process, edit=Edit(before), seen=process_stages.stamp(before), by=dana)
    assert (
        process_stages.described(before, process_stages.stages_of(job.process))
        == "changed what the step Phone Screen starts"
    )


def test_a_copy_of_a_process_has_the_same_settings(job: Job, dana: Membership, send: Send) -> None:
    give(job, test="sql")

    copy = job_processes.duplicate_process(process=job.process, name="Copy", by=dana)

    row = StageAutomation.objects.get(stage__process=copy)
    assert (row.action, row.mode, row.settings, row.settings_label) == (
        ACTION,
        "send",
        {"test": "sql"},
        "As it was called",
    )


# ── What the action gets ─────────────────────────────────────────────────────────────────────────────────────────────
def enter(stage: Stage, job: Job, by: Membership) -> Any:
    application = factories.ApplicationFactory(job=job)
    services.move(application=application, to=stage, seen=application.stage_id, by=by)
    return application


def test_the_action_gets_what_the_step_chose(job: Job, dana: Membership, send: Send) -> None:
    enter(give(job, test="sql"), job, dana)

    assert send.sent == [{"test": "sql"}]


def test_a_task_says_and_starts_what_was_asked_for_whatever_the_step_has_by_now(
    job: Job, dana: Membership, send: Send
) -> None:
    application = enter(give(job, mode="ask", test="sql"), job, dana)
    assert "Send a test (As it was called)?" in text(signed_in(dana).get(tab(application, "newsfeed")))
    StageAutomation.objects.update(settings={"test": "js"}, settings_label="JavaScript")
    client = signed_in(dana)
    listed = text(client.get(reverse("applications:stage-tasks", args=[StageTask.objects.get().stage_id])))
    assert "Send a test (As it was called)" in listed

    tasks.start(task=StageTask.objects.get(), by=dana)
    assert send.sent == [{"test": "sql"}]

    enter(Stage.objects.get(name="Phone Screen", process=job.process), job, dana)
    StageAutomation.objects.all().delete()
    tasks.start(task=StageTask.objects.get(state="open"), by=dana)
    assert send.sent == [{"test": "sql"}, {"test": "js"}]


def test_the_board_says_which_test_moving_there_sends(job: Job, dana: Membership, send: Send) -> None:
    give(job, test="sql")
    factories.ApplicationFactory(job=job)

    board = text(signed_in(dana).get(reverse("applications:job", args=[job.pk])))

    assert "Moving here starts: Send a test (As it was called)" in board


def test_an_action_that_cannot_say_its_options_costs_no_page(job: Job, dana: Membership, send: Send) -> None:
    give(job, test="sql")

    def fail(company: Any) -> Any:
        raise RuntimeError("No list.")

    send.options = fail  # type: ignore[method-assign]
    editor = Editor(signed_in(dana), job.process)
    editor.press(f"open-automation:{step(job, 'Phone Screen')}")
    editor.press(f"automation:{step(job, 'Phone Screen')}", choice=f"ask:{ACTION}")
    editor.press("save")

    assert chosen() == ("ask", {"test": "sql"}, "As it was called")
