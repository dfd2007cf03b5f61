"""Everything that changes a job or its team, one function and one transaction each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from newsfeed import feed
from newsfeed.activity import ActivityType
from recruiting import events
from recruiting.companies.models import Membership
from recruiting.company_fields import values as field_values
from recruiting.company_fields.values import Value
from recruiting.foundation import clock, edits, limits, locks, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action, JobRole
from recruiting.jobs import access, activity, places
from recruiting.jobs.countries import is_country
from recruiting.jobs.models import HiringProcess, HiringTeamMember, Job, JobField

_PLACED = frozenset({"department", "city", "region", "country"})


@dataclass(frozen=True)
class JobDetails:
    """What a person types about a job."""

    title: str
    department: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    employment_type: str = ""
    description: str = ""


def create_job(
    *,
    details: JobDetails,
    by: Membership,
    process: HiringProcess | None = None,
    state: Job.State = Job.State.OPEN,
    values: Mapping[UUID, Value | None] | None = None,
    locations: Sequence[UUID] | None = None,
) -> Job:
    """Create a job in the actor's company, with the default process unless another is given.

    Args:
        values: what the job says in the company's fields, by field.
        locations: where it is, in order, of the company's list; None for the address of the details alone.

    Raises:
        NotAllowed: when the actor may not create jobs.
        InvalidInput: for details and values that cannot be accepted, and for required fields without a value.
    """
    if not by.can(Action.CREATE_JOB):
        raise NotAllowed("Administrators and Staffing create jobs. Ask one of them.")
    details = _cleaned(details)
    with transaction.atomic():
        process = lock_process(process or HiringProcess.objects.for_company(by.company).get(is_default=True), by)
        job = Job(company=by.company, process=process, state=state, **vars(details))
        placed = places.resolve(job, locations)
        job.save(force_insert=True)
        places.store(job, placed)
        field_values.write(JobField, job, values or {}, by)
        if state == Job.State.OPEN:
            _write_entry(activity.JOB_OPENED, job, by)
    return job


def edit_job(
    *,
    job: Job,
    details: JobDetails,
    by: Membership,
    values: Mapping[UUID, Value | None] | None = None,
    base: JobDetails | None = None,
    locations: Sequence[UUID] | None = None,
) -> Job:
    """Change what a job says about itself and in the company's fields; saving it unchanged writes nothing.

    Args:
        job: which job.
        details: what is to stand there.
        by: who changes it.
        values: what is to stand in the company's fields; those that are missing stay as they are.
        base: the details that the actor saw when they began; what they left as it was stays as it is now.
        locations: all of its locations in order, whatever the details say; None leaves all but the first as they are.

    Raises:
        InvalidInput: for details and values that cannot be accepted, and for required fields without a value.
        EditConflict: when somebody else changed the same details meanwhile.
    """
    details = _cleaned(details)
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        now = {name: getattr(locked, name) for name in vars(details)}
        changed = edits.merge_changes(vars(details), base=vars(base) if base else None, now=now)
        return _change(locked, changed=changed, values=values or {}, by=by, locations=locations)


def set_field_values(*, job: Job, values: Mapping[UUID, Value | None], by: Membership) -> Job:
    """Change what a job says in some of the company's fields, by the rules of `edit_job`."""
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        return _change(locked, changed={}, values=values, by=by)


def set_locations(*, job: Job, locations: Sequence[UUID], by: Membership) -> Job:
    """Say where a job is, the first of its locations first, by the rules of `edit_job`."""
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        return _change(locked, changed={}, values={}, by=by, locations=locations)


def open_job(*, job: Job, by: Membership) -> Job:
    """Open a draft or closed job."""
    return _change_state(job, by, Job.State.OPEN, activity.JOB_OPENED)


def close_job(*, job: Job, by: Membership) -> Job:
    """Close a job: its candidates stay where they are, nobody is mailed."""
    return _change_state(job, by, Job.State.CLOSED, activity.JOB_CLOSED)


def add_to_team(*, job: Job, member: Membership, role: JobRole, by: Membership) -> HiringTeamMember:
    """Give a member a role on the job.

    Raises:
        NotAllowed: when the actor may not edit the job.
        NotFound: when the member is of another company or inactive.
        Conflict: when the member has that role already.
    """
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        if member.company_id != locked.company_id or not member.is_active:
            raise NotFound("There is no such active member in your company.")
        taken = Conflict(f"{member.name} is {JobRole(role).label} on this job already.", code="role_taken")
        with translate_integrity_errors({"hiringteammember_role_once": taken}):
            added = HiringTeamMember.objects.create(
                company_id=locked.company_id, job=locked, membership=member, role=role
            )
        locked.write()
        payload = activity.TeamPayload(job=locked.title, member=member.name, role=JobRole(role).label)
        feed.publish(activity.TEAM_JOINED, payload, actor=by, job=locked)
    return added


