"""Registers the dummy (or a faulty kind of it) and forgets it again."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from integrations import registry, urls  # noqa: F401  (it lists what is registered when it is first imported)
from newsfeed import activity as newsfeed_activity
from recruiting import events, extensions
from recruiting.outbox import schedules, tasks
from tests.dummy_integration import activity, assessments
from tests.dummy_integration.integration import Dummy


@contextlib.contextmanager
def registered(dummy: Dummy, *, listens: bool = True) -> Iterator[Dummy]:
    """Register `dummy` for the block, as its app's `ready` would; `listens` false forgets the subscription."""
    places = (extensions._extensions, tasks._tasks, schedules._tasks, newsfeed_activity._types)
    before = [dict(place) for place in places]
    subscribers = defaultdict(list, {kind: list(found) for kind, found in events._subscribers.items()})
    try:
        activity.register_all()
        registry.register(dummy)
        tasks._tasks[assessments.send.topic] = replace(assessments.send, run=dummy.sends)
        if listens:
            events.subscribe(events.CompanyTimeZoneChanged, assessments.zone_changed)
        yield dummy
    finally:
        for place, content in zip(places, before, strict=True):
            place.clear()
            place.update(content)  # type: ignore[arg-type]
        events._subscribers.clear()
        events._subscribers.update(subscribers)
