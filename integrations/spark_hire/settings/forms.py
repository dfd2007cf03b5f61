"""What people type on the settings page; the services hold the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms

from integrations.models import Credential
from recruiting.companies.models import Membership


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
