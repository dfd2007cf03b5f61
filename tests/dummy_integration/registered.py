"""Registers Acme (or a faulty kind of it) with its addresses, and forgets it again."""

import contextlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TypeVar

from django.test import override_settings
from django.urls import include, path

from integrations import registry
from integrations.base import Integration
from newsfeed import activity
from recruiting import extensions, urls  # which list what is registered when they are first imported
from recruiting.outbox import schedules, tasks
from tests.dummy_integration.integration import FLOW

Kind = TypeVar("Kind", bound=Integration)


@contextlib.contextmanager
def registered(kind: Callable[[], Kind]) -> Iterator[Kind]:
    """Register what `kind` makes for the block, as its app's `ready` would, and mount its addresses."""
    places = (extensions._extensions, tasks._tasks, schedules._tasks, activity._types)
    before = [dict(place) for place in places]
    try:
        integration = kind()
        registry.register(integration)
        with override_settings(ROOT_URLCONF=_mounted(integration)):
            yield integration
    finally:
        for place, content in zip(places, before, strict=True):
            place.clear()
            place.update(content)  # type: ignore[arg-type]
        for name in ("entry_types", "not_sent"):
            vars(FLOW).pop(name, None)  # they are registered as they are made


def _mounted(integration: Integration) -> ModuleType:
    """Return the project's addresses with the integration's before them."""
    module = ModuleType("with_acme", urls.__doc__)
    vars(module).update(vars(urls))
    own = [path("", include(integration.urls)), path("api/v1/", include(integration.api_urls))]
    module.urlpatterns = [*own, *urls.urlpatterns]  # type: ignore[attr-defined]
    return module
