"""Everything that changes an application or its notes, one function and one transaction each."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from newsfeed import feed
from newsfeed.activity import ActivityType, P
from newsfeed.models import NewsfeedEntry
from recruiting import events
from recruiting.applications import activity, files, selectors
from recruiting.applications.models import Application, Attachment, Note, StageTask, StageTransition
from recruiting.candidates import services as candidates
from recruiting.candidates import sources
from recruiting.candidates.models import Candidate, Source
from recruiting.candidates.services import CandidateDetails, Profile
from recruiting.companies.models import Membership
from recruiting.foundation import clock, locks, text
from recruiting.foundation.compiled import compiled
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job, Stage, StageGroup

State = Application.State


class StaleMove(Conflict):
    """The application stands elsewhere than the mover saw; `application` shows where."""

    code = "stale_move"

    def __init__(self, application: Application, sentence: str) -> None:
        super().__init__(sentence)
        self.application = application


def add_candidate(
    *,
    job: Job,
    details: CandidateDetails,
    by: Membership,
    source: Source | None = None,
    as_lead: bool = False,
    resume: "File[bytes] | None" = None,
    profile: Profile | None = None,
) -> Application:
    """Create a person and put them on a job, as an applicant in the first stage or as a lead.

    Raises:
        NotAllowed: when the actor may not add candidates to the job.
        InvalidInput: as `candidates.create_candidate`, and for `resume` as `files.add_file`.
        candidates.DuplicateCandidate: as `candidates.create_candidate`.
        Conflict: when the job is closed.
    """
    with transaction.atomic():
        _require_job(job, by)
        candidate = candidates.create_candidate(details=details, by=by, source=source, profile=profile)
        application = _put_on_job(candidate=candidate, job=job, by=by, source=source, as_lead=as_lead)
        _store_resume(application, resume, by)
    return application


def add_to_job(
    *,
    candidate: Candidate,
    job: Job,
    by: Membership,
    source: Source | None = None,
    as_lead: bool = False,
    resume: "File[bytes] | None" = None,
) -> Application:
    """Put a person who is here already on another job, with a résumé where there is one.

    Raises:
        Conflict: when they are on it.
        InvalidInput: for `resume`, as `files.add_file`.
    """
    with transaction.atomic():
        _require_job(job, by)
        if candidate.company_id != by.company_id:
            raise NotFound("There is no such candidate in your company.")
        application = _put_on_job(candidate=candidate, job=job, by=by, source=source, as_lead=as_lead)
        _store_resume(application, resume, by)
    return application


def receive_applicant(
    *,
    candidate: Candidate,
    job: Job,
    source: Source | None,
    entry: ActivityType[P],
    payload: P,
    subject_id: UUID | None = None,
) -> Application:
    """Put a person who applied by themselves into the first step of a job, whatever its state.

    Args:
        candidate: who; the caller has locked them, so that nobody puts them there meanwhile.
        job: of the same company.
        source: where they came from.
        entry: what the newsfeed says of it, with its `payload`.
        subject_id: what of the caller's that is about.
    """
    application = Application.objects.create(
        company_id=job.company_id, candidate=candidate, job=job, state=State.LEAD, source=source
    )
    feed.publish(entry, payload, application=application, subject_id=subject_id)
    _enter_first(application, None)
    return application


def receive_conversion(*, application: Application, entry: ActivityType[P], payload: P) -> None:
    """Make a lead who applied by themselves an applicant in the first step. The caller has locked the application."""
    feed.publish(entry, payload, application=application)
    _enter_first(application, None)


def receive_withdrawal(*, application: Application, reason: str, entry: ActivityType[P], payload: P) -> bool:
    """Note that a person took their application back themselves; return whether it stood open.

    The caller has locked the application.
    """
    if application.state in (State.REJECTED, State.WITHDRAWN):
        return False
    application.write(state=State.WITHDRAWN, closing_reason=reason[:200])
    feed.publish(entry, payload, application=application)
    return True


def convert_lead(*, application: Application, by: Membership) -> Application:
    """Make a lead an applicant in the first stage of the job's process; an applicant stays as they are."""
    with transaction.atomic():
        locked = lock(application, by, Action.MOVE_APPLICATION)
        if locked.state != State.LEAD:
            return locked
        payload = activity.ClosedPayload(candidate=locked.candidate.name)
        feed.publish(activity.LEAD_CONVERTED, payload, actor=by, application=locked)
        _enter_first(locked, by)
    return locked


