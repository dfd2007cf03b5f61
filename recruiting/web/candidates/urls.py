"""Addresses about candidates that need no job. Lists and records of people are `recruiting.applications`'s."""

from django.urls import path

from recruiting.web.candidates import views
from recruiting.web.company_fields.pages import CANDIDATES
from recruiting.web.company_fields.urls import of_fields

app_name = "candidates"
urlpatterns = [
    path("candidates/tags/", views.tags, name="tags"),
    path("settings/candidate-sources/", views.index, name="sources"),
    path("settings/candidate-sources/new/", views.create, name="source-create"),
    path("settings/candidate-sources/types/", views.types, name="source-types"),
    path("settings/candidate-sources/<uuid:source_id>/rename/", views.rename, name="source-rename"),
    path("settings/candidate-sources/<uuid:source_id>/deactivate/", views.deactivate, name="source-deactivate"),
    path("settings/candidate-sources/<uuid:source_id>/activate/", views.activate, name="source-activate"),
    path("settings/candidate-sources/<uuid:source_id>/delete/", views.delete, name="source-delete"),
    *of_fields(CANDIDATES, "candidate-fields"),
]
