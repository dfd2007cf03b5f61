"""The integrations of this installation, collected at start-up from their apps.

An integration's app calls `register` from `AppConfig.ready`; that reads its settings and registers its tabs and panels
with the core and its schedules, so that no list elsewhere has to know it.
"""

from integrations.base import Integration
from recruiting import extensions
from recruiting.outbox import schedules


def register(integration: Integration) -> None:
    """Register an integration with everything it brings.

    Raises:
        TypeError: when it is not an Integration or offers something of the wrong type.
        ValueError: when a slug, topic or schedule is taken.
    """
    if not isinstance(integration, Integration):
        raise TypeError(f"{integration!r} is not an Integration.")
    for setting in integration.env_settings:
        setting.load()
    extensions.register(integration)
    for task in integration.scheduled_tasks:
        schedules.register(task)


def all_integrations() -> list[Integration]:
    """Return every registered integration, by slug."""
    return [extension for extension in extensions.all_extensions() if isinstance(extension, Integration)]


def get(slug: str) -> Integration | None:
    """Return the integration called `slug`, or None."""
    found = extensions.get(slug)
    return found if isinstance(found, Integration) else None
