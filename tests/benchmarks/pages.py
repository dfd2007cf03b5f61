"""What is measured: the pages and calls that people use daily, as each reader asks for them.

    DATABASE_URL=… python -m tests.benchmarks.pages        signs the readers in, and prints what they ask as JSON

Reads the loaded company from the database, whichever version of the loader filled it. Who may not do a thing is in
`LEFT_OUT` with what they are answered instead; anything else that is not answered as expected ends a measurement.
"""

import dataclasses
import itertools
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
if __name__ == "__main__":
    django.setup()

from django.urls import reverse

from recruiting import extensions
from recruiting.api.scopes import Scope
from recruiting.api.services import create_token
from recruiting.applications.models import Application, StageTask
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Company, Membership
from recruiting.foundation.pagination import Keyset
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import HiringTeamMember, Stage, StageGroup
from tests.benchmarks.client import Ask
from tests.benchmarks.loader import RARE
from tests.benchmarks.world import COMPANY
from tests.signing_in import session_of

DEEP = 50_000
RECORDS = 5
"""So many people's records are opened in turn, each with requests to both vendors where the size has such."""
MOVED = 6
"""So many applications of each reader are moved in turn, from their step to another and back, or get notes."""
LEFT_OUT: Mapping[tuple[str, str], int] = {("move", "Interviewer"): 403, ("API move", "Interviewer"): 403}
READERS = ("Staffing", "Administrator", "Standard", "Interviewer")


class Reader:
    """Somebody who is signed in, and what they ask by the name of the page."""

    def __init__(self, site: "Loaded", name: str) -> None:
        self.site, self.member = site, site.members[name]
        csrf = secrets.token_hex(16)
        self.session = {"Cookie": f"sessionid={session_of(self.member.user, self.member)}; csrftoken={csrf}"}
        # Who works with the list has chosen it once; in the board's session each request would choose again.
        self.listing = {"Cookie": f"sessionid={session_of(self.member.user, self.member)}"}
        self.form = {**self.session, "X-CSRFToken": csrf, "Content-Type": "application/x-www-form-urlencoded"}
        token = create_token(membership=self.member, name="Benchmark", scopes=list(Scope), days=365)[1]
        self.token = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def asks(self) -> dict[str, list[Ask]]:
        """Return the requests of each page; a page with several is asked for in turn."""
        return {**self._lists(), **self._records(), **self._writes(), **self._api()}

    def _lists(self) -> dict[str, list[Ask]]:
        board = reverse("applications:job", args=[self.site.job.pk])
        home, people = reverse("applications:home"), reverse("applications:candidates")
        person = self.site.records[0].candidate
        searches = {
            "common": "anna",
            "rare": RARE,
            "none": "zzyzx",
            "email": person.email,
            "phone": self.site.phone,
            "two letters": "an",
        }
        addresses = {
            "home": home,
            **{f"home {show}": f"{home}?show={show}" for show in ("notes", "mine", "requests")},
            "jobs": reverse("applications:jobs"),
            "board": board,
            "board search": f"{board}?q=anna",
            "job newsfeed": reverse("applications:job-newsfeed", args=[self.site.job.pk]),
            "candidates": people,
            "candidates deep": f"{people}?{urlencode({'cursor': self.site.cursor})}",
            **{f"candidates {show}": f"{people}?show={show}" for show in ("unmoved", "leads")},
            **{f"search {kind}": f"{people}?{urlencode({'q': typed})}" for kind, typed in searches.items()},
        }
        listed = {"list": f"{board}?view=list", "list by name": f"{board}?view=list&sort=name"}
        return {name: [Ask(address, headers=self.session)] for name, address in addresses.items()} | {
            name: [Ask(address, headers=self.listing)] for name, address in listed.items()
        }

    def _records(self) -> dict[str, list[Ask]]:
        def asks(tab: str) -> list[Ask]:
            return [Ask(_record("candidate-tab", one, tab=tab), headers=self.session) for one in self.site.records]

        newsfeed = [Ask(_record("candidate", one), headers=self.session) for one in self.site.records]
        tabs = ("application", "notes", "files", "details", *self.site.vendor_tabs(self.member))
        return {"record newsfeed": newsfeed} | {f"record {tab}": asks(tab) for tab in tabs}

    def _writes(self) -> dict[str, list[Ask]]:
        note = urlencode({"body": "Spoke on the phone.", "visibility": "everyone", "tab": "newsfeed"})
        headers = {**self.form, "X-Requested-With": "board"}
        return {
            "move": [
                Ask(_record("move", one), "POST", headers, urlencode({"stage": to, "seen_stage": seen}))
                for one, seen, to in self.site.moves()
            ],
            "note": [Ask(_record("note-add", one), "POST", self.form, note, 303) for one in self.site.quiet()],
        }

    def _api(self) -> dict[str, list[Ask]]:
        people, applications = reverse("api:candidates"), reverse("api:applications")
        addresses = {
            "API jobs": reverse("api:jobs"),
            "API candidates": people,
            "API candidates search": f"{people}?search=anna",
            "API applications": applications,
            "API applications of job": f"{applications}?job={self.site.job.pk}",
            "API newsfeed": reverse("api:newsfeed"),
        }
        moves = [
            Ask(
                reverse("api:application-move", args=[one.pk]),
                "POST",
                self.token,
                json.dumps({"stage": str(to), "seen_stage": str(seen)}),
            )
            for one, seen, to in self.site.moves()
        ]
        return {name: [Ask(address, headers=self.token)] for name, address in addresses.items()} | {"API move": moves}


