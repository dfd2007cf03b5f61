"""Moves promised deadlines when a company changes its time zone, or the zone its rules: later, and never earlier."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction

from integrations.requests import changes
from integrations.requests.lifecycle import Entry
from integrations.spark_hire import deadlines
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.flow import move_deadline
from integrations.spark_hire.models import InterviewRequest, InterviewRequestQuerySet
from recruiting import events
from recruiting.foundation import clock


def zone_changed(event: events.CompanyTimeZoneChanged) -> None:
    """Move the open deadlines that a company's new time zone makes later.

    The others stay: an instant that was promised to a candidate never moves earlier.
    """
    with transaction.atomic():
        for request in _locked_promises(InterviewRequest.objects.filter(company_id=event.company_id)):
            _move_if_later(request, request.company.time_zone, words.zone_sentence)


def zone_rules_changed() -> int:
    """Move the open deadlines that the rules of their own zones, as they are now, make later; return how many moved.

    Asks what differs, not which release was seen before, so it may run at any time and any number of times.
    """
    moved = 0
    promised = InterviewRequest.objects.promised(clock.now())
    for day, zone, instant in promised.values_list("expires_on", "time_zone", "expires_at").distinct():
        if deadlines.later_in(ZoneInfo(zone), day=day, instant=instant) is None:
            continue
        with transaction.atomic():
            alike = InterviewRequest.objects.filter(expires_on=day, time_zone=zone, expires_at=instant)
            moved += sum(_move_if_later(request, zone, words.rules_sentence) for request in _locked_promises(alike))
    return moved


def _locked_promises(requests: InterviewRequestQuerySet) -> InterviewRequestQuerySet:
    related = requests.promised(clock.now()).select_related("company", "application", "installation")
    return related.select_for_update(of=("self",)).order_by("id")


def _move_if_later(request: InterviewRequest, zone: str, sentence: Callable[[InterviewRequest], str]) -> bool:
    """Move a locked promise to its date in a zone, unless that is no later; return whether it moved."""
    later = deadlines.later_in(ZoneInfo(zone), day=request.expires_on, instant=request.expires_at)
    if later is None:
        return False
    request.write(expires_at=later, time_zone=zone)
    if request.vendor_id:
        move_deadline.enqueue(request)
    changes.write_entry(request, Entry.RESCHEDULED, detail=sentence(request))
    return True
