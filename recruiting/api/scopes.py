"""The permissions that a token can carry, named once, each with the sentence that people tick.

A scope only narrows: what its owner may not see or do, no scope allows. The core's stand in `Scope`; an app adds its
own by one line each in a module that its `AppConfig.ready` imports:

    WEBHOOKS_READ = scopes.register("webhooks:read", "Read the subscriptions to what happens here.")
"""

import re
from collections.abc import Iterable, Iterator
from typing import Self

from django.db import models

_NAME = re.compile(r"[a-z][a-z_]*:[a-z]+\Z")


class Scope(models.TextChoices):
    """One permission of the core; the label is its sentence on the token page."""

    PROFILE_READ = "profile:read", "Read who the token acts for: name, email, role and company."
    JOBS_READ = "jobs:read", "Read jobs with their steps, fields and hiring teams."
    JOBS_WRITE = "jobs:write", "Create, change, open and close jobs, and say who is on their hiring team."
    CANDIDATES_READ = (
        "candidates:read",
        "Read candidates: names, contact details, work, links, sources, tags and where they are on jobs.",
    )
    CANDIDATES_WRITE = (
        "candidates:write",
        "Add candidates to jobs and change their names, contact details, work, links and tags.",
    )
    APPLICATIONS_READ = "applications:read", "Read applications: who is on which job, in which step."
    APPLICATIONS_WRITE = (
        "applications:write",
        "Put candidates on jobs, move them between steps, convert leads, reject, withdraw and reopen.",
    )
    NEWSFEED_READ = "newsfeed:read", "Read the newsfeed."
    NOTES_READ = "notes:read", "Read notes."
    NOTES_WRITE = "notes:write", "Write notes."
    FILES_READ = "files:read", "Read and download files of candidates, and the text in them."
    FILES_WRITE = "files:write", "Add files to applications."
    REQUESTS_READ = "requests:read", "Read the requests sent through integrations, with their states and results."
    REQUESTS_WRITE = "requests:write", "Send and cancel requests through integrations."
    SETTINGS_READ = (
        "settings:read",
        "Read company settings: hiring processes, fields of jobs and people, departments, locations, candidate "
        "sources and members.",
    )


class Registered(str):
    """One permission that an app added; used as a `Scope` is."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        made = super().__new__(cls, value)
        made.label = label
        return made

    @property
    def value(self) -> str:
        """The name."""
        return str(self)


AnyScope = Scope | Registered
_registered: dict[str, Registered] = {}


def register(name: str, sentence: str) -> Registered:
    """Add a permission, after those that are there, and return it. Again with the same sentence changes nothing.

    Args:
        name: such as `webhooks:read`: what it is about and what it allows.
        sentence: what people tick.

    Raises:
        ValueError: for a name of another form, one without a sentence or one that means something else already.
    """
    known = next((scope for scope in every() if scope.value == name), None)
    if not _NAME.match(name) or not sentence or (known is not None and known.label != sentence):
        raise ValueError(f"{name} cannot be a scope: {known.label if known else 'write it as thing:what, in words.'}")
    return _registered.setdefault(name, Registered(name, sentence))


def every() -> Iterator[AnyScope]:
    """Yield all permissions: the core's, then those of apps as they registered them."""
    yield from Scope
    yield from _registered.values()


def names() -> list[str]:
    """Return the names of all permissions."""
    return [scope.value for scope in every()]


def choices() -> list[tuple[str, str]]:
    """Return all permissions as choices of a form."""
    return [(scope.value, str(scope.label)) for scope in every()]


def sentences(wanted: Iterable[str]) -> list[str]:
    """Return the sentences of these scopes in the order of `every`; unknown names are left out."""
    wanted = set(wanted)
    return [sentence for name, sentence in choices() if name in wanted]
