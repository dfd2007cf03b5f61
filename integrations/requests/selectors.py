"""Reads about any vendor's requests, for pages, chips and the home page. Nothing here writes or talks to the vendor."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from integrations import outbound
from integrations.requests.flow import Request, RequestFlow
from integrations.requests.models import VendorRequest, VendorRequestQuerySet
from recruiting.applications import selectors as applications
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.extensions import Badge, Chip, WorkItem
from recruiting.foundation import clock, formatting, memo, pagination
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action
from recruiting.jobs import access

IN_THE_RUNNING = (Application.State.ACTIVE, Application.State.HIRED)
_SHOWN = 50


def rows_of(flow: RequestFlow[Request]) -> VendorRequestQuerySet[Any]:
    """Return all requests of a flow."""
    return cast(VendorRequestQuerySet[Any], flow.model._default_manager.all())


# ── One application ──────────────────────────────────────────────────────────────────────────────────────────────────
def history(flow: RequestFlow[Request], application: Application) -> list[Any]:
    """Return an application's requests, newest first."""
    read = partial(_history, flow.model, application.pk)
    found: list[Any] = memo.once(("history", flow.model, application.pk), read)
    for request in found:
        request.application, request.company = application, application.company
    return found


@compiled
def _history(model: type[VendorRequest], application_id: UUID) -> QuerySet[Any]:
    related = ("installation", "requested_by__user", "canceled_by__user", *model.flow.related)
    mine = model._default_manager.filter(application=application_id).order_by("-id")
    return mine.select_related(*related).prefetch_related(*model.flow.prefetched)[:_SHOWN]


def current(requests: Sequence[Any]) -> Any:
    """Return the request that the tab is about: the one that blocks the application, else the newest; None of none."""
    counting = [request for request in requests if not request.is_superseded]
    blocking = [request for request in counting if request.state in request.lifecycle.blocking]
    return next(iter(blocking or counting), None)


def counting(flow: RequestFlow[Request], application_ids: Collection[UUID]) -> Mapping[UUID, Any]:
    """Return the request that counts per application, in one query."""

    def read() -> Mapping[UUID, Any]:
        return {request.application_id: request for request in _counting(flow.model, tuple(application_ids))}

    return memo.once(("counting", flow.model, *application_ids), read)


@compiled
def _counting(model: type[VendorRequest], application_ids: tuple[UUID, ...]) -> QuerySet[Any]:
    return cast(VendorRequestQuerySet[Any], model._default_manager.all()).counting(application_ids)


def badge_of(flow: RequestFlow[Request], application: Application) -> Badge | None:
    """Return the badge of the request that counts, or None without one."""
    request = counting(flow, [application.pk]).get(application.pk)
    return flow.badge(request) if request else None


def chips(flow: RequestFlow[Request], application_ids: Collection[UUID], label: str) -> Mapping[UUID, Sequence[Chip]]:
    """Return the state of the request that counts, for board cards."""
    latest = counting(flow, application_ids)
    return {application_id: [Chip(label, flow.badge(request))] for application_id, request in latest.items()}


def delay_reason(request: VendorRequest) -> str:
    """Say why the tasks of a request wait although nobody needs to mend anything, or return ""."""
    ordering_keys = sorted({task.ordering_key_of(request) for task in request.flow.tasks.values()})
    read = partial(outbound.delay_reason, request.installation, *ordering_keys)
    return memo.once(("delay", request.installation_id, *ordering_keys), read)


# ── What needs somebody ──────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Looks:
    """Who looks at what needs them, and when (UTC)."""

    member: Membership
    jobs: tuple[UUID, ...] | None
    """The keys of the jobs whose applications they see, None for all."""
    sends: tuple[UUID, ...] | None
    """Of those where they may send requests."""
    now: datetime
    most: int | None = None
    """How many of what leads to the rows are looked at, where they are only counted."""

    @classmethod
    def of(cls, member: Membership) -> "Looks":
        """Return that of a member now."""
        jobs = applications.jobs_seen(member)
        sends = None if jobs is None else tuple(access.jobs_allowing(Action.SEND_REQUEST, member, jobs))
        return cls(member, jobs, sends, clock.now())


