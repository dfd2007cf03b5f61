"""Reads about video interviews, for the home page and before somebody confirms a change. Nothing here writes."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from integrations.requests import selectors
from integrations.requests.selectors import Looks, Worklist
from integrations.spark_hire import deadlines
from integrations.spark_hire.lifecycle import OPEN, State
from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from integrations.spark_hire.settings.page import PAGES
from recruiting.extensions import MemberDeactivation, ProposedChange, TimeZoneChange
from recruiting.foundation import clock, formatting

SOON = timedelta(hours=48)
# How many names a sentence lists.
NAMED = 30


def _running(who: Looks) -> QuerySet[InterviewRequest]:
    return selectors.in_the_running(InterviewRequest.objects.all(), who, who.jobs)


def _failed(who: Looks) -> QuerySet[InterviewRequest]:
    return selectors.not_replaced(_running(who))


def _expiring(who: Looks) -> QuerySet[InterviewRequest]:
    return _running(who).filter(state__in=OPEN, expires_at__gt=who.now, expires_at__lte=who.now + SOON)


def _to_watch(who: Looks) -> QuerySet[InterviewRequest]:
    watched = InterviewViewing.objects.filter(request=OuterRef("pk"), membership=who.member)
    return _running(who).filter(~Exists(watched), state=State.COMPLETED, is_superseded=False)


WORKLISTS = (
    Worklist(
        "failed",
        _failed,
        "request could not be sent",
        "requests could not be sent",
        10,
        title="Requests that could not be sent",
    ),
    Worklist(
        "expiring",
        _expiring,
        "video interview expires within 48 hours",
        "video interviews expire within 48 hours",
        20,
        title="Video interviews that expire within 48 hours",
    ),
    Worklist(
        "to-watch",
        _to_watch,
        "video interview to watch",
        "video interviews to watch",
        30,
        "Watch",
        title="Video interviews to watch",
    ),
)


# ── What a change elsewhere means here ───────────────────────────────────────────────────────────────────────────────
def impact(change: ProposedChange) -> Sequence[str]:
    """Return what a change that somebody is about to confirm means for video interviews, in sentences."""
    if isinstance(change, TimeZoneChange):
        return _of_zone(change)
    return _of_deactivation(change)


def _of_zone(change: TimeZoneChange) -> list[str]:
    """Say which open requests get a later deadline and which keep theirs, by the names of those invited."""
    moves: list[str] = []
    stays: list[str] = []
    exact: list[str] = []
    running = InterviewRequest.objects.for_company(change.company).filter(state__in=OPEN, expires_at__gt=clock.now())
    columns = ("invited_name", "expires_on", "expires_at")
    for name, day, instant in running.order_by("expires_at", "id").values_list(*columns):
        later = deadlines.later_in(change.zone, day=day, instant=instant)
        (exact if day is None else stays if later is None else moves).append(name)
    place = formatting.zone_name(change.zone).removesuffix(" time")
    groups = (
        (moves, "moves", "move", f"to midnight in {place}, which is later"),
        (stays, "stays", "stay", f"as promised, since midnight in {place} is no later"),
        (exact, "stays", "stay", "at the time that was set in Spark Hire"),
    )
    return [
        f"{formatting.plural(len(names), f'video interview deadline {one}', f'video interview deadlines {many}')} "
        f"{where}: {_named(names)}."
        for names, one, many, where in groups
        if names
    ]


def _named(names: list[str]) -> str:
    shown, more = names[:NAMED], len(names) - NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _of_deactivation(change: MemberDeactivation) -> list[str]:
    member = change.membership
    sent = InterviewRequest.objects.for_company(member.company).filter(requested_by=member).running()
    one, many = "open video interview request runs", "open video interview requests run"
    whose = f"{member.short_name} sent"
    return [*PAGES.deactivated(member), *selectors.run_on(sent.order_by("expires_at"), one, many, whose)]
