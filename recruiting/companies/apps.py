"""Companies, users and memberships as a Django app."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Companies."""

    name = "recruiting.companies"
    label = "companies"
    verbose_name = "Companies and people"