def move(*, application: Application, to: Stage, seen: UUID | None, by: Membership) -> StageTransition | None:
    """Move an application to a stage of its job's process.

    Args:
        application: whom to move.
        to: where to.
        seen: the id of the stage in which the mover saw the application.
        by: the mover.

    Returns:
        The transition, or None when the application stands there already.

    Raises:
        NotAllowed: when the actor may not move it.
        StaleMove: when it stands elsewhere than the actor saw.
        Conflict: for a lead, a rejected or a withdrawn application, and for a step that was removed meanwhile.
        NotFound: when the stage is not one of the job's process.
    """
    with transaction.atomic():
        locked = lock(application, by, Action.MOVE_APPLICATION)
        if to.process_id != locked.job.process_id:
            raise NotFound("There is no such step in this job's hiring process.")
        _require_movable(locked)
        if locked.stage_id == to.pk:
            return None
        if locked.stage_id != seen:
            raise StaleMove(locked, selectors.where_it_is(locked))
        to = _lock_step(to)
        before = locked.stage
        transition = _enter(locked, to, by)
        if to.group == StageGroup.HIRED:
            hired, ids = activity.ClosedPayload(candidate=locked.candidate.name), _steps(before, to)
            feed.publish(activity.HIRED, hired, actor=by, application=locked, subject_id=transition.id, ids=ids)
        else:
            _write_move_entry(activity.MOVED, locked, before, to, by, transition)
        _publish_move(transition, to)
    return transition


def undo_move(*, transition: StageTransition, by: Membership) -> StageTransition:
    """Put an application back where a move took it from, for half an hour. Automations do not run again.

    Raises:
        Conflict: when it was moved on since, the move was undone before, or is older than that.
    """
    with transaction.atomic():
        locked = lock(transition.application, by, Action.MOVE_APPLICATION)
        transition = StageTransition.objects.select_related("from_stage").get(pk=transition.pk)
        if StageTransition.objects.filter(undoes=transition).exists():
            raise Conflict("This move was undone already.")
        is_last = locked.stage_id == transition.to_stage_id and not selectors.moved_since(transition)
        if not is_last or transition.from_stage is None:
            raise StaleMove(locked, selectors.where_it_is(locked))
        _require_movable(locked)
        if clock.now() - transition.moved_at > activity.UNDO_WINDOW:
            raise Conflict("A move can be undone for 30 minutes. Move the candidate back instead.")
        before = locked.stage
        back = _enter(locked, _lock_step(transition.from_stage), by, undoes=transition)
        _write_move_entry(activity.MOVE_UNDONE, locked, before, transition.from_stage, by, back)
    return back


def reject(*, application: Application, reason: str, by: Membership, choices: Collection[str] = ()) -> Application:
    """Reject an application for a reason; it keeps its stage and can be reopened. `choices`: keys that were ticked."""
    return _close(application, State.REJECTED, reason, by, activity.REJECTED, choices=choices)


def withdraw(*, application: Application, reason: str, by: Membership) -> Application:
    """Note that the person took the application back; it keeps its stage and can be reopened."""
    return _close(application, State.WITHDRAWN, reason, by, activity.WITHDRAWN)


def reopen(*, application: Application, by: Membership) -> Application:
    """Make a rejected or withdrawn application what it was before."""
    with transaction.atomic():
        locked = lock(application, by, Action.MOVE_APPLICATION)
        if locked.state not in (State.REJECTED, State.WITHDRAWN):
            return locked
        state = State.LEAD
        if locked.stage is not None:
            state = State.HIRED if locked.stage.group == StageGroup.HIRED else State.ACTIVE
        locked.write(state=state, closing_reason="")
        payload = activity.ClosedPayload(candidate=locked.candidate.name)
        feed.publish(activity.REOPENED, payload, actor=by, application=locked)
    return locked


def write_note(
    *,
    application: Application,
    body: str,
    by: Membership,
    visibility: Note.Visibility = Note.Visibility.EVERYONE,
) -> Note:
    """Write a note about an application.

    Raises:
        NotAllowed: when the actor may not write here, or not with that visibility.
        InvalidInput: for an empty note or one over 10,000 characters.
    """
    body = _body(body)
    with transaction.atomic():
        locked = lock(application, by, Action.WRITE_NOTE)
        if visibility == Note.Visibility.FULL_ACCESS:
            access.require(by, Action.READ_FULL_ACCESS_NOTES, locked.job)
        return _save_note(Note(application=locked, author=by, body=body, visibility=visibility))


