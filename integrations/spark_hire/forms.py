"""What people type about video interviews. Rules live in the services; forms only carry values and messages."""

from collections.abc import Sequence
from typing import Any

from django import forms

from integrations.models import Credential
from integrations.spark_hire import deadlines, wire
from recruiting.companies.models import Company, Membership
from recruiting.foundation import wording
from recruiting.foundation.fields import LineField
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import Job


class RequestForm(forms.Form):
    """The Expiration Date, kept as typed until the service reads it."""

    expires_on = forms.CharField(
        label="Expiration Date",
        max_length=40,
        widget=forms.DateInput(attrs={"type": "date", "autofocus": True}),
        error_messages={"required": deadlines.REQUIRED},
    )

    def __init__(self, *args: Any, company: Company, preview_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = company.today()
        field = self.fields["expires_on"]
        field.initial = deadlines.default_for(today).isoformat()
        field.widget.attrs.update(
            {
                "min": deadlines.earliest(today).isoformat(),
                "max": deadlines.latest(today).isoformat(),
                "data-deadline-url": preview_url,
            }
        )


class ExistingJobForm(forms.Form):
    """Which of the vendor's jobs to link."""

    vendor_job = forms.ChoiceField(label="Choose an existing Spark Hire job")

    def __init__(self, *args: Any, jobs: Sequence[wire.VendorJob], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jobs = {job.id: job for job in jobs}
        choices = [(job.id, self._named(job)) for job in jobs]
        self.fields["vendor_job"].choices = [("", "Choose a job"), *choices]  # type: ignore[attr-defined]

    @staticmethod
    def _named(job: wire.VendorJob) -> str:
        state = "" if job.is_active else " (inactive)"
        return f"{job.title}, {job.place}{state}" if job.place else f"{job.title}{state}"


class NewJobForm(forms.Form):
    """What Spark Hire needs to create the job; the service says what is missing, all of it at once."""

    one_of = ("title", "city", "region", "country")

    title = LineField(label="Title", max_length=150, required=False)
    city = LineField(label="City", max_length=100, required=False)
    region = LineField(label="State", max_length=100, required=False)
    country = forms.ChoiceField(label="Country", choices=[("", "Choose a country"), *COUNTRIES], required=False)

    @classmethod
    def for_job(cls, job: Job) -> "NewJobForm":
        """Return the form filled with what the job says."""
        return cls(initial={"title": job.title, "city": job.city, "region": job.region, "country": job.country})


class QuestionSetForm(forms.Form):
    """Which question set new requests use."""

    question_set = forms.ChoiceField(label="Question Set")

    def __init__(self, *args: Any, question_sets: Sequence[wire.QuestionSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question_sets = {one.id: one for one in question_sets}
        choices = [(one.id, self._named(one)) for one in question_sets]
        self.fields["question_set"].choices = [("", "Choose a Question Set"), *choices]  # type: ignore[attr-defined]

    @staticmethod
    def _named(one: wire.QuestionSet) -> str:
        """Name a set and count its questions, where the vendor says them."""
        count = wording.plural(one.question_count, "question", "questions")
        return f"{one.name} ({count})" if one.question_count else one.name


class SwitchForm(forms.Form):
    """The *Spark Hire Integration* toggle."""

    is_on = forms.BooleanField(
        label="Spark Hire Integration", required=False, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )


class AddUsersForm(forms.Form):
    """Which members get a key."""

    members = forms.MultipleChoiceField(label="Users", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(member.pk): member for member in members}
        choices = [(str(member.pk), f"{member.name} ({member.user.email})") for member in members]
        self.fields["members"].choices = choices  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """A pasted key; never read back."""

    secret = forms.CharField(
        label="User API Key",
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False),
    )


class PrimaryForm(forms.Form):
    """Whose key does company-level work."""

    primary = forms.ChoiceField(label="Primary User")

    def __init__(self, *args: Any, credentials: Sequence[Credential], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.credentials = {str(credential.pk): credential for credential in credentials}
        choices = [(str(one.pk), str(one.membership)) for one in credentials if one.membership]
        self.fields["primary"].choices = [("", "Choose a user"), *choices]  # type: ignore[attr-defined]
