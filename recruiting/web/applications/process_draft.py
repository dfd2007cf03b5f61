"""An edit of a hiring process that nobody has saved yet: it lives in the page's form and nowhere else.

Each press of a button posts the whole form; `read` makes a draft of it, `Draft.press` changes it, the page shows it
again. So everything works without script, and a script that drags a row only presses a button. What may be saved, and
what saving means for candidates, is `processes`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from recruiting import extensions
from recruiting.applications import process_stages
from recruiting.applications.process_stages import GROUPS, Automation, Edit, Occupancy, StageDraft
from recruiting.companies.models import Company
from recruiting.extensions import StageSuggestion
from recruiting.foundation import keys, text
from recruiting.jobs.models import StageAutomation, StageGroup

Mode = StageAutomation.Mode
MOST_ROWS = 2 * process_stages.MAX_STAGES
MOST_SETTINGS = 20
PANELS = ("rename", "group", "automation", "remove", "add")


@dataclass
class Draft:
    """What somebody has typed so far, and what the page says about the last press."""

    seen: str
    steps: list[StageDraft]
    company: Company
    removed: dict[str, str] = field(default_factory=dict)
    """By the id of a step that goes: where its candidates move to, "" for nobody."""
    declined: set[str] = field(default_factory=set)
    """Steps for which a suggestion was answered with Not now."""
    panel: str = ""
    """The one open question: rename, group, automation or remove (of step `about`), or add (to group `about`)."""
    about: str = ""
    tried: Automation | None = None
    """What was chosen in the open question `automation` and lacks something."""
    focus: str = ""
    """The id of what gets focus."""
    said: str = ""
    """For the polite live region."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def edit(self) -> Edit:
        """Return what would be saved."""
        return Edit(self.steps, {key: to for key, to in self.removed.items() if to})

    def step(self, key: str) -> StageDraft | None:
        """Return a step by its key."""
        return next((step for step in self.steps if step.key == key), None)

    def among(self, group: str) -> list[StageDraft]:
        """Return the steps of a group in order."""
        return [step for step in self.steps if step.group == group]

    # ── Pressing ──
    def press(self, what: str, typed: QueryDict, occupancy: Mapping[str, Occupancy]) -> None:
        """Do what a button says: its verb, and after a colon what it is about."""
        verb, _, about = what.partition(":")
        step = self.step(about)
        if verb == "enter":
            self._enter(typed)
        elif verb == "open-add":
            self._open("add", about)
        elif verb == "add":
            self._add(about, typed)
        elif verb == "back":
            self._put_back(about)
        elif step is not None and (action := self._actions(typed, occupancy).get(verb)):
            action(step)
        else:
            self.close()

    def take_typed(self, typed: QueryDict) -> None:
        """Take what stands in open fields whose own button was not pressed: Save and Enter lose nothing."""
        for group in GROUPS:
            if text.has_visible(typed.get(f"new-{group}", "")):
                self._add(group, typed)
        step = self.step(self.about)
        if step is not None and self.panel in ("rename", "group", "automation"):
            self._actions(typed, {})[self.panel](step)

    def close(self) -> None:
        """Close the open question without an answer."""
        if self.panel:
            self.focus = f"add-{self.about}" if self.panel == "add" else f"actions-{self.about}"
        self.panel = self.about = ""

    def _actions(
        self, typed: QueryDict, occupancy: Mapping[str, Occupancy]
    ) -> Mapping[str, Callable[[StageDraft], None]]:
        return {
            "open-rename": lambda step: self._open("rename", step.key),
            "open-group": lambda step: self._open("group", step.key),
            "open-automation": lambda step: self._open("automation", step.key),
            "open-remove": lambda step: self._ask_to_remove(step, occupancy),
            "rename": lambda step: self._rename(step, typed),
            "group": lambda step: self._move_to(step, typed.get("to-group", "")),
            "automation": lambda step: self._automate(step, typed),
            "remove": lambda step: self._remove(step, typed.get("destination", ""), occupancy),
            "up": lambda step: self._shift(step, -1),
            "down": lambda step: self._shift(step, 1),
            "placed": self._placed,
            "connect": lambda step: self._connect(step, typed),
            "decline": self._decline,
        }

    def _enter(self, typed: QueryDict) -> None:
        """Take the Enter key in a field for its button."""
        panel, about = self.panel, self.about
        self.take_typed(typed)
        if (self.panel, self.about) == (panel, about) and self.tried is None:
            self.close()

    def _open(self, panel: str, about: str) -> None:
        self.panel, self.about = panel, about
        self.focus = f"{panel}-{about}"

    def _closed(self, key: str, said: str) -> None:
        self.panel = self.about = ""
        self.focus, self.said = f"actions-{key}", said

    def _put(self, step: StageDraft) -> None:
        self.steps = [step if one.key == step.key else one for one in self.steps]

    def _add(self, group: str, typed: QueryDict) -> None:
        name = text.one_line(typed.get(f"new-{group}", ""))
        if group not in GROUPS:
            return
        if not name:
            self._open("add", group)
            self.errors[f"new-{group}"] = "Enter a name."
            return
        taken = {step.key for step in self.steps}
        key = next(f"new-{n}" for n in range(1, MOST_ROWS + 2) if f"new-{n}" not in taken)
        self.steps = _in_order([*self.steps, StageDraft(key, group, name)])
        self._closed(key, f"{name} was added to {_label(group)}.")

    def _rename(self, step: StageDraft, typed: QueryDict) -> None:
        name = text.one_line(typed.get("rename", ""))
        if not name:
            self._open("rename", step.key)
            self.errors[step.key] = "Enter a name."
            return
        self._put(replace(step, name=name))
        self._closed(step.key, "" if name == step.name else f"{step.name} is now called {name}.")

    def _automate(self, step: StageDraft, typed: QueryDict) -> None:
        if "choice" not in typed:
            return
        wanted = _automation(typed.get("choice", ""))
        if wanted is not None:
            wanted = self._with_settings(wanted, step.automation, typed)
            if why := process_stages.why_not_chosen(wanted, step.automation, self.company):
                self._open("automation", step.key)
                self.tried, self.errors[step.key] = wanted, why
                return
        self._put(replace(step, automation=wanted))
        self._closed(step.key, f"The automation of {step.name} was changed.")

    def _with_settings(self, wanted: Automation, before: Automation | None, typed: QueryDict) -> Automation:
        options = extensions.action_options(wanted.action, self.company)
        if not options:
            same = before is not None and before.action == wanted.action
            return replace(wanted, settings=before.settings, label=before.label) if before and same else wanted
        chosen = {option.key: typed.get(field_name(wanted.action, option.key), "") for option in options}
        return process_stages.with_label(replace(wanted, settings=process_stages.settings_of(chosen)), self.company)

    def _connect(self, step: StageDraft, typed: QueryDict) -> None:
        action = typed.get(f"suggested-{step.key}", "")
        if not action:
            return
        wanted = Automation(action, Mode.SEND)
        if process_stages.why_not_chosen(wanted, step.automation, self.company):
            self._open("automation", step.key)
            self.tried = wanted
            return
        self._put(replace(step, automation=wanted))
        self._closed(step.key, f"{step.name} is connected.")

    def _decline(self, step: StageDraft) -> None:
        self.declined.add(step.key)
        self._closed(step.key, "")

    def _shift(self, step: StageDraft, by: int) -> None:
        peers = self.among(step.group)
        at = peers.index(step)
        to = min(max(at + by, 0), len(peers) - 1)
        peers.insert(to, peers.pop(at))
        self.steps = _in_order([*(one for one in self.steps if one.group != step.group), *peers])
        self._placed(step)

    def _placed(self, step: StageDraft) -> None:
        """Say where a step is now; a script has put it there already."""
        peers = self.among(step.group)
        place = f"{peers.index(step) + 1} of {len(peers)} in {_label(step.group)}"
        self._closed(step.key, f"{step.name} is now {place}.")

    def _move_to(self, step: StageDraft, group: str) -> None:
        if group not in GROUPS:
            return
        moved = replace(step, group=group)
        if group != step.group:
            self.steps = _in_order([*(one for one in self.steps if one.key != step.key), moved])
        self._placed(moved)

    def _ask_to_remove(self, step: StageDraft, occupancy: Mapping[str, Occupancy]) -> None:
        if step.key in occupancy or self._receives(step.key):
            self._open("remove", step.key)
        else:
            self._remove(step, "", occupancy)

    def _remove(self, step: StageDraft, to: str, occupancy: Mapping[str, Occupancy]) -> None:
        key = step.key
        needs = key in occupancy or self._receives(key)
        if needs and (to == key or self.step(to) is None):
            self._open("remove", key)
            self.errors[f"destination-{key}"] = "Choose a step."
            return
        peers = self.among(step.group)
        after = peers[peers.index(step) + 1 :] or peers[: peers.index(step)][-1:]
        self.steps = [one for one in self.steps if one.key != key]
        # Whoever was to move here goes on to where its own candidates go.
        self.removed = {gone: to if there == key else there for gone, there in self.removed.items()}
        if not step.is_new:
            self.removed[key] = to if key in occupancy else ""
        self.panel = self.about = ""
        self.focus = f"actions-{after[0].key}" if after else f"add-{step.group}"
        self.said = f"{step.name} is removed when you save."

    def _receives(self, key: str) -> bool:
        return key in self.removed.values()

    def _put_back(self, key: str) -> None:
        if self.removed.pop(key, None) is not None:
            self.focus = f"actions-{key}"