def hand_over(event: events.JobsHandedOver) -> None:
    """Give a member's roles on jobs that are not closed to a colleague too; the old ones stay, as history."""
    roles = HiringTeamMember.objects.filter(company_id=event.company_id)
    has = set(roles.filter(membership=event.to_id).values_list("job_id", "role"))
    left = roles.filter(membership=event.from_id).exclude(job__state=Job.State.CLOSED).select_related("job")
    members = Membership.objects.select_related("user")
    successor = members.get(pk=event.to_id)
    by = members.get(pk=event.by_id) if event.by_id else None
    new = [
        HiringTeamMember(company_id=event.company_id, job=one.job, membership=successor, role=one.role)
        for one in left.order_by("id")
        if (one.job_id, one.role) not in has
    ]
    HiringTeamMember.objects.bulk_create(new, ignore_conflicts=True)
    Job.objects.filter(pk__in={one.job_id for one in new}).update(updated_at=clock.now())
    for one in new:
        payload = activity.TeamPayload(job=one.job.title, member=successor.name, role=one.get_role_display())
        feed.publish(activity.TEAM_JOINED, payload, actor=by, job=one.job)


def remove_from_team(*, job: Job, member: Membership, role: JobRole, by: Membership) -> None:
    """Take a role on the job away from a member; without that role nothing happens."""
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        removed, _ = HiringTeamMember.objects.filter(job=locked, membership=member, role=role).delete()
        if removed:
            locked.write()
            payload = activity.TeamPayload(job=locked.title, member=member.name, role=JobRole(role).label)
            feed.publish(activity.TEAM_LEFT, payload, actor=by, job=locked)


def lock_process(process: HiringProcess, by: Membership) -> HiringProcess:
    """Return a process that nobody deletes before the transaction ends. Raises NotFound when there is none."""
    kept = locks.lock_key_share(HiringProcess, process.pk) if process.company_id == by.company_id else None
    if kept is None:
        raise NotFound("There is no such hiring process in your company.")
    return kept


def _change(
    locked: Job,
    *,
    changed: Mapping[str, str],
    values: Mapping[UUID, Value | None],
    by: Membership,
    locations: Sequence[UUID] | None = None,
) -> Job:
    is_answered_anew = field_values.write(JobField, locked, values, by)
    locked.company = by.company
    written, is_moved = dict(changed), False
    if locations is not None or not _PLACED.isdisjoint(changed):
        for name, value in changed.items():
            setattr(locked, name, value)
        is_moved = places.store(locked, places.resolve(locked, locations))
        written |= {name: getattr(locked, name) for name in places.KEPT}
    if changed or is_answered_anew or is_moved:
        locked.write(**written)
        _write_entry(activity.JOB_EDITED, locked, by)
    return locked


def _change_state(job: Job, by: Membership, state: Job.State, entry: ActivityType[activity.JobPayload]) -> Job:
    with transaction.atomic():
        locked = lock(job, by, Action.EDIT_JOB)
        if locked.change(state=state):
            _write_entry(entry, locked, by)
    return locked


def lock(job: Job, by: Membership, action: Action, *, no_key: bool = True) -> Job:
    """Lock a job for a change by a member who may do `action` on it.

    Args:
        job: which job.
        by: the member.
        action: what they need to be allowed.
        no_key: let rows that point to it be written meanwhile; not where nobody may enter its process.

    Raises:
        NotFound: when the company has none like it (any more).
        NotAllowed: when the member may not.
    """
    locked = Job.objects.locked(job, by, no_key=no_key)
    access.require(by, action, locked)
    return locked


def _cleaned(details: JobDetails) -> JobDetails:
    description = text.multi_line(details.description)
    lines = {name: text.one_line(value) for name, value in vars(details).items()}
    details = JobDetails(**lines | {"description": description})
    limits.require_fits(Job, vars(details))
    if not details.title:
        raise InvalidInput(fields={"title": "Enter a title."})
    if details.country and not is_country(details.country):
        raise InvalidInput(fields={"country": "Choose a country from the list."})
    return details


def _write_entry(entry: ActivityType[activity.JobPayload], job: Job, by: Membership) -> None:
    feed.publish(entry, activity.JobPayload(job=job.title), actor=by, job=job)
