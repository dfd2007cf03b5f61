"""What narrows the candidates of one job, on its board and in its list."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from recruiting.applications import selectors
from recruiting.applications.models import UNMOVED_AFTER, Application, ApplicationQuerySet
from recruiting.candidates.models import Candidate, Source, Tag
from recruiting.companies.models import Membership
from recruiting.foundation.pagination import Listed
from recruiting.jobs.models import Job, Stage, StageGroup
from recruiting.search import selectors as search
from recruiting.web.forms import set_choices

State = Application.State
RUNNING = (State.LEAD, State.ACTIVE, State.HIRED)
FEW = 500
"""So many people who are searched for are named by their keys."""
UNMOVED = f"No movement for {UNMOVED_AFTER.days} days"


class FilterForm(forms.Form):
    """What narrows the candidates of one job; every answer stands in the address, wrong ones count as none.

    Owners, sources and tags are those of the people on the job, whom whoever sees the job sees.

    Args:
        data: the address's own query.
        job: a job that the reader may see.
        with_choices: whether the fields offer all of them, which takes a look at everybody on the job, or no more than
            what is chosen.
    """

    q = forms.CharField(
        label="Search in this job", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    owner = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False, empty_label="Anyone")
    source = forms.ModelChoiceField(queryset=Source.objects.none(), required=False, empty_label="Any source")
    tag = forms.ModelChoiceField(queryset=Tag.objects.none(), required=False, empty_label="Any tag")
    unmoved = forms.BooleanField(label=UNMOVED, required=False)
    rejected = forms.BooleanField(label="Show rejected", required=False)

    def __init__(self, data: QueryDict, *, job: Job, with_choices: bool = False) -> None:
        super().__init__(data)
        self._job = job
        on_job = Application.objects.filter(job=job)
        choices: dict[str, Callable[[], QuerySet[Any]]] = {
            "owner": lambda: (
                Membership.objects.for_company(job.company)
                .filter(pk__in=on_job.values("candidate__owner"))
                .select_related("user")
                .order_by("user__first_name", "user__last_name")
            ),
            "source": lambda: (
                Source.objects.for_company(job.company).filter(pk__in=on_job.values("source")).order_by("name")
            ),
            "tag": lambda: (
                Tag.objects.for_company(job.company)
                .filter(candidates__in=on_job.values("candidate"))
                .distinct()
                .order_by("name")
            ),
        }
        set_choices(self, **{name: rows() for name, rows in choices.items() if with_choices or data.get(name)})
        self.full_clean()
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and not with_choices:
                chosen = self.cleaned_data.get(name)
                of_chosen = [(str(chosen.pk), field.label_from_instance(chosen))] if chosen else []
                field.widget.choices = [("", field.empty_label), *of_chosen]

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

    def apply(
        self, *, now: datetime, step: Stage | StageGroup | None = None, only_leads: bool = False
    ) -> QuerySet[Application] | Listed[Application]:
        """Return the job's applications that fit, with what a card shows, but for tags.

        Args:
            now: from when ten days without a movement are counted.
            step: only those in a step, which is read with them, or in the steps of a group.
            only_leads: only the leads.
        """
        asks, job = self.asks, self._job
        chosen = (asks[name].pk if name in asks else None for name in ("owner", "source", "tag"))
        flags = ("unmoved" in asks, "rejected" in asks, only_leads)
        arguments: Any = (job.pk, now, *chosen, *flags, step.pk if isinstance(step, Stage) else step)
        everybody: Callable[[None], ApplicationQuerySet] = partial(_found, *arguments)
        people = search.find(asks.get("q", ""), company=job.company)
        if people is None:
            return Listed(Application, _found, (*arguments, None))
        rows = everybody(None)
        # Few are looked up here, since a page asks for them in many parts.
        keys = list(rows.filter(people.among("candidate")).order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(keys) <= FEW:
            return Listed(Application, _found, (*arguments, tuple(keys)))
        return rows.filter(people.in_each("candidate"))


def _found(
    job: UUID,
    now: datetime,
    owner: UUID | None,
    source: UUID | None,
    tag: UUID | None,
    unmoved: bool,
    rejected: bool,
    only_leads: bool,
    step: UUID | StageGroup | None,
    keys: tuple[UUID, ...] | None,
) -> ApplicationQuerySet:
    """Return the applications of a job that fit, of those with these keys.

    No condition beside the job's says who sees them: the reader sees the job, and indexes lead by it.
    """
    found = selectors.for_cards(Application.objects.filter(job=job))
    if keys is not None:
        found = found.filter(pk__in=keys)
    if not rejected:
        found = found.filter(state__in=RUNNING)
    if owner:
        found = found.filter(candidate__owner=owner)
    if source:
        found = found.filter(source=source)
    if tag:
        found = found.filter(candidate__in=Candidate.objects.filter(tags=tag).values("pk"))
    if unmoved:
        found = found.unmoved(now=now)
    if only_leads:
        found = found.filter(stage=None)
    if isinstance(step, StageGroup):
        found = found.filter(stage__group=step)
    elif step:
        found = found.filter(stage=step)
    return found
