"""Reads about video interviews, for pages, chips and the home page. Nothing here writes or talks to the vendor."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from integrations.spark_hire.states import HOLDING, OPEN, State
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.extensions import Badge, Chip, WorkItem
from recruiting.foundation import clock

BADGES: Mapping[State, Badge] = {
    State.QUEUED: Badge("Sending", "send", "neutral"),
    State.SENT: Badge("Requested", "mail-forward", "info"),
    State.ACCEPTED: Badge("Accepted", "user-check", "info"),
    State.STARTED: Badge("In Progress", "progress", "info"),
    State.COMPLETED: Badge("Complete", "circle-check", "success"),
    State.EXPIRED: Badge("Expired", "clock-x", "warning"),
    State.CANCELED: Badge("Canceled", "ban", "neutral"),
    State.FAILED: Badge("Failed", "alert-triangle", "danger"),
}
NEVER_SENT = Badge("Not sent", "clock-x", "warning")
WAITING = Badge("Waiting", "clock-pause", "warning")
SOON = timedelta(hours=48)


def history(application: Application) -> list[InterviewRequest]:
    """Return an application's requests, newest first."""
    found = list(
        InterviewRequest.objects.filter(application=application)
        .select_related("installation", "requested_by__user", "canceled_by__user")
        .order_by("-id")[:50]
    )
    for request in found:
        request.company = application.company
    return found


def current(requests: Sequence[InterviewRequest]) -> InterviewRequest | None:
    """Return the request that the tab is about: the one that holds the application, else the newest."""
    counting = [request for request in requests if not request.is_superseded]
    holding = [request for request in counting if request.state in HOLDING]
    return next(iter(holding or counting), None)


def badge(request: InterviewRequest, now: datetime) -> Badge:
    """Return a request's state in words."""
    if request.state == State.QUEUED and (request.matches or request.failure):
        return WAITING
    return NEVER_SENT if request.was_never_sent(now) else BADGES[request.state_at(now)]


def latest_by_application(application_ids: Sequence[UUID]) -> Mapping[UUID, InterviewRequest]:
    """Return the request that counts per application, in one query."""
    return {request.application_id: request for request in InterviewRequest.objects.counting(application_ids)}


def chips(application_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Chip]]:
    """Return the state of the request that counts, for board cards."""
    now = clock.now()
    return {
        application_id: [Chip("Video", badge(request, now))]
        for application_id, request in latest_by_application(application_ids).items()
    }


def open_count(company: Company) -> int:
    """Return how many requests of a company run, here or still at the vendor."""
    return InterviewRequest.objects.for_company(company).running().count()


def failed(membership: Membership) -> QuerySet[InterviewRequest]:
    """Return the requests that could not be sent and that nobody has replaced."""
    newer = InterviewRequest.objects.filter(application=OuterRef("application"), id__gt=OuterRef("id"))
    return _of_the_running(membership).filter(state=State.FAILED).filter(~Exists(newer))


def expiring(membership: Membership) -> QuerySet[InterviewRequest]:
    """Return the open requests that expire within 48 hours."""
    now = clock.now()
    return _of_the_running(membership).filter(state__in=OPEN, expires_at__gt=now, expires_at__lte=now + SOON)


def to_watch(membership: Membership) -> QuerySet[InterviewRequest]:
    """Return the completed interviews that this member has not watched."""
    watched = InterviewViewing.objects.filter(request=OuterRef("pk"), membership=membership)
    return _of_the_running(membership).filter(state=State.COMPLETED, is_superseded=False).filter(~Exists(watched))


def work_items(membership: Membership) -> list[WorkItem]:
    """Return what needs this member: failed, expiring and unwatched interviews."""
    lines = (
        ("failed", failed(membership), "request could not be sent", "requests could not be sent", "Review", 10),
        (
            "expiring",
            expiring(membership),
            "video interview expires within 48 hours",
            "video interviews expire within 48 hours",
            "Review",
            20,
        ),
        ("to-watch", to_watch(membership), "video interview to watch", "video interviews to watch", "Watch", 30),
    )
    items = []
    for key, rows, one, many, action, weight in lines:
        count = rows[:100].count()
        if count:
            number = "99+" if count > 99 else str(count)
            items.append(
                WorkItem(
                    key=f"video-{key}",
                    sentence=f"{number} {one if count == 1 else many}",
                    url=reverse("spark_hire:worklist", args=[key]),
                    action=action,
                    weight=weight,
                )
            )
    return items


def _of_the_running(membership: Membership) -> QuerySet[InterviewRequest]:
    return InterviewRequest.objects.visible_to(membership).filter(application__state__in=["active", "hired"])
