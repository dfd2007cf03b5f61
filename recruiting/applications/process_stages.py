"""The steps of a hiring process as values: what somebody sees, wants and may want, before anything is saved.

Reads, compares and checks; saving is `processes`'s, and what people typed so far `process_draft`'s.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Count, Q

from recruiting import extensions
from recruiting.applications.models import Application
from recruiting.companies.models import Company
from recruiting.foundation import keys, text
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.jobs.models import HiringProcess, Stage, StageAutomation, StageGroup

MAX_STAGES = 60
NAME_LENGTH = 80
LABEL_LENGTH = 300
Mode = StageAutomation.Mode
GROUPS = list(StageGroup.values)


Settings = tuple[tuple[str, str], ...]
"""What a step chose among the options of its action: pairs of an option's key and a value, in order."""


@dataclass(frozen=True)
class Automation:
    """A stage action, whether a person is asked first, and what was chosen for it."""

    action: str
    mode: str
    settings: Settings = ()
    label: str = field(default="", compare=False, repr=False)
    """How the settings read when they were chosen."""


@dataclass(frozen=True)
class StageDraft:
    """A step as somebody wants it. `key` is the id of a step that is there, or begins with `new-`."""

    key: str
    group: str
    name: str
    automation: Automation | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is not there yet."""
        return self.key.startswith("new-")


@dataclass(frozen=True)
class Edit:
    """All steps in their order; those that are missing go. Groups keep their own order."""

    steps: Sequence[StageDraft]
    destinations: Mapping[str, str] = field(default_factory=dict)
    """By the id of a step that goes: the key of the step to which its candidates move."""


@dataclass(frozen=True)
class Occupancy:
    """How many candidates are in a step."""

    running: int = 0
    closed: int = 0
    """Rejected and withdrawn, who keep their last step."""
    jobs: int = 0


@dataclass(frozen=True)
class Choice:
    """A stage action that a step can have in this company."""

    action: str
    label: str


def stages_of(process: HiringProcess) -> list[StageDraft]:
    """Return the steps of a process in order, with what each starts (one query)."""
    stages = Stage.objects.filter(process=process).select_related("automation")
    return [_as_draft(stage) for stage in sorted(stages, key=lambda stage: stage.order)]


def stamp(steps: Sequence[StageDraft]) -> str:
    """Return what stands for this state of a process; any other state has another one."""
    return hashlib.sha256(repr(steps).encode()).hexdigest()


def occupancy_of(process: HiringProcess) -> dict[str, Occupancy]:
    """Return how many are in each step, by its id (one query); steps without anybody are left out."""
    rows = (
        Application.objects.filter(stage__process=process)
        .order_by()
        .values("stage")
        .annotate(
            running=Count("pk", filter=Q(state__in=(Application.State.ACTIVE, Application.State.HIRED))),
            everyone=Count("pk"),
            jobs=Count("job", distinct=True),
        )
    )
    return {str(row["stage"]): Occupancy(row["running"], row["everyone"] - row["running"], row["jobs"]) for row in rows}


def choices_for(company: Company) -> list[Choice]:
    """Return what a step can start in this company, by label."""
    found = [
        Choice(action.key, action.label)
        for extension in extensions.enabled_for(company)
        for action in extension.stage_actions
    ]
    return sorted(found, key=lambda choice: choice.label.lower())


def suggestions_for(company: Company) -> dict[str, extensions.StageSuggestion]:
    """Return what extensions suggest for steps, by the key of the step's name."""
    return {
        keys.of_name(step.name): step
        for extension in extensions.enabled_for(company)
        for step in extension.suggestions.stages
    }


def settings_of(values: Mapping[str, str]) -> Settings:
    """Return settings in order; what is empty is not among them."""
    return tuple(sorted((key, value) for key, value in values.items() if value))


def with_label(automation: Automation, company: Company) -> Automation:
    """Return an automation with how its settings read now."""
    chosen = dict(automation.settings)
    words = [dict(option.choices).get(chosen.get(option.key, ""), "") for option in _options(automation, company)]
    return replace(automation, label=", ".join(filter(None, words))[:LABEL_LENGTH])


