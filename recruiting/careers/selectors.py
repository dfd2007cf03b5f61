"""What members read about applications that came in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from recruiting.applications.models import Application
from recruiting.careers.models import DataRequest, Submission
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job

COUNT_TO = 99
KINDS = ("new", "again", "held", "requests")
SUBMISSIONS_SHOWN = 20
State = Submission.State


def submissions_of(application: Application) -> Sequence[Submission]:
    """Return what was sent for an application, newest first; read once per page."""
    kept: Sequence[Submission] | None = application.__dict__.get("_submissions")
    if kept is None:
        rows = Submission.objects.filter(application=application).select_related("source", "notice", "referrer__user")
        kept = list(rows.order_by("-id")[:SUBMISSIONS_SHOWN])
        application.__dict__["_submissions"] = kept
    return kept


def inbox(membership: Membership, kind: str) -> "QuerySet[Submission]":
    """Return the submissions of one kind that a member sees to, oldest first.

    Args:
        kind: "new": first applications that nobody looked at; "again": further ones of people whose application is
            closed or hired; "held"; "discarded".
    """
    action = Action.ADD_CANDIDATE if kind in ("held", "discarded") else Action.MOVE_APPLICATION
    jobs = Job.objects.allowing(action, membership)
    rows = Submission.objects.for_company(membership.company).filter(posting__job__in=jobs)
    if kind in ("held", "discarded"):
        return rows.filter(state=State.HELD if kind == "held" else State.DISCARDED)
    rows = rows.filter(state=State.TAKEN, seen_at=None)
    return rows.filter(applied_again="") if kind == "new" else rows.exclude(applied_again="")


def data_requests(membership: Membership) -> "QuerySet[DataRequest]":
    """Return what people asked for about their data and nobody has done; nothing for who is no Administrator."""
    rows = DataRequest.objects.for_company(membership.company).filter(done_at=None)
    return rows if membership.is_administrator else rows.none()


def count_inbox(membership: Membership) -> Mapping[str, int]:
    """Return how many there are of each kind, up to one more than are counted."""
    found: dict[str, QuerySet[Any]] = {kind: inbox(membership, kind) for kind in ("new", "again", "held")}
    found["requests"] = data_requests(membership)
    return {kind: len(rows.order_by().values_list("pk")[: COUNT_TO + 1]) for kind, rows in found.items()}
