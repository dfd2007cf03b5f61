"""What an act on many asks, once for all of them; `params()` is what its run keeps."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from recruiting.candidates.services import TAG_LENGTH
from recruiting.companies.models import Membership
from recruiting.foundation.fields import LineField
from recruiting.foundation.permissions import Action, CompanyRole
from recruiting.jobs.models import HiringTeamMember, Job
from recruiting.jobs.selectors import stages_of
from recruiting.web.applications.board import by_group
from recruiting.web.applications.forms import APPLIED, LEAD
from recruiting.web.applications.selection import Selection
from recruiting.web.companies.forms import MemberField
from recruiting.web.forms import set_choices

_SEE_ALL = (CompanyRole.ADMINISTRATOR, CompanyRole.STAFFING)


class ActForm(forms.Form):
    """What every act asks: nothing. `said` is the end of the run's title."""

    choices: ClassVar[bool] = False

    def __init__(self, *args: Any, selection: Selection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.selection, self.membership = selection, selection.membership
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def params(self) -> Mapping[str, Any]:
        """Return what was answered, in ids and plain values."""
        return dict(self.cleaned_data)

    def said(self) -> str:
        """Return how the title of the run ends, such as "to Phone Screen"."""
        return ""


class MoveForm(ActForm):
    """Where to."""

    stage = forms.ChoiceField(
        label="Step",
        error_messages={"required": "Choose a step.", "invalid_choice": "Choose a step from the list."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = stages_of(self.selection.job) if self.selection.job else []
        self._names = {str(step.pk): step.name for step in steps}
        grouped = [(label, [(str(step.pk), step.name) for step in its]) for _, label, its in by_group(steps)]
        set_choices(self, stage=[("", "Choose a step"), *grouped])

    def said(self) -> str:
        """Return where to."""
        return f"to {self._names[self.cleaned_data['stage']]}"


class ReasonForm(ActForm):
    """Why the applications end."""

    choices = True
    reason = LineField(
        label="Reason",
        max_length=200,
        help_text="Your team reads it in the newsfeed; the candidates do not.",
        error_messages={"required": "Give a reason."},
    )


class TagForm(ActForm):
    """Which tag."""

    tag = LineField(label="Tag", max_length=TAG_LENGTH, error_messages={"required": "Enter a tag."})

    def said(self) -> str:
        """Return the tag."""
        return f"“{self.cleaned_data['tag']}”"


class OwnerForm(ActForm):
    """Who looks after them."""

    owner = MemberField(queryset=Membership.objects.none(), required=False, empty_label="Nobody")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.for_company(self.membership.company).active().select_related("user")
        if not self.membership.sees_all_jobs:  # as where one person gets an owner: who sees them anyway
            theirs = Job.objects.visible_to(self.membership).values("pk")
            colleagues = HiringTeamMember.objects.filter(job__in=theirs).values("membership")
            members = members.filter(Q(role__in=_SEE_ALL) | Q(pk__in=colleagues))
        set_choices(self, owner=members.order_by("user__first_name", "user__last_name", "id"))

    def params(self) -> Mapping[str, Any]:
        """Return the member, None for nobody."""
        owner = self.cleaned_data["owner"]
        return {"owner": str(owner.pk) if owner else None}


class AddForm(ActForm):
    """Onto which job, and as what."""

    job = forms.ModelChoiceField(
        queryset=Job.objects.none(),
        empty_label="Choose a job",
        error_messages={"required": "Choose a job.", "invalid_choice": "Choose a job from the list."},
    )
    kind = forms.ChoiceField(
        label="Added as",
        choices=[(APPLIED, "Applicant"), (LEAD, "Lead, has not applied")],
        initial=LEAD,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose applicant or lead.", "invalid_choice": "Choose applicant or lead."},
    )
    # The list's own `job` says where somebody was selected.
    prefix = "add"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jobs = Job.objects.allowing(Action.ADD_CANDIDATE, self.membership).exclude(state=Job.State.CLOSED)
        set_choices(self, job=jobs.order_by("title", "id"))

    def params(self) -> Mapping[str, Any]:
        """Return the job, and whether they have not applied."""
        return {"job": str(self.cleaned_data["job"].pk), "as_lead": self.cleaned_data["kind"] == LEAD}

    def said(self) -> str:
        """Return onto which job."""
        return f"({self.cleaned_data['job']})"


FORMS: Mapping[str, type[ActForm]] = {
    "move": MoveForm,
    "reject": ReasonForm,
    "withdraw": ReasonForm,
    "tag": TagForm,
    "owner": OwnerForm,
    "add": AddForm,
}
