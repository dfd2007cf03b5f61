"""Rules of applications that span tables: the services keep them, `manage.py check_data` finds where one was broken."""

from django.db.models import Exists, F, OuterRef, Q

from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment, StageTask
from recruiting.foundation.integrity import Rule
from recruiting.jobs.models import HiringProcess, Stage, StageGroup

_HIRED, _ACTIVE = Application.State.HIRED, Application.State.ACTIVE

RULES = (
    Rule(
        "newsfeed.NewsfeedEntry: one about an application carries its job and its candidate",
        lambda: NewsfeedEntry._base_manager.filter(application__isnull=False).exclude(
            job=F("application__job"), candidate=F("application__candidate")
        ),
    ),
    Rule(
        "applications.Application: a candidate stands in a step of the job's process",
        lambda: Application._base_manager.filter(stage__isnull=False).exclude(stage__process=F("job__process")),
    ),
    Rule(
        "applications.Application: the hired stand in Hired, and nobody else",
        lambda: Application._base_manager.filter(
            (Q(state=_HIRED) & ~Q(stage__group=StageGroup.HIRED)) | Q(state=_ACTIVE, stage__group=StageGroup.HIRED)
        ),
    ),
    Rule(
        "applications.StageTask: an open one is about the step where its candidate stands",
        lambda: StageTask._base_manager.filter(state=StageTask.State.OPEN).exclude(stage=F("application__stage")),
    ),
    Rule(
        "applications.Attachment: a file's application is its person's",
        lambda: Attachment._base_manager.filter(application__isnull=False).exclude(
            application__candidate=F("candidate")
        ),
    ),
    Rule(
        "jobs.HiringProcess: one that a job follows has a step before Hired",
        lambda: (
            HiringProcess._base_manager.filter(jobs__isnull=False)
            .exclude(Exists(Stage.objects.filter(process=OuterRef("pk")).exclude(group=StageGroup.HIRED)))
            .distinct()
        ),
    ),
)
