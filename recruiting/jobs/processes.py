"""Hiring processes as a whole: the first one of a company, new ones, names, the default, and deleting an unused one.

Which steps a process has is changed where the candidates in them are known: `recruiting.applications.processes`.
"""

from functools import partial

from django.db import transaction

from newsfeed import feed
from recruiting import events
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Membership
from recruiting.foundation import limits, pagination, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.formatting import plural
from recruiting.foundation.permissions import Action
from recruiting.jobs import activity, services
from recruiting.jobs.models import HiringProcess, Job, Stage, StageAutomation, StageGroup

MAX_PROCESSES = 120
DEFAULT_STAGES = (
    (StageGroup.NEW, "New"),
    (StageGroup.IN_REVIEW, "Phone Screen"),
    (StageGroup.INTERVIEW, "Interview"),
    (StageGroup.OFFER, "Offer"),
    (StageGroup.HIRED, "Hired"),
)
require_manager = partial(require_administrator, rule="Administrators change hiring processes")


def give_default_process(event: events.CompanyCreated) -> None:
    """Give a new company its default hiring process."""
    process = HiringProcess.objects.create(company_id=event.company_id, name="Standard", is_default=True)
    _give_default_stages(process)


def create_process(*, name: str, by: Membership) -> HiringProcess:
    """Create a process with one step in each stage group.

    Raises:
        NotAllowed: when the actor may not manage the company.
        InvalidInput: for an empty name, one that is too long, or one that is taken.
        Conflict: when the company has as many processes as it can have.
    """
    require_manager(by)
    with transaction.atomic():
        process = _add(by, name)
        _give_default_stages(process)
    return process


def duplicate_process(*, process: HiringProcess, name: str, by: Membership) -> HiringProcess:
    """Create a process with the steps of another and what they start; refused as `create_process`."""
    require_manager(by)
    with transaction.atomic():
        HiringProcess.objects.locked(process, by, no_key=True)
        copy = _add(by, name)
        automations = []
        for stage in Stage.objects.filter(process=process).select_related("automation").order_by("position"):
            twin = Stage(company=by.company, process=copy, group=stage.group, name=stage.name, position=stage.position)
            if automation := getattr(stage, "automation", None):
                same = {name: getattr(automation, name) for name in StageAutomation.CHOSEN}
                automations.append(StageAutomation(company=by.company, stage=twin, **same))
            twin.save(force_insert=True)
        StageAutomation.objects.bulk_create(automations)
    return copy


def rename_process(*, process: HiringProcess, name: str, by: Membership) -> HiringProcess:
    """Give a process another name; refused as `create_process`."""
    require_manager(by)
    name = _cleaned(name)
    with transaction.atomic():
        locked = HiringProcess.objects.locked(process, by, no_key=True)
        with translate_integrity_errors({"hiringprocess_name_unique": _taken(name)}):
            return locked.write(name=name)


def make_default(*, process: HiringProcess, by: Membership) -> HiringProcess:
    """Make a process the one that new jobs get; jobs that are there keep theirs."""
    require_manager(by)
    with transaction.atomic():
        # All of them, in one order: two people who choose different ones do not wait for each other for ever.
        list(HiringProcess.objects.for_company(by.company).select_for_update(no_key=True).order_by("pk"))
        locked = HiringProcess.objects.locked(process, by, no_key=True)
        HiringProcess.objects.for_company(by.company).filter(is_default=True).update(is_default=False)
        return locked.write(is_default=True)


def delete_process(*, process: HiringProcess, by: Membership) -> None:
    """Delete a process that no job uses and that is not the default.

    Raises:
        NotAllowed: when the actor may not manage the company.
        NotFound: when it is not there (any more).
        Conflict: when it is the default, or a job uses it.
    """
    require_manager(by)
    with transaction.atomic():
        locked = HiringProcess.objects.locked(process, by)
        if locked.is_default:
            raise Conflict(f"{locked} is the default process. Make another one the default first.")
        if Job.objects.filter(process=locked).exists():
            raise Conflict(f"Jobs use {locked}. Only a process that no job uses can be deleted.")
        locked.delete()


def choose_process(*, job: Job, process: HiringProcess, by: Membership) -> Job:
    """Let a job follow another hiring process, while nobody stands in a step of the one it has.

    Raises:
        NotAllowed: when the actor may not edit the job.
        NotFound: for another company's process, or one that is gone.
        Conflict: when somebody stands in a step; leads do not.
    """
    with transaction.atomic():
        # Whoever enters the job's first step keeps its row (`applications.services`), and so comes before or after.
        locked = services.lock(job, by, Action.EDIT_JOB, no_key=False)
        if locked.process_id == process.pk:
            return locked
        if why := why_process_stays(locked):
            raise Conflict(why, code="process_in_use")
        locked.write(process=services.lock_process(process, by))
        payload = activity.ProcessPayload(job=locked.title, process=locked.process.name)
        feed.publish(activity.PROCESS_CHOSEN, payload, actor=by, job=locked)
    return locked


def why_process_stays(job: Job) -> str:
    """Return why a job cannot follow another process now; "" when it can."""
    occupants = pagination.bounded_count(job.applications.exclude(stage=None))
    if not occupants:
        return ""
    people = plural(occupants, "candidate stands", "candidates stand", limit=pagination.COUNT_TO)
    return f"{people} in steps of this job's process, so it stays. Another one can be chosen while nobody does."


def _add(by: Membership, name: str) -> HiringProcess:
    name = _cleaned(name)
    if HiringProcess.objects.for_company(by.company).count() >= MAX_PROCESSES:
        raise Conflict(f"A company can have {MAX_PROCESSES} hiring processes. Delete one that no job uses first.")
    with translate_integrity_errors({"hiringprocess_name_unique": _taken(name)}):
        return HiringProcess.objects.create(company=by.company, name=name)


def _give_default_stages(process: HiringProcess) -> None:
    Stage.objects.bulk_create(
        Stage(company_id=process.company_id, process=process, group=group, name=name, position=position)
        for position, (group, name) in enumerate(DEFAULT_STAGES)
    )


def _cleaned(name: str) -> str:
    name = text.one_line(name)
    if not name:
        raise InvalidInput(fields={"name": "Enter a name."})
    limits.require_fits(HiringProcess, {"name": name})
    return name


def _taken(name: str) -> InvalidInput:
    return InvalidInput(fields={"name": f"Another hiring process is called {name}."})
