"""The permissions that a token can carry, named once, each with the sentence that people tick.

A scope only narrows: what its owner may not see or do, no scope allows.
"""

from collections.abc import Iterable

from django.db import models


class Scope(models.TextChoices):
    """One permission; the label is its sentence on the token page."""

    PROFILE_READ = "profile:read", "Read who the token acts for: name, email, role and company."
    JOBS_READ = "jobs:read", "Read jobs and the steps of their hiring process."
    CANDIDATES_READ = "candidates:read", "Read candidates: names, contact details, sources and tags."
    CANDIDATES_WRITE = "candidates:write", "Add candidates to jobs and change their names and contact details."
    APPLICATIONS_READ = "applications:read", "Read applications: who is on which job, in which step."
    APPLICATIONS_WRITE = (
        "applications:write",
        "Put candidates on jobs, move them between steps and convert leads to applicants.",
    )
    NEWSFEED_READ = "newsfeed:read", "Read the newsfeed."
    NOTES_READ = "notes:read", "Read notes."
    NOTES_WRITE = "notes:write", "Write notes."
    REQUESTS_READ = "requests:read", "Read the requests sent through integrations, with their states and results."
    REQUESTS_WRITE = "requests:write", "Send and cancel requests through integrations."
    SETTINGS_READ = "settings:read", "Read company settings: hiring processes and candidate sources."


def sentences(names: Iterable[str]) -> list[str]:
    """Return the sentences of these scopes in the order of the list above; unknown names are left out."""
    wanted = set(names)
    return [str(scope.label) for scope in Scope if scope.value in wanted]