def fresh(steps: Sequence[StageDraft], company: Company) -> Draft:
    """Return a draft in which nothing is changed."""
    return Draft(process_stages.stamp(steps), list(steps), company)


def read(typed: QueryDict, saved: Sequence[StageDraft], company: Company) -> Draft:
    """Return the draft in a posted form. What was tampered with is left out or refused by saving.

    Args:
        typed: the form.
        saved: the process as it is in the database now.
        company: whose it is.
    """
    there = {step.key: step for step in saved}
    steps: dict[str, StageDraft] = {}
    for key in typed.getlist("row")[:MOST_ROWS]:
        group = typed.get(f"group-{key}", "")
        if group in GROUPS and key not in steps:
            name = text.one_line(typed.get(f"name-{key}", ""))
            automation = _automation(
                typed.get(f"automation-{key}", ""), typed.get(f"settings-{key}", ""), typed.get(f"label-{key}", "")
            )
            steps[key] = StageDraft(key, group, name, automation)
    removed = {key: typed.get(f"destination-{key}", "") for key in typed.getlist("removed")[:MOST_ROWS]}
    verb, _, key = typed.get("do", "").partition(":")
    if verb == "back" and key in removed and key in there and key not in steps:
        steps[key] = there[key]  # it stands in its group again, at the end
    panel = typed.get("panel", "")
    return Draft(
        seen=typed.get("seen", ""),
        steps=_in_order(list(steps.values())),
        company=company,
        removed={key: to for key, to in removed.items() if key in there},
        declined=set(typed.getlist("declined")),
        panel=panel if panel in PANELS else "",
        about=typed.get("about", ""),
    )


