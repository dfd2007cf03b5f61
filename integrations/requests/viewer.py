"""Who looks at a candidate's tab of an integration: their names, days and addresses."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from integrations.requests.models import VendorRequest
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock, formatting
from recruiting.foundation.permissions import Action
from recruiting.jobs import access

ActionLink = dict[str, Any]
"""A button or link as `components/action.html` draws it."""


@dataclass(frozen=True)
class Viewer:
    """A member who looks at an application's tab."""

    application: Application
    member: Membership
    namespace: str
    """Of the integration's addresses."""

    @cached_property
    def may_send(self) -> bool:
        """Whether the member's role allows sending requests on the job."""
        return access.may(self.member, Action.SEND_REQUEST, self.application.job)

    def url(self, name: str, *more: Any) -> str:
        """Return an address under this candidate's tab."""
        return reverse(f"{self.namespace}:{name}", args=[self.application.candidate_id, self.application.pk, *more])

    def action(self, label: str, name: str, request: VendorRequest | None = None, **how: Any) -> ActionLink:
        """Return a link to a page about the application or one of its requests; `post=True` makes it a button."""
        return {"label": label, "url": self.url(name, *([request.pk] if request else [])), **how}

    def window(self, label: str, name: str, request: VendorRequest | None = None, **how: Any) -> ActionLink:
        """Return a quiet link to a window that asks once."""
        return self.action(label, name, request, style="link", dialog=True, **how)

    def result(self, label: str, name: str, request: VendorRequest) -> ActionLink:
        """Return the main button, which opens a request's result in a new window."""
        return self.action(label, name, request, new_window=True, style="primary", icon="external-link")

    def name_of(self, who: Membership | None) -> str:
        """Return "You" for the viewer, else the name: the first word of a sentence."""
        if who is None:
            return "Somebody"
        return "You" if who.pk == self.member.pk else who.name

    def by(self, who: Membership) -> str:
        """Return "you" for the viewer, else the name, inside a sentence."""
        return "you" if who.pk == self.member.pk else who.name

    def day(self, moment: datetime | None) -> str:
        """Write a day in the viewer's zone: "Fri 21 Nov"."""
        zone = self.member.zone
        return formatting.day(moment.astimezone(zone).date(), today=clock.today(zone)) if moment else ""

    def at(self, moment: datetime | None) -> str:
        """Write a day and time in the viewer's zone."""
        return f"{self.day(moment)}, {formatting.clock_time(moment.astimezone(self.member.zone))}" if moment else ""

    def since(self, moment: datetime) -> str:
        """Write a past moment in the viewer's zone: the time alone when it is today's."""
        local = moment.astimezone(self.member.zone)
        return formatting.clock_time(local) if local.date() == clock.today(self.member.zone) else self.at(moment)
