"""The REST API as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "recruiting.api"
    label = "api"
    verbose_name = "API"
