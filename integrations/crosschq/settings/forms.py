"""What an Administrator types about the connection to Crosschq; the services hold the rules."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from integrations.crosschq.models import Connection
from integrations.forms import RowField, SwitchField, named_member, offer_rows
from recruiting.companies.models import Membership
from recruiting.jobs.models import JobField

OWNER_MAILS = (
    ("", "Throughline mails the owner"),
    ("vendor", "Crosschq mails the owner"),
)
MEMBERS_SHOWN = 500


class PrivacyForm(forms.Form):
    """Whether references are kept beyond their number."""

    keeps_references = SwitchField(
        "Keep references' names and contact details",
        help_text="Off: only how many were named and how many answered is kept here. The report stays in Crosschq.",
    )


class WebhookForm(forms.Form):
    """What Crosschq's webhook settings send with each call."""

    webhook_auth = forms.ChoiceField(
        label="Auth method",
        choices=Connection.WebhookAuth.choices,
        help_text="The same as in Crosschq's settings. Without one, whoever learns the address can call it.",
    )


class OptionsForm(forms.Form):
    """How requests are made: version, list, requestor, owner's mail, job field."""

    # Their empty choice is one as good as the others.
    one_of = ("owner_mail", "tag_field")

    api_version = forms.ChoiceField(
        label="API version",
        choices=Connection.ApiVersion.choices,
        help_text="Version 2 can cancel and remind, and takes a text message of your own. Ask Crosschq which you have.",
    )
    can_list = SwitchField(
        "Crosschq can list requests",
        help_text="Off: when an answer is lost, a person has to look in Crosschq before anything is sent again.",
    )
    default_requestor = RowField(
        label="Default requestor",
        required=False,
        help_text="Owns checks of jobs without Recruiter and Coordinator. Crosschq must know the email as a user.",
    )
    owner_mail = forms.ChoiceField(
        label="When the report is ready", required=False, choices=OWNER_MAILS, widget=forms.RadioSelect
    )
    tag_field = RowField(
        label="Job field that carries the tag", required=False, help_text="Free text or single select."
    )

    def __init__(self, data: Any = None, *, connection: Connection) -> None:
        initial = {
            "api_version": connection.api_version,
            "can_list": connection.can_list,
            "default_requestor": connection.default_requestor_id,
            "owner_mail": "vendor" if connection.vendor_tells_owner else "",
            "tag_field": connection.tag_field_id,
        }
        super().__init__(data, initial=initial)
        offer_rows(self, "default_requestor", _members(connection), named_member, empty="Nobody")
        offer_rows(self, "tag_field", _tag_fields(connection), empty="The one called “Crosschq tag”")

    def chosen(self) -> dict[str, Any]:
        """Return the cleaned choices as the service takes them."""
        names = ("api_version", "can_list", "default_requestor", "tag_field")
        given = {name: self.cleaned_data[name] for name in names}
        return {**given, "vendor_tells_owner": self.cleaned_data["owner_mail"] == "vendor"}


def _members(connection: Connection) -> list[Membership]:
    """Return who may be the default requestor by name; the chosen one is always among them."""
    everyone = Membership.objects.for_company(connection.company).active().select_related("user")
    found = list(everyone.order_by("user__first_name", "user__last_name", "id")[:MEMBERS_SHOWN])
    chosen = connection.default_requestor
    return found if chosen is None or chosen in found else [chosen, *found]


def _tag_fields(connection: Connection) -> QuerySet[JobField]:
    kinds = [JobField.Kind.TEXT, JobField.Kind.SELECT]
    return JobField.objects.for_company(connection.company).filter(is_active=True, kind__in=kinds).order_by("name")