class Loaded:
    """The company that the loader made, found by what it is."""

    def __init__(self) -> None:
        company = Company.objects.get(name=COMPANY)
        team = HiringTeamMember.objects.filter(company=company).order_by("id")
        interviews = team.get(role=JobRole.INTERVIEWER)
        members = Membership.objects.filter(company=company).select_related("user", "company").order_by("id")
        self.members = {
            "Staffing": members.filter(role=CompanyRole.STAFFING)[0],
            "Administrator": members.filter(role=CompanyRole.ADMINISTRATOR)[0],
            "Standard": members.get(pk=team.exclude(pk=interviews.pk)[0].membership_id),
            "Interviewer": members.get(pk=interviews.membership_id),
        }
        self.job = interviews.job
        people = Candidate.objects.for_company(company)
        self.phone = people.exclude(phone="").order_by("-id")[0].phone
        above = people.order_by("-id")[min(DEEP, people.count() // 2)]
        self.cursor = Keyset(people.filter(pk__lte=above.pk), ("-id",), size=1).page().next_cursor
        open_ones = Application.objects.filter(job=self.job, state=Application.State.ACTIVE).select_related("candidate")
        with_requests = open_ones.filter(
            spark_hire_interviewrequests__isnull=False, crosschq_referencechecks__isnull=False
        )
        found = [*with_requests.distinct().order_by("-id")[:RECORDS], *open_ones.order_by("-id")[:RECORDS]]
        self.records = list(dict.fromkeys(found))[:RECORDS]
        self.steps = [
            min(Stage.objects.filter(process=self.job.process_id, group=group), key=lambda stage: stage.order).pk
            for group in StageGroup
        ]
        # What waits for an answer is not moved away from it.
        quiet = open_ones.exclude(pk__in=StageTask.objects.values("application"))
        self._quiet = iter(quiet.exclude(pk__in=[one.pk for one in self.records]).order_by("-id"))

    def quiet(self) -> list[Application]:
        """Return applications that nobody else reads or changes."""
        return list(itertools.islice(self._quiet, MOVED))

    def moves(self) -> list[tuple[Application, Any, Any]]:
        """Return moves that nobody else makes, there and then back: the application, its step now, its step then."""
        there = [(one, one.stage_id, self._other(one.stage_id)) for one in self.quiet()]
        return there + [(one, to, seen) for one, seen, to in there]

    def vendor_tabs(self, member: Membership) -> Iterator[str]:
        """Yield the tabs of the vendors that the company uses."""
        for tab in extensions.candidate_tabs():
            if tab.is_visible(application=self.records[0], membership=member):
                yield tab.slug

    def _other(self, step: Any) -> Any:
        return next(one for one in self.steps if one != step)


def _record(name: str, application: Application, **more: str) -> str:
    ids = {"candidate_id": application.candidate_id, "application_id": application.pk}
    return reverse(f"applications:{name}", kwargs={**ids, **more})


def asked() -> dict[str, dict[str, list[Ask]]]:
    """Return what is asked, by page and reader, those left out included."""
    site = Loaded()
    by_reader = {name: Reader(site, name).asks() for name in READERS}
    names = dict.fromkeys(name for asks in by_reader.values() for name in asks)
    return {name: {reader: asks[name] for reader, asks in by_reader.items() if name in asks} for name in names}


def without_left_out(pages: Mapping[str, Mapping[str, Sequence[Ask]]]) -> dict[str, dict[str, Sequence[Ask]]]:
    """Return the requests of those who may make them."""
    return {
        name: {reader: asks for reader, asks in readers.items() if (name, reader) not in LEFT_OUT}
        for name, readers in pages.items()
    }


def main() -> int:
    """Print everything that a measurement needs to know."""
    pages = without_left_out(asked())
    plain = {n: {r: [dataclasses.asdict(ask) for ask in asks] for r, asks in rs.items()} for n, rs in pages.items()}
    print(json.dumps({"pages": plain, "left_out": [[*pair, status] for pair, status in LEFT_OUT.items()]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
