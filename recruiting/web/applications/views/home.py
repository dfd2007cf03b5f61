"""Home: what needs the reader now, their jobs, and what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import selectors, tasks
from recruiting.applications.models import UNMOVED_AFTER
from recruiting.candidates.models import Candidate
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, WorkItem
from recruiting.foundation import clock, memo, pagination
from recruiting.foundation.formatting import plural
from recruiting.foundation.permissions import Action
from recruiting.outbox import heartbeat
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications.newsfeed import HOME_FILTERS, newsfeed

JOBS_SHOWN = 10
TASKS_WEIGHT = 40
# What is counted, as the list behind it does: one, several, the rest of the sentence, and the weight of the line.
COUNTED = {
    "leads": ("candidate is a lead", "candidates are leads", "to convert", 50),
    "files": ("file belongs", "files belong", "to no job: say where", 80),
    "unmoved": ("candidate has", "candidates have", f"not moved for {UNMOVED_AFTER.days} days", 90),
    "shared": ("candidate shares", "candidates share", "an email with an earlier one: change one of them", 95),
}


@page("GET")
@memo.page()
def home(request: MemberRequest) -> HttpResponse:
    """Show what needs the member, their jobs and the newsfeed."""
    membership = request.membership
    jobs = selectors.my_jobs(membership)
    may_create_job = membership.can(Action.CREATE_JOB)
    context = {
        "work": sorted(_work(membership), key=lambda item: (item.weight, item.key)),
        "jobs": jobs[:JOBS_SHOWN],
        "count_to": pagination.COUNT_TO,
        "more_jobs": len(jobs) > JOBS_SHOWN,
        "may_create_job": may_create_job,
        "whom_to_ask": "" if jobs or may_create_job else companies.whom_to_ask(request.company),
        "newsfeed": newsfeed(request, filters=HOME_FILTERS),
    }
    if membership.is_administrator and heartbeat.is_stale(silent_for := heartbeat.age()):
        context["stopped"] = True
        context["stopped_since"] = clock.machine_now() - silent_for if silent_for else None
    return render(request, "applications/home.html", context)


def _work(membership: Membership) -> list[WorkItem]:
    people = reverse("applications:candidates")
    found = []
    for key, count in _counts(membership, selectors.movable_jobs(membership), clock.now()).items():
        if count:
            one, many, rest, weight = COUNTED[key]
            url = reverse("applications:unplaced-files") if key == "files" else f"{people}?show={key}"
            counted = plural(count, one, many, limit=pagination.WORK_TO)
            found.append(WorkItem(key, f"{counted} {rest}", url, "Review", weight))
    waiting = tasks.waiting(membership)
    pending = {
        action: tasks.pending_action(action, membership.company) for action in {group.action for group in waiting}
    }
    found += [_task_item(group, pending[group.action].label) for group in waiting]
    found += extensions.collect(lambda extension: _offered(extension, membership), label="work items")
    return found


@pagination.compiled_work
def _counts(membership: Membership, jobs: tuple[UUID, ...] | None, now: datetime) -> Mapping[str, QuerySet[Any]]:
    applications = {
        "leads": selectors.leads_to_convert(membership, jobs),
        "unmoved": selectors.unmoved(membership, jobs, now=now),
    }
    people = Candidate.objects.for_company(membership.company)
    # Somebody on two jobs is one row of the list.
    rows: dict[str, QuerySet[Any]] = {
        key: people.filter(pk__in=each.values("candidate")) for key, each in applications.items()
    }
    rows["files"] = selectors.unplaced_files(membership)
    if membership.is_administrator:
        rows["shared"] = people.sharing_an_address()
    return rows


def _task_item(group: tasks.Waiting, label: str) -> WorkItem:
    limit = None if group.is_exact else group.count
    sentence = plural(group.count, "candidate waits", "candidates wait", limit=limit) + f" in {group.stage}"
    return WorkItem(
        key=f"tasks:{group.stage_id}",
        sentence=f"{sentence}: {label}?" if label else f"{sentence}.",
        url=reverse("applications:stage-tasks", args=[group.stage_id]),
        action="Review",
        weight=TASKS_WEIGHT,
    )


def _offered(extension: Extension, membership: Membership) -> Sequence[WorkItem]:
    items = list(extension.work_items(membership)) if extension.is_used_by(membership.company) else []
    for item in items:
        if not isinstance(item, WorkItem):
            raise TypeError(f"{item!r} is not a WorkItem.")
    return items
