"""The newsfeed as a Django app."""

from django.apps import AppConfig


class NewsfeedConfig(AppConfig):
    """Newsfeed."""

    name = "newsfeed"
    verbose_name = "Newsfeed"
