"""The list of jobs: where people wait, per stage group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from recruiting import extensions
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation import pagination
from recruiting.foundation.compiled import compiled
from recruiting.foundation.pagination import Listed
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import HiringTeamMember, Job, JobQuerySet, StageGroup
from recruiting.jobs.selectors import team_of
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import rows
from recruiting.web.applications.rows import JobRow, draw_jobs
from recruiting.web.jobs.job_info import find_job

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

    def apply(self, *, membership: Membership) -> QuerySet[Job] | Listed[Job]:
        """Return the jobs that the member may see and that fit, with `newest`: when the newest applicant came."""
        asks = self.cleaned_data
        state = None if asks["status"] == ANY else Job.State(asks["status"])
        arguments = (membership, state, bool(asks.get("mine")))
        return _found(*arguments).matching(asks["q"]) if asks.get("q") else Listed(Job, _found, arguments)


def _found(membership: Membership, state: Job.State | None, only_mine: bool) -> JobQuerySet:
    applicants = Application.objects.filter(job=OuterRef("pk"), state__in=IN_STEPS).order_by("-id")
    found: JobQuerySet = Job.objects.visible_to(membership)
    if state is not None:
        found = found.filter(state=state)
    if only_mine:
        found = found.filter(pk__in=HiringTeamMember.objects.filter(membership=membership).values("job"))
    return found.annotate(newest=Subquery(applicants.values("created_at")[:1]))


@page("GET")
def job_list(request: MemberRequest) -> HttpResponse:
    """Show the jobs that the member may see, newest first."""
    membership = request.membership
    form = JobFilterForm(request.GET)
    page = pagination.page_of(form.apply(membership=membership), ("-id",), request.GET, "job", "jobs")
    can_create = membership.can(Action.CREATE_JOB)
    found = _rows(page.rows)
    context = {
        "form": form,
        "page": page,
        "rows": found,
        "drawn": draw_jobs(found),
        "groups": StageGroup.choices,
        "can_create": can_create,
        "whom_to_ask": "" if can_create else companies.whom_to_ask(request.company),
        "none_at_all": not page.rows and not Job.objects.visible_to(membership).exists(),
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
    counts, badges = _waiting(jobs), extensions.job_badges(jobs)
    teams: dict[UUID, dict[UUID, Membership]] = {}
    for member in team_of(jobs):
        teams.setdefault(member.job_id, {}).setdefault(member.membership_id, member.membership)
    return [
        JobRow(
            job=job,
            counts=[(group, label, counts[job.pk, group]) for group, label in StageGroup.choices],
            team=list(teams.get(job.pk, {}).values()),
            newest=job.newest,  # type: ignore[attr-defined]
            badges=badges.get(job.pk, ()),
        )
        for job in jobs
    ]


def _waiting(jobs: Sequence[Job]) -> Mapping[tuple[UUID, str], int]:
    """Return the people in the running by job and stage group, `PEOPLE_TO` of them in each step at most, in one query.

    No lead stands in a step: named here, so that the index application_cards answers alone.
    """
    counts: Counter[tuple[UUID, str]] = Counter()
    for job, group, people in _in_steps(tuple(job.pk for job in jobs)):
        counts[job, group] += people
    return counts


@compiled
def _in_steps(jobs: tuple[UUID, ...]) -> QuerySet[Job, tuple[UUID, str, int]]:
    running = (Application.State.LEAD, *IN_STEPS)
    here = Application.objects.filter(job=OuterRef("pk"), stage=OuterRef("step"), state__in=running)
    steps = Job.objects.filter(pk__in=jobs).annotate(step=F("process__stages"), group=F("process__stages__group"))
    return steps.annotate(people=pagination.BoundedCount(here, rows.PEOPLE_TO)).values_list("pk", "group", "people")
