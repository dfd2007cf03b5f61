"""Spark Hire's addresses, and what there is of it in the tests that visit every address of the site."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import models

from integrations.models import Credential
from integrations.spark_hire import SLUG, schemas
from integrations.spark_hire.client import SparkHireClient
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest, JobLink
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Membership, User
from recruiting.foundation import clock
from tests import factories
from tests.vendor_site import VendorSite

OUTCOMES = (State.FAILED, State.SENT, State.COMPLETED, State.EXPIRED)


class SparkHireSite(VendorSite):
    """Video interviews."""

    namespace = "spark_hire"
    pages = {
        "request": 30,
        "cancel": 20,
        "worklist": 20,
        "link": 40,
        "unlink": 40,
        "question-set": 40,
        "settings": 20,
        "add-users": 20,
        "remove-user": 20,
        "my-key": 20,
    }
    only_post = ("try-again", "follow", "fetch-link", "check", "switch", "primary", "test")
    not_pages = {
        "watch": "it leads to the vendor's recording",
        "save-keys": "it leads back to the settings",
        "deadline": "one sentence for a field",
    }
    asks_vendor = ("link", "question-set")
    tidies = {
        ("activity.py", "*"): "a sentence without its empty end",
        ("schemas.py", "account"): "cut to what the column holds",
    }
    tables = (Credential, InterviewRequest)

    def connect(self, world: Any) -> Mapping[str, Sequence[object]]:
        """Link the job, and cancel an interview of its candidate."""
        company, job = world.company, world.application.job
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        self.installation = factories.InstallationFactory(company=company, integration=SLUG)
        key = factories.CredentialFactory(installation=self.installation, membership=world.member)
        self.installation.primary_credential = key
        self.installation.save()
        JobLink.objects.create(
            company=company,
            installation=self.installation,
            job=job,
            state=JobLink.State.LINKED,
            vendor_job_id="job",
            vendor_title=job.title,
            question_set_id="questions",
        )
        canceled = self._request(world, world.application, State.CANCELED, "first")
        canceled.save()
        colleague = factories.MembershipFactory(company=company)
        colleagues_key = factories.CredentialFactory(installation=self.installation, membership=colleague)
        return {
            "credential_id": [colleagues_key.pk],
            "request_id": [canceled.pk],
            "which": ["failed", "expiring", "to-watch"],
        }

    def rows(self, world: Any, number: int, there: Application) -> Iterator[models.Model]:
        """Give interviews, what the newsfeed says of one, and one user more."""
        request = self._request(world, there, OUTCOMES[number % 4], f"v{number}")
        about = {"actor": world.member, "job": world.application.job, "company": world.company}
        yield request
        yield self._request(world, world.application, State.CANCELED, f"c{number}")
        for verb, where in (("completed", world.application), ("requested", there)):
            yield NewsfeedEntry(
                **about, candidate=where.candidate, application=where, verb=f"spark_hire.{verb}",
                subject_id=request.pk, payload={"candidate": "Somebody"},
            )  # fmt: skip
        yield (holder := User(email=f"k{number}@example.com", first_name=f"K{number}"))
        yield (member := Membership(company=world.company, user=holder))
        yield Credential(
            company=world.company,
            installation=self.installation,
            membership=member,
            secret=f"secret {number}",
            secret_digest=f"c{number:063}",
            last4="0000",
            state=Credential.State.ACCEPTED,
            checked_at=clock.now(),
        )

    def answer(self, world: Any, monkeypatch: Any) -> None:
        """List so many jobs and question sets."""

        def jobs(client: SparkHireClient) -> list[schemas.VendorJob]:
            return [schemas.VendorJob(id=str(n), title=f"Job {n}", place="", is_active=True) for n in range(world.size)]

        def sets(client: SparkHireClient) -> list[schemas.QuestionSet]:
            return [schemas.QuestionSet(id=str(n), name=f"Set {n}", question_count=3) for n in range(world.size)]

        monkeypatch.setattr(SparkHireClient, "jobs", jobs)
        monkeypatch.setattr(SparkHireClient, "question_sets", sets)

    def _request(self, world: Any, application: Application, state: State, vendor_id: str) -> InterviewRequest:
        """Return an interview request, unsaved."""
        now = clock.now()
        return InterviewRequest(
            company=world.company,
            installation=self.installation,
            application=application,
            requested_by=world.member,
            state=state,
            vendor_id=vendor_id,
            send_attempted_at=now,
            sent_at=now,
            expires_at=now + timedelta(hours=20),
            completed_at=now if state == State.COMPLETED else None,
            share_url="https://vendor.example/share" if state == State.COMPLETED else "",
            time_zone="America/New_York",
            vendor_job_id="job",
            question_set_id="questions",
            invited_name="Somebody",
            invited_email="somebody@example.com",
        )
