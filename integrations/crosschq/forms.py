"""What people type about reference checks. Rules live in the services; forms only carry values and messages.

The form of a template is `template_form`.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms

from integrations.crosschq.check_templates import services as check_templates
from integrations.crosschq.models import Template
from integrations.forms import RowField, named_member, offer_rows
from recruiting.companies.models import Membership
from recruiting.foundation import text


class RequestorForm(forms.Form):
    """Who owns a check."""

    requestor = RowField(
        label="Requestor",
        help_text="Owns the check and hears of the report. Crosschq must know the email as a user.",
    )

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "window_%s", **kwargs})
        offer_rows(self, "requestor", members, named_member)


class ChooseForm(RequestorForm):
    """*Choose template and send*."""

    template = RowField(label="Template", error_messages={"required": "Choose a template."})
    field_order = ("template", "requestor")

    def __init__(self, *args: Any, templates: Sequence[Template], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "template", templates, _tagged, empty="Choose a template")


class FollowForm(forms.Form):
    """Which request of the vendor an uncertain check is: a link or a number from Crosschq."""

    vendor_id = forms.CharField(
        label="Its link or number in Crosschq",
        max_length=1000,
        error_messages={"required": "Paste the link or the number of the request in Crosschq."},
    )

    def clean_vendor_id(self) -> str:
        """Return the number: what is pasted, or the last part of a pasted link's path."""
        pasted = text.one_line(self.cleaned_data["vendor_id"])
        parts = [part for part in urlsplit(pasted).path.split("/") if part]
        if "/" in pasted and not parts:
            raise forms.ValidationError("This link holds no number. Open the request in Crosschq and copy its link.")
        number = parts[-1] if "/" in pasted else pasted
        if len(number) > 80 or any(letter.isspace() for letter in number):
            raise forms.ValidationError("That is no number of a request. Paste it as Crosschq shows it.")
        return number


def _tagged(template: Template) -> str:
    return f"{check_templates.label(template)} (tag {template.tag})"
