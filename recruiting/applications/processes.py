"""Saving what somebody changed about the steps of a hiring process, while candidates stand in them: all or nothing.

Whoever edits saw the process as it was (`stamp`); it is not saved over what somebody else saved meanwhile. Candidates
whose step goes are moved to a stated one, in bulk and without automations. Nobody is hired, or stops being hired, by an
edit. What people type, and in which order, is `process_draft`'s; creating and naming processes is `recruiting.jobs`'s.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Count, F
from django.db.models.functions import Cast

from newsfeed import feed
from newsfeed.facts import Ids
from newsfeed.models import NewsfeedEntry
from recruiting.applications import activity
from recruiting.applications.models import Application, StageTask, StageTransition
from recruiting.applications.process_stages import (
    NAME_LENGTH,
    Edit,
    choices_for,
    cleaned,
    crosses_hired,
    described,
    refuse,
    stages_of,
    stamp,
    why_not_chosen,
    with_label,
)
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.formatting import plural
from recruiting.jobs import activity as job_activity
from recruiting.jobs.models import HiringProcess, Job, Stage, StageAutomation
from recruiting.jobs.processes import require_manager

ATTEMPTS = 5
BATCH = 1000


class StaleProcess(Conflict):
    """Somebody else saved the process since the actor looked."""

    code = "stale_process"


class _MovedInMeanwhile(Exception):
    """Somebody entered a step that is about to go, or steps came and went before they were locked: begin again."""


def save(*, process: HiringProcess, edit: Edit, seen: str, by: Membership) -> int:
    """Make a process what `edit` says, and return how many candidates moved because their step went.

    Args:
        process: which one.
        edit: all of its steps, and where the candidates of those that go move to.
        seen: the stamp of the process when the actor began.
        by: an Administrator.

    Raises:
        NotAllowed: when the actor may not manage the company.
        NotFound: when the process is not there (any more).
        InvalidInput: by a step's key: a bad name, a bad automation, candidates without a destination.
        StaleProcess: when it is no longer as the actor saw it.
        Conflict: when too few or too many steps are left, or candidates keep coming in.
    """
    require_manager(by)
    if process.company_id != by.company_id:
        raise NotFound("There is no such hiring process in your company.")
    edit = cleaned(edit)
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _Saving(process, edit, by).run(seen)
        except _MovedInMeanwhile:
            continue
    raise Conflict("Candidates are being moved into a step that you remove. Nothing was saved. Try again in a minute.")


class _Saving:
    """One attempt, inside its transaction."""

    def __init__(self, process: HiringProcess, edit: Edit, by: Membership) -> None:
        self.process = process
        self.edit = edit
        self.by = by
        self.now = clock.now()
        self.stages = {str(stage.pk): stage for stage in Stage.objects.filter(process=process)}
        kept = {step.key for step in edit.steps}
        self.going = [stage for key, stage in self.stages.items() if key not in kept]

    def run(self, seen: str) -> int:
        # Locks in the project's order: applications, the process, steps. A move holds its application when it asks for
        # its step, so nobody may hold a step and ask for an application.
        people = self._lock_people()
        self._lock_process(seen)
        self._lock_stages(len(people))
        self._require_choices()
        self._require_destinations(people)
        by_key = self._write_steps()
        self._write_entry()  # before who is moved by it, so that it stands below them in the newsfeed
        self._move(people, by_key)
        Stage.objects.filter(pk__in=[stage.pk for stage in self.going]).delete()
        self._write_automations(by_key)
        return len(people)

    # ── Locks ──
    def _lock_people(self) -> list[Application]:
        """Lock everybody who stands in a step that goes."""
        rows = Application.objects.filter(stage__in=[stage.pk for stage in self.going])
        locked = rows.select_for_update(of=("self",), no_key=True).select_related("candidate").order_by("pk")
        return list(
            locked.only(
                "company_id", "job_id", "stage_id", "candidate__first_name", "candidate__last_name", "candidate__email"
            )
        )

    def _lock_process(self, seen: str) -> None:
        self.before = stages_of(HiringProcess.objects.locked(self.process, self.by, no_key=True))
        if stamp(self.before) != seen:
            raise StaleProcess(
                "Somebody else saved this process meanwhile, so yours was not saved. What you changed is kept here: "
                "look at it and save again, or start over from theirs."
            )
        if {step.key for step in self.before} != set(self.stages):
            raise _MovedInMeanwhile  # the steps were read before the lock was had

    def _lock_stages(self, people: int) -> None:
        """Let nobody enter a step that goes or that moves into or out of Hired."""
        crossing = [
            self.stages[step.key].pk
            for step in self.edit.steps
            if step.key in self.stages and crosses_hired(self.stages[step.key].group, step.group)
        ]
        going = [stage.pk for stage in self.going]
        list(Stage.objects.filter(pk__in=[*going, *crossing]).select_for_update().order_by("pk"))
        if Application.objects.filter(stage__in=going).count() != people:
            raise _MovedInMeanwhile
        counts = _count(crossing)
        refuse(
            {
                str(pk): f"{plural(count, 'candidate stands', 'candidates stand')} in {self.stages[str(pk)]}. "
                "Moving a step into or out of Hired would change who is hired; move the candidates first."
                for pk, count in counts.items()
            }
        )

    # ── What cannot be ──
    def _require_choices(self) -> None:
        known = {choice.action for choice in choices_for(self.by.company)}
        # What a step has already stays, also while its extension is switched off.
        known |= set(StageAutomation.objects.filter(stage__process=self.process).values_list("action", flat=True))
        before = {step.key: step.automation for step in self.before}
        refused = {}
        for step in self.edit.steps:
            if step.automation is None:
                continue
            if step.automation.action not in known:
                refused[step.key] = f"{step.name} cannot start that in your company. Choose another automation."
            elif why := why_not_chosen(step.automation, before.get(step.key), self.by.company):
                refused[step.key] = why
        refuse(refused)

    def _require_destinations(self, people: Collection[Application]) -> None:
        kept = {step.key: step for step in self.edit.steps}
        counts: dict[str, int] = {}
        for application in people:
            key = str(application.stage_id)
            counts[key] = counts.get(key, 0) + 1
        refused = {}
        for key, count in counts.items():
            stand = plural(count, "candidate stands", "candidates stand")
            to = kept.get(self.edit.destinations.get(key, ""))
            if to is None:
                refused[key] = f"{stand} in {self.stages[key]}. Choose where to move them."
            elif crosses_hired(self.stages[key].group, to.group):
                refused[key] = (
                    f"{stand} in {self.stages[key]}. Moving them to {to.name} would change who is hired; "
                    "choose another step."
                )
        refuse(refused)

    # ── Writing ──
    def _write_steps(self) -> dict[str, Stage]:
        """Write names, groups and order; return every step that stays or is new by its key."""
        # Names may change places, and a new step may take the name of one that goes: no two rows ever share one.
        renamed = [
            self.stages[step.key].pk
            for step in self.edit.steps
            if step.key in self.stages and self.stages[step.key].name != step.name
        ]
        freed = [*renamed, *(stage.pk for stage in self.going)]
        Stage.objects.filter(pk__in=freed).update(name=Cast(F("id"), CharField(max_length=NAME_LENGTH)))
        written: dict[str, Stage] = {}
        changed, new = [], []
        for position, step in enumerate(self.edit.steps):
            stage = self.stages.get(step.key)
            if stage is None:
                stage = Stage(company_id=self.process.company_id, process=self.process)
                new.append(stage)
            elif (stage.name, stage.group, stage.position) != (step.name, step.group, position):
                changed.append(stage)
            stage.name, stage.group, stage.position, stage.updated_at = step.name, step.group, position, self.now
            written[step.key] = stage
        with translate_integrity_errors(
            {"stage_name_unique": Conflict("Two steps have the same name. Give one of them another.")}
        ):
            Stage.objects.bulk_update(changed, ["name", "group", "position", "updated_at"])
            Stage.objects.bulk_create(new)
        return written

    def _move(self, people: Sequence[Application], by_key: Mapping[str, Stage]) -> None:
        StageTask.objects.filter(stage__in=[stage.pk for stage in self.going], state=StageTask.State.OPEN).update(
            state=StageTask.State.DISMISSED, updated_at=self.now
        )
        # The names of steps that go were freed above; the rows in hand still have them.
        to = {stage.pk: by_key.get(self.edit.destinations.get(str(stage.pk), "")) for stage in self.going}
        transitions, facts = [], []
        for application in people:
            stage, gone = to[application.stage_id], self.stages[str(application.stage_id)]  # type: ignore[index]
            assert stage is not None  # `_require_destinations`
            transition = StageTransition(
                company_id=application.company_id,
                application=application,
                from_stage=gone,
                to_stage=stage,
                moved_by=self.by,
                moved_at=self.now,
            )
            transitions.append(transition)
            facts.append(self._entry(application, gone, stage, transition))
        StageTransition.objects.bulk_create(transitions, batch_size=BATCH)
        steps: dict[UUID | None, Ids] = {
            move.pk: {"from_stage": move.from_stage_id, "to_stage": move.to_stage_id} for move in transitions
        }
        feed.publish_many(facts, batch_size=BATCH, ids=lambda entry: steps[entry.subject_id])
        for gone in self.going:
            Application.objects.filter(stage=gone).update(
                stage=to[gone.pk], stage_entered_at=self.now, updated_at=self.now
            )

    def _entry(self, application: Application, gone: Stage, stage: Stage, transition: StageTransition) -> NewsfeedEntry:
        return NewsfeedEntry(
            company_id=application.company_id,
            verb=activity.STEP_REMOVED.verb,
            actor=self.by,
            application=application,
            job_id=application.job_id,
            candidate_id=application.candidate_id,
            subject_id=transition.pk,
            payload={"candidate": application.candidate.name, "removed": gone.name, "to_stage": stage.name},
            occurred_at=self.now,
        )

    def _write_automations(self, by_key: Mapping[str, Stage]) -> None:
        wanted = {by_key[step.key].pk: step.automation for step in self.edit.steps}
        there = {row.stage_id: row for row in StageAutomation.objects.filter(stage__process=self.process)}
        StageAutomation.objects.filter(pk__in=[row.pk for pk, row in there.items() if wanted.get(pk) is None]).delete()
        changed, new = [], []
        for pk, automation in wanted.items():
            if automation is None:
                continue
            row = there.get(pk)
            settings = dict(automation.settings)
            if row is None:
                row = StageAutomation(company_id=self.process.company_id, stage_id=pk)
                new.append(row)
            elif (row.action, row.mode, row.settings) != (automation.action, automation.mode, settings):
                changed.append(row)
            else:
                continue
            if (row.action, row.settings) != (automation.action, settings):
                row.settings_label = with_label(automation, self.by.company).label
            row.action, row.mode, row.settings, row.updated_at = automation.action, automation.mode, settings, self.now
        StageAutomation.objects.bulk_update(changed, [*StageAutomation.CHOSEN, "updated_at"])
        StageAutomation.objects.bulk_create(new)

    # ── Telling ──
    def _write_entry(self) -> None:
        """Say on every job that follows the process, and takes candidates, what changed."""
        change = described(self.before, self.edit.steps)
        if not change:
            return
        jobs = Job.objects.filter(process=self.process).exclude(state=Job.State.CLOSED).values_list("pk", flat=True)
        feed.publish_many(
            [
                NewsfeedEntry(
                    company_id=self.process.company_id,
                    verb=job_activity.STEPS_CHANGED.verb,
                    actor=self.by,
                    job_id=pk,
                    payload={"process": self.process.name, "change": change},
                    occurred_at=self.now,
                )
                for pk in jobs
            ],
            batch_size=BATCH,
        )


def _count(stages: Collection[UUID]) -> dict[UUID, int]:
    if not stages:
        return {}
    rows = Application.objects.filter(stage__in=stages).order_by().values_list("stage").annotate(people=Count("pk"))
    return dict(rows)
