"""What people type about reference checks. Rules live in the services; forms only carry values and messages.

The form of a template is `template_form`.
"""

from collections.abc import Sequence
from typing import Any

from django import forms

from integrations.crosschq.check_templates import services as check_templates
from integrations.crosschq.models import Template
from integrations.forms import RowField, named_member, offer_rows
from recruiting.companies.models import Membership


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


def _tagged(template: Template) -> str:
    return f"{check_templates.label(template)} (tag {template.tag})"
