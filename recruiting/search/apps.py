"""Search as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Search."""

    name = "recruiting.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Keep the index of fragments there, and register who says when it is not."""
        post_migrate.connect(_make_index, sender=self)
        checks.register(_check_index, checks.Tags.database)


def _make_index(*, using: str, **_: Any) -> None:
    from recruiting.search import indexes

    indexes.make(using)


def _check_index(*, databases: Any = None, **_: Any) -> list[checks.CheckMessage]:
    from recruiting.search import indexes

    sentences = (indexes.missing(using) for using in databases or ())
    return [checks.Warning(sentence, id="search.W001") for sentence in sentences if sentence]