def receive_note(*, application: Application, body: str, author_label: str) -> Note:
    """Keep a note that an integration wrote, for everyone on the job. Raises InvalidInput as `write_note`.

    Args:
        application: what it is about; the caller has locked it.
        body: plain text; addresses in it become links.
        author_label: who wrote it, such as a vendor's name.
    """
    body = _body(body)
    with transaction.atomic():
        return _save_note(Note(application=application, author_label=author_label, body=body))


def edit_note(*, note: Note, body: str, by: Membership) -> Note:
    """Change one's own note. Raises NotAllowed for somebody else's, NotFound for one that is gone."""
    body = _body(body)
    with transaction.atomic():
        locked = _lock_own_note(note, by)
        if locked.body != body:
            locked.write(body=body, edited_at=clock.now())
    return locked


def delete_note(*, note: Note, by: Membership) -> None:
    """Delete one's own note; the newsfeed says that there was one. Raises as `edit_note`."""
    with transaction.atomic():
        locked = _lock_own_note(note, by)
        NewsfeedEntry.objects.filter(verb=activity.NOTE_WRITTEN.verb, subject_id=locked.pk).delete()
        feed.publish(
            activity.NOTE_DELETED,
            activity.NotePayload(candidate=locked.application.candidate.name),
            actor=by,
            application=locked.application,
            audience=NewsfeedEntry.Audience(locked.visibility),
        )
        locked.delete()


def first_stage(job: Job) -> Stage:
    """Return where applicants start: the first stage of the job's process."""
    return min(Stage.objects.filter(process_id=job.process_id), key=lambda stage: stage.order)


def lock(application: Application, by: Membership, action: Action) -> Application:
    """Lock an application's row for a change by a member who may do `action` on its job.

    Raises:
        NotFound: when the member may not see it.
        NotAllowed: when the member may see it, and not do this.
    """
    found = _locked(application.pk, by.company_id)
    if not found:
        raise NotFound("There is no such application in your company.")
    (locked,) = found
    actions = access.allowed_actions(locked.job, by)
    if Action.VIEW_JOB not in actions:
        raise NotFound("There is no such application in your company.")
    if action not in actions:
        access.require(by, action, locked.job)
        raise NotAllowed("Your role on this job does not allow this.")
    return locked


def _require_job(job: Job, by: Membership) -> None:
    if job.company_id != by.company_id:
        raise NotFound("There is no such job in your company.")
    access.require(by, Action.ADD_CANDIDATE, job)
    if job.state == Job.State.CLOSED:
        raise Conflict("This job is closed. Open it before you add candidates.", code="job_closed")


def _put_on_job(*, candidate: Candidate, job: Job, by: Membership, source: Source | None, as_lead: bool) -> Application:
    source = sources.lock(source, company_id=job.company_id)
    there = Conflict(f"{candidate.name} is on this job already.", code="already_on_job")
    with translate_integrity_errors({"application_once_per_job": there}):
        application = Application.objects.create(
            company_id=job.company_id, candidate=candidate, job=job, state=State.LEAD, source=source
        )
    payload = activity.AppliedPayload(candidate=candidate.name, job=job.title, source=source.name if source else "")
    kind = activity.LEAD_ADDED if as_lead else activity.CANDIDATE_ADDED
    feed.publish(kind, payload, actor=by, application=application)
    if not as_lead:
        _enter_first(application, by)
    return application


def _store_resume(application: Application, resume: "File[bytes] | None", by: Membership) -> None:
    """Keep a résumé, as the last act of its transaction: a file's bytes do not go away with a roll-back."""
    if resume is None:
        return
    try:
        kind = Attachment.Kind.RESUME
        files.add_file(application=application, upload=resume, name=str(resume.name), by=by, kind=kind)
    except InvalidInput as error:
        raise InvalidInput(fields={"resume": error.message}) from error


@compiled
def _locked(application_id: UUID, company_id: UUID) -> QuerySet[Application]:
    # Not the key: whoever adds a row about it (a newsfeed entry in a sweep) need not wait, nor deadlock.
    rows = Application.objects.select_related("candidate", "job", "company", "stage")
    return rows.filter(pk=application_id, company=company_id).select_for_update(of=("self",), no_key=True)


def _enter_first(application: Application, by: Membership | None) -> None:
    """Put a locked application into the first step of its job's process."""
    # The job as it is now: its process may have been changed while the application was waited for.
    job = locks.lock_key_share(Job, application.job_id)
    assert job is not None  # the application's foreign key holds it
    stage = _lock_step(first_stage(job))
    _publish_move(_enter(application, stage, by), stage)


