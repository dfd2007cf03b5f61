"""What people type about candidate sources. What may be saved is the services' business."""

from django import forms

from recruiting.foundation.fields import LineField


class SourceForm(forms.Form):
    """What a source is called."""

    name = LineField(label="Source", max_length=80, error_messages={"required": "Enter a name."})


class NewSourceForm(SourceForm):
    """A source that does not exist yet; its type is one that is here or a new one."""

    type = LineField(
        label="Source type",
        max_length=60,
        help_text="Choose one, or type a new one.",
        error_messages={"required": "Choose a type, or type a new one."},
    )
    field_order = ("type", "name")
