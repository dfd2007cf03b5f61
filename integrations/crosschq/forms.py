"""What people type about reference checks. Rules live in the services; forms only carry values and messages.

The form of a template is `template_form`.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms

from integrations.crosschq.models import Connection, Template
from integrations.crosschq.settings.connection import Choices
from recruiting.companies.models import Membership
from recruiting.foundation import text
from recruiting.jobs.models import JobField

OWNER_MAILS = (
    ("", "Throughline mails the owner"),
    ("vendor", "Crosschq mails the owner"),
)


def _switch() -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"role": "switch"})


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────
class KeyForm(forms.Form):
    """The partner key as pasted; never read back."""

    one_of = ("secret",)

    secret = forms.CharField(
        label="Partner key",
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False),
    )


class RequestsForm(forms.Form):
    """The switch *Make Candidate Requests*."""

    is_on = forms.BooleanField(label="Make Candidate Requests", required=False, widget=_switch())


class PrivacyForm(forms.Form):
    """Whether references are kept beyond their number."""

    keeps_references = forms.BooleanField(
        label="Keep references' names and contact details",
        required=False,
        widget=_switch(),
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
    can_list = forms.BooleanField(
        label="Crosschq can list requests",
        required=False,
        widget=_switch(),
        help_text="Off: when an answer is lost, a person has to look in Crosschq before anything is sent again.",
    )
    default_requestor = forms.ChoiceField(
        label="Default requestor",
        required=False,
        help_text="Owns checks of jobs without Recruiter and Coordinator. Crosschq must know the email as a user.",
    )
    owner_mail = forms.ChoiceField(
        label="When the report is ready", required=False, choices=OWNER_MAILS, widget=forms.RadioSelect
    )
    tag_field = forms.ChoiceField(
        label="Job field that carries the tag", required=False, help_text="Free text or single select."
    )

    def __init__(
        self, *args: Any, members: Sequence[Membership], job_fields: Sequence[JobField], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        self.job_fields = {str(field.pk): field for field in job_fields}
        people = [(str(member.pk), f"{member.name} ({member.user.email})") for member in members]
        fields = [(str(field.pk), field.name) for field in job_fields]
        self.fields["default_requestor"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]
        self.fields["tag_field"].choices = [("", "The one called “Crosschq tag”"), *fields]  # type: ignore[attr-defined]

    @staticmethod
    def shown(connection: Connection) -> dict[str, Any]:
        """Return what the form shows of a connection."""
        return {
            "api_version": connection.api_version,
            "can_list": connection.can_list,
            "default_requestor": str(connection.default_requestor_id or ""),
            "owner_mail": "vendor" if connection.vendor_tells_owner else "",
            "tag_field": str(connection.tag_field_id or ""),
        }

    def chosen(self) -> Choices:
        """Return the cleaned choices as the service takes them."""
        given = self.cleaned_data
        return {
            "api_version": given["api_version"],
            "can_list": given["can_list"],
            "default_requestor": self.members.get(given["default_requestor"]),
            "vendor_tells_owner": given["owner_mail"] == "vendor",
            "tag_field": self.job_fields.get(given["tag_field"]),
        }


# ── On the tab ───────────────────────────────────────────────────────────────────────────────────────────────────────
class RequestorForm(forms.Form):
    """Who owns a check."""

    requestor = forms.ChoiceField(
        label="Requestor",
        help_text="Owns the check and hears of the report. Crosschq must know the email as a user.",
    )

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        people = [(str(member.pk), f"{member.name} ({member.user.email})") for member in members]
        self.fields["requestor"].choices = people  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Membership:
        """The chosen member, of a valid form."""
        return self.members[self.cleaned_data["requestor"]]


class ChooseForm(RequestorForm):
    """*Choose template and send*."""

    template = forms.ChoiceField(label="Template", error_messages={"required": "Choose a template."})
    field_order = ("template", "requestor")

    def __init__(self, *args: Any, labels: Sequence[tuple[Template, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.templates = {str(template.pk): template for template, _ in labels}
        choices = [(str(template.pk), label) for template, label in labels]
        self.fields["template"].choices = [("", "Choose a template"), *choices]  # type: ignore[attr-defined]


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
