"""What the pages of profile, invitations and Company Settings ask.

Forms read and word; what is allowed is the services' business, and `respond_to_form` shows their refusals.
"""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict

from recruiting.companies.models import Membership, User
from recruiting.companies.services import CompanyDetails
from recruiting.foundation.fields import EmailField, LineField, NameField
from recruiting.foundation.limits import NO_ADDRESS
from recruiting.foundation.permissions import CompanyRole
from recruiting.foundation.zones import place, zone_choices
from recruiting.web.forms import EditForm, set_choices

ROLE_SENTENCES = {
    CompanyRole.ADMINISTRATOR: "everything, and Company Settings",
    CompanyRole.STAFFING: "all jobs and candidates",
    CompanyRole.STANDARD: "only jobs they have a role on",
}


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no such subscript
    """A member with their address, since names repeat."""

    def label_from_instance(self, member: Membership) -> str:
        """Return "Kim Ito (kim@acme.example)"."""
        return f"{member.name} ({member.email})"


class RoleField(forms.ChoiceField):
    """A company role, each with what it may open."""

    def __init__(self) -> None:
        super().__init__(
            choices=[(role.value, f"{role.label}: {sentence}") for role, sentence in ROLE_SENTENCES.items()],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose a role.", "invalid_choice": "Choose one of the three roles."},
        )


class GeneralForm(EditForm):
    """A company's name and time zone."""

    name = LineField(max_length=120, error_messages={"required": "Enter the company's name."})
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Deadlines and days in a step follow it.",
        error_messages={"invalid_choice": "Choose a time zone of the list."},
    )

    def __init__(self, data: QueryDict | None, *, current: CompanyDetails) -> None:
        super().__init__(data, initial=vars(current))
        set_choices(self, time_zone=zone_choices(current=current.time_zone))


class OwnNameForm(forms.Form):
    """What one is called."""

    first_name = NameField(
        max_length=80,
        error_messages={"required": "Enter your first name."},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = NameField(max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))


class ProfileForm(OwnNameForm):
    """One's own name and time zone."""

    time_zone = forms.ChoiceField(
        label="My time zone",
        required=False,
        help_text="Times are shown in it. Deadlines also name the company's.",
        error_messages={"invalid_choice": "Choose a time zone of the list."},
    )

    def __init__(self, *args: object, current_zone: str, company_zone: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zones = [("", f"The company's ({place(company_zone)})"), *zone_choices(current=current_zone)]
        set_choices(self, time_zone=zones)


class EmailChangeForm(forms.Form):
    """The address to sign in with, and proof that it is oneself who asks."""

    email = EmailField(
        label="New email",
        max_length=254,
        help_text="We send a link there. Until you open it, you sign in as before.",
        error_messages={
            "required": "Enter an email address.",
            "invalid": NO_ADDRESS,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        error_messages={"required": "Enter your password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class DisplayForm(forms.Form):
    """How this browser shows pages."""

    density = forms.ChoiceField(
        choices=[("comfortable", "Comfortable"), ("compact", "Compact")], widget=forms.RadioSelect
    )
    keys = forms.BooleanField(
        label="Keyboard shortcuts",
        required=False,
        help_text="Press ? on any page to see them.",
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = EmailField(
        max_length=254,
        error_messages={
            "required": "Enter an email address.",
            "invalid": NO_ADDRESS,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = RoleField()


class RoleForm(forms.Form):
    """What a member is in the company."""

    role = RoleField()


class SuccessorForm(forms.Form):
    """Who takes over the jobs of a member who loses access."""

    successor = MemberField(
        label="Who takes over on these jobs",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody for now",
        error_messages={"invalid_choice": "Choose somebody from the list."},
    )


class AcceptForm(OwnNameForm):
    """The new account of somebody who was invited."""

    password = forms.CharField(
        strip=False,
        help_text="At least 10 characters; a few words in a row are easy to keep in mind.",
        error_messages={"required": "Choose a password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, email: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.email = email

    def clean_password(self) -> str:
        """Refuse passwords that are easy to guess for this very person."""
        password: str = self.cleaned_data["password"]
        known = {name: self.cleaned_data.get(name, "") for name in ("first_name", "last_name")}
        validate_password(password, User(email=self.email, **known))
        return password
