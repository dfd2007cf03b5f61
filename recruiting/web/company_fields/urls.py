"""Addresses of a class of fields, for the addresses of what they are about."""

from django.urls import URLPattern, path

from recruiting.web.company_fields import views
from recruiting.web.company_fields.pages import FieldPages


def of_fields(pages: FieldPages, below: str) -> list[URLPattern]:
    """Return the addresses of Company Settings for fields, below `settings/` and this, and that of the type-ahead."""
    at, about = f"settings/{below}/", {"pages": pages}
    return [
        path(f"{pages.space}/fields/<uuid:field_id>/values/", views.values, about, name="field-values"),
        path(at, views.index, about, name="fields"),
        path(f"{at}new/", views.create, about, name="field-create"),
        path(f"{at}<uuid:field_id>/", views.edit, about, name="field-edit"),
        path(f"{at}<uuid:field_id>/move/", views.move, about, name="field-move"),
        path(f"{at}<uuid:field_id>/activate/", views.activate, about, name="field-activate"),
        path(f"{at}<uuid:field_id>/deactivate/", views.deactivate, about, name="field-deactivate"),
        path(f"{at}<uuid:field_id>/values/", views.add_options, about, name="field-options-add"),
        path(f"{at}values/<uuid:option_id>/rename/", views.rename_option, about, name="field-option-rename"),
        path(f"{at}values/<uuid:option_id>/remove/", views.remove_option, about, name="field-option-remove"),
    ]
