"""A company that uses Spark Hire, and the hands that a test needs on both sides of the wire."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from integrations import credentials
from integrations.models import Credential, Installation, WebhookDelivery
from integrations.requests import changes
from integrations.requests import services as request_services
from integrations.requests.lifecycle import Call
from integrations.spark_hire import SLUG, services
from integrations.spark_hire.deadlines import expiry
from integrations.spark_hire.models import InterviewRequest, JobLink
from integrations.spark_hire.status import TAB
from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.api import services as api
from recruiting.api.scopes import names
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Job
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from tests import factories, markup
from tests.sandbox.door import Answer
from tests.signing_in import signed_in
from tests.spark_hire import topics
from tests.spark_hire.door import Door
from tests.tab_bodies import tab_body

# Fri 21 Nov 2025, 10:00 in New York: a week later is Fri 28 Nov.
NOW = datetime(2025, 11, 21, 15, 0, tzinfo=UTC)
WEEK = date(2025, 11, 28)
MIDNIGHT = datetime(2025, 11, 28, 5, 0, tzinfo=UTC)
EXPIRES = "Expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)."

PEOPLE = (
    {"first_name": "Dana", "last_name": "Cole", "email": "dana@acme.example", "role": "admin"},
    {"first_name": "Kim", "last_name": "Ito", "email": "kim@acme.example", "role": "standard"},
    {"first_name": "Sam", "last_name": "Ortiz", "email": "sam@acme.example", "role": "standard"},
    {"first_name": "Eve", "last_name": "Evans", "email": "eve@acme.example", "role": "evaluator"},
)
JOBS = (
    {"title": "Senior Buyer", "city": "Austin", "state": "TX", "country": "US", "manager": "kim@acme.example"},
    {"title": "Old Post", "city": "Reno", "state": "NV", "country": "US", "status": "inactive"},
)
QUESTION_SETS = (
    {"name": "Buyer basics", "questions": ["Why this job?", "Why you?"]},
    {"name": "Engineering intro", "questions": ["What did you build last?"]},
)


@dataclass
class Scenario:
    """Acme: Dana administers (and is a vendor's admin), Kim sends, Sam could, Ivy interviews and has no key."""

    driver: Door
    company: Company
    installation: Installation
    job: Job
    link: JobLink
    candidate: Candidate
    application: Application
    dana: Membership
    kim: Membership
    sam: Membership
    ivy: Membership
    heard: set[int] = field(default_factory=set)
    vendor: ClassVar[str] = "Spark Hire"

    # ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def key(self, member: Membership) -> Credential:
        return Credential.objects.get(installation=self.installation, membership=member)

    def secret(self, member: Membership) -> str:
        return self.driver.keys[member.user.email]

    def another(self, **candidate: Any) -> Application:
        """Return another candidate's application on the job."""
        person = factories.CandidateFactory(company=self.company, **candidate)
        return factories.ApplicationFactory(job=self.job, candidate=person)

    # ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def ask(
        self, *, by: Membership | None = None, application: Application | None = None, on: date = WEEK
    ) -> InterviewRequest:
        """Ask for an interview; nothing has left yet."""
        return services.request_interview(application=application or self.application, expires_on=on, by=by or self.kim)

    def sent(self, **asked: Any) -> InterviewRequest:
        """Ask for an interview that the vendor has."""
        request = self.ask(**asked)
        self.drain()
        request.refresh_from_db()
        assert (request.state, request.failure) == ("sent", "")
        return request

    def completed(self, **asked: Any) -> InterviewRequest:
        """Ask for an interview that the candidate finished, and hear of it."""
        request = self.sent(**asked)
        self.perform(request, "complete")
        request = self.refreshed(request)
        assert request.state == "completed"
        return request

    def refreshed(self, request: InterviewRequest) -> InterviewRequest:
        """Ask the vendor about a request, as a webhook would let us."""
        changes.enqueue(Call.REFRESH, self.now(request))
        self.drain()
        return self.now(request)

    def now(self, request: InterviewRequest) -> InterviewRequest:
        return InterviewRequest.objects.select_related("application", "installation", "company").get(pk=request.pk)

    def cancel(self, request: InterviewRequest, *, by: Membership | None = None) -> InterviewRequest:
        return request_services.cancel(request=self.now(request), by=by or self.kim)

    # ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────
    def drain(self) -> int:
        return worker.drain()

    def later(self) -> int:
        """Let the pauses pass, and work."""
        moment = clock.machine_now()
        Installation.objects.filter(paused_until__isnull=False).update(paused_until=moment)
        OutboxMessage.objects.filter(state="waiting").update(available_at=moment)
        return self.drain()

    def message(self, topic: str) -> OutboxMessage:
        """Return the newest message of a topic."""
        return OutboxMessage.objects.filter(topic=topic).latest("id")

    def messages(self, topic: str) -> list[str]:
        """Return the states of a topic's messages, oldest first."""
        return list(OutboxMessage.objects.filter(topic=topic).order_by("id").values_list("state", flat=True))

    # ── The vendor ───────────────────────────────────────────────────────────────────────────────────────────────────
    def at_vendor(self, **query: str) -> list[dict[str, Any]]:
        """Return the interviews that exist there, newest first."""
        return self.driver.interviews(**query)

    def there(self, request: InterviewRequest) -> dict[str, Any]:
        """Return a request's interview as the vendor has it."""
        answer: dict[str, Any] = self.driver.control("GET", f"/spark-hire/interviews/{request.vendor_id}").json
        return answer

    def perform(self, request: InterviewRequest, *actions: str, **data: Any) -> None:
        """Play the candidate or a user of the vendor."""
        for action in actions:
            answer = self.driver.perform(request.vendor_id, action, **data)
            assert answer.status == 200, answer.text

    def fault(self, operation: str, kind: str, **more: Any) -> int:
        return self.driver.fault(operation, kind, **more)

    def calls(self, operation: str) -> int:
        """Return how often the vendor was asked for this."""
        return len(self.driver.control("GET", f"/spark-hire/requests?operation={operation}&limit=500").json)

    def job_action(self, action: str, *, vendor_job: str = "", **data: Any) -> None:
        answer = self.driver.control("POST", f"/spark-hire/jobs/{vendor_job or self.link.vendor_job_id}/{action}", data)
        assert answer.status == 200, answer.text

    def user_action(self, member: Membership, action: str) -> Answer:
        users = self.driver.control("GET", "/spark-hire/users").json
        number = next(user["uuid"] for user in users if user["email"] == member.user.email)
        answer = self.driver.control("POST", f"/spark-hire/users/{number}/{action}", {})
        assert answer.status == 200, answer.text
        return answer

    # ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def deliver(self, event: str, vendor_id: str, *, body: bytes | None = None, token: str = "") -> HttpResponse:
        """Deliver a webhook as the vendor would."""
        path = f"/webhooks/{SLUG}/{token or self.installation.webhook_token}/{event}/"
        content = body if body is not None else b'{"uuid": "%s"}' % vendor_id.encode()
        response: HttpResponse = Client().post(path, content, content_type="application/json")
        return response

    def hear(self, *, backwards: bool = False, times: int = 1) -> list[str]:
        """Deliver what the vendor wanted to tell since the last time; return the events in the order of delivery."""
        listed = self.driver.control("GET", "/spark-hire/webhooks/deliveries?limit=500").json
        fresh = sorted((row for row in listed if row["id"] not in self.heard), key=lambda row: int(row["id"]))
        self.heard |= {row["id"] for row in fresh}
        told = []
        for row in reversed(fresh) if backwards else fresh:
            for _ in range(times):
                path = urlsplit(row["url"]).path
                response = Client().post(path, row["body"], content_type="application/json")
                assert response.status_code == 200
            told.append(str(row["event"]))
        return told

    def delivery(self) -> WebhookDelivery:
        return WebhookDelivery.objects.latest("id")

    # ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    def travel(self, to: datetime) -> None:
        clock.travel(to=to)

    def travel_past_midnight(self) -> None:
        """Go to the morning of Fri 28 Nov; what was to expire has expired, and the vendor has said its last word."""
        self.travel(MIDNIGHT + timedelta(hours=9))
        self.sweep()

    def in_days(self, days: int) -> date:
        return self.company.today() + timedelta(days=days)

    def sweep(self) -> int:
        """Do what the minute's schedule does; return how many requests expired."""
        expired = expiry.expire_due()
        self.drain()
        return expired

    def pass_time(self, **by: float) -> None:
        clock.travel(by=timedelta(**by))

    # ── Newsfeed ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def feed(self, *, application: Application | None = None, reader: Membership | None = None) -> list[str]:
        """Return what the newsfeed says about the candidate's video interviews, oldest first: "Title: sentence"."""
        rows = NewsfeedEntry.objects.filter(application=application or self.application, verb__startswith="spark_hire.")
        shown = feed.render(list(rows.order_by("id")), membership=reader or self.kim)
        return [f"{one.title.removeprefix('Video Interview ')}: {one.sentence}" for one in shown]

    def titles(self, **which: Any) -> list[str]:
        return [line.partition(":")[0] for line in self.feed(**which)]

    def job_feed(self) -> list[str]:
        rows = NewsfeedEntry.objects.filter(job=self.job, verb__startswith="spark_hire.", application=None)
        return [one.sentence for one in feed.render(list(rows.order_by("id")), membership=self.kim)]

    # ── Pages and API ────────────────────────────────────────────────────────────────────────────────────────────────
    def browser(self, member: Membership | None = None) -> Client:
        return signed_in(member or self.kim)

    def address(self, name: str, *more: Any, application: Application | None = None) -> str:
        about = application or self.application
        return reverse(f"spark_hire:{name}", args=[about.candidate_id, about.pk, *more])

    def tab(self, application: Application | None = None) -> str:
        about = application or self.application
        return reverse("applications:candidate-tab", args=[about.candidate_id, about.pk, TAB.slug])

    def body(self, member: Membership | None = None, *, application: Application | None = None) -> str:
        """Return the markup of the Video Interview tab as this member gets it."""
        return tab_body(application or self.application, member or self.kim, TAB.slug)

    def see(self, member: Membership | None = None, *, application: Application | None = None) -> str:
        """Return the words of the Video Interview tab as this member sees it."""
        return markup.joined(self.body(member, application=application))

    def see_record(self, member: Membership | None = None) -> str:
        """Return the words of the whole record, with the Video Interview tab open."""
        return text(self.browser(member).get(self.tab()))

    def call(self, member: Membership, *scopes: str) -> "Caller":
        _, token = api.create_token(membership=member, name="Tests", scopes=scopes or names(), days=30)
        return Caller(token)


