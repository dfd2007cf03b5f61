"""Careers pages as a Django app."""

from django.apps import AppConfig


class CareersConfig(AppConfig):
    """What the public sees of a company's jobs, and applications that come in."""

    name = "recruiting.careers"
    label = "careers"
    verbose_name = "Careers"
