"""Rules of applications that span tables: the services keep them, `manage.py check_data` finds where one was broken."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment, StageTask
from recruiting.foundation.integrity import Rule
from recruiting.jobs.models import HiringProcess, Stage, StageGroup


def in_a_step_of_another_process() -> QuerySet[Application]:
    """Return the applications that stand in a step which their job's process does not have."""
    return Application._base_manager.filter(stage__isnull=False).exclude(stage__process=F("job__process"))


def hired_elsewhere() -> QuerySet[Application]:
    """Return the hired applications outside Hired and the active ones in it."""
    hired, active = Application.State.HIRED, Application.State.ACTIVE
    return Application._base_manager.filter(
        (Q(state=hired) & ~Q(stage__group=StageGroup.HIRED)) | Q(state=active, stage__group=StageGroup.HIRED)
    )


def tasks_of_a_step_that_was_left() -> QuerySet[StageTask]:
    """Return the open tasks whose application stands elsewhere."""
    return StageTask._base_manager.filter(state=StageTask.State.OPEN).exclude(stage=F("application__stage"))


def without_a_first_step() -> QuerySet[HiringProcess]:
    """Return the processes that jobs use and in which nobody can start."""
    steps = Stage.objects.filter(process=OuterRef("pk")).exclude(group=StageGroup.HIRED)
    return HiringProcess._base_manager.filter(jobs__isnull=False).exclude(Exists(steps)).distinct()


def entries_elsewhere() -> QuerySet[NewsfeedEntry]:
    """Return the entries about an application whose job or person is not the application's."""
    there = Q(job=F("application__job"), candidate=F("application__candidate"))
    return NewsfeedEntry._base_manager.filter(application__isnull=False).exclude(there)


def files_of_somebody_else() -> QuerySet[Attachment]:
    """Return the files that belong to an application of another person."""
    return Attachment._base_manager.filter(application__isnull=False).exclude(application__candidate=F("candidate"))


RULES = (
    Rule("newsfeed.NewsfeedEntry: one about an application carries its job and its candidate", entries_elsewhere),
    Rule("applications.Application: a candidate stands in a step of the job's process", in_a_step_of_another_process),
    Rule("applications.Application: the hired stand in Hired, and nobody else", hired_elsewhere),
    Rule(
        "applications.StageTask: an open one is about the step where its candidate stands",
        tasks_of_a_step_that_was_left,
    ),
    Rule("applications.Attachment: a file's application is its person's", files_of_somebody_else),
    Rule("jobs.HiringProcess: one that a job follows has a step before Hired", without_a_first_step),
)
