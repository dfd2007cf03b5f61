"""Moves promised deadlines when a company changes its time zone, or the zone its rules: later, and never earlier."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from integrations.requests import changes
from integrations.requests.lifecycle import Entry
from integrations.spark_hire import deadlines
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.flow import move_deadline
from integrations.spark_hire.models import InterviewRequest, InterviewRequestQuerySet
from recruiting.foundation import clock


def zone_changed(*, company_id: UUID) -> int:
    """Move the open deadlines that a company's new time zone makes later; return how many moved.

    The others stay: an instant that was promised to a candidate never moves earlier.
    """
    moved = 0
    with transaction.atomic():
        for request in _locked_promises(InterviewRequest.objects.filter(company_id=company_id)):
            zone = request.company.zone
            later = deadlines.later_in(zone, day=request.expires_on, instant=request.expires_at)
            if later is not None:
                request.time_zone = request.company.time_zone
                _move_later(request, later)
                changes.tell(request, Entry.RESCHEDULED, detail=words.zone_sentence(request))
                moved += 1
    return moved


def zone_rules_changed() -> int:
    """Move the open deadlines that the rules of their own zones, as they are now, make later; return how many moved.

    Asks what differs, not which release was seen before, so it may run at any time and any number of times.
    """
    moved = 0
    promised = InterviewRequest.objects.promised(clock.now())
    for day, zone, instant in promised.values_list("expires_on", "time_zone", "expires_at").distinct():
        later = deadlines.later_in(ZoneInfo(zone), day=day, instant=instant)
        if later is None:
            continue
        with transaction.atomic():
            alike = InterviewRequest.objects.filter(expires_on=day, time_zone=zone, expires_at=instant)
            for request in _locked_promises(alike):
                _move_later(request, later)
                changes.tell(request, Entry.RESCHEDULED, detail=words.rules_sentence(request))
                moved += 1
    return moved


def _locked_promises(requests: InterviewRequestQuerySet) -> InterviewRequestQuerySet:
    related = requests.promised(clock.now()).select_related("company", "application", "installation")
    return related.select_for_update(of=("self",)).order_by("id")


def _move_later(request: InterviewRequest, instant: datetime) -> None:
    request.expires_at = instant
    request.save(update_fields=["expires_at", "time_zone"])
    if request.vendor_id:
        move_deadline.enqueue(request)
