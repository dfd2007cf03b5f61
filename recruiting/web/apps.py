"""The staff pages as a Django app, for their template tags and the admin's set-up; it has no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Staff pages."""

    name = "recruiting.web"
    label = "web"
