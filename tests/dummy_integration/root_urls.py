"""The project's addresses with the dummy's, for tests that register it after start-up."""

from django.urls import include, path

urlpatterns = [
    path("", include("tests.dummy_integration.urls")),
    path("api/v1/", include("tests.dummy_integration.api_urls")),
    path("", include("recruiting.urls")),
]
