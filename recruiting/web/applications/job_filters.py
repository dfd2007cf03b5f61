"""What narrows the candidates of one job, on its board and in its list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from recruiting.applications.models import UNMOVED_AFTER, Application, ApplicationQuerySet
from recruiting.candidates.models import Candidate, Source, Tag
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from recruiting.search import selectors as search
from recruiting.web.forms import set_choices

State = Application.State
RUNNING = (State.LEAD, State.ACTIVE, State.HIRED)
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

    def apply(self, *, now: datetime) -> ApplicationQuerySet:
        """Return the job's applications that fit.

        No condition beside the job's says who sees them: the reader sees the job, and indexes lead by it.
        """
        asks, job = self.asks, self._job
        found: ApplicationQuerySet = Application.objects.filter(job=job)
        if not asks.get("rejected"):
            found = found.filter(state__in=RUNNING)
        if people := search.find(asks.get("q", ""), company=job.company):
            found = people.within(found, "candidate")
        if "owner" in asks:
            found = found.filter(candidate__owner=asks["owner"])
        if "source" in asks:
            found = found.filter(source=asks["source"])
        if "tag" in asks:
            found = found.filter(candidate__in=Candidate.objects.filter(tags=asks["tag"]).values("pk"))
        if "unmoved" in asks:
            found = found.unmoved(now=now)
        return found
