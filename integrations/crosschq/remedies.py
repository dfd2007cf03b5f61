"""The ways out of a blocker as links and buttons, for the tab and the newsfeed.

`preconditions` says which way and about what; here stands where it leads and who is offered it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from integrations.crosschq.preconditions import Blocker, Way, WayOut
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.web.applications import pages as record

TAB = "reference-check"


@dataclass(frozen=True)
class Remedy:
    """One reason why nothing is sent, and what this reader can do about it."""

    sentence: str
    actions: Sequence[dict[str, Any]] = ()


def remedies(
    blockers: Iterable[Blocker], application: Application, member: Membership, *, may_send: bool
) -> list[Remedy]:
    """Return the blockers with the reader's ways out; the first way of all is the primary one."""
    found: list[Remedy] = []
    for blocker in blockers:
        actions = [act for way in blocker.ways if (act := action(way, application, member, may_send=may_send))]
        if actions and not any(remedy.actions for remedy in found):
            actions[0] = {**actions[0], "style": "primary"}
        found.append(Remedy(blocker.sentence, actions))
    return found


def action(way: WayOut, application: Application, member: Membership, *, may_send: bool) -> dict[str, Any] | None:
    """Return a way out as `components/action.html` draws it, or None for a reader who cannot take it."""
    ids = [application.candidate_id, application.pk]
    tab = record.record_url(application, TAB)
    if way.way in (Way.OPEN_SETTINGS, Way.EDIT_TEMPLATE):
        if not member.is_administrator:
            return None
        settings = reverse("crosschq:settings")
        url = settings if way.way == Way.OPEN_SETTINGS else reverse("crosschq:template-edit", args=[way.target])
        return {"label": way.label, "url": url}
    if way.way == Way.OPEN_CHECK:
        return {"label": way.label, "url": tab}
    if not may_send:
        return None
    if way.way == Way.CONVERT:
        return {
            "label": way.label,
            "url": reverse("applications:convert-lead", args=ids),
            "post": True,
            "fields": {"next": tab},
        }
    if way.way == Way.TRY_AGAIN:
        return {"label": way.label, "url": reverse("crosschq:try-again", args=[*ids, way.target]), "post": True}
    return {"label": way.label, **_window(way, ids)}


def _window(way: WayOut, ids: Sequence[UUID]) -> dict[str, Any]:
    """Return where a way leads that only needs a link."""
    links: dict[Way, tuple[str, list[Any], bool]] = {
        Way.CHOOSE_TEMPLATE: ("crosschq:choose", [*ids], True),
        Way.ADD_EMAIL: ("applications:candidate-edit", [*ids], True),
        Way.SEND_AGAIN: ("crosschq:send-again", [*ids, way.target], True),
        Way.EDIT_TEAM: ("jobs:info", [way.target], True),
        Way.EDIT_JOB: ("jobs:edit", [way.target], False),
        Way.REOPEN: ("applications:candidate", [*ids], False),
    }
    name, arguments, is_dialog = links[way.way]
    return {"url": reverse(name, args=arguments), "dialog": is_dialog}
