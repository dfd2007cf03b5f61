"""What can be done with many people at once: each act is the service of one person, asked for in a loop.

An act has two functions, `do` and `undo`. Both do one row in the transaction of its outcome, in the name of the run's
member, whose rights the services ask for anew; what cannot be done raises a `RecruitingError`, whose sentence is kept
with the row. `row.before` is what the member saw when they chose, and afterwards what undoing needs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from recruiting.applications import selectors, services, takeback
from recruiting.applications.models import Application, StageTransition
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate, CandidateTag, Tag
from recruiting.companies.models import Membership
from recruiting.foundation import formatting
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job, Stage
from recruiting.runs import kinds
from recruiting.runs.kinds import Described, Kind
from recruiting.runs.models import Run, RunRow

State = Application.State
Do = Callable[[Run, RunRow, Membership], str]
CHANGED = "{name} was changed since, so nothing was undone. Look at the record."


@dataclass(frozen=True)
class Act:
    """One thing that can be done with many."""

    name: str
    """Part of the address, and of the kind of run (`bulk.<name>`)."""
    label: str
    """Of the button under a list, such as "Move to…"."""
    verb: str
    """Such as "Move"."""
    right: Action
    """What a member must be allowed on the job, or on some job, to be offered it."""
    on_people: bool
    """Whether it is about people wherever they are, and not about their application on one job."""
    do: Do
    undo: Do
    key: str = ""

    @property
    def kind(self) -> Kind:
        """The kind of runs that do it."""
        describe = _describe_people if self.on_people else _describe_applications
        return Kind(
            f"bulk.{self.name}",
            self.verb,
            lambda run, until: kinds.each_row(run, until, lambda row: self.do(run, row, _member(run))),
            undo=lambda run, until: kinds.each_row(run, until, lambda row: self.undo(run, row, _member(run))),
            describe=describe,
        )


def _member(run: Run) -> Membership:
    assert run.member is not None  # a run without one has failed before
    return run.member


def _application(row: RunRow, by: Membership) -> Application:
    found = Application.objects.visible_to(by).select_related("candidate", "job").filter(pk=row.subject_id).first()
    if found is None:
        raise NotFound("This application is not there any more, or you no longer see it.")
    return found


def _editable(row: RunRow, by: Membership) -> Candidate:
    """Return a person whom the member may edit."""
    found = Candidate.objects.visible_to(by).filter(pk=row.subject_id).first()
    if found is None:
        raise NotFound("This person is not there any more, or you no longer see them.")
    if not Candidate.objects.allowing(Action.EDIT_CANDIDATE, by).filter(pk=found.pk).exists():
        raise NotAllowed(f"Your roles do not let you change {found.name}.")
    return found


# ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _move(run: Run, row: RunRow, by: Membership) -> str:
    application = _application(row, by)
    stage = Stage.objects.filter(pk=run.params["stage"], company=by.company_id).first()
    if stage is None:
        raise Conflict("That step is no longer part of the hiring process.")
    seen = row.before.get("stage")
    moved = services.move(application=application, to=stage, seen=UUID(str(seen)) if seen else None, by=by)
    row.before = {"transition": str(moved.pk)} if moved else {}
    return "" if moved else f"Stood in {stage} already."


def _move_back(run: Run, row: RunRow, by: Membership) -> str:
    if "transition" not in row.before:
        return "Nothing to undo."
    rows = StageTransition.objects.select_related("application__candidate").filter(company=by.company_id)
    transition = rows.filter(pk=row.before["transition"]).first()
    if transition is None:
        raise NotFound("This application is not there any more.")
    services.undo_move(transition=transition, by=by)
    return ""


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _reject(run: Run, row: RunRow, by: Membership) -> str:
    return _close(run, row, by, State.REJECTED)


def _withdraw(run: Run, row: RunRow, by: Membership) -> str:
    return _close(run, row, by, State.WITHDRAWN)


def _close(run: Run, row: RunRow, by: Membership, state: State) -> str:
    application = _application(row, by)
    if application.state in (State.REJECTED, State.WITHDRAWN):
        raise Conflict(f"{application.candidate.name} was {application.get_state_display().lower()} before.")
    _require_seen(application, row)
    reason, choices = run.params["reason"], run.params.get("choices", ())
    if state == State.REJECTED:
        closed = services.reject(application=application, reason=reason, by=by, choices=choices)
    else:
        closed = services.withdraw(application=application, reason=reason, by=by)
    closed.refresh_from_db(fields=["version"])
    row.before = {"version": closed.version}
    return ""


def _reopen(run: Run, row: RunRow, by: Membership) -> str:
    application = _application(row, by)
    if application.version != row.before["version"]:
        raise Conflict(CHANGED.format(name=application.candidate.name))
    services.reopen(application=application, by=by)
    return ""


def _require_seen(application: Application, row: RunRow) -> None:
    """Refuse who was moved since the member chose."""
    seen = row.before.get("stage")
    if (UUID(str(seen)) if seen else None) != application.stage_id:
        raise Conflict(selectors.where_it_is(application))


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _tag(run: Run, row: RunRow, by: Membership) -> str:
    person = _editable(row, by)
    name = run.params["tag"]
    had = set(CandidateTag.objects.filter(candidate=person).values_list("tag_id", flat=True))
    tag = candidates.add_tag(candidate=person, name=name, by=by)
    row.before = {} if tag.pk in had else {"tag": str(tag.pk)}
    return "Had it already." if tag.pk in had else ""


def _untag(run: Run, row: RunRow, by: Membership) -> str:
    tag = Tag.objects.for_company(by.company).filter(pk=row.before.get("tag")).first()
    if tag is None:
        return "Nothing to undo."
    candidates.remove_tag(candidate=_editable(row, by), tag=tag, by=by)
    return ""


def _own(run: Run, row: RunRow, by: Membership) -> str:
    person, owner = _editable(row, by), _membership(run.params["owner"], by)
    row.before = {"owner": str(person.owner_id) if person.owner_id else None}
    candidates.set_owner(candidate=person, owner=owner, by=by)
    return ""


def _own_as_before(run: Run, row: RunRow, by: Membership) -> str:
    person = _editable(row, by)
    assert run.undoes is not None  # only such a run undoes
    if str(person.owner_id or "") != str(run.undoes.params["owner"] or ""):
        raise Conflict(f"{person.name} has another owner since.")
    owner = _membership(row.before["owner"], by)
    if owner is not None and not owner.works_at(by.company_id):
        raise Conflict(f"{owner.name}, who was the owner of {person.name}, has no access any more.")
    candidates.set_owner(candidate=person, owner=owner, by=by)
    return ""


def _membership(key: str | None, by: Membership) -> Membership | None:
    return Membership.objects.for_company(by.company).filter(pk=key).first() if key else None


def _add(run: Run, row: RunRow, by: Membership) -> str:
    person = Candidate.objects.visible_to(by).filter(pk=row.subject_id).first()
    job = Job.objects.visible_to(by).filter(pk=run.params["job"]).first()
    if person is None or job is None:
        raise NotFound("This person or the job is not there any more, or you no longer see it.")
    made = services.add_to_job(candidate=person, job=job, as_lead=run.params["as_lead"], by=by)
    row.before = {"application": str(made.pk)}
    return ""


def _take_back(run: Run, row: RunRow, by: Membership) -> str:
    made = Application.objects.visible_to(by).filter(pk=row.before["application"]).first()
    if made is not None:
        takeback.take_back(application=made, with_person=False, by=by)
    return ""


# ── What rows are about ──────────────────────────────────────────────────────────────────────────────────────────────
def _describe_people(ids: Sequence[UUID], membership: Membership) -> Mapping[UUID, Described]:
    seen: QuerySet[Candidate] = Candidate.objects.visible_to(membership).filter(pk__in=ids)
    return {person.pk: Described(person.name, reverse("applications:person", args=[person.pk])) for person in seen}


def _describe_applications(ids: Sequence[UUID], membership: Membership) -> Mapping[UUID, Described]:
    seen = Application.objects.visible_to(membership).filter(pk__in=ids).select_related("candidate")
    return {
        one.pk: Described(one.candidate.name, reverse("applications:candidate", args=[one.candidate_id, one.pk]))
        for one in seen
    }


# ── All of them ───────────────────────────────────────────────────────────────────────────────────────────────────────
MOVE = Act("move", "Move to…", "Move", Action.MOVE_APPLICATION, False, _move, _move_back, key="m")
REJECT = Act("reject", "Reject", "Reject", Action.MOVE_APPLICATION, False, _reject, _reopen, key="r")
WITHDRAW = Act("withdraw", "Withdraw", "Withdraw", Action.MOVE_APPLICATION, False, _withdraw, _reopen)
TAG = Act("tag", "Tag", "Tag", Action.EDIT_CANDIDATE, True, _tag, _untag)
OWNER = Act("owner", "Owner", "Set the owner of", Action.EDIT_CANDIDATE, True, _own, _own_as_before)
ADD = Act("add", "Add to job", "Add to a job", Action.ADD_CANDIDATE, True, _add, _take_back)
ACTS: Mapping[str, Act] = {act.name: act for act in (MOVE, REJECT, WITHDRAW, TAG, OWNER, ADD)}
KINDS: Mapping[str, Kind] = {act.name: kinds.register(act.kind) for act in ACTS.values()}


def title_of(act: Act, count: int, rest: str = "") -> str:
    """Return what a run is called, such as "Reject 12 candidates"."""
    people = formatting.plural(count, "candidate", "candidates")
    return " ".join(filter(None, (act.verb, people, rest)))
