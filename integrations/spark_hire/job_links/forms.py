"""What people type while linking a job; the services hold the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms

from integrations.forms import RowField, offer_rows
from integrations.spark_hire import schemas
from recruiting.foundation import formatting
from recruiting.foundation.fields import LineField
from recruiting.jobs.countries import COUNTRIES


class ExistingJobForm(forms.Form):
    """Which of the vendor's jobs to link."""

    vendor_job = RowField(label="Choose an existing Spark Hire job")

    def __init__(self, *args: Any, jobs: Sequence[schemas.VendorJob], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "vendor_job", jobs, _named_job, empty="Choose a job")


class NewJobForm(forms.Form):
    """What Spark Hire needs to create the job; the service says what is missing, all of it at once."""

    one_of = ("title", "city", "region", "country")

    title = LineField(label="Title", max_length=150, required=False)
    city = LineField(label="City", max_length=100, required=False)
    region = LineField(label="State", max_length=100, required=False)
    country = forms.ChoiceField(label="Country", choices=[("", "Choose a country"), *COUNTRIES], required=False)


class QuestionSetForm(forms.Form):
    """Which question set new requests use."""

    question_set = RowField(label="Question Set")

    def __init__(self, *args: Any, question_sets: Sequence[schemas.QuestionSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "question_set", question_sets, _named_set, empty="Choose a Question Set")


def _named_job(job: schemas.VendorJob) -> str:
    state = "" if job.is_active else " (inactive)"
    return f"{job.title}, {job.place}{state}" if job.place else f"{job.title}{state}"


def _named_set(question_set: schemas.QuestionSet) -> str:
    """Name a set and count its questions, where the vendor says them."""
    count = formatting.plural(question_set.question_count, "question", "questions")
    return f"{question_set.name} ({count})" if question_set.question_count else question_set.name
