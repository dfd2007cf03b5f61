"""Steps' automations that wait for a person: start one, decline it, and which of them wait for a member.

A task is written when somebody enters a step whose automation asks (`automations`) and closed when they leave it
(`services`). What is started is an extension's stage action, as if the step had started it by itself.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery

from recruiting import extensions
from recruiting.applications import selectors, services
from recruiting.applications.models import Application, StageTask
from recruiting.companies.models import Company, Membership
from recruiting.foundation.compiled import compiled
from recruiting.foundation.errors import Conflict, RecruitingError
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job, Stage, StageAutomation

logger = logging.getLogger(__name__)

State = StageTask.State
OLDEST = 300
GROUPS_SHOWN = 10


@dataclass(frozen=True)
class PendingAction:
    """What a task would start. `why_not` says why it cannot, "" when it can."""

    label: str
    why_not: str = ""


@dataclass(frozen=True)
class Waiting:
    """How many candidates of one step wait for an action, "" where they wait for several."""

    stage_id: UUID
    stage: str
    action: str
    count: int
    is_exact: bool = True


def pending_action(action: str, company: Company, settings_label: str = "") -> PendingAction:
    """Return what a stage action is called, with what was chosen for it, and whether the company can start it now."""
    owner, found = extensions.owner_of_action(action), extensions.stage_action(action)
    if owner is None or found is None:
        return PendingAction("", "What this step started is no longer part of Throughline. Choose Not now.")
    label = labeled(found.label, settings_label)
    if not extensions.is_enabled(owner, company):
        return PendingAction(label, f"{owner.name} is switched off for {company.name}, so this cannot be started now.")
    return PendingAction(label)


def labeled(label: str, settings_label: str) -> str:
    """Return an action's label with what was chosen for it."""
    return f"{label} ({settings_label})" if settings_label else label


def open_for(membership: Membership, keys: tuple[UUID, ...] | None = None) -> QuerySet[StageTask]:
    """Return the open tasks about people in the running on jobs where the member may move them (of these `keys`)."""
    running = Application.objects.filter(
        pk=OuterRef("application"),
        state__in=(Application.State.ACTIVE, Application.State.HIRED),
        job__in=Job.objects.allowing(Action.MOVE_APPLICATION, membership) if keys is None else keys,
    )
    # Without those that are closed, which are read once; among those that are not each task's job would be looked for.
    running = running.exclude(job__in=Job.objects.for_company(membership.company).filter(state=Job.State.CLOSED))
    # Looked up one by one: tasks are few, applications many (PostgreSQL may read all of them for a join).
    tasks = StageTask.objects.for_company(membership.company).filter(state=State.OPEN)
    return tasks.alias(running=Subquery(running.values("pk")[:1])).filter(running__isnull=False)


def waiting(membership: Membership) -> Sequence[Waiting]:
    """Return what waits for a member by step, where most wait first, ten at most (one query).

    Of more than `OLDEST` in all the oldest are looked at: each step then has at least its count, or is missing.
    """
    keys = selectors.movable_jobs(membership)
    if keys == ():
        return []
    rows = _waiting(membership, keys)
    found = [Waiting(stage, name, first if first == last else "", people) for stage, name, first, last, people in rows]
    if sum(group.count for group in found) == OLDEST:
        found = [replace(group, is_exact=False) for group in found]
    return found[:GROUPS_SHOWN]


@compiled
def _waiting(
    membership: Membership, keys: tuple[UUID, ...] | None
) -> QuerySet[StageTask, tuple[UUID, str, str, str, int]]:
    return (
        StageTask.objects.filter(pk__in=open_for(membership, keys).order_by("id")[:OLDEST].values("pk"))
        .order_by()
        .values_list("stage", "stage__name")
        .annotate(first=Min("action"), last=Max("action"), people=Count("pk"))
        .order_by("-people", "stage__name")
    )


def start(*, task: StageTask, by: Membership) -> StageTask:
    """Do what the step asks for.

    Raises:
        NotFound: when the member may not see the application.
        NotAllowed: when the member may not move it.
        Conflict: when it is no longer open, cannot be started now, or did not start; nothing was done then.
    """
    with transaction.atomic():
        locked = _lock(task, by)
        stands = pending_action(locked.action, by.company, locked.settings_label)
        action = extensions.stage_action(locked.action)
        if action is None or stands.why_not:
            raise Conflict(stands.why_not, code="not_available")
        try:
            with transaction.atomic():
                action.run(transition=locked.transition, automation=_automation(locked))
        except RecruitingError as error:
            raise Conflict(error.message, code=error.code) from error
        except Exception as error:
            logger.exception("A stage action failed: %s", locked.action)
            raise Conflict(f"{stands.label}: this did not work. Nothing was changed. Try again.") from error
        return locked.write(state=State.DONE, done_by=by)


def dismiss(*, task: StageTask, by: Membership) -> StageTask:
    """Say that this is not wanted now; refused as `start`."""
    with transaction.atomic():
        return _lock(task, by).write(state=State.DISMISSED, done_by=by)


def _lock(task: StageTask, by: Membership) -> StageTask:
    # The application first, as everybody who moves it.
    application = services.lock(task.application, by, Action.MOVE_APPLICATION)
    related = StageTask.objects.filter(application=application).select_related("transition", "stage__automation")
    locked = related.locked(task, by, called="task")
    if locked.state == State.DONE:
        raise Conflict("Somebody started this already.", code="task_closed")
    if locked.state == State.DISMISSED:
        raise Conflict(f"This no longer waits: {application.candidate.name} left the step, or it was declined.")
    if application.state not in (Application.State.ACTIVE, Application.State.HIRED):
        word = application.get_state_display().lower()
        raise Conflict(f"{application.candidate.name} was {word}. Reopen the application first.", code="not_active")
    locked.transition.application = application
    return locked


def _automation(task: StageTask) -> StageAutomation:
    """Return the step's automation; what was asked for stays what it was when the step now has another or none."""
    assert isinstance(task.stage, Stage)  # an open task has a step
    row: StageAutomation | None = getattr(task.stage, "automation", None)
    if row is None or row.action != task.action:
        row = StageAutomation(
            company_id=task.company_id, stage=task.stage, action=task.action, mode=StageAutomation.Mode.ASK
        )
    row.settings, row.settings_label = task.settings, task.settings_label
    return row
