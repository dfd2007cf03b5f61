"""Addresses about candidates that need no job. Lists and records of people are `recruiting.applications`'s."""

from django.urls import path

from recruiting.web.candidates import source_pages

app_name = "candidates"
urlpatterns = [
    path("candidates/tags/", source_pages.tags, name="tags"),
    path("settings/candidate-sources/", source_pages.index, name="sources"),
    path("settings/candidate-sources/new/", source_pages.create, name="source-create"),
    path("settings/candidate-sources/types/", source_pages.types, name="source-types"),
    path("settings/candidate-sources/<uuid:source_id>/rename/", source_pages.rename, name="source-rename"),
    path("settings/candidate-sources/<uuid:source_id>/deactivate/", source_pages.deactivate, name="source-deactivate"),
    path("settings/candidate-sources/<uuid:source_id>/activate/", source_pages.activate, name="source-activate"),
    path("settings/candidate-sources/<uuid:source_id>/delete/", source_pages.delete, name="source-delete"),
]