def why_not_chosen(automation: Automation, before: Automation | None, company: Company) -> str:
    """Return what is missing or wrong among the settings, in a sentence; "" for those that the step has already."""
    if before and (before.action, before.settings) == (automation.action, automation.settings):
        return ""
    chosen = dict(automation.settings)
    for option in _options(automation, company):
        value = chosen.pop(option.key, "")
        if not value and option.is_required:
            return f"{option.label} is missing. Choose one."
        if value and value not in dict(option.choices):
            return f"{option.label}: what was chosen is no longer there. Choose another one."
    return "That cannot be chosen here. Choose the automation again." if chosen else ""


def _options(automation: Automation, company: Company) -> Sequence[extensions.ActionOption]:
    return extensions.action_options(automation.action, company)


def crosses_hired(one: str, other: str) -> bool:
    """Return whether going from one stage group to the other would hire somebody, or take that back."""
    return (one == StageGroup.HIRED) != (other == StageGroup.HIRED)


def described(before: Sequence[StageDraft], after: Sequence[StageDraft]) -> str:
    """Return what changed in words, for after somebody's name: "added the step Assessment"; "" when nothing did."""
    was = {step.key: step for step in before}
    now = {step.key: step for step in after}
    added = [step.name for step in after if step.key not in was]
    removed = [step.name for step in before if step.key not in now]
    renamed = [
        f"{was[key].name} to {step.name}" for key, step in now.items() if key in was and was[key].name != step.name
    ]
    automated = [
        step.name for key, step in now.items() if step.automation != (was[key].automation if key in was else None)
    ]
    placed = [(step.key, step.group) for step in before if step.key in now]
    parts = [
        f"added the {_steps(added)}" if added else "",
        f"removed the {_steps(removed)}" if removed else "",
        f"renamed the {_steps(renamed)}" if renamed else "",
        "changed the order of the steps" if placed != [(s.key, s.group) for s in after if s.key in was] else "",
        f"changed what the {_steps(automated)} {'starts' if len(automated) == 1 else 'start'}" if automated else "",
    ]
    said = [part for part in parts if part]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def _steps(names: Sequence[str]) -> str:
    return f"step {names[0]}" if len(names) == 1 else f"steps {', '.join(names)}"


def _as_draft(stage: Stage) -> StageDraft:
    row = getattr(stage, "automation", None)
    automation = Automation(row.action, row.mode, settings_of(row.settings), row.settings_label) if row else None
    return StageDraft(str(stage.pk), str(stage.group), stage.name, automation)


def cleaned(edit: Edit) -> Edit:
    """Return the edit with tidy names and its steps in the order of their groups."""
    steps = [StageDraft(step.key, step.group, text.one_line(step.name), step.automation) for step in edit.steps]
    refuse({step.key: why for step in steps if (why := _why_not(step, steps))})
    if not any(step.group != StageGroup.HIRED for step in steps):
        raise Conflict("Keep at least one step before Hired: new applicants start there. Nothing was saved.")
    if len(steps) > MAX_STAGES:
        raise Conflict(f"A process has {MAX_STAGES} steps at most; this one has {len(steps)}. Nothing was saved.")
    return Edit(sorted(steps, key=lambda step: GROUPS.index(step.group)), edit.destinations)


def _why_not(step: StageDraft, steps: Sequence[StageDraft]) -> str:
    if step.group not in GROUPS:
        return "Choose one of the five stage groups."
    if not step.name:
        return "Enter a name."
    if len(step.name) > NAME_LENGTH:
        return f"Use {NAME_LENGTH} characters at most; this has {len(step.name)}."
    if step.automation and step.automation.mode not in Mode.values:
        return "Choose what the step does."
    # Of two that share a name, the new one is asked for another.
    by_age = sorted(steps, key=lambda other: other.is_new)
    same = next(other for other in by_age if keys.of_name(other.name) == keys.of_name(step.name))
    return f"Another step of this process is called {same.name}." if same is not step else ""


def refuse(fields: Mapping[str, str]) -> None:
    """Raise InvalidInput for sentences by a step's key, if there are any."""
    if fields:
        raise InvalidInput(fields=fields)
