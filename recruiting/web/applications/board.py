"""What the board and the list of one job show, read in a bounded number of queries.

How the 60 cards of a board are shared out, and the chips of integrations. Filters are in `job_filters`; a move is a
service's business.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString

from recruiting import extensions
from recruiting.applications import selectors, tasks
from recruiting.applications.models import Application
from recruiting.candidates.models import CandidateTag
from recruiting.companies.models import Membership
from recruiting.extensions import Extension
from recruiting.foundation.compiled import Shape, compiled
from recruiting.foundation.pagination import Listed
from recruiting.jobs.models import Stage, StageAutomation, StageGroup
from recruiting.web.applications.cards import Card, Drawer
from recruiting.web.templatetags import ui

State = Application.State
MOVABLE = (State.ACTIVE, State.HIRED)
CARDS = 60
LEADS = 20
TAGS_ON_CARD = 2
LEADS_COLUMN = "leads"
EARLIEST = datetime.min.replace(tzinfo=UTC)
MOST_MORE = 20
"""How often a board's columns can be prolonged; the list goes on from there."""


Build = Callable[..., QuerySet[Application]]
Applications = QuerySet[Application] | Listed[Application]


@dataclass(frozen=True)
class Column:
    """One step of the process, or the leads."""

    key: str
    name: str
    count: int
    cards: Sequence[Card]
    drawn: SafeString
    """The cards as markup."""
    more: str
    """The query string that shows more of it, "" when all are there or the list goes on."""
    as_list: str
    """The query string of the list that shows the rest, "" when there is none or the board can show more."""
    starts: str
    """What entering the step starts, in a sentence."""


@dataclass(frozen=True)
class Group:
    """The columns of one stage group."""

    label: str
    columns: Sequence[Column]


@dataclass(frozen=True)
class Board:
    """All columns; `current` is the one that a phone shows."""

    groups: Sequence[Group]
    leads: Column
    total: int
    current: str


def read_board(
    found: Applications,
    *,
    stages: Sequence[Stage],
    membership: Membership,
    query: QueryDict,
    may_move: bool,
) -> Board:
    """Read the board of one job: counts, cards, tags and chips in one query each (chips: what extensions need).

    Args:
        found: the applications to show, filtered.
        stages: the steps of the job's process, in order.
        membership: who reads.
        query: the address's own, with `more` per prolonged column and `step` for the column of a phone.
        may_move: whether the reader may move cards.
    """
    counts = dict(_counts_of(found.build, *found.arguments) if isinstance(found, Listed) else _counts(found))
    wanted = _wanted_more(query)
    per_stage = [counts.get(stage.pk, 0) for stage in stages]
    quota: dict[UUID | None, int] = {
        stage.pk: share + CARDS * wanted.get(str(stage.pk), 0)
        for stage, share in zip(stages, share_out(per_stage, CARDS), strict=True)
    }
    quota[None] = LEADS + CARDS * wanted.get(LEADS_COLUMN, 0)
    shown = _read_cards(found, {key: places for key, places in quota.items() if places and counts.get(key)})
    cards = as_cards(shown, membership=membership, may_move=may_move)
    by_stage: dict[UUID | None, list[Card]] = {}
    for card in cards:
        by_stage.setdefault(card.application.stage_id, []).append(card)

    drawer = Drawer(membership.company, may_move=may_move)

    def column(key: str, name: str, stage: Stage | None) -> Column:
        shown = by_stage.get(stage.pk if stage else None, [])
        count = counts.get(stage.pk if stage else None, 0)
        more = as_list = ""
        if count > len(shown):
            more, as_list = (_more(query, key), "") if sum(wanted.values()) < MOST_MORE else ("", _as_list(query, key))
        return Column(key, name, count, shown, drawer.cards(shown), more, as_list, _starts(stage))

    columns = [column(str(stage.pk), stage.name, stage) for stage in stages]
    by_key = {one.key: one for one in columns}
    groups = [Group(label, [by_key[str(each.pk)] for each in grouped]) for _group, label, grouped in by_group(stages)]
    beside = column(LEADS_COLUMN, "Leads", None)
    return Board(
        groups=groups,
        leads=beside,
        total=sum(counts.values()),
        current=_current(query.get("step", ""), [*columns, beside]),
    )


def as_cards(applications: Sequence[Application], *, membership: Membership, may_move: bool) -> list[Card]:
    """Return applications (read with the people and sources) as cards with their chips."""
    chips = chips_of([application.pk for application in applications], membership)
    tags = _tags_of([application.candidate_id for application in applications])
    return [_card(one, tags.get(one.candidate_id, []), chips.get(one.pk, []), may_move) for one in applications]


def chips_of(ids: Sequence[UUID], membership: Membership) -> dict[UUID, list[SafeString]]:
    """Ask every extension of the company for the chips of many applications at once, drawn.

    Drawn inside the question, so that a tone or an icon that does not exist costs the chips of that extension alone.
    """

    def draw(extension: Extension) -> dict[UUID, list[SafeString]]:
        if not extension.is_enabled_for(membership.company):
            return {}
        return {
            key: [ui.badge(c.badge.tone, f"{c.label}: {c.badge.word}", icon=c.badge.icon) for c in chips]
            for key, chips in extension.chips(ids, membership).items()
        }

    return extensions.collect_by_key(draw, label="chips") if ids else {}


