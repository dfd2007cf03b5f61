"""What the board and the list of one job show, read in a bounded number of queries.

Filters, how the 60 cards of a board are shared out, and the chips of integrations. Moving a card is a service.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.utils.safestring import SafeString

from recruiting import extensions
from recruiting.applications import tasks
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate, Source, Tag
from recruiting.companies.models import Membership
from recruiting.extensions import Extension
from recruiting.jobs.models import Job, Stage, StageAutomation, StageGroup
from recruiting.web.forms import set_choices
from recruiting.web.templatetags import ui

State = Application.State
RUNNING = (State.LEAD, State.ACTIVE, State.HIRED)
MOVABLE = (State.ACTIVE, State.HIRED)
CARDS = 60
LEADS = 20
TAGS_ON_CARD = 2
UNMOVED_FOR = timedelta(days=10)
LEADS_COLUMN = "leads"
MOST_MORE = 20
"""How often a board's columns can be prolonged; the list goes on from there."""


class FilterForm(forms.Form):
    """What narrows the candidates of one job; every answer stands in the address, wrong ones count as none."""

    q = forms.CharField(
        label="Search in this job", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    owner = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False, empty_label="Anyone")
    source = forms.ModelChoiceField(queryset=Source.objects.none(), required=False, empty_label="Any source")
    tag = forms.ModelChoiceField(queryset=Tag.objects.none(), required=False, empty_label="Any tag")
    unmoved = forms.BooleanField(label="No movement for 10 days", required=False)
    rejected = forms.BooleanField(label="Show rejected", required=False)

    def __init__(self, data: QueryDict, *, job: Job) -> None:
        super().__init__(data)
        on_job = Application.objects.filter(job=job)
        people = on_job.values("candidate")
        set_choices(
            self,
            owner=Membership.objects.for_company(job.company)
            .filter(pk__in=on_job.values("candidate__owner"))
            .select_related("user")
            .order_by("user__first_name", "user__last_name"),
            source=Source.objects.for_company(job.company).filter(pk__in=on_job.values("source")).order_by("name"),
            tag=Tag.objects.for_company(job.company).filter(candidates__in=people).distinct().order_by("name"),
        )
        self.full_clean()

    @property
    def asks(self) -> Mapping[str, Any]:
        """Return the answers that narrow or widen the candidates."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether somebody may be hidden by an answer."""
        return bool(set(self.asks) - {"rejected"})

    @property
    def further(self) -> int:
        """Return how many answers stand behind "More filters"."""
        return len(set(self.asks) - {"q", "rejected"})

    def apply(self, applications: QuerySet[Application], *, job: Job, now: datetime) -> QuerySet[Application]:
        """Return the job's applications that fit."""
        asks = self.asks
        found = applications.filter(job=job)
        if not asks.get("rejected"):
            found = found.filter(state__in=RUNNING)
        if "q" in asks:
            people = Candidate.objects.for_company(job.company).matching(asks["q"])
            found = found.filter(candidate__in=people.values("pk"))
        if "owner" in asks:
            found = found.filter(candidate__owner=asks["owner"])
        if "source" in asks:
            found = found.filter(source=asks["source"])
        if "tag" in asks:
            found = found.filter(candidate__in=Candidate.objects.filter(tags=asks["tag"]).values("pk"))
        if "unmoved" in asks:
            found = found.filter(state=State.ACTIVE, stage_entered_at__lt=now - UNMOVED_FOR)
        return found


@dataclass(frozen=True)
class Card:
    """One person on the board or in the list."""

    application: Application
    tags: Sequence[str]
    more_tags: int
    chips: Sequence[SafeString]
    movable: bool


@dataclass(frozen=True)
class Column:
    """One step of the process, or the leads."""

    key: str
    name: str
    count: int
    cards: Sequence[Card]
    more: str
    """The query string that shows more of it, "" when all are there."""
    stage: Stage | None = None
    starts: str = ""
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
    columns: Sequence[Column] = field(default_factory=tuple)


def read_board(
    found: QuerySet[Application], *, stages: Sequence[Stage], membership: Membership, query: QueryDict, may_move: bool
) -> Board:
    """Read the board of one job: counts, cards, tags and chips in one query each (chips: what extensions need).

    Args:
        found: the applications to show, filtered.
        stages: the steps of the job's process, in order.
        membership: who reads.
        query: the address's own, with `more` per prolonged column and `step` for the column of a phone.
        may_move: whether the reader may move cards.
    """
    counts = _counts(found)
    wanted = _wanted_more(query)
    per_stage = [counts.get(stage.pk, 0) for stage in stages]
    quota = {
        stage.pk: share + CARDS * wanted.get(str(stage.pk), 0)
        for stage, share in zip(stages, share_out(per_stage, CARDS), strict=True)
    }
    in_stages = _read_cards(found, quota)
    leads = with_people(found.filter(stage=None)).order_by("-id")[: LEADS + CARDS * wanted.get(LEADS_COLUMN, 0)]
    cards = as_cards([*in_stages, *leads], membership=membership, may_move=may_move)
    by_stage: dict[UUID | None, list[Card]] = {}
    for card in cards:
        by_stage.setdefault(card.application.stage_id, []).append(card)

    def column(key: str, name: str, stage: Stage | None) -> Column:
        shown = by_stage.get(stage.pk if stage else None, [])
        count = counts.get(stage.pk if stage else None, 0)
        more = _more(query, key) if count > len(shown) and sum(wanted.values()) < MOST_MORE else ""
        return Column(key, name, count, shown, more, stage, _starts(stage))

    columns = [column(str(stage.pk), stage.name, stage) for stage in stages]
    by_key = {one.key: one for one in columns}
    groups = [Group(label, [by_key[str(each.pk)] for each in grouped]) for _group, label, grouped in by_group(stages)]
    beside = column(LEADS_COLUMN, "Leads", None)
    return Board(
        groups=groups,
        leads=beside,
        total=sum(counts.values()),
        current=_current(query.get("step", ""), [*columns, beside]),
        columns=columns,
    )


def as_cards(applications: Sequence[Application], *, membership: Membership, may_move: bool) -> list[Card]:
    """Return applications (read with `with_people`) as cards with their chips."""
    chips = chips_of([application.pk for application in applications], membership)
    return [_card(application, chips.get(application.pk, []), may_move) for application in applications]


def with_people(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return applications with everything that a card or a row of the list shows."""
    return applications.select_related("candidate__owner__user", "source", "stage").prefetch_related("candidate__tags")


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


def _counts(found: QuerySet[Application]) -> dict[UUID | None, int]:
    rows = found.order_by().values("stage").annotate(people=Count("pk"))
    return {row["stage"]: row["people"] for row in rows}


def _read_cards(found: QuerySet[Application], quota: Mapping[UUID, int]) -> list[Application]:
    shown = Q()
    for stage_id, places in quota.items():
        if places:
            shown |= Q(stage=stage_id, place__lte=places)
    if not shown:
        return []
    place = Window(RowNumber(), partition_by=F("stage"), order_by=[F("stage_entered_at").desc(), F("id").desc()])
    cards = with_people(found.exclude(stage=None)).annotate(place=place).filter(shown)
    return list(cards.order_by("-stage_entered_at", "-id"))


def _card(application: Application, chips: Sequence[SafeString], may_move: bool) -> Card:
    tags = sorted((tag.name for tag in application.candidate.tags.all()), key=str.lower)
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