def _lock_step(stage: Stage) -> Stage:
    """Return a step as it is now, which nobody removes before the transaction ends."""
    kept = locks.lock_key_share(Stage, stage.pk)
    if kept is None:
        raise Conflict(f"The step {stage} was removed meanwhile, so nobody was moved there.", code="step_removed")
    return kept


def _enter(
    application: Application, stage: Stage, by: Membership | None, *, undoes: StageTransition | None = None
) -> StageTransition:
    """Put a locked application into a kept stage and write the transition."""
    now = clock.now()
    transition = StageTransition.objects.create(
        company_id=application.company_id,
        application=application,
        from_stage_id=application.stage_id,
        to_stage=stage,
        undoes=undoes,
        moved_by=by,
        moved_at=now,
    )
    state = State.HIRED if stage.group == StageGroup.HIRED else State.ACTIVE
    application.write(state=state, stage=stage, stage_entered_at=now)
    StageTask.objects.filter(application=application, state=StageTask.State.OPEN).update(
        state=StageTask.State.DISMISSED, updated_at=now
    )
    return transition


def _publish_move(transition: StageTransition, to: Stage) -> None:
    """Tell the world of a move, after the newsfeed: what follows from it stands above it there."""
    events.publish(
        events.ApplicationMoved(
            company_id=transition.company_id,
            application_id=transition.application_id,
            transition_id=transition.id,
            to_stage_id=to.id,
        )
    )


def _close(
    application: Application,
    state: State,
    reason: str,
    by: Membership,
    kind: ActivityType[activity.ClosedPayload],
    *,
    choices: Collection[str] = (),
) -> Application:
    reason = text.one_line(reason)
    if not reason:
        raise InvalidInput(fields={"reason": "Give a reason."})
    with transaction.atomic():
        locked = lock(application, by, Action.MOVE_APPLICATION)
        if locked.state == state:
            return locked
        locked.write(state=state, closing_reason=reason[:200])
        payload = activity.ClosedPayload(candidate=locked.candidate.name, reason=locked.closing_reason)
        feed.publish(kind, payload, actor=by, application=locked)
        events.publish(
            events.ApplicationClosed(
                company_id=locked.company_id, application_id=locked.pk, state=state, choices=frozenset(choices)
            )
        )
    return locked


def _require_movable(application: Application) -> None:
    name = application.candidate.name
    if application.state == State.LEAD:
        raise Conflict(f"{name} is a lead and has not applied. Convert to applicant first.", code="is_a_lead")
    if application.state in (State.REJECTED, State.WITHDRAWN):
        word = application.get_state_display().lower()
        raise Conflict(f"{name} was {word}. Reopen the application before you move it.", code="not_active")


def _write_move_entry(
    kind: ActivityType[activity.MovedPayload],
    application: Application,
    before: Stage | None,
    after: Stage,
    by: Membership,
    transition: StageTransition,
) -> None:
    payload = activity.MovedPayload(
        candidate=application.candidate.name, from_stage=before.name if before else "", to_stage=after.name
    )
    ids = _steps(before, after)
    feed.publish(kind, payload, actor=by, application=application, subject_id=transition.id, ids=ids)


def _steps(before: Stage | None, after: Stage) -> Mapping[str, UUID | None]:
    """Return both ends of a move, as programs are told of it."""
    return {"from_stage": before.pk if before else None, "to_stage": after.pk}


def _body(typed: str) -> str:
    body = text.multi_line(typed)
    if not body:
        raise InvalidInput(fields={"body": "Write something first."})
    if len(body) > Note.MAX_LENGTH:
        raise InvalidInput(
            fields={"body": f"A note holds up to {Note.MAX_LENGTH:,} characters; this has {len(body):,}."}
        )
    return body


def _save_note(note: Note) -> Note:
    """Write a note about a locked application, and say in the newsfeed that it was written."""
    note.company_id = note.application.company_id
    note.save(force_insert=True)
    feed.publish(
        activity.NOTE_WRITTEN,
        activity.NotePayload(candidate=note.application.candidate.name),
        actor=note.author,
        actor_label=note.author_label,
        application=note.application,
        subject_id=note.id,
        audience=NewsfeedEntry.Audience(note.visibility),
    )
    return note


def _lock_own_note(note: Note, by: Membership) -> Note:
    locked = Note.objects.select_related("application__candidate").locked(note, by)
    if locked.author_id != by.pk:
        raise NotAllowed("You can change your own notes only.")
    return locked
