"""`check_data` finds applications, tasks and processes that no service would have left so."""

from typing import Any

import pytest

from newsfeed.models import NewsfeedEntry
from recruiting.applications import checks
from recruiting.applications.models import Application, StageTask
from recruiting.foundation import integrity
from recruiting.jobs.models import Stage, StageGroup
from tests import factories


@pytest.fixture
def application(db: None) -> Application:
    return factories.ApplicationFactory(company=factories.CompanyFactory())


def found() -> list[str]:
    return [rule.sentence for rule in checks.RULES if rule.finding()]


def test_the_rules_are_looked_at(application: Application) -> None:
    factories.StageTaskFactory(application=application)
    factories.ApplicationFactory(
        job=application.job,
        state=Application.State.HIRED,
        stage=factories.stage_of(application.job, StageGroup.HIRED),
    )

    assert set(checks.RULES) <= set(integrity.rules())
    assert found() == []


@pytest.mark.parametrize("broken", ["process", "hired", "active", "task", "steps", "entry"])
def test_what_is_broken_is_found(application: Application, broken: str) -> None:
    elsewhere = factories.StageFactory(company=application.company)
    hired = factories.stage_of(application.job, StageGroup.HIRED)
    task = factories.StageTaskFactory(application=application)
    factories.NewsfeedEntryFactory(application=application)
    there = factories.JobFactory(company=application.company)
    breaks: dict[str, Any] = {
        "process": lambda: Application.objects.update(stage=elsewhere),
        "hired": lambda: Application.objects.update(state="hired"),
        "active": lambda: Application.objects.update(stage=hired),
        "task": lambda: StageTask.objects.filter(pk=task.pk).update(stage=hired),
        "steps": lambda: Stage.objects.filter(process=application.job.process).update(group=StageGroup.HIRED),
        "entry": lambda: NewsfeedEntry.objects.update(job=there),
    }
    words = {
        "process": "a candidate stands in a step of the job's process",
        "hired": "the hired stand in Hired, and nobody else",
        "active": "the hired stand in Hired, and nobody else",
        "task": "an open one is about the step where its candidate stands",
        "steps": "one that a job follows has a step before Hired",
        "entry": "one about an application carries its job and its candidate",
    }

    breaks[broken]()

    assert any(words[broken] in sentence for sentence in found())
