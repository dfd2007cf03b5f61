"""Company Settings › Hiring Process › one process: read it, and edit its steps while candidates stand in them.

The edit page is one form that carries the whole draft (`process_draft`); every button posts it, only Save saves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import process_stages, processes, tasks
from recruiting.applications.process_stages import Automation, Choice, Occupancy, StageDraft
from recruiting.companies.models import Company
from recruiting.extensions import ActionOption, StageSuggestion
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.formatting import plural
from recruiting.jobs.models import HiringProcess, StageAutomation, StageGroup
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.applications import process_draft
from recruiting.web.applications.process_draft import Draft
from recruiting.web.jobs.views.processes import find_process

JOBS_SHOWN = 50
NOBODY = Occupancy()
Labels = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Row:
    """A step as the page shows it."""

    step: StageDraft
    occupancy: Occupancy
    starts: str
    """What its automation starts, "" when it has none."""
    asks: bool
    carried: str
    """The automation as the form carries it."""
    settings: str
    """What was chosen for it, as the form carries that."""
    checked: str = ""
    """The automation that the open question shows as chosen."""
    panel: str = ""
    """The question that is open about it."""
    error: str = ""
    suggestion: StageSuggestion | None = None
    is_first: bool = False
    is_last: bool = False
    destinations: Sequence[StageDraft] = ()


@dataclass(frozen=True)
class Asked:
    """An option of an action as the open question shows it."""

    name: str
    option: ActionOption
    chosen: str
    is_gone: bool
    """Whether what the step has is no longer among the choices."""
    is_next: bool
    """Whether it is what keeps a choice from being taken."""


@dataclass(frozen=True)
class ActionChoice:
    """What a step can start, with what is to be chosen for it."""

    action: str
    label: str
    options: Sequence[Asked]


@dataclass(frozen=True)
class Going:
    """A step that goes when the draft is saved."""

    key: str
    name: str
    to_key: str
    to: str


@dataclass(frozen=True)
class Group:
    """A stage group and what it holds."""

    value: str
    label: str
    rows: Sequence[Row]
    going: Sequence[Going] = ()
    is_adding: bool = False
    error: str = ""


@page("GET", role=ADMINISTRATOR)
def process(request: MemberRequest, process_id: UUID) -> HttpResponse:
    """Show the steps of a process, what they start and which jobs follow it."""
    shown = find_process(request, process_id)
    occupancy = process_stages.occupancy_of(shown)
    steps = process_stages.stages_of(shown)
    labels = _labels(steps, request.company)
    jobs = shown.jobs.order_by("title", "id")
    context = {
        "process": shown,
        "groups": [
            Group(value, label, [_row(step, occupancy, labels) for step in steps if step.group == value])
            for value, label in StageGroup.choices
        ],
        "jobs": list(jobs[:JOBS_SHOWN]),
        "job_count": jobs.count(),
    }
    return render(request, "applications/process.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def edit(request: MemberRequest, process_id: UUID) -> HttpResponse:
    """Show the draft of an edit, change it by a button, or save it."""
    edited = find_process(request, process_id)
    saved = process_stages.stages_of(edited)
    if request.method != "POST":
        return _show(request, edited, saved, process_draft.fresh(saved, request.company))
    draft = process_draft.read(request.POST, saved, request.company)
    if request.POST.get("do") == "save":
        return _save(request, edited, saved, draft)
    occupancy = process_stages.occupancy_of(edited)
    draft.press(request.POST.get("do", ""), request.POST, occupancy)
    return _show(request, edited, saved, draft, occupancy=occupancy, status=422 if draft.errors else 200)


def _save(request: MemberRequest, edited: HiringProcess, saved: Sequence[StageDraft], draft: Draft) -> HttpResponse:
    draft.take_typed(request.POST)
    if draft.errors:
        return _show(request, edited, saved, draft, status=422)
    try:
        moved = processes.save(process=edited, edit=draft.edit, seen=draft.seen, by=request.membership)
    except InvalidInput as error:
        _open_what_was_refused(draft, error)
        return _show(request, edited, saved, draft, status=422)
    except processes.StaleProcess as stale:
        now = process_stages.stages_of(edited)
        draft, theirs = process_draft.rebased(draft, now)
        return _show(request, edited, now, draft, status=409, problem=stale.message, theirs=theirs)
    except Conflict as error:
        return _show(request, edited, saved, draft, status=409, problem=error.message)
    message = f"Saved. {plural(moved, 'candidate was', 'candidates were')} moved." if moved else "Saved."
    return responses.saved(request, message, reverse("applications:process", args=[edited.pk]))


def _open_what_was_refused(draft: Draft, error: InvalidInput) -> None:
    """Open the question that a refusal is about; a step whose candidates have nowhere to go comes back for it."""
    draft.close()
    for key, sentence in error.fields.items():
        if draft.step(key) is None:
            draft.errors[f"going-{key}"] = sentence
        else:
            draft.errors[key] = sentence


def _row(step: StageDraft, occupancy: Mapping[str, Occupancy], labels: Labels) -> Row:
    label = labels[step.automation.action, step.automation.label] if step.automation else ""
    asks = step.automation is not None and step.automation.mode == StageAutomation.Mode.ASK
    carried, settings = process_draft.written(step.automation), process_draft.written_settings(step.automation)
    return Row(step, occupancy.get(step.key, NOBODY), label, asks, carried, settings)


def _labels(steps: Sequence[StageDraft], company: Company) -> Labels:
    """Return what the automations of steps are called, by action and what was chosen: each is asked about once."""
    asked = {(step.automation.action, step.automation.label) for step in steps if step.automation}
    return {(action, chosen): _label(action, company, chosen) for action, chosen in asked}


def _label(action: str, company: Company, chosen: str = "") -> str:
    stands = tasks.pending_action(action, company, chosen)
    if not stands.label:
        return "Something that is no longer available"
    return f"{stands.label} (switched off)" if stands.why_not else stands.label


def _show(
    request: MemberRequest,
    edited: HiringProcess,
    saved: Sequence[StageDraft],
    draft: Draft,
    *,
    occupancy: Mapping[str, Occupancy] | None = None,
    status: int = 200,
    problem: str = "",
    theirs: Sequence[str] = (),
) -> HttpResponse:
    occupancy = process_stages.occupancy_of(edited) if occupancy is None else occupancy
    suggestions = process_stages.suggestions_for(request.company)
    labels = _labels(draft.steps, request.company)
    about = draft.step(draft.about) if draft.panel != "add" else None
    context = {
        "process": edited,
        "draft": draft,
        "groups": [
            _group(value, label, draft, saved, occupancy, labels, suggestions) for value, label in StageGroup.choices
        ],
        "choices": _choices(draft, about) if draft.panel == "automation" else (),
        "modes": StageAutomation.Mode.choices,
        "problem": problem or _problem(draft, saved),
        "theirs": theirs,
        "is_changed": draft.steps != list(saved) or bool(draft.removed),
    }
    return render(request, "applications/process_edit.html", context, status=status)


def _group(
    value: str,
    label: str,
    draft: Draft,
    saved: Sequence[StageDraft],
    occupancy: Mapping[str, Occupancy],
    labels: Labels,
    suggestions: Mapping[str, StageSuggestion],
) -> Group:
    peers = draft.among(value)
    rows = []
    for number, step in enumerate(peers):
        is_open = draft.about == step.key and draft.panel != "add"
        rows.append(
            replace(
                _row(step, occupancy, labels),
                panel=draft.panel if is_open else "",
                error=draft.errors.get(step.key, "") or draft.errors.get(f"destination-{step.key}", ""),
                suggestion=process_draft.suggested(step, draft, suggestions),
                checked=process_draft.written(draft.tried or step.automation) if is_open else "",
                is_first=number == 0,
                is_last=number == len(peers) - 1,
                destinations=_destinations(step, draft) if is_open and draft.panel == "remove" else (),
            )
        )
    names = {step.key: step.name for step in [*saved, *draft.steps]}
    going = [
        Going(step.key, step.name, draft.removed[step.key], names.get(draft.removed[step.key], ""))
        for step in saved
        if step.key in draft.removed and step.group == value
    ]
    is_adding = draft.panel == "add" and draft.about == value
    return Group(value, label, rows, going, is_adding, draft.errors.get(f"new-{value}", ""))


def _destinations(step: StageDraft, draft: Draft) -> list[StageDraft]:
    return [
        other
        for other in draft.steps
        if other.key != step.key and not process_stages.crosses_hired(step.group, other.group)
    ]


def _choices(draft: Draft, step: StageDraft | None) -> list[ActionChoice]:
    """Return what the step can start, what it starts already included, also while that is switched off."""
    found = process_stages.choices_for(draft.company)
    has = step.automation if step else None
    if has and has.action not in {choice.action for choice in found}:
        found.append(Choice(has.action, _label(has.action, draft.company)))
    return [ActionChoice(one.action, one.label, _options(one.action, draft, draft.tried or has)) for one in found]


def _options(action: str, draft: Draft, shown: Automation | None) -> list[Asked]:
    """Return what is to be chosen for an action, with what stands there already."""
    has = dict(shown.settings) if shown and shown.action == action else {}
    is_tried = draft.tried is not None and draft.tried.action == action
    asked: list[Asked] = []
    for option in extensions.action_options(action, draft.company):
        chosen = has.get(option.key, "")
        is_gone = bool(chosen) and chosen not in dict(option.choices)
        is_next = (
            is_tried and (is_gone or (option.is_required and not chosen)) and not any(one.is_next for one in asked)
        )
        asked.append(Asked(process_draft.field_name(action, option.key), option, chosen, is_gone, is_next))
    return asked


def _problem(draft: Draft, saved: Sequence[StageDraft]) -> str:
    """Return what is wrong with steps that go; what is wrong with the others stands beside them."""
    return " ".join(draft.errors[key] for step in saved if (key := f"going-{step.key}") in draft.errors)
