"""What follows from something is told after it, so that a newest-first feed shows it above its cause."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting import events
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.activity import AUTOMATION_FAILED, AutomationPayload
from recruiting.applications.models import Application
from recruiting.candidates.services import CandidateDetails
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import StageGroup
from tests import factories

FOLLOWED = AUTOMATION_FAILED.verb


@dataclass(frozen=True)
class _Scenario:
    application: Application
    kim: Membership

    def move(self, group: StageGroup) -> None:
        to = factories.stage_of(self.application.job, group)
        applications.move(application=self.application, to=to, seen=self.application.stage_id, by=self.kim)

    def add(self) -> None:
        details = CandidateDetails("Ada", "L", "ada@example.com")
        applications.add_candidate(job=self.application.job, details=details, by=self.kim)

    def add_to_job(self) -> None:
        job = factories.JobFactory(company=self.kim.company)
        applications.add_to_job(candidate=self.application.candidate, job=job, by=self.kim)

    def reject(self) -> None:
        applications.reject(application=self.application, reason="Skills", by=self.kim)

    def add_file(self) -> None:
        upload = ContentFile(b"words", name="cv.txt")
        files.add_file(application=self.application, upload=upload, name="cv.txt", by=self.kim)

    def convert(self) -> None:
        applications.convert_lead(application=factories.lead(job=self.application.job), by=self.kim)

    def hand_over(self) -> None:
        leaver = factories.on_team(self.application.job, JobRole.RECRUITER)
        companies.deactivate(membership=leaver, by=self.kim, successor=self.kim)

    def reactivate(self) -> None:
        companies.reactivate(membership=factories.MembershipFactory(company=self.kim.company, is_active=False), by=None)

    def found(self) -> None:
        companies.create_company(name="Acme", time_zone="Europe/Berlin")

    def change_zone(self) -> None:
        companies.change_details(company=self.kim.company, name="Acme", time_zone="Asia/Tokyo", by=self.kim)


Act = Callable[[_Scenario], None]
ACTS: list[tuple[type[events.Event], str, Act]] = [
    (events.ApplicationMoved, "applications.moved", lambda scenario: scenario.move(StageGroup.INTERVIEW)),
    (events.ApplicationMoved, "applications.hired", lambda scenario: scenario.move(StageGroup.HIRED)),
    (events.ApplicationMoved, "applications.added", _Scenario.add),
    (events.ApplicationMoved, "applications.added", _Scenario.add_to_job),
    (events.ApplicationMoved, "applications.lead_converted", _Scenario.convert),
    (events.ApplicationClosed, "applications.rejected", _Scenario.reject),
    (events.FileStored, "candidates.file_added", _Scenario.add_file),
    (events.MembershipDeactivated, "jobs.team_joined", _Scenario.hand_over),
    (events.JobsHandedOver, "jobs.team_joined", _Scenario.hand_over),
    (events.MembershipReactivated, "", _Scenario.reactivate),
    (events.CompanyCreated, "", _Scenario.found),
    (events.CompanyTimeZoneChanged, "", _Scenario.change_zone),
]


@pytest.mark.parametrize(("event", "cause", "act"), ACTS)
def test_what_a_subscriber_writes_stands_above_what_it_follows_from(
    db: None, monkeypatch: pytest.MonkeyPatch, event: type[events.Event], cause: str, act: Act
) -> None:
    company = factories.CompanyFactory()
    scenario = _Scenario(factories.ApplicationFactory(company=company), factories.administrator(company))
    NewsfeedEntry.objects.all().delete()

    def followed(told: events.Event) -> None:
        payload = AutomationPayload(candidate="Ada", stage="Offer")
        feed.publish(AUTOMATION_FAILED, payload, company_id=company.pk, application=scenario.application)

    monkeypatch.setitem(events._subscribers, event, [*events._subscribers[event], followed])
    act(scenario)

    newest_first = list(NewsfeedEntry.objects.order_by("-id").values_list("verb", flat=True))
    assert newest_first == [FOLLOWED, *filter(None, [cause])]


def test_every_event_is_looked_at() -> None:
    """An event that is added gets its line in `ACTS`."""
    assert {event for event, _, _ in ACTS} == {
        kind for kind in events.Event.__subclasses__() if kind.__module__ == events.__name__
    }
