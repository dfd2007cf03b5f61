"""Steps that ask a person before they start something: who is asked, where, and what the answers do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import services, tasks
from recruiting.applications.models import Application, Note, StageTask
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, StageAction
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job, Stage, StageAutomation, StageGroup
from tests import factories
from tests.applications.browsing import address, queries, text
from tests.limits import SetLimit
from tests.refusals import refuses
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
ACTION = "asking.check"
LABEL = "Start a check"


class Act(StageAction):
    """Writes a note; fails when told to."""

    key, label = ACTION, LABEL
    fails: Exception | None = None

    def run(self, *, transition: Any, automation: Any) -> None:
        Note.objects.create(
            company_id=transition.company_id, application=transition.application, body=f"{automation.mode}"
        )
        if self.fails:
            raise self.fails


class Asking(Extension):
    slug, name = "asking", "Checks"
    enabled = True

    def is_enabled_for(self, company: Any) -> bool:
        return self.enabled


@pytest.fixture
def asking() -> Iterator[Asking]:
    """Register an extension with one action."""
    extension = Asking()
    extension.stage_actions = (Act(),)
    extensions.register(extension)
    yield extension
    extensions.unregister("asking")


@pytest.fixture
def interview(asking: Asking, job: Job) -> Stage:
    """Return a step that asks."""
    stage = factories.stage_of(job, StageGroup.INTERVIEW)
    factories.StageAutomationFactory(stage=stage, action=ACTION, mode=StageAutomation.Mode.ASK)
    return stage


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(name="Acme"), title="Senior Buyer")


@pytest.fixture
def kim(job: Job) -> Membership:
    return factories.on_team(job, JobRole.RECRUITER, user__first_name="Kim", user__last_name="Ito")


def enter(stage: Stage, job: Job, by: Membership, first_name: str = "Ada") -> Application:
    application = factories.ApplicationFactory(
        job=job, candidate__first_name=first_name, candidate__last_name="Lovelace"
    )
    services.move(application=application, to=stage, seen=application.stage_id, by=by)
    application.refresh_from_db()
    return application


def test_entering_asks_instead_of_starting(interview: Stage, job: Job, kim: Membership) -> None:
    ada = enter(interview, job, kim)

    task = StageTask.objects.get()
    assert (task.application, task.stage, task.action, task.state) == (ada, interview, ACTION, "open")
    assert task.transition == ada.transitions.order_by("id").last()
    assert not Note.objects.exists()


def test_a_step_that_sends_starts_at_once(interview: Stage, job: Job, kim: Membership) -> None:
    StageAutomation.objects.update(mode="send")

    enter(interview, job, kim)

    assert (StageTask.objects.count(), Note.objects.get().body) == (0, "send")


def test_starting_runs_the_action_once_and_closes_the_task(interview: Stage, job: Job, kim: Membership) -> None:
    enter(interview, job, kim)

    done = tasks.start(task=StageTask.objects.get(), by=kim)

    assert (done.state, done.done_by, Note.objects.get().body) == ("done", kim, "ask")
    with refuses(Conflict, match="Somebody started this already"):
        tasks.start(task=StageTask.objects.get(), by=kim)


def test_declining_closes_the_task(interview: Stage, job: Job, kim: Membership) -> None:
    enter(interview, job, kim)

    done = tasks.dismiss(task=StageTask.objects.get(), by=kim)

    assert (done.state, done.done_by, Note.objects.count()) == ("dismissed", kim, 0)
    with refuses(Conflict, match="This no longer waits: Ada Lovelace left the step, or it was declined"):
        tasks.start(task=StageTask.objects.get(), by=kim)


@pytest.mark.parametrize("role", ["standard", "administrator"])
def test_nobody_waits_on_a_closed_job(interview: Stage, job: Job, kim: Membership, role: str) -> None:
    Membership.objects.filter(pk=kim.pk).update(role=role)
    kim.refresh_from_db()
    enter(interview, job, kim)
    assert [(group.stage_id, group.count) for group in tasks.waiting(kim)] == [(interview.pk, 1)]

    Job.objects.filter(pk=job.pk).update(state=Job.State.CLOSED)

    assert (list(tasks.waiting(kim)), list(tasks.open_for(kim))) == ([], [])


def test_leaving_the_step_closes_the_task_and_coming_back_asks_again(
    interview: Stage, job: Job, kim: Membership
) -> None:
    ada = enter(interview, job, kim)
    first = factories.stage_of(job, StageGroup.NEW)

    services.move(application=ada, to=first, seen=interview.pk, by=kim)
    assert StageTask.objects.get().state == "dismissed"
    services.move(application=ada, to=interview, seen=first.pk, by=kim)

    assert sorted(StageTask.objects.values_list("state", flat=True)) == ["dismissed", "open"]


def test_undoing_the_move_closes_the_task(interview: Stage, job: Job, kim: Membership) -> None:
    ada = enter(interview, job, kim)

    services.undo_move(transition=ada.transitions.order_by("id").last(), by=kim)  # type: ignore[arg-type]

    assert StageTask.objects.get().state == "dismissed"


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        (Conflict("Ada has no email address."), "^Ada has no email address.$"),
        (ZeroDivisionError(), "^Start a check: this did not work. Nothing was changed. Try again.$"),
    ],
)
def test_what_does_not_start_stays_open(
    asking: Asking, interview: Stage, job: Job, kim: Membership, fails: Exception, words: str
) -> None:
    enter(interview, job, kim)
    asking.stage_actions[0].fails = fails  # type: ignore[attr-defined]

    with refuses(Conflict, match=words):
        tasks.start(task=StageTask.objects.get(), by=kim)


def test_who_may_move_may_answer(interview: Stage, job: Job, kim: Membership) -> None:
    enter(interview, job, kim)
    task = StageTask.objects.get()

    interviewer = factories.on_team(job, JobRole.INTERVIEWER)
    outsider = factories.MembershipFactory(company=job.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for act in (tasks.start, tasks.dismiss):
        with refuses(NotAllowed):
            act(task=task, by=interviewer)
        for nobody in (outsider, stranger):
            with refuses(NotFound):
                act(task=task, by=nobody)


def test_somebody_rejected_is_not_waited_for(interview: Stage, job: Job, kim: Membership) -> None:
    ada = enter(interview, job, kim)
    services.reject(application=ada, reason="Skills", by=kim)

    assert not tasks.waiting(kim)
    with refuses(Conflict, match="Ada Lovelace was rejected. Reopen the application first"):
        tasks.start(task=StageTask.objects.get(), by=kim)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_home_says_who_waits_and_leads_to_the_list(interview: Stage, job: Job, kim: Membership) -> None:
    for name in ("Ada", "Grace", "Joan"):
        enter(interview, job, kim, name)
    page = text(signed_in(kim).get("/"))

    assert "3 candidates wait in Interview: Start a check?" in page
    assert reverse("applications:stage-tasks", args=[interview.pk]) in page
    assert "wait in Interview" not in text(signed_in(factories.on_team(job, JobRole.INTERVIEWER)).get("/"))
    assert "wait in Interview" not in text(signed_in(factories.MembershipFactory(company=job.company)).get("/"))


def test_a_step_that_asks_for_something_else_now_has_one_line_as_it_has_one_list(
    interview: Stage, job: Job, kim: Membership
) -> None:
    enter(interview, job, kim)
    StageTask.objects.update(action="asking.before")
    enter(interview, job, kim, "Grace")
    client = signed_in(kim)

    assert "2 candidates wait in Interview.</span>" in text(client.get("/"))
    listed = client.get(reverse("applications:stage-tasks", args=[interview.pk]))
    assert [task.application.candidate.first_name for task, _ in listed.context["rows"]] == ["Ada", "Grace"]


def test_counting_who_waits_stops(interview: Stage, job: Job, kim: Membership, set_limit: SetLimit) -> None:
    set_limit(tasks, "OLDEST", 2)
    for name, said in (("Ada", "1 candidate waits"), ("Bea", "2+ candidates wait"), ("Cid", "2+ candidates wait")):
        enter(interview, job, kim, name)
        assert f"{said} in Interview" in text(signed_in(kim).get("/"))


def test_the_list_has_both_answers_for_each_and_comes_back_to_itself(
    interview: Stage, job: Job, kim: Membership
) -> None:
    ada, grace = enter(interview, job, kim), enter(interview, job, kim, "Grace")
    client, url = signed_in(kim), reverse("applications:stage-tasks", args=[interview.pk])
    page = text(client.get(url))
    assert 'aria-label="Start a check: Ada Lovelace"' in page and 'aria-label="Not now: Grace Lovelace"' in page

    answers = [
        client.post(
            reverse(f"applications:stage-task-{act}", args=[of.stage_tasks.get().pk]),
            headers={"referer": f"http://testserver{url}"},
        )
        for act, of in (("start", ada), ("dismiss", grace))
    ]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, url)] * 2
    page = text(client.get(url))
    assert "Ada Lovelace: Start a check has begun." in page and "Nothing is started for Grace Lovelace." in page
    assert "Nobody waits in this step." in page


def test_the_record_asks_too_those_who_may_move(interview: Stage, job: Job, kim: Membership) -> None:
    ada = enter(interview, job, kim)

    page = text(signed_in(kim).get(address("candidate", ada)))

    assert "Interview: Start a check?" in page and "Not now" in page and "csrfmiddlewaretoken" in page
    assert "Start a check?" not in text(
        signed_in(factories.on_team(job, JobRole.INTERVIEWER)).get(address("candidate", ada))
    )


def test_an_extension_that_is_switched_off_says_so(asking: Asking, interview: Stage, job: Job, kim: Membership) -> None:
    ada = enter(interview, job, kim)
    asking.enabled = False
    sentence = "Checks is switched off for Acme, so this cannot be started now."

    assert f"Interview: {sentence}" in text(signed_in(kim).get(address("candidate", ada)))
    page = text(signed_in(kim).get(reverse("applications:stage-tasks", args=[interview.pk])))
    assert sentence in page and ">Start a check<" not in page
    with refuses(Conflict, match="Checks is switched off for Acme"):
        tasks.start(task=StageTask.objects.get(), by=kim)
    extensions.unregister("asking")
    assert "Interview: What this step started is no longer part of Throughline. Choose Not now." in text(
        signed_in(kim).get(address("candidate", ada))
    )
    assert "1 candidate waits in Interview." in text(signed_in(kim).get("/"))


def test_an_answer_that_comes_too_late_is_a_conflict(interview: Stage, job: Job, kim: Membership) -> None:
    enter(interview, job, kim)
    url = reverse("applications:stage-task-start", args=[StageTask.objects.get().pk])
    client = signed_in(kim)
    client.post(url)

    late = client.post(url)

    assert (late.status_code, "Somebody started this already." in text(late)) == (409, True)
    assert Note.objects.count() == 1
    assert client.get(url).status_code == 405


def test_another_companys_task_is_not_there(interview: Stage, job: Job, kim: Membership) -> None:
    enter(interview, job, kim)
    stranger = signed_in(factories.administrator(factories.CompanyFactory()))

    assert stranger.get(reverse("applications:stage-tasks", args=[interview.pk])).status_code == 404
    assert stranger.post(reverse("applications:stage-task-start", args=[StageTask.objects.get().pk])).status_code == 404


def test_the_board_says_that_a_step_asks_first(interview: Stage, job: Job, kim: Membership) -> None:
    ada = factories.ApplicationFactory(job=job, candidate__first_name="Ada", candidate__last_name="L")
    client = signed_in(kim)

    assert "Moving here asks first: Start a check" in text(client.get(reverse("applications:job", args=[job.pk])))
    answer = client.post(
        address("move", ada),
        {"stage": interview.pk, "seen_stage": ada.stage_id},
        headers={"X-Requested-With": "board"},
    )
    assert (
        answer.json()["message"]
        == "Ada L moved to Interview. Start a check: this waits for an answer on the home page."
    )


def test_the_list_costs_the_same_for_one_and_for_eight(interview: Stage, job: Job, kim: Membership) -> None:
    client, url = signed_in(kim), reverse("applications:stage-tasks", args=[interview.pk])
    enter(interview, job, kim)
    one = queries(client, url)

    for number in range(7):
        enter(interview, job, kim, f"Ada{number}")

    assert queries(client, url) == one
