"""Spark Hire in the permission table, and in the world that the table is asked of."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model

from integrations.models import Credential, Installation
from integrations.requests import changes
from integrations.requests.lifecycle import Entry
from integrations.spark_hire import SLUG, schemas
from integrations.spark_hire.client import SparkHireClient
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job
from tests import factories
from tests.matrix.vendor import VendorRights
from tests.matrix.world import FOUND_THERE, Place, about

LIFE = (State.SENT, State.FAILED, State.COMPLETED, State.EXPIRED, State.CANCELED)


def _week(place: Place) -> str:
    return (place.company.today() + timedelta(days=7)).isoformat()


class SparkHireRights(VendorRights):
    """Video interviews."""

    slug = SLUG
    under_way = "interview"
    members = """
applications:candidate-tab#video-interview | interview        | 200                   |
spark_hire:request                     | application      | SEND_REQUEST 200      | SEND_REQUEST 303
spark_hire:cancel                      | interview        | SEND_REQUEST 200      | SEND_REQUEST 303
spark_hire:try-again                   | failed interview |                       | SEND_REQUEST 303
spark_hire:follow                      | unsure interview |                       | SEND_REQUEST 303
spark_hire:watch                       | recording        | 302                   |
spark_hire:fetch-link                  | recording        |                       | 303
spark_hire:deadline                    |                  | 200                   |
spark_hire:worklist#failed             |                  | 200                   |
spark_hire:worklist#expiring           |                  | 200                   |
spark_hire:worklist#to-watch           |                  | 200                   |
spark_hire:link                        | job              | EDIT_JOB 200          | EDIT_JOB 303
spark_hire:unlink                      | job              | EDIT_JOB 200          | EDIT_JOB 303
spark_hire:question-set                | job              | EDIT_JOB 200          | EDIT_JOB 303
spark_hire:check                       | job              |                       | EDIT_JOB 303
spark_hire:my-key                      |                  | 200                   | 303
"""
    settings = """
spark_hire:settings            |               | 200 |
spark_hire:switch              |               |     | 303
spark_hire:add-users           |               | 200 | 303
spark_hire:save-keys           |               | 303 | 303
spark_hire:remove-user         | key           | 200 | 303
spark_hire:primary             | (key)         |     | 303 else 422
spark_hire:test                |               |     | 303
"""
    api = """
spark_hire_api:interview-requests       | (application) | GET   | requests:read      |                  | 200
spark_hire_api:interview-requests       | (application) | POST  | requests:write     | SEND_REQUEST     | 201
spark_hire_api:interview-request        | interview     | GET   | requests:read      |                  | 200
spark_hire_api:interview-request-cancel | interview     | POST  | requests:write     | SEND_REQUEST     | 200
"""
    admin = """