def rebased(draft: Draft, saved: Sequence[StageDraft]) -> tuple[Draft, list[str]]:
    """Put a draft onto what somebody else saved meanwhile; return it with what they did, in sentences."""
    there = {step.key: step for step in saved}
    known = {step.key for step in draft.steps} | set(draft.removed)
    kept = [step for step in draft.steps if step.key in there or step.is_new]
    gone = [step for step in draft.steps if step not in kept]
    added = [step for step in saved if step.key not in known]
    said = [f"They removed {step.name}." for step in gone] + [
        f"They added {step.name} to {_label(step.group)}." for step in added
    ]
    said += [
        f"They saved {there[step.key].name} where you have {step.name}."
        for step in kept
        if step.key in there and there[step.key].name != step.name
    ]
    fresh_draft = Draft(
        seen=process_stages.stamp(saved),
        steps=_in_order([*kept, *added]),
        company=draft.company,
        removed={key: to for key, to in draft.removed.items() if key in there},
        declined=draft.declined,
    )
    return fresh_draft, said


def suggested(step: StageDraft, draft: Draft, suggestions: Mapping[str, StageSuggestion]) -> StageSuggestion | None:
    """Return what an extension suggests for a step of this name, unless it has an automation or it was declined."""
    if step.automation or step.key in draft.declined:
        return None
    return suggestions.get(keys.of_name(step.name))


def written(automation: Automation | None) -> str:
    """Return how a form carries an automation."""
    return f"{automation.mode}:{automation.action}" if automation else ""


def written_settings(automation: Automation | None) -> str:
    """Return how a form carries what was chosen for an automation."""
    return urlencode(automation.settings) if automation else ""


def field_name(action: str, option: str) -> str:
    """Return the name of the field in which an option of an action is chosen."""
    return f"option:{action}:{option}"


def _automation(carried: str, settings: str = "", label: str = "") -> Automation | None:
    mode, _, action = carried.partition(":")
    if not action or mode not in Mode.values:
        return None
    try:
        chosen = dict(parse_qsl(settings, max_num_fields=MOST_SETTINGS))
    except ValueError:
        chosen = {}
    return Automation(action, mode, process_stages.settings_of(chosen), text.one_line(label))


def _in_order(steps: Sequence[StageDraft]) -> list[StageDraft]:
    return sorted(steps, key=lambda step: GROUPS.index(step.group))


def _label(group: str) -> str:
    return str(StageGroup(group).label)
