"""Home: what needs the reader now, their jobs, and what happened."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import selectors, tasks
from recruiting.candidates.models import Candidate
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.extensions import Extension, WorkItem
from recruiting.foundation import clock
from recruiting.foundation.pagination import bounded_count
from recruiting.foundation.permissions import Action
from recruiting.foundation.wording import plural
from recruiting.outbox import heartbeat
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import pages

JOBS_SHOWN = 10
TASKS_WEIGHT = 40
LEADS_WEIGHT = 50
FILES_WEIGHT = 80
UNMOVED_WEIGHT = 90
SHARED_WEIGHT = 95


@page("GET")
def home(request: MemberRequest) -> HttpResponse:
    """Show what needs the member, their jobs and the newsfeed."""
    membership = request.membership
    jobs = selectors.my_jobs(membership)
    may_create_job = membership.can(Action.CREATE_JOB)
    context = {
        "work": sorted(_work(membership), key=lambda item: (item.weight, item.key)),
        "jobs": jobs[:JOBS_SHOWN],
        "more_jobs": len(jobs) > JOBS_SHOWN,
        "may_create_job": may_create_job,
        "whom_to_ask": "" if may_create_job else companies.whom_to_ask(request.company),
        "newsfeed": pages.newsfeed_of_company(request),
    }
    if membership.is_administrator and heartbeat.is_red():
        silent_for = heartbeat.age()
        context["stopped"] = True
        context["stopped_since"] = clock.machine_now() - silent_for if silent_for else None
    return render(request, "applications/home.html", context)


def _work(membership: Membership) -> list[WorkItem]:
    found: list[WorkItem] = []
    people = reverse("applications:candidates")
    leads = bounded_count(selectors.leads_to_convert(membership))
    if leads:
        sentence = f"{plural(leads, 'lead', 'leads')} to convert"
        found.append(WorkItem("leads", sentence, f"{people}?show=leads", "Review", LEADS_WEIGHT))
    unmoved = bounded_count(selectors.unmoved(membership, now=clock.now()))
    if unmoved:
        sentence = plural(unmoved, "candidate has", "candidates have") + " not moved for 10 days"
        found.append(WorkItem("unmoved", sentence, f"{people}?show=unmoved", "Review", UNMOVED_WEIGHT))
    unplaced = bounded_count(selectors.unplaced_files(membership))
    if unplaced:
        sentence = plural(unplaced, "file belongs to no job", "files belong to no job") + ": say where"
        url = reverse("applications:unplaced-files")
        found.append(WorkItem("files", sentence, url, "Review", FILES_WEIGHT))
    if membership.is_administrator:
        found += _shared_addresses(membership)
    waiting = tasks.waiting(membership)
    offers = {action: tasks.offer(action, membership.company) for action in {group.action for group in waiting}}
    found += [_task_item(group, offers[group.action].label) for group in waiting]
    found += extensions.collect(lambda extension: _offered(extension, membership), label="work items")
    return found


def _shared_addresses(membership: Membership) -> list[WorkItem]:
    """Return the item about people whose address is also an earlier person's, if there are any."""
    count = bounded_count(Candidate.objects.for_company(membership.company).sharing_an_address())
    if not count:
        return []
    sentence = (
        plural(count, "candidate shares", "candidates share") + " an email with an earlier one: change one of them"
    )
    url = f"{reverse('applications:candidates')}?show=shared"
    return [WorkItem("shared", sentence, url, "Review", SHARED_WEIGHT)]


def _task_item(group: tasks.Waiting, label: str) -> WorkItem:
    sentence = plural(group.count, "candidate waits", "candidates wait") + f" in {group.stage}"
    return WorkItem(
        key=f"tasks:{group.stage_id}:{group.action}",
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