@dataclass(frozen=True)
class Worklist:
    """A line of the home page, and the list behind it."""

    key: str
    rows: Callable[["Looks"], QuerySet[Any]]
    """Returns what is listed. Composed once: see `recruiting.foundation.compiled`."""
    one: str
    many: str
    weight: int
    action: str = "Review"
    title: str = ""
    """Of the list."""
    related: Sequence[str] = ("application__candidate", "application__job", "company")
    """What the list shows of each row."""


def work_items(worklists: Sequence[Worklist], membership: Membership, *, prefix: str, url_name: str) -> list[WorkItem]:
    """Return what needs this member, with bounded counts; each links to its list."""
    who = Looks.of(membership)
    counts = _counts(tuple(worklist.rows for worklist in worklists), who.member, who.jobs, who.sends, who.now)
    items = []
    for number, worklist in enumerate(worklists):
        if count := counts.get(str(number), 0):
            sentence = formatting.plural(count, worklist.one, worklist.many, limit=pagination.WORK_TO)
            url = reverse(url_name, args=[worklist.key])
            items.append(WorkItem(f"{prefix}-{worklist.key}", sentence, url, worklist.action, worklist.weight))
    return items


@pagination.compiled_work
def _counts(
    rows: tuple[Callable[[Looks], QuerySet[Any]], ...],
    member: Membership,
    jobs: tuple[UUID, ...] | None,
    sends: tuple[UUID, ...] | None,
    now: datetime,
) -> Mapping[str, QuerySet[Any]]:
    return {
        str(number): read(Looks(member, jobs, sends, now, most=2 * pagination.WORK_TO))
        for number, read in enumerate(rows)
    }


def not_replaced(rows: QuerySet[Any], *same: str) -> QuerySet[Any]:
    """Return, of requests that could not be sent, those without a newer one for the application (and the `same`)."""
    alike = {field: OuterRef(field) for field in ("application", *same)}
    newer = rows.model._default_manager.filter(id__gt=OuterRef("id"), **alike)
    return rows.filter(state="failed").filter(~Exists(newer))


def open_count(flow: RequestFlow[Request], company: Company) -> int:
    """Return how many requests of a company run, here or still at the vendor."""
    return rows_of(flow).for_company(company).running().count()


def in_the_running(rows: QuerySet[Any], who: Looks, jobs: tuple[UUID, ...] | None) -> QuerySet[Any]:
    """Return the requests on these jobs (None: all of the company) whose candidates are still in the running."""
    running = Application.objects.filter(state__in=IN_THE_RUNNING)
    return about(rows.filter(company=who.member.company), running if jobs is None else running.filter(job__in=jobs))


def about(rows: QuerySet[Any], applications: QuerySet[Application]) -> QuerySet[Any]:
    """Return the requests of these applications, which are looked up one by one: requests are few, applications many.

    A join or EXISTS leaves the choice to PostgreSQL, which reads all applications of a company of 100,000 instead.
    """
    its = Subquery(applications.filter(pk=OuterRef("application")).values("pk")[:1])
    found: QuerySet[Any] = rows.alias(application_of_it=its).filter(application_of_it__isnull=False)
    return found


# ── What a change elsewhere means here ───────────────────────────────────────────────────────────────────────────────
def run_on(rows: QuerySet[Any], one: str, many: str, whose: str) -> list[str]:
    """Say how many requests run on, and who some of those are that they are about.

    Args:
        rows: the requests, in the order in which they are named.
        one, many: such as "open reference check runs" and "open reference checks run".
        whose: what they have to do with the change, such as "Kim sent".
    """
    count = rows.count()
    if not count:
        return []
    invited = list(rows.values_list("invited_name", flat=True)[:3])
    more = f" and {count - len(invited)} more" if count > len(invited) else ""
    return [f"{formatting.plural(count, one, many)} on that {whose}: {formatting.join_names(invited)}{more}."]