spark_hire.interviewrequest    |
spark_hire.joblink             |
spark_hire.webhooksubscription |
"""
    words = {"spark_hire:worklist": "which"}
    company_wide = ("key",)
    forms = {
        "spark_hire:request": lambda w, r, at, home: {"expires_on": _week(at)},
        "spark_hire:follow": lambda w, r, at, home: {"vendor_id": "a"},
        "spark_hire:link": lambda w, r, at, home: {"vendor_job": "job"},
        "spark_hire:question-set": lambda w, r, at, home: {"question_set": "questions"},
        "spark_hire:my-key": lambda w, r, at, home: {"secret": "another-key-of-mine-0123456789", "anyway": "on"},
        "spark_hire:switch": lambda w, r, at, home: {"is_on": "on"},
        "spark_hire:add-users": lambda w, r, at, home: {"members": [home.rows["without a key"].pk]},
        "spark_hire:save-keys": lambda w, r, at, home: {
            f"{at.rows['key']['credential_id']}-secret": "k" * 30, "anyway": at.rows["key"]["credential_id"],
        },
        "spark_hire:primary": lambda w, r, at, home: {"primary": at.rows["key"]["credential_id"]},
    }  # fmt: skip
    bodies = {
        ("spark_hire_api:interview-requests", "POST"): lambda r, at: {
            "application": at.rows["application"]["application_id"], "expires_on": _week(at),
        },
    }  # fmt: skip
    texts = {"spark_hire:link": ("title", "city", "region", "country")}
    read_and_kept = ("spark_hire:watch", "spark_hire:link", "spark_hire:question-set")

    def in_company(self, company: Company, clerk: Membership, rows: Mapping[str, Any]) -> dict[str, Any]:
        """Give keys to the clerk and to the colleague."""
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        interviews = factories.InstallationFactory(company=company, integration=SLUG)
        key = factories.CredentialFactory(installation=interviews, membership=clerk, account_name=clerk.name)
        Installation.objects.filter(pk=interviews.pk).update(primary_credential=key)
        colleagues_key = factories.CredentialFactory(installation=interviews, membership=rows["a colleague"])
        keyless = factories.MembershipFactory(company=company, user__first_name="Kay", user__last_name="Less")
        return {"interviews": interviews, "key": {"credential_id": colleagues_key.pk}, "without a key": keyless}

    def on_job(self, job: Job, rows: Mapping[str, Any]) -> None:
        """Link it."""
        JobLink.objects.create(
            company=job.company, installation=rows["interviews"], job=job, state=JobLink.State.LINKED,
            vendor_job_id=job.title, vendor_title=job.title, question_set_id="questions", question_set_name="Questions",
        )  # fmt: skip

    def about(self, job: Job, rows: Mapping[str, Any], apply: Callable[..., Application]) -> dict[str, Any]:
        """Return one that was sent, one that failed, one in doubt and one that can be watched."""
        found = {}
        for word, state in (("interview", State.SENT), ("failed interview", State.FAILED),
                            ("unsure interview", State.QUEUED), ("recording", State.COMPLETED)):  # fmt: skip
            request = _interview(apply(), rows["interviews"], state, rows["clerk"], is_unsure=word.startswith("unsure"))
            found[word] = about(request.application, request_id=request.pk)
        return found

    def of_member(self, member: Membership) -> None:
        """Give them a key."""
        installation = Installation.objects.get(company=member.company, integration=SLUG)
        factories.CredentialFactory(installation=installation, membership=member, account_email=member.user.email)

    def life(self, number: int, application: Application, rows: Mapping[str, Any], clerk: Membership) -> None:
        """Ask for an interview."""
        state = LIFE[number % len(LIFE)]
        asked = _interview(application, rows["interviews"], state, clerk)
        changes.write_entry(asked, Entry.REQUESTED, actor=clerk)
        if state == State.COMPLETED:
            changes.write_entry(asked, Entry.COMPLETED, vendor=True)

    def rows(self) -> Mapping[str, Callable[[], Model]]:
        """Return what makes a subscription."""

        def subscription() -> Model:
            key = Credential.objects.filter(installation__integration=SLUG).earliest("id")
            return WebhookSubscription.objects.create(
                credential=key, installation=key.installation, company=key.company, event="changed", vendor_id="1"
            )

        return {"spark_hire.webhooksubscription": subscription}

    def answers(self) -> Mapping[type, Mapping[str, Any]]:
        """Return one of everything."""
        job = schemas.VendorJob(id="job", title="Job", place="", is_active=True)
        sets = [schemas.QuestionSet(id="questions", name="Set", question_count=3)]
        account = schemas.Account("a", "A", "a@example.com")
        return {SparkHireClient: {"me": account, "jobs": [job], "job": job, "question_sets": sets}}

    def visited(self) -> Iterator[str]:
        """Return the lists, the windows of canceling, and the requests."""
        yield from (f"/video-interviews/{which}/" for which in ("failed", "expiring", "to-watch"))
        yield "/api/v1/interview-requests/?page_size=200"
        for asked in InterviewRequest.objects.select_related("application"):
            where = f"/candidates/{asked.application.candidate_id}/applications/{asked.application_id}"
            yield f"{where}/video-interview/{asked.pk}/cancel/"
            yield f"/api/v1/interview-requests/{asked.pk}/"


def _interview(
    application: Application, installation: Installation, state: State, by: Membership, *, is_unsure: bool = False
) -> InterviewRequest:
    now, is_there = clock.now(), state in (State.SENT, State.COMPLETED)
    return InterviewRequest.objects.create(
        company=application.company,
        installation=installation,
        application=application,
        requested_by=by,
        state=state,
        vendor_id=f"interview-{application.pk}" if is_there else "",
        send_attempted_at=now if is_there or is_unsure else None,
        sent_at=now if is_there else None,
        matches=[FOUND_THERE] if is_unsure else [],
        expires_on=application.company.today() + timedelta(days=7),
        expires_at=now + timedelta(days=7),
        completed_at=now if state == State.COMPLETED else None,
        share_url="http://127.0.0.1:8001/spark-hire/share" if state == State.COMPLETED else "",
        time_zone=application.company.time_zone,
        vendor_job_id="job",
        question_set_id="questions",
        invited_name=application.candidate.name,
        invited_email=application.candidate.email,
        failure="Refused." if state == State.FAILED else "",
    )
