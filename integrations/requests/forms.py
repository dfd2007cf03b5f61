"""What people type about a vendor's request; the services hold the rules."""

from typing import Any
from urllib.parse import urlsplit

from django import forms

from integrations.requests.models import VendorRequest
from recruiting.foundation import text


class FollowForm(forms.Form):
    """Which request of the vendor an uncertain one is: a link or a number, as the vendor shows it."""

    vendor_id = forms.CharField(max_length=1000)

    def __init__(self, *args: Any, about: VendorRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_%s_{about.pk}"
        field, self.about, self.vendor = self.fields["vendor_id"], about.pk, about.vendor
        field.label = f"Its link or number in {self.vendor}"
        field.error_messages["required"] = f"Paste the link or the number of the request in {self.vendor}."

    def clean_vendor_id(self) -> str:
        """Return the number: what is pasted, or the last part of a pasted link's path."""
        pasted = text.one_line(self.cleaned_data["vendor_id"])
        parts = [part for part in urlsplit(pasted).path.split("/") if part]
        if "/" in pasted and not parts:
            open_it = f"Open the request in {self.vendor} and copy its link."
            raise forms.ValidationError(f"This link holds no number. {open_it}")
        number = parts[-1] if "/" in pasted else pasted
        if len(number) > 80 or any(letter.isspace() for letter in number):
            raise forms.ValidationError(f"That is no number of a request. Paste it as {self.vendor} shows it.")
        return number
