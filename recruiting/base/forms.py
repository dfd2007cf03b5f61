"""How every form of ours looks: Tabler's classes on the widgets, our templates around them.

Labels, hints and errors keep Django's ids, which its `aria-describedby` points at. What a form asks belongs to its app.
"""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class BoundField(forms.BoundField):
    """A field that puts Tabler's classes on its widget."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Return the widget's attributes with the classes that Tabler wants."""
        used = widget or self.field.widget
        built = super().build_widget_attrs(attrs, used)
        classes = [str(built.pop("class", "") or used.attrs.get("class", "")), _tabler_class(used)]
        if any(classes):
            built["class"] = " ".join(filter(None, classes))
        return built

    @property
    def is_check(self) -> bool:
        """Whether the label stands behind the control (a single checkbox or switch)."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_optional(self) -> bool:
        """Whether the label says "(optional)".

        A lone checkbox may always stay empty, so it does not; nor do the fields in the form's `one_of`, of which one
        must be filled (the page says so in a sentence).
        """
        is_one_of = self.name in getattr(self.form, "one_of", ())
        return not (self.field.required or self.is_check or self.field.disabled or is_one_of)


class Renderer(TemplatesSetting):
    """Renders forms through the project's templates (`templates/django/forms/`)."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = BoundField


def _tabler_class(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return ""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.widgets.Input | forms.Textarea):
        return "form-control"
    return ""
