"""What people type about video interviews. Rules live in the services; forms only carry values and messages."""

from typing import Any

from django import forms
from django.urls import reverse

from integrations.spark_hire import deadlines
from recruiting.companies.models import Company


class RequestForm(forms.Form):
    """The Expiration Date, kept as typed until the service reads it."""

    expires_on = forms.CharField(
        label="Expiration Date",
        max_length=40,
        widget=forms.DateInput(attrs={"type": "date", "autofocus": True}),
        error_messages={"required": deadlines.REQUIRED},
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today, field = company.today(), self.fields["expires_on"]
        field.initial = deadlines.default_for(today).isoformat()
        ends = {"min": deadlines.earliest(today).isoformat(), "max": deadlines.latest(today).isoformat()}
        field.widget.attrs.update({**ends, "data-deadline-url": reverse("spark_hire:deadline")})
