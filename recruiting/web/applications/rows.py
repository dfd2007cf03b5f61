"""The rows of the lists of candidates and of jobs as markup: in a template they are half of a page's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.extensions import JobBadge
from recruiting.foundation import formatting
from recruiting.jobs.models import Job
from recruiting.web.addresses import address
from recruiting.web.templatetags import ui

JOBS_SHOWN = 2
TEAM_SHOWN = 4
PEOPLE_TO = 300
"""Where counting the people in a step of a job stops: the list counts in all steps of 50 jobs."""
State = Application.State


def draw_people(
    people: Sequence[Candidate],
    applications: Mapping[UUID, Sequence[Application]],
    *,
    is_one_job: bool,
    is_selectable: bool = False,
) -> SafeString:
    """Return the rows of a table.

    Args:
        people: with their sources.
        applications: whose applications the reader sees, by person, the one that a name leads to first.
        is_one_job: whether the list is about one job, so that a name leads there from wherever else the person is.
        is_selectable: whether each row begins with a box to select it.
    """
    drawn = (_person(person, applications[person.pk], is_one_job, is_selectable) for person in people)
    return mark_safe("\n".join(drawn))


def select_box(key: UUID, name: str) -> str:
    """Return the box that puts somebody into the selection of a page (`recruiting.web.applications.selection`)."""
    return (
        f'<input class="form-check-input" type="checkbox" form="selection" name="chosen" value="{key}" '
        f'aria-label="Select {escape(name)}">'
    )


def _person(person: Candidate, applications: Sequence[Application], is_one_job: bool, is_selectable: bool) -> str:
    if applications and (is_one_job or len(applications) == 1):
        url = address("applications:candidate", person.pk, applications[0].pk)
    else:
        url = address("applications:person", person.pk)
    avatar = ui.avatar(person, kind="candidate", size=24)
    box = f'<td class="tl-select">{select_box(person.pk, person.name)}</td>' if is_selectable else ""
    placed = "".join(map(_place, applications[:JOBS_SHOWN])) or '<span class="tl-muted">On no job</span>'
    if len(applications) > JOBS_SHOWN:
        placed += f'<div class="tl-muted">and {len(applications) - JOBS_SHOWN} more</div>'
    email = escape(person.email) or '<span class="tl-muted">No email</span>'
    wide = 'class="d-none d-md-table-cell tl-nowrap"'
    return (
        f'<tr data-row>{box}<th scope="row" data-label="Name"><span class="tl-person">{avatar} '
        f'<a href="{url}">{escape(str(person))}</a></span></th>'
        f'<td data-label="Job and step">{placed}</td><td data-label="Email">{email}</td>'
        f'<td data-label="Source" {wide}>{escape(str(person.source or ""))}</td>'
        f'<td data-label="Added" {wide}>{ui.moment(person.created_at, style="day")}</td></tr>'
    )


@dataclass(frozen=True)
class JobRow:
    """One job of the list, with when its newest applicant came."""

    job: Job
    counts: Sequence[tuple[str, str, int]]
    """How many people stand in each stage group: the group, its label, and so many."""
    team: Sequence[Membership]
    newest: datetime | None
    badges: Sequence[JobBadge] = ()


def draw_jobs(rows: Sequence[JobRow]) -> SafeString:
    """Return the rows of a table."""
    return mark_safe("\n".join(map(_job, rows)))


def _job(row: JobRow) -> str:
    job, title, url = row.job, escape(str(row.job)), address("applications:job", row.job.pk)
    place = f'<div class="tl-muted small">{escape(job.locations_in_words)}</div>' if job.locations_in_words else ""
    badges = "".join(f" {ui.job_badge(each)}" for each in row.badges)
    newest = ui.moment(row.newest) if row.newest else '<span class="tl-muted">No applicants</span>'
    return (
        f'<tr data-row><th scope="row" class="tl-jobs__name"><a id="job-{job.pk}" href="{url}">{title}</a>{place}</th>'
        f'<td class="tl-jobs__status">{ui.status(Job.State(job.state).label)}{badges}</td>'
        f"{''.join(_count(title, url, *each) for each in row.counts)}"
        f'<td class="tl-jobs__team">{_team(row.team)}</td><td class="tl-jobs__newest">{newest}</td>'
        f'<td class="tl-jobs__menu"><a class="btn btn-ghost btn-icon tl-dots" href="{url}actions/" data-actions="job" '
        f'aria-label="Actions for {title}"></a></td></tr>'
    )


def _count(title: str, url: str, group: str, label: str, count: int) -> str:
    shown = '<span class="tl-muted">0</span>'
    if count:
        number = formatting.number(count, limit=PEOPLE_TO)
        shown = (
            f'<a href="{url}?view=list&amp;step={group}">{number}'
            f'<span class="visually-hidden"> in {label} of {title}</span></a>'
        )
    return (
        '<td class="tl-figure tl-jobs__count">'
        f'<span class="tl-jobs__label" aria-hidden="true">{label}</span> {shown}</td>'
    )


def _team(team: Sequence[Membership]) -> str:
    if not team:
        return '<span class="tl-muted">Nobody yet</span>'
    shown, more = team[:TEAM_SHOWN], len(team) - TEAM_SHOWN
    named = [member.name for member in shown] + ([f"{more} more"] if more > 0 else [])
    names = escape(formatting.join_names(named))
    avatars = "".join(ui.avatar(member, size=24) for member in shown)
    others = f'<span class="tl-muted" aria-hidden="true">+{more}</span>' if more > 0 else ""
    hidden = f'<span class="visually-hidden">{names}</span>'
    return f'<span class="tl-team" title="{names}">{avatars}{others}{hidden}</span>'


def _place(application: Application) -> str:
    if application.state == State.ACTIVE:
        stands = f'<span class="tl-muted">{escape(str(application.stage))}</span>'
    else:
        stands = ui.status(State(application.state).label)
    return f"<div>{escape(str(application.job))} {stands}</div>"
