"""What people type while linking a job; the services hold the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms

from integrations.spark_hire import schemas
from recruiting.foundation import wording
from recruiting.foundation.fields import LineField
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import Job


class ExistingJobForm(forms.Form):
    """Which of the vendor's jobs to link."""

    vendor_job = forms.ChoiceField(label="Choose an existing Spark Hire job")

    def __init__(self, *args: Any, jobs: Sequence[schemas.VendorJob], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jobs = {job.id: job for job in jobs}
        choices = [(job.id, self._named(job)) for job in jobs]
        self.fields["vendor_job"].choices = [("", "Choose a job"), *choices]  # type: ignore[attr-defined]

    @staticmethod
    def _named(job: schemas.VendorJob) -> str:
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

    def __init__(self, *args: Any, question_sets: Sequence[schemas.QuestionSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question_sets = {one.id: one for one in question_sets}
        choices = [(one.id, self._named(one)) for one in question_sets]
        self.fields["question_set"].choices = [("", "Choose a Question Set"), *choices]  # type: ignore[attr-defined]

    @staticmethod
    def _named(one: schemas.QuestionSet) -> str:
        """Name a set and count its questions, where the vendor says them."""
        count = wording.plural(one.question_count, "question", "questions")
        return f"{one.name} ({count})" if one.question_count else one.name
