"""A vendor's list of prospects without a vendor, and a company that takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.crosschq import SLUG, schemas
from integrations.crosschq.models import ProspectExport, ProspectRun
from integrations.crosschq.prospects import services as prospects
from integrations.crosschq.prospects.services import Choices
from integrations.crosschq.settings import connection
from integrations.models import Credential, Installation
from recruiting.candidates.models import Source
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from tests import factories

BEGINNING = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """The worker's process is gone: nothing of ours catches this."""


def prospect(number: int, email: str | None = None, **more: Any) -> schemas.Prospect:
    """Return the vendor's prospect of this number, made a minute after the one before."""
    made = {
        "id": f"p{number}",
        "first_name": f"First{number}",
        "last_name": "Last",
        "email": f"p{number}@example.com" if email is None else email,
        "phone": "",
        "created_at": BEGINNING + timedelta(minutes=number),
    }
    return schemas.Prospect(**{**made, **more})


def several_spellings(count: int, *, without_email: int, duplicates: int) -> list[schemas.Prospect]:
    """Return `count` prospects of whom some have no address and some that of another, spelled anew."""
    people = count - without_email - duplicates
    spellings = (str.upper, str.title, " {} ".format, "{}\t".format)
    addresses = [f"p{number}@example.com" for number in range(people)]
    addresses += [spellings[number % 4](addresses[number * 7 % people]) for number in range(duplicates)]
    addresses += ["" if number % 2 else " " for number in range(without_email)]
    # Mixed: the ones who come twice are met on any page.
    order = sorted(range(count), key=lambda number: number * 7919 % count)
    return [prospect(place, addresses[number]) for place, number in enumerate(order)]


@dataclass
class Vendor:
    """The part of the client that lists prospects, in short pages.

    `fails` are raised instead of an answer, first come first served.
    """

    people: Sequence[schemas.Prospect] = ()
    fails: list[BaseException] = field(default_factory=list)
    asked: list[tuple[datetime | None, str]] = field(default_factory=list)
    counts: bool = True
    page_size: int = 20

    def prospects(self, *, created_after: datetime | None = None, cursor: str = "") -> schemas.ProspectPage:
        """Return a page, oldest first."""
        self.asked.append((created_after, cursor))
        if self.fails:
            raise self.fails.pop(0)
        wanted = [
            one
            for one in self.people
            if created_after is None or one.created_at is None or one.created_at > created_after
        ]
        start = int(cursor or 0)
        end = start + self.page_size
        return schemas.ProspectPage(
            prospects=tuple(wanted[start:end]),
            cursor=str(end) if end < len(wanted) else "",
            total=len(wanted) if self.counts else None,
        )


@dataclass
class Office:
    """Acme with a partner key; Dana administers."""

    vendor: Vendor
    company: Company
    installation: Installation
    dana: Membership
    source: Source
    job: Job

    def save(self, **chosen: Any) -> ProspectExport:
        choices = Choices(**{"is_on": True, "source": self.source, "jobs": [self.job], **chosen})
        return prospects.save(installation=self.installation, choices=choices, by=self.dana)

    @property
    def export(self) -> ProspectExport:
        return ProspectExport.objects.get(installation=self.installation)

    @property
    def run(self) -> ProspectRun:
        """The newest run."""
        return ProspectRun.objects.filter(export=self.export).latest("id")

    def take(self) -> int:
        """Let the worker do all there is, pauses and lapsed leases included; return how many messages it took."""
        earlier = clock.machine_now() - timedelta(seconds=1)
        OutboxMessage.objects.filter(state="leased").update(lease_until=earlier)
        OutboxMessage.objects.filter(state="waiting").update(available_at=earlier)
        Installation.objects.update(paused_until=None)
        return worker.drain()

    def counts(self) -> tuple[int, int, int]:
        """Return how many the newest run added, knew and left out."""
        run = self.run
        return run.added_count, run.known_count, run.skipped_count


def open_office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """Make the company, connected to a vendor that lists nobody yet."""
    vendor = Vendor()
    monkeypatch.setattr(connection, "client_for", lambda credential, *, deadline_seconds: vendor)
    return office_of(vendor)


def office_of(vendor: Vendor) -> Office:
    """Make the company."""
    company = factories.CompanyFactory(name="Acme")
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    installation = factories.InstallationFactory(company=company, integration=SLUG, is_on=False)
    key = factories.CredentialFactory(installation=installation, membership=None)
    assert key.state == Credential.State.ACCEPTED
    installation.primary_credential = key
    installation.save()
    source = factories.SourceFactory(company=company, name="Crosschq")
    dana = factories.administrator(company)
    return Office(vendor, company, installation, dana, source, factories.JobFactory(company=company))
