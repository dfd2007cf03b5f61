"""Form fields for what people type: cleaned by `text` before anything looks at it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from recruiting.foundation import limits, text


class LineField(forms.CharField):
    """A text of one line (`text.one_line`). What nobody sees is nothing, so a required one is missing then."""

    clean_text = staticmethod(text.one_line)

    def to_python(self, value: Any) -> str:
        """Return the text as it may be stored."""
        return self.clean_text(super().to_python(value) or "")


class NameField(LineField):
    """A person's name (`text.person_name`)."""

    clean_text = staticmethod(text.person_name)


class TextField(LineField):
    """A text of several lines (`text.multi_line`)."""

    clean_text = staticmethod(text.multi_line)


def _require_address(value: str) -> None:
    if not limits.is_address(value):
        raise ValidationError(limits.NO_ADDRESS, code="invalid")


class EmailField(forms.EmailField):
    """An email address, in small letters and without what nobody sees (`text.email`)."""

    default_validators = [_require_address]

    def to_python(self, value: Any) -> str:
        """Return the address as it may be stored."""
        return text.email(super().to_python(value) or "")