def by_group(stages: Sequence[Stage]) -> list[tuple[str, str, list[Stage]]]:
    """Return the stage groups that have steps: the group, its label and its steps."""
    grouped = [(group, label, [each for each in stages if each.group == group]) for group, label in StageGroup.choices]
    return [each for each in grouped if each[2]]


def share_out(counts: Sequence[int], places: int) -> list[int]:
    """Share `places` cards among columns of these sizes: small columns whole, the rest equally among the others."""
    shares = [0] * len(counts)
    while places > 0:
        hungry = [index for index, count in enumerate(counts) if count > shares[index]]
        if not hungry:
            break
        each = max(places // len(hungry), 1)
        for index in hungry:
            given = min(each, counts[index] - shares[index], places)
            shares[index] += given
            places -= given
    return shares


def _counts(found: QuerySet[Application]) -> QuerySet[Application, tuple[UUID | None, int]]:
    return found.order_by().values("stage").annotate(people=Count("pk")).values_list("stage", "people")


@compiled
def _counts_of(build: Build, *arguments: Any) -> QuerySet[Application, tuple[UUID | None, int]]:
    return _counts(build(*arguments))


def _read_cards(found: Applications, quota: Mapping[UUID | None, int]) -> list[Application]:
    """Return the first of each stage, None for the leads, in the order of a board."""
    if not quota:
        return []
    leads, stages = quota.get(None), {key: places for key, places in quota.items() if key is not None}
    if isinstance(found, Listed):
        shown = _cards_of(found.build, Shape(len(stages)), leads, *stages, *stages.values(), *found.arguments)
    else:
        shown = list(_cards(found, [*stages], [*stages.values()], leads))
    return sorted(shown, key=lambda one: (one.stage_entered_at or EARLIEST, one.pk), reverse=True)


@compiled
def _cards_of(build: Build, stages: Shape[int], leads: int | None, *rest: Any) -> QuerySet[Application]:
    end = 2 * stages.value
    return _cards(build(*rest[end:]), rest[: stages.value], rest[stages.value : end], leads)


def _cards(
    found: QuerySet[Application], stages: Sequence[UUID], places: Sequence[int], leads: int | None
) -> QuerySet[Application]:
    """Return so many of each stage and of the leads.

    Each stage is cut off apart, so that the database reads no more of it than is shown (index application_cards).
    """
    first = [
        found.filter(stage=stage_id).order_by("-stage_entered_at", "-id")[:limit]
        for stage_id, limit in zip(stages, places, strict=True)
    ]
    if leads is not None:
        first.append(found.filter(stage=None).order_by("-id")[:leads])
    # SQLite takes a LIMIT in a part of a UNION only one level down.
    parts = [Application.objects.filter(pk__in=each.values("pk")).values("pk") for each in first]
    shown = Application.objects.filter(pk__in=parts[0].union(*parts[1:], all=True))
    return selectors.for_cards(shown)


def _tags_of(candidates: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the names of people's tags in order."""
    named: dict[UUID, list[str]] = {}
    for candidate, name in sorted(_tags(tuple(candidates)), key=lambda row: row[1].lower()):
        named.setdefault(candidate, []).append(name)
    return named


@compiled
def _tags(candidates: tuple[UUID, ...]) -> QuerySet[CandidateTag, tuple[UUID, str]]:
    return CandidateTag.objects.filter(candidate__in=candidates).values_list("candidate", "tag__name")


def _card(application: Application, tags: Sequence[str], chips: Sequence[SafeString], may_move: bool) -> Card:
    return Card(
        application=application,
        tags=tags[:TAGS_ON_CARD],
        more_tags=max(len(tags) - TAGS_ON_CARD, 0),
        chips=chips,
        movable=may_move and application.state in MOVABLE,
    )


def _wanted_more(query: QueryDict) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for key in query.getlist("more")[:MOST_MORE]:
        wanted[key] = wanted.get(key, 0) + 1
    return wanted


def _more(query: QueryDict, key: str) -> str:
    longer = query.copy()
    longer.appendlist("more", key)
    return longer.urlencode()


def _as_list(query: QueryDict, key: str) -> str:
    listed = query.copy()
    listed.pop("more", None)
    listed["view"], listed["step"] = "list", key
    return listed.urlencode()


def starts(stage: Stage | None) -> tuple[str, bool]:
    """Return what entering a step starts ("" for nothing) and whether a person is asked first."""
    automation = getattr(stage, "automation", None)
    action = extensions.stage_action(automation.action) if automation else None
    if automation is None or action is None:
        return "", False
    return tasks.labeled(action.label, automation.settings_label), automation.mode == StageAutomation.Mode.ASK


def _starts(stage: Stage | None) -> str:
    label, asks = starts(stage)
    if not label:
        return ""
    return f"Moving here asks first: {label}" if asks else f"Moving here starts: {label}"


def _current(asked: str, columns: Iterable[Column]) -> str:
    every = list(columns)
    if asked in {column.key for column in every}:
        return asked
    return next((column.key for column in every if column.count), every[0].key)
