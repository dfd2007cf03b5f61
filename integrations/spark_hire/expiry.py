"""Midnight: every minute, whatever is open past its deadline expires.

Works on state and asks what is due, so it is right after an outage, with two clusters (`SKIP LOCKED` shares the work)
and in every time zone; in batches, so that its memory does not grow with what is due.
"""

import dataclasses
from datetime import datetime

from django.db import transaction

from integrations.spark_hire import entries, interviews, promises
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import AT_VENDOR, TABLE, Event, State
from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.base import clock
from recruiting.base.background import outbox

BATCH = 1000


def expire_due(now: datetime | None = None) -> int:
    """Expire every open request whose deadline has passed at `now` (UTC, the clock's by default); return how many."""
    instant = now or clock.now()
    total = 0
    while expired := _expire_batch(instant):
        total += expired
    return total


def _expire_batch(now: datetime) -> int:
    with transaction.atomic():
        due = list(
            InterviewRequest.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("company", "application", "installation")
            .order_by("expires_at", "id")[:BATCH]
        )
        if not due:
            return 0
        assert all(TABLE[State(request.state), Event.MIDNIGHT].to == State.EXPIRED for request in due)
        InterviewRequest.objects.filter(pk__in=[request.pk for request in due]).update(
            state=State.EXPIRED, closed_at=now, updated_at=now
        )
        feed.publish_many([_entry(request, now) for request in due])
        outbox.publish_many([promises.refresh_message(request) for request in due if request.state in AT_VENDOR])
    return len(due)


def _entry(request: InterviewRequest, now: datetime) -> NewsfeedEntry:
    detail = interviews.expired_detail(request)
    return NewsfeedEntry(
        company_id=request.company_id,
        verb=entries.Expired.verb,
        application_id=request.application_id,
        job_id=request.application.job_id,
        candidate_id=request.application.candidate_id,
        subject_id=request.pk,
        payload=dataclasses.asdict(entries.InterviewFact(candidate=request.invited_name, detail=detail)),
        occurred_at=now,
    )