@dataclass
class Caller:
    """A program that calls the API."""

    token: str

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Any = None) -> Any:
        return Client().post(
            f"/api/v1/{path}",
            body or {},
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )


def text(response: Any) -> str:
    """Return a page's words."""
    return markup.page(response)


def assert_nothing_was_asked(scenario: Scenario) -> None:
    """After a refusal: no request, no entry, no message, and nothing at the vendor."""
    assert InterviewRequest.objects.count() == 0
    assert scenario.feed() == []
    assert OutboxMessage.objects.filter(topic=topics.CREATE).count() == 0
    scenario.drain()
    assert scenario.at_vendor() == []


def question_set(driver: Door, name: str = "Buyer basics") -> str:
    """Return the vendor's id of a question set."""
    rows = driver.api("GET", "/question_sets", by="dana@acme.example").json
    return str(next(row["uuid"] for row in rows if row["name"] == name))


def build(driver: Door) -> Scenario:
    """Seed the vendor and make the company."""
    driver.keys = driver.vendor.seed(company="Acme", users=PEOPLE, jobs=JOBS, question_sets=QUESTION_SETS)
    company = factories.CompanyFactory(name="Acme", time_zone="America/New_York")
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    installation = factories.InstallationFactory(company=company, integration=SLUG)
    job = factories.JobFactory(company=company, title="Senior Buyer", city="Austin", region="TX")

    def member(first: str, last: str, role: CompanyRole = CompanyRole.STANDARD) -> Membership:
        return factories.MembershipFactory(
            company=company,
            role=role,
            user__first_name=first,
            user__last_name=last,
            user__email=f"{first.lower()}@acme.example",
        )

    dana = member("Dana", "Cole", CompanyRole.ADMINISTRATOR)
    kim, sam, ivy = member("Kim", "Ito"), member("Sam", "Ortiz"), member("Ivy", "Doe")
    for person, role in ((kim, JobRole.RECRUITER), (sam, JobRole.RECRUITER), (ivy, JobRole.INTERVIEWER)):
        factories.HiringTeamMemberFactory(job=job, membership=person, role=role)
    for person in (dana, kim, sam):
        credentials.store_issued(installation=installation, member=person, secret=driver.keys[person.user.email])
    link = JobLink.objects.create(
        company=company,
        installation=installation,
        job=job,
        state=JobLink.State.LINKED,
        linked_by=kim,
        vendor_job_id=driver.job(),
        vendor_title="Senior Buyer",
        vendor_place="Austin, TX, US",
        question_set_id=question_set(driver),
        question_set_name="Buyer basics",
        question_count=2,
        checked_at=clock.now(),
    )
    candidate = factories.CandidateFactory(
        company=company, first_name="Ada", last_name="Lovelace", email="ada@example.com"
    )
    application = factories.ApplicationFactory(job=job, candidate=candidate)
    worker.drain()
    installation.refresh_from_db()
    return Scenario(driver, company, installation, job, link, candidate, application, dana, kim, sam, ivy)
