"""Who looks at a Reference Check tab: their names, days and addresses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock, wording


@dataclass(frozen=True)
class Reader:
    """Who looks, and whether they may send requests on the job."""

    application: Application
    member: Membership
    may_send: bool

    def url(self, name: str, *more: Any) -> str:
        """Return an address under this candidate's Reference Check tab."""
        return reverse(f"crosschq:{name}", args=[self.application.candidate_id, self.application.pk, *more])

    def name_of(self, who: Membership | None) -> str:
        """Return "You" for the reader, else the name: the first word of a sentence."""
        if who is None:
            return "Somebody"
        return "You" if who.pk == self.member.pk else who.name

    def by(self, who: Membership) -> str:
        """Return "you" for the reader, else the name, inside a sentence."""
        return "you" if who.pk == self.member.pk else who.name

    def day(self, moment: datetime | None) -> str:
        """Write a day in the reader's zone: "21 Nov"."""
        return wording.day(moment.astimezone(self.member.zone).date(), today=self._today()) if moment else ""

    def since(self, moment: datetime) -> str:
        """Write a past moment in the reader's zone: the time alone when it is today's."""
        local = moment.astimezone(self.member.zone)
        time = wording.clock_time(local)
        return time if local.date() == self._today() else f"{self.day(moment)}, {time}"

    def _today(self) -> Any:
        return clock.today(self.member.zone)
