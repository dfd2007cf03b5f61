"""The list of jobs: where people wait, per stage group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.db.models import F, OuterRef, Subquery
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation import pagination
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import HiringTeamMember, Job, JobQuerySet, StageGroup
from recruiting.jobs.selectors import team_of
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.jobs.job_info import find_job

TEAM_SHOWN = 4
IN_STEPS = (Application.State.ACTIVE, Application.State.HIRED)
ANY = "any"


class JobFilterForm(forms.Form):
    """What narrows the list; without a status it shows open jobs."""

    q = forms.CharField(
        label="Search jobs", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(choices=[*Job.State.choices, (ANY, "Any status")], required=False)
    mine = forms.BooleanField(label="Mine", required=False)

    def __init__(self, data: QueryDict) -> None:
        filled = data.copy()
        if data.get("status") not in {*Job.State.values, ANY}:
            filled["status"] = Job.State.OPEN
        super().__init__(filled)
        self.full_clean()

    @property
    def narrows(self) -> bool:
        """Whether a job may be hidden by an answer."""
        asks = self.cleaned_data
        return bool(asks.get("q") or asks.get("mine") or asks["status"] != ANY)

    def apply(self, jobs: JobQuerySet, *, membership: Membership) -> JobQuerySet:
        """Return the jobs that fit."""
        asks = self.cleaned_data
        if asks["status"] != ANY:
            jobs = jobs.filter(state=asks["status"])
        jobs = jobs.matching(asks.get("q", ""))
        if asks.get("mine"):
            jobs = jobs.filter(pk__in=HiringTeamMember.objects.filter(membership=membership).values("job"))
        return jobs


@dataclass(frozen=True)
class GroupCount:
    """How many people stand in one stage group of a job."""

    group: str
    label: str
    count: int


@dataclass(frozen=True)
class JobRow:
    """One job of the list, with `newest`: when its newest applicant came."""

    job: Job
    counts: Sequence[GroupCount]
    team: Sequence[Membership]
    more_team: int


@page("GET")
def job_list(request: MemberRequest) -> HttpResponse:
    """Show the jobs that the member may see, newest first."""
    membership = request.membership
    form = JobFilterForm(request.GET)
    visible = Job.objects.visible_to(membership)
    found = form.apply(visible, membership=membership)
    applicants = Application.objects.filter(job=OuterRef("pk"), state__in=IN_STEPS).order_by("-id")
    found = found.annotate(newest=Subquery(applicants.values("created_at")[:1]))
    page = pagination.page_of(found, ("-id",), request.GET, "job", "jobs")
    can_create = membership.can(Action.CREATE_JOB)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(page.rows),
        "groups": StageGroup.choices,
        "count_to": pagination.COUNT_TO,
        "can_create": can_create,
        "whom_to_ask": "" if can_create else companies.whom_to_ask(request.company),
        "none_at_all": not page.rows and not visible.exists(),
    }
    return render(request, "applications/jobs.html", context)


@page("GET")
def job_actions(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show what may be done with a job where it stands in the list."""
    job = find_job(request, job_id)
    context = {
        "job": job,
        "can_edit": access.may(request.membership, Action.EDIT_JOB, job),
        "next": responses.came_from(request, reverse("applications:jobs")),
    }
    return render(request, "applications/job_actions.html", context)


def _rows(jobs: Sequence[Job]) -> list[JobRow]:
    counts = _waiting(jobs)
    teams: dict[UUID, dict[UUID, Membership]] = {}
    for member in team_of(jobs):
        teams.setdefault(member.job_id, {}).setdefault(member.membership_id, member.membership)
    rows = []
    for job in jobs:
        team = list(teams.get(job.pk, {}).values())
        rows.append(
            JobRow(
                job=job,
                counts=[GroupCount(group, label, counts[job.pk, group]) for group, label in StageGroup.choices],
                team=team[:TEAM_SHOWN],
                more_team=max(len(team) - TEAM_SHOWN, 0),
            )
        )
    return rows


def _waiting(jobs: Sequence[Job]) -> Mapping[tuple[UUID, str], int]:
    """Return the people in the running by job and stage group, `COUNT_TO` of them in each step at most, in one query.

    No lead stands in a step: named here, so that the index application_cards answers alone.
    """
    running = (Application.State.LEAD, *IN_STEPS)
    here = Application.objects.filter(job=OuterRef("pk"), stage=OuterRef("step"), state__in=running)
    steps = (
        Job.objects.filter(pk__in=[job.pk for job in jobs])
        .annotate(step=F("process__stages"), group=F("process__stages__group"))
        .annotate(people=pagination.BoundedCount(here))
    )
    counts: Counter[tuple[UUID, str]] = Counter()
    for job, group, people in steps.values_list("pk", "group", "people"):
        counts[job, group] += people
    return counts
