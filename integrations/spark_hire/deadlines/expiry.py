"""Expiry: every minute, whatever is open past its deadline expires.

Works on state and asks what is due, so it is right after an outage, with two clusters (`SKIP LOCKED` shares the work)
and in every time zone; in batches, and reading only the columns it needs, so that neither memory nor time grows with
what a request carries besides.
"""

import dataclasses
from datetime import datetime

from django.db import transaction

from integrations.requests.lifecycle import Call, Event
from integrations.spark_hire import activity, services
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.lifecycle import TABLE, State
from integrations.spark_hire.models import InterviewRequest
from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock

BATCH = 1000
_COLUMNS = (
    "state",
    "company_id",
    "time_zone",
    "installation_id",
    "application__job_id",
    "application__candidate_id",
    "invited_name",
    "expires_on",
    "expires_at",
    "vendor_id",
    "send_attempted_at",
    "failure",
)


def expire_due(now: datetime | None = None) -> int:
    """Expire every open request whose deadline has passed at `now` (UTC, the clock's by default); return how many."""
    instant = now or clock.now()
    total = 0
    while expired := _expire_batch(instant):
        total += expired
    return total


def _expire_batch(now: datetime) -> int:
    with transaction.atomic():
        due = InterviewRequest.objects.due(now).order_by("expires_at", "id")
        ids = list(due.select_for_update(skip_locked=True).values_list("id", flat=True)[:BATCH])
        if not ids:
            return 0
        requests = InterviewRequest.objects.filter(pk__in=ids)
        rows = list(requests.select_related("application").only(*_COLUMNS))
        requests.update(state=State.EXPIRED, closed_at=now, updated_at=now)
        told = {"integration": FLOW.slug, "state": State.EXPIRED}
        feed.publish_many([_entry(row, now) for row in rows], ids=lambda entry: told)
        FLOW.tasks[Call.REFRESH].enqueue_many(row for row in rows if _asks_the_vendor(row))
        services.stop_waiting([row.application_id for row in rows if not _asks_the_vendor(row)])
    return len(ids)


def _asks_the_vendor(request: InterviewRequest) -> bool:
    return TABLE[request.state, Event.MIDNIGHT].call == Call.REFRESH


def _entry(request: InterviewRequest, now: datetime) -> NewsfeedEntry:
    payload = activity.InterviewPayload(candidate=request.invited_name, detail=words.expired_detail(request, now))
    return NewsfeedEntry(
        company_id=request.company_id,
        verb=activity.TYPES["expired"].verb,
        application=request.application,
        job_id=request.application.job_id,
        candidate_id=request.application.candidate_id,
        subject_id=request.pk,
        payload=dataclasses.asdict(payload),
        occurred_at=now,
    )
