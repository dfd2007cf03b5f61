"""What people type about video interviews. Rules live in the services; forms only carry values and messages."""

from typing import Any

from django import forms

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
