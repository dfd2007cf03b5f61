"""What the pages of connected apps ask. What is allowed is the services' business."""

from collections.abc import Sequence
from typing import Any

from django import forms

from recruiting.api import scopes
from recruiting.companies.models import Membership
from recruiting.connected_apps.models import Client
from recruiting.foundation.fields import LineField, TextField
from recruiting.web.companies.forms import RoleField
from recruiting.web.forms import set_choices


class ConsentForm(forms.Form):
    """Yes or no, and in which company."""

    answer = forms.ChoiceField(
        choices=[("allow", "Allow"), ("deny", "Don't allow")],
        error_messages={"required": "Press Allow or Don't allow.", "invalid_choice": "Press Allow or Don't allow."},
    )
    company = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "Choose one of the companies listed."}
    )

    def __init__(self, data: Any, *, members: Sequence[Membership], chosen: Membership) -> None:
        self.members = {str(member.pk): member for member in members}
        first = chosen.pk if str(chosen.pk) in self.members else members[0].pk
        super().__init__(data, initial={"company": str(first)})
        set_choices(self, company=[(key, member.company.name) for key, member in self.members.items()])

    def clean_company(self) -> Membership | None:
        """Return the membership; who has one company need not name it."""
        chosen = self.members.get(self.cleaned_data["company"])
        if chosen is None and len(self.members) == 1:
            (chosen,) = self.members.values()
        if chosen is None and self.cleaned_data.get("answer") == "allow":
            raise forms.ValidationError("Choose a company.")
        return chosen


class ClientForm(forms.Form):
    """What an app is called, and where it may be answered."""

    name = LineField(
        max_length=80,
        help_text="What people read when it asks them.",
        error_messages={"required": "Enter a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    redirect_uris = TextField(
        label="Redirect addresses",
        help_text="One a line. Browsers are sent to these addresses alone, compared character by character.",
        error_messages={"required": "Enter at least one address."},
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )


class NewClientForm(ClientForm):
    """An app that is registered."""

    kind = forms.ChoiceField(
        label="Where it runs",
        choices=[
            ("confidential", "On a server: it keeps a secret"),
            ("public", "On people's devices: it has no secret"),
        ],
        widget=forms.RadioSelect,
        initial="confidential",
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the two."},
    )


class AccountForm(forms.Form):
    """What a service account is called, and may open."""

    name = LineField(
        max_length=80,
        help_text="What people read where it did something, such as “Payroll sync”.",
        error_messages={"required": "Enter a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = RoleField()


class ConnectForm(forms.Form):
    """Which app works as a service account, and with which permissions at most."""

    client = forms.ModelChoiceField(
        label="App",
        queryset=Client.objects.none(),
        empty_label="Choose an app",
        help_text="Apps of your own that keep a secret and work as no other service account.",
        error_messages={"required": "Choose an app.", "invalid_choice": "Choose an app from the list."},
    )
    scopes = forms.MultipleChoiceField(
        label="Permissions",
        choices=scopes.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="It sees and does only what the role of the service account allows.",
        error_messages={"required": "Choose at least one permission."},
    )


class PolicyForm(forms.Form):
    """Who may let apps in."""

    who = forms.ChoiceField(
        label="Who may connect apps",
        choices=[("administrators", "Administrators"), ("everyone", "Everyone")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the two."},
    )
