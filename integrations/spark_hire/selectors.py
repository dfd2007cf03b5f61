"""Reads about video interviews, for the home page and before somebody confirms a change. Nothing here writes."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef

from integrations import installations
from integrations.models import Credential
from integrations.requests import selectors
from integrations.requests.selectors import Worklist
from integrations.spark_hire import SLUG, deadlines
from integrations.spark_hire.lifecycle import OPEN, State
from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from recruiting.companies.models import Membership
from recruiting.extensions import MemberDeactivation, ProposedChange, TimeZoneChange
from recruiting.foundation import clock, wording

SOON = timedelta(hours=48)
# How many names a sentence lists.
NAMED = 30


def worklists(membership: Membership) -> list[Worklist]:
    """Return what needs this member: failed, expiring and unwatched interviews."""
    mine = selectors.in_the_running(InterviewRequest.objects.all(), membership)
    now = clock.now()
    watched = InterviewViewing.objects.filter(request=OuterRef("pk"), membership=membership)
    complete = mine.filter(state=State.COMPLETED, is_superseded=False)
    return [
        Worklist(
            "failed",
            selectors.not_replaced(mine),
            "request could not be sent",
            "requests could not be sent",
            10,
        ),
        Worklist(
            "expiring",
            mine.filter(state__in=OPEN, expires_at__gt=now, expires_at__lte=now + SOON),
            "video interview expires within 48 hours",
            "video interviews expire within 48 hours",
            20,
        ),
        Worklist(
            "to-watch",
            complete.filter(~Exists(watched)),
            "video interview to watch",
            "video interviews to watch",
            30,
            "Watch",
        ),
    ]


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
    for name, day, instant in running.order_by("expires_at", "id").values_list(
        "invited_name", "expires_on", "expires_at"
    ):
        if day is None:
            exact.append(name)
        else:
            later = deadlines.later_in(change.zone, day=day, instant=instant)
            (stays if later is None else moves).append(name)
    place = wording.zone_name(change.zone).removesuffix(" time")
    groups = (
        (moves, "moves", "move", f"to midnight in {place}, which is later"),
        (stays, "stays", "stay", f"as promised, since midnight in {place} is no later"),
        (exact, "stays", "stay", "at the time that was set in Spark Hire"),
    )
    return [
        f"{wording.plural(len(names), f'video interview deadline {one}', f'video interview deadlines {many}')} "
        f"{where}: {_named(names)}."
        for names, one, many, where in groups
        if names
    ]


def _named(names: list[str]) -> str:
    shown, more = names[:NAMED], len(names) - NAMED
    return f"{', '.join(shown)} and {more} more" if more > 0 else _joined(shown)


def _joined(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _of_deactivation(change: MemberDeactivation) -> list[str]:
    member: Membership = change.membership
    installation = installations.find(member.company, SLUG)
    if installation is None:
        return []
    name = member.user.get_short_name()
    sentences = []
    mine = Credential.objects.filter(installation=installation, membership=member).exclude(
        state=Credential.State.MISSING
    )
    if mine.exists():
        sentences.append(f"{name}'s Spark Hire key stops being used.")
    primary = installation.primary_credential
    if primary is not None and primary.membership_id == member.pk:
        sentences.append(f"{name} is the Primary User: choose another one, or status updates stop.")
    sentences.extend(_open_ones(member, name))
    return sentences


def _open_ones(member: Membership, name: str) -> list[str]:
    mine = InterviewRequest.objects.for_company(member.company).filter(requested_by=member).running()
    count = mine.count()
    if not count:
        return []
    invited = list(mine.order_by("expires_at").values_list("invited_name", flat=True)[:3])
    more = f" and {count - len(invited)} more" if count > len(invited) else ""
    requests = wording.plural(count, "open video interview request runs", "open video interview requests run")
    return [f"{requests} on that {name} sent: {wording.listing(invited)}{more}."]
